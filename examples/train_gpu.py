"""PPO on Procgen in PyTorch for a modern GPU. Writes the checkpoints that interfaces are made from.

    pip install torch procgen joblib        # procgen-mirror from Python 3.11
    python examples/train_gpu.py OUT_DIR --frames 200e6 --minutes 25
    python examples/train_gpu.py OUT_DIR --frames 200e6 --minutes 25     # goes on where that stopped

The network and the losses are those of `understanding_rl_vision.train`. What differs is for speed: while the GPU
learns from one rollout, the next is played with the parameters from before; the games are in two groups, of which one
moves while actions are computed for the other; convolutions are in bfloat16. And the learning rate falls.

OUT_DIR gets checkpoint.jd (for `understanding_rl_vision.run`), state.pt (to go on from) and curve.csv.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import os
import time

import joblib
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

NUM_ACTIONS = 15
GAMMA, LAMBDA = 0.999, 0.95
CLIP_RANGE, ENTROPY_COEFFICIENT, VALUE_COEFFICIENT, MAX_GRADIENT_NORM = 0.2, 0.01, 0.5, 0.5
REWARD_SCALE = 0.1
MIN_LEARNING_RATE = 0.02
NUM_GROUPS = 2
CONVOLUTIONS = {"1a": (3, 16, 7), "2a": (16, 32, 5), "2b": (32, 32, 5), "3a": (32, 32, 5), "4a": (32, 32, 5)}
POOLED = ("1a", "2b", "3a", "4a")


class ClearNetwork(nn.Module):
    """The five-convolution network of the article's Appendix C, with L2 pooling."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleDict(
            {
                name: nn.Conv2d(inputs, outputs, size, padding=size // 2)
                for name, (inputs, outputs, size) in CONVOLUTIONS.items()
            }
        )
        self.dense = nn.ModuleList([nn.Linear(512, 256), nn.Linear(256, 512)])
        self.policy = nn.Linear(512, NUM_ACTIONS)
        self.value = nn.Linear(512, 1)
        for module in [*self.convolutions.values(), *self.dense]:
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
        for module, gain in [(self.policy, 0.01), (self.value, 1.0)]:
            nn.init.orthogonal_(module.weight, gain)
            nn.init.zeros_(module.bias)

    def forward(self, observations):
        """Logits (N, 15) and values (N,), float32, of observations (N, 64, 64, 3), uint8."""
        with torch.autocast(observations.device.type, dtype=torch.bfloat16, enabled=observations.is_cuda):
            x = observations.permute(0, 3, 1, 2).float() / 255
            for name, convolution in self.convolutions.items():
                x = F.relu(convolution(x))
                if name in POOLED:
                    x = torch.sqrt(F.avg_pool2d(x * x, 2) + 1e-8)
            # Rows are ordered as TensorFlow has them: height, width, channels.
            x = x.permute(0, 2, 3, 1).flatten(1)
            for dense in self.dense:
                x = F.relu(dense(x))
        x = x.float()
        return self.policy(x), self.value(x)[:, 0]

    def named_arrays(self):
        """Baselines' parameter names → arrays with TensorFlow's order of axes."""
        modules = [("pi/{}/conv2d/{{}}:0".format(name), module) for name, module in self.convolutions.items()]
        modules += [("pi/dense/{}:0", self.dense[0]), ("pi/dense_1/{}:0", self.dense[1])]
        arrays = {}
        for name, module in modules:
            arrays[name.format("kernel")], arrays[name.format("bias")] = _arrays(module)
        for name, module in [("pi", self.policy), ("vf", self.value)]:
            arrays[name + "/w:0"], arrays[name + "/b:0"] = _arrays(module)
        return {"ppo2_model/" + name: array for name, array in arrays.items()}


def _arrays(module):
    weight, bias = (np.array(values.detach().cpu()) for values in (module.weight, module.bias))
    axes = (2, 3, 1, 0) if weight.ndim == 4 else (1, 0)
    return np.ascontiguousarray(weight.transpose(axes)), bias


Rollout = collections.namedtuple("Rollout", "observations actions neglogps values rewards dones")
Rollout.__doc__ = "T steps of N games on the device: tensors (T, N, …); `values` has T + 1."


def new_rollout(num_steps, num_envs, device):
    def floats(steps):
        return torch.empty((steps, num_envs), device=device)

    return Rollout(
        observations=torch.empty((num_steps, num_envs, 64, 64, 3), dtype=torch.uint8, device=device),
        actions=torch.empty((num_steps, num_envs), dtype=torch.int64, device=device),
        neglogps=floats(num_steps),
        values=floats(num_steps + 1),
        rewards=floats(num_steps),
        dones=floats(num_steps),
    )


