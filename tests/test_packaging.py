"""What installing the package gives: the source and the compiled front-end, for whoever has no Node.js."""

import email
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

BUNDLE = "understanding_rl_vision/rl_clarity/js/interface.js"


@pytest.fixture(scope="module")
def sdist(checkout, tmp_path_factory):
    """The sdist, unpacked, of what git has."""
    folder = tmp_path_factory.mktemp("packaging")
    source = folder / "source"
    for name in tracked(checkout):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(checkout / name), str(source / name))
    run([sys.executable, "setup.py", "-q", "sdist", "-d", str(folder)], cwd=str(source))
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(str(sdist)) as archive:
        archive.extractall(str(folder))
    return folder / sdist.name[: -len(".tar.gz")]


@pytest.fixture(scope="module")
def wheel(sdist):
    """A wheel built from the sdist, so that both are shown to be complete."""
    build = ["build", "--build-base", str(sdist.parent / "build"), "bdist_wheel", "-d", str(sdist.parent)]
    run([sys.executable, "setup.py", "-q"] + build, cwd=str(sdist))
    (wheel,) = sdist.parent.glob("*.whl")
    return wheel


def tracked(checkout):
    """What git has, or will have: all files that it is not told to ignore."""
    if shutil.which("git") is None or not (checkout / ".git").exists():
        pytest.skip("not in a checkout of git")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=str(checkout), stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
    return [name for name in names if name and (checkout / name).exists()]


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
    # The agent of examples/ goes with it.
    assert packed == source | {"understanding_rl_vision/agents/coinrun.jd"}


def test_the_sdist_holds_all_that_git_has(sdist, checkout):
    packed = {path.relative_to(sdist).as_posix() for path in sdist.rglob("*") if path.is_file()}
    made = {name for name in packed if name in ("PKG-INFO", "setup.cfg") or ".egg-info/" in name}
    assert packed - made == set(tracked(checkout))


def test_the_metadata_says_who_may_use_it_and_holds_the_licences(wheel, checkout):
    with zipfile.ZipFile(str(wheel)) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        told = email.message_from_string(archive.read(metadata).decode("utf-8"))
        packed = {name.rsplit("/", 1)[1] for name in archive.namelist() if ".dist-info/" in name}
    assert told["Name"] == "understanding-rl-vision" and "MIT" in (told["License"], told["License-Expression"])
    assert set(told["Requires-Python"].replace(" ", "").split(",")) == {">=3.7", "!=3.8.*", "<3.14"}
    assert {"procgen", "remote", "test"} <= set(told.get_all("Provides-Extra"))
    # Where in the folder, the versions of setuptools do not agree.
    assert {"LICENSE", "clsx.txt", "gifenc.txt", "svelte.txt"} <= packed


def test_one_version(checkout):
    (version,) = re.findall(r'^version = "(.+)"$', (checkout / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    citation = (checkout / "CITATION.cff").read_text("utf-8")
    assert re.findall(r"^version: (.+)$", citation, re.MULTILINE) == [version]
    (date,) = re.findall(r"^date-released: (.+)$", citation, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", (checkout / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[:2] == ["[Unreleased]", "[{}] - {}".format(version, date)]


def test_every_package_has_an_init(checkout):
    folders = {path.parent for path in (checkout / "understanding_rl_vision").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
