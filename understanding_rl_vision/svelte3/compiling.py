"""Svelte to JavaScript, by way of Node.js."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Dict, Optional

from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.temporary import temporary_folder

HERE = Path(__file__).resolve().parent


class CompileError(InputError):
    """A Svelte component could not be compiled. The message ends with what the compiler said."""


def run_command(command, cwd):
    """Output (stdout and stderr together) of a command; raises CompileError with it when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=str(cwd), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise CompileError("{} failed:\n{}".format(" ".join(map(str, command[:2])), output.strip()))
    return output


def find_node():
    """Paths of node and npm. Raises CompileError where they are not installed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        raise CompileError(
            "Compiling Svelte needs Node.js 20 or later with npm, which this machine does not have; install "
            "it from https://nodejs.org, or with `apt-get install nodejs npm` or `brew install node`."
        )
    return node, npm


def _compiler_folder(npm):
    """A folder with the pinned Svelte and Vite in its node_modules: made once, kept in the user's cache."""
    lock = (HERE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "understanding-rl-vision"
    folder = cache / "svelte3-{}".format(hashlib.sha256(lock).hexdigest()[:12])
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with temporary_folder(parent=str(cache)) as making:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(str(HERE / name), making)
            run_command([npm, "ci", "--no-audit", "--no-fund"], making)
            try:
                os.rename(making, str(folder))
            except OSError:
                # Another process was faster; its folder is as good.
                if not folder.exists():
                    raise
    return folder


def compile_js(
    svelte_path: PathLike,
    js_path: Optional[PathLike] = None,
    *,
    js_name: Optional[str] = None,
    js_lint: Optional[bool] = None,
) -> Dict[str, str]:
    """Compile a Svelte component to one JavaScript file that holds all it needs, its CSS included.

    Parameters
    ----------
    svelte_path : path
        The component, a `.svelte` file (Svelte 5; JavaScript or TypeScript).
    js_path : path, optional
        Where to write; default: beside the component, with the ending `.js`.
    js_name : str, optional
        The global that the file defines, called as `new App({target, props})`; default: 'App'.
    js_lint : bool, optional
        Whether warnings of Svelte's compiler are errors; default: False.

    Returns
    -------
    dict
        js_path, js_name and command_output, what the compiler said.

    Raises
    ------
    CompileError
        The component has errors, or Node.js is not installed.
    """
    svelte_path = Path(svelte_path)
    if not svelte_path.is_file():
        raise CompileError("There is no Svelte file {}.".format(svelte_path))
    js_path = Path(js_path) if js_path else svelte_path.with_suffix(".js")
    js_name = js_name or "App"
    node, npm = find_node()
    command = [node, HERE / "build.mjs", svelte_path.resolve(), js_path.resolve(), js_name]
    output = run_command(command + (["--lint"] if js_lint else []), _compiler_folder(npm))
    return {"js_path": str(js_path), "js_name": js_name, "command_output": output}
