"""IMPALA's network as it was written again and again in PyTorch: one network, and the names that each gives it."""

import collections

from understanding_rl_vision.agents.families.assembling import RELU, Assembly, numbered

# stack: names of the stacks, by number from `first`; conv, block: behind that, blocks by number and the two
# convolutions of each; dense: after the stacks, by how many there are; logits, value: the heads.
Names = collections.namedtuple("Names", "stack first conv block convs first_block dense logits value")

TABLES = {
    "train-procgen-pytorch": Names(
        "embedder.block{}", 1, "conv", "res{}", ("conv1", "conv2"), 1, "embedder.fc", "fc_policy", "fc_value"
    ),
    "train-procgen-pfrl": Names(
        "conv_seqs.{}", 0, "conv", "res_block{}", ("conv0", "conv1"), 0, "hidden_fc", "logits_fc", "value_fc"
    ),
    "CleanRL's ppo_procgen": Names(
        "network.{}", 0, "conv", "res_block{}", ("conv0", "conv1"), 0, "network.{}", "actor", "critic"
    ),
}
PPG = Names("{}_enc.cnn.stacks.{{}}", 0, "firstconv", "blocks.{}", ("conv0", "conv1"), 0, "{}_enc.cnn.dense", "", "")

# As these codes train: the values are of rewards that were scaled.
NORMALISED = {"gamma": 0.999, "lambda": 0.95, "reward_processing": "normalize"}
ARGS = {"train-procgen-pfrl": {"gamma": 0.999, "lambda": 0.95}}


def recognise(file):
    """The Agent of an AgentFile, or None where it is none of these."""
    for family, names in TABLES.items():
        first = names.stack.format(names.first)
        if "{}.{}.weight".format(first, names.conv) in file.tensors and names.logits + ".weight" in file.tensors:
            assembly = Assembly(family, file.tensors, file.convolutions)
            layers = trunk(assembly, names, file.tensors)
            heads = [assembly.head(names.logits, "logits")]
            if names.value + ".weight" in file.tensors:
                heads.append(assembly.head(names.value, "value"))
            return assembly.agent(layers + heads, dict(ARGS.get(family, NORMALISED)))
    if "pi_enc.cnn.stacks.0.firstconv.weight" in file.tensors and "pi_head.weight" in file.tensors:
        return _phasic(file)
    return None


def _phasic(file):
    """Of phasic-policy-gradient: two trunks, or one that both heads are on; the auxiliary head only trains."""
    assembly = Assembly("phasic-policy-gradient", file.tensors, file.convolutions)

    def trunk_of(key, scope):
        names = PPG._replace(stack=PPG.stack.format(key), dense=PPG.dense.format(key))
        return trunk(assembly, names, file.tensors, scope)

    layers, heads = trunk_of("pi", "pi"), [assembly.head("pi_head", "logits")]
    if "vf_vhead.weight" in file.tensors:
        heads.append(assembly.head("vf_vhead", "value", layers=trunk_of("vf", "vf"), of="input"))
    else:
        heads.append(assembly.head("pi_vhead", "value"))
    return assembly.agent(layers + heads, dict(NORMALISED), ["aux_vf_head."])


def trunk(assembly, names, tensors, scope="pi"):
    """The layers before the heads."""
    kernel = "{}.{}.weight".format(names.stack, names.conv)
    stacks = numbered(tensors, kernel, names.first)
    layers = []
    for stack in range(names.first, names.first + stacks):
        source, name = names.stack.format(stack), "block{}".format(stack - names.first + 1)
        layers.append(assembly.conv("{}.{}".format(source, names.conv), name + "/conv", scope, padding=1))
        layers.append({"layer": "pool", "name": name, "pool": "max", "size": 3, "stride": 2, "padding": 1})
        first_conv = "{}.{}.{}.weight".format(source, names.block, names.convs[0])
        for block in range(numbered(tensors, first_conv, names.first_block)):
            of_block = "{}.{}".format(source, names.block.format(block + names.first_block))
            layers.append(_residual(assembly, of_block, names.convs, "{}/res{}".format(name, block + 1), scope))
    dense = names.dense.format(stacks + 2)
    return layers + [
        {"layer": "activation", "name": "relu", "activation": RELU},
        {"layer": "flatten", "order": "chw"},
        assembly.dense(dense, "fc", scope, activation=RELU),
    ]


def _residual(assembly, source, convs, name, scope):
    layers = []
    for number, conv in enumerate(convs, 1):
        layers.append({"layer": "activation", "name": "{}/relu{}".format(name, number), "activation": RELU})
        conv_name = "{}/conv{}".format(name, number)
        layers.append(assembly.conv("{}.{}".format(source, conv), conv_name, scope, padding=1))
    return {"layer": "residual", "layers": layers}
