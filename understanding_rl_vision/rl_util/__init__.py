"""Interpretability of vision models trained by reinforcement learning, from arrays to arrays.

Usable alone, from a notebook: names, arguments and results are those of lucid.scratch.rl_util, without Lucid.
"""

from understanding_rl_vision.rl_util.clear_cnn import clear_cnn
from understanding_rl_vision.rl_util.colours import (
    brightness_to_opacity,
    channels_to_rgb,
    hue_to_rgb,
    rescale_opacity,
)
from understanding_rl_vision.rl_util.compute import (
    default_score_fn,
    get_acts,
    get_attr,
    get_grad,
    get_grad_or_attr,
    maxpool_override,
)
from understanding_rl_vision.rl_util.image_transforms import jitter, random_rotate, random_scale
from understanding_rl_vision.rl_util.images import concatenate_horizontally, conv2d, norm_filter, zoom_to
from understanding_rl_vision.rl_util.joint_attribution import get_attrs
from understanding_rl_vision.rl_util.model import FrozenModel, freeze_model, get_shape, get_var
from understanding_rl_vision.rl_util.multi_path import get_multi_path_attr
from understanding_rl_vision.rl_util.nmf import LayerNMF
from understanding_rl_vision.rl_util.paths import get_paths
from understanding_rl_vision.rl_util.pickles import load_joblib, save_joblib
from understanding_rl_vision.rl_util.selection import argmax_nd
from understanding_rl_vision.rl_util.sessions import gradient_override_map

__all__ = [
    "FrozenModel",
    "LayerNMF",
    "argmax_nd",
    "brightness_to_opacity",
    "channels_to_rgb",
    "clear_cnn",
    "concatenate_horizontally",
    "conv2d",
    "default_score_fn",
    "freeze_model",
    "get_acts",
    "get_attr",
    "get_attrs",
    "get_grad",
    "get_grad_or_attr",
    "get_multi_path_attr",
    "get_paths",
    "get_shape",
    "get_var",
    "gradient_override_map",
    "hue_to_rgb",
    "jitter",
    "load_joblib",
    "maxpool_override",
    "norm_filter",
    "random_rotate",
    "random_scale",
    "rescale_opacity",
    "save_joblib",
    "zoom_to",
]
