"""Playing the levels of an evaluation, those that have not been played yet."""

import contextlib

import numpy as np

from understanding_rl_vision.envs import known_options
from understanding_rl_vision.envs.procgen import MAX_LEVEL
from understanding_rl_vision.evaluate import hiding, records
from understanding_rl_vision.play.environments import check_num_actions, environments
from understanding_rl_vision.play.levels import play_levels


def play_remaining(model_index, name, checkpoint, policy, options, ranks, progress, working):
    """Play this rank's share of what a model has not yet played. working: the WorkingFolder that the folder is of."""
    done = {index for model, index in records.read_played(options["output_dir"]) if model == model_index}
    # Every rank must have read what was done before any adds to it.
    ranks.gather(None)
    levels = [(index, level) for index, level in enumerate(_levels(options)) if index not in done][
        ranks.rank :: ranks.size
    ]
    if not levels:
        return
    with contextlib.ExitStack() as opened:
        envs = [opened.enter_context(env) for env in _environments(checkpoint, options, ranks.rank)]
        if not envs[0].can_choose_levels:
            if done:
                progress.say(
                    "The levels of this game cannot be chosen: those that were played are played again, to come to the "
                    "others."
                )
            # Which level comes next depends on all that was played before, so that all of it is told anew.
            levels = [(index, None) for index in range(options["num_levels"])][ranks.rank :: ranks.size]
        check_num_actions(policy.num_actions, envs[0].num_actions, checkpoint.args)
        journal = opened.enter_context(contextlib.closing(records.Journal(options["output_dir"], ranks.rank)))
        playing = play_levels(envs, policy.logits, levels, options["seed"])
        for played in working.pushing(progress.track(playing, name, total=len(levels)), progress.say):
            journal.add(model_index, played)


def _levels(options):
    """The numbers of the levels; of more levels the first are the same."""
    if options["start_level"] is not None:
        return list(range(options["start_level"], options["start_level"] + options["num_levels"]))
    draws = np.random.RandomState(options["seed"])
    return [int(draws.randint(MAX_LEVEL + 1, dtype=np.int64)) for _ in range(options["num_levels"])]


def own_options(checkpoint):
    """Options of the game that take the place of a checkpoint's."""
    overrides = {"reward_scale": 1}
    if "start_level" in known_options(checkpoint.args["env_kind"], checkpoint.args["env_name"]):
        # Levels are chosen one by one; what the agent was trained on plays no part.
        overrides.update(num_levels=None, start_level=None, use_sequential_levels=None)
    return overrides


def game_overrides(checkpoint, options):
    """Options of the game in place of a checkpoint's, those of what is hidden too."""
    overrides = own_options(checkpoint)
    if options["hide"]:
        overrides["resource_root"] = hiding.assets_without(
            options["hide"], checkpoint.args["env_name"], checkpoint.args.get("resource_root")
        )
    return overrides


def _environments(checkpoint, options, rank):
    """Environments that share the games."""
    overrides = game_overrides(checkpoint, options)
    return environments(checkpoint, options["num_envs"], seed=options["seed"] + rank, **overrides)
