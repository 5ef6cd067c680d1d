"""The networks of `agents.architectures` in PyTorch, with the parameter names of Baselines' PPO2.

All take observations (N, 64, 64, 3), uint8, and return logits (N, actions) and values (N,), float32.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from understanding_rl_vision.errors import InputError

CONVOLUTIONS = {"1a": (3, 16, 7), "2a": (16, 32, 5), "2b": (32, 32, 5), "3a": (32, 32, 5), "4a": (32, 32, 5)}
POOLED = ("2b", "3a", "4a")
LOGITS_BIAS = "ppo2_model/pi/b:0"


class Network(nn.Module):
    """A policy and a value function that share what a subclass computes in `features`, in numbers of a dtype.

    trunk: modules by the names of their parameters' scopes in Baselines. width: of the features.
    """

    def __init__(self, trunk, width, num_actions, device, dtype):
        super().__init__()
        self._dtype = dtype
        # A module's name may hold no dot, a parameter's scope has slashes.
        self._scopes = {scope.replace("/", "_"): scope for scope in trunk}
        self.trunk = nn.ModuleDict({scope.replace("/", "_"): module for scope, module in trunk.items()})
        self.policy, self.value = nn.Linear(width, num_actions), nn.Linear(width, 1)
        for module in self.trunk.values():
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
        # A small start makes the first policy nearly uniform.
        for module, gain in [(self.policy, 0.01), (self.value, 1.0)]:
            nn.init.orthogonal_(module.weight, gain)
            nn.init.zeros_(module.bias)
        self.to(device, memory_format=torch.channels_last)

    def forward(self, observations):
        x = self.features(observations).float()
        return self.policy(x), self.value(x)[:, 0]

    def _images(self, observations):
        return (observations.to(self._dtype) / 255).permute(0, 3, 1, 2)

    def _cast(self, name):
        module = self.trunk[name]
        return module.weight.to(self._dtype), module.bias.to(self._dtype)

    def _names(self):
        """Triples of a module and the names of its weight and its bias in Baselines."""
        kinds = [(module, "pi/" + self._scopes[name], *self.KINDS) for name, module in self.trunk.items()]
        kinds += [(self.policy, "pi", "w", "b"), (self.value, "vf", "w", "b")]
        return [
            (module, *("ppo2_model/{}/{}:0".format(scope, name) for name in names)) for module, scope, *names in kinds
        ]

    def named_arrays(self):
        """Baselines' parameter names → arrays with TensorFlow's order of axes."""
        arrays = {}
        for module, *names in self._names():
            weight, bias = (np.array(values.detach().cpu()) for values in (module.weight, module.bias))
            weight = np.ascontiguousarray(weight.transpose(2, 3, 1, 0) if weight.ndim == 4 else weight.T)
            arrays.update(zip(names, (weight, bias.reshape(self._bias_shape(module)))))
        return arrays

    def _bias_shape(self, module):
        return (-1,)

    @torch.no_grad()
    def take_arrays(self, arrays):
        """The inverse of `named_arrays`. Raises InputError for arrays of another network."""
        wanted = self.named_arrays()
        wrong = set(wanted) ^ set(arrays)
        wrong |= {name for name in set(wanted) & set(arrays) if wanted[name].shape != arrays[name].shape}
        if wrong:
            raise InputError(
                "The checkpoint's parameters are not those of a {} for observations of 64×64×3: {} {} missing, unknown "
                "or of another shape.".format(
                    type(self).__name__, ", ".join(sorted(wrong)), "is" if len(wrong) == 1 else "are"
                )
            )
        for module, weight_name, bias_name in self._names():
            weight = arrays[weight_name]
            weight = weight.transpose(3, 2, 0, 1) if weight.ndim == 4 else weight.T
            module.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
            module.bias.copy_(torch.from_numpy(arrays[bias_name].reshape(-1)))


class ClearNetwork(Network):
    """The five-convolution network of the article's Appendix C, with L2 pooling."""

    KINDS = ("kernel", "bias")

    def __init__(self, device, dtype=torch.float32, num_actions=15):
        trunk = {
            name + "/conv2d": nn.Conv2d(inputs, outputs, size, padding=size // 2)
            for name, (inputs, outputs, size) in CONVOLUTIONS.items()
        }
        trunk.update({"dense": nn.Linear(512, 256), "dense_1": nn.Linear(256, 512)})
        super().__init__(trunk, 512, num_actions, device, dtype)

    def features(self, observations):
        x = _pooled_first(self.trunk["1a_conv2d"], observations, self._dtype)
        for name in list(CONVOLUTIONS)[1:]:
            x = F.relu(F.conv2d(x, *self._cast(name + "_conv2d"), padding="same"))
            if name in POOLED:
                blocks = x.permute(0, 2, 3, 1).unflatten(2, (-1, 2)).unflatten(1, (-1, 2))
                x = _l2(blocks, (2, 4)).permute(0, 3, 1, 2)
        x = _rows(x)
        for name in ("dense", "dense_1"):
            x = F.relu(F.linear(x, *self._cast(name)))
        return x


class ImpalaNetwork(Network):
    """The residual network of Espeholt et al. 2018, figure 3, without LSTM. pooling: who pads, 'tf' or 'torch'."""

    KINDS = ("kernel", "bias")

    def __init__(
        self, device, dtype=torch.float32, num_actions=15, stack_channels=(16, 32, 32), width=256, pooling="tf"
    ):
        self.num_stacks = len(stack_channels)
        # Of images of even size TensorFlow pads one row and one column at the end.
        self.padding = (1, 1, 1, 1) if pooling == "torch" else (0, 1, 0, 1)
        convolutions, inputs = [], 3
        for outputs in stack_channels:
            sizes = [(inputs, outputs)] + [(outputs, outputs)] * 4
            convolutions += [nn.Conv2d(*channels, 3, padding=1) for channels in sizes]
            inputs = outputs
        side = -(-64 // 2**self.num_stacks)
        modules = [*convolutions, nn.Linear(inputs * side**2, width)]
        trunk = {"layer_{}".format(number): module for number, module in enumerate(modules)}
        super().__init__(trunk, width, num_actions, device, dtype)

    def features(self, observations):
        x = self._images(observations)
        names = iter(self.trunk)
        for _ in range(self.num_stacks):
            x = self._convolve(x, next(names))
            x = F.max_pool2d(F.pad(x, self.padding, value=-torch.inf), 3, 2)
            for _ in range(2):
                block = self._convolve(F.relu(x), next(names))
                x = x + self._convolve(F.relu(block), next(names))
        return F.relu(F.linear(_rows(F.relu(x)), *self._cast(next(names))))

    def _convolve(self, x, name):
        return F.conv2d(x, *self._cast(name), padding="same")


class NatureNetwork(Network):
    """The network of Mnih et al. 2015."""

    KINDS = ("w", "b")

    def __init__(self, device, dtype=torch.float32, num_actions=15):
        trunk = {
            "c1": nn.Conv2d(3, 32, 8, 4),
            "c2": nn.Conv2d(32, 64, 4, 2),
            "c3": nn.Conv2d(64, 64, 3),
            "fc1": nn.Linear(1024, 512),
        }
        super().__init__(trunk, 512, num_actions, device, dtype)

    def features(self, observations):
        x = self._images(observations)
        for name in ("c1", "c2", "c3"):
            x = F.relu(F.conv2d(x, *self._cast(name), stride=self.trunk[name].stride))
        return F.relu(F.linear(_rows(x), *self._cast("fc1")))

    def _bias_shape(self, module):
        # Baselines' biases of convolutions have the axes of a layout with channels first.
        return (1, -1, 1, 1) if isinstance(module, nn.Conv2d) else (-1,)


def network_of(checkpoint, device, dtype=torch.float32):
    """The network of a checkpoint, {"params": name → array, "args": option → value}.

    Raises InputError for one that is recurrent or none of `clear`, `impala` and `nature`.
    """
    params, args = checkpoint["params"], {key: value for key, value in checkpoint["args"].items() if value is not None}
    if args.get("use_lstm"):
        raise InputError("The agent is recurrent (use_lstm); agents without memory are accepted.")
    if LOGITS_BIAS not in params:
        raise InputError("The checkpoint lacks the parameter {!r}, one number for each action.".format(LOGITS_BIAS))
    cnn, given = args.get("cnn", "clear"), (device, dtype, len(params[LOGITS_BIAS]))
    if cnn == "clear":
        network = ClearNetwork(*given)
    elif cnn == "nature":
        network = NatureNetwork(*given)
    elif cnn == "impala":
        channels = [int(number) for number in args.get("stack_channels", "16_32_32").split("_")]
        network = ImpalaNetwork(*given, channels, args.get("emb_size", 256), args.get("pooling", "tf"))
    else:
        raise InputError("The architecture cnn={!r} is unknown; accepted are clear, impala, nature.".format(cnn))
    network.take_arrays({name: np.asarray(array, np.float32) for name, array in params.items()})
    return network


def _rows(x):
    """Rows of all values of each image, ordered as TensorFlow has them: height, width, channels."""
    return x.permute(0, 2, 3, 1).flatten(1)


def _l2(values, axes):
    return torch.sqrt(values.square().mean(axes) + 1e-8)


def _pooled_first(convolution, observations, dtype):
    """The first convolution with ReLU and L2 pooling, as a convolution of blocks of 2 × 2 pixels.

    Tensor cores want many channels: the 12 numbers of a block, filled up to 16, become 64, those of its four outputs. A
    7 × 7 kernel that is moved by a pixel still lies within 5 × 5 blocks.
    """
    weight = convolution.weight / 255
    moved = [F.pad(weight, (1 + x, 2 - x, 1 + y, 2 - y)) for y in (0, 1) for x in (0, 1)]
    kernel = torch.cat(moved).unflatten(3, (5, 2)).unflatten(2, (5, 2))  # out, colour, block y, y, block x, x
    kernel = kernel.permute(0, 3, 5, 1, 2, 4).flatten(1, 3)
    kernel = F.pad(kernel, (0, 0, 0, 0, 0, 4)).to(dtype, memory_format=torch.channels_last)
    blocks = observations.unflatten(2, (32, 2)).unflatten(1, (32, 2)).permute(0, 1, 3, 2, 4, 5).flatten(3)
    blocks = F.pad(blocks.to(dtype), (0, 4)).permute(0, 3, 1, 2)
    outputs = F.relu(F.conv2d(blocks, kernel, convolution.bias.to(dtype).repeat(4), padding=2))
    return _l2(outputs.permute(0, 2, 3, 1).unflatten(3, (4, 16)), 3).permute(0, 3, 1, 2)
