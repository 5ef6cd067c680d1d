"""Versions of installed packages."""

import platform

from understanding_rl_vision.later import metadata

PACKAGE = "understanding-rl-vision"


def version_of(package):
    """The version of an installed package; None where it is not, as of one that is run from its folder."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def versions_line():
    """The versions that a report of a fault tells, in a line."""
    others = {"TensorFlow": version_of("tensorflow"), "NumPy": version_of("numpy")}
    told = ["Python " + platform.python_version()]
    told += ["{} {}".format(name, version) for name, version in others.items() if version]
    return "{} {} ({})".format(PACKAGE, version_of(PACKAGE) or "not installed", ", ".join(told))
