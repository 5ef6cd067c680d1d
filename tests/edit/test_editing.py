"""Edited models, at the input of the convolution that follows the layer."""

import joblib
import numpy as np
import pytest

from tests.helpers.interfaces import QUICK, assert_complete
from tests.helpers.untrained import SMALL, write_checkpoint
from understanding_rl_vision.agents.architectures import build_policy
from understanding_rl_vision.agents.checkpoints import assign_params, read_checkpoint
from understanding_rl_vision.command_line import main
from understanding_rl_vision.edit.__main__ import make_parser
from understanding_rl_vision.edit.editing import edit, projected_kernel
from understanding_rl_vision.edit.kernels import following_kernels
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.rl_util.pickles import load_joblib
from understanding_rl_vision.run.directions import Layer, read_directions, write_directions
from understanding_rl_vision.run.measurement import write_measurement
from understanding_rl_vision.run.nmf_output import OF_VALUE
from understanding_rl_vision.run.running import run
from understanding_rl_vision.tensorflow1 import tf

PI = "ppo2_model/pi/"
CHANNELS = 32
RANDOM = np.random.RandomState(0)
V = np.abs(RANDOM.randn(CHANNELS))
INPUTS = RANDOM.rand(2, 16, 16, CHANNELS)


@pytest.fixture
def edited(checkpoint_path, tmp_path):
    """Edit layer 2b, once or several times over; returns the path."""

    def make(*directions, source=checkpoint_path):
        for number, one in enumerate(directions):
            source = edit(source, str(tmp_path / "edited-{}.jd".format(number)), layer="2b", directions=one)
        return source

    return make


@pytest.fixture(scope="module")
def next_convolution():
    """What 3a, the convolution after 2b and its pool, makes of inputs (N, h, w, c), with a checkpoint's parameters."""
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        build_policy(tf.placeholder(tf.float32, (None, 64, 64, 3)), 15)
        convolution = graph.get_operation_by_name(PI + "3a/conv2d/Conv2D")

        def run(path, inputs):
            assign_params(sess, read_checkpoint(path).params)
            return sess.run(convolution.outputs[0], {convolution.inputs[0]: inputs})

        yield run


def along(inputs, directions):
    """The part of inputs (..., c) in the span of directions (n, c)."""
    basis, _ = np.linalg.qr(np.transpose(directions))
    return inputs @ basis @ basis.T


def test_moving_along_the_direction_changes_nothing(edited, checkpoint_path, next_convolution):
    path = edited(V)
    distances = RANDOM.randn(2, 16, 16, 1)
    still, moved = (next_convolution(path, inputs) for inputs in (INPUTS, INPUTS + distances * V))
    np.testing.assert_allclose(moved, still, atol=1e-5)
    before, after = (next_convolution(checkpoint_path, inputs) for inputs in (INPUTS, INPUTS + distances * V))
    assert np.abs(after - before).max() > 0.1


def test_what_is_orthogonal_passes_as_before(edited, checkpoint_path, next_convolution):
    orthogonal = INPUTS - along(INPUTS, [V])
    was, now = (next_convolution(path, orthogonal) for path in (checkpoint_path, edited(V)))
    np.testing.assert_allclose(now, was, atol=1e-5)
    assert np.abs(was).max() > 0.1


def test_several_directions_project_out_their_span(edited, checkpoint_path, next_convolution):
    directions = np.abs(RANDOM.randn(2, CHANNELS))
    # The third lies in the span of the two.
    path = edited(np.concatenate([directions, directions[:1] - directions[1:]]))
    moved = INPUTS + RANDOM.randn(2, 16, 16, 2) @ directions
    np.testing.assert_allclose(next_convolution(path, moved), next_convolution(path, INPUTS), atol=1e-5)
    orthogonal = INPUTS - along(INPUTS, directions)
    was, now = (next_convolution(path, orthogonal) for path in (checkpoint_path, path))
    np.testing.assert_allclose(now, was, atol=1e-5)


