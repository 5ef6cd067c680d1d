import os
import threading

import numpy as np
import PIL.Image
import pytest

from understanding_rl_vision.pictures.image_writer import MAX_WAITING, ImageWriter, to_bytes


def test_images_become_bytes_with_fractions_cut_off():
    image = np.array([-0.1, 0, 0.5, 254.9 / 255, 1, 1.5])
    assert to_bytes(image).tolist() == [0, 0, 127, 254, 255, 255]
    for already in (np.array([0, 255], np.uint8), np.array([0, 999], np.uint16)):
        assert to_bytes(already) is already


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("channels, dtype", [(1, np.uint8), (3, np.uint8), (4, np.uint8), (3, np.int64)])
def test_what_is_written_is_read_again(tmp_path, channels, dtype, threads):
    random = np.random.RandomState(0)
    images = [random.randint(256, size=(3, 5, channels)).astype(dtype) for _ in range(MAX_WAITING + 5)]
    with ImageWriter(str(tmp_path), threads) as writer:
        for i, image in enumerate(images):
            writer.write("{}.png".format(i), image)
    assert len(os.listdir(str(tmp_path))) == len(images)
    for i, image in enumerate(images):
        with PIL.Image.open(str(tmp_path / "{}.png".format(i))) as found:
            np.testing.assert_array_equal(np.array(found).reshape(image.shape), image)


def test_what_a_thread_raises_is_raised_at_the_end(tmp_path):
    with pytest.raises(FileNotFoundError):
        with ImageWriter(str(tmp_path)) as writer:
            writer.write("missing/0.png", np.zeros((2, 2, 3), np.uint8))


def test_an_error_inside_is_not_hidden_by_one_of_a_thread(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        with ImageWriter(str(tmp_path)) as writer:
            writer.write("missing/0.png", np.zeros((2, 2, 3), np.uint8))
            raise KeyboardInterrupt


def test_images_are_encoded_as_asked_and_as_bytes(tmp_path):
    with ImageWriter(str(tmp_path)) as writer:
        writer.write("0.png", np.full((1, 2, 1), 0.5), encode=lambda image: image.tobytes() + b"!")
    assert (tmp_path / "0.png").read_bytes() == b"\x7f\x7f!"


def test_a_process_of_one_thread_encodes_in_that_thread(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    threads = []
    with ImageWriter(str(tmp_path)) as writer:
        writer.write("0.png", np.zeros((1, 1, 1)), encode=lambda image: threads.append(threading.get_ident()) or b"")
    assert threads == [threading.get_ident()]


@pytest.mark.parametrize("threads", [1, 2])
def test_images_are_made_in_order_while_the_caller_goes_on(tmp_path, threads):
    done = []

    def work(writer, number):
        writer.write("{}.png".format(number), np.full((1, 1, 1), number, np.uint8))
        done.append(number)
        return 10 * number

    with ImageWriter(str(tmp_path), threads) as writer:
        found = [writer.make(work, writer, number) for number in range(5)]
        assert [one.result() for one in found] == [0, 10, 20, 30, 40]
    assert done == [0, 1, 2, 3, 4] and len(os.listdir(str(tmp_path))) == 5


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_raised_while_images_are_made_is_raised_here(tmp_path, threads):
    def fail():
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        with ImageWriter(str(tmp_path), threads) as writer:
            writer.make(fail)
