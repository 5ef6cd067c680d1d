"""How examples/torch_games.py plays. Skipped without PyTorch."""

import collections

import numpy as np
import pytest

torch = pytest.importorskip("torch")

Rollout = collections.namedtuple("Rollout", "observations actions teacher_logits steps")
NUM_ENVS, NUM_STEPS = 4, 6


class Games:
    """Episodes of three steps, whose reward is the sum of the game's actions. Pixels tell the number of the step."""

    num_envs, num_actions, observation_shape = NUM_ENVS, 2, (1, 1, 1)

    def __init__(self):
        self._step, self._actions = 0, np.zeros(NUM_ENVS, int)

    def observe(self):
        observations = np.full((NUM_ENVS, 1, 1, 1), self._step, np.uint8)
        return self._actions.astype(np.float32), observations, np.full(NUM_ENVS, self._step % 3 == 0)

    def act(self, actions):
        self._step, self._actions = self._step + 1, actions.copy()


def look(known):
    """The student wants action 0."""
    return {"student_logits": torch.tensor([[50.0, 0.0]] * NUM_ENVS), "steps": known["observations"][:, 0, 0, 0].int()}


def ask(known):
    """The teacher wants action 1, and plays the guided episodes."""
    logits = torch.tensor([[0.0, 50.0]] * NUM_ENVS)
    choosing = torch.where(known["guided"][:, None], logits, known["student_logits"])
    return {"teacher_logits": logits, "actions": (choosing + known["noise"]).argmax(dim=1)}


def like_a_graph(function, stream, machine):
    """As a CUDA graph does: what it returns stays where it is, and so must what it takes."""
    outputs = function()

    def replay():
        for name, values in function().items():
            outputs[name].copy_(values)
        return outputs

    return replay


@pytest.fixture(params=[False, True], ids=["", "like a graph"])
def player(example, machine, monkeypatch, request):
    games = example("torch_games")
    if request.param:
        monkeypatch.setattr(games, "as_graph", like_a_graph)
    return games.Player(Games(), {"student": look, "teacher": ask}, machine, seed=0)


def play(player):
    rollout = Rollout(
        torch.zeros((NUM_STEPS, NUM_ENVS, 1, 1, 1), dtype=torch.uint8),
        torch.full((NUM_STEPS, NUM_ENVS), -1),
        torch.zeros((NUM_STEPS, NUM_ENVS, 2)),
        torch.full((NUM_STEPS + 1, NUM_ENVS), -1),
    )
    return rollout, player.play(rollout)


def test_everything_that_is_kept_is_of_its_step(player):
    for first in (0, NUM_STEPS):
        rollout, (rewards, dones, returns) = play(player)
        steps = np.repeat(np.arange(first, first + NUM_STEPS + 1)[:, None], NUM_ENVS, 1)
        np.testing.assert_array_equal(rollout.steps, steps)
        np.testing.assert_array_equal(rollout.observations[..., 0, 0, 0], steps[:-1])
        np.testing.assert_array_equal(rollout.actions, 0)
        np.testing.assert_array_equal(rollout.teacher_logits, [[[0, 50]] * NUM_ENVS] * NUM_STEPS)
        np.testing.assert_array_equal(dones, (steps[:-1] + 1) % 3 == 0)
        assert returns == [0] * NUM_ENVS * 2
        assert not rewards.any()


def test_guided_episodes_are_the_teachers_and_do_not_count(player):
    player.guided_share = 1
    rollout, (rewards, _, returns) = play(player)
    np.testing.assert_array_equal(rollout.actions, 1)
    np.testing.assert_array_equal(rewards, 1)
    assert returns == []
    # Whoever has begun an episode ends it.
    player.guided_share = 0
    rollout, (_, _, returns) = play(player)
    np.testing.assert_array_equal(rollout.actions, [[1] * NUM_ENVS] * 3 + [[0] * NUM_ENVS] * 3)
    assert returns == [0] * NUM_ENVS


def test_some_episodes_are_guided(player):
    player.guided_share = 0.5
    actions = np.concatenate([play(player)[0].actions.numpy() for _ in range(20)])
    np.testing.assert_array_equal(actions[::3], actions[2::3])
    assert 0.3 < actions.mean() < 0.7


def test_seconds_are_told_apart(player):
    play(player)
    assert set(player.clock.seconds) == {"games", "student", "teacher"}
    assert min(player.clock.seconds.values()) > 0


def test_games_have_the_options_of_a_checkpoint_but_no_end(example):
    args = {"env_kind": "procgen", "env_name": "coinrun", "paint_vel_info": True, "num_levels": 5, "reward_scale": 0.1}
    args.update(distribution_mode=None, cnn="clear", frames=7)
    expected = {"env_kind": "procgen", "env_name": "coinrun", "paint_vel_info": True}
    assert example("torch_games").game_of(args) == expected
