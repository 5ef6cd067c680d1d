"""What decides the results of an evaluation, kept with them, so that one can go on where it was interrupted."""

import hashlib
import os

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.evaluate import records
from understanding_rl_vision.files import check_writable
from understanding_rl_vision.json_files import read_json, to_json

SUMMARY = "summary.json"

# What must not change when an evaluation goes on.
CHECKED = ("seed", "start_level", "hide", "num_envs", "args")


def what_decides(paths, checkpoints, played, options):
    """The settings of an evaluation, which decide its results.

    played: for each checkpoint, all options of its game.
    """
    models = []
    for path, checkpoint, env_options in zip(paths, checkpoints, played):
        digest = hashlib.sha256()
        for name in sorted(checkpoint.params):
            digest.update(name.encode("utf-8") + checkpoint.params[name].tobytes())
        if checkpoint.model is not None:
            digest.update(checkpoint.model.model_bytes)
        models.append(
            {
                "path": path,
                "parameters": digest.hexdigest(),
                "edits": checkpoint.args.get("edits", []),
                "env_options": env_options,
            }
        )
    settings = {name: options[name] for name in ("num_levels", "start_level", "seed", "num_envs", "args")}
    return dict(settings, hide=list(options["hide"]), blind_to=list(options["blind_to"]), models=models)


def prepare(folder, settings, resume):
    """Make the folder. Raises InputError unless it is empty of evaluations, or has the one to go on with."""
    path = os.path.join(folder, SUMMARY)
    check_writable(path)
    was = _read_settings(path)
    if was is not None and not resume:
        raise InputError(
            "{} holds an evaluation already. Give another output_dir, or go on with that one with resume=True.".format(
                folder
            )
        )
    if resume and was is None:
        raise InputError("{} holds no evaluation to go on with; leave resume out.".format(folder))
    if resume:
        _check_the_same(folder, was, settings)
        # What is played now comes after what any process has left.
        records.write_levels(folder, records.read_played(folder))
    else:
        records.remove_levels(folder)
    records.write_text(path, as_json({"settings": settings, "complete": False, "models": [], "blindness": []}))


def _read_settings(path):
    """The settings of the evaluation that a file is of, or None where it is of none."""
    try:
        was = read_json(path, "the results")["settings"]
        known = [one["parameters"] for one in was["models"] if isinstance(one.get("env_options", {}), dict)]
    except (InputError, LookupError, TypeError, AttributeError):
        return None
    return was if len(known) == len(was["models"]) else None


def _check_the_same(folder, was, settings):
    """Raise InputError where settings are not those that an evaluation was begun with."""
    if [model["parameters"] for model in was["models"]] != [model["parameters"] for model in settings["models"]]:
        raise InputError("The evaluation in {} is of other models. Give those, or another output_dir.".format(folder))
    both = [({name: settings_of[name] for name in CHECKED if name in settings_of}) for settings_of in (was, settings)]
    # An evaluation that was begun by an earlier version does not tell how the game was played.
    both = [both] + [
        (before.get("env_options", {}), now["env_options"]) for before, now in zip(was["models"], settings["models"])
    ]
    for before, now in both:
        for name in before:
            if before[name] != now.get(name):
                raise InputError(
                    "The evaluation in {} has {}={}, not {}. Give what it was begun with, or another "
                    "output_dir.".format(folder, name, quoted(before[name]), quoted(now.get(name)))
                )


def as_json(value):
    return to_json(value, indent=1) + "\n"
