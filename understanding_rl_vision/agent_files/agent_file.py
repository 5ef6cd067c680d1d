"""What is read of an agent's file, whatever its format."""

import collections

# format: "jd", "baselines", "torch zip", "torch legacy", "safetensors", "sb3", "flax msgpack" or "onnx".
# tensors: OrderedDict of dotted name → NumPy array, as the file has them: not renamed, not transposed. Only bfloat16,
#     which NumPy does not know, is float32 here. What merely wraps them ("state_dict") is no part of the names.
# facts: plain values that the file says beside, by name. "left_out" lists what was not read, such as optimisers;
#     "modules" of a whole pickled module maps the names of modules to their classes.
# convolutions: name of each Conv2d of a whole pickled module → {"class", "kernel_size", "stride", "padding",
#     "dilation", "groups"}; other files do not tell.
# network: None, or of an ONNX file its layers, in the form of args["network"] with names of tensors.
AgentFile = collections.namedtuple("AgentFile", "format tensors facts convolutions network")


def agent_file(kind, tensors, facts=None, convolutions=None, network=None):
    """An AgentFile; what is left out is empty."""
    return AgentFile(kind, collections.OrderedDict(tensors), facts or {}, convolutions or {}, network)
