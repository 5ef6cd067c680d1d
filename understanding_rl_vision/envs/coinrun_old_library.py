"""The library of OpenAI's package coinrun, called without the package's Python code.

That needs Baselines, starts MPI on all ranks together, and writes to the current folder.
"""

import atexit
import ctypes
import functools
import importlib.util
import os
import subprocess

from understanding_rl_vision.errors import MissingPackageError

SIZE = 64
FULL_SIZE = 512
ZOOM = 5.0

INSTALL = (
    "It is not on PyPI: clone https://github.com/openai/coinrun, run pip install -e on the clone, and "
    "install make, g++, pkg-config and Qt 5 (Debian: qtbase5-dev, libgl1-mesa-dev and libglu1-mesa-dev)."
)


def find_folder(env_name):
    """Return the folder of the package. Raises MissingPackageError where it is not installed."""
    spec = importlib.util.find_spec("coinrun")
    folder = os.path.dirname(spec.origin) if spec and spec.origin else None
    if folder is None or not os.path.isdir(os.path.join(folder, "assets")):
        raise MissingPackageError("{} needs OpenAI's package coinrun with its assets. {}".format(env_name, INSTALL))
    return folder


@functools.lru_cache(maxsize=None)
def load_library(folder, assets):
    """Return the package's library, built if it is not yet, with its worker started. It reads its images once."""
    path = os.path.join(folder, ".build-release", "coinrun_cpp.so")
    if not os.path.exists(path):
        built = subprocess.run(
            ["make", "-C", folder],
            env=dict(os.environ, QT_SELECT="5"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if built.returncode:
            raise MissingPackageError(
                "The library of the package coinrun in {} does not build ({}). {}".format(
                    folder, built.stdout.strip().splitlines()[-1], INSTALL
                )
            )
    library = ctypes.CDLL(path)
    library.initialize_args.argtypes = [ctypes.c_void_p]
    library.initialize_set_monitor_dir.argtypes = [ctypes.c_char_p, ctypes.c_int]
    library.vec_create.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_bool, ctypes.c_float]
    library.vec_step_async_discrete.argtypes = [ctypes.c_int, ctypes.c_void_p]
    library.vec_wait.argtypes = [ctypes.c_int] + 4 * [ctypes.c_void_p]
    os.environ["COINRUN_RESOURCES_PATH"] = assets
    library.initialize_set_monitor_dir(b"", 0)
    # Games draw their levels from one generator: with more workers than one, in an order of chance.
    library.init(1)
    atexit.register(library.coinrun_shutdown)
    return library


def assets_of(folder):
    """The package's own images."""
    return os.path.join(folder, "assets")
