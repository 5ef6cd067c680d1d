"""A DQN agent, as CleanRL saves it, through the commands that let it play."""

import csv
import types
from pathlib import Path

import joblib
import numpy as np
import pytest

from tests.agents.families.made import draw
from tests.helpers import agent_files
from tests.helpers.gymnasium_games import Walk
from tests.helpers.interfaces import props_of
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.rl_clarity import evaluate, find, run

WALK = "tests.test_q_value_agents:LargeWalk"
SHAPES = {"0": (4, 4, 8, 8), "2": (4, 4, 4, 4), "4": (4, 4, 3, 3), "7": (8, 4 * 7 * 7), "9": (3, 8)}
# As large and grey as Atari's pictures, so that the agent's network takes them.
GAME = {"env": WALK, "env_kwargs": {"grey": True, "resize": 84}}
QUICK = {"observations_kwargs": {"num_envs": 2, "num_obs": 2, "obs_every": 2}, "nmf_features": 1, "quiet": True}
QUICK.update(vis_thumbnail_num_mult=2, vis_subdiv_mults=[1], vis_expand_mults=[4])
QUICK["layer_kwargs"] = {"name_contains_one_of": "conv2"}


class LargeWalk(Walk):
    """The same with pictures of 88 × 99."""

    def __init__(self):
        super().__init__()
        self.observation_space = types.SimpleNamespace(shape=(88, 99, 3), dtype=np.dtype(np.uint8), low=0, high=255)

    def _observation(self):
        return super()._observation().repeat(11, axis=0).repeat(11, axis=1)


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    """The path of a file of torch.save, of drawn parameters."""
    arrays = {}
    for number, shape in SHAPES.items():
        for name, of in (("network.{}.weight".format(number), shape), ("network.{}.bias".format(number), shape[:1])):
            arrays[name] = agent_files.tensor(draw(name, of))
    path = tmp_path_factory.mktemp("dqn") / "dqn.cleanrl_model"
    path.write_bytes(agent_files.torch_zip(arrays))
    return str(path)


def test_the_page_has_the_largest_q_value_as_value(agent, tmp_path):
    derived = {"trajectories_path": str(tmp_path / "t.jd")}
    play = {"num_envs": 2, "num_steps": 12, "seed": 0}
    run(agent, tmp_path / "page", trajectories_kwargs=play, load_kwargs=derived, **dict(GAME, **QUICK))
    played = joblib.load(derived["trajectories_path"])
    checkpoint = read_checkpoint(agent, env_kwargs=GAME["env_kwargs"], env=WALK)
    assert (checkpoint.args["frame_stack"], checkpoint.args["epsilon_greedy"]) == (4, 0.05)
    observations = np.reshape(played["observations"], (-1, 84, 84, 4))
    q_values, _ = policy_of(checkpoint).raw_outputs(observations)
    shown = props_of(tmp_path / "page")["trajectories"]
    for key, expected in (("values", q_values.max(axis=1)), ("policy_logits", q_values)):
        found = np.reshape(shown[key], expected.shape)
        np.testing.assert_allclose(found, expected, atol=1e-3 * np.abs(q_values).max())
    # Every twentieth action is drawn; of so few steps most are the best ones.
    assert np.mean(np.ravel(played["actions"]) == q_values.argmax(axis=1)) > 0.7


def test_find_and_evaluate(agent, tmp_path):
    page = find(agent, tmp_path / "found", num_levels=4, num_envs=2, top=1, **dict(GAME, **QUICK))
    with open(str(Path(page).parent / "finds.csv"), newline="") as file:
        assert list(csv.DictReader(file))
    summary = evaluate(agent, output_dir=tmp_path / "evaluated", num_levels=4, num_envs=2, quiet=True, **GAME)
    assert summary["complete"] and summary["models"][0]["levels"] == 4
