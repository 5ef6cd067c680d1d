"""PPO on Procgen in PyTorch for a modern GPU. Writes the checkpoints that interfaces are made from.

    pip install torch procgen joblib        # procgen-mirror from Python 3.11
    python examples/train_gpu.py OUT_DIR --minutes 60 --session-minutes 25
    python examples/train_gpu.py OUT_DIR --minutes 60                         # goes on where that stopped
    python examples/train_gpu.py OUT_DIR --load-path examples/coinrun.jd      # begins with another checkpoint's agent

The network and the losses are those of `understanding_rl_vision.train`. What differs is for speed: while the GPU
learns from one rollout, the next is played with the parameters from before, which the losses take into account; the
games are in groups, each played from a thread of its own; convolutions are in bfloat16, the first one as a convolution
of blocks of 2 x 2 pixels; kernels are fused, and launched as CUDA graphs. And the learning rate and the entropy bonus
fall, to nearly nothing and to nothing at the end of the frames or of the minutes.

OUT_DIR gets checkpoint.jd (for `understanding_rl_vision.run`), state.pt (to go on from) and progress.csv.
"""

import argparse
import collections
import os
import re
import time

import joblib
import numpy as np
import torch
from torch_ppo import GAMMA, LAMBDA, REWARD_SCALE, Actor, ClearNetwork, Learner, new_rollout

ENTROPY_COEFFICIENT = 0.01
MIN_LEARNING_RATE = 0.02


def parameters(checkpoint):
    """The parameters of a checkpoint, name -> array: of a file that is trusted, or of an agent by name or address."""
    if not re.match("openai:|https?://", checkpoint):
        return joblib.load(checkpoint)["params"]
    # What comes from elsewhere is read without running anything in it, by this package, which needs TensorFlow.
    from understanding_rl_vision.agents.checkpoints import read_checkpoint
    from understanding_rl_vision.agents.fetching import fetch
    from understanding_rl_vision.progress import Progress

    return read_checkpoint(fetch(checkpoint, Progress())).params


class Run:
    """A training in a folder: its network, optimiser and how far it is."""

    def __init__(self, folder, options, device):
        self._folder, self._options = folder, options
        self.network = ClearNetwork(device)
        on_gpu = device.type == "cuda"
        self.optimizer = torch.optim.Adam(self.network.parameters(), eps=1e-5, fused=True, capturable=on_gpu)
        self.frames, self.seconds = 0, 0.0
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "state.pt")
        if os.path.exists(path):
            state = torch.load(path, map_location=device, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.frames, self.seconds = state["frames"], state["seconds"]
        elif options.load_path:
            self.network.take_arrays(parameters(options.load_path))
        for group in self.optimizer.param_groups:
            group["lr"] = torch.tensor(options.learning_rate, device=device)

    def left(self):
        """What is left of the training, from 1 to 0."""
        options = self._options
        return max(0.0, 1 - max(self.frames / options.frames, self.seconds / (60 * options.minutes)))

    def save(self):
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "frames": self.frames,
            "seconds": self.seconds,
        }
        self._replace("state.pt", lambda path: torch.save(state, path))
        options = self._options
        args = {
            "env_kind": "procgen",
            "env_name": options.env,
            "distribution_mode": options.mode,
            "num_levels": 0,
            "paint_vel_info": True,
            "reward_scale": REWARD_SCALE,
            "gamma": GAMMA,
            "lambda": LAMBDA,
            "cnn": "clear",
            "library": "baselines",
            "num_envs": options.num_envs,
            "num_steps": options.num_steps,
            "ppo_epochs": options.epochs,
            "learning_rate": options.learning_rate,
            "frames": self.frames,
        }
        checkpoint = {"params": self.network.named_arrays(), "args": args}
        self._replace("checkpoint.jd", lambda path: joblib.dump(checkpoint, path))

    def _replace(self, name, write):
        path = os.path.join(self._folder, name)
        write(path + ".tmp")
        os.replace(path + ".tmp", path)

    def report(self, rate, rewards, statistics):
        """Add a line to progress.csv, and print it. rewards: the total rewards of recent episodes."""
        solved = np.mean(np.array(rewards) > 0) if rewards else np.nan
        row = {"frames": self.frames, "seconds": self.seconds, "episodes": len(rewards)}
        row.update({"frames_per_second": rate, "solved_rate": solved}, **dict(zip(Learner.STATISTICS, statistics)))
        path = os.path.join(self._folder, "progress.csv")
        new = not os.path.exists(path)
        with open(path, "a") as file:
            if new:
                file.write(",".join(row) + "\n")
            file.write(",".join("{:.9g}".format(value) for value in row.values()) + "\n")
        print(
            "{:.2f} M frames, {:.1f} min, {frames_per_second:.0f} frames/s, solved {solved_rate:.1%}, value loss "
            "{value_loss:.4f}, entropy {entropy:.3f}, clipped {clip_fraction:.1%}".format(
                self.frames / 1e6, self.seconds / 60, **row
            ),
            flush=True,
        )


