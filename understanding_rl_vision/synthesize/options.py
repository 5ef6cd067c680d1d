"""Every option of `synthesize`."""

import functools

from understanding_rl_vision import checks
from understanding_rl_vision.agents.games import AGENT_OPTIONS, VALUE_SCALE
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.options import Option, complete


def _check_env_kwargs(name, value):
    """Options of the game but those that are options of synthesize or do not count."""
    options = AGENT_OPTIONS[name].check(name, value)
    decided = [key for key in ("epsilon_greedy", "reward_scale") if key in options]
    if decided:
        raise InputError(
            "env_kwargs has {}; here epsilon is an option of its own, and rewards are the game's own. Leave it "
            "out.".format(decided[0])
        )
    return options


_check_env_kwargs.keys = AGENT_OPTIONS["env_kwargs"].check.keys

# Not one of the table: it may be a function.
TARGET_OPTIONS = {
    "target": Option(
        None,
        "T-, T+, T+-, S+, S-, value+, value-, action:7 or action:RIGHT, or a JSON list of these",
        checks.checked_elsewhere,
    )
}

FRAMES_OPTIONS = {
    "num_frames": Option(10000, "frames that the generator learns from", checks.count),
    "num_envs": Option(16, "games played side by side for them", checks.count),
    "epsilon": Option(0.1, "probability of an action drawn uniformly in place of the agent's", checks.fraction),
    "greedy": Option(True, "the agent takes the action it prefers; False: it draws from its policy", checks.flag),
    "frames_path": Option(
        None,
        "joblib file of frames (N, H, W, C) to learn from in place of playing, such as NAME.observations.jd",
        checks.text,
    ),
    "env": AGENT_OPTIONS["env"],
    "args": AGENT_OPTIONS["args"],
    "env_kwargs": AGENT_OPTIONS["env_kwargs"]._replace(check=_check_env_kwargs),
}

GENERATOR_OPTIONS = {
    "filters": Option(
        32, "filters of the first of four stages; each next one has twice as many", checks.integer(1, 1024)
    ),
    "latents": Option(100, "dimensions of the latent space", checks.integer(1, 10**5)),
    "saliency": Option(True, "weigh pixels by the agent's guided gradients; False: all alike", checks.flag),
    # The paper's 0.001, of outputs that change as those of its agents do, is a number for each agent here.
    "eta": Option(
        1.0,
        "weight of the squared change of the agent's outputs; of 1 it pulls at blurred frames as hard as the error of "
        "their pixels does",
        checks.number(0, 1e9),
    ),
    "lambda_kl": Option(1e-4, "weight of the KL divergence", checks.number(0, 1e9)),
    "learning_rate": Option(1e-3, "step size of Adam in training", checks.fraction),
    "batch_size": Option(16, "frames in one step of training", checks.count),
    "epochs": Option(2000, "passes over the frames at most", checks.count),
    "patience": Option(
        100, "epochs without a lower loss of the frames held out after which training ends", checks.count
    ),
    "held_out": Option(0.05, "share of the frames, the last ones, that is held out", checks.fraction),
    "save_interval": Option(10, "epochs between checkpoints of the generator", checks.count),
}

STATES_OPTIONS = {
    "num_samples": Option(16, "states for each target", checks.count),
    "steps": Option(200, "steps of Adam on their latents", checks.whole),
    "step_size": Option(0.05, "size of these steps", checks.number(0, 1e3)),
    "alpha": Option(0.01, "weight of the latents' KL divergence from the prior", checks.number(0, 1e12)),
    "beta": Option(1.0, "sharpness of the soft maximum in T-, T+ and T+-", checks.number(1e-6, 1e6)),
    "layer": Option(None, "node whose activations the value is attributed to; default: the middle layer", checks.text),
}

MEASURE_OPTIONS = {
    "goggles": Option(
        False, "let the agent play by reconstructions (table 1); trains two more generators", checks.flag
    ),
    "goggles_episodes": Option(20, "episodes of each of these plays", checks.count),
    "activation_maximization": Option(
        False, "maximise the targets over pixels, without a generator, too (figure 4a)", checks.flag
    ),
}

OTHER_OPTIONS = {
    "policy_logits_name": Option(
        None, "node of the policy's logits, for a model that is not of this project", checks.text
    ),
    "value_function_name": Option(None, "node of its value function", checks.text),
    "value_scale": VALUE_SCALE,
    "q_values_name": Option(
        None, "node of its Q-values, which then take the place of logits in the targets", checks.text
    ),
    "resume": Option(False, "go on with the frames and the generator in the output folder", checks.flag),
    # Beyond it goggles need one more.
    "seed": Option(0, "the same seed gives the same states", checks.integer(0, 2**31 - 2)),
}

# By the parts of the work, as the command line lists them.
GROUPS = {
    "frames": FRAMES_OPTIONS,
    "generator": GENERATOR_OPTIONS,
    "states": STATES_OPTIONS,
    "measurements": MEASURE_OPTIONS,
    "others": OTHER_OPTIONS,
}
SYNTHESIZE_OPTIONS = {name: option for group in GROUPS.values() for name, option in group.items()}

complete_options = functools.partial(complete, options=SYNTHESIZE_OPTIONS, what="synthesize()")
