"""Files that hold objects beside what is needed of them: read as placeholders, and nothing of them runs."""

import argparse
import collections
import datetime
import functools
import io
import os
import pathlib
import pickle
import types
import uuid

import joblib
import numpy as np
import pytest

from understanding_rl_vision.errors import InputError, UnsafePickleError
from understanding_rl_vision.rl_util.pickles import load_joblib, load_with_placeholders
from understanding_rl_vision.rl_util.placeholders import Placeholder, placeholders

ARRAY = np.arange(6, dtype=np.float32).reshape(2, 3)


class Thing:
    """An object with a state, in which there is an array."""

    def __init__(self, **state):
        self.__dict__.update(state)


class Mapping(dict):
    pass


class Sequence(list):
    pass


class Pair(collections.namedtuple("Pair", "a b")):
    pass


class Subclass(np.ndarray):
    pass


class WithArguments:
    """Made by NEWOBJ_EX."""

    def __getnewargs_ex__(self):
        return (ARRAY,), {"more": ARRAY}

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


class Kept(pickle.Pickler):
    """Keeps sets outside the file, by persistent ids."""

    def persistent_id(self, value):
        return ("set", sorted(value)) if isinstance(value, set) else None


OBJECTS = [
    Thing(array=ARRAY, other=Thing()),
    Mapping({"a": ARRAY, Thing(): 1}),
    Sequence([ARRAY, 1, 2]),
    Pair(ARRAY, 2),
    WithArguments(),
    ARRAY.view(Subclass),
    np.matrix([[1, 2]]),
    np.ma.masked_array(ARRAY, ARRAY > 2),
    np.array([None, Thing(array=ARRAY), ARRAY], object),
    np.zeros(3, [("x", "O"), ("y", "f4")]),
    np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f4")]),
    np.array(["2020-01-01", "NaT"], "M8[s]"),
    np.zeros(2, [("when", "m8[ms]"), ("what", "f4")]),
    np.dtype([("x", "O")]),
    np.random.RandomState(0),
    np.load,
    np.float32,
    os.getcwd,
    [].append,
    functools.partial(os.getcwd),
    datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
    {"name": datetime.date(2020, 1, 1), "took": datetime.timedelta(1)},
    {frozenset([uuid.UUID(int=1)]), Pair(1, 2)},
    {(Pair(1, 2), uuid.UUID(int=1)): 3},
    collections.defaultdict(os.getcwd, {1: Thing()}),
    collections.Counter("aab"),
    collections.deque([Thing(), ARRAY], 5),
    range(3),
    slice(None),
    NotImplementedError("no"),
    argparse.Namespace(thing=Thing(), path=pathlib.Path("/a")),
    types.SimpleNamespace(a=1),
]


