"""ONNX files: weights, and the network that the graph's nodes make, where it is sequential or residual.

No package is needed: the messages are read by a table of their fields (`onnx_messages`).
"""

import collections
import io

from understanding_rl_vision.agent_files import onnx_messages
from understanding_rl_vision.agent_files.agent_file import agent_file
from understanding_rl_vision.agent_files.onnx_flows import Constant, Flow, layers_of, shared, steps
from understanding_rl_vision.agent_files.onnx_node import Node
from understanding_rl_vision.agent_files.onnx_operations import OPERATIONS
from understanding_rl_vision.agent_files.protobuf import Reader
from understanding_rl_vision.errors import InputError, cut
from understanding_rl_vision.rl_util.streams import Source

MOST_NODES = 2_000
# Fields that may follow the first one: text about the model, its version, its graph, its operations' version.
_SECOND = (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42)
_HWC_TO_CHW = [0, 3, 1, 2]
_DOMAINS = ("", "ai.onnx")
_RECURRENT = ("GRU", "LSTM", "RNN")


def is_onnx(start):
    """Whether these may be the first bytes of an ONNX file: of its version, and then of who made it or the graph."""
    return len(start) > 3 and start[0] == 0x08 and 0 < start[1] < 0x40 and start[2] in _SECOND


def read_onnx(file):
    """The AgentFile of an ONNX file, with its network; tensors are those that the network uses.

    Raises InputError for other operations than those of `onnx_operations`, by the node's name.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    model = Reader(Source(file).read_array(size)).message(onnx_messages.MODEL)
    if "graph" not in model:
        raise InputError("It has no graph.")
    graph = model["graph"]
    reading = _Graph(graph)
    network = reading.network()
    used = {layer[key] for layer in _all(network) for key in ("kernel", "bias") if layer.get(key)}
    tensors = collections.OrderedDict((name, array) for name, array in reading.arrays.items() if name in used)
    facts = {key: cut(str(model[key]), 1000) for key in ("producer_name", "producer_version") if key in model}
    facts.update(
        (cut(entry.get("key", ""), 200), cut(entry.get("value", ""), 10_000)) for entry in model["metadata_props"]
    )
    return agent_file("onnx", tensors, facts, network=network)


def _all(layers):
    for layer in layers:
        yield layer
        yield from _all(layer.get("layers", []) + layer.get("shortcut", []))


class _Graph:
    """Follows a graph's nodes. arrays: name → array of its constants."""

    def __init__(self, graph):
        self._graph = graph
        if len(graph["node"]) > MOST_NODES:
            raise InputError("It has {:,} nodes; up to {:,} are read.".format(len(graph["node"]), MOST_NODES))
        recurrent = next((node for node in graph["node"] if node.get("op_type") in _RECURRENT), None)
        if recurrent:
            raise InputError(
                "It is a recurrent network, which is not read: its node {} is of the operation {}.".format(
                    cut(recurrent.get("name", ""), 200), recurrent["op_type"]
                )
            )
        self._values, self.arrays, self._used_names = {}, collections.OrderedDict(), {}
        for tensor in graph["initializer"]:
            self._constant(tensor.get("name", ""), tensor)
        inputs = [value for value in graph["input"] if value.get("name") not in self._values]
        if len(inputs) != 1:
            raise InputError("It has {} inputs; a network of one, the image, is read.".format(len(inputs)))
        self._input = inputs[0].get("name")
        self._layout = "hwc" if self._turns_first() else "chw"
        shape = onnx_messages.shape_of(inputs[0])
        if len(shape) not in (0, 4):
            raise InputError("Its input has {} dimensions; images are of four.".format(len(shape)))
        self._shape = shape[1:] or [None] * 3
        sides = self._shape if self._layout == "chw" else self._shape[2:] + self._shape[:2]
        self._values[self._input] = Flow(None, [], tuple(sides), self._layout)

    def _constant(self, name, tensor):
        self.arrays[name] = onnx_messages.array_of(tensor, name)
        self._values[name] = Constant(name, self.arrays[name])

    def _turns_first(self):
        """Whether channels are put first before the first convolution: then they were last."""
        for node in self._graph["node"]:
            if node.get("op_type") == "Conv":
                return False
            if node.get("op_type") == "Transpose":
                return onnx_messages.attributes(node).get("perm") == _HWC_TO_CHW
        return False

    def network(self):
        for node in self._graph["node"]:
            self._follow(node)
        outputs = [value.get("name", "") for value in self._graph["output"]]
        flows = {name: self._values.get(name) for name in outputs}
        for name, flow in flows.items():
            layers = layers_of(steps(flow)) if isinstance(flow, Flow) else []
            if not layers or layers[-1]["layer"] != "dense":
                raise InputError(
                    "Its output {} is not what a dense layer gives; logits and values are.".format(cut(name, 200))
                )
        if not flows:
            raise InputError("It has no outputs.")
        # The widest is the policy's, whose layers are shown.
        main = max(flows, key=lambda name: flows[name].shape[0])
        return self._assembled(dict([(main, flows.pop(main))], **flows))

    def _assembled(self, flows):
        """Layers of the trunk that all outputs have in common, then heads."""
        chains = {
            name: [step for step in steps(flow) if step.layers or step.before is None] for name, flow in flows.items()
        }
        first = next(iter(chains.values()))
        common = min([shared(chains.values())] + [len(chain) - 1 for chain in chains.values()])
        if not common:
            raise InputError("It scales the image for its outputs in different ways.")
        common = len(first) - 1 if common == 1 else common
        layers = [self._input_layer(first[0])] + layers_of(first[1:common])
        for name, chain in chains.items():
            with_trunk = chain[:common] == first[:common]
            rest = layers_of(chain[common if with_trunk else 1 :])
            head = dict(rest[-1], layer="head", output=name, layers=rest[:-1], of="trunk" if with_trunk else "input")
            head.pop("activation")
            layers.append(head)
        return layers

    def _input_layer(self, flow):
        layer = {"layer": "input", "shape": list(self._shape), "layout": self._layout}
        for key, value in (("scale", flow.scale), ("offset", flow.offset)):
            if value is not None:
                layer[key] = value if isinstance(value, float) else value.tolist()
        return layer

    def _follow(self, message):
        operation, outputs = message.get("op_type", ""), message["output"]
        attributes = onnx_messages.attributes(message)
        if operation == "Constant" and isinstance(attributes.get("value"), dict) and outputs:
            self._constant(outputs[0], attributes["value"])
            return
        inputs = [self._values.get(name) for name in message["input"]]
        name = message.get("name") or next(iter(outputs), "")
        node = Node(name, operation, attributes, inputs, self._used_names)
        if operation not in OPERATIONS or message.get("domain", "") not in _DOMAINS or not outputs or not inputs:
            node.refuse("which is not read; read are {}".format(", ".join(sorted(OPERATIONS))))
        self._values[outputs[0]] = OPERATIONS[operation](node)
