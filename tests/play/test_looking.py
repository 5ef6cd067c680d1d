"""How observations are sampled that are looked at."""

import importlib.util

import pytest

from tests.helpers.untrained import write_checkpoint
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.options import complete
from understanding_rl_vision.play import looking
from understanding_rl_vision.play.options import LOOKING
from understanding_rl_vision.progress import Progress

GAMES = (("procgen", "leaper", 15, 128), ("coinrun", "coinrun_old", 7, 32))


@pytest.mark.parametrize("package, game, num_actions, default", GAMES)
def test_the_game_decides_on_what_is_not_given(package, game, num_actions, default, tmp_path, monkeypatch):
    if importlib.util.find_spec(package) is None:
        pytest.skip("the package {} is not installed".format(package))
    sampled = []
    monkeypatch.setattr(looking, "sample_observations", lambda envs, policy, *play: sampled.append((envs, play[:3])))
    path = write_checkpoint(tmp_path / "agent.jd", env_name=game, num_actions=num_actions, cnn="nature")
    checkpoint = read_checkpoint(path, {}, {})
    for given, expected in (({"num_envs": 2}, (default, default, 1)), ({"num_envs": 1, "num_obs": 5}, (5, default, 1))):
        play = complete({"observations_kwargs": given}, {"observations_kwargs": LOOKING}, "it")["observations_kwargs"]
        looking.play_with_objects(checkpoint, policy_of(checkpoint), play, Progress(quiet=True))
        envs, play = sampled.pop()
        assert play == expected and sum(env.num_envs for env in envs) == given["num_envs"]


def test_what_is_given_is_checked_before_there_is_a_game():
    for given in ({"num_ob": 3}, {"num_obs": 0}, 3):
        with pytest.raises(InputError, match="num_ob|observations_kwargs"):
            LOOKING.check("observations_kwargs", given)
