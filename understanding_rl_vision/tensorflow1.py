"""The one import of TensorFlow: graphs and sessions, the same on TensorFlow 1.14 and 2.

It is imported when something is first asked of `tf`. For others in the process TensorFlow stays as it is, eager where
it was: everything here is built inside `building`.
"""

import contextlib
import importlib.util
import logging
import os
import sys
import threading
import warnings

from understanding_rl_vision.interrupts import undisturbed
from understanding_rl_vision.later import Later
from understanding_rl_vision.terminal import without_noise


@contextlib.contextmanager
def keras_later():
    """TensorFlow 2, imported here, loads Keras 3 when it is asked for, not at once, for a quarter of its start.

    Keras 2 is loaded as ever: it tells TensorFlow how to read what it has saved.
    """
    keras, name = importlib.util.find_spec("keras"), "keras.src.optimizers"
    has_keras_3 = keras and keras.origin and os.path.isdir(os.path.join(os.path.dirname(keras.origin), "_tf_keras"))
    if not has_keras_3 or name in sys.modules:
        yield
        return
    # TensorFlow takes an ImportError of this module for a Keras that is not there.
    sys.modules[name] = None
    try:
        yield
    finally:
        sys.modules.pop(name, None)


@contextlib.contextmanager
def _importing():
    # TensorFlow takes no notice of an interrupt in some of its imports, and is left half imported by it in others.
    with undisturbed(), without_noise(), warnings.catch_warnings(), keras_later():
        # TensorFlow 1.14 defines its dtypes in a way that newer NumPy versions deprecate.
        warnings.simplefilter("ignore", FutureWarning)
        yield


tf = Later("tensorflow.compat.v1", _importing)


@contextlib.contextmanager
def building(graph=None):
    """Add to a graph, by default a new one, what is made inside. Yields the graph.

    Variables of a new graph are those of TensorFlow 1, so that models are frozen to the same nodes. Of what TensorFlow
    2 no longer has, no warning is given in this thread.
    """
    thread = threading.get_ident()

    def is_wanted(record):
        return record.thread != thread or record.levelno > logging.WARNING

    logger = logging.getLogger("tensorflow")
    logger.addFilter(is_wanted)
    try:
        with (graph or tf.Graph()).as_default() as current:
            if graph is None:
                tf.get_variable_scope().set_use_resource(False)
            yield current
    finally:
        logger.removeFilter(is_wanted)


__all__ = ["building", "tf"]
