"""The environments by kind and name, and `make_env`, which makes any of them."""

import functools
import importlib
import pkgutil

from understanding_rl_vision import checks
from understanding_rl_vision.envs import atari, procgen, wrappers
from understanding_rl_vision.errors import InputError, check_options, close_to, quoted


def _registered():
    """What the files beside this one register: a game is a file and nothing else.

    Returns kind → name → Game, of their tables REGISTERED, and of their tables OPEN, of kinds that have games by any
    name, kind → (the function from a name to its Game, the Game that all of the kind are like).
    """
    package, _, this = __name__.rpartition(".")
    kinds, open_kinds = {}, {}
    for file in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if file.name != this:
            module = importlib.import_module("{}.{}".format(package, file.name))
            open_kinds.update(getattr(module, "OPEN", {}))
            for (kind, name), game in getattr(module, "REGISTERED", {}).items():
                kinds.setdefault(kind, {})[name] = game
    return kinds, open_kinds


_GAMES, _OPEN = _registered()

ENV_KINDS = tuple(sorted({*_GAMES, *_OPEN}))

# Every Game, by kind.
_ALL = [(kind, game) for kind in sorted(_GAMES) for game in _GAMES[kind].values()]
_ALL += [(kind, game) for kind, (_, game) in sorted(_OPEN.items())]

# Options that are texts.
TEXT_OPTIONS = tuple(dict.fromkeys(text for _, game in _ALL for text in game.texts))


def env_names(env_kind):
    """Return the sorted names of the environments of a kind that are known here. Raises InputError for other kinds."""
    _lookup(dict.fromkeys(ENV_KINDS), env_kind, "env_kind")
    return tuple(sorted(_GAMES.get(env_kind, ())))


def game_name(env_kind, env_name):
    """Return the name here of a game that may be given as others name it: space_invaders for spaceinvaders.

    A name that is unknown is returned as it is.
    """
    return atari.game_name(env_name) or env_name if env_kind == "atari" and isinstance(env_name, str) else env_name


def known_options(env_kind, env_name):
    """Return the names (a frozenset) of the options that `make_env` accepts for an environment.

    Raises InputError when the kind or the name is unknown.
    """
    game = _game(env_kind, env_name)
    return frozenset(game.options + wrappers.OPTIONS)


@functools.lru_cache(maxsize=None)
def all_options():
    """Return the names (a frozenset) of the options that any environment has."""
    return frozenset(wrappers.OPTIONS).union(*(game.options for _, game in _ALL))


def option_owners():
    """Return whose each option is, as the list of a kind of games (Procgen) or of games alone (coinrun_old)."""
    owners = {}
    for kind, games in _GAMES.items():
        for make in {game.make: None for game in games.values()}:
            names = [name for name, game in games.items() if game.make is make]
            for option in {option: None for name in names for option in games[name].options}:
                owners.setdefault(option, []).append(kind.capitalize() if len(names) > 1 else names[0])
    for kind, (_, game) in _OPEN.items():
        for option in game.options:
            owners.setdefault(option, []).append(kind.capitalize())
    return {option: sorted(having) for option, having in owners.items()}


def complete_options(env_kind, env_name, options):
    """Return all options as `make_env` would play with these: checked, and with defaults. Needs no package.

    Options that are None count as not given. Raises InputError for an unknown kind, name or option, and for a value
    that is not accepted.
    """
    values = {name: value for name, value in options.items() if value is not None}
    check_options(values, known_options(env_kind, env_name), "the environment {}".format(quoted(env_name)))
    of_wrappers = {name: values.pop(name) for name in wrappers.OPTIONS if name in values}
    make = _game(env_kind, env_name).make
    return dict(make.complete(game_name(env_kind, env_name), values), **wrappers.check_wrapper_options(**of_wrappers))


def observation_shape(env_kind, env_name, options):
    """Return the (H, W, C) of the observations of an environment with these options.

    Needs no package, but for Gymnasium's environments, of which one is made to see it.
    """
    complete = complete_options(env_kind, env_name, options)
    height, width, channels = _game(env_kind, env_name).make.image_shape(env_name, complete)
    return height, width, channels * complete["frame_stack"]


def success_value(env_kind, env_name, options):
    """Return what a success is worth with these options, reward_scale among them; None where there are other rewards.

    Raises InputError for an unknown kind, name or option, and for a value that is not accepted.
    """
    complete = complete_options(env_kind, env_name, options)
    reward = _game(env_kind, env_name).make.success_reward(game_name(env_kind, env_name), complete)
    return reward * complete["reward_scale"] if reward and complete["reward_scale"] > 0 else None