class Actor:
    """Plays groups of games with its own copy of the network, on its own stream of the GPU."""

    def __init__(self, make_games, group_size, device):
        self._games = [make_games(group_size, group) for group in range(NUM_GROUPS)]
        self._size = group_size
        self._device = device
        self._network = ClearNetwork().to(device, memory_format=torch.channels_last)
        self._stream = torch.cuda.Stream() if device.type == "cuda" else None
        pinned = {"dtype": torch.uint8, "pin_memory": device.type == "cuda"}
        self._host = [torch.empty((group_size, 64, 64, 3), **pinned) for _ in self._games]
        self._episode_rewards = np.zeros((NUM_GROUPS, group_size))

    def take_parameters(self, network):
        self._network.load_state_dict(network.state_dict())
        if self._stream:
            torch.cuda.current_stream().synchronize()

    @torch.no_grad()
    def play(self, rollout):
        """Fill a Rollout. Returns the total rewards of the episodes that ended."""
        num_steps, ended = len(rollout.actions), []
        rewards, dones = np.zeros((2, num_steps, NUM_GROUPS * self._size), np.float32)
        with torch.cuda.stream(self._stream) if self._stream else contextlib.nullcontext():
            for t in range(num_steps + 1):
                for group, games in enumerate(self._games):
                    columns = slice(group * self._size, (group + 1) * self._size)
                    earned, observed, firsts = games.observe()
                    if t > 0:
                        rewards[t - 1, columns], dones[t - 1, columns] = earned, firsts
                        ended += self._count(group, earned, firsts)
                    self._host[group].copy_(torch.from_numpy(observed["rgb"]))
                    observations = self._host[group].to(self._device, non_blocking=True)
                    logits, rollout.values[t, columns] = self._network(observations)
                    if t < num_steps:
                        actions = torch.distributions.Categorical(logits=logits).sample()
                        rollout.observations[t, columns] = observations
                        rollout.actions[t, columns] = actions
                        rollout.neglogps[t, columns] = F.cross_entropy(logits, actions, reduction="none")
                        games.act(actions.cpu().numpy().astype(np.int32))
            rollout.rewards.copy_(torch.from_numpy(rewards * REWARD_SCALE))
            rollout.dones.copy_(torch.from_numpy(dones))
            if self._stream:
                self._stream.synchronize()
        return ended

    def _count(self, group, rewards, firsts):
        totals = self._episode_rewards[group]
        totals += rewards
        ended = list(totals[firsts])
        totals[firsts] = 0
        return ended


def advantages_of(rollout):
    """Generalised advantage estimates (T, N)."""
    advantages = torch.empty_like(rollout.rewards)
    following = torch.zeros_like(rollout.rewards[0])
    for t in reversed(range(len(rollout.rewards))):
        going_on = 1 - rollout.dones[t]
        delta = rollout.rewards[t] + GAMMA * going_on * rollout.values[t + 1] - rollout.values[t]
        advantages[t] = following = delta + GAMMA * LAMBDA * going_on * following
    return advantages


def learn(network, optimizer, rollout, num_epochs, minibatch_size):
    """Improve the network by PPO. Returns value loss and entropy, means over the minibatches."""
    advantages = advantages_of(rollout).flatten()
    old_values = rollout.values[:-1].flatten()
    returns = advantages + old_values
    observations, actions, neglogps = (
        array.flatten(0, 1) for array in (rollout.observations, rollout.actions, rollout.neglogps)
    )
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(actions), device=actions.device).split(minibatch_size):
            logits, values = network(observations[rows])
            log_probabilities = F.log_softmax(logits, dim=1)
            entropy = -(log_probabilities.exp() * log_probabilities).sum(dim=1).mean()
            neglogp = F.nll_loss(log_probabilities, actions[rows], reduction="none")
            ratio = (neglogps[rows] - neglogp).exp()
            advantage = advantages[rows]
            advantage = (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)
            gain = torch.min(advantage * ratio, advantage * ratio.clamp(1 - CLIP_RANGE, 1 + CLIP_RANGE))
            moved = old_values[rows] + (values - old_values[rows]).clamp(-CLIP_RANGE, CLIP_RANGE)
            errors = torch.max((values - returns[rows]) ** 2, (moved - returns[rows]) ** 2)
            value_loss = 0.5 * errors.mean()
            loss = -gain.mean() + VALUE_COEFFICIENT * value_loss - ENTROPY_COEFFICIENT * entropy
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), MAX_GRADIENT_NORM)
            optimizer.step()
            losses.append(torch.stack([value_loss.detach(), entropy.detach()]))
    return torch.stack(losses).mean(dim=0).tolist()


