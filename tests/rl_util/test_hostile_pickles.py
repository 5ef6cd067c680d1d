"""Files made to do harm: nothing of them runs."""

import copyreg
import io
import os
import sys

import joblib
import numpy as np
import pytest

from understanding_rl_vision.errors import InputError, UnsafePickleError
from understanding_rl_vision.rl_util.pickles import load_joblib, load_with_placeholders

ARRAY = np.arange(6, dtype=np.float32).reshape(2, 3)


class Thing:
    """An object with a state, in which there is an array."""

    def __init__(self, **state):
        self.__dict__.update(state)


# What each would do is to make the file `ran`, by way of the module `payload`, which does so when it is imported.
MAKE = "open('ran', 'w').close()"
SYSTEM = b"cposix\nsystem\n(U\x09touch rantR"
EVAL = "cbuiltins\neval\n(U{}{}tR".format(chr(len(MAKE)), MAKE).encode("latin1")
OBJECT_DTYPE = b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb"
HOSTILE = {
    "REDUCE": SYSTEM,
    "REDUCE os": SYSTEM.replace(b"posix", b"os"),
    "REDUCE subprocess": b"csubprocess\ncheck_call\n(](U\x05touchU\x03ranetR",
    "eval": EVAL,
    "import": b"cpayload\nThing\n",
    "import by STACK_GLOBAL": b"\x8c\x07payload\x8c\x05Thing\x93",
    "attribute by STACK_GLOBAL": b"\x8c\x02os\x8c\x06system\x93(U\x09touch rantR",
    "dotted name": b"\x8c\x08builtins\x8c\x15set.__init__.__self__\x93",
    "OBJ": b"(cposix\nsystem\nU\x09touch rano",
    "INST": b"(U\x09touch ranios\nsystem\n",
    "NEWOBJ": b"cpayload\nThing\n(U\x09touch rant\x81",
    "NEWOBJ_EX": b"cpayload\nThing\n(U\x09touch rant}\x92",
    "BUILD": b"cpayload\nThing\n)\x81}U\x01xU\x01ysb",
    "BUILD of a module": b"cos\npath\n}U\x06systemK\x01sb",
    "BUILD of a class": b"cbuiltins\nset\n}U\x06systemK\x01sb",
    "BUILD of a list": b"]}U\x06systemK\x01sb",
    "APPENDS": b"cpayload\nThing\n)\x81(K\x01K\x02e",
    "APPEND": b"cpayload\nThing\n)\x81K\x01a",
    "SETITEMS": b"cpayload\nThing\n)\x81(K\x01K\x02u",
    "SETITEM": b"cpayload\nThing\n)\x81K\x01K\x02s",
    "ADDITEMS": b"cpayload\nThing\n)\x81(K\x01K\x02\x90",
    "as a key": b"}cpayload\nThing\n)\x81K\x02s",
    "in a set": b"\x8f(cpayload\nThing\n)\x81\x90",
    "factory of a defaultdict": b"ccollections\ndefaultdict\ncpayload\nThing\n\x85R",
    "call of a factory": b"ccollections\ndefaultdict\n(" + SYSTEM + b"tR",
    "state of a Namespace": b"cargparse\nNamespace\n)\x81}U\x01a" + SYSTEM + b"sb",
    "state of a Namespace that is no dictionary": b"cargparse\nNamespace\n)\x81" + SYSTEM + b"b",
    "part of a path": b"cpathlib\nPosixPath\n" + EVAL + b"\x85R",
    "_reconstructor": b"ccopyreg\n_reconstructor\n(cpayload\nThing\ncbuiltins\nobject\nNtR",
    "_reconstructor of a name": b"ccopyreg\n_reconstructor\n(cposix\nsystem\ncbuiltins\nobject\nU\x09touch rantR",
    "_reconstructor of nothing": b"ccopyreg\n_reconstructor\n)R",
    "__newobj__": b"ccopyreg\n__newobj__\n(cpayload\nThing\nU\x09touch rantR",
    "partial": b"cfunctools\npartial\n(cposix\nsystem\nU\x09touch rantR)R",
    "getattr": b"cbuiltins\ngetattr\n(cos\npath\nU\x0c__builtins__tR",
    "attrgetter": b"coperator\nattrgetter\n(U\x09os.systemtR(cos\npath\ntR(U\x09touch rantR",
    "map": b"cbuiltins\nlist\n(cbuiltins\nmap\n(cposix\nsystem\n](U\x09touch ranetRtR",
    "memo": b"cposix\nsystem\nq\x050h\x05(U\x09touch rantR",
    "memo of what is deferred": b"cnumpy\ndtype\nq\x050h\x05(U\x02f4K\x00K\x01tRq\x06h\x06h\x06b0",
    "dtype of an object": b"cnumpy\ndtype\n(cpayload\nThing\nK\x00K\x01tR" + OBJECT_DTYPE,
    "dtype by its attribute": b"cnumpy\ndtype\n(cpayload\nThing\n)\x81tR",
    "scalar of an object": b"cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(U\x01OK\x00K\x01tR"
    + OBJECT_DTYPE
    + SYSTEM
    + b"tR",
    "array of objects": b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR"
    b"(K\x01(K\x01tcnumpy\ndtype\n(U\x01OK\x00K\x01tR" + OBJECT_DTYPE + b"\x89]" + SYSTEM + b"atb",
    "persistent id": SYSTEM + b"Q",
    "registered extension": b"\x82\x07",
    "unknown extension": b"\x84\x11\x11\x11\x11",
    "bytes of a size": b"cbuiltins\nbytearray\n(I30000000000\ntR",
    "call of a number": b"K\x01)R",
}


@pytest.fixture
def quarry(tmp_path, monkeypatch):
    """Where `ran` would be made, and the module `payload` lies."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "payload.py").write_text(MAKE + "\nclass Thing: pass\n")
    monkeypatch.setitem(copyreg._extension_cache, 7, os.system)
    yield tmp_path
    assert not (tmp_path / "ran").exists() and "payload" not in sys.modules


@pytest.mark.parametrize("opcodes", HOSTILE.values(), ids=HOSTILE)
def test_nothing_runs(quarry, opcodes):
    def file():
        return io.BytesIO(b"\x80\x04}(\x8c\x05extra" + opcodes + b"\x8c\x05afterK\x07u.")

    try:
        assert load_with_placeholders(file())["after"] == 7
    except InputError as error:
        assert "damaged" in str(error)
    with pytest.raises(InputError):
        load_joblib(file())
    assert set(copyreg._extension_cache) == {7}


def test_nothing_runs_in_the_pickle_of_an_object_array(quarry):
    class Runs:
        def __reduce__(self):
            return eval, (MAKE,)

    for value in (Runs(), Thing(state=Runs()), {"a": Runs()}):
        file = io.BytesIO()
        joblib.dump({"extra": np.array([value, None], object), "after": ARRAY}, file)
        file.seek(0)
        np.testing.assert_array_equal(load_with_placeholders(file)["after"], ARRAY)
        file.seek(0)
        with pytest.raises(UnsafePickleError):
            load_joblib(file)
