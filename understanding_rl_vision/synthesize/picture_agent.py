"""What a trained agent is to a generator of states: pictures in, outputs out."""

import collections

from understanding_rl_vision.agents.architectures import POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.pictures.readable import as_unit_floats, default_frame_channels, readable
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.rl_util.model import get_shape
from understanding_rl_vision.rl_util.sessions import import_model
from understanding_rl_vision.tensorflow1 import tf

Outputs = collections.namedtuple("Outputs", "logits value q_values")
Outputs.__doc__ = """Outputs of an agent for N pictures, tensors or arrays; None where the agent does not have one.

logits: of the policy, (N, A). value: (N,). q_values: (N, A).
"""

# Luma of red, green and blue (ITU-R BT.601), which grey observations of Atari are.
LUMA = (0.299, 0.587, 0.114)


class PictureAgent:
    """A frozen model with the nodes of its outputs.

    model: FrozenModel. names: Outputs of node names; those of this project's own networks unless given, of which some
    have no value.
    frame_channels: how many of the model's channels make one frame, 3 of colours or 1 of grey; None: not known.
    Raises InputError for a model without such nodes, or with none that is about actions.
    """

    def __init__(self, model, names=None, frame_channels=None):
        self.model = model
        self.frame_channels = frame_channels
        nodes = {node.name for node in model.graph_def.node}
        value = VALUE_FUNCTION_NAME if VALUE_FUNCTION_NAME in nodes else None
        self.names = names or Outputs(POLICY_LOGITS_NAME, value, None)
        for kind, name in self.names._asdict().items():
            if name is not None and name not in nodes:
                raise InputError(
                    "The model has no node {}, given for its {}; its outputs are {}.".format(
                        quoted(name), kind, ", ".join(model.output_names)
                    )
                )
        if self.preference_name is None:
            raise InputError("Neither logits nor Q-values are named; give the name of a node that has either.")

    @property
    def preference_name(self):
        """The node that says how much each action is worth to the agent: Q-values where it has them, else logits."""
        return self.names.q_values or self.names.logits

    @property
    def num_actions(self):
        return get_shape(self.model, self.preference_name)[-1]

    def tensors(self, pictures, name):
        """Add the agent to the current graph. pictures: tensor in [0, 1], see `observations`. Returns Outputs."""
        with tf.name_scope(name) as scope:
            import_model(self.model, observations(pictures, self.model.image_shape), "agent")
            graph = tf.get_default_graph()
            return Outputs(
                *(
                    None if node is None else graph.get_tensor_by_name("{}agent/{}:0".format(scope, node))
                    for node in self.names
                )
            )

    def arrays(self, pictures):
        """Outputs for pictures (N, H, W, C), bytes or floats in [0, 1]."""
        images = observations(as_unit_floats(pictures), self.model.image_shape)
        return Outputs(*(None if node is None else get_acts(self.model, node, images) for node in self.names))

    def readable(self, pictures):
        """Pictures (N, H, W, C) as people can read them, (N, H, W, 3), see `readable`."""
        as_the_model_sees = tuple(pictures.shape[1:]) == tuple(self.model.image_shape)
        return readable(pictures, self.frame_channels if as_the_model_sees else None)


def preferences(outputs):
    """What the agent thinks of each action, (N, A): q in the paper's targets."""
    return outputs.logits if outputs.q_values is None else outputs.q_values


def flat(outputs, concatenate):
    """All outputs beside one another, (N, columns): A(s) of equation 3. concatenate: np.concatenate or tf.concat."""
    columns = [None if output is None else output[:, None] if len(output.shape) == 1 else output for output in outputs]
    return concatenate([column for column in columns if column is not None], axis=1)


def observations(pictures, image_shape):
    """What an agent sees of pictures (N, H, W, C) in [0, 1], tensor or array.

    image_shape: (H, W, C') that the agent takes. Where C = 3 C' it sees each colour frame of the stack in grey, by a
    weighted sum that can be differentiated; where C = C' it sees the pictures themselves. Raises InputError for others.
    """
    shape = tuple(int(size) for size in pictures.shape[1:])
    if shape == tuple(image_shape):
        return pictures
    if shape == tuple(image_shape[:2]) + (3 * image_shape[2],):
        return sum(weight * pictures[..., channel::3] for channel, weight in enumerate(LUMA))
    raise InputError(
        "Frames are {} x {} x {} each, but the agent takes {} x {} x {}; give frames as the agent sees them, "
        "or, for an agent that sees grey, in colour.".format(*(shape + tuple(image_shape)))
    )


def num_frames(picture_shape, frame_channels=None):
    """How many frames a picture (H, W, C) stacks, of this many channels each; by default of as many as are likely."""
    channels = picture_shape[-1]
    return channels // (frame_channels or default_frame_channels(channels))
