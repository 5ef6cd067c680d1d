"""What "solved" means is the same for all that play."""

import numpy as np
import pytest

from understanding_rl_vision.envs import Environment, return_tells_solved
from understanding_rl_vision.envs.base import Ending
from understanding_rl_vision.envs.outcomes import Outcome, Tally, was_solved
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.play.episodes import EpisodeRecorder, play_quota, sample_episodes
from understanding_rl_vision.play.levels import play_levels
from understanding_rl_vision.play.sampling import sample_trajectories
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.run.inputs import checked_trajectories
from understanding_rl_vision.run.props import episode_entries
from understanding_rl_vision.train.logs import Episodes
from understanding_rl_vision.train.rewards import RewardProcessor
from understanding_rl_vision.train.rollouts import Rollouts

QUIET = Progress(quiet=True)


class Earning(Environment):
    """Episodes with these rewards, over and over. said: what the game says of being solved."""

    observation_shape = (1, 1, 1)
    action_combos = [(), ("A",)]

    def __init__(self, rewards, said=None, tells_solved=True):
        self.num_envs = 1
        self.tells_solved = tells_solved
        self._earned, self._said, self._time = rewards, said, 0

    def observe(self):
        step = self._time % len(self._earned)
        earned = self._earned[step - 1] if self._time else 0
        return np.array([earned], np.float32), np.zeros((1, 1, 1, 1), np.uint8), np.array([step == 0])

    def act(self, actions):
        self._time += 1

    def endings(self):
        return [Ending(7, self._said, "lava" if self._said is False else "unknown")]


class Idle:
    def logits(self, observations):
        return np.zeros((len(observations), 2), np.float32)

    def outputs(self, observations):
        return self.logits(observations), np.zeros(len(observations), np.float32)


def on_the_page(*given):
    trajectories = sample_trajectories(Earning(*given), Idle(), 2 * len(given[0]), 0, QUIET)
    facts = episode_entries(checked_trajectories(trajectories, (1, 1, 1), 2), None)
    assert [one["end"] for one in facts] == [len(given[0]) - 2, 2 * len(given[0]) - 2]
    (solved,) = {one["solved"] for one in facts}
    return solved


def in_training(*given):
    _, episodes = Rollouts(Earning(*given), RewardProcessor("none", 1, 0.9, 1), np.random.RandomState(0)).play(
        Idle().outputs, 3 * len(given[0]), 0.9, 0.9
    )
    summary = Episodes()
    summary.extend(episodes)
    rate = summary.summary()["solved_rate"]
    return None if np.isnan(rate) else bool(rate)


def in_an_evaluation(*given):
    (played,) = play_levels([Earning(*given)], Idle().logits, [(0, None)], seed=0)
    return played.solved


def in_episodes(*given):
    (episode,) = play_quota(EpisodeRecorder(Earning(*given), Idle(), 0), 1, 1)
    return episode.solved


@pytest.mark.parametrize("answer", [in_an_evaluation, in_episodes, on_the_page, in_training])
@pytest.mark.parametrize(
    "given, solved",
    [
        # A coin before the end; the last reward alone does not tell.
        (([1, 0],), True),
        (([1, -2, 1],), False),
        (([0, 0],), False),
        (([-1, 2, 0],), True),
        # The game's word goes before rewards.
        (([3, 0], False), False),
        (([0, 0], True), True),
        (([3, 0], False, False), False),
        # Points tell nothing.
        (([1, 0], None, False), None),
        (([0, 0], None, False), None),
    ],
)
def test_everybody_gives_the_same_answer(answer, given, solved):
    assert answer(*given) is solved


@pytest.mark.parametrize("said, solved, cause", [(None, None, None), (False, False, "lava"), (True, True, None)])
def test_a_cause_is_that_of_a_failure(said, solved, cause):
    env = Earning([2, 1], said, tells_solved=False)
    tally, outcomes = Tally(env), []
    for _ in range(4):
        env.act(None)
        rewards, _, firsts = env.observe()
        outcomes.append(tally.step(rewards, firsts))
    assert outcomes == 2 * [{}, {0: Outcome(7, solved, cause, 3.0, 2)}]


def test_where_nothing_tells_episodes_cannot_be_chosen_by_it():
    for wanted in ("failed", "solved"):
        with pytest.raises(InputError, match="episodes='{}' given; this game gives points".format(wanted)):
            sample_episodes(Earning([1, 0], None, False), Idle(), wanted, 0, 10, QUIET)
    with pytest.raises(InputError, match="levels of this game cannot be chosen.*; leave episodes out"):
        sample_episodes(Earning([1, 0], None, False), Idle(), [3], 0, 10, QUIET)
    # Of a game that says it, they can.
    found = sample_episodes(Earning([1, 0], False), Idle(), "failed", 0, 10, QUIET)
    assert found["episodes"] == [{"level": 7, "solved": False, "cause": "lava"}]


@pytest.mark.parametrize(
    "name, tells",
    [
        ("coinrun", True),
        ("coinrun_old", True),
        ("maze", True),
        ("pong", True),
        ("my_own_game", True),
        (None, True),
        ("starpilot", False),
        ("fruitbot", False),
        ("breakout", False),
        ("space_invaders", False),
    ],
)
def test_games_whose_return_tells(name, tells):
    assert return_tells_solved(name) == tells
    assert was_solved(None, 3.0, return_tells_solved(name)) is (True if tells else None)


def test_data_that_do_not_say_what_was_solved_are_told_by_rewards_and_game():
    given = {
        "observations": np.zeros((1, 6, 1, 1, 1), np.uint8),
        "actions": np.zeros((1, 6), int),
        "rewards": np.array([[1, 0, 0, 0, 5, -5]], np.float32),
        "dones": np.array([[0, 1, 0, 1, 0, 0]]),
    }
    ends = [{"trajectory": 0, "end": 1, "solved": True}, {"trajectory": 0, "end": 3, "solved": False}]
    trajectories = checked_trajectories(given, (1, 1, 1), 2)
    assert episode_entries(trajectories, "coinrun") == episode_entries(trajectories, None) == ends
    assert [one["solved"] for one in episode_entries(trajectories, "bigfish")] == [None, None]
    said = checked_trajectories(dict(given, solved=np.array([[-1, 0, -1, -1, 1, 1]])), (1, 1, 1), 2)
    assert [one["solved"] for one in episode_entries(said, "coinrun")] == [False, None]
    with pytest.raises(InputError, match="solved hold other values than 1, 0 and -1"):
        checked_trajectories(dict(given, solved=np.full((1, 6), 0.5)), (1, 1, 1), 2)
    whole = {name: [rows[0, :2]] for name, rows in given.items()}
    for facts, solved in (({"level": 3}, True), ({"level": 3, "solved": False}, False), ({"solved": None}, None)):
        trajectories = checked_trajectories(dict(whole, episodes=[facts]), (1, 1, 1), 2)
        assert episode_entries(trajectories, None) == [dict(facts, trajectory=0, solved=solved)]
