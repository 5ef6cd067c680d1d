"""How an agent plays the levels that it was trained on, and others (article, "Interpretability and generalization")."""

import contextlib
import os

import numpy as np

from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.envs.procgen import MAX_LEVEL
from understanding_rl_vision.evaluate import records
from understanding_rl_vision.evaluate.playing import own_options
from understanding_rl_vision.evaluate.statistics import wilson_interval
from understanding_rl_vision.play.environments import check_num_actions, environment, environments
from understanding_rl_vision.play.levels import play_levels

# Which levels: those of the training, or any others.
TRAIN, TEST = SPLITS = ("train", "test")


def drawn_levels(split, levels, start_level, count, seed):
    """Numbers of levels, drawn with replacement: of the `levels` from start_level on, or of all others.

    The first of more are the same.
    """
    draws = np.random.RandomState([seed, SPLITS.index(split)])
    if split == TRAIN:
        return [start_level + int(draws.randint(levels)) for _ in range(count)]
    others = MAX_LEVEL + 1 - levels
    drawn = [int(draws.randint(others, dtype=np.int64)) for _ in range(count)]
    return [level if level < start_level else level + levels for level in drawn]


def play_split(split, agent, checkpoint, folder, options, ranks, progress):
    """Play the levels of a split with a StudyAgent, as far as they have not been, and return their list of Played.

    The ranks share them, and all call it. folder: for what was played, of this agent and split alone.
    """
    if ranks.rank == 0:
        os.makedirs(folder, exist_ok=True)
        records.write_levels(folder, records.read_played(folder))
    ranks.gather(None)
    done = {index for _, index in records.read_played(folder)}
    ranks.gather(None)
    start_level = checkpoint.args.get("start_level") or 0
    levels = list(enumerate(drawn_levels(split, agent.levels, start_level, options["num_levels"], options["seed"])))
    left = [pair for pair in levels if pair[0] not in done][ranks.rank :: ranks.size]
    if left:
        _play(left, levels, split, agent, checkpoint, folder, options, ranks, progress)
    ranks.gather(None)
    return records.of_model(0, records.read_played(folder), options["num_levels"])


def _play(left, levels, split, agent, checkpoint, folder, options, ranks, progress):
    policy = policy_of(checkpoint)
    overrides = _overrides(split, agent, checkpoint)
    with contextlib.ExitStack() as opened:
        games = environments(checkpoint, options["num_envs"], seed=options["seed"] + ranks.rank, **overrides)
        envs = [opened.enter_context(env) for env in games]
        check_num_actions(policy.num_actions, envs[0].num_actions, checkpoint.args)
        if not envs[0].can_choose_levels:
            left = [(index, None) for index, _ in levels][ranks.rank :: ranks.size]
        journal = opened.enter_context(contextlib.closing(records.Journal(folder, ranks.rank)))
        playing = play_levels(envs, policy.logits, left, options["seed"])
        stage = "{} levels of {}".format({TRAIN: "trained", TEST: "unseen"}[split], agent.name)
        for played in progress.track(playing, stage, total=len(left)):
            journal.add(0, played)


def _overrides(split, agent, checkpoint):
    """Options of the game in place of the checkpoint's."""
    overrides = own_options(checkpoint)
    if "start_level" not in overrides or not _can_choose_levels(checkpoint):
        # The game draws the levels, of so many (0: of all).
        overrides["num_levels"] = agent.levels if split == TRAIN else 0
        if split == TRAIN and "start_level" in overrides:
            overrides["start_level"] = checkpoint.args.get("start_level")
    return overrides


def _can_choose_levels(checkpoint):
    """Procgen's games can, but for those with generated sprites."""
    with environment(checkpoint, 1, seed=0) as env:
        return env.can_choose_levels


def solved_share(played):
    """Of a list of Played: solved, levels, share and the ends of its interval (Wilson, 95 %)."""
    solved, levels = sum(bool(episode.solved) for episode in played), len(played)
    low, high = wilson_interval(solved, levels)
    return {"solved": solved, "levels": levels, "share": solved / levels if levels else None, "low": low, "high": high}
