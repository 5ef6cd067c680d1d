"""Learning an agent's policy and value from what it says of frames that the student meets: what `distil.py` does."""

import collections

import torch
import torch.nn.functional as F
from torch import nn
from torch_games import Actor, draw_actions
from torch_machine import as_graph, compiled, new_stream, on, wait_for
from torch_networks import ClearNetwork

MAX_GRADIENT_NORM = 1
# A GPU is given this many steps at once, so that it does not wait, and no more, so that it can be stopped.
STEPS_AHEAD = 4

Frames = collections.namedtuple("Frames", "observations teacher_logits teacher_values")
Frames.__doc__ = "Tensors (…, 64, 64, 3), uint8, (…, actions) and (…): frames and what the teacher says of them."


def new_frames(shape, num_actions, device):
    """Room for frames, on CPUs of no memory until it is filled."""
    return Frames(
        torch.empty((*shape, 64, 64, 3), dtype=torch.uint8, device=device),
        torch.empty((*shape, num_actions), device=device),
        torch.empty(shape, device=device),
    )


def new_student(num_actions, machine):
    """A `clear` network that has learned nothing but begins with signals of some strength (He et al. 2015).

    As Baselines draws it, each layer passes on less than it gets, and the first thousand steps are lost.
    """
    student = ClearNetwork(machine.device, machine.dtype, num_actions)
    for module in student.trunk.values():
        nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
    nn.init.orthogonal_(student.policy.weight)
    return student


def losses(logits, values, teacher_logits, teacher_values):
    """Means over frames of KL(teacher ‖ student), in nats, and of the squared difference of values."""
    theirs, ours = F.log_softmax(teacher_logits, dim=1), F.log_softmax(logits, dim=1)
    return (theirs.exp() * (theirs - ours)).sum(dim=1).mean(), (values - teacher_values).square().mean()


def make_actor(args, teacher, value_scale, options, machine, seed):
    """An Actor that asks a teacher about each frame, and lets it play the guided episodes."""

    def make_stages(student):
        def look(known):
            logits, _ = student(known["observations"])
            return {"student_logits": logits}

        def ask(known):
            logits, values = asked(known["observations"])
            choosing = torch.where(known["guided"][:, None], logits, known["student_logits"])
            actions = draw_actions(choosing, known["noise"])
            return {"teacher_logits": logits, "teacher_values": value_scale * values, "actions": actions}

        return {"student": look, "teacher": ask}

    asked = compiled(teacher, machine)
    network = ClearNetwork(machine.device, machine.dtype, teacher.policy.out_features)
    return Actor(args, network, make_stages, options, machine, seed)


class Learner:
    """Fits a network to frames in a buffer, a Frames of rounds (R, T, N, …), by Adam.

    value_coefficient: how much a squared difference of values counts beside a nat.
    """

    STATISTICS = ("kl", "value_error")

    def __init__(self, network, optimizer, machine, buffer, batch_size, value_coefficient):
        self._network, self._optimizer, self._machine = network, optimizer, machine
        self._compiled, self._stream = compiled(network, machine), new_stream(machine)
        self._frames = Frames(*(values.flatten(0, 2) for values in buffer))
        self._round_size = buffer.teacher_values[0].numel()
        self._value_coefficient = value_coefficient
        self._rows = torch.zeros(batch_size, dtype=torch.int64, device=machine.device)
        self._sums = torch.zeros(len(self.STATISTICS), device=machine.device)
        self._generator = torch.Generator(machine.device)
        self._has_learned = self._recorded = False

    def _step(self):
        observations, *said = (values[self._rows] for values in self._frames)
        kl, squared = losses(*self._compiled(observations), *said)
        self._optimizer.zero_grad(set_to_none=True)
        (kl + self._value_coefficient * squared).backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), MAX_GRADIENT_NORM)
        self._optimizer.step()
        self._sums += torch.stack([kl.detach(), squared.detach()])

    def record(self):
        """Make a graph, once a first `learn` has prepared what is no part of it, such as the optimiser's state.

        No other thread may use the GPU meanwhile.
        """
        if self._has_learned and not self._recorded:
            self._step = as_graph(self._step, self._stream, self._machine)
            self._recorded = True

    def learn(self, rounds, is_enough, learning_rate, seed):
        """Learn from frames drawn from some of the buffer's rounds, until is_enough(number of steps so far).

        Returns the number of steps and the means of STATISTICS over them; value_error is a root of the mean square.
        """
        self._generator.manual_seed(seed)
        num_steps = 0
        with on(self._stream):
            starts = self._round_size * torch.tensor(rounds, device=self._machine.device)
            for group in self._optimizer.param_groups:
                group["lr"].fill_(learning_rate)
            self._sums.zero_()
            while not is_enough(num_steps):
                rows = torch.randint(
                    len(rounds) * self._round_size, self._rows.shape, generator=self._generator, device=starts.device
                )
                self._rows.copy_(starts[rows // self._round_size] + rows % self._round_size)
                self._step()
                num_steps += 1
                if num_steps % STEPS_AHEAD == 0:
                    wait_for(self._stream)
            self._has_learned = True
            kl, squared = (self._sums / max(1, num_steps)).tolist()
        return num_steps, dict(zip(self.STATISTICS, (kl, squared**0.5)))
