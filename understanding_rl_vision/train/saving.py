"""Checkpoints of a training that can go on: where they are, how they are written and read."""

import glob
import os
import re

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.pickles import load_with_placeholders, save_joblib
from understanding_rl_vision.rl_util.placeholders import placeholders

# What a checkpoint holds beside 'params' and 'args', which is all that the interface reads.
RESUME_KEYS = ("optimizer", "training")


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


def write_checkpoint(path, *, params, args, optimizer, training):
    """Write a checkpoint, whole or not at all: a kill leaves the one that was there."""
    save_joblib({"params": params, "args": args, "optimizer": optimizer, "training": training}, path)


def remove_leftovers(save_dir):
    """Remove what a killed training had begun to write."""
    for path in glob.glob(os.path.join(glob.escape(save_dir), "checkpoint*.jd.*.tmp")):
        os.unlink(path)


def read_last_checkpoint(save_dir):
    """Return the content of the last checkpoint that `train` wrote into a folder.

    Raises InputError where there is none, or none that a training can go on from.
    """
    paths = find_checkpoints(save_dir)
    if not paths:
        raise InputError("There is no checkpoint in {}; give the folder that a training wrote to.".format(save_dir))
    checkpoint = read_checkpoint(paths[-1])
    content = load_with_placeholders(paths[-1])
    for key in RESUME_KEYS:
        if not isinstance(content.get(key), dict) or any(placeholders(content[key])):
            raise InputError(
                "The checkpoint {} has no {!r}, so that no training can go on from it. Give a folder that "
                "train wrote to.".format(paths[-1], key)
            )
    return dict(content, params=checkpoint.params)
