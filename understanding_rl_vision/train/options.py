"""Every option of `train`."""

from understanding_rl_vision import checks
from understanding_rl_vision.agents.architectures import ARCHITECTURE_DEFAULTS, ARCHITECTURES, POOLINGS
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.agents.networks.description import check_network
from understanding_rl_vision.agents.networks.parameters import parts, short
from understanding_rl_vision.command_line import CHECKPOINT
from understanding_rl_vision.envs import TEXT_OPTIONS, given_game, known_options, option_owners, procgen
from understanding_rl_vision.envs.wrappers import MOST_NOISE, MOST_NOISE_SIZE
from understanding_rl_vision.errors import InputError, check_options, quoted
from understanding_rl_vision.options import Option, complete
from understanding_rl_vision.run.options import RUN_OPTIONS
from understanding_rl_vision.train.rewards import REWARD_PROCESSING


def _check_use_lstm(name, value):
    if checks.check_flag(name, value):
        raise InputError("use_lstm=1 given; agents with memory are not supported. Leave it out.")
    return 0


def _check_timesteps(name, value):
    return int(checks.check_number(name, value, 1, 1e18))


def _check_network(name, value):
    network = check_network(name, value)
    if "q" in parts(network)[2]:
        raise InputError("The network has a head for Q-values; PPO trains one for logits and one for the value.")
    return short(network)


# What a training begins with and where it is kept, which no checkpoint tells.
PATH_OPTIONS = {
    "save_dir": Option(None, "folder to write to; default: a temporary one", checks.path),
    "resume": Option(
        None, "folder of a training to go on from, with its options where no others are given", checks.path
    ),
    "load_path": Option(
        None,
        "checkpoint to begin with, with its options where no others are given: " + CHECKPOINT,
        checks.path,
    ),
}

# The game is known by the environments, the filters of stacks by the network.
_elsewhere_as_text = checks.of_text(checks.checked_elsewhere)

TRAIN_OPTIONS = {
    "env_kind": Option("procgen", "'procgen' (with coinrun_old), 'atari' or 'gymnasium'", _elsewhere_as_text),
    "env": AGENT_OPTIONS["env"],
    "env_name": Option(None, "the game, which must be given: one of Procgen, or coinrun_old", _elsewhere_as_text),
    "env_id": Option(None, "of Atari instead: the game, its name in lower case", _elsewhere_as_text),
    "num_envs": Option(64, "games played side by side in each process", checks.count),
    "num_steps": Option(256, "steps of each game between updates", checks.count),
    "num_minibatches": Option(8, "minibatches that the steps are split into", checks.count),
    "ppo_epochs": Option(3, "passes over the steps in each update", checks.count),
    "learning_rate": Option(5e-4, "step size of Adam", checks.fraction),
    "entropy_coeff": Option(0.01, "weight of the policy's entropy", checks.number(0, 1e6)),
    "clip_range": Option(0.2, "how far an update may move probabilities (as ratio) and values", checks.number(0, 1e6)),
    "clip_vf": Option(1, "1: values are held in the clip range too; 0: they are not", checks.flag),
    "gamma": Option(0.999, "discount", checks.fraction),
    "lambda": Option(0.95, "lambda of the advantages", checks.fraction),
    "timesteps_per_proc": Option(1e9, "steps that each process plays in all, over all its games", _check_timesteps),
    "cnn": Option(
        ARCHITECTURE_DEFAULTS["cnn"], "architecture: " + ", ".join(ARCHITECTURES), checks.choice(*ARCHITECTURES)
    ),
    "stack_channels": Option(
        ARCHITECTURE_DEFAULTS["stack_channels"], "filters of impala's stacks, joined by '_'", _elsewhere_as_text
    ),
    "emb_size": Option(ARCHITECTURE_DEFAULTS["emb_size"], "units of impala's dense layer", checks.count),
    "pooling": Option(
        ARCHITECTURE_DEFAULTS["pooling"],
        "whose pools the network has: 'tf' (TensorFlow's) or 'torch' (PyTorch's)",
        checks.choice(*POOLINGS),
    ),
    "network": Option(
        None,
        "instead of cnn: the network as a list of layers, see the documentation of `agents.networks.description`",
        _check_network,
    ),
    "use_lstm": Option(0, "1 is refused: agents with memory are not supported", _check_use_lstm),
    "epsilon_greedy": Option(0, "probability of an action drawn at random instead of the agent's", checks.fraction),
    "reward_scale": Option(1, "what rewards are multiplied by", checks.number(-1e6, 1e6)),
    "frame_stack": Option(1, "frames that the agent sees at once", checks.count),
    "image_noise": Option(
        0,
        "standard deviation of noise on what the agent sees, where pixels go from 0 to 255",
        checks.number(0, MOST_NOISE),
    ),
    "noise_size": Option(
        0,
        "pixels over which that noise is correlated: 0, each is for itself, or the standard deviation of a blur",
        checks.number(0, MOST_NOISE_SIZE),
    ),
    "use_sticky_actions": Option(0, "1: an action is repeated with probability 0.25", checks.flag),
    "reward_processing": Option(
        "none",
        "'none', 'clip' (sign) or 'normalize' (by the spread of the running return)",
        checks.choice(*REWARD_PROCESSING),
    ),
    "save_all": Option(
        False, "keep every checkpoint, as checkpoint-N.jd, instead of the last, checkpoint.jd", checks.flag
    ),
    "save_interval": Option(10, "updates from one checkpoint to the next", checks.count),
    "library": Option(
        "baselines", "the naming scheme of the parameters; there is this one", checks.choice("baselines")
    ),
    "seed": Option(0, "the same seed gives the same training, as far as the arithmetic repeats", checks.whole),
}


