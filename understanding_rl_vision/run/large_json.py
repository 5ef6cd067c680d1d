"""A page's large JSON in scripts beside it, each loaded when it is shown."""

import os

from understanding_rl_vision.pages.scripts import script, script_name
from understanding_rl_vision.svelte3 import to_json


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


def _renamed(entries, *keys):
    return [dict(entry, **{key: [script_name(file) for file in entry[key]] for key in keys}) for entry in entries]
