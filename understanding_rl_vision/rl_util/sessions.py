"""A frozen model's graph with a session, built once per model and reused."""

import contextlib
import itertools
import weakref

import numpy as np

from understanding_rl_vision.devices import session_config
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.tensorflow1 import tf

# TensorFlow 1.14 runs batches of 64 faster than larger ones on a CPU, and memory stays small on both stacks.
BATCH_SIZE = 64

# Gradients for a score function that is made anew at every call (a lambda, say) would let the graph grow without end.
MAX_GRADIENTS_PER_GRAPH = 64

_sessions = weakref.WeakKeyDictionary()
_gradient_numbers = itertools.count()


def import_model(model, images, name):
    """Add a model's graph to the current one, its nodes named below `name`. images: tensor (N, H, W, C) in [0, 1]."""
    low, high = model.image_value_range
    model_input = images if (low, high) == (0, 1) else low + images * (high - low)
    tf.import_graph_def(model.graph_def, {model.input_name: model_input}, name=name)


class ModelSession:
    """One import of a model's graph. `images` is the placeholder of the observations, (N, H, W, C) in [0, 1]."""

    def __init__(self, model, override):
        self.graph = tf.Graph()
        with self.graph.as_default(), gradient_override_map(override):
            self.images = tf.placeholder(tf.float32, (None, None, None, None), name="images")
            import_model(model, self.images, "import")
        self.session = tf.Session(graph=self.graph, config=session_config())
        self.gradients = {}

    def tensor(self, name):
        """The tensor of a node of the model, or the observations for 'input' and None."""
        if name is None or name == "input":
            return self.images
        try:
            return self.graph.get_tensor_by_name("import/{}".format(name if ":" in name else name + ":0"))
        except KeyError:
            raise InputError("The model has no node named {!r}.".format(name)) from None

    def run(self, tensors, feed):
        return self.session.run(tensors, feed)


@contextlib.contextmanager
def gradient_override_map(override):
    """Give the operations made inside (op type -> function (op, grad) -> grad) other gradients."""
    names = {}
    for op_type, gradient in (override or {}).items():
        names[op_type] = "UnderstandingRLVision{}".format(next(_gradient_numbers))
        tf.RegisterGradient(names[op_type])(gradient)
    with tf.get_default_graph().gradient_override_map(names):
        yield


def model_session(model, override=None):
    """The ModelSession of a model, ours or Lucid's, under a gradient override; made at the first call."""
    sessions = _sessions.setdefault(model, {})
    key = tuple(sorted((override or {}).items(), key=lambda item: item[0]))
    if key not in sessions:
        sessions[key] = ModelSession(model, override)
    elif len(sessions[key].gradients) > MAX_GRADIENTS_PER_GRAPH:
        sessions[key].session.close()
        sessions[key] = ModelSession(model, override)
    return sessions[key]


def minibatches(length, batch_size):
    """Slices that cover `length` rows, `batch_size` at a time."""
    return [slice(start, min(start + batch_size, length)) for start in range(0, length, batch_size)]


def concatenate(parts):
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=0)
