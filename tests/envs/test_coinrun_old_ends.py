"""Ends of the first CoinRun, which its library tells a step late, on a library that does so too."""

import numpy as np
import pytest

from tests.envs.coinrun_library import COIN, COINS, DEATH, LEVEL, NOTHING, OVER, STEPS, Library
from understanding_rl_vision.envs import coinrun_old
from understanding_rl_vision.envs.base import UNKNOWN, Ending, Seen
from understanding_rl_vision.envs.coinrun_causes import TIME_LIMIT
from understanding_rl_vision.play.advantages import dones_from_firsts
from understanding_rl_vision.play.episodes import EpisodeRecorder, play_quota, sample_episodes
from understanding_rl_vision.play.levels import play_levels
from understanding_rl_vision.play.sampling import sample_observations, sample_trajectories
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.train.rewards import RewardProcessor
from understanding_rl_vision.train.rollouts import Rollouts

QUIET = Progress(quiet=True)


def level(number):
    """Length and end of a level: coins after 3 to 7 steps, deaths after 4 to 8."""
    return (3 + number % 5, COIN) if number % 2 else (4 + number % 5, DEATH)


class Replays:
    """Keeps what it is asked."""

    def __init__(self, folder, settings):
        self.asked = []

    def cause(self, level, oldest, actions):
        self.asked.append((level, oldest, len(actions)))
        return "buzzsaw"

    def close(self):
        pass


@pytest.fixture
def made(make, monkeypatch):
    """Makes environments whose library has levels as it is told."""

    def make_with(levels, num_envs, **options):
        monkeypatch.setattr(coinrun_old, "find_folder", lambda name: "")
        monkeypatch.setattr(coinrun_old, "load_library", lambda folder, assets: Library(levels))
        monkeypatch.setattr(coinrun_old, "Replays", Replays)
        # The library has no images, from which objects would be told.
        monkeypatch.setattr(coinrun_old, "load_things", lambda folder: ())
        monkeypatch.setattr(
            coinrun_old,
            "objects_in_picture",
            lambda picture, things, velocity: Seen(np.array(["coin"]), np.zeros((1, 4))),
        )
        monkeypatch.setattr(coinrun_old, "_settings", None)
        monkeypatch.setattr(coinrun_old, "_is_open", False)
        return make("coinrun_old", num_envs, **options)

    return make_with


def shown(observations, what):
    return observations[..., 0, 0, what]


class Uniform:
    """Draws any of the 7 actions; its values are 0."""

    def logits(self, observations):
        return np.zeros((len(observations), 7), np.float32)

    def outputs(self, observations):
        return self.logits(observations), np.zeros(len(observations), np.float32)


def test_the_last_coin_comes_with_the_end_and_the_next_picture_is_of_the_next_level(made):
    env = made(lambda number: (5, COIN) if number == 1 else (900, NOTHING), 3, full_resolution=True)
    pictures = []
    for step in range(1, 8):
        env.act(np.ones(3, int))
        rewards, observations, firsts = env.observe()
        # Making the games has taken a step of its first level.
        assert rewards.tolist() == [0, 10 * (step == 4), 0] and firsts.tolist() == [False, step == 4, False]
        assert env.endings() == [None, Ending(None, True, None) if step == 4 else None, None]
        assert not env.overruns().any()
        np.testing.assert_array_equal(env.full_frames()[:, 0, 0], observations[:, 0, 0])
        pictures.append(observations[:, 0, 0].tolist())
    assert [game[1] for game in pictures] == [[1, steps, 0] for steps in (2, 3, 4)] + [[3, n, 0] for n in range(4)]
    # The others have not made a step more.
    assert [game[0] for game in pictures] == [[0, 1 + step, 0] for step in range(1, 8)]


