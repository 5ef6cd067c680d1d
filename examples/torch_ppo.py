"""PPO in PyTorch for a GPU that is much faster than the games: what `train_gpu.py` plays and learns with.

Networks are fused by torch.compile, and what is launched again and again is launched as CUDA graphs. On CPUs everything
runs as it stands, in float32.
"""

import collections
import concurrent.futures
import contextlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

NUM_ACTIONS = 15
GAMMA, LAMBDA = 0.999, 0.95
CLIP_RANGE, VALUE_COEFFICIENT, MAX_GRADIENT_NORM = 0.2, 0.5, 0.5
REWARD_SCALE = 0.1
CONVOLUTIONS = {"1a": (3, 16, 7), "2a": (16, 32, 5), "2b": (32, 32, 5), "3a": (32, 32, 5), "4a": (32, 32, 5)}
POOLED = ("2b", "3a", "4a")


class ClearNetwork(nn.Module):
    """The five-convolution network of the article's Appendix C, with L2 pooling. Computes in bfloat16 on GPUs."""

    def __init__(self, device):
        super().__init__()
        self._dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
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
        self.to(device, memory_format=torch.channels_last)

    def forward(self, observations):
        """Logits (N, 15) and values (N,), float32, of observations (N, 64, 64, 3), uint8."""
        x = _pooled_first(self.convolutions["1a"], observations, self._dtype)
        for name in list(CONVOLUTIONS)[1:]:
            x = F.relu(F.conv2d(x, *self._cast(self.convolutions[name]), padding="same"))
            if name in POOLED:
                blocks = x.permute(0, 2, 3, 1).unflatten(2, (-1, 2)).unflatten(1, (-1, 2))
                x = _l2(blocks, (2, 4)).permute(0, 3, 1, 2)
        # Rows are ordered as TensorFlow has them: height, width, channels.
        x = x.permute(0, 2, 3, 1).flatten(1)
        for dense in self.dense:
            x = F.relu(F.linear(x, *self._cast(dense)))
        x = x.float()
        return self.policy(x), self.value(x)[:, 0]

    def _cast(self, module):
        return module.weight.to(self._dtype), module.bias.to(self._dtype)

    def compiled(self):
        on_gpu = self.value.weight.is_cuda
        return torch.compile(self, dynamic=False) if on_gpu else self

    def _names(self):
        """Triples of a module and the names of its weight and its bias in Baselines."""
        modules = [("pi/{}/conv2d".format(name), module) for name, module in self.convolutions.items()]
        modules += [("pi/dense", self.dense[0]), ("pi/dense_1", self.dense[1])]
        kinds = [(module, scope, "kernel", "bias") for scope, module in modules]
        kinds += [(self.policy, "pi", "w", "b"), (self.value, "vf", "w", "b")]
        return [
            (module, *("ppo2_model/{}/{}:0".format(scope, name) for name in names)) for module, scope, *names in kinds
        ]

    def named_arrays(self):
        """Baselines' parameter names → arrays with TensorFlow's order of axes."""
        arrays = {}
        for module, *names in self._names():
            weight, bias = (np.array(values.detach().cpu()) for values in (module.weight, module.bias))
            weight = np.ascontiguousarray(weight.transpose(2, 3, 1, 0) if weight.ndim == 4 else weight.T)
            arrays.update(zip(names, (weight, bias)))
        return arrays

    @torch.no_grad()
    def take_arrays(self, arrays):
        """The inverse of `named_arrays`."""
        for module, weight_name, bias_name in self._names():
            weight = arrays[weight_name]
            weight = weight.transpose(3, 2, 0, 1) if weight.ndim == 4 else weight.T
            module.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
            module.bias.copy_(torch.from_numpy(arrays[bias_name]))


def _l2(values, axes):
    return torch.sqrt(values.square().mean(axes) + 1e-8)


def _pooled_first(convolution, observations, dtype):
    """The first convolution with ReLU and L2 pooling, as a convolution of blocks of 2 × 2 pixels.

    Tensor cores want many channels: the 12 numbers of a block, filled up to 16, become 64, those of its four outputs. A
    7 × 7 kernel that is moved by a pixel still lies within 5 × 5 blocks.
    """
    weight = convolution.weight / 255
    moved = [F.pad(weight, (1 + x, 2 - x, 1 + y, 2 - y)) for y in (0, 1) for x in (0, 1)]
    kernel = torch.cat(moved).unflatten(3, (5, 2)).unflatten(2, (5, 2))  # out, colour, block y, y, block x, x
    kernel = kernel.permute(0, 3, 5, 1, 2, 4).flatten(1, 3)
    kernel = F.pad(kernel, (0, 0, 0, 0, 0, 4)).to(dtype, memory_format=torch.channels_last)
    blocks = observations.unflatten(2, (32, 2)).unflatten(1, (32, 2)).permute(0, 1, 3, 2, 4, 5).flatten(3)
    blocks = F.pad(blocks.to(dtype), (0, 4)).permute(0, 3, 1, 2)
    outputs = F.relu(F.conv2d(blocks, kernel, convolution.bias.to(dtype).repeat(4), padding=2))
    return _l2(outputs.permute(0, 2, 3, 1).unflatten(3, (4, 16)), 3).permute(0, 3, 1, 2)


