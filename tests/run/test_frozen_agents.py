"""A frozen model in place of a checkpoint: which of its nodes are what, and every command that lets it play."""

from pathlib import Path

import numpy as np
import pytest

from tests.helpers.frozen import frozen_model
from tests.helpers.gymnasium_games import Walk
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.frozen_models import frozen_agent
from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_clarity import convert, edit, evaluate, find, inspect, run, train
from understanding_rl_vision.rl_util import FrozenModel, get_acts
from understanding_rl_vision.tensorflow1 import tf

WALK = "tests.helpers.gymnasium_games:Walk"
IMAGE_SHAPE = (8, 9, 3)
QUICK = {"observations_kwargs": {"num_envs": 2, "num_obs": 2, "obs_every": 2}, "nmf_features": 1, "quiet": True}
QUICK.update(vis_thumbnail_num_mult=2, vis_subdiv_mults=[1], vis_expand_mults=[4])
ROWS = 8 * 9 * 4


def weights(*shape):
    return tf.constant((np.random.RandomState(len(shape)).randn(*shape) / 4).astype(np.float32))


def trunk(images):
    seen = tf.nn.relu(tf.nn.conv2d(images, weights(3, 3, 3, 4), [1, 1, 1, 1], "SAME"), name="seen")
    return tf.reshape(seen, [-1, ROWS])


def actor_and_critic(images, value_name="worth"):
    """Logits of three actions, and values (N, 1)."""
    rows = trunk(images)
    tf.matmul(rows, weights(ROWS, 3), name="choice")
    tf.matmul(rows, weights(ROWS, 1), name=value_name)


@pytest.fixture(scope="module")
def model():
    return frozen_model(IMAGE_SHAPE, ["choice", "worth"], actor_and_critic)


def frames(count=3):
    return np.random.RandomState(0).randint(256, size=(count, *IMAGE_SHAPE)).astype(np.uint8)


def test_a_page_of_a_model_and_the_same_agent_by_its_file(model, tmp_path):
    page = run(model, tmp_path / "page", env=Walk, trajectories_kwargs={"num_envs": 2, "num_steps": 14}, **QUICK)
    assert '"seen"' in Path(page).read_text("utf-8")
    path = str(tmp_path / "page.agent.pb")
    policy = policy_of(read_checkpoint(path, env=WALK))
    logits, values = policy.outputs(frames())
    for ours, node in ((logits, "choice"), (values[:, np.newaxis], "worth")):
        np.testing.assert_allclose(ours, get_acts(model, node, frames() / np.float32(255)), atol=1e-5)
    found = find(path, tmp_path / "found", env=WALK, num_levels=4, num_envs=2, **QUICK)
    assert '"seen"' in Path(found).read_text("utf-8")
    options = {"env": WALK, "num_levels": 4, "num_envs": 2, "quiet": True}
    summary = evaluate(path, output_dir=tmp_path / "evaluation", **options)
    assert summary["complete"] and summary["models"][0]["levels"] == 4
    known = inspect(path)
    assert (known["actions"], known["channels"], known["value"], known["parameters"]) == (
        3,
        3,
        "a head",
        108 + 4 * ROWS,
    )
    assert known["missing"] == ["env_name, the game that it plays"]


@pytest.mark.parametrize("command", [edit, convert, train])
def test_commands_that_need_parameters_refuse_it(model, tmp_path, command):
    path = tmp_path / "agent.pb"
    path.write_bytes(model.to_bytes())
    args = {"env_kind": "gymnasium", "env_name": WALK}
    with pytest.raises(InputError, match=r"{}\(\) takes the parameters".format(command.__name__)):
        if command is train:
            train(load_path=str(path), env=WALK, save_dir=tmp_path / "trained")
        else:
            more = {"layer": "seen", "directions": [1.0] * 4} if command is edit else {}
            command(str(path), str(tmp_path / "out.jd"), args=dict(args), **more)


def test_q_values_are_told_by_their_name_or_by_args():
    def build(images):
        tf.matmul(trunk(images), weights(ROWS, 3), name="q_values")

    q_model = frozen_model(IMAGE_SHAPE, ["q_values"], build)
    images = frames() / np.float32(255)
    expected = get_acts(q_model, "q_values", images)
    for agent in (frozen_agent(q_model, {}), frozen_agent(q_model, {"q_values_name": "q_values"})):
        assert agent.has_q_values and agent.num_actions == 3
        longer = FrozenModel.from_bytes(agent.model_bytes)
        np.testing.assert_allclose(get_acts(longer, agent.names[1], images), expected.max(axis=1), atol=1e-6)
    # Named as logits, they are no Q-values; and there is no value then.
    agent = frozen_agent(q_model, {"policy_logits_name": "q_values"})
    assert not agent.has_q_values and agent.names == ("q_values", None)


def test_q_values_play_greedily(tmp_path):
    def build(images):
        tf.matmul(trunk(images), weights(ROWS, 3), name="q")

    path = tmp_path / "q.pb"
    path.write_bytes(frozen_model(IMAGE_SHAPE, ["q"], build).to_bytes())
    checkpoint = read_checkpoint(str(path), env=WALK)
    assert checkpoint.args["greedy"] and checkpoint.args["epsilon_greedy"] == 0.05
    policy = policy_of(checkpoint)
    raw = policy.raw_outputs(frames())
    np.testing.assert_allclose(raw[0].max(axis=1), raw[1], atol=1e-6)
    np.testing.assert_array_equal(np.exp(policy.logits(frames())), np.eye(3)[raw[0].argmax(axis=1)])


def test_nodes_that_are_not_clear_are_asked_for(model):
    def build(images):
        actor_and_critic(images)
        tf.matmul(trunk(images), weights(ROWS, 5), name="other")

    both = frozen_model(IMAGE_SHAPE, ["choice", "worth", "other"], build)
    with pytest.raises(InputError, match=r"'policy_logits_name': NAME.*choice of \('N', 3\)"):
        frozen_agent(both, {})
    assert frozen_agent(both, {"policy_logits_name": "other"}).num_actions == 5
    for args, said in (
        ({"policy_logits_name": "nothing"}, "'nothing' given; a node of the shape"),
        ({"value_function_name": "choice"}, "value_function_name='choice' given"),
        ({"policy_logits_name": "choice", "q_values_name": "choice"}, "an agent has logits or Q-values"),
    ):
        with pytest.raises(InputError, match=said):
            frozen_agent(model, args)


def test_images_of_another_shape_are_refused(model, tmp_path):
    path = tmp_path / "agent.pb"
    path.write_bytes(model.to_bytes())
    checkpoint = read_checkpoint(str(path), env=WALK, env_kwargs={"resize": 6})
    with pytest.raises(InputError, match=r"takes images of \(8, 9, 3\), but the game shows \(6, 6, 3\)"):
        policy_of(checkpoint)


def test_frames_are_stacked_as_the_model_takes_them(tmp_path):
    path = tmp_path / "agent.pb"
    path.write_bytes(frozen_model((8, 9, 6), ["choice"], lambda images: actor_and_critic(images[..., 3:])).to_bytes())
    checkpoint = read_checkpoint(str(path), env=WALK)
    assert checkpoint.args["frame_stack"] == 2 and not policy_of(checkpoint).has_value


def test_the_range_of_the_images_is_the_models(model):
    pixels = FrozenModel(model.graph_def, input_name="images", image_shape=IMAGE_SHAPE, image_value_range=(0.0, 255.0))
    again = FrozenModel.from_bytes(pixels.to_bytes())
    assert again.image_value_range == (0.0, 255.0) and again.output_names == pixels.output_names
