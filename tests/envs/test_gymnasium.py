"""Environments that are given: the adapter, what names may do, levels, ends, and people's frames."""

import numpy as np
import pytest

from tests.helpers.gymnasium_games import SIZE, TIME_LIMIT, OldVector, OldWalk, Walk, make_walk
from understanding_rl_vision.envs import given_game, known_options, make_env, observation_shape
from understanding_rl_vision.envs.base import Ending
from understanding_rl_vision.envs.gymnasium_given import find_given
from understanding_rl_vision.envs.outcomes import Tally
from understanding_rl_vision.errors import InputError

NOTHING, LEFT, RIGHT = range(3)


def make(env, num_envs=2, **options):
    return make_env(*given_game(env), num_envs, **options)


def place(observation):
    """Where the walker of an observation (H, W, C) is."""
    return int(np.argmax(observation[0, :, -3]))


@pytest.fixture(params=[Walk, OldWalk, make_walk, Walk(), OldWalk(), "tests.helpers.gymnasium_games:make_walk"])
def given(request):
    return request.param


def test_all_that_can_be_given_plays_the_same(given):
    env, same = make(given, seed=3), make(Walk, seed=3)
    assert env.observation_shape == (SIZE, SIZE + 1, 3) and env.num_envs == 2
    random = np.random.RandomState(0)
    for _ in range(30):
        for one, other in zip(env.observe(), same.observe()):
            np.testing.assert_array_equal(one, other)
        assert env.endings() == same.endings()
        actions = random.randint(3, size=2)
        env.act(actions)
        same.act(actions)


def test_actions_have_the_names_that_the_environment_tells():
    assert make(Walk).action_combos == [(), ("LEFT",), ("UP", "RIGHT")]
    walk = OldWalk()
    assert make(walk).action_combos == [("0",), ("1",), ("2",)]


def test_how_episodes_end():
    env = make(Walk, 3, success="is_success")
    env.start_levels({0: 5, 1: 6, 2: 7})
    ended = {}
    for _ in range(TIME_LIMIT):
        env.act(np.array([LEFT, RIGHT, NOTHING]))
        _, _, firsts = env.observe()
        ended.update({game: env.endings()[game] for game in np.flatnonzero(firsts) if game not in ended})
        assert all(place(image) in range(3, SIZE - 3) for image in env.observe()[1][firsts])
    assert ended == {0: Ending(5, False, "pit"), 1: Ending(6, True, None), 2: Ending(7, False, "time limit")}


@pytest.mark.parametrize("success, solved", [("none", None), ("return", True), ("is_success", True)])
def test_what_tells_of_success(success, solved):
    env = make(Walk, 1, success=success)
    tally = Tally(env)
    outcomes = {}
    while not outcomes:
        env.act(np.array([RIGHT]))
        rewards, _, firsts = env.observe()
        outcomes = tally.step(rewards, firsts)
    assert outcomes[0].solved is solved and env.tells_solved == (success != "none")


def test_a_level_is_the_same_whenever_and_wherever_it_is_begun():
    env = make(Walk, 3, seed=1)
    env.start_levels({0: 42, 2: 43})
    first = env.observe()[1]
    for _ in range(9):
        env.act(np.array([RIGHT, LEFT, NOTHING]))
    env.observe()
    env.start_levels({1: 42, 0: 43})
    again = env.observe()[1]
    np.testing.assert_array_equal(again[[1, 0]], first[[0, 2]])


def test_levels_are_drawn_from_those_asked_for():
    env = make(Walk, 2, num_levels=3, start_level=100)
    levels = set()
    for _ in range(200):
        env.act(np.array([NOTHING, LEFT]))
        levels.update(ending.level for ending in env.endings() if ending)
    assert levels == {100, 101, 102}


def test_what_was_cut_off_shows_its_last_observation():
    """Also on a stack, whose earlier frames are those of the episode."""
    env = make(Walk, 1, frame_stack=2)
    for step in range(TIME_LIMIT):
        before = env.observe()[1][0]
        env.act(np.array([NOTHING]))
        _, observations, firsts = env.observe()
        assert firsts[0] == (step == TIME_LIMIT - 1) and set(env.truncations()) == ({0} if firsts[0] else set())
    (cut,) = env.truncations().values()
    np.testing.assert_array_equal(cut[..., :3], before[..., 3:])
    assert cut[1, :, 4].sum() == 255 * (TIME_LIMIT + 1) and observations[0, 1, :, 4].sum() == 255
    env.act(np.array([NOTHING]))
    env.observe()
    assert env.truncations() == {}


