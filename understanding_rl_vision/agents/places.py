"""Where an agent that lies elsewhere is fetched from, and where in the user's cache it is kept.

The cache has two parts. `checkpoints` holds checkpoints, and beside them, as beside any checkpoint, in `rl-clarity/`
what was derived from them here. `published` holds the derived files that were published beside the checkpoint, so that
neither is taken for the other. In both, `openai/` has OpenAI's agents by name, and `web/` others by host and address;
the first has `example/`, a copy of the agent that comes with the package.
Copies of what lies at other remote addresses are a third part, see `remote.local_copy`.
"""

import collections
import hashlib
import os
import re
import urllib.parse

from understanding_rl_vision.agents import examples
from understanding_rl_vision.agents.published import ADDRESS, PUBLISHED
from understanding_rl_vision.cache import cache_folder
from understanding_rl_vision.errors import InputError, close_to, quoted
from understanding_rl_vision.remote import address_of, is_remote, local_copy

# Another place that holds what OpenAI published: a mirror.
MIRROR_VARIABLE = "UNDERSTANDING_RL_VISION_OPENAI_URL"

CHECKPOINTS, PUBLISHED_FILES = "checkpoints", "published"
DERIVED_FOLDER = "rl-clarity"
PREFIX = "openai:"
LIST_COMMAND = "rl-clarity agents"

Place = collections.namedtuple("Place", "address parts sha256")
Place.__doc__ = """Where a checkpoint is fetched from: its address; parts: of its path in either part of the cache, the
last being the file's name; sha256: of the file, or None."""


def openai_address():
    """The address below which OpenAI's agents are, with a slash at its end."""
    return (os.environ.get(MIRROR_VARIABLE) or ADDRESS).rstrip("/") + "/"


def find_place(given):
    """The Place of 'openai:NAME', 'example:NAME' or an http(s) address, or None for a path, or another address.

    Raises InputError for an unknown name, for what is no address of a file, and for anything but a text or a path.
    """
    if not isinstance(given, (str, os.PathLike)):
        raise InputError("{} given; the path, name or address of a checkpoint is accepted.".format(quoted(given)))
    text = address_of(given)
    if text.lower().startswith(PREFIX):
        return _openai_place(text[len(PREFIX) :])
    if is_example(text):
        return _example_place(text[len(examples.PREFIX) :])
    if not text.lower().startswith(("http://", "https://")):
        return None
    name = text[len(openai_address()) :] if text.startswith(openai_address()) else ""
    return _openai_place(name) if name.endswith(".jd") and name[:-3] in PUBLISHED else _web_place(text)


def is_example(given):
    """Whether 'example:NAME' is given."""
    return address_of(given).lower().startswith(examples.PREFIX)


def local_path(given, published=False):
    """The path that a checkpoint has here, or will have: that which is given, or for names and addresses in the cache.

    published: not the checkpoint's, but the path that would have beside it the derived files that were published.
    """
    place = find_place(given)
    if place is None:
        return local_copy(given) if is_remote(given) else os.fspath(given)
    part = PUBLISHED_FILES if published and not is_example(given) else CHECKPOINTS
    return os.path.join(cache_folder(), part, *place.parts)


def beside(given, published=False):
    """The path that derived files are beside: the checkpoint's here, or, but for http, its remote address."""
    return address_of(given).rstrip("/") if is_remote(given) else local_path(given, published)


def derived_stem(checkpoint_path):
    """What the paths of a checkpoint's derived files have before their suffixes."""
    folder, name = os.path.split(os.fspath(checkpoint_path))
    return os.path.join(folder, DERIVED_FOLDER, os.path.splitext(name)[0])


def derived_address(place, suffix):
    """The address of the derived file with this suffix that belongs to a Place."""
    split = urllib.parse.urlsplit(place.address)
    return split._replace(path=derived_stem(split.path) + suffix).geturl()


def _openai_place(name):
    name = name[:-3] if name.endswith(".jd") else name
    if name not in PUBLISHED:
        close = close_to(name, PUBLISHED)
        hint = "; did you mean {}?".format(" or ".join(PREFIX + one for one in close)) if close else "."
        raise InputError(
            "OpenAI published no agent {}{}{} The command `{}` lists them.".format(PREFIX, name, hint, LIST_COMMAND)
        )
    parts = ["openai"] + (name + ".jd").split("/")
    return Place(openai_address() + name + ".jd", parts, PUBLISHED[name].sha256)


def _example_place(name):
    name = name[:-3] if name.endswith(".jd") else name
    if name not in examples.NAMES:
        known = " and ".join(examples.PREFIX + one for one in examples.NAMES)
        raise InputError("There is no example {}; there is {}.".format(quoted(name), known))
    return Place(examples.PREFIX + name, ["example", name + ".jd"], None)


def _web_place(address):
    try:
        split = urllib.parse.urlsplit(address)
        host, path = split.hostname, urllib.parse.unquote(split.path)
    except ValueError as error:
        raise InputError("{} is no address ({}).".format(address, error)) from None
    names = [re.sub(r"[^\w.-]", "_", name)[-100:] for name in path.split("/") if name.strip(".")]
    if not host or not names or path.endswith("/"):
        raise InputError("{} given; the address of a checkpoint file (.jd) is accepted.".format(address))
    digest = hashlib.sha256(address.encode("utf-8")).hexdigest()[:12]
    return Place(address, ["web", "{}-{}".format(re.sub(r"[^\w.-]", "_", host), digest)] + names, None)