def test_a_one_hot_direction_zeroes_a_slice_of_the_kernel_and_nothing_else(edited, checkpoint_path):
    was, now = read_checkpoint(checkpoint_path), read_checkpoint(edited(7 * np.eye(CHANNELS)[5]))
    name = PI + "3a/conv2d/kernel:0"
    expected = was.params[name].copy()
    expected[:, :, 5] = 0
    np.testing.assert_allclose(now.params[name], expected, atol=1e-7)
    others = [other for other in was.params if other != name]
    assert len(others) == len(now.params) - 1
    for other in others:
        np.testing.assert_array_equal(now.params[other], was.params[other])


def test_editing_twice_equals_once_and_both_are_recorded(edited, checkpoint_path):
    once, twice = read_checkpoint(edited(V)), read_checkpoint(edited(V, V))
    for name, value in once.params.items():
        np.testing.assert_allclose(twice.params[name], value, atol=1e-7)
    assert len(once.args["edits"]) == 1 and len(twice.args["edits"]) == 2
    record = twice.args["edits"][1]
    assert (record["layer"], record["features"], record["kernels"]) == ("2b", None, [PI + "3a/conv2d/kernel:0"])
    np.testing.assert_allclose(record["directions"], [V])
    was = read_checkpoint(checkpoint_path)
    assert dict(was.args, edits=once.args["edits"]) == once.args


def test_features_are_numbers_of_the_legend_of_a_run(checkpoint_path, tmp_path, capsys):
    dirs = np.abs(RANDOM.randn(4, CHANNELS))
    layer = Layer("2b", PI + "2b/Relu", Directions(dirs, 4), None)
    dead = Layer("3a", PI + "3a/Relu", Directions(np.zeros((0, CHANNELS)), 0), "No features: it is dead.")
    write_directions(str(tmp_path), [Layer("input", None, None, None), layer, dead], OF_VALUE)
    path = str(tmp_path / "command.jd")
    flags = ["--layer", "2b", "--features", "[1, 4]", "--run-dir", str(tmp_path)]
    assert main(edit, make_parser(), [str(checkpoint_path), path] + flags) == 0
    assert capsys.readouterr().out == path + "\n"
    by_hand = edit(checkpoint_path, str(tmp_path / "hand.jd"), layer="2b", directions=dirs[[0, 3]], quiet=True)
    assert capsys.readouterr().out == ""
    command, hand = read_checkpoint(path), read_checkpoint(by_hand)
    for name, value in hand.params.items():
        np.testing.assert_array_equal(command.params[name], value)
    assert command.args["edits"][0]["features"] == [1, 4]
    for features in (0, 5, [1, 5], "1", [], True):
        with pytest.raises(InputError, match="from 1 to 4"):
            edit(checkpoint_path, str(tmp_path / "no.jd"), layer="2b", features=features, run_dir=str(tmp_path))
    with pytest.raises(InputError, match="no layer '2a'; it has 2b, 3a"):
        edit(checkpoint_path, str(tmp_path / "no.jd"), layer="2a", features=1, run_dir=str(tmp_path))
    with pytest.raises(InputError, match="'3a' of the run in .* has no features. No features: it is dead"):
        edit(checkpoint_path, str(tmp_path / "no.jd"), layer="3a", features=1, run_dir=str(tmp_path))
    assert not (tmp_path / "no.jd").exists()


