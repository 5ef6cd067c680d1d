"""Files that other tools save, and what lies in files beside params and args."""

import argparse
import collections
import datetime
import pathlib

import joblib
import numpy as np
import pytest

from understanding_rl_vision.agents.architectures import build_policy
from understanding_rl_vision.agents.checkpoints import assign_params, read_checkpoint
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.tensorflow1 import tf

NETWORKS = {
    "clear": {"cnn": "clear"},
    "impala": {"cnn": "impala", "stack_channels": "4_6_5_8", "emb_size": 12},
    "nature": {"cnn": "nature"},
}
PARAMS = {"ppo2_model/pi/b:0": np.zeros(3, np.float32)}
ARGS = {"env_name": "coinrun"}


class Object:
    pass


class Game(str):
    pass


def read(tmp_path, content, **args):
    path = str(tmp_path / "agent.jd")
    joblib.dump(content, path)
    return read_checkpoint(path, args=args or None)


def params_of(network):
    """Parameters of a network for 9 actions, in the order of their making."""
    random = np.random.RandomState(0)
    with tf.Graph().as_default():
        build_policy(tf.placeholder(tf.float32, (None, 64, 64, 3)), 9, **NETWORKS[network])
        shapes = [(variable.name, variable.shape.as_list()) for variable in tf.global_variables()]
    return {name: random.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes}


def with_optimizer(params):
    """As Baselines' save_variables has them: with what Adam keeps."""
    saved = dict(params)
    for name, value in params.items():
        saved[name[:-2] + "/Adam:0"], saved[name[:-2] + "/Adam_1:0"] = np.zeros_like(value), np.zeros_like(value)
    return dict(saved, **{"beta1_power:0": np.float32(0.9), "beta2_power:0": np.float32(0.999)})


def check_fits(checkpoint, params):
    assert list(checkpoint.params) == list(params)
    for name, value in params.items():
        np.testing.assert_array_equal(checkpoint.params[name], value)
    network = {name: checkpoint.args[name] for name in ("cnn", "stack_channels", "emb_size")}
    with tf.Graph().as_default(), tf.Session() as sess:
        build_policy(tf.placeholder(tf.float32, (None, 64, 64, 3)), 9, **network)
        assign_params(sess, checkpoint.params)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("wrap", [lambda saved: saved, lambda saved: {"params": saved}], ids=["alone", "in params"])
def test_what_save_variables_writes_is_read(tmp_path, network, wrap):
    params = params_of(network)
    checkpoint = read(tmp_path, wrap(with_optimizer(params)), env_name="fruitbot", gamma=0.99)
    check_fits(checkpoint, params)
    assert checkpoint.args["env_name"] == "fruitbot" and checkpoint.args["gamma"] == 0.99
    assert {name: checkpoint.args[name] for name in NETWORKS[network]} == NETWORKS[network]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("value_first", [False, True])
def test_arrays_in_the_order_of_the_variables_get_their_names(tmp_path, network, value_first):
    params = params_of(network)
    arrays = list(params.values())
    if value_first:
        arrays = arrays[:-4] + arrays[-2:] + arrays[-4:-2]
    check_fits(read(tmp_path, arrays, env_name="heist"), params)
    for content in ({"params": arrays}, {"params": {"model": arrays}, "args": {"env_name": "heist"}}):
        assert list(read(tmp_path, content, env_name="heist").params) == list(params)


def test_what_openai_coinrun_saves_is_an_agent_of_coinrun_old(tmp_path):
    args = {"architecture": "impala", "game_type": "standard", "num_levels": 500, "set_seed": -1, "frame_stack": 1}
    checkpoint = read(tmp_path, {"params": {"model": list(params_of("impala").values())}, "args": args})
    assert checkpoint.args["env_name"] == "coinrun_old" and checkpoint.args["num_levels"] == 500


def test_arrays_that_no_network_has_are_refused(tmp_path):
    arrays = list(params_of("impala").values())
    batch_norm = [array for pair in zip(arrays[::2], arrays[1::2]) for array in pair + (pair[1], pair[1])]
    for content in (arrays[:-1], arrays[2:], arrays[::-1], batch_norm, [np.zeros(3), np.zeros(3)]):
        with pytest.raises(InputError, match="arrays without names, of the shapes"):
            read(tmp_path, content, env_name="coinrun")


def test_options_that_are_missing_are_named_with_what_the_file_tells(tmp_path):
    with pytest.raises(InputError) as error:
        read(tmp_path, with_optimizer(params_of("impala")))
    for said in ("args={'env_name': ...}", "cnn='impala'", "stack_channels='4_6_5_8'", "emb_size=12", "frame_stack"):
        assert said in str(error.value)


@pytest.mark.parametrize("cnn, named, unnamed", [("clear", "pooling='tf'", "emb_size"), ("nature", "cnn=", "pooling")])
def test_only_the_networks_own_options_are_named(tmp_path, cnn, named, unnamed):
    with pytest.raises(InputError) as error:
        read(tmp_path, params_of(cnn))
    assert named in str(error.value) and unnamed not in str(error.value)


