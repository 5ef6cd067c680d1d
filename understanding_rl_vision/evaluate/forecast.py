"""What an evaluation will take."""

from understanding_rl_vision.forecasts import GRAPHS, Stage
from understanding_rl_vision.play.speed import EPISODE_STEPS, STEP_SECONDS, timed_observations

# Bytes of a level in all files together.
LEVEL_BYTES = 200
REDUCE = "Give fewer levels (num_levels)"


def tell_evaluation(forecast, models, options, overrides):
    """Tell what the evaluation will take; see `Forecast.tell`.

    models: triples of name, Checkpoint and Policy; options: of `evaluate`, complete; overrides: of the game's.
    """
    games, levels = options["num_envs"], options["num_levels"]
    seconds = games * STEP_SECONDS
    if forecast.worth_measuring(levels * len(models) * EPISODE_STEPS * STEP_SECONDS):
        _, checkpoint, policy = models[0]
        seconds = timed_observations(checkpoint, policy, games, **overrides)
    names = [name for name, *_ in models]
    if options["blind_to"]:
        names.append("{} with {} invisible".format(names[0], " and ".join(options["blind_to"])))
    forecast.tell(evaluation_stages(names, levels, games, seconds), options["output_dir"], REDUCE)


def evaluation_stages(names, levels, games, seconds):
    """A Stage for each model. seconds: of a step of all games."""
    steps = levels * EPISODE_STEPS / games
    return [
        Stage("{}, {} levels".format(name, levels), steps * seconds, GRAPHS, levels * LEVEL_BYTES, levels)
        for name in names
    ]
