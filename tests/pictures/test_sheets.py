import numpy as np
import pytest

from understanding_rl_vision.pictures.sheets import (
    MAX_SIDE,
    attribution_layout,
    frames_per_sheet,
    scrub,
    sheet,
    sheet_layout,
    sheet_name,
)


def frame_on(layout, sheets, t):
    """Frame t as the page finds it."""
    number, place = divmod(t, layout.columns * layout.rows)
    row, column = divmod(place, layout.columns)
    top, left = row * layout.height, column * layout.width
    return sheets[number][top : top + layout.height, left : left + layout.width]


@pytest.mark.parametrize("frames", [1, 5, 32, 33, 512, 1100])
def test_frames_are_found_where_the_layout_says(frames):
    numbered = np.arange(frames * 2 * 3, dtype=np.int32).reshape(frames, 2, 3, 1)
    layout = sheet_layout(3, 2, frames)
    per_sheet = frames_per_sheet(layout)
    sheets = [sheet(numbered[start : start + per_sheet], layout) for start in range(0, frames, per_sheet)]
    assert {one.shape[1] for one in sheets} == {layout.columns * 3}
    for t in range(frames):
        np.testing.assert_array_equal(frame_on(layout, sheets, t), numbered[t])


@pytest.mark.parametrize("width, height", [(64, 64), (210, 160), (512, 512), (2000, 10), (2048, 2048)])
def test_no_side_is_longer_than_browsers_decode(width, height):
    layout = sheet_layout(width, height, 100000)
    assert layout.columns * width <= MAX_SIDE and layout.rows * height <= MAX_SIDE
    assert layout.columns >= 1 and layout.rows >= 1


def test_few_frames_take_no_more_room_than_they_need():
    assert sheet_layout(64, 64, 5) == (64, 64, 5, 1)
    layout = sheet_layout(64, 64, 33)
    assert (layout.columns, layout.rows) == (32, 2)
    assert sheet_layout(64, 64, 512) == sheet_layout(64, 64, 513) == (64, 64, 32, 16)
    # The last sheet has fewer rows.
    assert sheet(np.zeros((3, 64, 64, 3)), layout).shape == (64, 32 * 64, 3)


def test_large_frames_are_few_on_a_sheet_and_small_on_the_filmstrip():
    assert sheet_layout(512, 512, 100) == (512, 512, 2, 2) and sheet_layout(255, 100, 100).columns == 8
    frames = np.repeat(np.repeat(np.arange(6 * 64 * 64).reshape(6, 64, 64, 1) % 250, 8, axis=1), 8, axis=2)
    frames[:, ::2] += 2
    strip = scrub(frames.astype(np.uint8), (42 / 64, 44 / 64))
    np.testing.assert_array_equal(strip, scrub(frames[:, 1::8, ::8].astype(np.uint8), (42 / 64, 44 / 64)) + 1)


def test_sheets_of_attribution_are_small_to_load():
    assert attribution_layout(64, 64, 512) == (64, 64, 32, 1)
    assert attribution_layout(32, 32, 512) == attribution_layout(32, 32, 129) == (32, 32, 32, 4)
    assert attribution_layout(16, 16, 512) == (16, 16, 32, 16)
    assert attribution_layout(512, 512, 3) == (512, 512, 2, 1)


def test_names_of_sheets():
    assert sheet_name("2b_0_v_pos_prin.png", 0) == "2b_0_v_pos_prin.png"
    assert sheet_name("v1.0/0.png", 2) == "v1.0/0-2.png"


@pytest.mark.parametrize(
    "width, scrub_range, columns",
    [
        (64, (42 / 64, 44 / 64), [42, 43]),
        # 42/64 and 44/64 of 8 are 5.25 and 5.5: both round to an even number or down, so one column is taken.
        (8, (42 / 64, 44 / 64), [5]),
        (16, (42 / 64, 44 / 64), [10]),
        (84, (42 / 64, 44 / 64), [55, 56, 57]),
        (8, (0, 1), list(range(8))),
        (8, (1, 1), [7]),
        (1, (0.2, 0.3), [0]),
    ],
)
def test_scrubs_are_the_same_columns_of_every_frame(width, scrub_range, columns):
    frames = np.arange(3 * 2 * width).reshape(3, 2, width, 1)
    strip = scrub(frames, scrub_range)
    assert strip.shape == (2, 3 * len(columns), 1)
    np.testing.assert_array_equal(strip, np.concatenate([frame[:, columns] for frame in frames], axis=1))
