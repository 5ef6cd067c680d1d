"""Rebuild the front-end, for those who change it."""

from pathlib import Path

from understanding_rl_vision.svelte3.compiling import CompileError, find_node, run_command

SOURCE = Path(__file__).resolve().parents[2] / "svelte"
JS_PATH = Path(__file__).resolve().parents[1] / "rl_clarity" / "js" / "interface.js"


def recompile_js() -> str:
    """Compile the front-end's source (svelte/ of a clone) to `js/interface.js` of rl_clarity.

    Returns
    -------
    str
        The path of the compiled file.

    Raises
    ------
    CompileError
        Node.js is not installed, or the package was installed without its front-end's source.
    """
    if not (SOURCE / "package.json").is_file():
        raise CompileError(
            "The source of the front-end is not beside this package; clone the repository and run recompile_js there."
        )
    _, npm = find_node()
    if not (SOURCE / "node_modules").is_dir():
        run_command([npm, "ci"], SOURCE)
    run_command([npm, "run", "build"], SOURCE)
    return str(JS_PATH)
