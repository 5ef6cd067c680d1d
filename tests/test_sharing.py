"""Work shared among ranks: who does what, and that the result is the same."""

from pathlib import Path

import numpy as np
import pytest

from tests.helpers import mpi
from tests.helpers.nodes import two_nodes
from tests.helpers.untrained import SMALL, write_checkpoint
from understanding_rl_vision import sharing
from understanding_rl_vision.ranks import Ranks

PROGRAM = Path(__file__).parent / "helpers" / "ranks_run.py"


def test_the_dearest_work_is_shared_first():
    assert sharing.shares([1, 8, 4, 3, 1], 2) == [1, 0, 1, 1, 0]
    assert sharing.shares([1, 1], 5) == [0, 1]
    assert sharing.shares([3, 2, 1], 1) == [0, 0, 0]


class Rank:
    """One of two ranks whose messages go through a list."""

    size = 2

    def __init__(self, rank, messages):
        self.rank, self._messages = rank, messages

    def broadcast(self, value):
        if self.rank == 0:
            self._messages.append(np.copy(value) if isinstance(value, np.ndarray) else value)
            return value
        return self._messages.pop(0)


def test_large_arrays_are_sent_in_pieces(monkeypatch):
    monkeypatch.setattr(sharing, "PIECE_BYTES", 100)
    data = {
        "images": np.arange(600, dtype=np.uint8).reshape(6, 100),
        "inner": {"none": None, "empty": np.zeros((0, 3))},
        "rows": [np.arange(3), np.arange(2)],
    }
    messages = []
    sharing.broadcast(Rank(0, messages), data)
    assert max(message.nbytes for message in messages if isinstance(message, np.ndarray)) <= 100
    received = sharing.broadcast(Rank(1, messages), None)
    np.testing.assert_array_equal(received["images"], data["images"])
    assert [row.tolist() for row in received["rows"]] == [[0, 1, 2], [0, 1]]
    assert received["inner"]["none"] is None and received["inner"]["empty"].shape == (0, 3)
    assert not messages
    assert sharing.broadcast(Ranks(), data) is data


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def made_by(process, folder):
    """The files in a folder after the process that writes them."""
    status, said = mpi.finish(process)
    assert status == 0, said
    return files(folder)


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    """A checkpoint of an agent with few outputs."""
    return write_checkpoint(tmp_path_factory.mktemp("agent") / "untrained.jd", num_actions=3, env_name="coinrun")


@pytest.fixture(scope="module")
def made_by_one(tmp_path_factory, agent):
    folder = tmp_path_factory.mktemp("one")
    made = made_by(mpi.start(1, PROGRAM, agent, folder), folder)
    assert Path("interface.html") in made
    return made


def test_the_output_does_not_depend_on_the_number_of_ranks(tmp_path, agent, made_by_one):
    # There are two layers and two models, so one of three ranks has less to do; two ranks come below.
    assert made_by(mpi.start(3, PROGRAM, agent, tmp_path), tmp_path) == made_by_one


def test_two_machines_with_a_shared_folder_make_the_same(tmp_path, agent, made_by_one):
    with two_nodes(tmp_path) as nodes:
        folder = tmp_path / "out"
        assert made_by(mpi.start_on(nodes, PROGRAM, agent, folder), folder) == made_by_one


def test_run_of_two_models_and_find_do_not_depend_on_the_number_of_ranks(tmp_path):
    pytest.importorskip("procgen")
    agents = [write_checkpoint(tmp_path / name, seed=seed, **SMALL) for seed, name in enumerate(["a.jd", "b.jd"])]
    folders = [tmp_path / "one", tmp_path / "two"]
    program = PROGRAM.with_name("ranks_commands.py")
    # At the same time, because most of it is waiting for TensorFlow to start.
    processes = [mpi.start(ranks, program, *agents, folder) for ranks, folder in enumerate(folders, 1)]
    one, two = (made_by(process, folder) for process, folder in zip(processes, folders))
    assert one == two
    assert {Path("run/interface.html"), Path("find/interface.html"), Path("find/finds.csv")} < set(one)


@pytest.mark.parametrize("failure, said", [("full disk", "No space left"), ("killed", "")])
def test_a_rank_that_fails_ends_the_job(tmp_path, agent, failure, said):
    process = mpi.start(2, PROGRAM, agent, tmp_path / "out", failure)
    status, output = mpi.finish(process)
    assert status != 0
    assert said in output
    assert not (tmp_path / "out" / "interface.html").exists()
