"""Somebody else's program in TensorFlow 2's manner, before and after it imports and uses the package.

Arguments: the file of a model like tests/coinrun.jd, and a folder for a page.
"""

import importlib
import logging
import os
import random
import signal
import sys
import warnings

import numpy as np
import tensorflow as tf

# Libraries that when imported set variables of the environment, or how their own warnings are shown.
for library in ("joblib", "scipy.ndimage", "threadpoolctl"):
    importlib.import_module(library)

tf.compat.v1.enable_eager_execution()
dense = tf.keras.Sequential([tf.keras.layers.Dense(1, kernel_initializer="ones")])


@tf.function
def loop(x):
    return tf.while_loop(lambda i, _: i < 3, lambda i, x: (i + 1, x + tf.reduce_sum(x)), (0, x))[1]


def results():
    images = tf.Variable(tf.ones((1, 2)))
    with tf.GradientTape() as tape:
        score = tf.reduce_sum(dense(images) ** 2)
    dense.compile("sgd", "mse")
    return (
        float(score),
        tape.gradient(score, images).numpy().tolist(),
        loop(tf.ones(2)).numpy().tolist(),
        [int(x) for x in tf.data.Dataset.range(6).batch(2).map(tf.reduce_sum)],
        dense.predict(np.ones((2, 2)), verbose=0).tolist(),
    )


def state():
    v1, loggers = tf.compat.v1, [logging.getLogger(name) for name in (None, "tensorflow", "absl")]
    switches = ("executing_eagerly", "resource_variables_enabled", "control_flow_v2_enabled")
    return {
        "switches": [getattr(v1, name)() for name in switches if hasattr(v1, name)],
        "dimensions": str(type(tf.ones(1).shape[0])),
        "graph": len(v1.get_default_graph().get_operations()),
        "loggers": [(logger.level, list(logger.handlers), list(logger.filters)) for logger in loggers],
        "verbosity": v1.logging.get_verbosity(),
        "warnings": list(warnings.filters),
        "floats": np.geterr(),
        "printing": np.get_printoptions(),
        "drawn": (random.getstate(), str(np.random.get_state())),
        "environment": dict(os.environ),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
        "hooks": (sys.excepthook, sys.getrecursionlimit(), sys.displayhook),
        "plots": "matplotlib.pyplot" in sys.modules,
    }


def changed():
    now = state()
    return [name for name in now if now[name] != before[name]], results() == numbers


numbers, before = results(), state()
rl_util = importlib.import_module("understanding_rl_vision.rl_util")
rl_clarity = importlib.import_module("understanding_rl_vision.rl_clarity")
print("imported", *changed())

interfaces = importlib.import_module("tests.helpers.interfaces")
model = rl_util.FrozenModel.load(sys.argv[1])
images = np.random.RandomState(0).rand(2, 64, 64, 3).astype(np.float32)
for exact in (True, False):
    rl_util.get_attr(model, "ppo2_model/strided_slice", "ppo2_model/pi/2b/Relu", images, exact=exact)
rl_clarity.generate(sys.argv[2], **interfaces.FEW, **interfaces.tiny_data())
print("used", *changed())
