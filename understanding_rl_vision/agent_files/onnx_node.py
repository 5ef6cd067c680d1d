"""A node of an ONNX graph, with what flows into it."""

import re

from understanding_rl_vision.agent_files.onnx_flows import Flow
from understanding_rl_vision.errors import InputError, cut


class Node:
    """A node: its operation, attributes, and `inputs`: Flow, Constant, Sizes or None each."""

    def __init__(self, name, operation, attributes, inputs, used_names):
        self.name, self.operation, self.attributes, self.inputs = name, operation, attributes, inputs
        self._used = used_names

    def refuse(self, why):
        raise InputError(
            "The node {} is of the operation {}, {}.".format(cut(self.name, 200), cut(self.operation, 100), why)
        )

    def get(self, name, default):
        return self.attributes.get(name, default)

    def input(self, number, kind):
        value = self.inputs[number] if number < len(self.inputs) else None
        if not isinstance(value, kind):
            self.refuse("whose input {} is not the {} that is read".format(number, kind.__name__.lower()))
        return value

    def flow(self, image=None):
        """What flows into it. image: whether it must be images, channels first, or must not be images."""
        flow = self.input(0, Flow)
        if image and (not flow.is_image or flow.layout != "chw") or image is False and flow.is_image:
            self.refuse("which is read only {}".format("of images, channels first" if image else "after a flatten"))
        return flow

    def layer_name(self, kernel):
        """A name for a layer, from that of its kernel or else its own, which no other has."""
        plain = re.fullmatch(r"(.+)\.weight", kernel.name)
        name = re.sub(r"[^A-Za-z0-9_./-]", "_", plain.group(1) if plain else self.name)[:200].strip("/") or "layer"
        self._used[name] = self._used.get(name, 0) + 1
        return name if self._used[name] == 1 else "{}_{}".format(name, self._used[name])
