"""Where a page comes from: what it takes to make it again, and what it leaves out."""

import json
import os
import platform
import shlex
import urllib.parse

import numpy as np

from understanding_rl_vision.agents.places import find_place, local_path
from understanding_rl_vision.agents.same_game import checkpoint_paths
from understanding_rl_vision.envs import distributions
from understanding_rl_vision.interrupts import SCRIPT
from understanding_rl_vision.options import complete
from understanding_rl_vision.pages.card import Card, today
from understanding_rl_vision.run.kept import file_digest
from understanding_rl_vision.run.models import agent_layers
from understanding_rl_vision.run.options import GENERATE_OPTIONS
from understanding_rl_vision.tensorflow1 import tf
from understanding_rl_vision.versions import PACKAGE, version_of

# Options that say how and how much was played.
PLAYED = ("trajectories_kwargs", "observations_kwargs", "num_levels", "num_envs", "seed", "kinds", "top")


def origin(verb, checkpoint_path, given, tables):
    """What is known of a page that a command makes, a dictionary of plain values; `page_provenance` completes it.

    verb: the command, 'run' or 'find'; checkpoint_path: a path, a name, an address, or several; given: the options that
    were given; tables: those that say how is played. Raises OSError for a checkpoint that cannot be read.
    """
    flat = dict(given.get("load_kwargs") or {}, **{name: given[name] for name in given if name != "load_kwargs"})
    was_played = flat.get("resample", True)
    paths = checkpoint_paths(checkpoint_path)
    names = [public_name(path) for path in paths]
    return {
        "command": command_text(verb, names, given),
        "checkpoints": [
            {"name": name, "sha256": file_digest(local_path(path)) if was_played else None}
            for name, path in zip(names, paths)
        ],
        "options": differing(flat, dict(GENERATE_OPTIONS, **tables)),
        "played": _played(flat, tables) if was_played else None,
    }


def origin_of_data(given):
    """The same of data that `generate` is given: with the options that differ, all that is known."""
    return {"command": None, "checkpoints": [], "options": differing(given, GENERATE_OPTIONS), "played": None}


def public_name(given):
    """What a checkpoint is called before others: a file's name without its folders, an address without passwords."""
    place = find_place(given)
    text = os.fspath(given)
    if place is None:
        return os.path.basename(text)
    if not text.lower().startswith(("http:", "https:")):
        return text
    split = urllib.parse.urlsplit(place.address)
    return split._replace(netloc=split.netloc.rpartition("@")[2], query="", fragment="").geturl()


def command_text(verb, names, given):
    """The command that makes the same page into a folder OUTPUT_DIR, without the options that have no flag."""
    parts = [SCRIPT, verb, *names, "OUTPUT_DIR"]
    for name, value in given.items():
        value = public_value(value)
        if value is not None and not _has_function(value):
            text = value if isinstance(value, str) else json.dumps(value)
            parts += ["--" + name.replace("_", "-"), text]
    return " ".join(map(shlex.quote, parts))


FUNCTION = "a function"


def _has_function(value):
    return value == FUNCTION or (isinstance(value, list) and FUNCTION in value)


def public_value(value):
    """An option's value as JSON has it: of a path from the root the name, of a function that it is one."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, str):
        return os.path.basename(value) if os.path.isabs(value) else value
    if isinstance(value, dict):
        return {str(key): public_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [public_value(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return FUNCTION if callable(value) else value


def differing(given, table):
    """Those of the options given whose values are not their defaults, as JSON has them."""
    shown = {name: public_value(value) for name, value in given.items() if value is not None}
    return {
        name: value for name, value in shown.items() if name in table and value != public_value(table[name].default)
    }


def _played(given, tables):
    """How was played: the options that say it, completed."""
    options = complete({name: value for name, value in given.items() if name in tables}, tables, "run()")
    return {name: public_value(options[name]) for name in PLAYED if name in options}


def made_card(kind, verb, checkpoint_path, given, more=()):
    """The Card of a page that a command makes of one agent, without facts and pictures.

    For the first parameters see `origin`; more: what else stands in its command, as texts.
    """
    name = public_name(checkpoint_path)
    command = " ".join([command_text(verb, [name], given), *map(shlex.quote, more)])
    return Card(kind, [name], today(), command)


def page_provenance(known, models, seen, results, options, env_options):
    """What the page tells of where it comes from, for `props`.

    known: of an `origin`; models: PageModels; seen: a stages.Seen; results: a
    stages.Results; options: those of `generate`, complete; env_options: how the game was played, or None.
    """
    told = dict(known, date=today())
    told["versions"] = versions((env_options or {}) if told["played"] else {})
    told["skipped"] = skipped(models, seen, results, options)
    if told["checkpoints"] and not told["played"]:
        told["skipped"].insert(0, "Playing: what an earlier run had played was read from its files (resample=False).")
    return told


def versions(env_options):
    """Name -> version of what the numbers were made with. env_options: of the game that was played, or none."""
    found = {
        PACKAGE: version_of(PACKAGE),
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "numpy": np.__version__,
    }
    packages = distributions(env_options.get("env_kind"), env_options.get("env_name"))
    found.update((name, version_of(name)) for name in packages)
    return {name: version for name, version in found.items() if version is not None}


def skipped(models, seen, results, options):
    """Sentences on what the page could have and does not, each with what would make it have it."""
    agent, shown = models[0].agent, list(models[0].nodes)
    every = agent_layers(agent, {"bottleneck_only": False})
    left = [name for name, node in every.items() if node not in models[0].nodes.values()]
    with_value = [model for model in models if model.agent.value_function_name is not None]
    sentences = {
        "Layers {}: layer_kwargs leaves them out, {} shown.".format(_joined(left), _joined(shown)): left,
        "Values and advantages: the agent has no value function.": len(with_value) < len(models),
        "Attribution of {}: attr_policy computes it.".format(
            "single actions" if not with_value else "actions and their groups"
        ): not options["attr_policy"],
        "Images of each feature alone: attr_single_channels writes them.": not options["attr_single_channels"],
        "The observation as a layer: input_layer_include offers it.": not options["input_layer_include"],
        "Frames at the size that people see: full_resolution keeps them.": models[0].trajectories.frames[0] is None,
        "What features respond to: nothing tells which objects the observations show.": seen.objects is None,
        "Play of {}: with same_observations the frames are those that {} played.".format(
            _joined(model.name for model in models if model.looks), models[0].name
        ): any(model.looks for model in models),
    }
    notes = ["Layer {}: {}".format(layer.name, layer.note) for layer in results.layers if layer.note]
    return [sentence for sentence, applies in sentences.items() if applies] + notes


def _joined(names):
    return ", ".join(names)
