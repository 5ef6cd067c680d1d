"""Frozen models of TensorFlow as agents: which of their nodes are logits, Q-values and value, and how they play."""

import collections

from understanding_rl_vision.devices import session_config
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.files import replacing
from understanding_rl_vision.rl_util.model import FrozenModel, get_shape
from understanding_rl_vision.rl_util.sessions import import_model
from understanding_rl_vision.tensorflow1 import building, tf

FAMILY = "a frozen model"
# In `args`, as `cnn` of an agent whose network is that of its model.
FROZEN = "frozen"
# What names a node in `args`; the first two are nodes of one number for each action.
NAMES = ("policy_logits_name", "q_values_name", "value_function_name")
_Q_NAMES = ("q", "q_value", "q_values", "qvalues")

# What a FrozenModel and Lucid's Model tell.
_ATTRIBUTES = ("graph_def", "input_name", "image_shape", "image_value_range")

FrozenAgent = collections.namedtuple("FrozenAgent", "model_bytes image_shape names num_actions has_q_values")
FrozenAgent.__doc__ = """A frozen model that plays.

model_bytes: of its file. image_shape: (H, W, C). names: the node of the logits, or Q-values, (N, num_actions), and that
of the value function, (N,), or None.
"""


def frozen_agent(model, args):
    """The FrozenAgent of a FrozenModel, whose value may be (N, 1). args: given ones; NAMES in them are nodes.

    Nodes that are not named are looked for among the model's outputs. Raises InputError where that is not clear.
    """
    logits, q_values, value = (_named(model, name, args.get(name)) for name in NAMES)
    if logits and q_values:
        raise InputError("policy_logits_name and q_values_name given; an agent has logits or Q-values.")
    wide = logits or q_values or _found(model, NAMES[0], wide=True)
    has_q_values = bool(q_values) or not logits and wide.split("/")[-1].lower() in _Q_NAMES
    if not has_q_values and value is None:
        value = _found(model, NAMES[2], wide=False)
    model_bytes, value = _with_flat_value(model, value, wide if has_q_values and value is None else None)
    return FrozenAgent(model_bytes, model.image_shape, (wide, value), get_shape(model, wide)[1], has_q_values)


def is_model(value):
    """Whether a value is a FrozenModel or a Model of Lucid's."""
    return all(hasattr(value, name) for name in _ATTRIBUTES)


def model_file(model, path, args):
    """Write the file of a FrozenModel, or of Lucid's Model, that plays; returns the path.

    args: given ones, see `frozen_agent`. Raises InputError where it is no agent, or the file cannot be written.
    """
    model = FrozenModel(**{name: getattr(model, name) for name in _ATTRIBUTES})
    frozen_agent(model, args)
    with replacing(path) as file:
        file.write(model.to_bytes())
    return path


def _named(model, what, name):
    if name is None:
        return None
    if not isinstance(name, str) or not _fits(model, name, wide=what != NAMES[2]):
        shape = "(N, 1) or (N,)" if what == NAMES[2] else "(N, actions)"
        raise InputError(
            "{}={} given; a node of the shape {} is accepted. {}".format(what, quoted(name), shape, _outputs(model))
        )
    return name


def _found(model, what, wide):
    """The only output that is like logits (wide), or like a value. A model may have none of the latter: None."""
    found = [name for name in model.output_names if _fits(model, name, wide)]
    if len(found) > 1 or wide and not found:
        raise InputError(
            "The model does not tell its {}: give its node as args={{'{}': NAME}}. {}".format(
                "logits" if wide else "value function", what, _outputs(model)
            )
        )
    return found[0] if found else None


def _fits(model, name, wide):
    try:
        shape = get_shape(model, name)
    except InputError:
        return False
    if wide:
        return len(shape) == 2 and shape[1] is not None and shape[1] > 1
    return len(shape) == 1 or len(shape) == 2 and shape[1] == 1


def _outputs(model):
    def described(name):
        try:
            return "{} of {}".format(name, tuple("N" if size is None else size for size in get_shape(model, name)))
        except InputError:
            return name

    return "Its outputs are {}.".format(", ".join(map(described, model.output_names[:8])))


def _with_flat_value(model, value, q_values):
    """The bytes of a model and the node of its value, (N,): what `value` names, or the largest of `q_values`."""
    if q_values is None and (value is None or len(get_shape(model, value)) == 1):
        return model.to_bytes(), value
    with building() as graph:
        tf.import_graph_def(model.graph_def, name="")
        tensor = graph.get_tensor_by_name("{}:0".format(q_values or value))
        flat = tf.reduce_max(tensor, axis=1) if q_values else tf.reshape(tensor, [-1])
        longer = FrozenModel(
            graph.as_graph_def(),
            input_name=model.input_name,
            image_shape=model.image_shape,
            image_value_range=model.image_value_range,
        )
    return longer.to_bytes(), flat.op.name


def built(agent, image_shape):
    """A session of a FrozenAgent's model, its placeholder of images from 0 to 1, its logits, and its values or None.

    Raises InputError unless the game's observations are the images (H, W, C) that the model takes.
    """
    if tuple(image_shape) != agent.image_shape:
        raise InputError(
            "The model takes images of {}, but the game shows {} (height, width, channels): options such as "
            "frame_stack, grey and resize decide that.".format(agent.image_shape, tuple(image_shape))
        )
    with building() as graph:
        images = tf.placeholder(tf.float32, (None,) + agent.image_shape)
        names = [name + ":0" for name in agent.names if name is not None]
        model = FrozenModel.from_bytes(agent.model_bytes)
        logits, *values = import_model(model, images, FROZEN, nodes=names)
        return tf.Session(graph=graph, config=session_config()), images, logits, values[0] if values else None


def check_has_parameters(checkpoint, command):
    """Raise InputError where a checkpoint's agent is a frozen model: such a command needs its parameters."""
    if checkpoint.model is not None:
        raise InputError(
            "{}() takes the parameters of an agent, which a frozen model does not have by name. Give the checkpoint "
            "that the model was made from.".format(command)
        )
