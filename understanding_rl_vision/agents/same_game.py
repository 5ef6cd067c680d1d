"""Several checkpoints for one page: what they are called, and that they play the same game."""

import os

from understanding_rl_vision.envs import known_options
from understanding_rl_vision.errors import InputError, quoted

# What the layers depend on.
ARCHITECTURE = ("cnn", "stack_channels", "network")


def checkpoint_paths(given):
    """The list of paths of one checkpoint or of several. Raises InputError for anything else."""
    paths = list(given) if isinstance(given, (list, tuple)) else [given]
    if not paths or not all(isinstance(path, (str, os.PathLike)) for path in paths):
        raise InputError(
            "checkpoint_path={} given; the path of a checkpoint, or a list of them, is accepted.".format(quoted(given))
        )
    return [os.fspath(path) for path in paths]


def model_names(paths):
    """What checkpoints are called on a page: their files' names, with as many folders as tell them apart."""
    parts = [os.path.splitext(os.path.abspath(path))[0].split(os.sep) for path in paths]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["/".join(part[-depth:]) for part in parts]
        if len(set(names)) == len(names):
            return names
    return ["{} ({})".format(part[-1], number) for number, part in enumerate(parts, 1)]


def playing_the_same(checkpoints, names, same_network=True):
    """The checkpoints with the first one's options of the game, and no others of it: levels depend on them.

    Raises InputError where one is of another game, gives an option of it another value or, with `same_network`, is of
    another architecture.
    """
    if len(checkpoints) == 1:
        return checkpoints
    first = checkpoints[0]
    kind, game = first.args["env_kind"], first.args["env_name"]
    keys = ["env_kind", "env_name"] + sorted(known_options(kind, game))
    options = {key: first.args[key] for key in keys if key in first.args}
    of_network = list(ARCHITECTURE) if same_network else []
    expected = dict(options, **{key: first.args.get(key) for key in of_network})
    for checkpoint, name in zip(checkpoints[1:], names[1:]):
        for key in keys + of_network:
            if key in checkpoint.args and checkpoint.args[key] != expected.get(key, checkpoint.args[key]):
                _refuse(key, names[0], expected[key], name, checkpoint.args[key])
    return [
        checkpoint._replace(args=dict({k: v for k, v in checkpoint.args.items() if k not in keys}, **options))
        for checkpoint in checkpoints
    ]


def check_same_game(metadata, names):
    """Raise InputError unless the saved metadata of the models, dictionaries, are of one game and its actions."""
    for other, name in zip(metadata[1:], names[1:]):
        for key in ("env_name", "action_combos"):
            if other.get(key) != metadata[0].get(key):
                _refuse(key, names[0], metadata[0].get(key), name, other.get(key))
        # Files of the original system do not tell how the game was played.
        options = [each.get("env_options") or {} for each in (metadata[0], other)]
        for key in set(options[0]) & set(options[1]):
            if options[0][key] != options[1][key]:
                _refuse(key, names[0], options[0][key], name, options[1][key])


def _refuse(key, first, expected, name, given):
    raise InputError(
        "The models on one page must play the same game and have the same layers: {} is {} of {}, but {} of {}. "
        "Make a page for each instead.".format(key, quoted(expected), first, quoted(given), name)
    )
