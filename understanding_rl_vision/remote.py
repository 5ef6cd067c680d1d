"""Files and folders at remote addresses, such as s3://bucket/folder: wherever fsspec reaches.

Credentials, endpoints and the like are the affair of fsspec's libraries, which take them from their environment
variables and files.
"""

import concurrent.futures
import contextlib
import hashlib
import mimetypes
import os
import posixpath
import re
import time

from understanding_rl_vision.cache import cache_folder
from understanding_rl_vision.errors import InputError, MissingPackageError, cut, quoted

# Those of http are read elsewhere, see `agents.places`, and nothing is written there.
_ADDRESS = re.compile(r"((?:[a-z][a-z0-9+.-]*::)*[a-z][a-z0-9+.-]+)://", re.IGNORECASE)
_FLAT_PATH = re.compile(r"^([a-z][a-z0-9+.-]+):/+", re.IGNORECASE)

# Seconds before what has failed is tried again.
WAITS = (1, 4, 16)
# What is not mended by trying again, beside what `_FINAL_NAMES` has, of packages that may be missing.
_FINAL = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)
_FINAL += (NotImplementedError, ImportError, ValueError, TypeError, MemoryError)
_FINAL_NAMES = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "DefaultCredentialsError")
_FINAL_NAMES += ("ClientAuthenticationError", "ParamValidationError", "RefreshError")

# Where folders are but the beginnings of names; elsewhere they have to be made.
_WITHOUT_FOLDERS = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oss", "oci")
# Where file systems say when a file was written.
_TIMES = ("LastModified", "last_modified", "updated", "mtime", "created")
# So many files are on their way at once.
_AT_ONCE = 8
FOLDER = "remote"


def address_of(path):
    """A path as a text. A pathlib.Path made of an address has lost one of its slashes."""
    return path if isinstance(path, str) else _FLAT_PATH.sub(r"\1://", os.fspath(path))


def is_remote(path):
    """Whether this is a remote address, but for those that begin with http:// or https://."""
    found = _ADDRESS.match(address_of(path))
    return bool(found) and found.group(1).lower() not in ("http", "https")


def is_address(path):
    """Whether this is any remote address."""
    return bool(_ADDRESS.match(address_of(path)))


def local_copy(address, kind="copies"):
    """Where the copy of a remote file or folder is here. Siblings of one kind are in one folder."""
    folder, name = posixpath.split(address_of(address).rstrip("/"))
    start = re.sub(r"[^\w.-]+", "_", folder)[:60].strip("_")
    digest = hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    name = re.sub(r"[^\w.-]", "_", name)[-100:].lstrip(".") or "folder"
    return os.path.join(cache_folder(), FOLDER, kind, "{}-{}".format(start, digest), name)


class Remote:
    """A file or a folder at a remote address. What is done to it is tried again where it fails.

    Methods raise InputError where something cannot be done, or MissingPackageError.
    """

    def __init__(self, address):
        self.address = address_of(address).rstrip("/")
        self._fs, self._path = _file_system(self.address)

    def below(self, name):
        """The Remote of this name in a folder."""
        return Remote("{}/{}".format(self.address, name))

    def files(self):
        """Name, relative to this folder, -> stamp of the files in it and in its folders, in the order of their making.

        There are none where it is not there.
        """

        def find():
            self._fs.invalidate_cache()
            return self._fs.find(self._path, detail=True)

        found = self._do("read", find)
        root = self._fs._strip_protocol(self._path).rstrip("/") + "/"
        inside = [(path[len(root) :], info) for path, info in found.items() if path.startswith(root)]
        return {name: _stamp(info) for name, info in sorted(inside, key=_made)}

    def size_in_bytes(self):
        """The size of all files in a folder."""
        return self._do("read", lambda: self._fs.du(self._path))

    def stamp(self):
        """A text that is another one when the file has changed, or None where there is none."""

        def look():
            self._fs.invalidate_cache()
            return self._fs.info(self._path)

        try:
            return _stamp(self._do("read", look, unless=FileNotFoundError))
        except FileNotFoundError:
            return None

    def read(self):
        """The bytes of a file, or None where there is none."""
        try:
            return self._do("read", lambda: self._fs.cat_file(self._path), unless=FileNotFoundError)
        except FileNotFoundError:
            return None

    def get(self, path, bar=None):
        """Fetch a file to a path here. bar: a tqdm bar of bytes."""
        options = {"callback": _callback(bar)} if bar is not None else {}
        self._do("read", lambda: self._fs.get_file(self._path, path, **options))

    def put(self, path):
        """Put a file that is here there."""

        def put():
            self._make_parent()
            self._fs.put_file(path, self._path, **self._written_as())

        self._do("write", put)

    def write(self, content):
        """Write a file of these bytes."""

        def write():
            self._make_parent()
            self._fs.pipe_file(self._path, content, **self._written_as())

        self._do("write", write)

    def copy_to(self, other):
        """Copy a file to another place of the same kind, in place of what is there, without fetching it."""

        def copy():
            other._make_parent()
            self._fs.cp_file(self._path, other._path)

        try:
            other._do("write", copy, unless=NotImplementedError)
        except NotImplementedError:
            other.write(self.read())

    def remove(self):
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self._do("write", lambda: self._fs.rm_file(self._path), unless=FileNotFoundError)

    def check_writable(self):
        """Raise InputError where nothing can be written to this folder."""
        probe = self.below(".writable-{}".format(os.getpid()))
        probe.write(b"")
        probe.remove()

    def _protocols(self):
        protocol = self._fs.protocol
        return (protocol,) if isinstance(protocol, str) else tuple(protocol)

    def _make_parent(self):
        if not set(self._protocols()) & set(_WITHOUT_FOLDERS):
            self._fs.makedirs(self._fs._parent(self._path), exist_ok=True)

    def _written_as(self):
        """What kinds of stores need to know of a file that they are given, so that browsers show it."""
        kind = mimetypes.guess_type(self._path)[0] or "application/octet-stream"
        protocols = self._protocols()
        if "s3" in protocols:
            return {"ContentType": kind}
        if "gs" in protocols:
            return {"content_type": kind}
        if "az" in protocols or "abfs" in protocols:
            from azure.storage.blob import ContentSettings

            return {"overwrite": True, "content_settings": ContentSettings(content_type=kind)}
        return {}

    def _do(self, what, work, unless=()):
        """The result of `work()`, tried again where it fails. unless: errors that are the caller's."""
        for wait in WAITS + (None,):
            try:
                return work()
            except unless:
                raise
            except Exception as error:  # Of whatever library is behind.
                if wait is None or isinstance(error, _FINAL) or type(error).__name__ in _FINAL_NAMES:
                    raise _failed(what, self.address, error) from error
                time.sleep(wait)


