"""Checkpoints that a stranger could send: args and params of wrong kinds and sizes."""

import io

import joblib
import numpy as np

PARAMS = {"ppo2_model/pi/b:0": np.zeros(15, np.float32)}
ARGS = {"env_name": "coinrun"}


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


def laughing(depth=60):
    value = [1]
    for _ in range(depth):
        value = [value, value]
    return value


def joblib_bytes(value, **kwargs):
    file = io.BytesIO()
    joblib.dump(value, file, **kwargs)
    return file.getvalue()


def args_files():
    """Args that a checkpoint could have."""
    one = {
        "env_name": [
            "coinrun\0", "../../etc/passwd", "x" * 10**6, 3, None, ["coinrun"], laughing(), np.zeros(3), b"coinrun"
        ],
        "env_kind": ["", 3, np.zeros(2), ["procgen"], "x" * 10**6, {}],
        "cnn": ["x", 3, ["impala"], np.zeros(2), "impala\0"],
        "stack_channels": ["1_" * 10**5 + "1", "99999999", "0", "-1", "a", "16_", 3, [16], "9" * 10**6, np.zeros(2)],
        "emb_size": [2**40, 0, -1, 1.5, "8", np.zeros(2), 10**30],
        "pooling": ["x", 3, np.zeros(2), []],
        "gamma": [2, -1, float("nan"), "1", 1j, np.complex64(1j), nested(90), np.zeros(2), 10**100],
        "lambda": [float("inf"), [], {}, None],
        "use_lstm": [1, np.zeros(2), "yes"],
        "num_threads": [2**31, -1, "x", np.zeros(2), 10**6],
        "num_levels": [2**31, -1, 2**62, "x", np.zeros(2), 1.5],
        "start_level": [2**31, -5, {}],
        "distribution_mode": ["x", 3, [], np.zeros(2), "memory"],
        "use_backgrounds": [2, "x", np.zeros(2)],
        "resource_root": ["\0", "/nowhere", 3, np.zeros(2)],
        "frame_stack": [0, 65, 2**31, "x", np.zeros(2)],
        "reward_scale": [float("nan"), 1e300, "x"],
        "epsilon_greedy": [2, float("nan"), "x"],
    }  # fmt: skip
    args = {}
    for key, values in one.items():
        for number, value in enumerate(values):
            of_impala = {"cnn": "impala"} if key in ("stack_channels", "emb_size", "pooling") else {}
            args["{} {}".format(key, number)] = dict(ARGS, **dict(of_impala, **{key: value}))
    return {name: joblib_bytes({"params": PARAMS, "args": value}) for name, value in args.items()}


def params_files():
    params = {
        "no arrays": {"a": 1},
        "texts": {"ppo2_model/pi/b:0": np.array(["a"])},
        "NaN": {"ppo2_model/pi/b:0": np.float32([np.nan])},
        "complex": {"ppo2_model/pi/b:0": np.zeros(3, complex)},
        "empty": {"ppo2_model/pi/b:0": np.zeros(0)},
        "numbers as names": {1: np.zeros(3)},
        "layers of text": {"ppo2_model/pi/layer_0/kernel:0": "x", "ppo2_model/pi/b:0": np.zeros(15)},
        "ragged layers": {"ppo2_model/pi/layer_0/kernel:0": [[1], [1, 2]]},
        "a list": [np.zeros(()), np.zeros(())],
        "arrays without names": [np.zeros((3, 3, 0, 8)), np.zeros(8), np.zeros((8, 2)), np.zeros(2), np.zeros(())],
        "a number": 3,
        "scalars": {"ppo2_model/pi/b:0": np.float32(3)},
    }
    return {name: joblib_bytes({"params": value, "args": ARGS}) for name, value in params.items()}
