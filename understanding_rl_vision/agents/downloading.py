"""Downloading a file by HTTP, whole or not at all."""

import os
import re

from tqdm.utils import CallbackIOWrapper

from understanding_rl_vision.cache import CACHE_VARIABLE
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import replacing
from understanding_rl_vision.later import pooch, requests

# Seconds without an answer.
TIMEOUT = 30
CHUNK = 2**16


def download(address, path, sha256, progress, *, timeout=TIMEOUT, otherwise=""):
    """Fetch a file to `path`, whole or not at all. Raises InputError, which says what to do, where that fails.

    sha256: the digest in hexadecimal that the file must have, or None. timeout: seconds without an answer.
    otherwise: what else can be done where it fails, as the end of a sentence.
    """
    answers = []
    with replacing(path, "set {} to a folder that can be written, with room".format(CACHE_VARIABLE)) as file:
        with progress.transfer("downloading {}".format(os.path.basename(path))) as bar:

            def begin(answer, **_):
                answers.append(answer)
                bar.total = _length(answer.headers) if answer.ok else None

            fetch = pooch.HTTPDownloader(chunk_size=CHUNK, timeout=timeout, hooks={"response": begin})
            try:
                # The downloader's own bar counts nothing where the length is not known.
                fetch(address, CallbackIOWrapper(bar.update, file, "write"), None)
                failure = _what_is_wrong(file, answers[-1].headers, sha256)
            # A header that is no number is a ValueError.
            except (requests.RequestException, ValueError) as error:
                failure = _why(error, timeout)
        if failure:
            raise InputError(
                "Cannot download {}: {}. Try again later, or get the file by other means and put it at {}{}.".format(
                    address, failure, path, otherwise
                )
            )


def _why(error, timeout):
    """Why a download failed, for people."""
    if isinstance(error, requests.HTTPError):
        return "the server answers {} ({})".format(error.response.status_code, error.response.reason)
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "the server has not answered for {:g} seconds".format(timeout)
    if isinstance(error, requests.exceptions.SSLError):
        return "the server's certificate cannot be verified ({})".format(error)
    if isinstance(error, requests.ConnectionError):
        return "there is no connection to the server"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off"
    return str(error)


def _length(headers):
    """The number of bytes that an answer with these headers brings, or None."""
    length = headers.get("Content-Length", "")
    # What was compressed on its way has another length afterwards.
    return int(length) if length.isdigit() and "Content-Encoding" not in headers else None


def _what_is_wrong(file, headers, sha256):
    """What shows that an open file is not what was asked for, or None."""
    size, expected = file.tell(), _length(headers)
    if expected is not None and expected != size:
        return "it is cut short, {} of {} bytes".format(size, expected)
    if not size:
        return "it is empty"
    file.seek(0)
    # A frozen model may begin with a new line and "<", but then comes another new line.
    if re.match(rb"\s*<[!?a-z]", file.read(64), re.IGNORECASE):
        return "it is a web page, no checkpoint"
    file.flush()
    if sha256 is not None and pooch.file_hash(file.name) != sha256:
        return "its SHA-256 is {}, not {}".format(pooch.file_hash(file.name), sha256)
    return None


def is_intact(path, sha256):
    """Whether there is a file, and it has the digest if one is given."""
    return os.path.isfile(path) and (sha256 is None or pooch.file_hash(path) == sha256)