def several_at_once(env_kind, env_name):
    """Whether a process can have several of these environments open."""
    return _game(env_kind, env_name).make.several_at_once


def distributions(env_kind, env_name):
    """The names of the packages, as pip has them, any of which a game comes with; none of one not known here."""
    game = _GAMES.get(env_kind, {}).get(game_name(env_kind, env_name))
    return game.make.distributions if game else ()


def looks_at_pictures(env_kind, env_name):
    """Whether these environments tell what they show from full frames alone, see `Environment`."""
    return _game(env_kind, env_name).make.looks_at_pictures


def tells_solved(env_kind, env_name, options):
    """Whether it can be told that an episode was solved, see `Environment`; with these options."""
    complete = complete_options(env_kind, env_name, options)
    return _game(env_kind, env_name).make.can_tell_solved(game_name(env_kind, env_name), complete)


def draws_when_asked(env_kind, env_name, options):
    """Whether frames at full size cost nothing but where they are asked for; with these options."""
    complete = complete_options(env_kind, env_name, options)
    return _game(env_kind, env_name).make.draws_when_asked(game_name(env_kind, env_name), complete)


def return_tells_solved(env_name):
    """Whether a return above 0 means that an episode of a game was solved; of games not known here it is taken to."""
    name = game_name("atari", env_name)
    return not any(kind[name].points for kind in _GAMES.values() if name in kind)


def make_env(env_kind, env_name, num_envs, *, seed=0, full_resolution=False, **options):
    """Make `num_envs` parallel games.

    Parameters
    ----------
    env_kind
        One of ENV_KINDS.
    env_name
        One of `env_names(env_kind)`, another way to write it that `game_name` knows, or a game that the
        installed Procgen has of its own; of "gymnasium" a name that `given_game` has returned, or an id that Gymnasium,
        ale-py or minigrid registers.
    num_envs
        Number of games.
    seed
        Whole number; the same seed and actions give the same play.
    full_resolution
        Also draw the frames that `full_frames` returns, which costs time.
    **options
        Some of `known_options(env_kind, env_name)`; those that are None count as not given.

    Returns
    -------
    An `Environment`.

    Raises
    ------
    InputError
        An unknown kind, name or option, or a value that an option does not accept.
    MissingPackageError
        The environment's package is not installed.
    """
    given = {name: value for name, value in options.items() if value is not None}
    check_options(given, known_options(env_kind, env_name), "the environment {}".format(quoted(env_name)))
    num_envs = checks.check_integer("num_envs", num_envs, 1)
    seed = checks.check_integer("seed", seed, 0)
    wrapper_options = {name: given.pop(name) for name in wrappers.OPTIONS if name in given}
    wrapper_options = wrappers.check_wrapper_options(**wrapper_options)
    make = _game(env_kind, env_name).make
    env = make(game_name(env_kind, env_name), num_envs, seed=seed, full_resolution=full_resolution, **given)
    return wrappers.wrap(env, seed=seed, **wrapper_options)


def _game(env_kind, env_name):
    """The Game of a name. Raises InputError when kind or name is unknown."""
    if isinstance(env_kind, str) and env_kind in _OPEN:
        return _OPEN[env_kind][0](env_name)
    _lookup(dict.fromkeys(ENV_KINDS), env_kind, "env_kind")
    table = _lookup(_GAMES, env_kind, "env_kind")
    name = game_name(env_kind, env_name)
    if env_kind != "procgen":
        return _lookup(table, name, "env_name")
    more = procgen.more_games() if name not in table else ()
    table = dict(table, **{game: table["coinrun"] for game in more})
    game = _lookup(table, name, "env_name", " A game of a changed Procgen needs that one installed.")
    if game.make is procgen.ProcgenEnvironment:
        # Of the games that every Procgen has, a changed one may have other options.
        game = game._replace(options=game.options + procgen.more_options())
    return game


def _lookup(table, name, what, advice=""):
    if isinstance(name, str) and name in table:
        return table[name]
    accepted = sorted(table)
    close = close_to(name, accepted)
    hint = (
        "did you mean {}?".format(" or ".join(map(repr, close)))
        if close
        else "accepted are {}.".format(", ".join(accepted))
    )
    raise InputError("Unknown {} {}; {}{}".format(what, quoted(name), hint, advice))
