"""Gymnasium's own vector environments, whose games begin anew in the same step, in the next, or not by themselves."""

import numpy as np
import pytest

from tests.helpers.gymnasium_games import TIME_LIMIT, Walk
from understanding_rl_vision.envs import given_game, make_env
from understanding_rl_vision.envs.outcomes import Tally
from understanding_rl_vision.play.sampling import sample_trajectories
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.train.rewards import RewardProcessor
from understanding_rl_vision.train.rollouts import Rollouts

gymnasium = pytest.importorskip("gymnasium", reason="Gymnasium's own vectors are tested where it is installed")
vector = pytest.importorskip("gymnasium.vector")
if not hasattr(vector, "AutoresetMode"):
    pytest.skip("this Gymnasium has one way to begin anew", allow_module_level=True)

GAMMA, LAMBDA = 0.9, 0.8


class SpacedWalk(Walk, gymnasium.Env):
    """A Walk with spaces that vectors accept."""

    metadata = {"render_modes": ["rgb_array"]}

    def __init__(self):
        super().__init__()
        shape = self.observation_space.shape
        self.observation_space = gymnasium.spaces.Box(0, 255, shape, np.uint8)
        self.action_space = gymnasium.spaces.Discrete(3)


@pytest.fixture(params=["NEXT_STEP", "SAME_STEP", "DISABLED"])
def env(request):
    mode = vector.AutoresetMode[request.param]
    games = vector.SyncVectorEnv([SpacedWalk] * 2, autoreset_mode=mode)
    return make_env(*given_game(games), 2, seed=4)


class Left:
    """Goes left in the first game, and nowhere in the second; its value is the share of the time that is over."""

    has_value = True

    def logits(self, observations):
        logits = np.zeros((len(observations), 3), np.float32)
        logits[0, 1] = logits[1:, 0] = 100
        return logits

    def outputs(self, observations):
        return self.logits(observations), observations[:, 1, :, 1].sum(axis=1).astype(np.float32) / 255


def test_steps_that_belong_to_no_episode_are_left_out(env):
    """The trajectory is the same whichever way games begin anew: 6 steps each of the game that is cut off."""
    trajectories = sample_trajectories(env, Left(), 3 * TIME_LIMIT, 0, Progress(quiet=True))
    # The first step of all is not kept.
    lasts = np.array([TIME_LIMIT - 2, 2 * TIME_LIMIT - 2, 3 * TIME_LIMIT - 2])
    np.testing.assert_array_equal(np.flatnonzero(trajectories["firsts"][1]), lasts + 1)
    # Each episode shows as many steps as it has had, from 0, and never its last observation as one to act on.
    shown = trajectories["observations"][1, :, 1, :, 1].sum(axis=1) / 255 - 1
    np.testing.assert_array_equal(shown, (list(range(TIME_LIMIT)) * 4)[1 : 3 * TIME_LIMIT + 1])
    # What an episode was worth where it was cut off is the value of the observation after its last step.
    expected = np.zeros(3 * TIME_LIMIT)
    expected[lasts] = TIME_LIMIT + 1
    np.testing.assert_array_equal(trajectories["final_values"][1], expected)
    assert not trajectories["final_values"][0].any()


def test_ends_and_lengths(env):
    tally, ended = Tally(env), []
    for _ in range(15):
        env.act(np.array([1, 0]))
        rewards, _, firsts = env.observe()
        ended += tally.step(rewards, firsts).items()
    lengths = [outcome.steps for game, outcome in ended if game == 1]
    assert lengths == [TIME_LIMIT] * len(lengths) and len(lengths) == 2
    assert {outcome.cause for game, outcome in ended if game == 0} == {"pit"}
    assert all(outcome.level is not None for _, outcome in ended) == env.can_choose_levels


def test_training_bootstraps_where_an_episode_was_cut_off_and_not_where_it_was_over(env):
    """A(t) is the sum over k of (gamma lambda)^k delta(t + k) in the episode; the last delta has V of what follows."""
    steps = 2 * TIME_LIMIT + 3
    rewards = RewardProcessor("none", 1.0, GAMMA, 2)
    # The first game falls into the pit after as many steps as its start says.
    length = int(np.argmax(env.observe()[1][0, 0, :, 0]))
    batch, _ = Rollouts(env, rewards, np.random.RandomState(0)).play(Left().outputs, steps, GAMMA, LAMBDA)
    advantages = batch.advantages.reshape(2, steps)
    # The second game earns nothing, and its value is 1, 2, 3, ...: delta = gamma (n + 1) - n, to the last step.
    deltas = [GAMMA * (n + 1) - n for n in range(1, TIME_LIMIT + 1)]
    expected = [sum((GAMMA * LAMBDA) ** k * delta for k, delta in enumerate(deltas[t:])) for t in range(TIME_LIMIT)]
    np.testing.assert_allclose(advantages[1, :TIME_LIMIT], expected, rtol=1e-5)
    # Nothing follows the pit.
    deltas = [GAMMA * (n + 1) - n for n in range(1, length)] + [-length]
    expected = [sum((GAMMA * LAMBDA) ** k * delta for k, delta in enumerate(deltas[t:])) for t in range(length)]
    np.testing.assert_allclose(advantages[0, :length], expected, rtol=1e-5)


def test_a_batch_that_ends_with_an_episode_knows_that_nothing_follows():
    games = vector.SyncVectorEnv([SpacedWalk] * 2, autoreset_mode=vector.AutoresetMode.NEXT_STEP)
    env = make_env(*given_game(games), 2, seed=4)
    start = int(np.argmax(env.observe()[1][0, 0, :, 0]))
    rollouts = Rollouts(env, RewardProcessor("none", 1.0, GAMMA, 2), np.random.RandomState(0))
    batch, _ = rollouts.play(Left().outputs, start, GAMMA, LAMBDA)
    assert batch.advantages.reshape(2, start)[0, -1] == pytest.approx(-start)
