import base64
import collections
import io
import os
import pickle
import sys

import joblib
import numpy as np
import pytest

from understanding_rl_vision.errors import InputError, MissingPackageError, UnsafePickleError
from understanding_rl_vision.rl_util.pickles import load_joblib, save_joblib

# `shared_value()` as written by joblib 1.3 with NumPy 1.19 on Python 3.7 (zlib, protocol 3) and by joblib 1.6
# with NumPy 2.3 on Python 3.11 (zlib, protocol 4).
FROM_37 = (
    "eF5lULlOw0AQdS4SliPhvqlD4wJRIiUoHZZcpMGdtWtvsGF9PB9CLpBCE8Jf8KcwXtMx2hlpZt6bmbfLzjuMsdMyDIOj5b0kQoXC"
    "jMsordw09F6VZHadPGQZr54ynqYyY2jffICI3bEzIGJeCk/xPEfP00QW+7yGM2w4vbof8FSib7WtzgoDXUoyX2bY1HtnYLrmFxXB"
    "tv5m6Ixh22lTa3GHna/1J3bnGI6tjqbdY2Tb9uMPmQ6WUWBPOKxWolTy5kYRT7G/di6o0gjSV7lchc9xJOPCFVUhcxxYo1L06xFk"
    "hCVbTihM6ZEvyb+neuUCh811ppdk0oxKVYSN0tzjitPHHAXDWZeQExyvcDLHqeb5OAsaIeEtzmshF3NckpDgv4QroSkxru3S/AWo"
    "sYM4"
)
FROM_311 = (
    "eF5tUD1PwzAQrdMWqk5UfCz8gbJkQIxILepGpAwsjJaduCTgJJadCGVACksp0m297vwu/gxcEhALJ9/pTn7v/J6b0f5z0McLzoEJ"
    "hOPHQupU+nmVmZqbNHrSCmEWtuONtaK+t8IYZXGHF6/YsiaukpEWziGMOxbCYR6LFksgGLtEGIWBFww3NBU2JjKwFfVxWdNNMvnt"
    "CO2tr/B9+4Z3OA+GwK4xDMPbL4quBIMSJUyF1sUzzzJhcAvnvdLuPS50+pBnKi+5rEvlMDiq5LRl9tFbbRZUlnQoG8qP5T7++QVg"
    "a4SzbqPPo8IqP6t0mfZm4MBFQovWenKyGhFlgRtSCizGZAZeevknPTn9RzjLMaz8b+k8lSs="
)


def shared_value():
    return {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "f": np.float32(0.5),
        "d": np.dtype("<i2"),
        "n": None,
    }


def equal(a, b):
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(equal, a, b))
    return type(a) is type(b) and a == b


def values():
    images = np.random.RandomState(0).randint(0, 256, (3, 4, 5), np.uint8)
    fields = np.zeros(3, [("x", "<f4"), ("y", "<i2", (2,))])
    fields["y"] = 7
    return {
        "array": images,
        "fortran": np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        "empty": np.zeros((0, 4), np.float32),
        "zero_dimensions": np.array(3.5),
        "bool": images > 99,
        "text": np.array(["a", "bcd"]),
        "fields": fields,
        "same_array_twice": [images, images],
        "scalars": [np.float32(1.5), np.float32(2.5), np.int64(-3), np.bool_(True), np.str_("x")],
        "dtypes": [np.dtype("uint8"), np.dtype(">f4"), np.dtype(">f4")],
        "containers": collections.OrderedDict(a=(1, [2.5, None]), b={1, "x"}, c=frozenset([3])),
        "more": [collections.deque([1, 2], 3), b"bytes", bytearray(b"more"), 2j, 10**30, True],
    }


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_load_joblib_returns_what_joblib_wrote(tmp_path, protocol):
    path = str(tmp_path / "value.jd")
    joblib.dump(values(), path, protocol=protocol)
    assert equal(load_joblib(path), values())


@pytest.mark.parametrize("compress", ["zlib", "gzip", "bz2", "lzma", "xz"])
def test_load_joblib_reads_compressed_files(tmp_path, compress):
    path = str(tmp_path / "value.jd")
    save_joblib(values(), path, compress=compress)
    assert equal(load_joblib(path), values())


def test_load_joblib_reads_lz4(tmp_path):
    pytest.importorskip("lz4")
    path = str(tmp_path / "value.jd")
    joblib.dump(values(), path, compress="lz4")
    assert equal(load_joblib(path), values())


def test_load_joblib_says_how_to_get_lz4(monkeypatch):
    monkeypatch.setitem(sys.modules, "lz4.frame", None)
    with pytest.raises(MissingPackageError, match="pip install lz4"):
        load_joblib(io.BytesIO(b"\x04\x22\x4d\x18 and so on"))


def test_load_joblib_reads_plain_pickles_of_arrays():
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert equal(load_joblib(io.BytesIO(pickle.dumps(values(), protocol))), values())


@pytest.mark.parametrize("text", [FROM_37, FROM_311], ids=["numpy1", "numpy2"])
def test_load_joblib_reads_files_of_the_other_stack(text):
    assert equal(load_joblib(io.BytesIO(base64.b64decode(text))), shared_value())


