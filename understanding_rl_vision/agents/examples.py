"""The agent that comes with the package: example:coinrun. Its files are made beside a copy in the user's cache."""

import os

PREFIX = "example:"
NAMES = ("coinrun",)


def packaged(name):
    """The path of an example's checkpoint: in the package, or in `examples/` of a checkout, where it is packed from."""
    here = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(here, name + ".jd")
    return inside if os.path.exists(inside) else os.path.join(here, "..", "..", "examples", name + ".jd")
