"""What a command will take: told of made numbers, and refused where there is no room."""

import pytest

from understanding_rl_vision import forecasts, memory
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.forecasts import DryRun, Forecast, Stage, check_alone, check_room, described, in_team
from understanding_rl_vision.ranks import Ranks
from understanding_rl_vision.sharing import ALONE, Team, team_as_told, team_of
from understanding_rl_vision.timing import BUSY, idle_seconds

STAGES = [Stage("playing", 90, 3e9, 2e8), Stage("attribution", 5400, 1e9, 7e9)]


class Said:
    quiet = False

    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)


def test_stages_are_told_with_their_sum():
    lines = [line.split() for line in described(STAGES, 8e9, 9e9).splitlines()]
    assert lines[2] == ["playing", "90", "s", "3.0", "GB", "200", "MB"]
    assert lines[3] == ["attribution", "90", "min", "1.0", "GB", "7.0", "GB"]
    # Time and files add up; memory is free again after a stage.
    assert lines[4][-6:] == ["92", "min", "3.0", "GB", "7.2", "GB"]
    assert lines[5] == ["free", "8.0", "GB", "9.0", "GB"]


def test_what_there_is_no_room_for_is_refused_with_what_to_reduce():
    check_room(STAGES, 3e9, 8e9, "out", "Give fewer levels")
    with pytest.raises(
        InputError, match="memory: playing needs about 3.0 GB, and 2.9 GB are left. Give fewer levels, "
    ):
        check_room(STAGES, 2.9e9, 8e9, "out", "Give fewer levels")
    with pytest.raises(
        InputError, match="disk of out: about 7.2 GB .* by attribution, and 7.0 GB .* Give fewer levels"
    ):
        check_room(STAGES, 3e9, 7e9, "out", "Give fewer levels")


def test_short_work_is_not_told_of_and_a_dry_run_ends_with_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(forecasts, "available_memory", lambda: 4e9)
    monkeypatch.setattr(forecasts, "free_disk", lambda folder: 9e9)
    progress = Said()
    Forecast(progress).tell([Stage("page", 59, 1, 1)], tmp_path, "")
    assert progress.said == []
    Forecast(progress).tell(STAGES, tmp_path, "")
    assert len(progress.said) == 1 and "attribution" in progress.said[0]
    dry = Forecast(progress, dry_run=True)
    assert dry.worth_measuring(1) and not Forecast(progress).worth_measuring(59)
    with pytest.raises(DryRun):
        dry.tell([Stage("page", 1, 1, 1)], tmp_path, "")
    assert "page" in capsys.readouterr().out
    with pytest.raises(InputError, match="Give less"):
        dry.tell([Stage("page", 1, 5e9, 1)], tmp_path, "Give less")
    with pytest.raises(InputError, match="mpiexec"):
        check_alone(True, 2)
    check_alone(False, 2)


@pytest.mark.parametrize(
    "told, team",
    [
        # Bound to a core each, on one machine and on two; not bound, of one thread each and of as many as there are.
        ([("a", [0], 1), ("a", [1], 1)], Team(2, 2, 2)),
        ([("a", [0], 1), ("b", [0], 1)], Team(2, 2, 1)),
        ([("a", [0, 1, 2, 3], 1)] * 2, Team(2, 2, 2)),
        ([("a", [0, 1], 2)] * 2, Team(2, 2, 2)),
        ([("a", [0, 1], 2)] * 3 + [("b", [0, 1, 2, 3], 4)], Team(4, 6, 3)),
    ],
)
def test_processes_tell_how_many_threads_they_have_together(told, team):
    assert team_as_told(told, "a") == team


def test_several_processes_take_as_long_as_their_processors_allow():
    playing = Stage("playing", 960, 100, 7, shares=1000)
    assert in_team(playing, ALONE, 2) == in_team(playing, team_of(Ranks()), 2) == playing
    # Two on a core each take half the time of one on one core, and two on the same two what one does on both.
    assert in_team(playing, Team(2, 2, 2), 1) == playing._replace(seconds=480, memory=200)
    assert in_team(playing, Team(2, 2, 2), 2) == playing._replace(seconds=960, memory=200)
    # Of two layers one is four times the work of the other; what the first process does alone takes as long.
    assert in_team(playing._replace(shares=1.25), Team(4, 4, 2), 1)[1:3] == (768, 200)
    assert in_team(playing._replace(shares=1), Team(4, 4, 4), 1)[1:3] == (960, 100)
    assert "in all, on 6 idle threads of 4 processes" in described([playing], 1e9, 1e9, Team(4, 6, 3))


def test_the_disk_of_a_folder_that_is_not_there_yet_is_told(tmp_path):
    assert forecasts.free_disk(str(tmp_path / "a" / "b")) == pytest.approx(forecasts.free_disk(str(tmp_path)), rel=0.1)
    assert memory.taken_memory() > 1e6 or memory.resource is None


def test_time_is_that_of_an_idle_machine():
    # Alone on two cores, all of them busy; and waiting for others, who take three quarters of the time.
    assert idle_seconds(1.0, 2 * BUSY, 2, False) == 1
    assert idle_seconds(4.0, 2 * BUSY, 2, False) == 1
    assert idle_seconds(4.0, 1.0, 1, False) == 1
    assert idle_seconds(4.0, 0.5, 2, True) == 4
