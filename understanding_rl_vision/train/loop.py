"""The training as a whole: play, learn, report, save, and go on from where one was stopped."""

import contextlib
import os
import tempfile
import time
from typing import Any, Optional

import numpy as np

from understanding_rl_vision.agents.checkpoints import VALUE_PARAMS
from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.forecasts import DryRun, Forecast, check_alone
from understanding_rl_vision.options import complete
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import Ranks, launched_communicator
from understanding_rl_vision.sharing import team_of
from understanding_rl_vision.train import saving
from understanding_rl_vision.train.forecast import tell_training
from understanding_rl_vision.train.going_on import reason_to_begin_anew
from understanding_rl_vision.train.logs import Episodes, Logs, explained_variance
from understanding_rl_vision.train.options import (
    PATH_OPTIONS,
    complete_options,
    env_options,
    game,
    given_args,
    options_of_checkpoint,
    with_env_named,
)
from understanding_rl_vision.train.ppo import Learner, PPOLosses
from understanding_rl_vision.train.rewards import RewardProcessor
from understanding_rl_vision.train.rollouts import Rollouts, env_seed, minibatches
from understanding_rl_vision.working_folder import WorkingFolder, working_folder


def train(
    comm: Any = None,
    *,
    save_dir: Optional[PathLike] = None,
    resume: Optional[PathLike] = None,
    load_path: Optional[PathLike] = None,
    quiet: bool = False,
    dry_run: bool = False,
    **options: Any,
) -> str:
    """Train an agent with PPO, as Baselines' PPO2 does, and save checkpoints.

    Parameters
    ----------
    comm : communicator of mpi4py, optional
        Its ranks train together, averaging gradients; None takes all processes that mpiexec started, or trains in this
        one.
    save_dir : path, optional
        Folder to write to; None makes one in the place for temporary files.
    resume : path, optional
        Folder of an earlier training to go on from; its options hold where no others are given, and save_dir is the
        same folder unless given. The curve is that of an uninterrupted training, except for games that begin anew:
        those of coinrun_old and Gymnasium, which cannot be played on from where they were, and where options of the
        game or the number of processes are others. A line says so.
    load_path : path, optional
        Checkpoint whose parameters the training begins with, instead of drawing them; its `args` hold where no other
        options are given. It need not be from `train`: the optimiser starts anew.
    quiet : bool
        No progress bars and no closing line.
    dry_run : bool
        Only say what it will take; nothing is written.
    **options
        env, or env_name, or env_id with env_kind='atari', and others of `train.options.TRAIN_OPTIONS`, or of the
        environment; see docs/options.md.

    Returns
    -------
    str
        save_dir.

    Raises
    ------
    InputError
        What is given cannot be used, or the training diverged.
    MissingPackageError
        The game's package is not installed.

    Notes
    -----
    Writes `checkpoint.jd` (or `checkpoint-N.jd`, N updates, with save_all) every `save_interval` updates and at the
    end, and after every update a row of `progress.csv` and TensorBoard's events.

    References
    ----------
    Schulman et al. 2017, "Proximal Policy Optimization Algorithms", equations 7 and 9.
    """
    ranks = Ranks(comm or launched_communicator())
    with ranks.ending_together(), contextlib.ExitStack() as held:
        held.enter_context(contextlib.suppress(DryRun))
        check_alone(dry_run, ranks.size)
        progress = Progress(quiet=quiet or ranks.rank > 0)
        paths = complete({"save_dir": save_dir, "resume": resume, "load_path": load_path}, PATH_OPTIONS, "train()")
        save_dir, resume, load_path = (paths[name] for name in PATH_OPTIONS)
        options = with_env_named(options)
        if resume and load_path:
            raise InputError(
                "resume={} and load_path={} given. Give resume to go on with a training, or load_path to begin one "
                "with the parameters of a checkpoint.".format(quoted(resume), quoted(load_path))
            )
        content = ranks.broadcast(
            saving.read_last_checkpoint(resume, given_args(options)) if resume and ranks.rank == 0 else None
        )
        first = load_path and ranks.rank == 0
        loaded = ranks.broadcast(saving.read_to_begin_with(load_path, given_args(options), progress) if first else None)
        if content:
            # What a file says of `env` must not make anything.
            options = dict({name: value for name, value in content["args"].items() if name != "env"}, **options)
        elif loaded:
            options = options_of_checkpoint(loaded.args, options)
        settings = complete_options(options)
        working = WorkingFolder(save_dir or resume or tempfile.gettempdir())
        if dry_run:
            save_dir = working.path
        elif ranks.rank == 0:
            save_dir = save_dir or resume or tempfile.mkdtemp(prefix="training-")
            working = held.enter_context(working_folder(save_dir, saving.needed_to_go_on))
            saving.prepare_folder(working.path, content, save_dir)
        save_dir = ranks.broadcast(save_dir)
        seed = env_seed(settings["seed"], ranks.rank, content["training"]["update"] if content else 0)
        env = make_env(*game(settings), settings["num_envs"], seed=seed, **env_options(settings))
        with contextlib.closing(env):
            params = loaded and loaded.params
            training = Training(env, settings, ranks, working.path, content, params, working.push, progress)
            forecast = Forecast(progress, dry_run, team_of(ranks))
            if ranks.rank == 0:
                training.tell(forecast)
            training.run()
        progress.conclude(saving.last_checkpoint_path(save_dir, working.path))
    return os.fspath(save_dir)


