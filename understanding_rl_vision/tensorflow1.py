"""The one import of TensorFlow: graphs and sessions, the same on TensorFlow 1.14 and 2."""

import os
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

with warnings.catch_warnings():
    # TensorFlow 1.14 defines its dtypes in a way that newer NumPy versions deprecate.
    warnings.simplefilter("ignore", FutureWarning)
    import tensorflow.compat.v1 as tf

tf.logging.set_verbosity(tf.logging.ERROR)
tf.disable_v2_behavior()

__all__ = ["tf"]