def _new_stream(device, priority=0):
    return torch.cuda.Stream(priority=priority) if device.type == "cuda" else None


def _on(stream):
    return torch.cuda.stream(stream) if stream else contextlib.nullcontext()


def _wait_for(stream):
    """Until what the stream has been given is done, without keeping a core busy, which the games need."""
    if stream:
        event = torch.cuda.Event(blocking=True)
        event.record(stream)
        event.synchronize()


def _as_graph(function, stream):
    """A function without arguments as one CUDA graph, to be called on its stream; on CPUs the function itself."""
    if stream is None:
        return function
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        function()
    return graph.replay


Rollout = collections.namedtuple("Rollout", "observations actions neglogps values rewards dones")
Rollout.__doc__ = "T steps of N games on the device: tensors (T, N, …); `values` has T + 1."


def new_rollout(num_steps, num_envs, device):
    def floats(steps):
        return torch.zeros((steps, num_envs), device=device)

    return Rollout(
        observations=torch.zeros((num_steps, num_envs, 64, 64, 3), dtype=torch.uint8, device=device),
        actions=torch.zeros((num_steps, num_envs), dtype=torch.int64, device=device),
        neglogps=floats(num_steps),
        values=floats(num_steps + 1),
        rewards=floats(num_steps),
        dones=floats(num_steps),
    )


class Player:
    """Plays games that move together, from a thread and on a stream of its own."""

    def __init__(self, games, size, network, device, seed):
        self._games, self._network = games, network
        pinned = {"pin_memory": device.type == "cuda"}
        self._frames = torch.zeros((size, 64, 64, 3), dtype=torch.uint8, **pinned)
        self._choices = torch.zeros(size, dtype=torch.int32, **pinned)
        self._generator = torch.Generator(device).manual_seed(seed)
        self._noise = torch.rand((size, NUM_ACTIONS), device=device)
        self._observations = self._frames.to(device)
        self._actions = torch.zeros(size, dtype=torch.int64, device=device)
        self._neglogps, self._values = torch.zeros((2, size), device=device)
        self._episode_rewards = np.zeros(size)
        # Its short kernels go before the learner's, for which nobody waits.
        self._stream = _new_stream(device, priority=-1)
        with _on(self._stream):
            for _ in range(3):
                self._look()
            self._look = _as_graph(self._look, self._stream)

    @torch.no_grad()
    def _look(self):
        self._observations.copy_(self._frames, non_blocking=True)
        logits, values = self._network(self._observations)
        # The largest of logits plus Gumbel noise is a sample of the policy.
        actions = (logits - self._noise.log().neg().log()).argmax(dim=1)
        self._choices.copy_(actions.to(torch.int32), non_blocking=True)
        self._actions.copy_(actions)
        self._neglogps.copy_(F.cross_entropy(logits, actions, reduction="none"))
        self._values.copy_(values)

    def play(self, rollout):
        """Fill a Rollout of its games. Returns the total rewards of the episodes that ended."""
        num_steps, ended = len(rollout.actions), []
        rewards, dones = np.zeros((2, *rollout.rewards.shape), np.float32)
        with _on(self._stream):
            for t in range(num_steps + 1):
                earned, observed, firsts = self._games.observe()
                self._frames.numpy()[...] = observed["rgb"]
                self._noise.uniform_(generator=self._generator)
                self._look()
                rollout.values[t] = self._values
                if t > 0:
                    rewards[t - 1], dones[t - 1] = earned, firsts
                    self._episode_rewards += earned
                    ended += list(self._episode_rewards[firsts])
                    self._episode_rewards[firsts] = 0
                if t < num_steps:
                    rollout.observations[t] = self._observations
                    rollout.actions[t] = self._actions
                    rollout.neglogps[t] = self._neglogps
                    _wait_for(self._stream)
                    self._games.act(self._choices.numpy())
            rollout.rewards.copy_(torch.from_numpy(rewards * REWARD_SCALE))
            rollout.dones.copy_(torch.from_numpy(dones))
            _wait_for(self._stream)
        return ended


class Actor:
    """Plays with its own copy of a network, in threads of its own: while one player waits, others go on."""

    def __init__(self, make_games, num_envs, num_players, device, seed):
        self._network, size = ClearNetwork(device), num_envs // num_players
        network = self._network.compiled()
        self._players = [
            Player(make_games(size, number), size, network, device, seed + number) for number in range(num_players)
        ]
        self._threads = concurrent.futures.ThreadPoolExecutor(num_players)
        self._playing = []

    def begin(self, rollout, network):
        """Begin to fill a Rollout with a network's parameters as they are now."""
        self._network.load_state_dict(network.state_dict())
        if self._network.value.weight.is_cuda:
            torch.cuda.synchronize()
        parts = zip(*(values.chunk(len(self._players), dim=1) for values in rollout))
        self._playing = [
            self._threads.submit(player.play, Rollout(*part)) for player, part in zip(self._players, parts)
        ]

    def finish(self):
        """Wait for what was begun. Returns the total rewards of the episodes that ended."""
        return [reward for player in self._playing for reward in player.result()]