def together(work, items):
    """Call `work(item)` of items, several at once; yields the items as they are done. Raises the first error."""
    with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        items = {pool.submit(work, item): item for item in items}
        try:
            for future in concurrent.futures.as_completed(items):
                future.result()
                yield items[future]
        finally:
            for future in items:
                future.cancel()


def _file_system(address):
    """fsspec's file system of an address, and the path there. Raises InputError."""
    scheme = _ADDRESS.match(address).group(1).lower()
    if scheme in ("http", "https"):
        raise InputError(
            "Cannot write to {}: nothing can be written to such an address; give a folder, here or at an address such "
            "as s3://bucket/folder.".format(quoted(address))
        )
    try:
        import fsspec

        return fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise MissingPackageError(
            "{} is remote, and what reaches it is not installed ({}). Install it with pip install "
            "'understanding-rl-vision[remote]', or give a local path.".format(quoted(address), error)
        ) from error
    except Exception as error:  # Of whatever library is behind.
        raise InputError(
            "{} cannot be used: {}; addresses such as s3://bucket/folder, gs://, az:// and what else fsspec knows are "
            "accepted, and local paths.".format(quoted(address), _words(error))
        ) from error


def _failed(what, address, error):
    if isinstance(error, FileNotFoundError):
        advice = "what it is in is not there; make that, or give another place"
    elif isinstance(error, PermissionError) or "redential" in type(error).__name__ + str(error):
        advice = (
            "the credentials are those that the library of such addresses finds; see to them, or give another place"
        )
    else:
        advice = "try again later, or give a local path"
    return InputError("Cannot {} {}: {}; {}.".format(what, address, _words(error), advice))


def _words(error):
    text = " ".join(str(error).split()).rstrip(".") or "no reason given"
    return cut(text if isinstance(error, OSError) else "{} ({})".format(text, type(error).__name__), 300)


def _stamp(info):
    """What tells a file's states apart: its size, and the store's digest or else the time."""
    digest = info.get("ETag") or info.get("etag") or _time(info)
    return "{} {}".format(info.get("size"), digest)


def _time(info):
    time = next((info[name] for name in _TIMES if info.get(name) is not None), None)
    return time.timestamp() if hasattr(time, "timestamp") else time


def _made(named):
    """By the time, and as clocks of stores are coarse, by the numbers in names."""
    name, info = named
    return str(_time(info)), re.sub("[0-9]+", lambda digits: digits.group().zfill(20), name)


def _callback(bar):
    """fsspec's callback that moves a tqdm bar."""
    import fsspec

    class ToBar(fsspec.callbacks.Callback):
        def set_size(self, size):
            bar.total = size

        def relative_update(self, inc=1):
            bar.update(inc)

    return ToBar()