def train(run, options, device):
    """Play and learn at the same time until the frames are played or the minutes are over."""
    from procgen import ProcgenGym3Env

    def make_games(number, group):
        # New levels in every session: a session that goes on does not see again what the last one saw.
        return ProcgenGym3Env(
            number,
            env_name=options.env,
            distribution_mode=options.mode,
            paint_vel_info=True,
            num_threads=options.threads,
            rand_seed=(options.seed + run.frames + group) % 2**31,
        )

    start = reported = saved = time.monotonic()
    frames_reported, seconds_before = run.frames, run.seconds
    num_frames = options.num_steps * options.num_envs
    actor = Actor(make_games, options.num_envs, options.groups, device, options.seed + run.frames)
    learner = Learner(run.network, run.optimizer, num_frames, options.minibatch_size)
    played, learned = (new_rollout(options.num_steps, options.num_envs, device) for _ in range(2))
    rewards = collections.deque(maxlen=2000)
    actor.begin(played, run.network)
    while run.left() and time.monotonic() - start < 60 * options.session_minutes:
        rewards.extend(actor.finish())
        if run.seconds > seconds_before:
            learner.record()
        played, learned = learned, played
        actor.begin(played, run.network)
        left = run.left()
        learning_rate = options.learning_rate * max(MIN_LEARNING_RATE, left)
        statistics = learner.learn(learned, options.epochs, learning_rate, ENTROPY_COEFFICIENT * left)
        run.frames += num_frames
        now = time.monotonic()
        run.seconds = seconds_before + now - start
        if now - reported >= options.report_every:
            run.report((run.frames - frames_reported) / (now - reported), rewards, statistics)
            reported, frames_reported = now, run.frames
        if now - saved >= 60:
            run.save()
            saved = now
    actor.finish()
    run.save()


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out_dir")
    parser.add_argument("--frames", type=float, default=2e9, help="of the whole training, over all sessions")
    parser.add_argument("--minutes", type=float, default=60, help="of the whole training, over all sessions")
    parser.add_argument("--session-minutes", type=float, default=float("inf"), help="how long this session lasts")
    parser.add_argument(
        "--load-path",
        help="a checkpoint to begin with: a file that you trust (it is unpickled), or openai:NAME or an address, for "
        "which this package must be installed",
    )
    parser.add_argument("--env", default="coinrun")
    parser.add_argument("--mode", default="hard")
    parser.add_argument("--num-envs", type=int, default=1024)
    parser.add_argument("--num-steps", type=int, default=64)
    parser.add_argument("--minibatch-size", type=int, default=8192)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--learning-rate", type=float, default=3e-4)
    parser.add_argument("--groups", type=int, default=4, help="of games, each played from a thread of its own")
    parser.add_argument("--threads", type=int, default=max(1, os.cpu_count() // 3), help="of each group's games")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--report-every", type=float, default=10, help="seconds between lines")
    options = parser.parse_args(argv)
    if options.num_envs % options.groups:
        parser.error("--num-envs, {}, must be a multiple of --groups, {}".format(options.num_envs, options.groups))
    if options.num_envs * options.num_steps % options.minibatch_size:
        parser.error(
            "--minibatch-size, {}, must divide --num-envs times --num-steps, {}".format(
                options.minibatch_size, options.num_envs * options.num_steps
            )
        )
    torch.manual_seed(options.seed)
    torch.backends.cudnn.benchmark = True
    device = torch.device(options.device)
    train(Run(options.out_dir, options, device), options, device)


if __name__ == "__main__":
    main()
