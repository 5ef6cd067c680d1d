"""The objects that Procgen's games tell of: where they are in the observation, and what they are called."""

import numpy as np
import pytest

from understanding_rl_vision.envs.procgen import GAMES
from understanding_rl_vision.envs.procgen_objects import TYPES
from understanding_rl_vision.envs.procgen_state import State

pytest.importorskip("procgen")

SIZE = 64
ELSEWHERE = 1000


def played(env, steps, seed=0):
    random = np.random.RandomState(seed)
    for _ in range(steps):
        env.act(random.randint(env.num_actions, size=env.num_envs))
        env.observe()


@pytest.mark.parametrize("game", GAMES)
def test_every_game_shows_its_agent_and_more_at_its_place(make, game):
    env = make(game, 2)
    played(env, 20)
    names = {"agent", "wall", "explosion", "velocity"}
    for name in TYPES[game].values():
        names |= {name} if isinstance(name, str) else set(name)
    objects = env.objects()
    assert len(set(np.concatenate([seen.kinds for seen in objects]))) > 1
    for seen in objects:
        kinds = seen.kinds.tolist()
        assert kinds.count("agent") == 1
        assert {kind.split(" moving ")[0] if " moving " in kind else kind for kind in kinds} <= names
        assert seen.boxes.shape == (len(kinds), 4) and (seen.boxes[:, :2] > 0).all() and (seen.boxes[:, :2] < 1).all()


def test_the_observation_changes_within_the_box_of_what_is_taken_away(make):
    """In CoinRun a coin of the grid, a buzzsaw and an enemy, put near the agent in turn."""
    env = make("coinrun", 1)
    env.start_levels({0: 0})
    (data,) = env.get_state()

    def shown(change):
        state = State(data)
        change(state)
        env.set_state([state.tobytes()])
        return env.observe()[1][0].astype(int), env.objects()[0]

    def thing(**fields):
        def change(state):
            for name, value in dict({"image_theme": 0, "y": 1.5, "rx": 0.5, "ry": 0.5}, **fields).items():
                state.entities[1][name] = value

        return change

    def coin(state):
        thing(x=ELSEWHERE)(state)
        state.grid[1, 6] = 1

    without, _ = shown(thing(x=ELSEWHERE))
    placed = {
        "coin": coin,
        "buzzsaw": thing(type=2, image_type=2, x=7.5),
        "enemy moving left": thing(type=5, image_type=6, x=7.5, vx=-0.15),
        "enemy moving right": thing(type=5, image_type=6, x=5.5, vx=0.15),
    }
    for kind, change in placed.items():
        frame, seen = shown(change)
        (box,) = seen.boxes[seen.kinds == kind]
        rows, columns = np.nonzero(np.abs(frame - without).sum(axis=-1))
        # Images are drawn to whole pixels.
        for at, half, found in ((box[0], box[2], columns), (box[1], box[3], rows)):
            assert found.min() + 0.5 >= (at - half) * SIZE - 1 and found.max() + 0.5 <= (at + half) * SIZE + 1
            assert abs((found.min() + found.max() + 1) / 2 - at * SIZE) < 2


def test_keys_and_doors_are_told_apart_by_their_colour(make):
    env = make("heist", 4, distribution_mode="hard")
    kinds = set(np.concatenate([seen.kinds for seen in env.objects()]))
    assert {"red key", "red door", "gem"} <= kinds and {"blue key", "green key"} & kinds


def test_velocity_is_an_object_where_it_is_painted_and_hides_what_is_under_it(make):
    (plain,) = make("fruitbot", 1).objects()
    (painted,) = make("fruitbot", 1, paint_vel_info=True).objects()
    assert "velocity" not in plain.kinds
    (box,) = painted.boxes[painted.kinds == "velocity"]
    assert box.tolist() == [0.2, 0.1, 0.2, 0.1]
    hidden = (plain.boxes[:, 0] < 0.4) & (plain.boxes[:, 1] < 0.2)
    assert len(painted.kinds) == len(plain.kinds) - hidden.sum() + 1


def test_what_tells_nothing_and_what_wraps(make):
    assert make("coinrun", 1, use_generated_assets=True).objects() is None
    with_stack = make("coinrun", 2, frame_stack=2, reward_scale=0.5, epsilon_greedy=0.5, use_sticky_actions=True)
    assert len(with_stack.objects()) == 2
