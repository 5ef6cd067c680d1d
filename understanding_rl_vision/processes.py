"""Other processes of this package."""

import os

import understanding_rl_vision


def package_variables():
    """The environment variables of a process that shall import this package, wherever it lies."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(understanding_rl_vision.__file__)))
    return dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])))
