import numpy as np
import pytest

from tests.synthesize.tiny import convolutional_agent
from understanding_rl_vision.agents.checkpoints import Checkpoint, read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.play.draws import draw_actions
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util import FrozenModel
from understanding_rl_vision.synthesize.picture_agent import PictureAgent, num_frames, observations
from understanding_rl_vision.synthesize.training_frames import PicturePolicy, picture_environment, play_frames
from understanding_rl_vision.tensorflow1 import tf


def test_stacked_colour_frames_are_seen_in_grey():
    pictures = np.random.RandomState(0).rand(2, 4, 4, 6).astype(np.float32)
    grey = observations(pictures, (4, 4, 2))
    luma = np.array([0.299, 0.587, 0.114])
    np.testing.assert_allclose(grey, np.stack([pictures[..., :3] @ luma, pictures[..., 3:] @ luma], axis=-1), rtol=1e-5)
    assert observations(pictures, (4, 4, 6)) is pictures
    with tf.Graph().as_default(), tf.Session() as session:
        tensor = tf.constant(pictures)
        gradient = session.run(tf.gradients(observations(tensor, (4, 4, 2)), tensor)[0])
    np.testing.assert_allclose(gradient, np.broadcast_to(np.tile(luma, 2), gradient.shape), rtol=1e-5)
    assert [num_frames((4, 4, channels)) for channels in (1, 3, 4, 6)] == [1, 1, 4, 2]


def test_frames_that_the_agent_cannot_see():
    with pytest.raises(InputError, match="4 x 4 x 5 each, but the agent takes 4 x 4 x 2"):
        observations(np.zeros((1, 4, 4, 5)), (4, 4, 2))


def test_colour_frames_of_atari_are_what_the_agent_sees_in_grey():
    pytest.importorskip("ale_py" if __import__("sys").version_info > (3, 8) else "atari_py")
    checkpoint = Checkpoint({}, {"env_kind": "atari", "env_name": "breakout", "frame_stack": 2, "reward_scale": 0.5})
    grey = make_env("atari", "breakout", 2, seed=3, frame_stack=2)
    with picture_environment(checkpoint, 2, seed=3) as env:
        assert env.observation_shape == (84, 84, 6)
        for _ in range(3):
            pictures, seen = env.observe()[1], grey.observe()[1]
            converted = observations(pictures / np.float32(255), (84, 84, 2)) * 255
            # Both are rounded to bytes, grey before shrinking and colour after it.
            assert np.abs(converted - seen).max() <= 1.01
            assert pictures.dtype == np.uint8 and np.ptp(pictures, axis=-1).max() > 50
            for game in (env, grey):
                game.act(np.array([1, 2]))
    grey.close()


def test_a_greedy_policy_takes_what_it_prefers():
    agent = convolutional_agent()
    pictures = np.random.RandomState(0).rand(50, 8, 8, 3)
    best = agent.arrays(pictures).logits.argmax(axis=1)
    random = np.random.RandomState(1)
    np.testing.assert_array_equal(draw_actions(PicturePolicy(agent, True).logits(pictures), random), best)
    assert np.any(draw_actions(PicturePolicy(agent, False).logits(pictures), random) != best)


def test_frames_are_ordered_by_game(checkpoint_path):
    pytest.importorskip("procgen")
    checkpoint = read_checkpoint(checkpoint_path)
    agent = PictureAgent(FrozenModel.from_bytes(Policy(checkpoint, (64, 64, 3)).freeze()))
    settings = {"num_frames": 11, "num_envs": 3, "epsilon": 0.1, "greedy": True, "seed": 4}
    pictures = play_frames(checkpoint, agent, settings, Progress(quiet=True))
    assert pictures.shape == (11, 64, 64, 3) and pictures.dtype == np.uint8
    change = np.abs(np.diff(pictures.astype(float), axis=0)).mean(axis=(1, 2, 3))
    # Four frames of each game: between games everything changes.
    assert change[[3, 7]].min() > change[[0, 1, 2, 4, 5, 6, 8, 9]].max()
    again = play_frames(checkpoint, agent, settings, Progress(quiet=True))
    np.testing.assert_array_equal(again, pictures)
    astray = play_frames(checkpoint, agent, dict(settings, epsilon=1.0), Progress(quiet=True))
    assert np.any(astray != pictures)
