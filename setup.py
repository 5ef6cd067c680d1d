"""What of the packaging pyproject.toml cannot say: on which Pythons to stop, the licences, and the example."""

import runpy
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent

# pip says only later, and not what to do, that a Python is not supported.
reason = runpy.run_path(str(HERE / "understanding_rl_vision" / "pythons.py"))["why_not"](sys.version_info[:2])
if reason:
    sys.exit(reason)


class BuildWithExample(build_py):
    """Puts the agent of examples/ into the package, where every command finds it as example:coinrun."""

    def run(self):
        build_py.run(self)
        if not getattr(self, "editable_mode", False):
            package = Path(self.build_lib, "understanding_rl_vision", "agents")
            package.mkdir(parents=True, exist_ok=True)
            self.copy_file(str(HERE / "examples" / "coinrun.jd"), str(package / "coinrun.jd"))


setup(
    license="MIT",
    license_files=["LICENSE", "LICENSES/*"],
    cmdclass={"build_py": BuildWithExample},
)
