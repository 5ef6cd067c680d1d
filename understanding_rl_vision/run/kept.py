"""What a run has finished, kept beside its page until that is whole, so that a killed run goes on where it was."""

import functools
import hashlib
import os
import pathlib
import platform
import shutil
import uuid

import numpy as np

import understanding_rl_vision
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pictures.png import encode_picture
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.rl_util.pickles import load_joblib, save_joblib
from understanding_rl_vision.tensorflow1 import tf

# In the folder of what is kept: what the pieces there are made from.
PIECES, MADE_FROM = "pieces", "made_from"


class KeptWork:
    """Finished pieces of work by name.

    Parameters
    ----------
    folder : path or None
        Where they lie; None: nothing is kept.
    base : path
        What the names of files are relative to, unless absolute.
    made_from : str
        Of what they are made, see `made_from`: pieces of anything else are not found.
    types : sequence of types
        Named tuples that they may hold, by the names of which they are read.
    """

    def __init__(self, folder, base, made_from, types=()):
        self._folder, self._base, self._made_from = folder, base, made_from
        self._types = {one.__name__: one for one in (*types, Directions)}

    def find(self, name):
        """What was kept of a piece, or None where that is not whole or made from something else."""
        if self._folder is None or not os.path.exists(self._path(name)):
            return None
        try:
            kept = load_joblib(self._path(name))
            if kept["made_from"] != self._made_from or self._stamps(kept["files"]) != kept["files"]:
                return None
            return self._restored(kept["value"])
        except (InputError, OSError, TypeError, KeyError, ValueError):
            return None

    def keep(self, name, value, files=()):
        """Keep a piece: a value, not None, and files that are whole."""
        if self._folder is not None:
            content = {"made_from": self._made_from, "files": self._stamps(files), "value": _plain(value)}
            save_joblib(content, self._path(name))

    def _path(self, name):
        return os.path.join(self._folder, name + ".jd")

    def _stamps(self, files):
        """File name -> its size and when it was written."""
        status = {name: os.stat(os.path.join(self._base, name)) for name in files}
        return {name: [one.st_size, one.st_mtime_ns] for name, one in status.items()}

    def _restored(self, value):
        """What `_plain` was given."""
        if isinstance(value, dict) and set(value) == {"type", "fields"}:
            return self._types[value["type"]](*map(self._restored, value["fields"]))
        if isinstance(value, dict):
            return {key: self._restored(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(map(self._restored, value))
        return value


def _plain(value):
    """A value as containers and arrays, which are all that a reader of joblib files makes."""
    if isinstance(value, Directions):
        return {"type": "Directions", "fields": [value.channel_dirs, value.features]}
    if hasattr(value, "_fields"):
        return {"type": type(value).__name__, "fields": [_plain(item) for item in value]}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value))
    return value


class PieceWriter:
    """Writes the images of a piece of work, as an ImageWriter does, and keeps the piece when all are written."""

    def __init__(self, writer, kept, name):
        self._writer, self._kept, self._name = writer, kept, name
        self._files = []
        self.make = writer.make

    def write(self, name, image, encode=encode_picture):
        self._files.append(name)
        self._writer.write(name, image, encode)

    def finish(self, value):
        """Keep the piece, of which all images have been given by now. value: what else it is, not None."""
        self._writer.then(self._kept.keep, self._name, value, self._files)


def begin(folder, made_from, progress):
    """Remove from a PartialFolder the pieces of a page that is made from something else; returns their folder."""
    pieces = os.path.join(folder.work, PIECES)
    path = os.path.join(pieces, MADE_FROM)
    if not os.path.exists(path) or pathlib.Path(path).read_text(encoding="utf-8") != made_from:
        for made in (folder.page, pieces):
            _make_empty(made)
        pathlib.Path(path).write_text(made_from, encoding="utf-8")
    elif len(os.listdir(pieces)) > 1:
        progress.say("Going on with what an earlier run has finished: {} pieces.".format(len(os.listdir(pieces)) - 1))
    return pieces


def _make_empty(folder):
    """Make a folder, or remove what is in it."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)


def made_from(value):
    """A text that is the same for the same value, code and libraries.

    value: containers, arrays, texts and numbers. Of anything else, such as a function, nobody knows whether it is the
    same: then it is another text each time.
    """
    try:
        return _digest([value, _code()])
    except TypeError:
        return uuid.uuid4().hex


def file_digest(path):
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(functools.partial(file.read, 2**20), b""):
            digest.update(block)
    return digest.hexdigest()


@functools.lru_cache(maxsize=None)
def _code():
    """What is computed with: this package and the libraries that numbers depend on."""
    package = pathlib.Path(understanding_rl_vision.__file__).parent
    files = {str(path.relative_to(package)): path.read_bytes() for path in package.rglob("*.py")}
    return _digest([files, np.__version__, tf.__version__, platform.python_version(), platform.machine()])


def _digest(value):
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()


def _feed(digest, value):
    """Add a value. Raises TypeError for what is not told by what it holds."""
    if isinstance(value, dict):
        digest.update("{{{}".format(len(value)).encode())
        for key in sorted(value, key=repr):
            _feed(digest, key)
            _feed(digest, value[key])
    elif isinstance(value, (list, tuple)):
        digest.update("[{}".format(len(value)).encode())
        for item in value:
            _feed(digest, item)
    elif isinstance(value, np.ndarray) and value.dtype != object:
        digest.update("a{}{}".format(value.dtype.str, value.shape).encode())
        digest.update(memoryview(np.ascontiguousarray(value).reshape(-1)).cast("B") if value.size else b"")
    elif isinstance(value, bytes):
        digest.update("b{}:".format(len(value)).encode())
        digest.update(value)
    elif isinstance(value, (str, bool, int, float, np.generic, type(None), os.PathLike)):
        text = repr(value.item() if isinstance(value, np.generic) else value)
        digest.update("v{}:{}".format(len(text), text).encode("utf-8", "surrogatepass"))
    else:
        raise TypeError("{} is not told by what it holds".format(type(value)))
