"""Editing a model so that it no longer sees what lies along chosen directions of a layer (article, Appendix A)."""

import os
from typing import Any

import numpy as np

from understanding_rl_vision.agents.architectures import architecture_options, build_policy
from understanding_rl_vision.agents.checkpoints import has_value_function, read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.frozen_models import check_has_parameters
from understanding_rl_vision.agents.understanding import count_actions
from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.checks import check_path
from understanding_rl_vision.edit.iterating import direction_in_play, iterated, object_of
from understanding_rl_vision.edit.kernels import following_kernels
from understanding_rl_vision.edit.options import EDIT_OPTIONS
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.files import check_apart, check_writable
from understanding_rl_vision.options import complete
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import launched_communicator
from understanding_rl_vision.remote import is_address
from understanding_rl_vision.rl_util.layers import file_name, select_layers
from understanding_rl_vision.rl_util.pickles import save_joblib
from understanding_rl_vision.run.directions import FILE as DIRECTIONS_FILE
from understanding_rl_vision.run.directions import read_directions, read_names
from understanding_rl_vision.tensorflow1 import building, tf

# The graph's operations do not depend on the size of the images.
IMAGE_SHAPE = (64, 64, 3)


def edit(checkpoint_path: PathLike, output_path: PathLike, *, layer: str, quiet: bool = False, **options: Any) -> str:
    """Blind a checkpoint's agent to directions of a layer.

    Parameters
    ----------
    checkpoint_path : path
        A checkpoint, as for `run`.
    output_path : path
        Where to write the edited checkpoint: the same params and args, and in args['edits'] a list of what was done to
        it, with the directions. What a training needs to go on is left out.
    layer : str
        The name that the page shows, such as '2b', or that of the node.
    quiet : bool
        No progress bars and no closing line.
    **options
        features (numbers of the page's legend, from 1, or names) and run_dir (the page's folder), or directions (an
        array (c,) or (n, c)); iterate and how its rounds play; args: see
        `edit.options.EDIT_OPTIONS` or docs/options.md.

    Returns
    -------
    str
        The path of the edited checkpoint.

    Raises
    ------
    InputError
        What is given cannot be used; then nothing is written.

    Notes
    -----
    The kernel of each convolution that reads the layer (height, width, c, d) has every c × d slice multiplied on the
    left by P, which projects out the span of the directions; for one, v, P = I − v vᵀ/‖v‖² (article, Appendix A). What
    the convolution reads along v then changes nothing; what is orthogonal to v passes as before. Pools and activations
    between the layer and the convolution stay.

    With iterate the edited agent plays, features are fitted and measured anew, and the one that the measurement calls
    by the same name is projected out with those before, until there is none or the rounds are over.
    """
    # It refuses processes that do not know of each other.
    launched_communicator()
    options = complete(options, EDIT_OPTIONS, "edit()")
    features, run_dir, directions = (options[name] for name in ("features", "run_dir", "directions"))
    progress = Progress(quiet=quiet)
    given = check_path("checkpoint_path", checkpoint_path)
    checkpoint_path = fetch(given, progress)
    checkpoint = read_checkpoint(checkpoint_path, options["args"])
    check_has_parameters(checkpoint, "edit")
    output_path = check_path("output_path", output_path)
    check_apart([output_path], [given, checkpoint_path, run_dir and os.path.join(run_dir, DIRECTIONS_FILE)])
    if (features is None) == (directions is None) or (features is None) != (run_dir is None):
        raise InputError("Give features together with run_dir, the folder of the run that shows them, or directions.")
    if is_address(output_path):
        check_writable(output_path)
    kind = object_of(features, run_dir, layer) if options["iterate"] > 1 else None
    node = layer
    if features is not None:
        node, all_directions = read_directions(run_dir, layer)
        features = feature_numbers(features, len(all_directions), read_names(run_dir, layer))
        directions = all_directions[[number - 1 for number in features]]
    kernels = _kernels(checkpoint, node)
    for name in kernels:
        if name not in checkpoint.params or checkpoint.params[name].ndim != 4:
            raise InputError("The checkpoint lacks the kernel {} (height, width, in, out).".format(quoted(name)))
        directions = _checked_directions(directions, checkpoint.params[name].shape[2], layer)
    if kind is not None:

        def find_another(directions):
            edited = checkpoint._replace(params=_projected(checkpoint.params, kernels, directions))
            return direction_in_play(edited, layer, node, kind, options, progress)

        directions = iterated(directions, options["iterate"], find_another, progress)
    record = {
        "layer": layer,
        "features": features,
        "directions": directions.tolist(),
        "kernels": kernels,
    }
    args = dict(checkpoint.args, edits=list(checkpoint.args.get("edits", [])) + [record])
    save_joblib({"params": _projected(checkpoint.params, kernels, directions), "args": args}, output_path)
    progress.conclude(output_path)
    return output_path


