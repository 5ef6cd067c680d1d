import pytest

from understanding_rl_vision.agents.checkpoints import ARGS_DEFAULTS, TRAINING_ARGS
from understanding_rl_vision.envs import ENV_KINDS, env_names, known_options
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_clarity.training import ATARI_ENV_DICT, PROCGEN_ENV_NAMES
from understanding_rl_vision.train.options import ENV_OPTIONS, TRAIN_OPTIONS, complete_options, env_options, game


def test_defaults_are_those_of_the_original():
    options = complete_options({"env_name": "coinrun"})
    expected = dict(
        num_envs=64,
        num_steps=256,
        num_minibatches=8,
        ppo_epochs=3,
        learning_rate=5e-4,
        entropy_coeff=0.01,
        clip_range=0.2,
        clip_vf=1,
        gamma=0.999,
        timesteps_per_proc=1e9,
        cnn="clear",
        stack_channels="16_32_32",
        emb_size=256,
        pooling="tf",
        use_lstm=0,
        epsilon_greedy=0,
        reward_scale=1,
        frame_stack=1,
        use_sticky_actions=0,
        reward_processing="none",
        save_all=False,
        save_interval=10,
        library="baselines",
    )
    assert {name: options[name] for name in expected} == expected
    assert options["lambda"] == 0.95


def test_options_of_the_environment_are_told_apart():
    given = {
        "env_name": "coinrun",
        "distribution_mode": "easy",
        "frame_stack": 2,
        "reward_scale": 0.1,
        "num_levels": None,
    }
    options = complete_options(given)
    assert env_options(options) == {
        "distribution_mode": "easy",
        "frame_stack": 2,
        "epsilon_greedy": 0,
        "image_noise": 0,
        "noise_size": 0,
        "use_sticky_actions": False,
    }
    assert game(complete_options({"env_kind": "atari", "env_id": "pong"})) == ("atari", "pong")


@pytest.mark.parametrize(
    "options, said",
    [
        ({}, "No env_name"),
        ({"env_kind": "atari", "env_name": "pong"}, "No env_id.*in place of env_name"),
        ({"env_name": "conrun"}, "did you mean 'coinrun'"),
        ({"env_kind": "atary", "env_name": "coinrun"}, "atari"),
        ({"learning_rat": 1e-3}, "did you mean 'learning_rate'"),
        ({"game_type": "maze"}, "game_type.*coinrun"),
        ({"layer_kwargs": {"discard_first_n": 2}}, "'layer_kwargs' of train..; it belongs to run()"),
        ({"use_lstm": 1}, "use_lstm=1"),
        ({"learning_rate": -1}, "learning_rate=-1"),
        ({"learning_rate": "fast"}, "learning_rate='fast'"),
        ({"gamma": 1.5}, "gamma=1.5"),
        ({"lambda": -0.1}, "lambda=-0.1"),
        ({"cnn": "resnet"}, "cnn='resnet'"),
        ({"reward_processing": "sign"}, "reward_processing='sign'.*'clip'"),
        ({"library": "torch"}, "library='torch'"),
        ({"num_envs": 0}, "num_envs=0"),
        ({"save_interval": 2.5}, "save_interval=2.5"),
        ({"save_all": "yes"}, "save_all='yes'"),
        ({"num_envs": 3, "num_steps": 3, "num_minibatches": 2}, "num_minibatches=2.*9 steps"),
        ({"timesteps_per_proc": 100}, "timesteps_per_proc=100.*16384"),
    ],
)
def test_complete_options_says_what_it_accepts(options, said):
    given = (
        options if "env_name" in said or {"env_name", "env_kind"} & set(options) else dict(options, env_name="coinrun")
    )
    with pytest.raises(InputError, match=said):
        complete_options(given)


def test_names_that_scripts_for_the_original_import():
    assert PROCGEN_ENV_NAMES == sorted(PROCGEN_ENV_NAMES) and len(PROCGEN_ENV_NAMES) == 16
    assert len(ATARI_ENV_DICT) == 60
    for name, gym_name in (("spaceinvaders", "SpaceInvaders"), ("mspacman", "MsPacman"), ("upndown", "UpNDown")):
        assert ATARI_ENV_DICT[name] == gym_name
    for name in PROCGEN_ENV_NAMES:
        assert complete_options({"env_name": name})["env_name"] == name
    for names in ATARI_ENV_DICT.items():
        known = [known_options(*game(complete_options({"env_kind": "atari", "env_id": name}))) for name in names]
        assert known[0] == known[1] and "clip_rewards" in known[0]


def test_what_a_checkpoint_says_of_its_training_is_known_as_such():
    # The environment that is given is told by its kind and name.
    kept = set(TRAIN_OPTIONS) - {"env"}
    assert kept <= TRAINING_ARGS.union(ARGS_DEFAULTS, ["env_name"], known_options("procgen", "coinrun"))


def test_every_option_of_a_game_is_one_of_train():
    for kind in ENV_KINDS:
        for name in env_names(kind):
            assert known_options(kind, name) <= set(ENV_OPTIONS) | set(TRAIN_OPTIONS)
    assert ENV_OPTIONS["clip_rewards"].help == "of Atari and Gymnasium"
    assert ENV_OPTIONS["num_levels"].help == "of Gymnasium and Procgen and coinrun_old"
