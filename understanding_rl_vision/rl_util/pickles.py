"""Joblib files, read without running anything that is in them.

NumPy arrays, scalars and dtypes, and Python's plain containers are built by a reader of their own (`unpickling`).
Everything else is refused by name, or, where what is needed lies beside it, read as inert placeholders.
"""

import contextlib
import gc
from typing import Any, BinaryIO, Union

import joblib

from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.errors import InputError, UnsafePickleError
from understanding_rl_vision.files import replacing
from understanding_rl_vision.rl_util.placeholders import check_nesting, placeholders
from understanding_rl_vision.rl_util.streams import Source
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


def _read(file, with_placeholders):
    source = Source(file)
    with _without_collections():
        value = Unpickler(source, with_placeholders).load()
    source.read_byte(1)  # At its end a compressed file's checksum is verified.
    check_nesting(value)
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


def _load(path_or_file, with_placeholders):
    path = getattr(path_or_file, "name", path_or_file)
    try:
        if hasattr(path_or_file, "read"):
            return _read(path_or_file, with_placeholders)
        with open(path_or_file, "rb") as file:
            return _read(file, with_placeholders)
    except InputError as error:
        raise type(error)("Cannot read {}. {}".format(path, error)) from None
    except FileNotFoundError:
        raise InputError("There is no file {}; give the path of a joblib file (.jd).".format(path)) from None
    except IsADirectoryError:
        raise InputError("{} is a folder; give the path of a joblib file (.jd).".format(path)) from None
    except PermissionError as error:
        raise InputError("Cannot read {}: {}.".format(path, error.strerror)) from None
    except MemoryError:
        raise InputError(
            "There is too little memory to read {}; close other programs, or take a machine with more.".format(path)
        ) from None
    except Exception as error:  # A damaged pickle can fail in any way; nothing but arrays was built.
        raise InputError(
            "{} is not a joblib file, or it is damaged or cut short ({}: {}). Write it again with joblib.dump.".format(
                path, type(error).__name__, error
            )
        ) from error


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
