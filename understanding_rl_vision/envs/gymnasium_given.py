"""What is given as env=: a name, a function or an object, and what a checkpoint's name of an environment may do.

A checkpoint is a stranger's file, so its name makes only what Gymnasium itself or a package of PACKAGES registers. What
a person gives (env=, or args={"env": ...}) may import modules and run code, and is known by its name from then on, in
this process.
"""

import collections
import contextlib
import functools
import hashlib
import importlib
import inspect
import numbers
import re
import sys

from understanding_rl_vision.envs import base
from understanding_rl_vision.errors import InputError, MissingPackageError, quoted

KIND = "gymnasium"

# Packages whose environments are known after they were imported; those of the first have a namespace too.
PACKAGES = ("ale_py", "minigrid")
NAMESPACES = ("ALE",)
# The namespace of Procgen's games there, which are played as those of Procgen.
PROCGEN = re.compile(r"procgen_gym/procgen-(\w+)-v0")

ACCEPTED = (
    "an id such as 'ALE/Breakout-v5', 'module:function', a function that makes an environment, or an environment with "
    "reset and step"
)

_ID = re.compile(r"(?:([\w-]+)/)?[\w.-]+", re.ASCII)
_FUNCTION = re.compile(r"([\w.]+):([A-Za-z_][\w.]*)", re.ASCII)
_ID_OF_MODULE = re.compile(r"[\w.]+:(?:[\w-]+/)?[\w.-]+", re.ASCII)
_VERSION = re.compile(r"-v\d+$")

Given = collections.namedtuple("Given", "form what")
Given.__doc__ = (
    """What makes an environment. form: "id", "function", "object" (of one game) or "vector" (of several)."""
)

# Name -> Given, of what persons gave in this process.
_given = {}


def given_game(value):
    """Kind and name, for `make_env`, of what a person gives as env=. Raises InputError for what is no environment."""
    if isinstance(value, str):
        procgen = PROCGEN.fullmatch(value)
        if procgen:
            return "procgen", procgen.group(1)
        if value in _given:
            return KIND, value
        form = "id" if _ID.fullmatch(value) or _is_id_of_module(value) else "function"
        if form == "function" and not _FUNCTION.fullmatch(value):
            raise InputError("env={} given; {} is accepted.".format(quoted(value), ACCEPTED))
        _given[value] = Given(form, value)
        return KIND, value
    form = _form(value)
    name = "{} (given)".format(_called(value))
    _given[name] = Given(form, value)
    return KIND, name


def check_env(name, value):
    """Return the text by which `given_game` knows what a person gives: itself, or its name from then on."""
    known = given_game(value)[1]
    return value if isinstance(value, str) else known


check_env.is_text = True


def _is_id_of_module(text):
    """Whether it is Gymnasium's way to write a module to import and the id that it registers: module:Name-v0."""
    return bool(_ID_OF_MODULE.fullmatch(text)) and bool(_VERSION.search(text) or "/" in text)


def _form(value):
    if not isinstance(value, type) and callable(getattr(value, "reset", None)) and callable(value.step):
        return "vector" if isinstance(getattr(value, "num_envs", None), numbers.Integral) else "object"
    if callable(value):
        return "function"
    raise InputError("env={} given; {} is accepted.".format(quoted(value), ACCEPTED))


def _called(value):
    """What an object or a function is called: its id, or the name of its class or of itself."""
    spec = getattr(value, "spec", None)
    name = getattr(spec, "id", None) or getattr(value, "__qualname__", None)
    if name is None and isinstance(value, functools.partial):
        return _called(value.func)
    return str(name or type(getattr(value, "unwrapped", value)).__name__)


def find_given(name):
    """The Given of a name. Raises InputError for one that no person gave, unless a stranger's may make it too."""
    if name in _given:
        return _given[name]
    match = _ID.fullmatch(name) if isinstance(name, str) else None
    if match and match.group(1) in (None, *NAMESPACES):
        return Given("id", name)
    raise InputError(
        "The checkpoint's environment is {}. A file may name what Gymnasium registers itself (CartPole-v1), what {} "
        "register, and ids of the namespace {}; with anything else it would choose code that is run. If you trust "
        "it, give it yourself: env={}, --env on the command line{}.".format(
            quoted(name),
            " and ".join(PACKAGES),
            " or ".join(NAMESPACES),
            quoted(name) if isinstance(name, str) and ":" in name else "...",
            "" if isinstance(name, str) and ":" in name else ", with the function or object that it was trained with",
        )
    )


def identity(name):
    """What tells whether a name stands for the same environment as before, as far as that can be known.

    An object without meaning of its own stands for one of which nobody knows.
    """
    given = find_given(name)
    if given.form == "id":
        return [name, getattr(library(""), "__version__", "")]
    if not isinstance(given.what, str):
        return object()
    path = inspect.getsourcefile(sys.modules.get(function_of(given.what).__module__)) or ""
    with open(path, "rb") as file:
        return [name, hashlib.sha256(file.read()).hexdigest()]


def function_of(text):
    """The function that 'module:function' names. Raises InputError where there is none."""
    module, path = _FUNCTION.fullmatch(text).groups()
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            "env={} given; the module {} cannot be imported ({}). Modules are looked for where Python does, such as in "
            "the folder that the command is started in.".format(quoted(text), module, error)
        ) from error
    for part in path.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise InputError("env={} given; {} has no function {}.".format(quoted(text), module, path))
    return found


def library(needed_for):
    """Gymnasium, or the Gym that came before it. Raises MissingPackageError where there is neither."""
    names = ("gym", "gymnasium") if sys.version_info < (3, 8) else ("gymnasium", "gym")
    for name in names:
        try:
            return base.import_package(name, needed_for, "Install it with: pip install {}".format(names[0]))
        except MissingPackageError as error:
            missing = error
    raise missing


def made_by_id(name, render_mode, make_kwargs):
    """An environment of an id. Raises InputError where there is none of it, or it cannot be made."""
    gym = library("The environment {}".format(name))
    _import_package_of(gym, name)
    kwargs = dict(make_kwargs)
    accepted = inspect.signature(gym.make).parameters
    if "disable_env_checker" in accepted:
        kwargs["disable_env_checker"] = True
    if render_mode and "disable_env_checker" in accepted:
        kwargs["render_mode"] = render_mode
    try:
        return gym.make(name, **kwargs)
    except Exception as error:  # An environment's own code may raise anything.
        raise InputError(
            "{} cannot make {} with {}: {}: {}".format(
                gym.__name__.capitalize(), quoted(name), quoted(dict(make_kwargs)), type(error).__name__, error
            )
        ) from error


def _import_package_of(gym, name):
    """Import those of PACKAGES that are there, where the id is not known without."""
    for package in PACKAGES if ":" not in name else ():
        try:
            gym.spec(name)
            return
        except gym.error.Error:
            with contextlib.suppress(ImportError):
                imported = importlib.import_module(package)
                if package == "ale_py":
                    imported.ALEInterface.setLoggerMode(imported.LoggerMode.Error)
