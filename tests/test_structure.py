"""The structure of the project: which files know of which, and how large they may become."""

import ast
import collections
import re

import pytest

PACKAGE = "understanding_rl_vision"
FACE = PACKAGE + ".rl_clarity"
# Packages that may be missing, and Matplotlib, which takes a second to import: they are imported where they are needed.
IMPORTED_LATE = ("azure", "fsspec", "lz4", "matplotlib", "mpi4py", "shtab")
# The same of benchmarks, which stand beside others: Lucid, Captum, and Baselines with its gym.
BENCHMARKS_IMPORT_LATE = IMPORTED_LATE + ("baselines", "captum_oracle", "gym", "lucid")
# What takes long to import: later.py and tensorflow1.py do when something is asked of it, and all others have it there.
IMPORTED_BY_LATER = ("joblib", "pooch", "requests", "scipy", "tensorflow")
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 60


@pytest.fixture(scope="module")
def sources(checkout):
    """Path, relative to the checkout -> (lines, tree) of every Python file."""
    paths = [checkout / "setup.py"]
    for folder in (PACKAGE, "examples", "benchmarks", "tests"):
        paths += sorted((checkout / folder).rglob("*.py"))
    texts = {path.relative_to(checkout): path.read_text(encoding="utf-8") for path in paths}
    return {path: (len(text.splitlines()), ast.parse(text)) for path, text in texts.items()}


@pytest.fixture(scope="module")
def modules(sources):
    """Dotted name -> (path, tree) of every module of the package."""
    found = {}
    for path, (_, tree) in sources.items():
        parts = path.with_suffix("").parts
        if parts[0] == PACKAGE:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path, tree
    assert len(found) > 100
    return found


def imported(tree, names):
    """Those of the modules' names that a tree imports anywhere."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in names:
            inside = {"{}.{}".format(node.module, alias.name) for alias in node.names}
            found |= inside & set(names)
            if not inside <= set(names):
                found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & set(names)
    return found


def circle(arrows):
    """The nodes of a circle of node -> nodes, in order and closed, or None."""
    done, way = set(), []

    def visit(node):
        if node in way:
            return way[way.index(node) :] + [node]
        if node in done:
            return None
        way.append(node)
        for other in sorted(arrows[node]):
            closed = visit(other)
            if closed:
                return closed
        done.add(way.pop())
        return None

    return next(filter(None, map(visit, sorted(arrows))), None)


def rooms(modules):
    """Room -> the rooms that it imports: a folder is one, and so is each file beside the folders, which all share."""

    def room(name):
        path = modules[name][0]
        return str(path if path.parent.name == PACKAGE else path.parent)

    arrows = collections.defaultdict(set)
    for name, (_, tree) in modules.items():
        arrows[room(name)] |= {room(other) for other in imported(tree, modules)} - {room(name)}
    return arrows


def late_imports(tree):
    """(line, package) of every import inside a function of a tree."""
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for node in (inner for function in functions for inner in ast.walk(function)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, (node.module or ".").split(".")[0]


def slow_imports(tree):
    """The packages of IMPORTED_BY_LATER that a tree imports at once."""
    at_once = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = [alias.name for node in at_once if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in at_once if isinstance(node, ast.ImportFrom) and node.module]
    return sorted({name.split(".")[0] for name in names} & set(IMPORTED_BY_LATER))


def length(function):
    """Lines of a function, its docstring aside, which tells of each parameter in lines of its own.

    In Python 3.7, whose trees do not have the ends, without closing brackets after the last line.
    """
    last = max(getattr(node, "end_lineno", getattr(node, "lineno", 0)) for node in ast.walk(function))
    docstring = ast.get_docstring(function, clean=False)
    return last - function.lineno + 1 - (0 if docstring is None else docstring.count("\n") + 1)


def test_these_tests_see_what_they_look_for():
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}
    assert circle(arrows) == ["b", "c", "b"]
    assert circle(dict(arrows, c={"d"})) is None
    text = "import p.a\nfrom p import b, c\nfrom p.d import e\n\n\ndef f():\n    import numpy.linalg\n    return 1\n"
    tree = ast.parse(text)
    assert imported(tree, {"p", "p.a", "p.b", "p.d"}) == {"p", "p.a", "p.b", "p.d"}
    assert list(late_imports(tree)) == [(7, "numpy")]
    assert length(tree.body[-1]) == 3
    assert length(ast.parse('def f():\n    """Do.\n\n    More.\n    """\n    return 1\n').body[0]) == 2


def test_no_circle_of_files(modules):
    assert circle({name: imported(tree, modules) - {name} for name, (_, tree) in modules.items()}) is None


def test_no_circle_of_folders(modules):
    assert circle(rooms(modules)) is None


def test_the_picture_of_the_layers_is_true(modules, checkout):
    """Folders import from those that docs/layers.svg shows further down, and from files beside the folders."""
    shown = re.findall(
        r'class="room" x="\d+" y="(\d+)">([\w/]+)</text>', (checkout / "docs/layers.svg").read_text("utf-8")
    )
    heights = {"/".join((PACKAGE, name)): int(y) for y, name in shown}
    arrows = rooms(modules)
    folders = {room for room in arrows if not room.endswith(".py")} - {PACKAGE}
    assert set(heights) == folders and heights
    upward = [
        "{} -> {}".format(room, other)
        for room in sorted(folders)
        for other in sorted(arrows[room] & folders)
        if heights[other] <= heights[room]
    ]
    assert upward == []


def test_nothing_inside_imports_the_face(modules):
    inside = {name: tree for name, (_, tree) in modules.items() if not name.startswith(FACE)}
    assert [name for name, tree in inside.items() if any(one.startswith(FACE) for one in imported(tree, modules))] == []


@pytest.mark.parametrize(
    "folder, allowed", [(PACKAGE, IMPORTED_LATE), ("examples", IMPORTED_LATE), ("benchmarks", BENCHMARKS_IMPORT_LATE)]
)
def test_only_packages_that_may_be_missing_are_imported_inside_functions(sources, folder, allowed):
    trees = {path: tree for path, (_, tree) in sources.items() if path.parts[0] == folder}
    late = [
        "{}:{} {}".format(path, line, package)
        for path, tree in trees.items()
        for line, package in late_imports(tree)
        if package not in allowed
    ]
    assert trees and late == []


def test_what_takes_long_to_import_is_imported_when_it_is_needed(modules):
    assert slow_imports(ast.parse("import scipy.ndimage\nfrom joblib import dump\nimport numpy")) == ["joblib", "scipy"]
    assert {name: found for name, (_, tree) in modules.items() for found in [slow_imports(tree)] if found} == {}


def test_no_file_and_no_function_is_too_long(sources):
    long = [str(path) for path, (lines, _) in sources.items() if lines > MOST_LINES_OF_A_FILE]
    long += [
        "{}: {}".format(path, node.name)
        for path, (_, tree) in sources.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and length(node) > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_messages_print_what_was_given_by_quoted(checkout):
    """Which stops, however long or deep a value is."""
    files = (checkout / PACKAGE).rglob("*.py")
    assert not [str(path) for path in files if "!r" in path.read_text(encoding="utf-8")]
