import numpy as np

from understanding_rl_vision.pictures.frames import write_frames
from understanding_rl_vision.pictures.sheets import SheetLayout


class Kept:
    """In the place of an ImageWriter."""

    def __init__(self):
        self.images = {}

    def write(self, name, image, encode):
        self.images[name] = image


def test_frames_are_written_as_sheets_and_as_a_filmstrip():
    frames = np.random.RandomState(0).randint(256, size=(700, 4, 64, 3)).astype(np.uint8)
    writer = Kept()
    layout = write_frames(writer, ["trajectories/0.png", "scrubs/0.png"], frames, (0.5, 33 / 64))
    assert layout == SheetLayout(width=64, height=4, columns=32, rows=16)
    assert {name: image.shape for name, image in writer.images.items()} == {
        "trajectories/0.png": (64, 2048, 3),
        "trajectories/0-1.png": (6 * 4, 2048, 3),
        "scrubs/0.png": (4, 700, 3),
    }
    # Frame 650 is number 138 on the second sheet: row 4, column 10.
    found = writer.images["trajectories/0-1.png"][4 * 4 : 5 * 4, 10 * 64 : 11 * 64]
    np.testing.assert_array_equal(found, frames[650])
    np.testing.assert_array_equal(writer.images["scrubs/0.png"][:, 650], frames[650, :, 32])


def test_frames_in_unit_floats_become_bytes():
    writer = Kept()
    write_frames(writer, ["0.png", "scrub.png"], np.full((2, 1, 2, 3), 0.5, np.float32), (0, 1))
    assert writer.images["0.png"].dtype == np.uint8 and (writer.images["scrub.png"] == 127).all()
