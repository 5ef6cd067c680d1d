"""How many unseen levels a checkpoint's agent solves: each played once, in the environment that the checkpoint names.

    python benchmarks/solved_rate.py examples/coinrun.jd

Levels are drawn from all 2³¹ of Procgen, whatever levels the agent was trained on. A level is solved when its reward is
above 0. Actions are drawn from the policy.
"""

import argparse

import numpy as np

from understanding_rl_vision.envs import known_options, make_env
from understanding_rl_vision.rl_clarity.checkpoints import read_checkpoint
from understanding_rl_vision.rl_clarity.freezing import Policy
from understanding_rl_vision.rl_clarity.sampling import draw_actions

GAMES_AT_ONCE = 100


def play_once(env, logits, random):
    """Play the first episode of each game. Returns rewards and lengths, (N,)."""
    rewards, lengths, playing = np.zeros(env.num_envs), np.zeros(env.num_envs, int), np.ones(env.num_envs, bool)
    while playing.any():
        _, observations, _ = env.observe()
        actions = np.zeros(env.num_envs, np.int32)
        actions[playing] = draw_actions(logits(observations[playing]), random)
        env.act(actions)
        earned, _, firsts = env.observe()
        rewards[playing] += earned[playing]
        lengths += playing
        playing &= ~firsts
    return rewards, lengths


def wilson_interval(successes, trials, z=1.96):
    """The 95 % confidence interval of a proportion (Wilson 1927)."""
    rate = successes / trials
    centre = rate + z**2 / (2 * trials)
    spread = z * np.sqrt(rate * (1 - rate) / trials + z**2 / (4 * trials**2))
    return (centre - spread) / (1 + z**2 / trials), (centre + spread) / (1 + z**2 / trials)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("--levels", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=10**6)
    arguments = parser.parse_args()
    checkpoint = read_checkpoint(arguments.checkpoint)
    kind, name = checkpoint.args["env_kind"], checkpoint.args["env_name"]
    options = {key: value for key, value in checkpoint.args.items() if key in known_options(kind, name)}
    options.update(num_levels=0, start_level=None)
    random = np.random.RandomState(arguments.seed)
    rewards, lengths = [], []
    for start in range(0, arguments.levels, GAMES_AT_ONCE):
        num_games = min(GAMES_AT_ONCE, arguments.levels - start)
        env = make_env(kind, name, num_games, seed=arguments.seed + start, **options)
        played = play_once(env, Policy(checkpoint, env.observation_shape).logits, random)
        env.close()
        rewards.extend(played[0])
        lengths.extend(played[1])
        print("{} levels, {} solved".format(len(rewards), np.sum(np.array(rewards) > 0)), flush=True)
    solved = int(np.sum(np.array(rewards) > 0))
    low, high = wilson_interval(solved, len(rewards))
    print(
        "solved {} of {} levels: {:.1%}, 95 % interval {:.1%} to {:.1%}; {:.0f} steps a level".format(
            solved, len(rewards), solved / len(rewards), low, high, np.mean(lengths)
        )
    )


if __name__ == "__main__":
    main()
