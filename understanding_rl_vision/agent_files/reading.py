"""Agents' files of any format that is known, told by their content, never by their name; nothing in one is run."""

from understanding_rl_vision.agent_files.flax_files import is_flax, read_flax
from understanding_rl_vision.agent_files.joblib_files import read_arrays
from understanding_rl_vision.agent_files.onnx_files import is_onnx, read_onnx
from understanding_rl_vision.agent_files.safetensors import is_safetensors, read_safetensors
from understanding_rl_vision.agent_files.sb3_files import is_sb3, read_sb3
from understanding_rl_vision.agent_files.torch_files import is_legacy, read_torch, read_zip, root_of
from understanding_rl_vision.agent_files.zip_files import Archive
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.refusals import refusals

ACCEPTED = (
    "Accepted are checkpoints (.jd), joblib files of Baselines, files of torch.save, zip files of Stable-Baselines3, "
    "safetensors, msgpack files of flax, ONNX, and frozen models of TensorFlow."
)
# Formats that are known, but not read.
_REFUSED = (
    (b"\x89HDF", "an HDF5 file, as Keras writes"),
    (b"\x93NUMPY", "a file of a single NumPy array"),
    (b"<", "a page or XML"),
)


def read_agent_file(path):
    """Read an agent's file: checkpoints, joblib of Baselines, torch, Stable-Baselines3, safetensors, flax and ONNX.

    Parameters
    ----------
    path : path
        Of a local file. Its name says nothing of its format.

    Returns
    -------
    AgentFile
        (format, tensors, facts, convolutions, network).

    Raises
    ------
    InputError
        The file is missing, damaged, of another format, or holds no tensors of a network.
    """
    with refusals(path, "an agent's file", ACCEPTED), open(path, "rb") as file:
        start = file.read(16)
        file.seek(0)
        return _reader_of(start)(file)


def is_joblib(path):
    """Whether a file is left to joblib's reader: a checkpoint (.jd), or what Baselines saves. Raises InputError."""
    with refusals(path, "an agent's file", ACCEPTED), open(path, "rb") as file:
        return _reader_of(file.read(16)) is read_arrays


def is_graph(path):
    """Whether a file is, by its first byte, a GraphDef of TensorFlow, such as a frozen model. Raises InputError."""
    with refusals(path, "an agent's file", ACCEPTED), open(path, "rb") as file:
        return file.read(1) == b"\n"


def _reader_of(start):
    if start.startswith(b"PK\3\4"):
        return _read_archive
    if is_legacy(start):
        return read_torch
    for is_such, read in ((is_safetensors, read_safetensors), (is_onnx, read_onnx)):
        if is_such(start):
            return read
    what = next((what for magic, what in _REFUSED if start.startswith(magic)), None)
    if what or not start:
        raise InputError("It is {}; a{}".format(what or "empty", ACCEPTED[1:]))
    return read_flax if is_flax(start) else read_arrays


def _read_archive(file):
    archive = Archive(file)
    if is_sb3(archive):
        return read_sb3(archive)
    if root_of(archive) is not None:
        return read_zip(archive)
    raise InputError("It is a zip file, but neither of torch nor of Stable-Baselines3; a{}".format(ACCEPTED[1:]))
