"""Every option of `train`: its default, what it does and what it accepts."""

import functools

from understanding_rl_vision.agents.architectures import ARCHITECTURES, POOLINGS
from understanding_rl_vision.envs import TEXT_OPTIONS, atari, coinrun_old, known_options, procgen
from understanding_rl_vision.envs.base import check_choice, check_flag, check_integer, check_number
from understanding_rl_vision.errors import InputError, check_options
from understanding_rl_vision.run.options import Option
from understanding_rl_vision.run.running import RUN_OPTIONS
from understanding_rl_vision.train.rewards import REWARD_PROCESSING

TRAIN_OPTIONS = {
    "env_kind": Option("procgen", "'procgen' (with coinrun_old) or 'atari'"),
    "env_name": Option(None, "the game: one of Procgen, or coinrun_old", text=True),
    "env_id": Option(None, "the game of Atari: its name in lower case", text=True),
    "num_envs": Option(64, "games played side by side in each process"),
    "num_steps": Option(256, "steps of each game between updates"),
    "num_minibatches": Option(8, "minibatches that the steps are split into"),
    "ppo_epochs": Option(3, "passes over the steps in each update"),
    "learning_rate": Option(5e-4, "step size of Adam"),
    "entropy_coeff": Option(0.01, "weight of the policy's entropy"),
    "clip_range": Option(0.2, "how far an update may move probabilities (as ratio) and values"),
    "clip_vf": Option(1, "1: values are held in the clip range too; 0: they are not"),
    "gamma": Option(0.999, "discount"),
    "lambda": Option(0.95, "lambda of the advantages"),
    "timesteps_per_proc": Option(1e9, "steps that each process plays in all, over all its games"),
    "cnn": Option("clear", "architecture: " + ", ".join(ARCHITECTURES)),
    "stack_channels": Option("16_32_32", "filters of impala's stacks, joined by '_'"),
    "emb_size": Option(256, "units of impala's dense layer"),
    "pooling": Option("tf", "whose pools the network has: 'tf' (TensorFlow's) or 'torch' (PyTorch's)"),
    "use_lstm": Option(0, "1 is refused: agents with memory are not supported"),
    "epsilon_greedy": Option(0, "probability of an action drawn at random instead of the agent's"),
    "reward_scale": Option(1, "what rewards are multiplied by"),
    "frame_stack": Option(1, "frames that the agent sees at once"),
    "use_sticky_actions": Option(0, "1: an action is repeated with probability 0.25"),
    "reward_processing": Option("none", "'none', 'clip' (sign) or 'normalize' (by the spread of the running return)"),
    "save_all": Option(False, "keep every checkpoint, as checkpoint-N.jd, instead of the last, checkpoint.jd"),
    "save_interval": Option(10, "updates from one checkpoint to the next"),
    "library": Option("baselines", "the naming scheme of the parameters; there is this one"),
    "seed": Option(0, "the same seed gives the same training, as far as the arithmetic repeats"),
}


def _env_option_table():
    owners = {}
    for owner, names in (
        ("Procgen", procgen.OPTIONS),
        ("Atari", atari.OPTIONS),
        ("coinrun_old", coinrun_old.OPTIONS),
    ):
        for name in names:
            owners.setdefault(name, []).append(owner)
    return {
        name: Option(None, "of " + " and ".join(having), text=name in TEXT_OPTIONS) for name, having in owners.items()
    }


ENV_OPTIONS = _env_option_table()


def _number(low, high):
    return functools.partial(check_number, low=low, high=high)


def _integer(low):
    return functools.partial(check_integer, low=low)


def _choice(*choices):
    return functools.partial(check_choice, choices=choices)


def _check_use_lstm(name, value):
    if check_flag(name, value):
        raise InputError("use_lstm=1 given; agents with memory are not supported. Leave it out.")
    return 0


_CHECKS = {
    "num_envs": _integer(1),
    "num_steps": _integer(1),
    "num_minibatches": _integer(1),
    "ppo_epochs": _integer(1),
    "learning_rate": _number(0, 1),
    "entropy_coeff": _number(0, 1e6),
    "clip_range": _number(0, 1e6),
    "clip_vf": check_flag,
    "gamma": _number(0, 1),
    "lambda": _number(0, 1),
    "timesteps_per_proc": _number(1, 1e18),
    "cnn": _choice(*ARCHITECTURES),
    "emb_size": _integer(1),
    "pooling": _choice(*POOLINGS),
    "use_lstm": _check_use_lstm,
    "epsilon_greedy": _number(0, 1),
    "reward_scale": _number(-1e6, 1e6),
    "frame_stack": _integer(1),
    "use_sticky_actions": check_flag,
    "reward_processing": _choice(*REWARD_PROCESSING),
    "save_all": check_flag,
    "save_interval": _integer(1),
    "library": _choice("baselines"),
    "seed": _integer(0),
}


def complete_options(options):
    """Return the given options of `train` with defaults, checked.

    Options that are None count as not given. Raises InputError for an unknown option and for a value that is not
    accepted.
    """
    given = {name: value for name, value in options.items() if value is not None}
    known = set(TRAIN_OPTIONS).union(ENV_OPTIONS, procgen.more_options())
    check_options(given, known, "train()", {"run()": RUN_OPTIONS})
    complete = {name: option.default for name, option in TRAIN_OPTIONS.items()}
    complete.update(given)
    kind, env_name = game(complete)
    check_options(given, set(TRAIN_OPTIONS) | known_options(kind, env_name), "train() with {}".format(env_name))
    for name, check in _CHECKS.items():
        complete[name] = check(name, complete[name])
    complete["timesteps_per_proc"] = int(complete["timesteps_per_proc"])
    steps = complete["num_envs"] * complete["num_steps"]
    if steps % complete["num_minibatches"]:
        raise InputError(
            "num_minibatches={} given; num_envs · num_steps = {} steps must split into equal parts.".format(
                complete["num_minibatches"], steps
            )
        )
    if complete["timesteps_per_proc"] < steps:
        raise InputError(
            "timesteps_per_proc={} given; one update takes num_envs · num_steps = {} steps. Give at least as "
            "many, or fewer num_steps.".format(complete["timesteps_per_proc"], steps)
        )
    return complete


def options_of_checkpoint(args, options):
    """The given options of `train`, and what the `args` of a checkpoint say of others that it has for the same game.

    Old checkpoints carry entries that no training knows.
    """
    given = {name: value for name, value in options.items() if value is not None}
    merged = dict(args, **given)
    known = set(TRAIN_OPTIONS) | known_options(*game(merged))
    return {name: value for name, value in merged.items() if name in known or name in given}


def given_args(options):
    """Of the given options of `train`, what a checkpoint to begin with may lack in its args: the game and its own."""
    names = ("env_kind", "env_name", "env_id", *ENV_OPTIONS)
    return {name: options[name] for name in names if options.get(name) is not None and name != "num_actions"}


def game(options):
    """Kind and name of the environment that options of `train` name. Raises InputError where they name none."""
    kind = options["env_kind"]
    key, other = ("env_id", "env_name") if kind == "atari" else ("env_name", "env_id")
    if options.get(key) is None:
        raise InputError(
            "No {} given; with env_kind={!r} it says which game to play{}.".format(
                key, kind, " (in place of " + other + ")" if options.get(other) else ""
            )
        )
    return kind, options[key]


def env_options(options):
    """The options of the environment among those of `train`. Rewards are scaled by `train` itself."""
    known = known_options(*game(options)) - {"reward_scale"}
    return {name: value for name, value in options.items() if name in known}
