"""Every option of `study`."""

from understanding_rl_vision import checks
from understanding_rl_vision.errors import check_options
from understanding_rl_vision.options import Option
from understanding_rl_vision.play.options import LOOKING
from understanding_rl_vision.train.options import ENV_OPTIONS, PATH_OPTIONS, TRAIN_OPTIONS

# What agents see that are trained on more diverse images, or are larger: as far as Procgen can do what the article
# tried ("Feature visualization", "Low-level visual diversity", and Appendix C). How much noise it does not say.
VARIANTS = {
    "none": {},
    "generated sprites": {"use_generated_assets": True},
    "noise per pixel": {"image_noise": 25},
    "correlated noise": {"image_noise": 25, "noise_size": 4},
    "larger network": {"cnn": "impala", "stack_channels": "32_64_64"},
}
# Beyond that there is nothing in the game or in `train` that does it.
NOT_POSSIBLE = {"adversarial training": "train has PPO's losses alone"}

# The levels in which features are looked at.
ANY, TRAINED = "any", "trained"

# Chosen for every agent by the study itself.
DECIDED = ("num_levels", "start_level", "seed", *PATH_OPTIONS)


def _check_variant(name, value):
    if isinstance(value, str) and value in NOT_POSSIBLE:
        accepted = "{} ({} is not possible here: {})".format(", ".join(VARIANTS), value, NOT_POSSIBLE[value])
        checks.refuse(name, value, accepted)
    return checks.choice(*VARIANTS)(name, value)


def _check_train_kwargs(name, value):
    if not isinstance(value, dict):
        checks.refuse(name, value, "a dictionary of options of train()")
    check_options(value, _check_train_kwargs.keys, name, {"study()": ("num_levels", "runs", "seed")})
    return dict(value)


_check_train_kwargs.keys = tuple(name for name in (*TRAIN_OPTIONS, *ENV_OPTIONS) if name not in DECIDED)

STUDY_OPTIONS = {
    "runs": Option(2, "trainings of each number of levels, which differ in chance alone", checks.count),
    "train_kwargs": Option(
        {},
        'options of `train` for the agents to be trained, such as {"env_name": "coinrun", "cnn": "nature"}',
        _check_train_kwargs,
    ),
    "variant": Option(
        "none",
        "of the agents to be trained: {}".format(", ".join(VARIANTS)),
        checks.of_text(_check_variant),
    ),
    "num_levels": Option(
        10000,
        "levels that each agent plays of those that it was trained on, and as many of others, drawn with replacement",
        checks.count,
    ),
    "layer": Option(None, "the layer to look at; default: 2b, or where there is none the middle one", checks.text),
    "nmf_features": Option(8, "features of that layer", checks.count),
    "observations_kwargs": LOOKING,
    "observed_levels": Option(
        ANY,
        "the levels in which these are looked at: 'any', or 'trained', those of the training, which raters may know "
        "again where they are few",
        checks.choice(ANY, TRAINED),
    ),
    "least_auc": Option(
        0.9, "from which AUC on a feature counts as object-selective, see docs/diversity-study.md", checks.fraction
    ),
    "num_envs": Option(64, "games side by side", checks.count),
    "batch_size": Option(32, "observations at once", checks.count),
    "seed": Option(0, "of levels, actions and of the order in which raters see agents", checks.whole),
}
