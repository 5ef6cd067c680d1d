"""Compile Svelte components to JavaScript and to HTML pages that show them with props from Python."""

from .compiling import CompileError, compile_js
from .pages import compile_html
from .props import to_json

__all__ = ["CompileError", "compile_html", "compile_js", "to_json"]