@pytest.mark.parametrize(
    "walk, options, shape",
    [
        (lambda: Walk(first=True), {}, (SIZE, SIZE + 1, 3)),
        (lambda: Walk(dtype="f4"), {}, (SIZE, SIZE + 1, 3)),
        (lambda: Walk(), {"grey": True, "frame_stack": 4}, (SIZE, SIZE + 1, 4)),
        (lambda: Walk(), {"resize": 4}, (4, 4, 3)),
    ],
)
def test_observations_become_images(walk, options, shape):
    env, plain = make(walk, seed=1, **options), make(Walk, seed=1)
    observations, expected = env.observe()[1], plain.observe()[1]
    assert observations.shape == (2,) + shape and observations.dtype == np.uint8
    assert observation_shape(*given_game(walk), options) == shape
    if not options:
        np.testing.assert_array_equal(observations, expected)
    assert env.frame_channels == (1 if "grey" in options else 3)


def test_people_see_what_render_gives():
    env = make(make_walk, full_resolution=True)
    frames = env.full_frames()
    assert frames.shape == (2, 16, 18, 3) and frames[0, 0, 0, 0] == place(env.observe()[1][0])
    with pytest.raises(InputError, match="render_mode='rgb_array'"):
        make(Walk(), full_resolution=True).full_frames()


def test_an_object_stays_as_it_was():
    walk = Walk()
    walk.reset(seed=1)
    before = walk.place, walk.steps
    with_copies = make(walk, 3)
    with_copies.act(np.array([RIGHT] * 3))
    with_copies.close()
    assert (walk.place, walk.steps) == before and not walk.closed


def test_the_older_vector_interface():
    env = make(OldVector(2))
    assert not env.can_choose_levels
    cuts = 0
    for _ in range(3 * TIME_LIMIT):
        env.act(np.array([LEFT, NOTHING]))
        _, observations, firsts = env.observe()
        assert all(place(image) in range(3, SIZE - 3) for image in observations[firsts])
        assert [ending.cause if ending else None for ending in env.endings()] == [
            cause if first else None for cause, first in zip(("pit", "time limit"), firsts)
        ]
        for game, cut in env.truncations().items():
            assert game == 1 and cut[1, :, 1].sum() == 255 * (TIME_LIMIT + 1)
            cuts += 1
    assert cuts == 3
    with pytest.raises(InputError, match="has 2 games side by side, and num_envs=3"):
        make(OldVector(2), 3)


@pytest.mark.parametrize(
    "name", ["os:system", "tests.helpers.gymnasium_games:never", "some_module:Env-v0", "other/Env-v0", "a b", "../x"]
)
def test_a_name_that_no_person_gave_makes_nothing(name):
    with pytest.raises(InputError, match="If you trust it, give it yourself"):
        known_options("gymnasium", name)


@pytest.mark.parametrize("name", ["CartPole-v1", "BreakoutNoFrameskip-v4", "ALE/Pong-v5", "MiniGrid-Empty-5x5-v0"])
def test_plain_ids_may_come_from_files(name):
    assert find_given(name).form == "id" and "preset" in known_options("gymnasium", name)


@pytest.mark.parametrize("env", [3, "x y", "a:b:c", "module:1", None, object()])
def test_what_is_no_environment_is_refused(env):
    with pytest.raises(InputError, match="env=.* given; an id such as"):
        given_game(env)


@pytest.mark.parametrize(
    "env, message",
    [
        ("no_such_module:make", "the module no_such_module cannot be imported"),
        ("tests.helpers.gymnasium_games:nothing", "has no function nothing"),
        (lambda: 3, "returns 3; an environment is needed"),
    ],
)
def test_what_makes_no_environment_is_an_error(env, message):
    with pytest.raises(InputError, match=message):
        make(env)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"preset": "sb4"}, "accepted are 'none', 'baselines', 'sb3', 'cleanrl'"),
        ({"preset": "sb3"}, "is no game of Atari"),
        ({"preset": "sb3", "grey": 1}, "which it decides"),
        ({"make_kwargs": {"render_mode": "human"}}, "decided here"),
        ({"make_kwargs": 3}, "a dictionary of arguments"),
        ({"resize": 64}, "only made smaller"),
        ({"observation_key": 3}, "a text"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        make(Walk, **options)


def test_procgens_ids_are_its_games():
    assert given_game("procgen_gym/procgen-coinrun-v0") == ("procgen", "coinrun")
