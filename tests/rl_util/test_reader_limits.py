"""What a file may ask of the reader: as much as it is long."""

import io
import pickle
import tracemalloc
import zlib

import joblib
import numpy as np
import pytest

from tests.helpers.hostile_pickles import REFUSED, pickled
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util import streams
from understanding_rl_vision.rl_util.pickles import load_joblib, load_with_placeholders


@pytest.mark.parametrize("opcodes, said", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("read", [load_joblib, load_with_placeholders])
def test_refused(read, opcodes, said):
    if read is load_with_placeholders and said in ("tuple", "complex"):
        # What cannot be a key is a placeholder then.
        assert "<" in repr(read(io.BytesIO(pickled(opcodes))))
        return
    with pytest.raises(InputError, match=said) as raised:
        read(io.BytesIO(pickled(opcodes)))
    assert len(str(raised.value)) < 500


def test_dtype_fields():
    fields = [("x", "<f4"), ("y", [("z", "<i2"), ("w", "S3")])]
    assert load_joblib(io.BytesIO(pickle.dumps(np.zeros(2, fields)))).dtype == np.dtype(fields)


def test_an_array_of_a_stream_that_is_cut_short_takes_no_room():
    file = io.BytesIO()
    joblib.dump(np.zeros(10), file)
    # (10,) becomes (2^31 - 1,).
    plain = file.getvalue().replace(b"K\x0a\x85", b"J\xff\xff\xff\x7f\x85")
    assert plain != file.getvalue()
    for content in (plain, zlib.compress(plain)):
        tracemalloc.start()
        with pytest.raises(InputError):
            load_joblib(io.BytesIO(content))
        assert tracemalloc.get_traced_memory()[1] < 4 * streams.CHUNK
        tracemalloc.stop()


@pytest.mark.parametrize("compress", [0, "zlib", "gzip", "bz2", "xz"])
def test_one_copy_of_an_array_is_made(compress, tmp_path):
    path = str(tmp_path / "array.jd")
    array = np.repeat(np.arange(2**12), 2**9)
    joblib.dump(array.astype(">i8"), path, compress=compress)
    tracemalloc.start()
    read = load_joblib(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(read, array) and read.flags.writeable
    # xz has a dictionary of 8 MB and another copy of it.
    assert peak < 1.25 * array.nbytes + (2 + 24 * (compress == "xz")) * streams.CHUNK


def test_the_room_that_there_is(monkeypatch):
    monkeypatch.setattr(streams, "available_memory", lambda: 40 << 20)
    file = io.BytesIO()
    joblib.dump([np.zeros(30 << 20, np.uint8)], file)
    assert len(load_joblib(file.seek(0) or file)[0]) == 30 << 20
    for compress in (0, "zlib"):
        file = io.BytesIO()
        joblib.dump([np.zeros(30 << 20, np.uint8)] * 1 + [np.ones(30 << 20, np.uint8)], file, compress=compress)
        with pytest.raises(InputError, match="more memory"):
            load_joblib(file.seek(0) or file)


def test_too_little_memory_is_no_damage(monkeypatch):
    def fails(*args):
        raise MemoryError

    monkeypatch.setattr(streams.Source, "read_array", fails)
    file = io.BytesIO()
    joblib.dump(np.zeros(3), file)
    with pytest.raises(InputError, match="too little memory"):
        load_joblib(file.seek(0) or file)