def _projected(params, kernels, directions):
    """Parameters in which the kernels of these names are projected."""
    return dict(params, **{name: projected_kernel(params[name], directions) for name in kernels})


def projected_kernel(kernel, directions):
    """A kernel (height, width, c, d) after which the span of directions (n, c) counts no more, as float32."""
    _, sizes, rows = np.linalg.svd(directions, full_matrices=False)
    basis = rows[sizes > sizes.max() * max(directions.shape) * np.finfo(float).eps]
    kernel = np.asarray(kernel, float)
    along = np.einsum("nc,hwcd->hwnd", basis, kernel)
    return (kernel - np.einsum("nc,hwnd->hwcd", basis, along)).astype(np.float32)


def feature_numbers(features, count, names):
    """Numbers of the legend, from 1, of what is given: numbers and names, one or a list.

    names: number from 0 → name, of features that have one; a name that several have means all of them.
    """
    given = list(features) if isinstance(features, (list, tuple, np.ndarray)) else [features]
    numbers = []
    for one in given:
        if isinstance(one, str):
            found = [number + 1 for number, name in sorted(names.items()) if name.casefold() == one.casefold()]
        else:
            is_number = isinstance(one, (int, np.integer)) and not isinstance(one, bool)
            found = [int(one)] if is_number and 1 <= one <= count else []
        if not found:
            break
        numbers += found
    if not given or not found:
        known = ", ".join("{} ({})".format(quoted(name), number + 1) for number, name in sorted(names.items()))
        raise InputError(
            "features={} given; numbers of the legend, from 1 to {}, are accepted, and names of features: {}.".format(
                quoted(features), count, known or "there are none; `measure` with run_dir proposes some"
            )
        )
    return list(dict.fromkeys(numbers))


def _checked_directions(directions, channels, layer):
    """Directions as a float array (n, channels)."""
    try:
        array = np.atleast_2d(np.array(directions, float))
    except (TypeError, ValueError):
        raise InputError("directions={} given; arrays of numbers are accepted.".format(quoted(directions))) from None
    if array.ndim != 2 or array.shape[1] != channels or not len(array):
        raise InputError(
            "Directions of shape {} given; layer {} has {} channels, so ({},) or (n, {}) is accepted.".format(
                np.shape(directions), layer, channels, channels, channels
            )
        )
    if not np.all(np.isfinite(array)) or not np.all(np.any(array != 0, axis=1)):
        raise InputError("A direction is zero, or has values that are NaN or infinite; it points nowhere.")
    return array


def _kernels(checkpoint, layer):
    """The names of the parameters that are kernels of the convolutions reading a layer."""
    with building() as graph:
        images = tf.placeholder(tf.float32, (None,) + IMAGE_SHAPE)
        logits, values = build_policy(
            images,
            count_actions(checkpoint),
            has_value=has_value_function(checkpoint),
            **architecture_options(checkpoint.args),
        )
        ends = images.op, [output.op for output in (logits, values) if output is not None]
        shown = select_layers(*ends, bottleneck_only=False)
        shown.update(select_layers(*ends))
    shown = {file_name(name): node for name, node in shown.items()}
    node = shown.get(layer, layer)
    ops = {op.name: op for op in graph.get_operations() if op.outputs and op.outputs[0].shape.ndims == 4}
    if node not in ops:
        raise InputError("Unknown layer {}; the checkpoint's model has {}.".format(quoted(layer), ", ".join(shown)))
    return following_kernels(ops[node])
