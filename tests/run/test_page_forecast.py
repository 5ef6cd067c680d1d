"""What a page takes, of made sizes and speeds."""

import itertools

import pytest

from tests.helpers.interfaces import tiny_data
from understanding_rl_vision.evaluate.forecast import evaluation_stages
from understanding_rl_vision.play.speed import EPISODE_STEPS
from understanding_rl_vision.run.features import picture_pixels
from understanding_rl_vision.run.forecast import playing_stages, tell_read
from understanding_rl_vision.run.options import with_defaults
from understanding_rl_vision.run.page_forecast import (
    PageSize,
    PageSpeed,
    attribution_disk,
    guessed_seconds,
    page_stages,
)
from understanding_rl_vision.synthesize.forecast import synthesis_stages
from understanding_rl_vision.train.forecast import training_stages

MULTS = list(itertools.product([0.25, 0.5, 1, 2], [1, 2, 4, 8]))
# The default run of the bundled agent.
SIZE = PageSize(
    trajectories=8,
    frames=512,
    observations=4096,
    frame_bytes=64 * 64 * 3,
    shown_bytes=64 * 64 * 3,
    shapes=[(64, 64, 16), (32, 32, 32), (32, 32, 32), (16, 16, 32), (8, 8, 32)],
    outputs=1,
    features=8,
    pixels=picture_pixels((64, 64), (64, 64), MULTS),
    chosen=0.0625 + 0.25 + 1 + 4,
    single_channels=True,
    batch_size=64,
)
# Of an idle machine of two cores (benchmarks/README.md).
SPEED = PageSpeed(attribution=0.019, attribution_bytes=130_000, value=0.010, frame=3e-4, frame_bytes=6_000, pixel=7e-8)


def by_name(stages):
    return {stage.name: stage for stage in stages}


def test_the_default_run_is_that_of_the_benchmark():
    """By the clock 79 s of attribution, 80 s of directions; 3.6 GB with some 0.6 of libraries; a folder of 638 MB."""
    stages = by_name(page_stages(SIZE, SPEED))
    within = {name: pytest.approx(value, rel=0.4) for name, value in (("memory", 3.0e9), ("disk", 638e6))}
    assert stages["attribution"].seconds == pytest.approx(79, rel=0.4)
    assert stages["directions and features"].seconds == pytest.approx(80, rel=0.4)
    assert max(stage.memory for stage in stages.values()) == within["memory"]
    assert sum(stage.disk for stage in stages.values()) == within["disk"]


def test_temporary_files_of_one_layer_go_before_those_of_the_next():
    shares = [64 * 64, 32 * 32, 32 * 32, 16 * 16, 8 * 8]
    stored = 3 * 512 * 64 * 64 * 9 * 4
    assert attribution_disk(SIZE, 0) == stored
    # The first layer's files with its images; when these are many, all images with the last layer's files.
    assert attribution_disk(SIZE, 1e8) == pytest.approx(stored + 1e8 * shares[0] / sum(shares))
    assert attribution_disk(SIZE, 1e10) == pytest.approx(1e10 + stored * 64 / 4096)
    assert attribution_disk(SIZE._replace(outputs=21), 0) == 21 * stored


def test_time_and_disk_grow_with_the_frames_and_memory_with_what_is_in_flight():
    once, longer = (by_name(page_stages(SIZE._replace(frames=frames), SPEED)) for frames in (2048, 4096))
    assert longer["attribution"].seconds == 2 * once["attribution"].seconds
    assert longer["attribution"].disk == 2 * once["attribution"].disk
    assert longer["attribution"].memory < 1.1 * once["attribution"].memory
    assert longer["directions and features"] == once["directions and features"]
    many = by_name(page_stages(SIZE._replace(trajectories=64, frames=4096), SPEED))
    assert many["attribution"].memory < 1.1 * longer["attribution"].memory
    policy = by_name(page_stages(SIZE._replace(outputs=21), SPEED))
    assert policy["attribution"].memory > by_name(page_stages(SIZE, SPEED))["attribution"].memory


def test_models_that_look_at_the_same_frames_take_attribution_of_each_and_of_the_difference():
    alone, compared = (by_name(page_stages(SIZE._replace(columns=columns), SPEED)) for columns in (1, 3))
    assert compared["attribution"].seconds == 3 * alone["attribution"].seconds
    assert compared["attribution"].disk == pytest.approx(3 * alone["attribution"].disk)
    assert compared["page"].disk == 3 * alone["page"].disk
    for name in ("images of frames", "directions and features"):
        assert compared[name] == alone[name]
    assert guessed_seconds(SIZE._replace(columns=3), 0) > 2 * guessed_seconds(SIZE, 0)

    class Told:
        def worth_measuring(self, seconds):
            return False

        def tell(self, stages, folder, reduce):
            self.stages = by_name(stages)

    def told(**more):
        forecast = Told()
        tell_read(forecast, dict(tiny_data(), **more), options=with_defaults({"nmf_features": 3}), folder=".")
        return forecast.stages

    one, looking = told(), told(compared=[{"trajectories": None}])
    assert looking["attribution"].seconds == 3 * one["attribution"].seconds
    assert looking["images of frames"] == one["images of frames"]


