"""Iterated editing, of a linear model that sees an object by several directions, and of a checkpoint's agent."""

import numpy as np
import pytest

from tests.helpers.frozen import frozen_bytes
from tests.helpers.untrained import SMALL, write_checkpoint
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.edit.editing import edit, projected_kernel
from understanding_rl_vision.edit.iterating import direction_for, iterated
from understanding_rl_vision.envs.base import Seen
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.play.objects import joined_objects
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.run.directions import Layer, write_directions
from understanding_rl_vision.run.measurement import write_measurement
from understanding_rl_vision.run.models import make_agent
from understanding_rl_vision.run.nmf_output import OF_VALUE
from understanding_rl_vision.tensorflow1 import tf

QUIET = Progress(quiet=True)
SIZE, FRAMES, CHANNELS = 32, 48, 6
RED, GREEN = "buzzsaw", "coin"

# What each channel makes of red, green and blue: 0 and 3 see red, 1 green, 4 blue, 2 everything, 5 nothing.
SEES = np.array([[1, 0, 0.2, 2, 0, 0], [0, 1, 0.2, 0, 0, 0], [0, 0, 0.2, 0, 1, 0]])
# What the value makes of each channel: -4 of red.
WEIGHS = np.array([-3.0, 2, 0, -0.5, 0.25, 1])


def agent_of(kernel):
    """An Agent whose value is linear in its layer; kernel (1, 1, C, 1): of the convolution that reads the layer."""

    def build(images):
        acts = tf.nn.relu(
            tf.nn.conv2d(images, tf.constant(SEES[None, None], tf.float32), [1, 2, 2, 1], "SAME"), name="layer"
        )
        read = tf.nn.conv2d(acts, tf.constant(kernel, tf.float32), [1, 1, 1, 1], "SAME")
        value = tf.reduce_sum(read, axis=[1, 2, 3], name="value")
        tf.stack([value, -value], axis=1, name="logits")

    return make_agent(frozen_bytes((SIZE, SIZE, 3), ["logits", "value"], build), "logits", "value")


@pytest.fixture(scope="module")
def scene():
    """Frames with a red, a green or a blue square each, and the objects that they show; blue ones are not told."""
    random = np.random.RandomState(0)
    frames, seen = np.zeros((FRAMES, SIZE, SIZE, 3), np.uint8), []
    for number, frame in enumerate(frames):
        row, column = 2 * random.randint(3, 12, 2)
        colour = number % 3
        frame[row : row + 4, column : column + 4, colour] = random.randint(128, 256)
        box = np.array([[(column + 2) / SIZE, (row + 2) / SIZE, 2 / SIZE, 2 / SIZE]])
        seen.append(Seen(np.array([RED, GREEN][colour : colour + 1], object), box[: int(colour < 2)]))
    return frames, joined_objects(seen, range(FRAMES))


@pytest.mark.parametrize("rounds, channels", [(1, [0]), (2, [0, 3]), (6, [0, 3])])
def test_it_converges_on_a_linear_model_when_nothing_sees_the_object_any_more(scene, rounds, channels):
    kernel = WEIGHS.reshape(1, 1, CHANNELS, 1)

    def find_another(directions):
        agent = agent_of(projected_kernel(kernel, directions))
        return direction_for(agent, "layer", "layer", RED, *scene, 3, QUIET)

    first = direction_for(agent_of(kernel), "layer", "layer", RED, *scene, 3, QUIET)
    found = iterated(first[np.newaxis], rounds, find_another, QUIET)
    assert np.abs(found).argmax(axis=1).tolist() == channels
    left = projected_kernel(kernel, found).ravel()
    # What the value still makes of each colour.
    red, green, blue = SEES @ left
    assert green == pytest.approx(2, abs=0.05) and blue == pytest.approx(0.25, abs=0.05)
    # The first direction takes both channels together, as they are in the attribution: that is not yet all of red.
    assert red == pytest.approx(0.75 if rounds == 1 else 0, abs=0.05)


def test_a_direction_that_is_projected_out_already_is_no_other():
    known = np.eye(3)[:2]
    assert len(iterated(known, 5, lambda directions: np.array([0.6, 0.8, 0]), QUIET)) == 2
    assert len(iterated(known, 5, lambda directions: None, QUIET)) == 2
    assert len(iterated(known[:1], 2, lambda directions: np.array([0.6, 0.8, 0]), QUIET)) == 2


@pytest.fixture
def named(tmp_path):
    """An untrained agent, and the folder of a run whose first feature is called by an object."""
    pytest.importorskip("procgen")
    layers = [Layer("Relu_1", "ppo2_model/pi/Relu_1", Directions(np.eye(64)[[5, 9]], 2), None)]
    write_directions(str(tmp_path / "run"), layers, OF_VALUE)
    write_measurement(str(tmp_path / "run"), {"Relu_1": {"kinds": ["agent", "road"], "names": {"0": "agent"}}})
    return write_checkpoint(tmp_path / "agent.jd", **SMALL), str(tmp_path / "run")


def test_the_edited_agent_plays_in_every_round_after_the_first(named, tmp_path):
    agent, run_dir = named
    play = {"num_envs": 4, "num_obs": 4, "obs_every": 2}
    options = {"layer": "Relu_1", "features": "agent", "run_dir": run_dir}
    path = edit(agent, str(tmp_path / "edited.jd"), iterate=3, nmf_features=3, observations_kwargs=play, **options)
    (record,) = read_checkpoint(path).args["edits"]
    directions = np.array(record["directions"])
    np.testing.assert_array_equal(directions[0], np.eye(64)[5])
    assert 1 <= len(directions) <= 3 and np.linalg.matrix_rank(directions) == len(directions)
    (kernel,) = (read_checkpoint(path).params[name] for name in record["kernels"])
    assert np.abs(np.einsum("nc,hwcd->hwnd", directions, kernel)).max() < 1e-5


@pytest.mark.parametrize("features", [1, "road", ["agent"], "agent 2"])
def test_iterating_needs_a_name_that_was_proposed(named, tmp_path, features):
    agent, run_dir = named
    with pytest.raises(InputError, match="iterate given with features=.*proposes for one: 'agent'"):
        edit(agent, str(tmp_path / "no.jd"), layer="Relu_1", features=features, run_dir=run_dir, iterate=2)
    with pytest.raises(InputError, match="iterate given with features=None"):
        edit(agent, str(tmp_path / "no.jd"), layer="Relu_1", directions=np.eye(64)[0], iterate=2)
    assert not (tmp_path / "no.jd").exists()
