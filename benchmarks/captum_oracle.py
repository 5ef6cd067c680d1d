"""The bundled agent in PyTorch, with Captum's integrated gradients on its layers."""

import captum.attr
import numpy as np
import torch

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.rl_util.clear_cnn import LAYERS


class _L2Pool(torch.nn.Module):
    def forward(self, images):
        return torch.sqrt(torch.nn.functional.avg_pool2d(images * images, 2) + 1e-8)


class _Switched(torch.nn.Module):
    """A ReLU whose output a second input turns off: Captum takes a layer's baseline from a baseline of the inputs."""

    def forward(self, images, switch):
        return torch.relu(images) * switch


class ValueFunction(torch.nn.Module):
    """The value (N,) of observations (N, 3, 64, 64); what `switched` names is the layer to attribute to."""

    def __init__(self, checkpoint_path, switched):
        super().__init__()
        params = read_checkpoint(checkpoint_path).params
        self.switched = switched
        self.convolutions = torch.nn.ModuleDict()
        for name, filters, size, _ in LAYERS:
            kernel = params["ppo2_model/pi/{}/conv2d/kernel:0".format(name)]
            layer = torch.nn.Conv2d(kernel.shape[2], filters, size, padding="same")
            layer.weight.data = torch.from_numpy(kernel.transpose(3, 2, 0, 1).copy())
            layer.bias.data = torch.from_numpy(params["ppo2_model/pi/{}/conv2d/bias:0".format(name)].copy())
            self.convolutions[name] = layer
        self.pool = _L2Pool()
        self.layer = _Switched()
        self.dense = torch.nn.ModuleList(
            self._dense(params, kernel, bias)
            for kernel, bias in (
                ("pi/dense/kernel", "pi/dense/bias"),
                ("pi/dense_1/kernel", "pi/dense_1/bias"),
                ("vf/w", "vf/b"),
            )
        )
        self.requires_grad_(False)
        self.to(memory_format=torch.channels_last)

    @staticmethod
    def _dense(params, kernel_name, bias_name):
        kernel, bias = (params["ppo2_model/{}:0".format(name)] for name in (kernel_name, bias_name))
        layer = torch.nn.Linear(*kernel.shape)
        layer.weight.data, layer.bias.data = torch.from_numpy(kernel.T.copy()), torch.from_numpy(bias.copy())
        return layer

    def forward(self, images, switch):
        out = images
        for name, _, _, pooled in LAYERS:
            out = self.convolutions[name](out)
            out = self.layer(out, switch) if name == self.switched else torch.relu(out)
            out = self.pool(out) if pooled else out
        out = out.permute(0, 2, 3, 1).flatten(1)
        out = torch.relu(self.dense[0](out))
        out = torch.relu(self.dense[1](out))
        return self.dense[2](out)[:, 0]


class LayerAttribution:
    """Attribution of the value to one layer by Captum, from zero: observations (N, H, W, C) to (N, h, w, channels)."""

    def __init__(self, checkpoint_path, layer, integrate_steps=10, internal_batch_size=64):
        self._network = ValueFunction(checkpoint_path, layer)
        self._method = captum.attr.LayerIntegratedGradients(self._network, self._network.layer)
        self._options = {
            "n_steps": integrate_steps,
            "method": "riemann_right",
            "internal_batch_size": internal_batch_size,
        }

    def __call__(self, obses):
        # NHWC in memory is what PyTorch calls channels last.
        images = torch.from_numpy(obses).permute(0, 3, 1, 2)
        inputs = images, torch.ones(len(obses), 1, 1, 1)
        baselines = torch.zeros_like(images), torch.zeros(len(obses), 1, 1, 1)
        found = self._method.attribute(inputs, baselines, **self._options)
        return np.ascontiguousarray(found.permute(0, 2, 3, 1).numpy())
