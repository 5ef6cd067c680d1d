"""Networks of three convolutions after Mnih et al. 2015, as agents for Atari have them, by the names of each code."""

import collections

from understanding_rl_vision.agents.families.assembling import RELU, Assembly
from understanding_rl_vision.errors import InputError

# convs, dense: names of the layers; logits, value: of the heads, without value Q-values. args: as the code trains.
Names = collections.namedtuple("Names", "family convs dense logits value args")

CLIPPED = {"gamma": 0.99, "lambda": 0.95, "reward_processing": "clip"}
NORMALISED = {"gamma": 0.999, "lambda": 0.95, "reward_processing": "normalize"}

TABLES = (
    Names(
        "train-procgen-pytorch (nature)",
        ("embedder.layers.0", "embedder.layers.2", "embedder.layers.4"),
        "embedder.layers.7",
        "fc_policy",
        "fc_value",
        NORMALISED,
    ),
    Names(
        "pytorch-a2c-ppo-acktr",
        ("base.main.0", "base.main.2", "base.main.4"),
        "base.main.7",
        "dist.linear",
        "base.critic_linear",
        CLIPPED,
    ),
    Names(
        "pytorch-a2c-ppo-acktr of 2017",
        ("conv1", "conv2", "conv3"),
        "linear1",
        "dist.linear",
        "critic_linear",
        CLIPPED,
    ),
    Names("CleanRL's ppo_atari", ("network.0", "network.2", "network.4"), "network.7", "actor", "critic", CLIPPED),
    Names("CleanRL's dqn_atari", ("network.0", "network.2", "network.4"), "network.7", "network.9", None, CLIPPED),
)

# Kernel -> stride, which no state dictionary tells.
SIZES_AND_STRIDES = ((8, 4), (4, 2), (3, 1))


def recognise(file):
    """The Agent of an AgentFile, or None where it is none of these."""
    for names in TABLES:
        needed = [*names.convs, names.dense, names.logits] + [names.value] * bool(names.value)
        if all(name + ".weight" in file.tensors for name in needed):
            assembly = Assembly(names.family, file.tensors, file.convolutions)
            layers = three_convolutions(assembly, names.convs, names.dense)
            if names.value:
                heads = [assembly.head(names.logits, "logits"), assembly.head(names.value, "value")]
            else:
                heads = [assembly.head(names.logits, "q")]
            return assembly.agent(layers + heads, dict(names.args), ["obs_rms", "ob_rms"])
    return None


def three_convolutions(assembly, convs, dense, scope="pi", order="chw"):
    """The layers before the heads. Raises InputError for kernels whose strides are not known."""
    layers = []
    for number, (source, (size, stride)) in enumerate(zip(convs, SIZES_AND_STRIDES), 1):
        layer = assembly.conv(source, "conv{}".format(number), scope, padding=0, activation=RELU)
        shape = assembly.params["ppo2_model/{}/conv{}/kernel:0".format(scope, number)].shape
        if "stride" not in layer and shape[:2] != (size, size):
            raise InputError(
                "Its convolution {} is of {}×{}; those of {} are of 8×8, 4×4 and 3×3 with strides of 4, 2 and 1. A "
                "file of parameters does not tell strides: give the whole module, saved with torch.save(model, path), "
                "or as ONNX.".format(source, *shape[:2], assembly.family)
            )
        layers.append(dict({"stride": stride}, **layer))
    return layers + [{"layer": "flatten", "order": order}, assembly.dense(dense, "fc", scope, activation=RELU)]