def test_death_is_told_late_and_the_step_between_earns_nothing(made):
    env = made(lambda number: (5, DEATH), 1)
    ends = []
    for step in range(1, 13):
        env.act(np.zeros(1, int))
        rewards, observations, firsts = env.observe()
        assert not rewards.any() and env.overruns().tolist() == firsts.tolist()
        ends += [(step, env.endings()[0])] if firsts[0] else []
        assert shown(observations, OVER)[0] == (255 if step in (4, 10) else 0)
    assert ends == [(5, Ending(None, False, UNKNOWN)), (11, Ending(None, False, UNKNOWN))]


def test_levels_that_ended_in_death_are_played_again_by_their_number_among_those_drawn(made):
    env = made(level, 3)
    env.watch_endings()
    seen, ends = [number for number in range(3)], []
    for _ in range(40):
        env.act(np.ones(3, int))
        _, observations, firsts = env.observe()
        for game in np.flatnonzero(firsts):
            number = seen[game]
            ends += [(number, level(number)[0] + 1)] if level(number)[1] == DEATH else []
            assert env.endings()[game].cause == ("buzzsaw" if level(number)[1] == DEATH else None)
        seen = shown(observations, LEVEL).tolist()
    # All actions, the first of which was made with the games, and the one with which the library told.
    assert [(number, count) for number, _, count in env._replays.asked] == ends and len(ends) > 8
    assert all(oldest <= number for number, oldest, _ in env._replays.asked)
    # What is asked for later is not too old.
    oldest = [at for _, at, _ in env._replays.asked]
    assert oldest == sorted(oldest)


def test_with_data_augmentation_causes_are_unknown(made):
    env = made(lambda number: (5, DEATH), 1, use_data_augmentation=True)
    env.watch_endings()
    for _ in range(5):
        env.act(np.zeros(1, int))
        env.observe()
    assert env.endings() == [Ending(None, False, UNKNOWN)]


def test_an_episode_has_one_step_at_least(made):
    # The first level is over when the games are made, before anyone has acted.
    env = made(lambda number: (1, DEATH) if number == 0 else (5, COIN), 1)
    env.act(np.zeros(1, int))
    assert env.observe()[2].all() and not env.overruns().any()


@pytest.mark.parametrize("game_type, limit", [("standard", 1001), ("platform", 1001), ("maze", 501)])
def test_the_time_limit_is_an_end_like_the_coin(made, game_type, limit):
    env = made(lambda number: (9999, NOTHING), 1, game_type=game_type)
    found = []
    for step in range(1, 2 * limit + 2):
        env.act(np.zeros(1, int))
        rewards, observations, firsts = env.observe()
        if firsts[0]:
            assert env.endings() == [Ending(None, False, TIME_LIMIT)] and not env.overruns().any()
            found.append(step)
        assert rewards[0] == 0 and shown(observations, OVER)[0] == 0
    assert found == [limit - 1, 2 * limit - 1]


def test_a_coin_that_is_not_the_last_ends_nothing(made):
    env = made(lambda number: (4, COINS), 1, game_type="platform")
    seen = []
    for _ in range(7):
        env.act(np.zeros(1, int))
        rewards, _, firsts = env.observe()
        seen.append((rewards[0], firsts[0]))
    assert seen == [(1, False), (0, False), (10, True), (0, False), (1, False), (0, False), (10, True)]


def episodes_shown(trajectories):
    """Of each whole episode in trajectories (games, T): level, steps it was played for, reward at its end, solved."""
    found = []
    dones = dones_from_firsts(trajectories["firsts"])
    for game, row in enumerate(dones):
        ends = np.flatnonzero(row)
        for start, end in zip(ends[:-1] + 1, ends[1:]):
            pictures = trajectories["observations"][game, start : end + 1]
            assert len(set(shown(pictures, LEVEL))) == 1
            assert shown(pictures, STEPS).tolist() == list(range(len(pictures)))
            rewards = trajectories["rewards"][game, start : end + 1]
            assert not rewards[:-1].any()
            found.append((shown(pictures, LEVEL)[0], len(pictures), rewards[-1], trajectories["solved"][game, end]))
    return found


def expected(number):
    length, end = level(number)
    return number, length, 10 * (end == COIN), int(end == COIN)