def test_load_joblib_gives_native_writable_arrays(tmp_path):
    path = str(tmp_path / "value.jd")
    joblib.dump(np.arange(3, dtype=">i4"), path)
    array = load_joblib(path)
    array += 1
    assert array.dtype.isnative and array.tolist() == [1, 2, 3]


def test_joblib_reads_what_save_joblib_wrote(tmp_path):
    path = str(tmp_path / "new folder" / "value.jd")
    save_joblib(values(), path)
    assert equal(joblib.load(path), values())
    with open(path, "wb") as file:
        save_joblib([1], file)
    assert joblib.load(path) == [1]


class Calls:
    def __init__(self, function, *args):
        self.function, self.args = function, args

    def __reduce__(self):
        return self.function, self.args


class Attributes:
    pass


@pytest.mark.parametrize("function, name", [(os.mkdir, "mkdir"), (eval, "builtins.eval"), (getattr, "getattr")])
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: {"params": [x]}, lambda x: np.array([x, None], object)])
def test_load_joblib_refuses_calls_by_name_and_runs_nothing(tmp_path, function, name, wrap):
    path, target = str(tmp_path / "bad.jd"), str(tmp_path / "made")
    call = {"mkdir": (target,), "builtins.eval": ("__import__('os').mkdir({!r})".format(target),)}.get(
        name, (1, "real")
    )
    joblib.dump(wrap(Calls(function, *call)), path)
    with pytest.raises(UnsafePickleError) as error:
        load_joblib(path)
    assert not os.path.exists(target)
    assert path in str(error.value) and ("object" in str(error.value) or name in str(error.value))


@pytest.mark.parametrize(
    "value",
    [
        Attributes(),
        np.array([None, 1], object),
        np.zeros(2, [("x", "O")]),
        np.dtype(object),
        np.zeros(2, "M8[s]"),
        np.ma.masked_array([1, 2], [True, False]),
        np.matrix([[1]]),
        collections.defaultdict(list),
        np.load,
        np.random.RandomState(0),
    ],
    ids=lambda value: type(value).__name__,
)
def test_load_joblib_refuses_other_objects(tmp_path, value):
    for write in (joblib.dump, lambda value, path: open(path, "wb").write(pickle.dumps(value))):
        path = str(tmp_path / "bad.jd")
        write(value, path)
        with pytest.raises(UnsafePickleError):
            load_joblib(path)


def crafted(*opcodes):
    return io.BytesIO(b"\x80\x02" + b"".join(opcodes) + b".")


DTYPE_O = b"cnumpy\ndtype\n(U\x01OK\x00K\x01tR(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb"


@pytest.mark.parametrize(
    "file",
    [
        crafted(b"cnumpy.core.multiarray\nscalar\n(", DTYPE_O, b"U\x08AAAAAAAAtR"),
        crafted(b"cnumpy.core.numeric\n_frombuffer\n(U\x08AAAAAAAA", DTYPE_O, b"K\x01\x85U\x01CtR"),
        crafted(b"cnumpy\nndarray\n(K\x01\x85U\x01OtR"),
        crafted(b"cnumpy\ndtype\n)\x81(K\x03U\x01|NNNK\x08K\x08K\x00tb"),
        crafted(b"ccollections\nOrderedDict\n)R}U\x05itemsU\x01xsb"),
        crafted(b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}U\x04readU\x01xsb"),
        crafted(b"c_codecs\nencode\n(U\x01xU\x04zlibtR"),
        crafted(b"cbuiltins\nset.__class__\n"),
        crafted(b"U\x01xQ"),
    ],
)
def test_load_joblib_refuses_crafted_pickles(file):
    with pytest.raises(InputError):
        load_joblib(file)


def test_load_joblib_says_what_is_wrong_with_files(tmp_path):
    whole, path = str(tmp_path / "whole.jd"), str(tmp_path / "part.jd")
    with pytest.raises(InputError, match="no file"):
        load_joblib(path)
    with pytest.raises(InputError, match="folder"):
        load_joblib(str(tmp_path))
    for compress in (0, "zlib", "gzip"):
        joblib.dump({"a": np.arange(1000), "b": 1}, whole, compress=compress)
        with open(whole, "rb") as file:
            content = file.read()
        for size in (0, 1, 150, len(content) // 2, len(content) - 1):
            with open(path, "wb") as file:
                file.write(content[:size])
            with pytest.raises(InputError, match="part.jd"):
                load_joblib(path)
    with open(path, "w") as file:
        file.write("not a pickle\n")
    with pytest.raises(InputError, match="not a joblib file"):
        load_joblib(path)


def test_save_joblib_leaves_the_old_file_when_it_fails(tmp_path):
    path = str(tmp_path / "value.jd")
    save_joblib([1], path)
    with pytest.raises(Exception, match="pickle"):
        save_joblib([2, lambda: 0], path)
    assert load_joblib(path) == [1] and os.listdir(str(tmp_path)) == ["value.jd"]


def test_save_joblib_says_what_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Cannot write"):
        save_joblib([1], str(tmp_path / "file" / "value.jd"))
