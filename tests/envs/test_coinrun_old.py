import collections
import contextlib
import functools
import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.envs.step_recording import play
from understanding_rl_vision.envs.base import UNKNOWN
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, OTHER
from understanding_rl_vision.errors import InputError, MissingPackageError

installed = pytest.mark.skipif(
    importlib.util.find_spec("coinrun") is None, reason="OpenAI's package coinrun is not installed"
)


@pytest.fixture
def make(make):
    return functools.partial(make, "coinrun_old")


def play_to_the_right(env):
    # A process has one environment at a time.
    with contextlib.closing(env):
        return play(env, 100, [1, 1, 1, 4])


@pytest.mark.skipif(importlib.util.find_spec("coinrun") is not None, reason="the package is installed")
def test_a_missing_package_is_an_error_that_says_where_it_is(make):
    with pytest.raises(MissingPackageError, match="https://github.com/openai/coinrun"):
        make(1)


@pytest.mark.parametrize("options", [{"num_actions": 8}, {"game_type": "jungle"}, {"set_seed": -2}])
def test_bad_values_are_refused(options, make):
    with pytest.raises(InputError, match=next(iter(options))):
        make(1, **options)


@installed
def test_the_first_step_is_the_first_of_every_episode(make):
    env = make(3)
    rewards, observations, firsts = env.observe()
    assert rewards.tolist() == [0, 0, 0] and firsts.all()
    assert observations.shape == (3, 64, 64, 3) and observations.std(axis=(1, 2, 3)).min() > 1


@installed
def test_the_seed_decides_the_play(make):
    plays = [play_to_the_right(make(8, seed=seed)) for seed in (1, 1, 2)]
    for one, same in zip(plays[0], plays[1]):
        assert np.array_equal(one, same)
    assert not np.array_equal(plays[0][1], plays[2][1])


@installed
def test_coins_are_rewarded_at_the_end_of_an_episode(make):
    rewards, _, firsts = play_to_the_right(make(16))
    assert set(np.unique(rewards)) == {0, 10}
    assert firsts[rewards > 0].all() and firsts[1:].sum() > (rewards > 0).sum()


@installed
def test_the_library_tells_of_ends_as_the_one_in_tests_does(make):
    """What `coinrun_library` stands in for: coins are known at once, deaths late, and nothing else ends a level."""
    env = make(16, seed=2)
    random, seen = np.random.RandomState(0), collections.Counter()
    for _ in range(600):
        env.act(random.choice([1, 1, 1, 4], size=16))
        rewards, _, firsts = env.observe()
        for game, ending in enumerate(env.endings()):
            if firsts[game]:
                seen[ending.solved, rewards[game], ending.cause, env.overruns()[game]] += 1
            else:
                assert ending is None and rewards[game] == 0 and not env.overruns()[game]
    assert set(seen) == {(True, 10, None, False), (False, 0, UNKNOWN, True)}


@installed
@pytest.mark.parametrize("game_type, limit", [("standard", 1001), ("maze", 501)])
def test_standing_still_ends_at_the_time_limit(game_type, limit):
    """In a process of its own, since one has one game type."""
    program = (
        "import numpy as np; from understanding_rl_vision.envs import make_env\n"
        "env = make_env('procgen', 'coinrun_old', 2, game_type={!r})\n"
        "for step in range(1, {}):\n"
        "    env.act(np.zeros(2, int))\n"
        "    if env.observe()[2].any(): print(step, env.endings()[0].cause, *env.overruns())\n"
    ).format(game_type, 2 * limit)
    printed = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True, text=True).stdout
    expected = ["{} time limit False False".format(step) for step in (limit - 1, 2 * limit - 1)]
    assert printed.splitlines() == expected


@installed
def test_the_two_actions_more_do_nothing(make):
    def after(action):
        env = make(4, seed=5, num_actions=9)
        for _ in range(5):
            env.act(np.full(4, action))
            _, observations, _ = env.observe()
        env.close()
        return observations

    assert np.array_equal(after(0), after(7)) and np.array_equal(after(0), after(8))
    assert not np.array_equal(after(0), after(1))


@installed
def test_full_frames_and_grey_observations(make):
    env = make(2, full_resolution=True, use_black_white=True)
    frames = env.full_frames()
    observations = env.observe()[1]
    assert frames.shape == (2, 512, 512, 3) and observations.shape == (2, 64, 64, 1)
    shrunk = frames.reshape(2, 64, 8, 64, 8, 3).mean(axis=(2, 4, 5))
    assert np.abs(shrunk - observations[..., 0]).mean() < 16


@installed
def test_a_process_has_one_environment_with_one_set_of_options(make):
    env = make(1)
    with pytest.raises(InputError, match="close it first"):
        make(1)
    env.close()
    with pytest.raises(InputError, match="Use another process"):
        make(1, num_levels=5)


PLAY_HIDDEN = """
import sys
import numpy as np
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.evaluate.hiding import assets_without

hidden = tuple(sys.argv[2:])
root = assets_without(hidden, "coinrun_old") if hidden else None
env = make_env("procgen", "coinrun_old", 16, seed=2, resource_root=root)
env.watch_endings()
random, observations, causes = np.random.RandomState(0), [], []
for step in range(100):
    env.act(random.choice([1, 1, 1, 4], size=16))
    observations.append(env.observe()[1])
    causes += [(step, game, ending.cause) for game, ending in enumerate(env.endings()) if ending]
env.close()
np.savez(sys.argv[1], observations=observations, causes=np.array(causes, str), root=str(root))
"""


def play_hidden(path, *hidden):
    """Pictures, causes, and the folder of images: a process reads its images once."""
    subprocess.run([sys.executable, "-c", PLAY_HIDDEN, str(path), *hidden], check=True, stderr=subprocess.DEVNULL)
    with np.load(str(path)) as saved:
        return saved["observations"], saved["causes"].tolist(), str(saved["root"])


@installed
def test_causes_are_told_whether_the_objects_are_seen_or_not(tmp_path):
    seen, causes, _ = play_hidden(tmp_path / "seen.npz")
    unseen, unseen_causes, folder = play_hidden(tmp_path / "unseen.npz", "buzzsaw", "enemies", "lava")
    counts = collections.Counter(cause for _, _, cause in causes)
    assert counts[BUZZSAW] >= 3 and counts[OTHER] + counts[UNKNOWN] <= 0.1 * len(causes)
    # The same play ends in the same way.
    assert causes == unseen_causes
    changed = (seen != unseen).any(axis=-1)
    assert 0.001 < changed.mean() < 0.1 and not os.path.exists(folder)


@installed
def test_images_that_do_not_exist_are_refused(make, tmp_path):
    with pytest.raises(InputError, match="every image of"):
        make(1, resource_root=str(tmp_path))