class Run:
    """A training in a folder: its network, optimiser and how far it is."""

    def __init__(self, folder, options, device):
        self._folder, self._options = folder, options
        self.network = ClearNetwork().to(device, memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=options.learning_rate, eps=1e-5)
        self.frames, self.seconds = 0, 0.0
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "state.pt")
        if os.path.exists(path):
            state = torch.load(path, map_location=device, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.frames, self.seconds = state["frames"], state["seconds"]

    def anneal(self):
        """Let the learning rate fall in a line to a fiftieth at the last frame."""
        left = max(MIN_LEARNING_RATE, 1 - self.frames / self._options.frames)
        for group in self.optimizer.param_groups:
            group["lr"] = self._options.learning_rate * left

    def save(self):
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "frames": self.frames,
            "seconds": self.seconds,
        }
        self._replace("state.pt", lambda path: torch.save(state, path))
        args = {
            "env_kind": "procgen",
            "env_name": self._options.env,
            "distribution_mode": self._options.mode,
            "num_levels": 0,
            "paint_vel_info": True,
            "reward_scale": REWARD_SCALE,
            "gamma": GAMMA,
            "lambda": LAMBDA,
            "cnn": "clear",
            "library": "baselines",
            "num_envs": self._options.num_envs,
            "num_steps": self._options.num_steps,
            "learning_rate": self._options.learning_rate,
            "frames": self.frames,
        }
        checkpoint = {"params": self.network.named_arrays(), "args": args}
        self._replace("checkpoint.jd", lambda path: joblib.dump(checkpoint, path))

    def _replace(self, name, write):
        path = os.path.join(self._folder, name)
        write(path + ".tmp")
        os.replace(path + ".tmp", path)

    def report(self, rate, rewards, value_loss, entropy):
        solved = np.mean(np.array(rewards) > 0) if rewards else np.nan
        row = [self.frames, self.seconds, rate, solved, value_loss, entropy]
        path = os.path.join(self._folder, "curve.csv")
        new = not os.path.exists(path)
        with open(path, "a") as file:
            if new:
                file.write("frames,seconds,frames_per_second,solved_rate,value_loss,entropy\n")
            file.write("{},{:.1f},{:.0f},{:.4f},{:.6f},{:.4f}\n".format(*row))
        print(
            "{:.2f} M frames, {:.1f} min, {:.0f} frames/s, solved {:.1%}, value loss {:.4f}, entropy {:.3f}".format(
                row[0] / 1e6, row[1] / 60, *row[2:]
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

    actor = Actor(make_games, options.num_envs // NUM_GROUPS, device)
    rollouts = [new_rollout(options.num_steps, options.num_envs, device) for _ in range(2)]
    rewards = collections.deque(maxlen=2000)
    start = reported = saved = time.monotonic()
    frames_reported, seconds_before = run.frames, run.seconds
    with concurrent.futures.ThreadPoolExecutor(1) as player:
        actor.take_parameters(run.network)
        playing = player.submit(actor.play, rollouts[0])
        while run.frames < options.frames and time.monotonic() - start < 60 * options.minutes:
            rewards.extend(playing.result())
            actor.take_parameters(run.network)
            playing = player.submit(actor.play, rollouts[1])
            run.anneal()
            losses = learn(run.network, run.optimizer, rollouts[0], options.epochs, options.minibatch_size)
            rollouts.reverse()
            run.frames += options.num_steps * options.num_envs
            now = time.monotonic()
            run.seconds = seconds_before + now - start
            if now - reported >= options.report_every:
                run.report((run.frames - frames_reported) / (now - reported), rewards, *losses)
                reported, frames_reported = now, run.frames
            if now - saved >= 60:
                run.save()
                saved = now
        playing.result()
    run.save()


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out_dir")
    parser.add_argument("--frames", type=float, default=200e6, help="frames of the whole training, over all sessions")
    parser.add_argument("--minutes", type=float, default=25, help="how long this session lasts at most")
    parser.add_argument("--env", default="coinrun")
    parser.add_argument("--mode", default="hard")
    parser.add_argument("--num-envs", type=int, default=1024)
    parser.add_argument("--num-steps", type=int, default=64)
    parser.add_argument("--minibatch-size", type=int, default=8192)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--threads", type=int, default=os.cpu_count() // NUM_GROUPS, help="of each group of games")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--report-every", type=float, default=10, help="seconds between lines")
    options = parser.parse_args(argv)
    if options.num_envs % NUM_GROUPS:
        parser.error("--num-envs must be a multiple of {}".format(NUM_GROUPS))
    torch.manual_seed(options.seed)
    torch.backends.cudnn.benchmark = True
    device = torch.device(options.device)
    run = Run(options.out_dir, options, device)
    train(run, options, device)


if __name__ == "__main__":
    main()