def test_features_are_called_by_their_names_too(checkpoint_path, tmp_path):
    dirs = np.abs(RANDOM.randn(4, CHANNELS))
    layers = [Layer("2b", PI + "2b/Relu", Directions(dirs, 4), None)]
    write_directions(str(tmp_path), layers, OF_VALUE, {"2b": {"0": "Platform", "3": "platform"}})
    write_measurement(str(tmp_path), {"2b": {"names": {"0": "buzzsaw", "1": "buzzsaw 2"}}})
    argv = [str(checkpoint_path), str(tmp_path / "edited.jd"), "--layer", "2b", "--run-dir", str(tmp_path)]
    # What people call a feature takes the place of what is proposed.
    for text, numbers in [
        ("buzzsaw 2", [2]),
        ("platform", [1, 4]),
        ('[3, "Buzzsaw 2"]', [3, 2]),
        ('["platform", 4]', [1, 4]),
    ]:
        assert main(edit, make_parser(), argv + ["--features", text]) == 0
        record = read_checkpoint(tmp_path / "edited.jd").args["edits"][0]
        assert record["features"] == numbers
        np.testing.assert_allclose(record["directions"], dirs[[number - 1 for number in numbers]])
    with pytest.raises(InputError, match="'coin' given.*names of features: 'Platform' .1., 'buzzsaw 2' .2."):
        edit(checkpoint_path, str(tmp_path / "no.jd"), layer="2b", features="coin", run_dir=str(tmp_path))
    write_directions(str(tmp_path / "other"), layers, OF_VALUE)
    with pytest.raises(InputError, match="there are none; `measure` with run_dir proposes some"):
        edit(checkpoint_path, str(tmp_path / "no.jd"), layer="2b", features="coin", run_dir=str(tmp_path / "other"))


@pytest.mark.parametrize(
    "options, said",
    [
        ({"layer": "2b"}, "run_dir"),
        ({"layer": "2b", "features": 1}, "run_dir"),
        ({"layer": "2b", "features": 1, "directions": V}, "run_dir"),
        ({"layer": "2b", "directions": V, "run_dir": "runs"}, "run_dir"),
        ({"layer": "2b", "directions": V[:-1]}, "has 32 channels"),
        ({"layer": "2b", "directions": []}, "has 32 channels"),
        ({"layer": "2b", "directions": 0 * V}, "zero"),
        ({"layer": "2b", "directions": [V, 0 * V]}, "zero"),
        ({"layer": "2b", "directions": np.nan * V}, "NaN"),
        ({"layer": "2b", "directions": "up"}, "arrays of numbers"),
        ({"layer": "5a", "directions": V}, "has 1a, 2a, 2b, 3a, 4a"),
        ({"layer": "4a", "directions": V}, "a dense layer"),
    ],
)
def test_what_cannot_be_edited_is_said(checkpoint_path, tmp_path, options, said):
    with pytest.raises(InputError, match=said):
        edit(checkpoint_path, str(tmp_path / "edited.jd"), **options)
    assert not (tmp_path / "edited.jd").exists()


def test_run_shows_an_edited_agent_whose_value_does_not_hang_on_the_direction(tmp_path):
    pytest.importorskip("procgen")
    path = write_checkpoint(tmp_path / "agent.jd", **SMALL)
    blinded = edit(path, str(tmp_path / "edited.jd"), layer="Relu_1", directions=np.eye(64)[5])
    options = dict(
        QUICK,
        layer_kwargs={"name_contains_one_of": "Relu_1"},
        load_kwargs={"temp_files": True, "full_resolution": False},
    )
    run(blinded, tmp_path / "page", quiet=True, trajectories_kwargs={"num_envs": 1, "num_steps": 2}, **options)
    assert_complete(tmp_path / "page", 16)
    _, directions = read_directions(tmp_path / "page", "Relu_1")
    assert np.abs(directions[:, 5]).max() < 1e-6 < np.abs(directions).max()


def test_the_original_is_not_replaced(checkpoint_path, tmp_path):
    path = str(tmp_path / "agent.jd")
    checkpoint = read_checkpoint(checkpoint_path)
    joblib.dump({"params": checkpoint.params, "args": checkpoint.args}, path)
    with pytest.raises(InputError, match="would be overwritten"):
        edit(path, path, layer="2b", directions=V)


