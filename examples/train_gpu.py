"""PPO on Procgen in PyTorch for a modern GPU. Writes the checkpoints that interfaces are made from.

    pip install torch '.[procgen]'
    python examples/train_gpu.py OUT_DIR --minutes 60 --session-minutes 25
    python examples/train_gpu.py OUT_DIR --minutes 60                         # goes on where that stopped
    python examples/train_gpu.py OUT_DIR --load-path examples/coinrun.jd      # begins with another checkpoint's agent

The network and the losses are those of `understanding_rl_vision.train`. What differs is for speed: while the GPU
learns from one rollout, the next is played with the parameters from before, which the losses take into account; the
games are in groups, each played from a thread of its own; convolutions are in bfloat16, the first one as a convolution
of blocks of 2 x 2 pixels; kernels are fused, and launched as CUDA graphs. And the learning rate and the entropy bonus
fall, to nearly nothing and to nothing at the end of the frames or of the minutes.

OUT_DIR gets checkpoint.jd (for `rl-clarity run`), state.pt (to go on from) and progress.csv.
"""

import argparse
import contextlib

from torch_games import add_game_options, game_of
from torch_machine import add_machine_options, machine_of
from torch_networks import ClearNetwork
from torch_ppo import GAMMA, LAMBDA, Learner, finish, make_actor, new_rollout
from torch_runs import Run, add_run_options

from understanding_rl_vision.errors import InputError

ENTROPY_COEFFICIENT = 0.01
REWARD_SCALE = 0.1
SAID = "value loss {value_loss:.4f}, entropy {entropy:.3f}, clipped {clip_fraction:.1%}"


def make_args(options, begun_with):
    """The args of the checkpoint to write: the game is that of the one to begin with, if nothing else is asked for.

    What that one says of the agent that it was distilled from stays true.
    """
    given = begun_with["args"] if begun_with else {}
    game = game_of(given) if begun_with else {"paint_vel_info": True}
    asked_for = {"env_name": options.env, "distribution_mode": options.mode}
    game.update({name: value for name, value in asked_for.items() if value})
    return dict(
        {"env_kind": "procgen", "env_name": "coinrun", "distribution_mode": "hard"},
        **game,
        num_levels=options.num_levels,
        start_level=0,
        **{"gamma": GAMMA, "lambda": LAMBDA, "cnn": "clear", "library": "baselines"},
        reward_scale=given.get("reward_scale", REWARD_SCALE),
        num_envs=options.num_envs,
        num_steps=options.num_steps,
        ppo_epochs=options.epochs,
        **{name: value for name, value in given.items() if name.startswith("teacher_")},
    )


def train(run, actor, options, machine):
    """Play and learn at the same time until the frames are played or the minutes are over."""
    num_frames = options.num_steps * options.num_envs
    learner = Learner(run.network, run.optimizer, machine, num_frames, options.minibatch_size)
    played, learned = (new_rollout(options.num_steps, options.num_envs, machine.device) for _ in range(2))
    actor.begin(played, run.network)
    has_learned = False
    while not run.over:
        returns = finish(actor, played, run.args["reward_scale"])
        if has_learned:
            learner.record()
        played, learned = learned, played
        actor.begin(played, run.network)
        entropy_coefficient = ENTROPY_COEFFICIENT * run.left
        statistics = learner.learn(learned, options.epochs, run.learning_rate, entropy_coefficient)
        has_learned = True
        run.advance(num_frames, returns, statistics)
    actor.finish()
    run.save()


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_run_options(parser, frames=2e9, learning_rate=3e-4)
    parser.add_argument("--env", help="default: the game of --load-path, else coinrun")
    parser.add_argument("--mode", help="default: that of --load-path, else hard")
    parser.add_argument("--num-levels", type=int, default=0, help="to train on, from level 0 on; default: 0, all")
    parser.add_argument("--minibatch-size", type=int, default=8192)
    parser.add_argument("--epochs", type=int, default=2)
    add_game_options(parser, num_envs=1024)
    add_machine_options(parser)
    options = parser.parse_args(argv)
    if options.num_envs * options.num_steps % options.minibatch_size:
        parser.error(
            "--minibatch-size, {}, must divide --num-envs times --num-steps, {}".format(
                options.minibatch_size, options.num_envs * options.num_steps
            )
        )
    try:
        machine = machine_of(options)
        network = ClearNetwork(machine.device, machine.dtype)
        run = Run(options, machine, network, lambda begun_with: make_args(options, begun_with), SAID, adam_epsilon=1e-5)
        actor = make_actor(run.args, options, machine, run.seed)
    except InputError as error:
        parser.error(str(error))
    with contextlib.closing(actor):
        train(run, actor, options, machine)


if __name__ == "__main__":
    main()
