"""One step of ours beside one of Baselines' PPO2: same parameters, same minibatch. Prints the largest differences.

Needs Python 3.7 with TensorFlow 1.14, OpenAI Baselines (github.com/openai/baselines), gym 0.15 and OpenCV:

    python benchmarks/ppo2_update.py
"""

import types

import gym
import numpy as np
from baselines.common.policies import build_policy
from baselines.ppo2.model import Model
from baselines.ppo2.runner import Runner

from understanding_rl_vision.agents.checkpoints import assign_params
from understanding_rl_vision.play.advantages import gae
from understanding_rl_vision.rl_util import clear_cnn
from understanding_rl_vision.tensorflow1 import tf
from understanding_rl_vision.train.options import complete_options
from understanding_rl_vision.train.ppo import Batch, Learner

NUM_ACTIONS = 15
BATCH_SIZE = 64
SHAPE = (64, 64, 3)
# Ours → Baselines' builder of the network.
NETWORKS = {"clear": clear_cnn, "impala": "impala_cnn", "nature": "cnn"}


def make_batch(random, learner):
    """A minibatch whose old policy and values differ from the learner's, so that both kinds of clipping happen."""
    observations = random.randint(256, size=(BATCH_SIZE,) + SHAPE).astype(np.uint8)
    _, values = learner.evaluate(observations)
    noise = random.randn(3, BATCH_SIZE).astype(np.float32)
    values, advantages = values + 0.3 * noise[0], noise[1]
    return Batch(
        observations=observations,
        actions=random.randint(NUM_ACTIONS, size=BATCH_SIZE).astype(np.int32),
        neglogps=np.float32(np.log(NUM_ACTIONS)) + 0.3 * noise[2],
        values=values,
        advantages=advantages,
        returns=values + advantages,
    )


def compare_update(cnn, random):
    """Largest absolute differences of the losses and of the parameters after one step."""
    settings = complete_options({"env_name": "coinrun", "cnn": cnn})
    learner = Learner(SHAPE, NUM_ACTIONS, settings)
    batch = make_batch(random, learner)
    before = learner.params()
    tf.reset_default_graph()
    env = types.SimpleNamespace(
        observation_space=gym.spaces.Box(0, 255, SHAPE, np.uint8), action_space=gym.spaces.Discrete(NUM_ACTIONS)
    )
    with tf.Session() as sess:
        model = Model(
            policy=build_policy(env, NETWORKS[cnn]),
            ob_space=env.observation_space,
            ac_space=env.action_space,
            nbatch_act=BATCH_SIZE,
            nbatch_train=BATCH_SIZE,
            nsteps=1,
            ent_coef=settings["entropy_coeff"],
            vf_coef=0.5,
            max_grad_norm=0.5,
        )
        variables = {variable.name: variable for variable in tf.global_variables()}
        assign_params(sess, dict(sess.run(variables), **before))
        theirs = model.train(
            settings["learning_rate"],
            settings["clip_range"],
            batch.observations,
            batch.returns,
            None,
            batch.actions,
            batch.values,
            batch.neglogps,
        )
        after = sess.run({name: variables[name] for name in before})
    ours = learner.update(batch._replace(advantages=batch.returns - batch.values))
    moved = learner.params()
    return {
        "losses": np.abs(np.subtract(ours, theirs)).max(),
        "parameters": max(np.abs(moved[name] - after[name]).max() for name in before),
        "step": max(np.abs(moved[name] - before[name]).max() for name in before),
        "clip_fraction": ours.clip_fraction,
    }


def compare_gae(random, num_envs=8, num_steps=64):
    """Largest absolute difference of the returns from Baselines' Runner on a recorded play."""
    rewards, values = random.randn(2, num_envs, num_steps + 1).astype(np.float32)
    dones = random.rand(num_envs, num_steps) < 0.1
    played = iter(range(num_steps))

    def step(_):
        t = next(played)
        return np.zeros((num_envs, 1)), rewards[:, t], dones[:, t], [{}] * num_envs

    env = types.SimpleNamespace(
        num_envs=num_envs,
        observation_space=gym.spaces.Box(0, 1, (1,)),
        reset=lambda: np.zeros((num_envs, 1)),
        step=step,
    )
    seen = iter(range(num_steps + 1))
    model = types.SimpleNamespace(
        initial_state=None,
        train_model=types.SimpleNamespace(X=types.SimpleNamespace(dtype=tf.float32)),
        step=lambda obs, S, M: (np.zeros(num_envs), values[:, next(seen)], None, np.zeros(num_envs)),
        value=lambda obs, S, M: values[:, -1],
    )
    returns = Runner(env=env, model=model, nsteps=num_steps, gamma=0.999, lam=0.95).run()[1]
    ours = (gae(rewards[:, :-1], values, dones, 0.999, 0.95) + values)[:, :-1]
    return np.abs(ours.reshape(-1) - returns).max()


def main():
    random = np.random.RandomState(0)
    print("returns: largest difference {:.1e}".format(compare_gae(random)))
    for cnn in NETWORKS:
        print(cnn, ", ".join("{} {:.1e}".format(*item) for item in compare_update(cnn, random).items()))


if __name__ == "__main__":
    main()