def test_trajectories_have_every_step_of_every_episode_and_no_other(made):
    trajectories = sample_trajectories(made(level, 4), Uniform(), 60, 0, QUIET, full_resolution=False)
    assert not shown(trajectories["observations"], OVER).any()
    found = episodes_shown(trajectories)
    assert len(found) > 30 and {solved for _, _, _, solved in found} == {0, 1}
    assert found == [expected(number) for number, *_ in found]
    ended = dones_from_firsts(trajectories["firsts"]) > 0
    # Outcomes are told where episodes end; of the last steps of all nothing is known.
    assert (trajectories["solved"][:, :-1][ended[:, :-1]] >= 0).all()
    assert (trajectories["solved"][:, :-1][~ended[:, :-1]] == -1).all()


def test_observations_are_of_episodes(made):
    env = made(level, 3, full_resolution=True)
    kept = sample_observations([env], Uniform(), 40, 1, 0, QUIET, full_resolution=True)
    assert kept["observations"].shape == (120, 64, 64, 3) and not shown(kept["observations"], OVER).any()
    np.testing.assert_array_equal(kept["observations_full"][:, 0, 0], kept["observations"][:, 0, 0])


def test_whole_episodes_are_whole_and_no_longer(made):
    recorder = EpisodeRecorder(made(level, 3), Uniform(), 0)
    for episode in play_quota(recorder, 12, 3):
        pictures = np.asarray(episode.steps["observations"])
        number, length, reward, solved = expected(int(shown(pictures, LEVEL)[0]))
        # The first levels have lost a step to making the games.
        length -= number < 3
        assert shown(pictures, STEPS).tolist() == list(range(number < 3, length + (number < 3)))
        assert all(len(rows) == length for rows in episode.steps.values())
        assert (episode.solved, episode.steps["rewards"][-1]) == (bool(solved), reward)
    for wanted in ("failed", "solved"):
        found = sample_episodes(made(level, 2), Uniform(), wanted, 0, 100, QUIET)
        assert {facts["solved"] for facts in found["episodes"]} == {wanted == "solved"}
        assert not any(shown(pictures, OVER).any() for pictures in found["observations"])


def test_levels_are_counted_with_the_steps_that_they_have(made):
    played = list(play_levels([made(level, 1)], Uniform().logits, [(index, None) for index in range(8)], seed=0))
    assert [(one.steps + (one.index == 0), one.total, int(one.solved)) for one in played] == [
        expected(number)[1:] for number in range(8)
    ]


def test_training_learns_from_steps_of_episodes(made):
    rollouts = Rollouts(made(level, 4), RewardProcessor("none", 1, 0.9, 4), np.random.RandomState(0))

    def evaluate(observations):
        # What is after an end is worth a lot, which nothing must learn of.
        return Uniform().logits(observations), 4 * (shown(observations, OVER) > 0).astype(np.float32)

    episodes = []
    for _ in range(3):
        batch, ended = rollouts.play(evaluate, 40, 0.9, 0.5)
        episodes += ended
        assert batch.observations.shape == (160, 64, 64, 3) and not shown(batch.observations, OVER).any()
        rows = list(zip(batch.observations[:, 0, 0].tolist(), batch.advantages.tolist()))
        # No episode is longer than 9 steps. One that begins later may be cut short, and its steps be drawn for others.
        late = [row for number, row in enumerate(rows) if number % 40 > 30]
        for picture, advantage in [row for row in rows if row not in late]:
            length, end = level(picture[LEVEL])
            # Values are 0, so that only the last reward counts, weighted by gamma times lambda for each step before it.
            assert advantage == pytest.approx(0.45 ** (length - 1 - picture[STEPS]) * 10 * (end == COIN), rel=1e-5)
        assert (batch.advantages > 0).mean() > 0.2
    assert {episode.solved for episode in episodes} == {True, False}
    assert all(episode.total_reward == 10 * episode.solved for episode in episodes)
    assert {episode.length for episode in episodes if not episode.solved} <= {3, 4, 5, 6, 7, 8}
