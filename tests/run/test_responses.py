"""What layers respond to: windows around objects, ratios of a detector that is known, their intervals, and names."""

import numpy as np
import pytest

from tests.helpers.frozen import frozen_model
from understanding_rl_vision.envs.base import Seen
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.play.objects import check_objects, joined_objects
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.run.measurement import (
    measured_layer,
    read_measurement,
    read_proposed_names,
    write_measurement,
)
from understanding_rl_vision.run.naming import best_of_each, propose_names
from understanding_rl_vision.run.responses import Responses, Tally, around_objects, family, responses, tally
from understanding_rl_vision.tensorflow1 import tf

QUIET = Progress(quiet=True)
SIZE, FRAMES = 32, 60
RED, GREEN = "buzzsaw", "coin"


def detectors(images):
    """A layer at half the size of the images: a channel sees red, one green, one nothing, one everything."""
    small = tf.nn.avg_pool(images, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    weights = tf.constant([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 1]], tf.float32)
    acts = tf.nn.relu(tf.nn.conv2d(small, weights[None, None], [1, 1, 1, 1], "SAME"), name="layer")
    tf.reduce_sum(acts, axis=[1, 2, 3], name="value")


@pytest.fixture(scope="module")
def model():
    return frozen_model((SIZE, SIZE, 3), ["value"], detectors)


