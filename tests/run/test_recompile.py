import shutil

import pytest

from understanding_rl_vision.run import recompile
from understanding_rl_vision.svelte3 import CompileError


@pytest.mark.skipif(not shutil.which("npm"), reason="Node.js is not installed")
def test_the_tracked_file_is_what_the_source_compiles_to():
    path = recompile.JS_PATH
    before, changed = path.read_bytes(), path.stat().st_mtime_ns
    assert recompile.recompile_js() == str(path)
    assert path.read_bytes() == before
    # Make need not build the demo again.
    assert path.stat().st_mtime_ns == changed


def test_without_node_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CompileError, match="install it from"):
        recompile.recompile_js()


def test_without_the_source_the_error_says_where_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(recompile, "SOURCE", tmp_path)
    with pytest.raises(CompileError, match="clone the repository"):
        recompile.recompile_js()
