import numpy as np
import pytest

from understanding_rl_vision.pictures.readable import UnitFloats, as_unit_floats, readable


def test_integers_are_divided_by_255():
    floats = as_unit_floats(np.array([0, 51, 255], np.uint8))
    assert floats.dtype == np.float32
    np.testing.assert_allclose(floats, [0, 0.2, 1])
    np.testing.assert_allclose(as_unit_floats(np.array([0, 255], np.int64)), [0, 1])
    np.testing.assert_array_equal(as_unit_floats(np.array([0, 0.5, 1])), np.float32([0, 0.5, 1]))


def test_images_become_floats_as_they_are_taken_out():
    images = np.random.RandomState(0).randint(256, size=(4, 2, 3, 3)).astype(np.uint8)
    floats = UnitFloats(images)
    assert len(floats) == 4 and floats.shape == images.shape and floats.dtype == np.float32
    for key in (slice(1, 3), 2, (np.array([0, 3]), 1, np.array([2, 0]))):
        np.testing.assert_array_equal(floats[key], as_unit_floats(images)[key])
    taken = floats.reshape(-1, 3).take(np.array([[5, 0], [2, 5]]), axis=0)
    np.testing.assert_array_equal(taken, as_unit_floats(images).reshape(-1, 3)[np.array([[5, 0], [2, 5]])])
    assert [image.tolist() for image in floats] == as_unit_floats(images).tolist()


@pytest.mark.parametrize("channels", [3, 12])
def test_of_colour_frames_the_newest_is_shown(channels):
    images = np.random.RandomState(0).randint(256, size=(2, 4, 5, channels)).astype(np.uint8)
    np.testing.assert_array_equal(readable(images), images[..., -3:])


def test_a_grey_frame_is_shown_in_grey():
    image = np.arange(6, dtype=np.uint8).reshape(1, 2, 3, 1)
    assert readable(image).tolist() == np.concatenate([image] * 3, axis=-1).tolist()


def test_stacked_grey_frames_are_the_newest_tinted_where_something_moved():
    stack = np.full((1, 1, 3, 4), 100, np.uint8)
    stack[0, 0, 1] = [100, 120, 160, 200]
    stack[0, 0, 2] = [200, 180, 120, 100]
    still, appeared, left = readable(stack)[0, 0].tolist()
    assert still == [100, 100, 100]
    # Brighter than it was: red is left as it is, the others are lowered; darker than it was: blue is raised.
    assert appeared == [200, 175, 150]
    assert left == [100, 75, 150]


@pytest.mark.parametrize("channels", [3, 6])
def test_stacked_grey_frames_may_be_as_many_as_colours(channels):
    stack = np.random.RandomState(0).randint(256, size=(2, 4, 5, channels)).astype(np.uint8)
    wider = np.concatenate([stack[..., :1], stack], axis=-1)
    # As any number of them.
    np.testing.assert_array_equal(readable(stack, 1), readable(wider, 1))
    np.testing.assert_array_equal(readable(np.repeat(stack, 3, axis=-1), 3), np.repeat(stack[..., -1:], 3, axis=-1))


def test_tints_stay_within_the_range_of_their_type():
    stack = np.zeros((1, 1, 2, 4), np.uint8)
    stack[0, 0, 0] = [255, 255, 255, 250]
    stack[0, 0, 1] = [255, 0, 0, 0]
    bytes_shown, floats_shown = readable(stack), readable(stack / np.float32(255))
    assert bytes_shown.dtype == np.uint8 and floats_shown.dtype == np.float32
    assert bytes_shown[0, 0].tolist() == [[250, 248, 252], [0, 0, 127]]
    np.testing.assert_allclose(floats_shown * 255, [[[[250, 248.75, 252.5], [0, 0, 127.5]]]], atol=1e-4)
