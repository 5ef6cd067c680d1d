"""Which Pythons are supported: one list, and everything that says so."""

import re
import subprocess
import sys

import pytest

from understanding_rl_vision import pythons

PYTHON = """#!/bin/sh
# A Python of a version that is not supported; whose version it tells, and whose packages, are another one's.
[ "$1" != -c ] || exit 0
exec {python} -c '
import runpy, sys
sys.version_info = (3, 14, 0)
runpy.run_path(sys.argv[1], run_name="__main__")' "$1"
"""


def executable(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def find_python(checkout, tmp_path):
    """Run find_python.sh where only these commands are; returns its status and what it printed."""

    def run(*arguments, **commands):
        for name, text in commands.items():
            executable(tmp_path / "bin" / name, text)
        for name in ("bash", "dirname"):
            (tmp_path / "bin" / name).symlink_to("/bin/" + name)
        done = subprocess.run(
            ["bash", str(checkout / "scripts" / "find_python.sh"), *arguments],
            env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    (tmp_path / "bin").mkdir()
    return run


def test_what_is_said_of_a_python_that_is_too_new():
    said = pythons.why_not((3, 14))
    assert "TensorFlow has no release for Python 3.14 yet" in said and "uv venv --python 3.13" in said
    assert "no supported TensorFlow is for Python 3.8" in pythons.why_not((3, 8))
    assert not any(map(pythons.why_not, pythons.SUPPORTED))


def test_an_import_says_it_where_there_is_no_tensorflow(monkeypatch):
    pythons.check((3, 13))
    # Where there is one all the same, it is tried.
    monkeypatch.setattr(pythons.importlib.util, "find_spec", lambda name: object())
    pythons.check((3, 14))
    monkeypatch.setattr(pythons.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="no release for Python 3.14"):
        pythons.check((3, 14))
    monkeypatch.setattr(sys, "argv", ["-m", "run"])
    with pytest.raises(SystemExit, match="no release for Python 3.14"):
        pythons.check((3, 14))


def test_make_says_it_where_there_is_no_other(find_python):
    too_new = PYTHON.format(python=sys.executable)
    assert find_python(python3=too_new) == (1, "", pythons.why_not((3, 14)))


def test_make_says_what_to_install_where_there_is_none(find_python):
    status, printed, said = find_python()
    assert status == 1 and not printed and len(said.splitlines()) == 1
    assert "apt-get install python3 python3-venv" in said


def test_uv_gets_one_where_it_is(find_python, tmp_path):
    executable(tmp_path / "uv" / "python", '#!/bin/sh\nexec {} "$@"'.format(sys.executable))
    uv = '#!/bin/sh\necho "$@" >>{0}/calls\n[ "$2" != find ] || echo {0}/uv/python\n'.format(tmp_path)
    assert find_python(uv=uv)[:2] == (0, str(tmp_path / "uv" / "python"))
    assert (tmp_path / "calls").read_text().splitlines()[0] == "python install --quiet 3.12"


def test_the_packaging_and_the_readme_name_the_same(checkout):
    named = ["{}.{}".format(*version) for version in pythons.SUPPORTED]
    pyproject = (checkout / "pyproject.toml").read_text("utf-8")
    assert re.findall(r'"Programming Language :: Python :: (3\.\d+)"', pyproject) == named
    assert 'requires-python = ">=3.7, !=3.8.*, <3.14"' in pyproject
    assert " ".join(named) in (checkout / "scripts" / "check_wheel.sh").read_text("utf-8")


def test_the_table_of_tested_versions_is_that_of_the_constraints(checkout):
    readme, modern, py37 = (
        (checkout / name).read_text("utf-8") for name in ("README.md", "constraints/modern.txt", "constraints/py37.txt")
    )
    told = dict(re.findall(r"^\| (3\.\d+) \| ([\d.]+) \|", readme, re.MULTILINE))
    assert list(told) == ["{}.{}".format(*version) for version in pythons.SUPPORTED]
    pinned = {limit: pin for pin, limit in re.findall(r"^tensorflow==([\d.]+)(.*)$", modern, re.MULTILINE)}
    newer = pinned['; python_version >= "3.10"']
    first = re.findall(r"^tensorflow==([\d.]+)$", py37, re.MULTILINE) + [pinned['; python_version < "3.10"']]
    assert list(told.values()) == first + [newer] * (len(told) - 2)


def test_a_build_from_source_says_it(checkout, tmp_path):
    program = "import runpy, setuptools, sys; sys.version_info = (3, 14, 0); runpy.run_path(sys.argv[1])"
    command = [sys.executable, "-c", program, str(checkout / "setup.py")]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, cwd=str(tmp_path))
    assert done.returncode == 1 and done.stderr.strip() == pythons.why_not((3, 14))