@pytest.fixture(scope="module")
def scene():
    """Frames with a square of 2 x 2 pixels of one colour each, and the objects that they show."""
    random = np.random.RandomState(0)
    frames, seen = np.zeros((FRAMES, SIZE, SIZE, 3), np.uint8), []
    for number, frame in enumerate(frames):
        row, column = 2 * random.randint(3, 12, 2)
        kind = number % 3 % 2
        frame[row : row + 2, column : column + 2, kind] = 255
        box = ((column + 1) / SIZE, (row + 1) / SIZE, 1 / SIZE, 1 / SIZE)
        seen.append(Seen(np.array([(RED, GREEN)[kind]], object), np.array([box])))
    return frames, joined_objects(seen, [(0, number // 2) for number in range(FRAMES)])


def measured(model, frames, objects, batch_size=16):
    return tally(model, "layer", frames, objects, batch_size=batch_size, progress=QUIET, stage="objects")


def test_a_detector_is_as_many_times_as_active_around_its_object_as_counting_says(model, scene):
    found = measured(model, *scene)
    assert found.kinds == [RED, GREEN] and found.objects.sum(axis=0).tolist() == [40, 20]
    assert (len(found.observations), found.observations.sum()) == (FRAMES // 2, FRAMES)
    ratio, low, high = responses(found)
    # Of 256 positions one is active, in two of three frames for red; within 5 of 64 pixels there are 3 x 3 of them.
    window = (1 / 9) / (1 / 256)
    np.testing.assert_allclose(ratio[0], [window * 3 / 2, 0], rtol=1e-4)
    np.testing.assert_allclose(ratio[1], [0, window * 3], rtol=1e-4)
    np.testing.assert_allclose(ratio[3], [window, window], rtol=1e-4)
    assert np.isnan(ratio[2]).all()
    assert (low[0, 0] < ratio[0, 0] < high[0, 0]) and low[3, 0] == pytest.approx(high[3, 0])
    np.testing.assert_allclose(responses(measured(model, *scene, batch_size=7)).ratio, ratio, rtol=1e-5)


def test_features_are_measured_along_their_directions(model, scene):
    found = measured(model, *scene)
    ratio, low, _ = responses(found, np.array([[2.0, 0, 0, 0], [1, 1, 0, 0]]))
    np.testing.assert_allclose(ratio[0], responses(found).ratio[0], rtol=1e-5)
    np.testing.assert_allclose(ratio[1], responses(found).ratio[3], rtol=1e-4)
    layer = measured_layer(found, np.array([[2.0, 0, 0, 0], [0, 3, 0, 0]]))
    assert layer["names"] == {"0": RED, "1": GREEN}
    assert layer["channels"]["ratio"][2] == [None, None]
    assert [(best["kind"], best["feature"], best["channel"]) for best in layer["best"]] == [(RED, 0, 0), (GREEN, 1, 1)]


def test_what_nobody_looked_at_counts_for_nothing(model, scene):
    frames, objects = scene
    unseen = [None if number < 20 else Seen(np.zeros(0, object), np.zeros((0, 4))) for number in range(FRAMES)]
    nothing = measured(model, frames, joined_objects(unseen, range(FRAMES)))
    assert nothing.kinds == [] and nothing.observations.sum() == FRAMES - 20
    assert responses(nothing).ratio.shape == (4, 0)


def test_intervals_hold_the_true_ratio_as_often_as_they_say():
    random = np.random.RandomState(1)
    held = 0
    for _ in range(100):
        activity = random.gamma(2, 1, (60, 1, 1)) * 8
        found = Tally([RED], activity, np.ones((60, 1)), np.ones((60, 1)), np.ones(60))
        _, low, high = responses(found)
        held += low[0, 0] <= 16 <= high[0, 0]
    assert 88 <= held <= 99


def test_a_kind_that_one_episode_shows_has_no_interval():
    around, objects = np.zeros((5, 2, 1)), np.zeros((5, 2))
    around[:, 0], objects[:, 0], around[0, 1], objects[0, 1] = 2, 1, 3, 1
    ratio, low, high = responses(Tally([RED, GREEN], around, objects, np.ones((5, 1)), np.ones(5)))
    assert ratio.tolist() == [[2, 3]]
    assert low[0, 0] == high[0, 0] == 2 and np.isnan([low[0, 1], high[0, 1]]).all()


def test_windows_are_what_lies_around_an_object_and_within_the_layer():
    boxes = [[0.5, 0.5, 0, 0], [0.01, 0.99, 0, 0], [0.5, 0.5, 0.25, 0], [0.3, 0.3, 0, 0]]
    weights = around_objects(np.zeros(4, int), np.arange(4), np.array(boxes), (1, 4, 16, 16))[0]
    np.testing.assert_allclose(weights.sum(axis=(1, 2)), 1, rtol=1e-6)
    assert np.argwhere(weights[0]).tolist() == [[7, 7], [7, 8], [8, 7], [8, 8]]
    assert np.argwhere(weights[1]).tolist() == [[15, 0]]
    assert set(np.argwhere(weights[2])[:, 1]) == set(range(4, 12)) and set(np.argwhere(weights[2])[:, 0]) == {7, 8}
    # In a coarse layer the nearest position is around it.
    coarse = around_objects(np.zeros(1, int), np.zeros(1, int), np.array([[0.45, 0.2, 0, 0]]), (1, 1, 4, 4))[0, 0]
    assert np.argwhere(coarse).tolist() == [[0, 1]]


def test_kinds_that_differ_in_direction_are_taken_together_too(model, scene):
    frames, objects = scene
    kinds = ["enemy moving left", "enemy moving right"]
    found = measured(model, frames, dict(objects, kinds=kinds))
    assert found.kinds == kinds + ["enemy"]
    np.testing.assert_allclose(found.objects[:, 2], found.objects[:, :2].sum(axis=1))
    np.testing.assert_allclose(found.around[:, 2], found.around[:, :2].sum(axis=1))
    assert [family(kind) for kind in found.kinds] == ["enemy"] * 3


KINDS = ["buzzsaw", "coin", "enemy moving left", "enemy moving right", "enemy"]


@pytest.mark.parametrize(
    "ratios, low, name",
    [
        ([44, 1, 15, 17, 16], 40, "buzzsaw"),
        ([1, 1, 160, 20, 90], 100, "enemy moving left"),
        # Both directions matter: it is an enemy.
        ([1, 1, 60, 50, 55], 40, "enemy"),
        ([32, 1, 60, 58, 59], 40, None),
        ([4.9, 1, 1, 1, 1], 4, None),
        # So few that it may be chance.
        ([44, 1, 1, 1, 1], 0.5, None),
        ([np.nan] * 5, np.nan, None),
    ],
)
def test_a_name_is_proposed_where_one_kind_stands_out(ratios, low, name):
    rows = np.array([ratios], float)
    found = propose_names(KINDS, Responses(rows, np.full(rows.shape, low), rows))
    assert found == ({} if name is None else {0: name})


def test_features_of_one_kind_are_numbered_from_the_strongest():
    ratio = np.array([[20, 1.0], [1, 50], [60, 1]])
    found = Responses(ratio, ratio * 0.9, ratio * 1.1)
    assert propose_names(KINDS[:2], found) == {0: "buzzsaw 2", 1: "coin", 2: "buzzsaw"}
    none = Responses(np.full((0, 2), np.nan), None, None)
    best = best_of_each(KINDS[:2], none, found)
    assert [(one.feature, one.channel, one.channel_ratio) for one in best] == [(None, 2, 60), (None, 1, 50)]


def test_a_measurement_is_kept_layer_by_layer(tmp_path):
    assert read_measurement(tmp_path) == {}
    write_measurement(str(tmp_path), {"2b": {"names": {"0": "coin"}}})
    write_measurement(str(tmp_path), dict(read_measurement(tmp_path), **{"3a": {"names": {}}}))
    assert read_proposed_names(str(tmp_path), "2b") == {0: "coin"}
    assert read_proposed_names(str(tmp_path), "3a") == read_proposed_names(str(tmp_path), "4a") == {}
    (tmp_path / "measurement.json").write_text("[1")
    with pytest.raises(InputError, match="measure again"):
        read_proposed_names(str(tmp_path), "2b")


def test_objects_that_do_not_fit_are_refused(scene):
    _, objects = scene
    check_objects(objects, FRAMES)
    for wrong in ({}, [], dict(objects, kinds=[RED]), dict(objects, box=objects["box"][:3]), objects):
        with pytest.raises(InputError, match="objects of the observations"):
            check_objects(wrong, FRAMES - (wrong is objects))
