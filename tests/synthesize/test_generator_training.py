import numpy as np
import pytest

from tests.synthesize.tiny import convolutional_agent, pictures, settings
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util.pickles import save_joblib
from understanding_rl_vision.synthesize import generator_training
from understanding_rl_vision.synthesize.generator_training import (
    Frames,
    GeneratorTraining,
    best_epoch,
    prepare_frames,
    read,
    split,
    train_generator,
)
from understanding_rl_vision.synthesize.learning import losses_of_mean
from understanding_rl_vision.synthesize.losses import GeneratorLosses
from understanding_rl_vision.synthesize.pulls import pull_of_outputs

QUIET = Progress(quiet=True)


@pytest.fixture(scope="module")
def agent():
    return convolutional_agent()


def trained(agent, folder, content=None, **options):
    complete = settings(**dict({"eta": 1e-3}, **options))
    return train_generator(agent, pictures(), complete, str(folder / "generator.jd"), content, QUIET)


@pytest.fixture(scope="module")
def undisturbed(agent, tmp_path_factory):
    return trained(agent, tmp_path_factory.mktemp("undisturbed"), epochs=12, lambda_kl=1e-6)


def test_a_resumed_training_equals_an_undisturbed_one(agent, undisturbed, tmp_path):
    trained(agent, tmp_path, epochs=5, lambda_kl=1e-6)
    content = read(str(tmp_path / "generator.jd"))
    assert len(content["history"]) == 5
    resumed, history, shares = trained(agent, tmp_path, content, epochs=12, lambda_kl=1e-6)
    assert len(history) == 12
    generator, whole, learned = undisturbed
    assert shares == pytest.approx(learned, rel=1e-2)
    for row, expected in zip(history, whole):
        for part in ("training", "held_out"):
            assert row[part] == pytest.approx(expected[part], rel=1e-3)
    for name, values in generator.variables().items():
        np.testing.assert_allclose(resumed.variables()[name], values, rtol=1e-3, atol=1e-5, err_msg=name)


def test_training_learns_and_keeps_the_best_epoch(agent, undisturbed):
    generator, history, _ = undisturbed
    totals = [row["held_out"]["total"] for row in history]
    assert min(totals) < 0.7 * totals[0] and best_epoch(history) == np.argmin(totals)
    # The generator that is handed on is that of the best epoch, by its moving averages.
    frames = prepare_frames(agent, pictures()[16:], settings(), QUIET)
    losses = generator.losses(*frames, np.zeros((4, 3)))
    assert losses.total == pytest.approx(min(totals), rel=1e-3)
    # The change of the outputs counts by how hard it pulls, of all frames.
    eta = 1e-3 / pull_of_outputs(agent, prepare_frames(agent, pictures(), settings(), QUIET))
    assert losses.total == pytest.approx(losses.reconstruction + eta * losses.outputs + 1e-6 * losses.kl, rel=1e-4)


class Scripted:
    """Stands for a generator whose held-out loss falls and rises as a list says; its only variable is its epoch."""

    num_latents = 3

    def __init__(self, totals):
        self._totals = totals
        self.epoch = -1

    def update(self, *batch):
        return GeneratorLosses(1.0, 1.0, 0.0, 0.0)

    def losses(self, *batch):
        self.epoch += 1
        return GeneratorLosses(self._totals[self.epoch], 1.0, 0.0, 0.0)

    def variables(self):
        return {"epoch": np.array(self.epoch)}

    def restore(self, variables):
        self.epoch = int(variables["epoch"])


def scripted(totals, folder, content=None, **options):
    generator = Scripted(totals)
    arrays = Frames(pictures(), np.zeros((20, 8, 8, 1)), np.zeros((20, 5)))
    path = str(folder / "generator.jd")
    done = GeneratorTraining(generator, arrays, settings(**options), path, content)
    done.run(QUIET)
    return generator, done


def test_training_ends_early_when_the_loss_falls_no_more(tmp_path):
    totals = [5.0, 4, 4.5, 3, 3.5, 3.2, 3.1, 1]
    generator, done = scripted(totals, tmp_path, epochs=8, patience=3)
    assert len(done.history) == 7 and best_epoch(done.history) == 3 and generator.epoch == 3
    # More epochs alone do not revive it; more patience does.
    content = read(str(tmp_path / "generator.jd"))
    assert len(scripted(totals, tmp_path, content, epochs=9, patience=3)[1].history) == 7
    generator, done = scripted(totals, tmp_path, content, epochs=8, patience=4)
    assert len(done.history) == 8 and generator.epoch == 7


def test_checkpoints_are_kept_on_the_way(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(generator_training, "save_joblib", lambda content, path: kept.append(len(content["history"])))
    scripted([5.0, 4, 3, 2, 1], tmp_path, epochs=5, save_interval=2)
    assert kept == [2, 4, 5]


def test_a_diverging_training_is_told(tmp_path):
    with pytest.raises(InputError, match="diverged at epoch 2"):
        scripted([1.0, np.nan], tmp_path)


def test_a_generator_of_another_agent_is_refused(agent, tmp_path):
    scripted([2.0, 1.0], tmp_path, epochs=2)
    content = read(str(tmp_path / "generator.jd"))
    with pytest.raises(InputError, match="another agent"):
        trained(agent, tmp_path, content)


def test_a_training_that_has_ended_is_not_prepared_again(agent, undisturbed, tmp_path, monkeypatch):
    generator, history, shares = undisturbed
    outputs = prepare_frames(agent, pictures()[:1], settings(), QUIET).outputs[0]
    of_mean = losses_of_mean(
        *(prepare_frames(agent, pictures()[rows], settings(), QUIET) for rows in split(20, settings()))
    )
    content = {"outputs": outputs, "history": history, "best": generator.variables(), "of_mean": of_mean}
    monkeypatch.setattr(generator_training, "prepare_frames", None)
    again, same, told = trained(agent, tmp_path, content, epochs=12)
    assert same == history and told == pytest.approx(shares)
    np.testing.assert_allclose(again.reconstruct(pictures()), generator.reconstruct(pictures()), atol=1e-5)


def test_plain_training_weighs_all_pixels_alike(agent):
    frames = prepare_frames(agent, pictures(3), settings(saliency=False), QUIET)
    np.testing.assert_allclose(frames.weights, 1 / 64)
    assert np.ptp(prepare_frames(agent, pictures(3), settings(), QUIET).weights) > 0
    assert frames.outputs.shape == (3, 5)


def test_too_few_frames():
    assert split(20, settings()) == (slice(0, 16), slice(16, 20))
    for count, options in ((4, {}), (20, {"held_out": 0.01}), (15, {"batch_size": 16})):
        with pytest.raises(InputError, match="too few frames: {}".format(count)):
            split(count, settings(**options))


def test_outputs_that_are_not_finite(agent, monkeypatch):
    outputs = agent.arrays(pictures(2))
    monkeypatch.setattr(agent, "arrays", lambda _: outputs._replace(value=np.array([0, np.nan])), raising=False)
    with pytest.raises(InputError, match="NaN"):
        prepare_frames(agent, pictures(2), settings(), QUIET)


def test_what_is_no_generator(tmp_path):
    save_joblib({"history": []}, str(tmp_path / "generator.jd"))
    with pytest.raises(InputError, match="is no generator: it lacks settings"):
        read(str(tmp_path / "generator.jd"))
