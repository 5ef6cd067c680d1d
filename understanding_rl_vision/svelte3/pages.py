"""HTML pages that show a component with props."""

import html
import json
import os
import shutil
from pathlib import Path
from typing import Any, Dict, Optional

from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.pages.html_page import write_html
from understanding_rl_vision.svelte3.compiling import CompileError, compile_js
from understanding_rl_vision.svelte3.props import to_json
from understanding_rl_vision.temporary import temporary_folder

BODY = """\
<div id="{div_id}">Loading. If this does not go away, the file of this page is cut short, or JavaScript is off.</div>
<script type="application/json" id="{div_id}-props">{props}</script>
{script}
<script>
(function () {{
  var target = document.getElementById({div_id_js})
  var text = document.getElementById({div_id_js} + "-props").textContent
  var props
  try {{
    props = JSON.parse(text)
  }} catch (error) {{
    target.textContent = "The data in this page is not complete: the file may have been cut short."
    return
  }}
  if (typeof {js_name} === "undefined") {{
    target.textContent = {js_missing}
    return
  }}
  target.textContent = ""
  new {js_name}({{ target: target, props: props }})
}})()
</script>"""


def _script_element(js_path, html_path, inline):
    if not inline:
        source = os.path.relpath(str(js_path), str(html_path.parent)).replace(os.sep, "/")
        return '<script src="{}"></script>'.format(html.escape(source))
    code = js_path.read_text(encoding="utf-8")
    # "<\\/" is "</" to JavaScript and nothing to HTML.
    return "<script>\n{}\n</script>".format(code.replace("</script", "<\\/script").replace("<!--", "\\x3c!--"))


def _body(div_id, js_name, props, script, code_path):
    return BODY.format(
        div_id=html.escape(div_id),
        div_id_js=json.dumps(div_id),
        props=props,
        script=script,
        js_name=js_name,
        js_missing=json.dumps("{} is missing or did not run.".format(code_path.name)),
    )


def _write_code(input_path, code_path, compiles, js_name, js_lint):
    """Write the JavaScript of a component; returns what the compiler said, or None if nothing was compiled."""
    code_path.parent.mkdir(parents=True, exist_ok=True)
    if compiles:
        return compile_js(input_path, code_path, js_name=js_name, js_lint=js_lint)["command_output"]
    if code_path.resolve() != input_path.resolve():
        shutil.copyfile(str(input_path), str(code_path))
    return None


def compile_html(
    input_path: PathLike,
    html_path: Optional[PathLike] = None,
    *,
    props: Optional[Dict[str, Any]] = None,
    precision: Optional[int] = None,
    title: Optional[str] = None,
    head: str = "",
    div_id: Optional[str] = None,
    inline_js: Optional[bool] = None,
    svelte_to_js: Optional[bool] = None,
    js_path: Optional[PathLike] = None,
    js_name: Optional[str] = None,
    js_lint: Optional[bool] = None,
) -> Dict[str, Optional[str]]:
    """Make a page that shows a component: from a Svelte file, or from JavaScript compiled before.

    Parameters
    ----------
    input_path : path
        A Svelte component, or JavaScript that defines the global `js_name`.
    html_path : path, optional
        Where to write; default: beside the input, with the ending `.html`. Written whole or not at all.
    props : dict, optional
        The component's props; NumPy values are allowed, NaN and infinities become null.
    precision : int, optional
        Significant figures of numbers; default: all.
    title : str, optional
        Of the page; default: the input's name without its ending.
    head : str
        HTML for the page's head.
    div_id : str, optional
        Id of the div that the component is put into; default: 'appdiv'.
    inline_js : bool, optional
        Whether the JavaScript goes into the page; default: True.
    svelte_to_js : bool, optional
        Whether the input is to be compiled; default: whether its name ends with `.svelte`.
    js_path : path, optional
        Where the JavaScript is written; default: nowhere with `inline_js`, else beside the page, ending in `.js`.
    js_name : str, optional
        See `compile_js`.
    js_lint : bool, optional
        See `compile_js`.

    Returns
    -------
    dict
        js_path (None if not written), js_name, html_path, title, div_id and command_output (None if nothing was
        compiled).

    Raises
    ------
    CompileError
        See `compile_js`.
    InputError
        JSON has no form for the props, or the place cannot be written.
    """
    input_path = Path(input_path)
    if not input_path.is_file():
        raise CompileError("There is no file {} to make a page of.".format(input_path))
    html_path = Path(html_path) if html_path else input_path.with_suffix(".html")
    js_name = js_name or "App"
    title = input_path.stem if title is None else title
    div_id = div_id or "appdiv"
    inline = inline_js is None or inline_js
    compiles = input_path.suffix == ".svelte" if svelte_to_js is None else svelte_to_js

    text = to_json({} if props is None else props, precision)
    script_path = js_path or (None if inline else html_path.with_suffix(".js"))
    with temporary_folder() as temporary:
        code_path = Path(script_path) if script_path else Path(temporary) / "component.js"
        output = _write_code(input_path, code_path, compiles, js_name, js_lint)
        body = _body(div_id, js_name, text, _script_element(code_path, html_path, inline), code_path)
    write_html(html_path, title, body, head=head)
    return {
        "js_path": str(script_path) if script_path else None,
        "js_name": js_name,
        "html_path": str(html_path),
        "title": title,
        "div_id": div_id,
        "command_output": output,
    }
