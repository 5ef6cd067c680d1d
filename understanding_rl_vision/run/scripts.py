"""Data beside the page in scripts, which pages opened from disk may read too: files of JSON they may not."""

import json
import os

from understanding_rl_vision.svelte3 import to_json

# What a script calls with its name and its content.
FUNCTION = "understandingRlVisionValues"


def script(name, content):
    """The script that tells content, JSON as text, under a name."""
    return "{}({}, {});\n".format(FUNCTION, json.dumps(name), content)


def decode_script(content):
    """Name and content of the bytes of such a script."""
    return json.loads("[" + content.decode("utf-8").strip()[len(FUNCTION) + 1 : -2] + "]")


def with_scripts_beside(props, folder, precision):
    """Write what large JSON the props have to scripts in the folder, and return props that name them in its place."""
    for file, value in props["json_preloaded"].items():
        name = script_name(file)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as opened:
            opened.write(script(name, to_json(value, precision)))
    return dict(
        props,
        json_preloaded={},
        features=_renamed(props["features"], "overlay_grids"),
        attribution_totals=_renamed(props["attribution_totals"], "channels", "residuals"),
    )


def script_name(file):
    """The script's file of a JSON's."""
    return os.path.splitext(file)[0] + ".js"


def _renamed(entries, *keys):
    return [dict(entry, **{key: [script_name(file) for file in entry[key]] for key in keys}) for entry in entries]
