"""Docstrings in one style, numpydoc's, and signatures with types: of all public functions, whole."""

import ast
import inspect
import re
import typing

import pytest

from understanding_rl_vision import rl_clarity, rl_util, svelte3

PACKAGE = "understanding_rl_vision"
FACES = (rl_clarity, rl_util, svelte3)
UNDERLINED = re.compile(r"^([A-Z]\w+)\n-{3,}\n", re.MULTILINE)
# How other styles begin the parts of a docstring.
FOREIGN = re.compile(r"^\s*(:(param|return|raises)\b|(Args|Arguments|Attributes|Returns|Yields|Raises):)", re.MULTILINE)


def sections(docstring):
    """Title of each section -> its text."""
    parts = UNDERLINED.split(inspect.cleandoc(docstring or ""))
    return dict(zip(parts[1::2], parts[2::2]))


def entries(section):
    """Names of the entries of a section: lines that are not indented, up to the type."""
    return [line.split(" : ")[0] for line in section.splitlines() if line and not line.startswith(" ")]


def described_names(function):
    """Parameters as a docstring names them: without self and cls, with the stars."""
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    parameters = inspect.signature(function).parameters.values()
    return [stars.get(p.kind, "") + p.name for p in parameters if p.name not in ("self", "cls")]


def methods(public_class):
    """Name and function of the public methods of a class and of those of ours that it builds on."""
    for kind in (kind for kind in public_class.__mro__ if kind.__module__.startswith(PACKAGE)):
        for name, method in vars(kind).items():
            if not name.startswith("_") and (inspect.isfunction(method) or isinstance(method, classmethod)):
                yield "{}.{}".format(kind.__name__, name), getattr(kind, name)


def public_functions():
    """(name, function, docstring) of every public function and method; that of a constructor is its class's."""
    for face in FACES:
        for name in face.__all__:
            value = getattr(face, name)
            label = "{}.{}".format(face.__name__.split(".")[-1], name)
            if not inspect.isclass(value):
                yield label, value, value.__doc__
            elif not issubclass(value, Exception):
                yield label, value.__init__, value.__doc__
                yield from ((method_name, method, method.__doc__) for method_name, method in methods(value))


PUBLIC = {name: (function, docstring) for name, function, docstring in public_functions()}


def test_what_is_public_is_found():
    assert {"rl_clarity.run", "rl_util.get_attr", "svelte3.compile_html", "LayerNMF.vis_dataset"} <= set(PUBLIC)
    assert {"FrozenModel.load", "Directions.transform"} <= set(PUBLIC)
    assert len(PUBLIC) > 45


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_functions_tell_all_parameters_and_what_they_return(name):
    function, docstring = PUBLIC[name]
    told = sections(docstring)
    assert entries(told.get("Parameters", "")) == described_names(function)
    returned = inspect.signature(function).return_annotation
    assert bool({"Returns", "Yields"} & set(told)) == (returned not in (None, "None", typing.Iterator[None]))


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_functions_have_types(name):
    function, _ = PUBLIC[name]
    inspected = inspect.unwrap(function)
    types = typing.get_type_hints(inspected)
    assert set(types) == {name.lstrip("*") for name in described_names(inspected)} | {"return"}


def test_no_docstring_is_of_another_style(checkout):
    found = []
    for path in sorted((checkout / PACKAGE).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                if FOREIGN.search(ast.get_docstring(node) or ""):
                    found.append("{}: {}".format(path.relative_to(checkout), getattr(node, "name", "module")))
    assert found == []


def test_these_tests_see_what_they_look_for():
    docstring = "Do.\n\n    Parameters\n    ----------\n    a : int\n        Of it.\n    **b\n\n"
    docstring += "    Returns\n    -------\n    str\n"
    told = sections(docstring)
    assert {title: entries(text) for title, text in told.items()} == {"Parameters": ["a", "**b"], "Returns": ["str"]}
    assert FOREIGN.search("Do.\n\n    Args:\n        a: it.") and FOREIGN.search(":param a: it")
    assert not FOREIGN.search(docstring)