ENV_OPTIONS = {
    name: Option(
        None,
        "of " + " and ".join(owners),
        _elsewhere_as_text if name in TEXT_OPTIONS else checks.checked_elsewhere,
    )
    for name, owners in option_owners().items()
}


def complete_options(options):
    """Return the given options of `train` with defaults, checked, and with them those of the environment.

    What a checkpoint's args say None of is not given, and so it is here.

    Raises InputError for an unknown option and for a value that is not accepted.
    """
    given = with_env_named({name: value for name, value in options.items() if value is not None})
    known = set(TRAIN_OPTIONS).union(ENV_OPTIONS, procgen.more_options())
    check_options(given, known, "train()", {"run()": RUN_OPTIONS})
    of_env = {name: value for name, value in given.items() if name not in TRAIN_OPTIONS}
    accepted = {name: value for name, value in given.items() if name in TRAIN_OPTIONS}
    # Which options there are depends on the game.
    kind, env_name = game(dict({"env_kind": TRAIN_OPTIONS["env_kind"].default}, **accepted))
    check_options(given, set(TRAIN_OPTIONS) | known_options(kind, env_name), "train() with {}".format(env_name))
    settings = dict(complete(accepted, TRAIN_OPTIONS, "train()"), **of_env)
    del settings["env"]
    steps = settings["num_envs"] * settings["num_steps"]
    if steps % settings["num_minibatches"]:
        raise InputError(
            "num_minibatches={} given; num_envs · num_steps = {} steps must split into equal parts.".format(
                settings["num_minibatches"], steps
            )
        )
    if settings["timesteps_per_proc"] < steps:
        raise InputError(
            "timesteps_per_proc={} given; one update takes num_envs · num_steps = {} steps. Give at least as "
            "many, or fewer num_steps.".format(settings["timesteps_per_proc"], steps)
        )
    return settings


def with_env_named(options):
    """Options of `train` with the kind and the name of the environment that is given as `env`, in its place."""
    if options.get("env") is None:
        return options
    kind, name = given_game(options["env"])
    others = {key: value for key, value in options.items() if key not in ("env", "env_id")}
    return dict(others, env_kind=kind, env_name=name)


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
            "No {} given; with env_kind={} it says which game to play{}.".format(
                key, quoted(kind), " (in place of " + other + ")" if options.get(other) else ""
            )
        )
    return kind, options[key]


def env_options(options):
    """The options of the environment among those of `train`. Rewards are scaled by `train` itself."""
    known = known_options(*game(options)) - {"reward_scale"}
    return {name: value for name, value in options.items() if name in known}
