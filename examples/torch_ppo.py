"""PPO in PyTorch for a GPU that is much faster than the games: what `train_gpu.py` plays and learns with."""

import collections

import torch
import torch.nn.functional as F
from torch import nn
from torch_games import Actor, draw_actions
from torch_machine import as_graph, compiled, new_stream, on, wait_for
from torch_networks import ClearNetwork

GAMMA, LAMBDA = 0.999, 0.95
CLIP_RANGE, VALUE_COEFFICIENT, MAX_GRADIENT_NORM = 0.2, 0.5, 0.5

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


def make_actor(args, options, machine, seed):
    """An Actor that keeps what a Rollout has."""

    def make_stages(network):
        def look(known):
            logits, values = network(known["observations"])
            actions = draw_actions(logits, known["noise"])
            neglogps = F.cross_entropy(logits, actions, reduction="none")
            return {"actions": actions, "neglogps": neglogps, "values": values}

        return {"agent": look}

    return Actor(args, ClearNetwork(machine.device, machine.dtype), make_stages, options, machine, seed)


def finish(actor, rollout, reward_scale):
    """Wait for what the actor plays into a Rollout. Returns the total rewards, unscaled, of episodes that ended."""
    rewards, dones, returns = actor.finish()
    if rewards is not None:
        rollout.rewards.copy_(torch.from_numpy(rewards * reward_scale))
        rollout.dones.copy_(torch.from_numpy(dones))
    return returns


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

    def __init__(self, network, optimizer, machine, num_frames, minibatch_size):
        self._network, self._optimizer = network, optimizer
        self._compiled, self._machine = compiled(network, machine), machine
        device = machine.device
        self._stream = new_stream(machine)
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
            self._begin, self._step = (
                as_graph(function, self._stream, self._machine) for function in (self._begin, self._step)
            )
            self._recorded = True

    def learn(self, rollout, num_epochs, learning_rate, entropy_coefficient):
        """Returns the means of STATISTICS over the minibatches."""
        with on(self._stream):
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
            wait_for(self._stream)
            means = self._sums / (num_epochs * (len(self._actions) // len(self._rows)))
            return dict(zip(self.STATISTICS, means.tolist()))

    def _for_all_rows(self, function):
        order = torch.randperm(len(self._actions), device=self._rows.device, generator=self._generator)
        for rows in order.split(len(self._rows)):
            self._rows.copy_(rows)
            function()
