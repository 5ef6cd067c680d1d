"""What a file of any tool says of its agent, and what it does not say of the game that it plays."""

from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.agent_files.reading import is_graph, is_joblib
from understanding_rl_vision.agents.architectures import DESCRIBED
from understanding_rl_vision.agents.checkpoint_files import read_contents
from understanding_rl_vision.agents.families import onnx, recognising
from understanding_rl_vision.agents.families.assembling import Agent
from understanding_rl_vision.agents.frozen_models import FAMILY, FROZEN, frozen_agent
from understanding_rl_vision.agents.networks.description import check_network
from understanding_rl_vision.agents.networks.parameters import with_parameters
from understanding_rl_vision.envs import atari, known_options, observation_shape
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.model import FrozenModel

LOGITS_BIAS = "ppo2_model/pi/b:0"
CHECKPOINTS = "checkpoints of rl-clarity and Baselines"


def read_agent(path, args):
    """The families.Agent of a file, its args as far as the file and its family tell them.

    args: given ones. Raises InputError where the file holds no agent that is accepted.
    """
    if is_graph(path):
        return _frozen(path, args)
    if is_joblib(path):
        params, args_of_file = read_contents(path)
        return Agent(CHECKPOINTS, args_of_file.get("network"), params, args_of_file)
    file = read_agent_file(path)
    try:
        agent = onnx.recognise(file, args) if file.network is not None else recognising.recognise(file)
    except InputError as error:
        raise InputError("Cannot take the agent of {}. {}".format(path, error)) from None
    if agent.network is None:
        return agent
    network = check_network("network", agent.network)
    return agent._replace(network=network, args=dict(agent.args, cnn=DESCRIBED, network=network))


def _frozen(path, args):
    model = FrozenModel.load(path)
    try:
        return Agent(FAMILY, None, {}, {"cnn": FROZEN}, frozen_agent(model, args))
    except InputError as error:
        raise InputError("Cannot take the agent of {}. {}".format(path, error)) from None


def with_game(args_of_file, given):
    """A file's args, with the kind of the game that is named in all those given, where they do not say it."""
    name = _name_of_game(given)
    if given.get("env_kind") is None and isinstance(name, str) and atari.game_name(name):
        return dict(args_of_file, env_kind="atari")
    return args_of_file


def _name_of_game(args):
    """What a file has as the name of its game, whatever it is: what is none is refused where the game is looked for."""
    name = args.get("env_name")
    return args.get("env_id") if name is None or (isinstance(name, str) and not name) else name


def missing_args(agent, args):
    """What args of an agent must say beside what they do, in sentences."""
    if args.get("env_name") is None and args.get("env_id") is None:
        return ["env_name, the game that it plays"]
    named, kind = _name_of_game(args), args.get("env_kind")
    plays_procgen = (kind is None or isinstance(kind, str) and kind == "procgen") and not (
        isinstance(named, str) and atari.game_name(named)
    )
    if agent.family in (CHECKPOINTS, recognising.OWN) or not plays_procgen or args.get("distribution_mode") is not None:
        return []
    return ["distribution_mode, of the levels that it was trained on: easy most often, or hard"]


def check_told(agent, path, args):
    """Raise InputError where args of an agent of another tool do not say what it plays. Others have defaults."""
    missing = missing_args(agent, args)
    # Of checkpoints it is told where they are completed.
    if not missing or agent.family in (CHECKPOINTS, recognising.OWN):
        return
    raise InputError(
        "{} is understood as an agent of {}; it does not say {}. Its agent sees {} channels and has {} actions. Give "
        'args={{"env_name": "coinrun", "distribution_mode": "easy"}} for a game of Procgen, or args={{"env_kind": '
        '"atari", "env_name": "breakout"}}; how many frames are stacked follows from the channels.'.format(
            path, agent.family, missing[0], channels_of(agent), count_actions(agent)
        )
    )


def count_actions(agent):
    """The number of actions of an Agent or a Checkpoint. Raises InputError without the policy's bias."""
    if agent.model is not None:
        return agent.model.num_actions
    if LOGITS_BIAS not in agent.params or agent.params[LOGITS_BIAS].ndim != 1:
        raise InputError(
            "The checkpoint lacks the parameter {}, one number for each action.".format(quoted(LOGITS_BIAS))
        )
    return len(agent.params[LOGITS_BIAS])


def channels_of(agent):
    """How many channels an Agent sees, of those whose network is described."""
    return agent.model.image_shape[2] if agent.model is not None else seen_channels(agent.params, agent.network)


def seen_channels(params, network):
    """How many channels the first convolution of a complete description takes; None without any."""
    for prefix, layer in with_parameters(network):
        if layer["layer"] == "conv":
            return params[prefix + layer["named"] + ":0"].shape[2]
    return None


def stacked(agent, args):
    """The args with the frame_stack that follows from the channels that an agent sees, where they do not say it."""
    if args.get("frame_stack") is not None:
        return args
    channels = channels_of(agent)
    game = args["env_kind"], args["env_name"]
    options = {name: value for name, value in args.items() if name in known_options(*game)}
    of_one = observation_shape(*game, options)[2]
    if channels and channels > of_one and channels % of_one == 0:
        return dict(args, frame_stack=channels // of_one)
    return args
