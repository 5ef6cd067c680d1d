"""Which Pythons there is a supported TensorFlow for, and what to say on another one.

Any Python 3 can read this file: `setup.py` and `scripts/find_python.sh` run it before anything is installed.
"""

import importlib.util
import sys

# Procgen and TensorFlow 1.14 end at 3.7, TensorFlow 2.15 begins at 3.9.
SUPPORTED = ((3, 7), (3, 9), (3, 10), (3, 11), (3, 12), (3, 13))
WORDS = "3.7, or 3.9 to 3.13"


def why_not(version):
    """Why understanding_rl_vision is not for a Python of this version, and what to do, as a sentence; None if it is.

    version: (major, minor).
    """
    if tuple(version) in SUPPORTED:
        return None
    name = "Python {}.{}".format(*version)
    if tuple(version) > SUPPORTED[-1]:
        reason = "TensorFlow has no release for {} yet".format(name)
    else:
        reason = "no supported TensorFlow is for {}".format(name)
    return (
        "understanding_rl_vision needs TensorFlow, and {}: use Python {}, for instance with `uv venv --python 3.13`, "
        "or in a checkout with `make PYTHON=/path/to/python3.13 demo`.".format(reason, WORDS)
    )


def check(version=sys.version_info[:2]):
    """End in a sentence where this Python is not supported, unless a TensorFlow is there all the same.

    Raises ImportError, or SystemExit where the process is a command.
    """
    reason = why_not(version)
    if reason and importlib.util.find_spec("tensorflow") is None:
        # "-m" is the name of the program while `python -m` looks for what to run.
        if sys.argv[:1] == ["-m"] or sys.argv[0].endswith("rl-clarity"):
            sys.exit(reason)
        raise ImportError(reason)


if __name__ == "__main__":
    sys.exit(why_not(sys.version_info[:2]))
