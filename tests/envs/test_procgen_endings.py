"""How episodes of Procgen ended, and games that begin at chosen levels."""

import numpy as np
import pytest

from understanding_rl_vision.envs import procgen_replay
from understanding_rl_vision.envs.base import UNKNOWN, Ending
from understanding_rl_vision.envs.coinrun_causes import COIN, ENEMY, LAVA_CELLS, SAW
from understanding_rl_vision.envs.procgen_state import State
from understanding_rl_vision.errors import InputError

pytest.importorskip("procgen")

LEVEL = 0
STAND = 4
WALL = 15
LAVA = LAVA_CELLS[1]
AGENT = {"x": 3.1, "y": 1.5787}


@pytest.fixture
def coinrun(make):
    """One game of CoinRun, watched, at the start of a level."""
    env = make("coinrun", 1)
    env.watch_endings()
    env.start_levels({0: LEVEL})
    return env


def levels(env):
    """The level that each game is in."""
    states = env.get_state()
    while isinstance(states, dict):
        # A wrapper's.
        states = states["env"]
    return [int(State(state).numbers["current_level_seed"]) for state in states]


def saw(x):
    return {"type": SAW, "image_type": SAW, "image_theme": 0, "x": x, "vx": 0, "smart_step": 0}


def enemy(x, vx):
    return {"type": ENEMY, "image_type": ENEMY + 1, "image_theme": 0, "x": x, "vx": vx, "smart_step": 1}


def build(env, things=(), cells=(), agent=AGENT, **numbers):
    """Put the game in a state with the agent and these things on the floor near the start, where nothing is."""
    (data,) = env.get_state()
    state = State(data)
    for entity, fields in zip(state.entities, [agent] + [dict(thing, y=1.5) for thing in things]):
        for name, value in fields.items():
            entity[name] = value
    for x, kind in cells:
        state.grid[1, x] = kind
    for name, value in numbers.items():
        state.numbers[name][...] = value
    env.set_state([state.tobytes()])


@pytest.mark.parametrize(
    "how, cause",
    [
        ({"things": [saw(4.0)]}, "buzzsaw"),
        ({"things": [saw(4.0), saw(2.2)]}, "buzzsaw"),
        # These two reach the agent in this very step.
        ({"things": [enemy(4.2, -0.15)]}, "enemy moving left"),
        ({"things": [enemy(2.0, 0.15)]}, "enemy moving right"),
        # It walks into a wall and turns.
        ({"things": [enemy(2.2, -0.15)], "cells": [(1, WALL)]}, "enemy moving right"),
        ({"cells": [(3, LAVA)]}, "lava"),
        ({"cur_time": 999}, "time limit"),
        ({"things": [saw(2.2), enemy(4.2, -0.15)]}, "multiple"),
        ({"things": [enemy(2.0, 0.15), enemy(4.2, -0.15)]}, "multiple"),
        ({"things": [saw(4.0)], "cells": [(3, LAVA)]}, "multiple"),
        ({"things": [saw(4.0)], "cur_time": 999}, "buzzsaw"),
        ({"agent": {"x": 3.1, "y": 200.0}}, "other"),
        ({"cells": [(3, COIN)]}, None),
        ({"cells": [(3, COIN)], "things": [saw(4.0)]}, None),
    ],
)
def test_the_cause_of_an_end(coinrun, how, cause):
    build(coinrun, **how)
    coinrun.act(np.array([STAND]))
    rewards, _, firsts = coinrun.observe()
    assert firsts[0] and (rewards[0] > 0) == (cause is None)
    assert coinrun.endings() == [Ending(LEVEL, cause is None, cause)]


def test_what_does_not_quite_touch_ends_nothing(coinrun):
    build(coinrun, things=[saw(4.11), enemy(1.9, 0.15)], cells=[(4, LAVA)])
    coinrun.act(np.array([STAND]))
    assert not coinrun.observe()[2][0]
    assert coinrun.endings() == [None]


