import os
import shutil
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from tests.envs.step_recording import play
from understanding_rl_vision.envs import known_options, make_env, procgen_package
from understanding_rl_vision.envs import procgen as adapter
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.train.options import complete_options

procgen = pytest.importorskip("procgen")
needs_gym3 = pytest.mark.skipif(procgen_package.NAME != "procgen", reason="procgen-gym makes its games otherwise")


@pytest.mark.parametrize("game", adapter.GAMES)
def test_every_game_plays(game, make):
    rewards, observations, firsts = play(make(game, 2), steps=3)
    assert rewards.shape == (3, 2) and rewards.dtype == np.float32
    assert observations.shape == (3, 2, 64, 64, 3) and observations.dtype == np.uint8
    assert firsts.dtype == bool and firsts[0].all() and not firsts[1:].all()


def test_modes_are_those_of_the_package():
    assert set(adapter.MODES) == set(procgen.env.DISTRIBUTION_MODE_DICT)
    assert set(adapter.MODES["exploration"]) == set(procgen.env.EXPLORATION_LEVEL_SEEDS)
    assert list(adapter.GAMES) == procgen.env.ENV_NAMES


@pytest.fixture
def changed(monkeypatch):
    """A Procgen with a game and an option of its own; what its environments were made with."""
    made = []

    class Changed(procgen.ProcgenGym3Env):
        def __init__(self, num, env_name, random_percent=0, **options):
            made.append((env_name, int(random_percent)))
            super().__init__(num, env_name.replace("_aisc", ""), **options)

    monkeypatch.setattr(procgen.env, "ENV_NAMES", procgen.env.ENV_NAMES + ["coinrun_aisc", "bigfish_aisc"])
    for module in (procgen, procgen.env):
        monkeypatch.setattr(module, "ProcgenGym3Env", Changed)
    return made


@needs_gym3
def test_the_installed_procgen_is_asked_for_its_games_and_options(make, changed):
    assert known_options("procgen", "coinrun_aisc") == known_options("procgen", "coinrun")
    assert known_options("procgen", "coinrun") >= {"random_percent", "num_levels"}
    env = make("coinrun_aisc", 2, random_percent=50, distribution_mode="easy")
    make("coinrun", 1, random_percent=20)
    assert changed == [("coinrun_aisc", 50), ("coinrun", 20)]
    _, observations, _ = play(env, steps=20)
    _, same, _ = play(make("coinrun", 2, distribution_mode="easy"), steps=20)
    np.testing.assert_array_equal(observations, same)
    options = complete_options({"env_name": "coinrun_aisc", "random_percent": 50})
    assert options["random_percent"] == 50


def test_procgen_as_it_is_has_no_others():
    assert adapter.more_games() == () and adapter.more_options() == ()


@needs_gym3
def test_what_a_changed_procgen_does_not_accept_is_an_error(make, changed):
    with pytest.raises(InputError, match="does not make coinrun_aisc with .*'random_percent': 'many'"):
        make("coinrun_aisc", 1, random_percent="many")
    with pytest.raises(InputError, match="does not support exploration mode"):
        make("bigfish_aisc", 1, distribution_mode="exploration")


@needs_gym3
def test_libraries_that_the_machine_lacks_are_named_with_the_command(make, monkeypatch):
    def without_opengl(*_, **__):
        raise OSError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr(procgen, "ProcgenGym3Env", without_opengl)
    with pytest.raises(InputError, match="do not start .libGL.so.1: .*apt-get install libgl1 libglib2.0-0"):
        make("coinrun", 1)


def test_action_combos_name_the_keys(make):
    env = make("coinrun", 1)
    assert env.num_actions == 15
    assert env.action_combos[:5] == [("LEFT", "DOWN"), ("LEFT",), ("LEFT", "UP"), ("DOWN",), ()]


def test_the_seed_decides_the_play(make):
    plays = [play(make("coinrun", 3, seed=seed), steps=20) for seed in (1, 1, 2)]
    for one, same in zip(plays[0], plays[1]):
        assert np.array_equal(one, same)
    assert not np.array_equal(plays[0][1], plays[2][1])


def test_the_state_of_all_wrapped_games_plays_on(make):
    options = dict(frame_stack=3, epsilon_greedy=0.3, use_sticky_actions=True, reward_scale=2)
    env, other = (make("coinrun", 3, seed=seed, **options) for seed in (1, 2))
    play(env, steps=30)
    play(other, steps=7)
    env.observe()
    other.set_state(env.get_state())
    for array, same in zip(play(env, steps=60), play(other, steps=60)):
        np.testing.assert_array_equal(array, same)