def advantages_of(rollout):
    """Generalised advantage estimates (T, N)."""
    advantages = torch.empty_like(rollout.rewards)
    following = torch.zeros_like(rollout.rewards[0])
    for t in reversed(range(len(rollout.rewards))):
        going_on = 1 - rollout.dones[t]
        delta = rollout.rewards[t] + GAMMA * going_on * rollout.values[t + 1] - rollout.values[t]
        advantages[t] = following = delta + GAMMA * LAMBDA * going_on * following
    return advantages


class Learner:
    """Improves a network by PPO, from copies of rollouts that stay in one place, as CUDA graphs need it.

    Rollouts are played by the parameters from before the last call of `learn`. So ratios are taken to the policy as it
    is when the call begins, and the objective is weighted by how much likelier that makes an action than it was when it
    was played: the decoupled objective of Hilton et al. 2021 ("Batch size-invariance for policy optimization"). Clipped
    against the policy that played, a large step leaves nothing to the next, which finds itself at the clip range.
    """

    STATISTICS = ("value_loss", "entropy", "clip_fraction")

    def __init__(self, network, optimizer, num_frames, minibatch_size):
        self._network, self._optimizer = network, optimizer
        self._compiled = network.compiled()
        device = network.value.weight.device
        self._stream = _new_stream(device)
        self._observations = torch.zeros((num_frames, 64, 64, 3), dtype=torch.uint8, device=device)
        self._actions = torch.zeros(num_frames, dtype=torch.int64, device=device)
        self._played, self._neglogps, self._values, self._advantages = torch.zeros((4, num_frames), device=device)
        self._rows = torch.zeros(minibatch_size, dtype=torch.int64, device=device)
        self._entropy_coefficient = torch.zeros((), device=device)
        self._sums = torch.zeros(len(self.STATISTICS), device=device)
        self._generator = torch.Generator(device).manual_seed(0)
        self._recorded = False

    @torch.no_grad()
    def _begin(self):
        """Negative log probabilities of the minibatch's actions before this call's first step."""
        logits, _ = self._compiled(self._observations[self._rows])
        self._neglogps[self._rows] = F.cross_entropy(logits, self._actions[self._rows], reduction="none")

    def _step(self):
        rows = self._rows
        logits, values = self._compiled(self._observations[rows])
        log_probabilities = F.log_softmax(logits, dim=1)
        entropy = -(log_probabilities.exp() * log_probabilities).sum(dim=1).mean()
        neglogp = F.nll_loss(log_probabilities, self._actions[rows], reduction="none")
        ratio = (self._neglogps[rows] - neglogp).exp()
        weight = (self._played[rows] - self._neglogps[rows]).exp()
        advantage = self._advantages[rows]
        old_values, returns = self._values[rows], self._values[rows] + advantage
        advantage = (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)
        gain = weight * torch.min(advantage * ratio, advantage * ratio.clamp(1 - CLIP_RANGE, 1 + CLIP_RANGE))
        moved = old_values + (values - old_values).clamp(-CLIP_RANGE, CLIP_RANGE)
        value_loss = 0.5 * torch.max((values - returns) ** 2, (moved - returns) ** 2).mean()
        loss = -gain.mean() + VALUE_COEFFICIENT * value_loss - self._entropy_coefficient * entropy
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), MAX_GRADIENT_NORM)
        self._optimizer.step()
        clipped = ((ratio - 1).abs() > CLIP_RANGE).float().mean()
        self._sums += torch.stack([value_loss.detach(), entropy.detach(), clipped])

    def record(self):
        """Make graphs, once a first `learn` has prepared what is no part of them, such as the optimiser's state.

        No other thread may use the GPU meanwhile.
        """
        if not self._recorded:
            self._begin, self._step = (_as_graph(function, self._stream) for function in (self._begin, self._step))
            self._recorded = True

    def learn(self, rollout, num_epochs, learning_rate, entropy_coefficient):
        """Returns the means of STATISTICS over the minibatches."""
        with _on(self._stream):
            for group in self._optimizer.param_groups:
                group["lr"].fill_(learning_rate)
            self._entropy_coefficient.fill_(entropy_coefficient)
            self._sums.zero_()
            self._observations.copy_(rollout.observations.flatten(0, 1))
            self._actions.copy_(rollout.actions.flatten())
            self._played.copy_(rollout.neglogps.flatten())
            self._values.copy_(rollout.values[:-1].flatten())
            self._advantages.copy_(advantages_of(rollout).flatten())
            self._for_all_rows(self._begin)
            for _ in range(num_epochs):
                self._for_all_rows(self._step)
            _wait_for(self._stream)
            return (self._sums / (num_epochs * (len(self._actions) // len(self._rows)))).tolist()

    def _for_all_rows(self, function):
        order = torch.randperm(len(self._actions), device=self._rows.device, generator=self._generator)
        for rows in order.split(len(self._rows)):
            self._rows.copy_(rows)
            function()
