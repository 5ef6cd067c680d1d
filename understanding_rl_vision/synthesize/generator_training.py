"""Training a generator: epochs, early stopping, and going on from a checkpoint."""

import collections

import numpy as np

from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices
from understanding_rl_vision.rl_util.pickles import load_joblib, save_joblib
from understanding_rl_vision.synthesize.generator import Generator
from understanding_rl_vision.synthesize.learning import learned, losses_of_mean
from understanding_rl_vision.synthesize.losses import GeneratorLosses
from understanding_rl_vision.synthesize.picture_agent import flat
from understanding_rl_vision.synthesize.pulls import pull_of_outputs
from understanding_rl_vision.synthesize.saliency import saliency_weights, uniform_weights

# What the network is made of: the same in a checkpoint and in the training that goes on from it.
SHAPE_OPTIONS = ("filters", "latents", "batch_size", "held_out")

Frames = collections.namedtuple("Frames", "pictures weights outputs")
Frames.__doc__ = """What a generator learns from: pictures (N, H, W, C), weights (N, H, W, k), outputs (N, columns)."""


def prepare_frames(agent, pictures, settings, progress):
    """Frames of pictures (N, H, W, C) in the order of time: weights and the agent's outputs are computed once.

    Raises InputError where an output is not finite.
    """
    outputs = flat(agent.arrays(pictures), np.concatenate)
    if not np.isfinite(outputs).all():
        raise InputError("The agent's outputs for the frames hold NaN or infinite values; give another checkpoint.")
    weights = (
        saliency_weights(agent, pictures, progress=progress) if settings["saliency"] else uniform_weights(pictures)
    )
    return Frames(pictures, weights, outputs)


def train_generator(agent, pictures, settings, path, content, progress):
    """A Generator that has learned from pictures (N, H, W, C), the history of its training, and what it has learned.

    The last are shares, see `learning.learned`.

    settings: complete options. path: of the checkpoint. content: what `read` returned of it, to go on with, or None.
    Raises InputError where that is of another agent, and on divergence.
    """
    if content:
        _check_same_agent(content, agent, pictures, path)
        if _ended(content["history"], settings):
            generator = Generator(agent, pictures.shape[1:], settings)
            generator.restore(content["best"])
            return generator, content["history"], learned(content["history"], content["of_mean"])
    frames = prepare_frames(agent, pictures, settings, progress)
    eta = settings["eta"] and settings["eta"] / pull_of_outputs(agent, frames)
    generator = Generator(agent, pictures.shape[1:], dict(settings, eta=eta))
    training = GeneratorTraining(generator, frames, settings, path, content)
    training.run(progress)
    return generator, training.history, learned(training.history, training.of_mean)


def _check_same_agent(content, agent, pictures, path):
    outputs = flat(agent.arrays(pictures[:1]), np.concatenate)[0]
    if content["outputs"].shape != outputs.shape or not np.allclose(content["outputs"], outputs, rtol=1e-3, atol=1e-3):
        raise InputError(
            "The generator {} was trained for another agent. Give the checkpoint of that, or start anew in another "
            "folder.".format(path)
        )


def best_epoch(history):
    """The epoch, counted from 0, whose held-out loss is lowest."""
    return int(np.argmin([row["held_out"]["total"] for row in history]))


def _ended(history, settings):
    """Whether a training is over: by its last epoch, or because the held-out loss has not fallen for long enough."""
    if not history:
        return False
    return len(history) >= settings["epochs"] or len(history) - 1 - best_epoch(history) >= settings["patience"]


def split(num_frames, settings):
    """Slices of the frames to train on and of those held out, which are the last.

    Raises InputError where that leaves less than a batch, or nothing held out.
    """
    held_out = int(round(num_frames * settings["held_out"]))
    if num_frames - held_out < settings["batch_size"] or held_out < 1:
        raise InputError(
            "There are too few frames: {}, of which {} are held out; at least a batch of {} to train on and one held "
            "out are needed. Give more frames, or a smaller batch_size.".format(
                num_frames, held_out, settings["batch_size"]
            )
        )
    return slice(0, num_frames - held_out), slice(num_frames - held_out, num_frames)


