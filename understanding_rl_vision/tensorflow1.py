"""The one import of TensorFlow: graphs and sessions, the same on TensorFlow 1.14 and 2."""

import contextlib
import os
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@contextlib.contextmanager
def keras_left_alone():
    """TensorFlow 2, imported here, loads Keras when it is asked for, and then as the environment says.

    It would at once, for almost half of its start; but if told to look for the older Keras, it goes on without one.
    """
    name = "TF_USE_LEGACY_KERAS"
    told = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        del os.environ[name]
        if told is not None:
            os.environ[name] = told


with warnings.catch_warnings(), keras_left_alone():
    # TensorFlow 1.14 defines its dtypes in a way that newer NumPy versions deprecate.
    warnings.simplefilter("ignore", FutureWarning)
    import tensorflow.compat.v1 as tf

tf.logging.set_verbosity(tf.logging.ERROR)
tf.disable_v2_behavior()

__all__ = ["tf"]