def endings_of_a_play(make, steps=300):
    env = make("coinrun", 6, seed=3)
    env.watch_endings()
    random, found = np.random.RandomState(0), []
    for step in range(steps):
        env.act(random.choice([7, 8, 8, 2], size=6))
        rewards, _, firsts = env.observe()
        for game, ending in enumerate(env.endings()):
            assert (ending is not None) == firsts[game]
            if ending:
                assert ending.solved == (rewards[game] > 0) == (ending.cause is None)
                found.append((step, game) + ending)
        if step == steps // 2:
            env.start_levels({0: 17, 3: 18})
    return found


def test_playing_again_from_an_earlier_state_finds_what_the_state_before_the_end_tells(make, monkeypatch):
    found = endings_of_a_play(make)
    causes = {ending[4] for ending in found}
    assert {"buzzsaw", "enemy moving left", "lava"} <= causes and not causes & {"other", UNKNOWN}
    monkeypatch.setattr(procgen_replay, "STEPS_BETWEEN_STATES", 1)
    assert endings_of_a_play(make) == found


def test_without_watching_and_in_other_games_the_cause_is_unknown(make):
    env = make("coinrun", 1)
    build(env, things=[saw(4.0)])
    env.act(np.array([STAND]))
    assert env.endings()[0][1:] == (False, UNKNOWN)
    starpilot = make("starpilot", 4)
    starpilot.watch_endings()
    seen = []
    while not seen:
        starpilot.act(np.full(4, STAND))
        seen = [ending for ending in starpilot.endings() if ending]
    assert seen[0].solved is False and seen[0].cause == UNKNOWN and seen[0].level > 0


def test_a_game_of_points_says_itself_what_was_solved(make):
    """Climber gives a coin's reward on the way, and is complete with the last one."""
    env = make("climber", 64, distribution_mode="easy")
    random, returns, seen = np.random.RandomState(0), np.zeros(64), set()
    for _ in range(600):
        env.act(random.randint(15, size=64))
        rewards, _, firsts = env.observe()
        returns += rewards
        for game in np.flatnonzero(firsts):
            seen.add((env.endings()[game].solved, bool(returns[game] > 0)))
            returns[game] = 0
    assert seen == {(True, True), (False, False), (False, True)} and env.tells_solved


def test_with_sequential_levels_nothing_tells(make):
    env = make("coinrun", 1, use_sequential_levels=True)
    build(env, things=[saw(4.0)])
    env.act(np.array([STAND]))
    assert env.endings()[0].solved is None and not env.tells_solved


@pytest.mark.parametrize("game", ["coinrun", "maze", "fruitbot"])
def test_a_chosen_level_is_that_level(make, game):
    env, natural = make(game, 3, seed=5), make(game, 1, seed=9, num_levels=1, start_level=4711)
    env.act(np.full(3, 7))
    env.observe()
    before = levels(env)
    env.start_levels({1: 4711})
    assert levels(env) == [before[0], 4711, before[2]] and levels(natural) == [4711]
    random = np.random.RandomState(0)
    for _ in range(30):
        (_, one, _), (_, other, _) = env.observe(), natural.observe()
        np.testing.assert_array_equal(one[1], other[0])
        action = random.randint(15)
        env.act(np.full(3, action))
        natural.act(np.full(1, action))


def test_wrapped_games_begin_levels_with_nothing_before(make):
    env = make("coinrun", 2, frame_stack=2, use_sticky_actions=True, reward_scale=2, epsilon_greedy=0.1)
    for _ in range(3):
        env.act(np.full(2, 7))
    _, before, _ = env.observe()
    env.start_levels({1: LEVEL})
    _, observations, firsts = env.observe()
    assert firsts.tolist() == [False, True] and levels(env)[1] == LEVEL
    np.testing.assert_array_equal(observations[0], before[0])
    assert not observations[1, ..., :3].any()
    natural = make("coinrun", 1, num_levels=1, start_level=LEVEL)
    np.testing.assert_array_equal(observations[1, ..., 3:], natural.observe()[1][0])


@pytest.mark.parametrize("options", [{"use_generated_assets": True}, {"distribution_mode": "exploration"}])
def test_where_levels_cannot_be_chosen_it_says_so(make, options):
    env = make("coinrun", 1, **options)
    assert not env.can_choose_levels
    with pytest.raises(InputError, match="cannot be chosen"):
        env.start_levels({0: 1})


def test_bytes_that_are_no_state_are_refused():
    with pytest.raises(InputError, match="get_state"):
        State(b"1234" * 100)
