"""Putting a network together from the tensors of a file: its description, and its parameters in our layout."""

import collections

import numpy as np

from understanding_rl_vision.errors import InputError, quoted

Agent = collections.namedtuple("Agent", "family network params args model")
Agent.__new__.__defaults__ = (None,)
Agent.__doc__ = """What was understood of a file.

family: whose it is, for people. network: description, see `networks.description`. params: name -> array. args: what the
file, or the family, says of the training and the game. model: the FrozenAgent of a frozen model, which has no params.
"""

RELU = "relu"


class Assembly:
    """Layers and parameters, taken from tensors by PyTorch's names, or by those of flax.

    tensors: name -> array. flax: kernels are (height, width, in, out) and (in, out), under NAME/kernel and NAME/bias;
    else (out, in, height, width) and (out, in), under NAME.weight and NAME.bias.
    """

    def __init__(self, family, tensors, convolutions=None, flax=False):
        self.family, self.params, self.used = family, {}, set()
        self._tensors, self._convolutions, self._flax = tensors, convolutions or {}, flax

    def conv(self, source, name, scope="pi", **described):
        """The description of a convolution whose parameters are `source`'s; a whole module's own stride counts."""
        kernel, bias = self._parameters(source, 4)
        kernel = kernel if self._flax else kernel.transpose(2, 3, 1, 0)
        self._keep(scope, name, kernel=kernel, bias=bias)
        told = self._convolutions.get(source, {})
        self._check_told(source, told)
        described = dict(described, **{key: told[key] for key in ("stride", "padding") if key in told})
        return dict({"layer": "conv", "name": name}, **described)

    def dense(self, source, name, scope="pi", **described):
        kernel, bias = self._parameters(source, 2)
        self._keep(scope, name, kernel=kernel if self._flax else kernel.T, bias=bias)
        return dict({"layer": "dense", "name": name}, **described)

    def head(self, source, output, **described):
        kernel, bias = self._parameters(source, 2)
        scope = "vf" if output == "value" else "pi"
        self._keep(scope, None, w=kernel if self._flax else kernel.T, b=bias)
        return dict({"layer": "head", "output": output}, **described)

    def agent(self, network, args, ignored=()):
        """The Agent. Raises InputError where tensors are left over. ignored: what their names may begin with."""
        left = [name for name in self._tensors if name not in self.used and not name.startswith(tuple(ignored))]
        if left:
            raise InputError(
                "Its parameters are those of {}, but for {} that such an agent does not have: {}. What they compute is "
                "not known; give a file without them, or the module itself to run().".format(
                    self.family, len(left), listed(left)
                )
            )
        return Agent(self.family, network, self.params, args)

    def shape(self, source):
        """The shape of a kernel."""
        return np.shape(self._tensors.get(source + ("/kernel" if self._flax else ".weight"), ()))

    def _parameters(self, source, axes):
        names = [source + end for end in (("/kernel", "/bias") if self._flax else (".weight", ".bias"))]
        if names[0] not in self._tensors:
            raise InputError("It looks like an agent of {}, but lacks {}.".format(self.family, quoted(names[0])))
        self.used.update(names)
        kernel = self._tensors[names[0]]
        if kernel.ndim != axes:
            raise InputError(
                "It looks like an agent of {}, but {} has the shape {} instead of one with {} numbers.".format(
                    self.family, quoted(names[0]), kernel.shape, axes
                )
            )
        bias = self._tensors.get(names[1])
        count = kernel.shape[-1 if self._flax else 0]
        return kernel, np.zeros(count, np.float32) if bias is None else bias

    def _keep(self, scope, name, **arrays):
        for key, array in arrays.items():
            parts = ["ppo2_model", scope] + ([name] if name else []) + [key]
            self.params["/".join(parts) + ":0"] = np.ascontiguousarray(array)

    def _check_told(self, source, told):
        for key in ("dilation", "groups"):
            value = told.get(key, 1)
            if any(item != 1 for item in (value if isinstance(value, (list, tuple)) else [value])):
                raise InputError(
                    "Its convolution {} has {}={}; 1 is accepted.".format(quoted(source), key, quoted(value))
                )


def listed(names):
    """Some names, for people."""
    names = sorted(names)
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")


def numbered(tensors, pattern, start=0):
    """How many of the kernels that a pattern with one place names there are, counted from `start` up."""
    count = 0
    while pattern.format(start + count) in tensors:
        count += 1
    return count