class Training:
    """One training, from the start or from the content of a checkpoint.

    Parameters
    ----------
    env
        An Environment with settings["num_envs"] games.
    settings
        Complete options of `train`.
    ranks
        Ranks.
    save_dir
        Folder to write to.
    content
        Content of the checkpoint to go on from, or None.
    params
        Parameters to begin with where there is no such content; None draws them.
    saved
        Function that is called when a checkpoint was written.
    progress
        A Progress; default: one that is shown.
    """

    def __init__(self, env, settings, ranks, save_dir, content=None, params=None, saved=lambda: None, progress=None):
        self._settings, self._progress = settings, progress or Progress()
        self._saved, self._ranks, self._save_dir = saved, ranks, save_dir
        self._random = np.random.RandomState([settings["seed"], ranks.rank])
        self._learner = Learner(
            env.observation_shape,
            env.num_actions,
            settings,
            average=ranks.mean if ranks.size > 1 else None,
            seed=settings["seed"],
        )
        rewards = RewardProcessor(
            settings["reward_processing"], settings["reward_scale"], settings["gamma"], env.num_envs
        )
        self._shape = env.observation_shape
        self._rollouts = Rollouts(env, rewards, self._random)
        self._update, self._frames, self._seconds = 0, 0, 0.0
        self.episodes = Episodes()
        if content:
            self._restore(content)
        else:
            self._learner.restore(*ranks.broadcast((self._begun_with(params), self._learner.optimizer())))

    def tell(self, forecast):
        """Tell what is left of it will take; see `forecasts.Forecast`."""
        steps = self._settings["num_envs"] * self._settings["num_steps"]
        left = (self._settings["timesteps_per_proc"] // steps - self._update) * steps
        tell_training(forecast, self._learner, self._shape, self._settings, max(left, 0), self._save_dir)

    def run(self):
        """Train until the timesteps are played, saving and reporting on rank 0. Raises InputError on divergence."""
        steps = self._settings["num_envs"] * self._settings["num_steps"]
        num_updates = self._settings["timesteps_per_proc"] // steps
        logs = None
        if self._ranks.rank == 0:
            total = self._frames + (num_updates - self._update) * steps * self._ranks.size
            logs = Logs(self._save_dir, self._update, total, self._frames, self._progress.quiet)
        while self._update < num_updates:
            row = self._make_update(steps)
            if logs:
                logs.write(row)
            if self._update % self._settings["save_interval"] == 0 or self._update == num_updates:
                self._save()
        if logs:
            logs.close()

    def params(self):
        """Parameter name → float32 array."""
        return self._learner.params()

    def _make_update(self, steps):
        """Play and learn once. Returns a row for the logs."""
        start = time.monotonic()
        settings = self._settings
        batch, episodes = self._rollouts.play(
            self._learner.evaluate, settings["num_steps"], settings["gamma"], settings["lambda"]
        )
        losses = np.mean(
            [
                self._learner.update(part)
                for _ in range(settings["ppo_epochs"])
                for part in minibatches(batch, settings["num_minibatches"], self._random)
            ],
            axis=0,
        )
        losses = PPOLosses(*(float(loss) for loss in self._ranks.mean(losses)))
        self._update += 1
        if not np.isfinite(losses.policy + losses.value):
            raise InputError(
                "The training diverged at update {}: its losses are not finite. The last checkpoint is kept; "
                "try a smaller learning_rate or reward_scale.".format(self._update)
            )
        self._check_equal_params()
        for ended in self._ranks.gather(episodes):
            self.episodes.extend(ended)
        self._frames += steps * self._ranks.size
        seconds = time.monotonic() - start
        self._seconds += seconds
        return dict(
            self.episodes.summary(),
            update=self._update,
            frames=self._frames,
            seconds=round(self._seconds, 3),
            frames_per_second=round(steps * self._ranks.size / seconds, 1),
            policy_loss=losses.policy,
            value_loss=losses.value,
            entropy=losses.entropy,
            approx_kl=losses.approx_kl,
            clip_fraction=losses.clip_fraction,
            explained_variance=float(explained_variance(batch.values, batch.returns)),
        )

    def _check_equal_params(self):
        if self._ranks.size > 1:
            sums = [float(values.sum(dtype=np.float64)) for values in self.params().values()]
            if any(other != sums for other in self._ranks.gather(sums)):
                raise RuntimeError("The processes' parameters differ after update {}.".format(self._update))

    def _save(self):
        states = self._ranks.gather(self._rollouts.get_state())
        if self._ranks.rank == 0:
            saving.write_checkpoint(
                saving.checkpoint_path(self._save_dir, self._update, self._settings["save_all"]),
                params=self.params(),
                args=self._settings,
                optimizer=self._learner.optimizer(),
                training={
                    "update": self._update,
                    "frames": self._frames,
                    "seconds": self._seconds,
                    "episodes": [tuple(episode) for episode in self.episodes.recent],
                    "num_episodes": self.episodes.count,
                    "states": states,
                },
            )
            self._saved()

    def _begun_with(self, params):
        """Those given, or drawn ones; where an agent without value function is given, that is drawn."""
        drawn = self._learner.params()
        if params and not any(name in params for name in VALUE_PARAMS):
            return dict(params, **{name: drawn[name] for name in VALUE_PARAMS})
        return params or drawn

    def _restore(self, content):
        self._learner.restore(content["params"], content["optimizer"])
        training = content["training"]
        with saving.refusing_damage(self._save_dir):
            self._update = training["update"]
            self._frames = training["frames"]
            self._seconds = training["seconds"]
            self.episodes = Episodes(training["episodes"], training["num_episodes"])
            states = training["states"]
            anew = reason_to_begin_anew(states, self._ranks.size, content["args"], self._settings)
            if anew is None:
                self._rollouts.set_state(states[self._ranks.rank])
            elif self._ranks.rank == 0:
                self._progress.say(anew)
