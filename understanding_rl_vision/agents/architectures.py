"""The networks that agents have, with the parameter names of Baselines' PPO2."""

from understanding_rl_vision.agents.networks.building import POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME, build_network
from understanding_rl_vision.agents.networks.description import check_network
from understanding_rl_vision.agents.networks.presets import POOLINGS, PRESETS, preset
from understanding_rl_vision.errors import InputError

# By a description, in place of a preset.
DESCRIBED = "network"

# What each of them takes of the options of `build_policy`.
ARCHITECTURES = dict(PRESETS, **{DESCRIBED: ("network",)})

# What says which network it is, in a checkpoint's args and among the options of `train`.
ARCHITECTURE_DEFAULTS = {
    "cnn": "clear",
    "stack_channels": "16_32_32",
    "emb_size": 256,
    "pooling": "tf",
    "network": None,
}


def architecture_options(args):
    """Those of a checkpoint's args, or of the options of `train`, that `build_policy` takes."""
    return {name: args.get(name, default) for name, default in ARCHITECTURE_DEFAULTS.items()}


def described(cnn, stack_channels, emb_size, pooling, network):
    """The complete description of the network that these options name. Raises InputError where they name none."""
    if network is not None:
        return check_network("network", network)
    if cnn == DESCRIBED:
        raise InputError("cnn='network' given without network, the list of its layers.")
    return preset(cnn, stack_channels=stack_channels, emb_size=emb_size, pooling=pooling)


def build_policy(images, num_actions, *, quick=False, has_value=True, **options):
    """Build a policy and a value function, in the current graph.

    Parameters
    ----------
    images
        Float tensor (N, H, W, C) with values from 0 to 1.
    num_actions
        Number of actions, A.
    quick
        May take other operations than the architecture names, for the same numbers up to rounding.
    has_value
        Whether to build the value function.
    **options
        Some of ARCHITECTURE_DEFAULTS. cnn: 'clear' (article, Appendix C), 'impala' (Espeholt et al. 2018, figure 3,
        without LSTM) or 'nature' (Mnih et al. 2015). stack_channels: filters of impala's stacks, joined by '_'.
        emb_size: units of impala's dense layer. pooling: 'tf', or 'torch' for a network that was trained in PyTorch:
        impala with max_pool2d(3, 2, padding=1), clear with pools that leave out a last odd row; nature has no pools.
        network: in place of those a description, see `networks.description`.

    Returns
    -------
    Logits (N, A), or Q-values, and values (N,), or None in their place. Variables are shared with those that an earlier
    call has made.

    Raises
    ------
    InputError
        An unknown `cnn`, or other options that are not accepted.
    """
    network = described(**dict(ARCHITECTURE_DEFAULTS, **options))
    return build_network(images, num_actions, network, quick=quick, has_value=has_value)


__all__ = [
    "ARCHITECTURES",
    "ARCHITECTURE_DEFAULTS",
    "DESCRIBED",
    "POLICY_LOGITS_NAME",
    "POOLINGS",
    "VALUE_FUNCTION_NAME",
    "architecture_options",
    "build_policy",
    "described",
]
