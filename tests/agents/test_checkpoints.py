import joblib
import numpy as np
import pytest

from understanding_rl_vision.agents.checkpoints import Checkpoint, assign_params, read_checkpoint
from understanding_rl_vision.agents.understanding import count_actions
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.tensorflow1 import tf

PARAMS = {
    "ppo2_model/pi/b:0": np.arange(3, dtype=np.float64),
    "ppo2_model/pi/w:0": np.ones((2, 3), np.float32),
}
ARGS = {"env_name": "coinrun"}


def read(tmp_path, content):
    path = str(tmp_path / "agent.jd")
    joblib.dump(content, path)
    return read_checkpoint(path)


def test_read_checkpoint_completes_options_and_ignores_other_keys(tmp_path):
    args = {"env_name": "coinrun", "gamma": None, "lambda": 0.9, "frame_stack": 4, "use_lstm": 0}
    checkpoint = read(tmp_path, {"params": PARAMS, "args": args, "extra": {}, "time": 1.0})
    assert checkpoint.args == {
        "env_name": "coinrun",
        "env_kind": "procgen",
        "cnn": "clear",
        "stack_channels": "16_32_32",
        "emb_size": 256,
        "pooling": "tf",
        "network": None,
        "greedy": False,
        "gamma": 0.999,
        "lambda": 0.9,
        "frame_stack": 4,
        "use_lstm": 0,
    }
    assert {name: value.dtype for name, value in checkpoint.params.items()} == dict.fromkeys(PARAMS, np.float32)
    assert count_actions(checkpoint) == 3


@pytest.mark.parametrize("key", ["env_id", "env_name"])
@pytest.mark.parametrize("written", ["space_invaders", "spaceinvaders", "SpaceInvadersNoFrameskip-v4"])
def test_read_checkpoint_takes_the_name_of_atari_games(tmp_path, key, written):
    args = dict({"env_kind": "atari", "env_name": "coinrun"}, **{key: written})
    assert read(tmp_path, {"params": PARAMS, "args": args}).args["env_name"] == "space_invaders"


def test_what_is_given_takes_the_place_of_a_files_own_args(tmp_path):
    own = dict(ARGS, gamma=0.9, num_levels=500, paint_vel_info=1, unknown=3)
    path = str(tmp_path / "agent.jd")
    joblib.dump({"params": PARAMS, "args": own}, path)
    alone = read_checkpoint(path).args
    given = {"num_levels": None, "distribution_mode": "easy", "start_level": np.int32(7), "resource_root": tmp_path}
    args = read_checkpoint(path, {"gamma": None, "lambda": 0.5, "cnn": "impala", "frame_stack": 2}, given).args
    expected = dict(alone, gamma=0.999, cnn="impala", frame_stack=2, distribution_mode="easy", start_level=7)
    expected.update({"lambda": 0.5, "resource_root": str(tmp_path)})
    del expected["num_levels"]
    assert args == expected and type(args["start_level"]) is int
    assert read_checkpoint(path).args == alone and given["num_levels"] is None


def test_args_say_what_a_file_does_not(tmp_path):
    path = str(tmp_path / "agent.jd")
    joblib.dump({"params": PARAMS, "args": {}}, path)
    assert read_checkpoint(path, {"env_name": "maze"}, {"num_levels": 3}).args["num_levels"] == 3
    joblib.dump({"params": PARAMS, "args": {"env_kind": "atari", "env_id": "pong"}}, path)
    assert read_checkpoint(path, {"env_name": "breakout"}).args["env_name"] == "breakout"
    assert read_checkpoint(path, {"env_id": "breakout"}).args["env_name"] == "breakout"
    with pytest.raises(InputError, match="'num_levels' of args.*frame_stack"):
        read_checkpoint(path, {"num_levels": 3})


@pytest.mark.parametrize("path", [3, None, ["agent.jd"]])
def test_what_is_no_path_is_not_opened(path):
    with pytest.raises(InputError, match="checkpoint_path=.* given; the path of a file"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    "content, said",
    [
        ([1, 2], "params"),
        ({"args": ARGS}, "params"),
        ({"params": PARAMS}, "args"),
        ({"params": PARAMS, "args": "coinrun"}, "args"),
        ({"params": PARAMS, "args": {}}, "env_name"),
        ({"params": PARAMS, "args": dict(ARGS, use_lstm=1)}, "use_lstm"),
        ({"params": PARAMS, "args": dict(ARGS, gamma="high")}, "gamma='high'"),
        ({"params": PARAMS, "args": {"lambda": 1.5, "env_name": "coinrun"}}, "lambda=1.5"),
        ({"params": dict(PARAMS, a=np.array([1.0, np.nan])), "args": ARGS}, "'a'.*NaN"),
        ({"params": dict(PARAMS, a=np.array([np.inf])), "args": ARGS}, "'a'.*infinite"),
        ({"params": dict(PARAMS, a=np.array([1e300])), "args": ARGS}, "'a'.*infinite"),
        ({"params": dict(PARAMS, a="text"), "args": ARGS}, "'a' is a str"),
        ({"params": dict(PARAMS, a=np.array(["text"])), "args": ARGS}, "'a' is a <U4"),
        ({"params": {7: np.zeros(3)}, "args": ARGS}, "parameter 7"),
        ({"params": PARAMS, "args": {"env_name": ["coinrun"]}}, "env_name="),
    ],
)
def test_read_checkpoint_names_what_is_wrong(tmp_path, content, said):
    with pytest.raises(InputError, match=said):
        read(tmp_path, content)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("a", (2, 3))
        tf.get_variable("b", ())
        yield sess


VALUES = {"a:0": np.arange(6, dtype=np.float32).reshape(2, 3), "b:0": np.float32(7)}


def test_assign_params_fills_every_variable_without_new_nodes(sess):
    num_nodes = len(sess.graph.get_operations())
    assign_params(sess, VALUES)
    assert len(sess.graph.get_operations()) == num_nodes
    for variable in tf.global_variables():
        np.testing.assert_array_equal(sess.run(variable), VALUES[variable.name])


@pytest.mark.parametrize(
    "params, said",
    [
        ({"a:0": VALUES["a:0"]}, "lacks 'b:0'"),
        (dict(VALUES, c=np.float32(0)), "unknown 'c'"),
        (dict(VALUES, **{"a:0": np.zeros((3, 2), np.float32)}), r"'a:0'.*\(3, 2\).*\(2, 3\)"),
    ],
)
def test_assign_params_names_what_does_not_fit(sess, params, said):
    with pytest.raises(InputError, match=said):
        assign_params(sess, params)


def test_assign_params_tells_of_frames_that_are_stacked_otherwise():
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("kernel", (8, 8, 1, 32))
        with pytest.raises(InputError, match="4 channels instead of 1: 'frame_stack' in its 'args'"):
            assign_params(sess, {"kernel:0": np.zeros((8, 8, 4, 32), np.float32)})


def test_count_actions_names_the_parameter():
    with pytest.raises(InputError, match="ppo2_model/pi/b:0"):
        count_actions(Checkpoint({}, {}))
