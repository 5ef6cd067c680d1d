"""Checkpoints of a training that can go on: where they are, how they are written and read."""

import contextlib
import glob
import numbers
import os
import re

import numpy as np

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.frozen_models import check_has_parameters
from understanding_rl_vision.errors import InputError, cut, quoted
from understanding_rl_vision.files import check_writable
from understanding_rl_vision.rl_util.pickles import load_with_placeholders, save_joblib
from understanding_rl_vision.rl_util.placeholders import placeholders
from understanding_rl_vision.working_folder import fetched_folder

# What a checkpoint holds beside 'params' and 'args', which is all that the interface reads.
RESUME_KEYS = ("optimizer", "training")

_COUNT = numbers.Integral, lambda value: 0 <= value < 2**62
_TRAINING = {
    "update": _COUNT,
    "frames": _COUNT,
    "num_episodes": _COUNT,
    "seconds": (numbers.Real, lambda value: 0 <= value < 1e18),
    "episodes": (list, lambda value: all(map(_is_episode, value))),
    "states": (list, lambda value: all(state is None or isinstance(state, dict) for state in value)),
}


def _is_episode(value):
    """Return, length and maybe whether it was solved."""
    return (
        isinstance(value, tuple)
        and len(value) in (2, 3)
        and all(item is None or isinstance(item, (numbers.Real, np.bool_)) for item in value)
        and None not in value[:2]
    )


def checkpoint_path(save_dir, update, save_all):
    return os.path.join(save_dir, "checkpoint-{}.jd".format(update) if save_all else "checkpoint.jd")


def find_checkpoints(save_dir):
    """The paths of a folder's checkpoints, the one written last at the end."""
    checkpoints = []
    for path in glob.glob(os.path.join(glob.escape(save_dir), "checkpoint*.jd")):
        match = re.match(r"checkpoint(?:-(\d+))?\.jd$", os.path.basename(path))
        if match:
            # Clocks of file systems are coarse: of two of the same time the one of the later update is last.
            checkpoints.append((os.path.getmtime(path), int(match.group(1) or 0), path))
    return [path for _, _, path in sorted(checkpoints)]


def last_checkpoint_path(save_dir, folder):
    """Where the checkpoint is that was written last: in save_dir, of which a folder here may be the copy."""
    return os.path.join(save_dir, *map(os.path.basename, find_checkpoints(folder)[-1:]))


def write_checkpoint(path, *, params, args, optimizer, training):
    """Write a checkpoint, whole or not at all: a kill leaves the one that was there."""
    save_joblib({"params": params, "args": args, "optimizer": optimizer, "training": training}, path)


def remove_leftovers(save_dir):
    """Remove what a killed training had begun to write."""
    for path in glob.glob(os.path.join(glob.escape(save_dir), "checkpoint*.jd.*.tmp")):
        if not os.path.isdir(path):
            os.unlink(path)


def prepare_folder(path, content, save_dir):
    """Make the folder, or its copy at a path here.

    Raises InputError where it cannot be written, or holds another training's checkpoint.
    """
    check_writable(os.path.join(path, "checkpoint.jd"))
    if content is None and find_checkpoints(path):
        raise InputError(
            "There is a checkpoint in {} already. Go on from it with resume, or give another save_dir.".format(save_dir)
        )
    remove_leftovers(path)


def needed_to_go_on(files):
    """Those of the names of files in a folder, in the order of their making, that a training goes on with."""
    checkpoints = [name for name in files if re.fullmatch(r"checkpoint(-\d+)?\.jd", name)]
    return checkpoints[-1:] + ["progress.csv"]


def read_to_begin_with(load_path, args, progress):
    """The Checkpoint whose parameters a training begins with. args: in place of the file's. Raises InputError."""
    checkpoint = read_checkpoint(fetch(load_path, progress), args)
    check_has_parameters(checkpoint, "train")
    return checkpoint


def read_last_checkpoint(save_dir, args=None):
    """Return the content of the last checkpoint that `train` wrote into a folder.

    args: what is given in place of what it says of its game.

    Raises InputError where there is none, or none that a training can go on from.
    """
    paths = find_checkpoints(fetched_folder(save_dir, needed_to_go_on))
    if not paths:
        raise InputError("There is no checkpoint in {}; give the folder that a training wrote to.".format(save_dir))
    checkpoint = read_checkpoint(paths[-1], args)
    content = load_with_placeholders(paths[-1])
    for key in RESUME_KEYS:
        if not isinstance(content.get(key), dict) or any(placeholders(content[key])):
            raise InputError(
                "The checkpoint {} has no {}, so that no training can go on from it. Give a folder that "
                "train wrote to.".format(paths[-1], quoted(key))
            )
    for key, (kind, accepts) in _TRAINING.items():
        value = content["training"].get(key)
        if key in content["training"] and not (isinstance(value, kind) and accepts(value)):
            raise InputError(
                "The checkpoint {} has training[{}]={}, so that no training can go on from it.".format(
                    paths[-1], quoted(key), quoted(value)
                )
            )
    if not isinstance(content.get("args"), dict) or any(placeholders(content["args"])):
        raise InputError("The checkpoint {} has no 'args' of plain values.".format(paths[-1]))
    return dict(content, params=checkpoint.params)


@contextlib.contextmanager
def refusing_damage(save_dir):
    """Raise InputError where the states in a folder's checkpoint are not what games and generators of numbers have."""
    try:
        yield
    except InputError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            "The states of the games in the checkpoint of {} are damaged ({}: {}).".format(
                save_dir, type(error).__name__, cut(str(error), 200)
            )
        ) from error
