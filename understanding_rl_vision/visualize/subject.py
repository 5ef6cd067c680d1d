"""Of what features are visualised: a model, and the data that belong to it."""

import functools
import os

from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.model import FrozenModel, get_shape
from understanding_rl_vision.run.attribution.outputs import Agent
from understanding_rl_vision.run.loading import load
from understanding_rl_vision.run.nmf_output import read_nmf_output
from understanding_rl_vision.visualize.forecast import tell_visualisation
from understanding_rl_vision.visualize.layers import fitting_layers
from understanding_rl_vision.visualize.run_page import OF_RUN, RUN, run_folder

# Of a checkpoint's agent only the observations are needed.
ONE_STEP = {"num_envs": 1, "num_steps": 1}


def make_subject(model, policy_logits_name, value_function_name):
    """The Agent of a FrozenModel, by the nodes of its outputs, each of which may be None."""
    actions = 0 if policy_logits_name is None else get_shape(model, policy_logits_name)[-1]
    return Agent(model, policy_logits_name, value_function_name, actions)


def read_features_of(options, agent, action_combos):
    """What features are directions of, a FeaturesOf; None where they are the channels."""
    if options["nmf"] == RUN:
        return OF_RUN
    return None if options["nmf"] is None else read_nmf_output("nmf", options["nmf"], agent, action_combos)


def model_and_data(checkpoint_or_model, layer, given, options, progress, forecast):
    """The model, and the data that belong to it: of a checkpoint see `load`, else what is given."""
    if isinstance(checkpoint_or_model, (str, os.PathLike)):
        data = _load(checkpoint_or_model, layer, given, options, progress, forecast)
        return FrozenModel.from_bytes(data["model_bytes"]), data
    if not hasattr(checkpoint_or_model, "graph_def"):
        raise InputError(
            "checkpoint_or_model={} given; the path of a checkpoint, or a FrozenModel, is accepted.".format(
                quoted(checkpoint_or_model)
            )
        )
    _refuse_given({name: options[name] or None for name in AGENT_OPTIONS}, "a FrozenModel", "a checkpoint")
    return checkpoint_or_model, given


def _refuse_given(given, what, other):
    for name, value in given.items():
        if value is not None:
            raise InputError("{} given with {}; it goes with {}.".format(name, what, other))


def _load(checkpoint_path, layer, given, options, progress, forecast):
    """The data of a checkpoint, see `load`. forecast: a Forecast and the folder that is written to."""
    _refuse_given(given, "a checkpoint", "a FrozenModel")

    checked, run_dir = [], run_folder(options, forecast[1])

    def tell(*known):
        tell_visualisation(forecast[0], *checked, options, forecast[1], *known)

    def check(models, num_observations, _):
        ((model_bytes, *node_names),) = models.values()
        agent = make_subject(FrozenModel.from_bytes(model_bytes), *node_names)
        checked.extend([agent, fitting_layers(agent.model, layer, dict(options), num_observations, run_dir)[1]])
        return functools.partial(read_features_of, options, agent)

    kwargs = {name: options[name] for name in AGENT_OPTIONS if options[name]}
    kwargs.update(options["load_kwargs"])
    if kwargs.get("resample", True):
        defaults = {"temp_files": True, "trajectories_kwargs": ONE_STEP, "full_resolution": False}
        kwargs = dict(defaults, **kwargs)
    kwargs.setdefault("observations_kwargs", options["observations_kwargs"])
    return load(checkpoint_path, progress=progress, check=check, tell=tell, **kwargs)
