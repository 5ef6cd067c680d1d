"""A frozen model's graph with a session, built once per model and reused."""

import collections
import contextlib
import threading
import weakref
from typing import Any, Callable, Dict, Iterator, Optional

from understanding_rl_vision.annotations import Tensor
from understanding_rl_vision.devices import session_config
from understanding_rl_vision.errors import InputError, cut, quoted
from understanding_rl_vision.rl_util.convolutions import plain_convolution
from understanding_rl_vision.rl_util.graphs import IMPORTED, name_in_model
from understanding_rl_vision.tensorflow1 import building, tf

# Score functions that are made anew at every call (lambdas, say) would let the graph grow without end.
MAX_BUILT_PER_GRAPH = 64

_sessions = weakref.WeakKeyDictionary()
_lock = threading.Lock()
# TensorFlow keeps every gradient function that it is told of, under a name of its own.
_gradient_names = {}


# The fields of a model that its graph is made from. Holding the model would keep the WeakKeyDictionary from dropping
# it.
_Source = collections.namedtuple("_Source", "graph_def input_name image_value_range")


def import_model(model, images, name, given=None, nodes=None):
    """Add a model's graph to the current one, its nodes named below `name`. images: tensor (N, H, W, C) in [0, 1].

    given: names of tensors of the model, and tensors to take in their place. Returns the tensors of `nodes`, if any.
    """
    low, high = model.image_value_range
    model_input = images if (low, high) == (0, 1) else low + images * (high - low)
    values = dict({model.input_name: model_input}, **(given or {}))
    with _refusing("TensorFlow does not take the model"):
        return tf.import_graph_def(quickly_differentiated(model.graph_def), values, nodes, name=name)


@contextlib.contextmanager
def _refusing(said):
    """Raise InputError, which says so, for what TensorFlow raises of a graph."""
    try:
        yield
    except InputError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, tf.errors.OpError) as error:
        # The lines that follow tell of the code that made the graph.
        lines = list(filter(None, str(error).splitlines())) or [type(error).__name__]
        raise InputError("{}: {}".format(said, cut(" ".join(lines[:2]), 300))) from error


def node_tensor(graph, name):
    """The tensor of a node of a model that was imported as IMPORTED. Raises InputError when there is none."""
    try:
        return graph.get_tensor_by_name("{}/{}".format(IMPORTED, name if ":" in name else name + ":0"))
    except (KeyError, ValueError, TypeError):
        raise InputError("The model has no node named {}.".format(quoted(name))) from None


def quickly_differentiated(graph_def):
    """The same graph with powers of 2 as squares, and plain convolutions with the gradient of `convolutions`.

    The gradient of a power computes a power, which takes longer than the convolutions around it.
    """
    graph_def = tf.GraphDef.FromString(graph_def.SerializeToString())
    constants = {node.name: node for node in graph_def.node if node.op == "Const"}
    for node in graph_def.node:
        if node.op == "Pow" and node.input[1] in constants:
            exponent = tf.make_ndarray(constants[node.input[1]].attr["value"].tensor)
            if exponent.size == 1 and exponent == 2:
                node.op = "Square"
                del node.input[1]
        elif node.op == "Conv2D" and _is_plain(node.attr):
            node.attr["_gradient_op_type"].s = plain_convolution().encode()
    return graph_def


def _is_plain(attributes):
    steps = list(attributes["strides"].list.i) + list(attributes["dilations"].list.i)
    return set(steps) == {1} and attributes["padding"].s == b"SAME"


class ModelSession:
    """One import of a model's graph. `images` is the placeholder of the observations, (N, H, W, C) in [0, 1]."""

    def __init__(self, model, override):
        self._source = _Source(model.graph_def, model.input_name, model.image_value_range)
        with building() as self.graph, gradient_override_map(override):
            self.images = tf.placeholder(tf.float32, (None, None, None, None), name="images")
            import_model(model, self.images, IMPORTED)
        self.session = tf.Session(graph=self.graph, config=session_config())
        # What has been added to the graph: key, which begins with the kind -> tensors, or what is known of them.
        self.built = {}
        self._lock = threading.RLock()

    def build_once(self, key, make):
        """What `make` adds to the graph, at the first call with a key alone. Threads add one after the other."""
        with self._lock:
            if key not in self.built:
                with building(self.graph):
                    self.built[key] = make()
            return self.built[key]

    def nodes_given(self, tensor, value, names):
        """The tensors of some nodes if one of the model's tensors, or the images, had another value."""
        names = [name_in_model(self.tensor(name).name) for name in names]
        if tensor is self.images:
            return import_model(self._source, value, "given", nodes=names)
        # TensorFlow 2 takes only tensors of a loop's own graph where it is built inside of one.
        images = tf.identity(self.images)
        return import_model(self._source, images, "given", {name_in_model(tensor.name): value}, names)

    def tensor(self, name):
        """The tensor of a node of the model, or the observations for 'input' and None."""
        return self.images if name is None or name == "input" else node_tensor(self.graph, name)

    def run(self, tensors, feed):
        with _refusing("TensorFlow cannot compute the model"):
            return self.session.run(tensors, feed)


def gradient_of(score, tensor, layer_name, prev_layer_name):
    """The gradient of a layer's score with respect to a tensor at an earlier one; InputError if there is none."""
    gradient = tf.gradients(score, [tensor])[0]
    if gradient is None:
        raise InputError(
            "{} does not depend on {}: name a layer that comes before it.".format(
                quoted(layer_name), quoted(prev_layer_name or "input")
            )
        )
    return gradient


@contextlib.contextmanager
def gradient_override_map(override: Optional[Dict[str, Callable[[Any, Tensor], Any]]]) -> Iterator[None]:
    """Give the operations that are made inside other gradients.

    Parameters
    ----------
    override : dict or None
        Type of operation -> function from an operation and the gradient of its output to those of its inputs.
    """
    names = {}
    for op_type, gradient in (override or {}).items():
        if gradient not in _gradient_names:
            _gradient_names[gradient] = "UnderstandingRLVision{}".format(len(_gradient_names))
            tf.RegisterGradient(_gradient_names[gradient])(gradient)
        names[op_type] = _gradient_names[gradient]
    with tf.get_default_graph().gradient_override_map(names):
        yield


def model_session(model, override=None):
    """The ModelSession of a model, ours or Lucid's, under a gradient override; made at the first call."""
    key = tuple(sorted((override or {}).items(), key=lambda item: item[0]))
    with _lock:
        sessions = _sessions.setdefault(model, {})
        # One that is replaced may be running in another thread; it is closed when nobody holds it any more.
        if key not in sessions or len(sessions[key].built) > MAX_BUILT_PER_GRAPH:
            sessions[key] = ModelSession(model, override)
        return sessions[key]