def test_a_damaged_state_is_refused_before_it_ends_the_process(make):
    """What follows the grid is the game's own: Procgen ends the process in which it is given another."""
    env = make("heist", 1, seed=1)
    play(env, steps=5)
    (state,) = env.get_state()
    env.check_state([state])
    damaged = bytearray(state)
    # How many keys there are.
    damaged[-20] ^= 0x70
    with pytest.raises(InputError, match="damaged"):
        env.check_state([bytes(damaged)])


@pytest.mark.parametrize("name", ["coinrun", "starpilot"])
def test_full_frames_are_those_of_games_that_draw_every_step(make, name):
    asked = make(name, 2, seed=3, full_resolution=True)
    # Those with generated assets cannot be saved; what they draw is thrown away where nobody asks.
    drawing = asked._made(2, True)
    for action in range(12):
        actions = np.full(2, action)
        asked.act(actions)
        drawing.act(actions.astype(np.int32))
    expected = np.stack([info["rgb"] for info in drawing.get_info()])
    drawing.close()
    np.testing.assert_array_equal(asked.full_frames(), expected)


def test_full_frames_show_the_observation_and_do_not_change_it(make):
    full = make("coinrun", 2, seed=3, full_resolution=True)
    play(full, steps=20)
    frames = full.full_frames()
    _, observations, _ = full.observe()
    assert frames.shape == (2, 512, 512, 3) and frames.dtype == np.uint8
    shrunk = frames.reshape(2, 64, 8, 64, 8, 3).mean(axis=(2, 4))
    assert np.abs(shrunk - observations).mean() < 16
    plain = make("coinrun", 2, seed=3)
    play(plain, steps=20)
    assert np.array_equal(observations, plain.observe()[1])
    with pytest.raises(InputError, match="full_resolution=True"):
        plain.full_frames()


@pytest.mark.parametrize(
    "options",
    [
        {"center_agent": False},
        {"distribution_mode": "easy"},
        {"num_levels": 1, "start_level": 5},
        {"paint_vel_info": True},
        {"restrict_themes": True},
        {"use_backgrounds": False},
        {"use_generated_assets": True},
        {"use_monochrome_assets": 1},
    ],
)
def test_options_change_what_is_seen(options, make):
    plain = make("coinrun", 4, seed=1)
    changed = make("coinrun", 4, seed=1, **options)
    assert not np.array_equal(plain.observe()[1], changed.observe()[1])


def test_options_that_are_none_count_as_not_given(make):
    plain = make("coinrun", 2, seed=1)
    same = make("coinrun", 2, seed=1, num_levels=None, distribution_mode=None, frame_stack=None)
    assert np.array_equal(plain.observe()[1], same.observe()[1])


@pytest.mark.parametrize(
    "options, named",
    [
        ({"distribution_mode": "extreme"}, "starpilot"),
        ({"distribution_mode": "medium"}, "'easy'"),
        ({"distribution_mode": "exploration", "num_levels": 1}, "Leave those two out"),
        ({"num_levels": -1}, "num_levels=-1"),
        ({"num_levels": 2**31 - 1, "start_level": 1}, "start_level"),
        ({"paint_vel_info": "yes"}, "paint_vel_info='yes'"),
        ({"resource_root": "no such folder"}, "existing folder"),
        ({"resource_root": os.path.dirname(__file__)}, "every image of"),
    ],
)
def test_values_that_would_end_the_process_are_refused(options, named, make):
    with pytest.raises(InputError, match=named):
        make("coinrun", 1, **options)


def test_other_assets_are_drawn_and_kept_for_the_process(tmp_path):
    own = os.path.join(os.path.dirname(procgen.__file__), "data", "assets")
    for folder, _, names in os.walk(own):
        copy = tmp_path / os.path.relpath(folder, own)
        copy.mkdir(exist_ok=True)
        for name in names:
            shutil.copy(os.path.join(own, "kenney", "Items", "coinGold.png"), str(copy / name))
    script = """
        import sys
        from understanding_rl_vision.envs import make_env
        from understanding_rl_vision.errors import InputError
        env = make_env("procgen", "coinrun", 1, seed=0, resource_root=sys.argv[1])
        print(env.observe()[1].tobytes().hex())
        try:
            make_env("procgen", "coinrun", 1)
        except InputError as error:
            print(error)
    """
    printed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout.splitlines()
    usual = make_env("procgen", "coinrun", 1, seed=0)
    assert printed[0] != usual.observe()[1].tobytes().hex()
    assert "Use another process" in printed[1]
    usual.close()