def test_pictures_at_full_resolution_are_as_large_as_those_that_are_drawn():
    """Observations of 512 x 512 are halved so that no picture is finer than 1,024 pixels a side."""
    seen, full = (64, 64), (512, 512)
    side = [picture_pixels(full, seen, [pair]) ** 0.5 for pair in MULTS]
    assert max(side) == 1024 and side[:4] == [128, 256, 512, 1024] and side[-4:] == 4 * [1024]
    assert picture_pixels(full, seen, MULTS) == pytest.approx(16384 + 2 * 65536 + 3 * 262144 + 10 * 1024**2)


def test_full_resolution_takes_larger_pictures_and_observations():
    pixels = picture_pixels((512, 512), (64, 64), MULTS)
    seen, full = (
        by_name(page_stages(size, SPEED))["directions and features"]
        for size in (SIZE, SIZE._replace(shown_bytes=512 * 512 * 3, pixels=pixels))
    )
    # One of eight features of five layers was measured to have 7.39 MB at full resolution, 1.09 MB without.
    assert seen.disk == pytest.approx(40 * 1.09e6, rel=0.2) and full.disk == pytest.approx(40 * 7.39e6, rel=0.2)
    assert full.memory - seen.memory == pytest.approx(4096 * 512 * 512 * 3 * 4 / 3)
    assert full.seconds > seen.seconds + 40 * (pixels - SIZE.pixels) * SPEED.pixel


def test_frames_of_long_trajectories_go_to_the_disk():
    sizes = [SIZE._replace(trajectories=64, frames=frames) for frames in (64, 4096, 8192)]
    short, long, longer = (playing_stages(size, size.frames, 16384, [0.01, 0.02])[0] for size in sizes)
    assert short.memory == 64 * 64 * SIZE.frame_bytes
    assert long.memory == longer.memory < 0.1 * 64 * 4096 * SIZE.frame_bytes
    assert short.disk == 64 * 64 * SIZE.frame_bytes
    assert long.disk == 2 * 64 * 4096 * SIZE.frame_bytes
    assert (long.seconds, longer.seconds) == (40.96, 81.92)
    (found, _), (all_played, _) = (playing_stages(SIZE, 512, 16384, [0.01, 0.02], whole) for whole in (2, None))
    assert found.disk - all_played.disk == (8 + 2) * 512 * SIZE.frame_bytes and found.memory == all_played.memory
    assert playing_stages(SIZE, 512, 16384, [0.01, 0.02])[1].seconds == pytest.approx(327.68)


def test_what_is_short_is_guessed_to_be_short():
    small = SIZE._replace(trajectories=2, frames=32, observations=32)
    assert guessed_seconds(small, 500) < 60 < guessed_seconds(SIZE, 528_384)


def test_an_evaluation_of_more_models_takes_longer():
    (one,) = evaluation_stages(["a"], 1000, 64, 0.03)
    assert one.seconds == pytest.approx(1000 * EPISODE_STEPS / 64 * 0.03)
    assert len(evaluation_stages(["a", "b"], 1000, 64, 0.03)) == 2
    assert one.shares == 1000


def test_processes_share_layers_and_trajectories():
    stages = by_name(page_stages(SIZE, SPEED))
    layers = sum(0.25**i for i in range(len(SIZE.shapes)))
    assert stages["directions and features"].shares == layers
    assert stages["attribution"].shares == layers * SIZE.trajectories
    assert stages["images of frames"].shares == stages["page"].shares == 1


def test_a_training_learns_from_each_frame_some_times():
    settings = {"num_envs": 64, "num_steps": 256, "num_minibatches": 8, "save_interval": 10, "save_all": False}
    stages = [
        by_name(training_stages((64, 64, 3), dict(settings, ppo_epochs=epochs), 10**6, 1e-3, 10**6))
        for epochs in (1, 3)
    ]
    assert stages[1]["learning"].seconds == pytest.approx(3 * stages[0]["learning"].seconds)
    assert stages[1]["playing"] == stages[0]["playing"]
    every = by_name(training_stages((64, 64, 3), dict(settings, ppo_epochs=1, save_all=True), 10**7, 1e-3, 10**6))
    assert every["playing"].disk > 50 * 10**6
    # Each process plays so many frames.
    three = by_name(training_stages((64, 64, 3), dict(settings, ppo_epochs=1), 10**6, 1e-3, 10**6, processes=3))
    for name, stage in three.items():
        assert stage.seconds == pytest.approx(3 * stages[0][name].seconds) and stage.shares == 3


def test_the_papers_synthesis_takes_days():
    settings = {"num_frames": 10_000, "epochs": 2000, "filters": 32, "num_samples": 16, "steps": 200}
    settings.update(frames_path=None, resume=False)
    stages = by_name(synthesis_stages((84, 84, 3), settings, 2, 1))
    assert stages["training, at most"].seconds > 20 * 3600
    assert by_name(synthesis_stages((84, 84, 3), settings, 2, 3))["training, at most"].seconds > 60 * 3600
    assert by_name(synthesis_stages((84, 84, 3), dict(settings, resume=True), 2, 1))["playing"].seconds == 0
