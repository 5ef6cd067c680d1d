"""What a file may ask of the reader: as much as it is long."""

import io
import pickle
import tracemalloc
import zlib

import joblib
import numpy as np
import pytest

from tests.helpers.hostile_pickles import REFUSED, pickled, size
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


@pytest.mark.parametrize("groups, read", [(10, True), (11, False)])
def test_a_dtype_has_a_thousand_fields_at_most(groups, read):
    group = [("f{}".format(number), "u1") for number in range(100)]
    dtype = np.dtype([("g{}".format(number), group) for number in range(groups)])
    if read:
        assert load_joblib(io.BytesIO(pickle.dumps(dtype))) == dtype
    else:
        with pytest.raises(InputError, match="too many fields"):
            load_joblib(io.BytesIO(pickle.dumps(dtype)))


def dtype_opcodes(code, state):
    """Of a dtype; state: opcodes of its subarray, names and fields."""
    text = b"cnumpy\ndtype\n(U" + bytes([len(code)]) + code + b"K\0K\1tR(K\3U\1|" + state
    return text + b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"


BYTE = dtype_opcodes(b"u1", b"NNN")


def array_opcodes(shape, data):
    made = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tU\1btR"
    return made + b"(K\1(" + shape + b"t" + BYTE + b"\x89" + data + b"tb"


@pytest.mark.parametrize("shape", [b"K\3", b"(K\3t"])
def test_the_shape_of_an_array_within_a_dtype_may_be_a_number(shape):
    dtype = dtype_opcodes(b"V3", b"(" + BYTE + shape + b"tNN")
    assert load_joblib(io.BytesIO(pickled(dtype))) == np.dtype(("u1", (3,)))


@pytest.mark.parametrize("count, read", [(10, True), (200, False)])
def test_what_takes_long_to_make_counts_as_steps(count, read):
    names = [b"U\4f%03d" % number for number in range(500)]
    fields = b"".join(name + b"(h\1K\0t" for name in names)
    parts = BYTE + b"q\1(" + b"".join(names) + b"tq\2}(" + fields + b"uq\3"
    dtype = b"cnumpy\ndtype\n(U\2V1K\0K\1tR(K\3U\1|Nh\2h\3K\1K\1K\x10tb"
    content = io.BytesIO(pickled(b"(" + parts + dtype * count + b"t"))
    if read:
        assert len(load_with_placeholders(content)) == count + 3
    else:
        with pytest.raises(InputError, match="more steps"):
            load_with_placeholders(content)


@pytest.mark.parametrize("count, read", [(10, True), (200, False)])
def test_a_list_that_is_taken_again_counts_as_steps(count, read):
    texts = b"](" + b"".join(b"U\4%04d" % number for number in range(10000)) + b"eq\0"
    content = io.BytesIO(pickled(b"(" + texts + b"cbuiltins\nset\nh\0\x85R" * count + b"t"))
    if read:
        assert [len(made) for made in load_joblib(content)] == [10000] * (count + 1)
    else:
        with pytest.raises(InputError, match="more steps"):
            load_joblib(content)


def test_a_dictionary_may_be_made_in_one_opcode():
    assert load_joblib(io.BytesIO(pickled(b"(K\1(K\2K\3K\4K\5dt"))) == (1, {2: 3, 4: 5})


def test_an_array_has_32_dimensions_at_most():
    assert load_joblib(io.BytesIO(pickled(array_opcodes(b"K\1" * 32, b"U\1x")))).shape == (1,) * 32
    with pytest.raises(InputError, match="a shape is damaged"):
        load_joblib(io.BytesIO(pickled(array_opcodes(b"K\1" * 33, b"U\1x"))))


def test_arrays_do_not_copy_the_same_bytes_again_and_again():
    side, data = b"J" + (2**20).to_bytes(4, "little"), b"\x8e" + size(2**20) + b"x" * 2**20 + b"\x94"
    array = array_opcodes(side, b"h\0")
    assert len(load_joblib(io.BytesIO(pickled(b"(" + data + array * 10 + b"t")))) == 11
    with pytest.raises(InputError, match="copies"):
        load_joblib(io.BytesIO(pickled(b"(" + data + array * 30 + b"t")))


# More than any machine has, and less.
@pytest.mark.parametrize("length", [2**31 - 1, 2**23])
def test_what_is_cut_short_takes_no_room(length):
    file = io.BytesIO()
    joblib.dump(np.zeros(10), file)
    array = file.getvalue().replace(b"K\x0a\x85", b"J" + length.to_bytes(4, "little") + b"\x85")
    assert array != file.getvalue()
    text = pickled(b"\x8e" + size(8 * length) + b"x" * 1000)
    for content in (array, text, zlib.compress(array), zlib.compress(text)):
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


@pytest.mark.parametrize("compress", [0, "zlib"])
def test_long_texts_are_read(compress):
    file = io.BytesIO()
    long = [bytes(3 * streams.CHUNK + 1), "x" * (streams.CHUNK + 1)]
    joblib.dump(long, file, compress=compress)
    assert load_joblib(file.seek(0) or file) == long


@pytest.mark.parametrize("count, read", [(4000, True), (4001, False)])
def test_keys_that_are_no_texts_are_4000_at_most(count, read):
    content = io.BytesIO(pickle.dumps(dict.fromkeys(range(count), 0)))
    if read:
        assert len(load_joblib(content)) == count
    else:
        with pytest.raises(InputError, match="more than 4,000 keys"):
            load_joblib(content)


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
