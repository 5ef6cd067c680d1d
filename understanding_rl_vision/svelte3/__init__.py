"""Compile Svelte components to JavaScript and to HTML pages that show them with props from Python."""

from understanding_rl_vision.svelte3.compiling import CompileError, compile_js
from understanding_rl_vision.svelte3.pages import compile_html
from understanding_rl_vision.svelte3.props import to_json

__all__ = ["CompileError", "compile_html", "compile_js", "to_json"]
