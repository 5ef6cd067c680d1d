"""Every option of `measure`."""

from understanding_rl_vision import checks
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.options import Option
from understanding_rl_vision.play.options import LOOKING
from understanding_rl_vision.run.attribution.sparsity import PAIRS
from understanding_rl_vision.run.nmf_output import check_nmf_output

MEASURE_OPTIONS = {
    "run_dir": Option(
        None, "folder of the run whose features are measured; default: features are fitted here", checks.path
    ),
    "nmf_features": Option(8, "how many features to fit, without run_dir", checks.count),
    "nmf_output": Option(
        None,
        "what they are fitted on: attribution of the 'value' (the default where there is one) or of a logit, "
        "'action:7' or 'action:RIGHT', or the layer's 'activations'",
        check_nmf_output,
    ),
    "pairs": Option(
        PAIRS, "how many pairs of position and feature count as the largest of the value's attribution", checks.count
    ),
    "observations_kwargs": LOOKING,
    "batch_size": Option(64, "observations in one pass through the network", checks.count),
}
MEASURE_OPTIONS.update(AGENT_OPTIONS)