def kernels_after(cnn, *nodes, **options):
    """For each node the kernels that follow it, or what is said if none can."""
    found = []
    with tf.Graph().as_default() as graph:
        build_policy(tf.placeholder(tf.float32, (None, 64, 64, 3)), 15, cnn=cnn, **options)
        for node in nodes:
            try:
                found += following_kernels(graph.get_operation_by_name(PI + node))
            except InputError as error:
                found.append(str(error))
    return found


def test_the_next_convolution_is_found_in_every_architecture():
    assert kernels_after("clear", "1a/Relu") == [PI + "2a/conv2d/kernel:0"]
    kernel, nothing = kernels_after("nature", "Relu_1", "Relu_2")
    assert kernel == PI + "c3/w:0" and "a dense layer" in nothing
    # The first activation of a block, the second, and what goes on past the block's convolutions.
    first, second, past = kernels_after("impala", "Relu", "Relu_1", "MaxPool")
    assert (first, second) == (PI + "layer_1/kernel:0", PI + "layer_2/kernel:0")
    assert "a residual connection" in past
    # PyTorch's pools are like TensorFlow's.
    pools = [kernels_after("impala", "layer_0/BiasAdd", pooling=pooling) for pooling in ("tf", "torch")]
    assert all("a residual connection" in said for (said,) in pools)


def test_a_layer_that_several_convolutions_read():
    with tf.Graph().as_default():
        layer = tf.nn.relu(tf.placeholder(tf.float32, (None, 8, 8, 3)))
        for name in "ab":
            tf.nn.conv2d(layer, tf.get_variable(name, (3, 3, 3, 2)), [1, 1, 1, 1], "SAME")
        assert following_kernels(layer.op) == ["a:0", "b:0"]


def test_projected_kernel_is_the_formula():
    kernel = RANDOM.randn(3, 3, 4, 5)
    v = RANDOM.randn(4)
    matrix = np.eye(4) - np.outer(v, v) / (v @ v)
    np.testing.assert_allclose(projected_kernel(kernel, v[None]), np.einsum("ij,hwjd->hwid", matrix, kernel), atol=1e-6)


def test_args_that_are_given_stand_in_the_edited_checkpoint_and_nothing_else_changes(checkpoint_path, tmp_path):
    own = load_joblib(str(checkpoint_path))["args"]
    direction = [1.0] + [0.0] * (CHANNELS - 1)
    kept = edit(checkpoint_path, str(tmp_path / "kept.jd"), layer="2b", directions=direction)
    written = load_joblib(kept)["args"]
    assert {key: written[key] for key in own if own[key] is not None} == {
        key: value for key, value in own.items() if value is not None
    }
    assert "env_options" not in written and "env_kwargs" not in written
    content = {"params": read_checkpoint(checkpoint_path).params, "args": {}}
    joblib.dump(content, str(tmp_path / "bare.jd"))
    with pytest.raises(InputError, match="env_name"):
        edit(str(tmp_path / "bare.jd"), str(tmp_path / "edited.jd"), layer="2b", directions=direction)
    args = {"env_name": "coinrun", "gamma": 0.5}
    edited = edit(str(tmp_path / "bare.jd"), str(tmp_path / "edited.jd"), layer="2b", directions=direction, args=args)
    assert read_checkpoint(edited).args["gamma"] == 0.5
    with pytest.raises(InputError, match="'distribution_mod' of args"):
        edit(checkpoint_path, edited, layer="2b", directions=direction, args={"distribution_mod": "easy"})


def test_a_folder_whose_name_is_a_number(checkpoint_path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    argv = [str(checkpoint_path), "edited.jd", "--layer", "2b", "--features", "1", "--run-dir", "2024"]
    assert main(edit, make_parser(), argv) == 2
    assert "2024" in capsys.readouterr().err
    with pytest.raises(InputError, match="run_dir=2024 given; the path of a file or folder"):
        edit(checkpoint_path, "edited.jd", layer="2b", features=1, run_dir=2024)
    with pytest.raises(InputError, match="output_path=2024 given"):
        edit(checkpoint_path, 2024, layer="2b", directions=[1] * CHANNELS)
