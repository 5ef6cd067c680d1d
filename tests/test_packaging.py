"""What installing the package gives: the source and the compiled front-end, for whoever has no Node.js."""

import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

BUNDLE = "understanding_rl_vision/rl_clarity/js/interface.js"


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory):
    """A wheel built from an sdist, so that both are shown to be complete."""
    folder = tmp_path_factory.mktemp("packaging")
    source = folder / "source"
    source.mkdir()
    for name in [
        "setup.py",
        "pyproject.toml",
        "MANIFEST.in",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
    ]:
        shutil.copy(str(checkout / name), str(source / name))
    for name in ["understanding_rl_vision", "constraints", "examples"]:
        shutil.copytree(
            str(checkout / name),
            str(source / name),
            ignore=shutil.ignore_patterns("__pycache__", "rl-clarity"),
        )
    run([sys.executable, "setup.py", "-q", "sdist", "-d", str(folder)], cwd=str(source))
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(str(sdist)) as archive:
        archive.extractall(str(folder))
    unpacked = folder / sdist.name[: -len(".tar.gz")]
    run([sys.executable, "setup.py", "-q", "bdist_wheel", "-d", str(folder)], cwd=str(unpacked))
    (wheel,) = folder.glob("*.whl")
    return wheel


def run(command, cwd):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout


def test_wheel_holds_the_compiled_front_end(wheel, checkout):
    with zipfile.ZipFile(str(wheel)) as archive:
        assert archive.read(BUNDLE) == (checkout / BUNDLE).read_bytes()


def test_wheel_says_that_its_functions_are_annotated(wheel):
    with zipfile.ZipFile(str(wheel)) as archive:
        assert "understanding_rl_vision/py.typed" in archive.namelist()


def test_wheel_holds_the_whole_package_and_nothing_else(wheel, checkout):
    paths = [path for path in (checkout / "understanding_rl_vision").rglob("*") if path.is_file()]
    source = {path.relative_to(checkout).as_posix() for path in paths if path.suffix != ".pyc"}
    with zipfile.ZipFile(str(wheel)) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == source


def test_every_package_has_an_init(checkout):
    folders = {path.parent for path in (checkout / "understanding_rl_vision").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
