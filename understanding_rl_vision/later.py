"""Modules that take long to import, imported when something is first asked of them.

TensorFlow (see `tensorflow1`) takes two seconds, and the ones below together half of one. A command that tells its
options, or refuses what it is given, needs none of them.
"""

import contextlib
import importlib
import sys
import warnings


class Later:
    """Stands for a module. name: its dotted name. importing: makes the context in which it is imported."""

    def __init__(self, name, importing=contextlib.nullcontext):
        self._name, self._importing, self._module = name, importing, None

    def __getattr__(self, name):
        if self._module is None:
            with self._importing():
                self._module = importlib.import_module(self._name)
        return getattr(self._module, name)


@contextlib.contextmanager
def _without_warnings():
    # In notebooks without widgets tqdm.auto, which pooch imports, says so at once.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


# Python 3.7 has it from a package.
metadata = Later("importlib.metadata" if sys.version_info >= (3, 8) else "importlib_metadata")
joblib, requests = map(Later, ("joblib", "requests"))
pooch = Later("pooch", _without_warnings)
fft, ndimage, special = map(Later, ("scipy.fft", "scipy.ndimage", "scipy.special"))