@pytest.mark.parametrize("value", OBJECTS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("write", [joblib.dump, pickle.dump], ids=["joblib", "pickle"])
def test_what_lies_beside_is_read_whatever_it_holds(write, protocol, value):
    """Same or next to it, and the array after it is read to the last byte."""
    file = io.BytesIO()
    write({"extra": [value, value], "text": "after", "array": ARRAY}, file, protocol=protocol)
    file.seek(0)
    content = load_with_placeholders(file)
    assert list(content) == ["extra", "text", "array"] and content["text"] == "after"
    np.testing.assert_array_equal(content["array"], ARRAY)


@pytest.mark.parametrize("protocol", [0, 1])
@pytest.mark.parametrize("value", [Thing(a=1), Mapping(a=1), Pair(1, 2), argparse.Namespace(a=1), {Thing(): 1}])
def test_old_protocols_are_read(protocol, value):
    content = load_with_placeholders(io.BytesIO(pickle.dumps({"extra": value, "after": 7}, protocol)))
    assert content["after"] == 7
    assert content["extra"] == {"a": 1} if type(value) is argparse.Namespace else content["extra"] != value


def test_compressed_files_have_placeholders_too(tmp_path):
    path = str(tmp_path / "value.jd")
    joblib.dump({"extra": np.array([Thing()], object), "array": ARRAY}, path, compress="zlib")
    content = load_with_placeholders(path)
    assert content["extra"].name == "numpy.ndarray of object"
    np.testing.assert_array_equal(content["array"], ARRAY)


def test_a_placeholder_has_the_name_of_its_class_and_nothing_else():
    thing, pair, dtype = pickle_and_read([Thing(array=ARRAY), Pair(1, 2), np.zeros(2, "M8[s]")])
    assert type(thing) is Placeholder and vars(thing) == {"name": Thing.__module__ + ".Thing"}
    assert pair.name == Pair.__module__ + ".Pair" and dtype.name == "numpy.ndarray of datetime64"
    assert not callable(thing)


def pickle_and_read(value, protocol=4):
    return load_with_placeholders(io.BytesIO(pickle.dumps(value, protocol)))


def test_dictionaries_and_paths_of_other_kinds_are_read_as_plain_ones():
    value = {
        "default": collections.defaultdict(os.getcwd, a=[1]),
        "ordered": collections.OrderedDict(a=1),
        "namespace": argparse.Namespace(a=1, nested=argparse.Namespace()),
        "posix": pathlib.PurePosixPath("/logs/1"),
        "windows": pathlib.PureWindowsPath("C:\\logs"),
        "here": pathlib.Path("logs") / "2",
    }
    read = pickle_and_read(value)
    assert read == {
        "default": {"a": [1]},
        "ordered": {"a": 1},
        "namespace": {"a": 1, "nested": {}},
        "posix": "/logs/1",
        "windows": "C:\\logs",
        "here": os.path.join("logs", "2"),
    }
    assert type(read["default"]) is dict and type(read["namespace"]) is dict and not any(placeholders(read))


@pytest.mark.parametrize("module", ["pathlib", "pathlib._local"])
@pytest.mark.parametrize("kind", ["PosixPath", "PurePosixPath", "Path"])
def test_paths_of_every_python_are_text(module, kind):
    crafted = "\x80\x02c{}\n{}\nU\x01/U\x04logs\x86R.".format(module, kind).encode("latin1")
    assert load_with_placeholders(io.BytesIO(crafted)) == "/logs"


def test_shared_objects_stay_shared():
    shared, namespace = [ARRAY], argparse.Namespace(a=1)
    one, same, spaces = pickle_and_read([shared, shared, [namespace, namespace]])
    assert one is same and spaces[0] is spaces[1]


def test_kept_outside_the_file():
    file = io.BytesIO()
    Kept(file, 2).dump({"extra": {1, 2}, "after": 7})
    file.seek(0)
    content = load_with_placeholders(file)
    assert type(content["extra"]) is Placeholder and content["after"] == 7


def test_places_are_written_as_python_writes_them():
    value = {"a": [1, (Thing(),)], "b": {"c": {Thing(): 2}}, "d": 3}
    found = [(place, placeholder.name.split(".")[-1]) for place, placeholder in placeholders(pickle_and_read(value))]
    assert sorted(found) == [("['a'][1][0]", "Thing"), ("['b']['c'][...]", "Thing")]


def test_load_joblib_refuses_names_that_are_not_called():
    for opcodes in (b"]cbuiltins\nset\na", b"]cnumpy\nndarray\na", b"](cnumpy\ndtype\n(U\x02f4K\x00K\x01tRe"):
        with pytest.raises(UnsafePickleError, match=r"\[0\]"):
            load_joblib(io.BytesIO(b"\x80\x02" + opcodes + b"."))


def test_load_joblib_refuses_what_is_read_as_plain_beside_other_things():
    for value in (argparse.Namespace(a=1), pathlib.Path("a"), collections.defaultdict(int)):
        with pytest.raises(UnsafePickleError, match=type(value).__name__):
            load_joblib(io.BytesIO(pickle.dumps([value])))


def test_protocol_5_is_read_by_every_python():
    # {"a": bytearray(b"xy"), "b": 1}, as Python 3.14 writes it by default.
    crafted = b"\x80\x05}(\x8c\x01a\x96\x02\x00\x00\x00\x00\x00\x00\x00xy\x8c\x01bK\x01u."
    assert load_joblib(io.BytesIO(crafted)) == {"a": bytearray(b"xy"), "b": 1}
    with pytest.raises(InputError, match="protocol: 6"):
        load_joblib(io.BytesIO(b"\x80\x06N."))
