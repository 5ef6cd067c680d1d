"""Every option of `visualize`."""

from understanding_rl_vision import checks
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.options import Option
from understanding_rl_vision.play.options import PLAY_OPTIONS
from understanding_rl_vision.rl_util.feature_visualisation import STEPS
from understanding_rl_vision.run.nmf_output import check_nmf_output
from understanding_rl_vision.run.options import check_load_kwargs
from understanding_rl_vision.visualize.run_page import RUN

OBJECTIVES = ("neuron", "channel")
# What 'value' was called before there were other outputs.
ATTRIBUTIONS = "attributions"


@checks.of_text
def _check_nmf(name, value):
    if isinstance(value, str) and value == RUN:
        return value
    return check_nmf_output(name, "value" if isinstance(value, str) and value == ATTRIBUTIONS else value)


def _list_of(check, what):
    return checks.list_of(check, "a list of " + what, least=0, types=(list, tuple, range))


def _multiple(name, value):
    """Whole numbers stay whole, for they count positions."""
    checks.check_number(name, value, 1e-6, 1000)
    return value


_numbers = _list_of(checks.whole, "whole numbers")
_coefficient = checks.number(0, 1e9)

VISUALIZE_OPTIONS = {
    "nmf": Option(
        None,
        "features are the layer's channels; or NMF directions fitted, as by nmf_output of run, on its 'activations' "
        "or on attribution of the 'value' (earlier called 'attributions') or of a logit, 'action:7' or 'action:RIGHT'; "
        "or 'run', those of the run that output_dir is the folder of, whose interface then shows the images",
        _check_nmf,
    ),
    "nmf_features": Option(16, "how many directions", checks.count),
    "features": Option(None, "list of those to show: channels from 0, directions from 1; default: all", _numbers),
    "objective": Option(
        "neuron",
        "what images maximise: 'neuron', the activation in the centre, or 'channel', its mean",
        checks.choice(*OBJECTIVES),
    ),
    "caricatures": Option(
        [],
        "numbers of observations to make caricatures of: images whose activations have a large dot product with theirs",
        _numbers,
    ),
    "steps": Option(STEPS, "steps of gradient ascent; 0: only examples from play", checks.whole),
    "jitter": Option(
        None,
        "pixels that images are shifted by between steps; default: the layer's stride, from one position to the next",
        checks.whole,
    ),
    "rotate": Option(
        [], "degrees, one of which images are turned by between steps", _list_of(checks.number(-360, 360), "degrees")
    ),
    "scale": Option(
        [], "factors, one of which images are enlarged by between steps", _list_of(checks.number(0.1, 10), "factors")
    ),
    "l2_coeff": Option(
        0, "penalty on the L2 norm of another layer's activations, against extreme colours", _coefficient
    ),
    "l2_layer": Option(None, "that layer; default: the first", checks.text),
    "tv_coeff": Option(0, "penalty on the images' total variation", _coefficient),
    "seed": Option(0, "the same seed gives the same images", checks.whole),
    "batch_size": Option(64, "images, or observations, in one pass through the network", checks.count),
    "vis_subdiv_mult": Option(
        None,
        "patches per position of the layer in spatially aware images; default: what makes 16 a side, at most 1",
        _multiple,
    ),
    "vis_expand_mult": Option(4, "size of a patch there, in positions", _multiple),
    "vis_thumbnail_num_mult": Option(4, "patches per side of dataset examples", checks.count),
    "vis_thumbnail_expand_mult": Option(4, "size of a patch there, in positions", _multiple),
    "frame_channels": Option(
        None,
        "channels of one of the frames that an observation stacks: 3 (colours) or 1 (grey); default: see generate",
        checks.choice(1, 3),
    ),
    "load_kwargs": Option(
        {}, "options of load; by default only the observations are played, and no files are kept", check_load_kwargs
    ),
    "observations_kwargs": PLAY_OPTIONS["observations_kwargs"],
}
VISUALIZE_OPTIONS.update(AGENT_OPTIONS)