def test_parameters_decide_the_network_only_where_args_do_not(tmp_path):
    content = {"params": params_of("impala"), "args": dict(ARGS, cnn="nature", stack_channels=None, emb_size=7)}
    args = read(tmp_path, content).args
    assert (args["cnn"], args["stack_channels"], args["emb_size"]) == ("nature", "4_6_5_8", 7)
    assert read(tmp_path, content, cnn="impala").args["cnn"] == "impala"


@pytest.mark.parametrize(
    "saved, needed, said",
    [
        ("impala", "clear", "named as those of cnn='impala'; the option 'cnn'"),
        ("impala", "impala", "'stack_channels'"),
        ("nature", "nature", "lacks 'ppo2_model/pi/c1/b:0'. All those of cnn='nature' and no others"),
        (None, "nature", "All those of cnn='nature' and no others"),
    ],
)
def test_advice_on_names_fits(saved, needed, said):
    params = params_of(saved) if saved else {"actor.weight": np.zeros(3)}
    params = {name: value for name, value in params.items() if "layer_19" not in name and "pi/c1/b" not in name}
    with tf.Graph().as_default(), tf.Session() as sess:
        build_policy(tf.placeholder(tf.float32, (None, 64, 64, 3)), 9, **NETWORKS[needed])
        with pytest.raises(InputError, match=said):
            assign_params(sess, params)


@pytest.mark.parametrize(
    "changes",
    [
        {"extra": collections.defaultdict(float, a=1.0)},
        {"extra": {"when": datetime.datetime(2020, 1, 1), Object(): Object()}, "time": Object()},
        {"args": argparse.Namespace(**ARGS)},
        {"args": collections.defaultdict(int, ARGS)},
        {
            "args": dict(
                ARGS, began=datetime.datetime(2020, 1, 1), took=datetime.timedelta(1), policy=Object, nested=[Object()]
            )
        },
        {"params": collections.OrderedDict(PARAMS)},
    ],
    ids=lambda content: " ".join(sorted(content)),
)
def test_what_is_not_needed_does_not_decide_whether_a_file_is_read(tmp_path, changes):
    expected = read(tmp_path, {"params": PARAMS, "args": ARGS})
    checkpoint = read(tmp_path, dict({"params": PARAMS, "args": ARGS}, **changes))
    assert checkpoint.args == expected.args and type(checkpoint.args) is dict
    check = {name: value.tolist() for name, value in checkpoint.params.items()}
    assert check == {name: value.tolist() for name, value in PARAMS.items()}


def test_paths_in_args_are_text(tmp_path):
    args = dict(ARGS, resource_root=pathlib.PurePosixPath("/assets"), logs=[pathlib.PureWindowsPath("C:\\logs")])
    checkpoint = read(tmp_path, {"params": PARAMS, "args": args})
    assert checkpoint.args["resource_root"] == "/assets" and checkpoint.args["logs"] == ["C:\\logs"]


@pytest.mark.parametrize(
    "content, said",
    [
        ({"params": {"ppo2_model/pi/w:0": Object()}, "args": ARGS}, r"params\['ppo2_model/pi/w:0'\] is a .*\.Object;"),
        ({"params": {"a": np.array([None])}, "args": ARGS}, r"params\['a'\] is a numpy.ndarray of object;"),
        ({"params": PARAMS, "args": dict(ARGS, env_kind=Game("atari"))}, r"args\['env_kind'\] is a .*\.Game;"),
        (
            {"params": PARAMS, "args": dict(ARGS, num_levels={"a": [Object()]})},
            r"args\['num_levels'\]\['a'\]\[0\] is a ",
        ),
        ({"params": PARAMS, "args": Object()}, r"has no 'args' but a .*\.Object"),
        ({"params": Object(), "args": ARGS}, r"has no 'params' but a .*\.Object"),
        ({"state_dict": {"a": np.zeros(3)}}, "has no 'params'"),
        (Object(), "has no 'params'"),
        ({}, "has no 'params'"),
    ],
)
def test_objects_where_values_are_needed_are_named_with_their_place(tmp_path, content, said):
    with pytest.raises(InputError, match=said):
        read(tmp_path, content)


@pytest.mark.parametrize("name", ["coinrun.jd", "procgen/coinrun.jd"])
def test_agents_that_openai_published_are_read(shared, name):
    checkpoint = read_checkpoint(str(shared / "openai" / name))
    assert checkpoint.args["env_name"] == {"coinrun.jd": "coinrun_old"}.get(name, "coinrun")
    assert checkpoint.args["env_kind"] == "procgen" and checkpoint.args["cnn"] == "clear"
    assert len(checkpoint.params) == 18


def test_an_agent_that_baselines_saved_is_read(shared):
    path = str(shared / "agents" / "emagsig_fruitbot_baseimpala_00120")
    with pytest.raises(InputError, match="env_name.*cnn='impala', stack_channels='16_32_32_32', emb_size=256"):
        read_checkpoint(path)
    checkpoint = read_checkpoint(path, args={"env_name": "fruitbot", "distribution_mode": "easy"})
    assert checkpoint.args["stack_channels"] == "16_32_32_32" and len(checkpoint.params) == 46
    with tf.Graph().as_default(), tf.Session() as sess:
        network = {name: checkpoint.args[name] for name in ("cnn", "stack_channels", "emb_size")}
        build_policy(tf.placeholder(tf.float32, (None, 64, 64, 3)), 15, **network)
        assign_params(sess, checkpoint.params)
