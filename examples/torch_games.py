"""Games played in threads for a GPU that is much faster than they are: for `train_gpu.py` and `distil.py`."""

import collections
import concurrent.futures
import os

import numpy as np
import torch
from torch_machine import Clock, as_graph, compiled, new_stream, on, wait_for

from understanding_rl_vision.envs import known_options, make_env
from understanding_rl_vision.errors import InputError


def add_game_options(parser, *, num_envs):
    parser.add_argument("--num-envs", type=int, default=num_envs, help="games played at once")
    parser.add_argument(
        "--num-steps", type=int, default=64, help="of every game, played while one set of them is learned"
    )
    parser.add_argument("--groups", type=int, default=4, help="of games, each played from a thread of its own")
    parser.add_argument("--threads", type=int, default=max(1, os.cpu_count() // 3), help="of each group's games")


def game_of(args):
    """What a checkpoint's args say of its game, on levels without end and with rewards as they are."""
    kind, name = args.get("env_kind") or "procgen", args["env_name"]
    known = known_options(kind, name) - {"reward_scale", "num_levels", "start_level", "num_threads"}
    game = {key: value for key, value in args.items() if key in known and value is not None}
    return dict(game, env_kind=kind, env_name=name)


def make_games(args, num_actions, num_envs, seed, num_threads):
    """Games of a checkpoint's args and levels. Raises InputError where they have other actions than its policy."""
    game = game_of(args)
    kind, name = game.pop("env_kind"), game.pop("env_name")
    if "num_threads" in known_options(kind, name):
        game["num_threads"] = num_threads
    if args.get("num_levels"):
        game.update(num_levels=args["num_levels"], start_level=0)
    games = make_env(kind, name, num_envs, seed=seed % 2**31, **game)
    if games.num_actions != num_actions:
        games.close()
        raise InputError(
            "The policy has {} actions, but {} has {}. The checkpoint's 'env_name' must name the game that it was "
            "trained on.".format(num_actions, name, games.num_actions)
        )
    return games


def draw_actions(logits, noise):
    """Samples of the policy: the largest of logits plus Gumbel noise, made of uniform noise."""
    return (logits - noise.log().neg().log()).argmax(dim=1)


class Player:
    """Plays games that move together, from a thread and on a stream of its own.

    stages: name → function of what is known so far, a dictionary of tensors (N, …), to a dictionary of further ones. At
    first known are `observations`, `noise`, uniform, a number for each action, and `guided`, whether the episode is
    one that another plays; in the end `actions` must be. `guided_share`: of the episodes that begin.
    """

    def __init__(self, games, stages, machine, seed):
        self._games, size = games, games.num_envs
        pinned = {"pin_memory": machine.device.type == "cuda"}
        self._frames = torch.zeros((size, *games.observation_shape), dtype=torch.uint8, **pinned)
        self._choices = torch.zeros(size, dtype=torch.int64, **pinned)
        self._guided = torch.zeros(size, dtype=torch.bool, **pinned)
        self._generator = torch.Generator(machine.device).manual_seed(seed)
        self._random = np.random.RandomState(seed % 2**32)
        self._known = {
            "observations": self._frames.to(machine.device),
            "noise": torch.rand((size, games.num_actions), device=machine.device),
            "guided": self._guided.to(machine.device),
        }
        self._returns = np.zeros(size)
        self._started = False
        self.guided_share = 0
        # Its short kernels go before the learner's, for which nobody waits.
        self._stream = new_stream(machine, priority=-1)
        self.clock = Clock(self._stream)
        self._stages = {}
        with on(self._stream), torch.no_grad():
            for name, stage in stages.items():
                self._stages[name] = self._prepared(stage, machine)

    def _prepared(self, stage, machine):
        """The stage as a function without arguments; what it adds to what is known stays where it is."""

        def function():
            return stage(self._known)

        for _ in range(3 if machine.fused else 0):
            function()
        function = as_graph(function, self._stream, machine)
        self._known.update(function())
        return function

    def play(self, rollout):
        """Fill those of a namedtuple's tensors (T, N, …) with whose name something is known, at every step.

        Tensors of T + 1 have it after the last step too. Returns arrays (T, N) of rewards and of whether an episode
        ended, and the list of the total rewards of those episodes that were not guided.
        """
        num_steps = len(rollout.observations)
        kept = {name: values for name, values in rollout._asdict().items() if name in self._known}
        rewards, dones = np.zeros((2, num_steps, self._games.num_envs), np.float32)
        returns = []
        with on(self._stream), torch.no_grad():
            for step in range(num_steps + 1):
                with self.clock.outside("games"):
                    earned, frames, firsts = self._games.observe()
                    self._frames.numpy()[...] = frames
                if step > 0:
                    rewards[step - 1], dones[step - 1] = earned, firsts
                    returns += self._ended(earned, firsts)
                if not self._started:
                    self._begin(np.ones_like(firsts))
                if all(step == len(values) for values in kept.values()):
                    break
                self._think()
                for name, values in kept.items():
                    if step < len(values):
                        values[step] = self._known[name]
                wait_for(self._stream)
                self.clock.settle()
                if step < num_steps:
                    with self.clock.outside("games"):
                        self._games.act(self._choices.numpy())
        return rewards, dones, returns

    def close(self):
        self._games.close()
        # Freed at once: of the views that gym3 has of its arrays Python before 3.11.8 dies in a cycle of garbage.
        del self._games

    def _think(self):
        self._known["observations"].copy_(self._frames, non_blocking=True)
        self._known["guided"].copy_(self._guided, non_blocking=True)
        self._known["noise"].uniform_(generator=self._generator)
        for name, stage in self._stages.items():
            with self.clock.on(name):
                self._known.update(stage())
        self._choices.copy_(self._known["actions"], non_blocking=True)

    def _ended(self, earned, firsts):
        self._returns += earned
        returns = list(self._returns[firsts & ~self._guided.numpy()])
        self._begin(firsts)
        return returns

    def _begin(self, firsts):
        self._started = True
        self._returns[firsts] = 0
        self._guided.numpy()[firsts] = self._random.rand(firsts.sum()) < self.guided_share


class Actor:
    """Plays the game of a checkpoint's args with a network of its own, the student or the agent, in several threads:
    while one player waits, others go on.

    make_stages: function of the network, compiled, to the stages of Players. options: those of `add_game_options`.
    """

    def __init__(self, args, network, make_stages, options, machine, seed):
        if options.num_envs % options.groups:
            raise InputError(
                "--num-envs, {}, must be a multiple of --groups, {}.".format(options.num_envs, options.groups)
            )
        self._network, self._device = network, machine.device
        stages, size = make_stages(compiled(network, machine)), options.num_envs // options.groups
        self.players = []
        for number in range(seed, seed + options.groups):
            games = make_games(args, network.policy.out_features, size, number, options.threads)
            self.players.append(Player(games, stages, machine, number))
        self._threads = concurrent.futures.ThreadPoolExecutor(len(self.players))
        self._playing = []

    def begin(self, rollout, network, guided_share=0):
        """Begin to fill a namedtuple of tensors (T, N, …) with a network's parameters as they are now."""
        for player in self.players:
            player.guided_share = guided_share
        self._network.load_state_dict(network.state_dict())
        if self._device.type == "cuda":
            torch.cuda.synchronize()
        parts = zip(*(values.chunk(len(self.players), dim=1) for values in rollout))
        self._playing = [
            self._threads.submit(player.play, type(rollout)(*part)) for player, part in zip(self.players, parts)
        ]

    def is_playing(self):
        return not all(player.done() for player in self._playing)

    def finish(self):
        """Wait for what was begun. Returns rewards and dones (T, N) and the returns of the episodes that ended."""
        played = [player.result() for player in self._playing]
        if not played:
            return None, None, []
        rewards, dones, returns = zip(*played)
        return np.concatenate(rewards, 1), np.concatenate(dones, 1), [value for some in returns for value in some]

    def close(self):
        """Wait for what was begun and free the games. Those that Python frees by itself, at any time, can lock gym3."""
        self.finish()
        self._threads.shutdown()
        for player in self.players:
            player.close()

    def seconds(self):
        """Seconds of all players together, by what they were spent on."""
        return sum((player.clock.seconds for player in self.players), collections.Counter())
