"""Joblib files, read without running anything that is in them.

NumPy arrays, scalars and dtypes, and Python's plain containers are built by a reader of their own (`unpickling`).
Everything else is refused by name, or, where what is needed lies beside it, read as inert placeholders.
"""

import contextlib
import gc
import os
from typing import Any, BinaryIO, Union

from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.errors import UnsafePickleError
from understanding_rl_vision.files import here, replacing
from understanding_rl_vision.later import joblib
from understanding_rl_vision.rl_util.placeholders import check_nesting, placeholders
from understanding_rl_vision.rl_util.refusals import refusals
from understanding_rl_vision.rl_util.streams import Source, decompressed
from understanding_rl_vision.rl_util.unpickling import ACCEPTED, Unpickler


@contextlib.contextmanager
def _without_collections():
    """Garbage is not looked for meanwhile: among many containers that takes longer than to make them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def unpickled(unpickler):
    """The one value of an Unpickler's source, whose containers lie neither deep nor again and again in one another."""
    with _without_collections():
        value = unpickler.load()
    check_nesting(value)
    return value


def read_joblib(file, with_placeholders, on_disk=False):
    """`load_joblib` or `load_with_placeholders` of an open file, where whatever is wrong is raised as it is.

    on_disk: whether large arrays are to be in temporary files.
    """
    source = Source(decompressed(file), on_disk)
    value = unpickled(Unpickler(source, with_placeholders))
    source.read_byte(1)  # At its end a compressed file's checksum is verified.
    if not with_placeholders:
        for place, placeholder in placeholders(value):
            raise UnsafePickleError(
                "It holds {} in {}; {}.".format(placeholder.name, place or "place of all", ACCEPTED)
            )
    return value


def load_joblib(url_or_handle: Union[PathLike, BinaryIO], *, cache: Any = None) -> Any:
    """Read a joblib file, plain or compressed, written with any NumPy and any Python 3, without running anything.

    Parameters
    ----------
    url_or_handle : path or binary file
        A file has to be seekable.
    cache
        As in lucid.scratch.rl_util, for remote files only.

    Returns
    -------
    object
        Made of NumPy arrays (no object arrays), scalars, dtypes, numbers, strings, bytes and plain containers.

    Raises
    ------
    UnsafePickleError
        The file holds anything else.
    InputError
        The file is missing or damaged.
    """
    return _load(url_or_handle, with_placeholders=False)


def load_with_placeholders(path_or_file):
    """`load_joblib` for files that may hold objects of any kind beside what is needed of them.

    Namespaces and defaultdicts are read as dictionaries, paths as text, and each other object as a
    `Placeholder`, which has the name of its class and nothing else.
    """
    return _load(path_or_file, with_placeholders=True)


def load_large(path):
    """`load_joblib`, with large arrays in temporary files (see `large_arrays`)."""
    return _load(path, with_placeholders=False, on_disk=True)


def _load(path_or_file, with_placeholders, on_disk=False):
    path = getattr(path_or_file, "name", path_or_file)
    if isinstance(path_or_file, (str, os.PathLike)):
        path_or_file = here(path_or_file)
    with refusals(path, "a joblib file (.jd)", "Write it again with joblib.dump."):
        if hasattr(path_or_file, "read"):
            return read_joblib(path_or_file, with_placeholders, on_disk)
        with open(path_or_file, "rb") as file:
            return read_joblib(file, with_placeholders, on_disk)


def save_joblib(value: Any, url_or_handle: Union[PathLike, BinaryIO], **kwargs: Any) -> None:
    """Write a value with joblib.dump: to a path, whole or not at all, or to an open binary file.

    Parameters
    ----------
    value : object
    url_or_handle : path or binary file
    **kwargs
        Options of joblib.dump, such as `compress`.

    Raises
    ------
    InputError
        The path cannot be written.
    """
    if hasattr(url_or_handle, "write"):
        joblib.dump(value, url_or_handle, **kwargs)
        return
    with replacing(url_or_handle) as file:
        joblib.dump(value, file, **kwargs)