class GeneratorTraining:
    """A training of a generator, from the start or from the content of a checkpoint.

    generator: Generator. frames: Frames. settings: complete options. path: of the checkpoint. content: see `read`.
    history, an attribute: for each epoch a dict of the means of GeneratorLosses of training and of held-out frames.
    of_mean, another: see `learning.losses_of_mean`.
    """

    def __init__(self, generator, frames, settings, path, content=None):
        self._generator = generator
        self._settings = settings
        self._path = path
        training, held_out = split(len(frames.pictures), settings)
        self._training = Frames(*(array[training] for array in frames))
        self._held_out = Frames(*(array[held_out] for array in frames))
        self.of_mean = losses_of_mean(self._training, self._held_out)
        self._random = np.random.RandomState(settings["seed"])
        self.history = []
        self._best = None
        self._outputs = frames.outputs[0]
        if content:
            self.history = list(content["history"])
            self._best = content["best"]
            self._random.set_state(content["random"])
            generator.restore(content["variables"])

    def run(self, progress):
        """Train until the last epoch or until the held-out loss has not fallen for `patience` epochs.

        The generator then has the variables of the best epoch. Raises InputError on divergence; a checkpoint is kept
        every `save_interval` epochs and at the end.
        """
        left = range(len(self.history), self._settings["epochs"])
        for _ in progress.track(left, "training the generator"):
            if _ended(self.history, self._settings):
                break
            self._make_epoch()
            if len(self.history) % self._settings["save_interval"] == 0:
                self._save()
        self._save()
        self._generator.restore(self._best)

    def _make_epoch(self):
        size = self._settings["batch_size"]
        count = len(self._training.pictures)
        order = self._random.permutation(count)
        # As many whole batches as there are: batch normalisation wants them of one size.
        losses = [
            self._generator.update(*self._batch(self._training, order[rows]))
            for rows in batch_slices(count // size * size, size)
        ]
        row = {"training": _means(losses), "held_out": self._held_out_losses()}
        if not np.isfinite(row["training"]["total"] + row["held_out"]["total"]):
            raise InputError(
                "The generator's training diverged at epoch {}: its losses are not finite. Try a smaller "
                "learning_rate.".format(len(self.history) + 1)
            )
        self.history.append(row)
        if best_epoch(self.history) == len(self.history) - 1:
            self._best = self._generator.variables()

    def _batch(self, frames, rows):
        noise = self._random.standard_normal((len(rows), self._generator.num_latents))
        return [array[rows] for array in frames] + [noise]

    def _held_out_losses(self):
        """Means over the held-out frames, of their latents' means."""
        parts, counts = [], []
        for rows in batch_slices(len(self._held_out.pictures), DEFAULT_BATCH_SIZE):
            batch = [array[rows] for array in self._held_out]
            noise = np.zeros((len(batch[0]), self._generator.num_latents))
            parts.append(self._generator.losses(*(batch + [noise])))
            counts.append(len(noise))
        return _means(parts, counts)

    def _save(self):
        content = {
            "settings": self._settings,
            "outputs": self._outputs,
            "history": self.history,
            "of_mean": self.of_mean,
            "variables": self._generator.variables(),
            "best": self._best,
            "random": self._random.get_state(),
        }
        save_joblib(content, self._path)


def _means(losses, counts=None):
    return dict(zip(GeneratorLosses._fields, (float(mean) for mean in np.average(losses, axis=0, weights=counts))))


def read(path):
    """The content of a checkpoint that GeneratorTraining wrote. Raises InputError where it is none."""
    content = load_joblib(path)
    missing = [
        key
        for key in ("settings", "outputs", "history", "of_mean", "variables", "best", "random")
        if not isinstance(content, dict) or key not in content
    ]
    if missing:
        raise InputError("{} is no generator: it lacks {}. Start anew without resume.".format(path, ", ".join(missing)))
    damaged = [key for key, fits in _CONTENT.items() if not fits(content[key])]
    if damaged:
        raise InputError(
            "{} is a damaged generator: its {}. Start anew without resume.".format(path, ", ".join(damaged))
        )
    return content


def _is_history(value):
    try:
        return isinstance(value, list) and all(0 <= row["held_out"]["total"] < np.inf for row in value)
    except (LookupError, TypeError, ValueError):
        return False


def _is_random(value):
    try:
        np.random.RandomState().set_state(value)
    except (LookupError, TypeError, ValueError):
        return False
    return True


_CONTENT = {
    "settings": lambda value: isinstance(value, dict) and not any(isinstance(v, np.ndarray) for v in value.values()),
    "outputs": lambda value: isinstance(value, np.ndarray) and value.dtype.kind == "f",
    "history": _is_history,
    "variables": lambda value: isinstance(value, dict),
    "best": lambda value: value is None or isinstance(value, dict),
    "random": _is_random,
}


def check_same_game(content, settings, path):
    """Raise InputError where settings let the agent be played otherwise than for a checkpoint's content."""
    for name in AGENT_OPTIONS:
        if (content["settings"].get(name) or {}) != (settings[name] or {}):
            raise InputError(
                "{}={} given, but the frames of the generator {} were played with {}. Leave it out, or start anew "
                "in another folder.".format(
                    name, quoted(settings[name]), path, quoted(content["settings"].get(name, {}))
                )
            )


def check_same_shape(content, settings, path):
    """Raise InputError where settings make another network than that of a checkpoint's content."""
    for name in SHAPE_OPTIONS:
        if content["settings"].get(name) != settings[name]:
            raise InputError(
                "{}={} given, but the generator {} was trained with {}. Leave it out, or start anew in another "
                "folder.".format(name, quoted(settings[name]), path, quoted(content["settings"].get(name)))
            )
