import numpy as np

from understanding_rl_vision.synthesize.novelty import different_pixels, nearest_frames, novelty


def test_the_nearest_frame_has_the_least_mean_squared_error():
    random = np.random.RandomState(0)
    frames = random.randint(0, 256, (600, 4, 4, 3)).astype(np.uint8)
    samples = np.clip(frames[[3, 555, 10]] / 255 + 0.01 * random.randn(3, 4, 4, 3), 0, 1)
    nearest, error = nearest_frames(samples, frames)
    assert list(nearest) == [3, 555, 10]
    np.testing.assert_allclose(error, ((samples - frames[nearest] / 255) ** 2).mean(axis=(1, 2, 3)), rtol=1e-3)


def test_pixels_differ_by_more_than_a_quarter_in_some_channel():
    frames = np.full((1, 2, 2, 3), 0.4)
    samples = frames.copy()
    samples[0, 0, 0, 1] = 0.49  # 22 % more
    samples[0, 0, 1, 1] = 0.51  # 28 % more
    samples[0, 1, 1] = 0.1  # 75 % less, and 30 % of the range
    assert different_pixels(samples, frames) == [0.5]
    assert different_pixels(samples, frames, relative=False) == [0.25]


def test_table_of_shares():
    table = novelty(np.array([0.05, 0.25, 0.45, 0.71]))
    assert table == {10: 0.75, 20: 0.75, 30: 0.5, 40: 0.5, 50: 0.25, 60: 0.25, 70: 0.25}
