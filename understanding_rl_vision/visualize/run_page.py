"""The interface of a run in the folder that is written to: its directions are shown, and it shows their images."""

import base64
import os
import urllib.parse

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import exists, here
from understanding_rl_vision.json_files import parse_json
from understanding_rl_vision.pages.output_folder import INTERFACE_FILE
from understanding_rl_vision.run.directions import read_directions_of, read_names
from understanding_rl_vision.run.nmf_output import FeaturesOf
from understanding_rl_vision.svelte3 import to_json

# The value of the option nmf, and what it stands for.
RUN = "run"
OF_RUN = FeaturesOf(RUN, None, RUN, "the run whose interface is beside this page")

_OPENING, _CLOSING = '<script type="application/json" id="appdiv-props">', "</script>"


def run_folder(options, output):
    """The folder of the run whose directions are asked for, or None where they are fitted."""
    return output if options["nmf"] == RUN else None


def run_directions(folder, channels):
    """Layer -> the directions (features, C) of the run in a folder, none of None. channels: how many each layer has."""
    return {name: read_directions_of(folder, name, count) for name, count in channels.items()} if folder else {}


def names_of(folder, layer):
    """Number of the direction from 0 -> its name, of the run in a folder; none of None."""
    return read_names(folder, layer) if folder else {}


def address_of_feature(folder, layer, number):
    """Where the interface in a folder shows a feature; '' where there is none."""
    if folder is None or not exists(os.path.join(folder, INTERFACE_FILE)):
        return ""
    chosen = {"layer": layer, "feature": "{}~{}".format(number + 1, layer)}
    return "{}#{}".format(INTERFACE_FILE, urllib.parse.urlencode(chosen, safe="~"))


def tell_interface(folder, page, gradients):
    """Write the interface of a PartialFolder's output anew, if there is one: it shows the images made by gradient.

    page: the name of the page that leads to it; gradients: layer -> number of the direction from 0 -> file.
    """
    path = os.path.join(folder.output, INTERFACE_FILE)
    if not exists(path):
        return
    with open(here(path), encoding="utf-8") as file:
        html = file.read()
    start = html.find(_OPENING) + len(_OPENING)
    end = html.find(_CLOSING, start)
    if start < len(_OPENING) or end < 0:
        raise InputError("{} is not the page of a run; write it again.".format(path))
    props = parse_json(html[start:end])
    props["visualized"] = {"page": page, "gradients": gradients}
    if props.get("files"):
        names = [name for of_layer in gradients.values() for name in of_layer.values()]
        props["files"].update((name, _address(os.path.join(folder.page, name))) for name in names)
    with open(os.path.join(folder.page, INTERFACE_FILE), "w", encoding="utf-8", newline="") as file:
        file.write(html[:start] + to_json(props) + html[end:])


def _address(path):
    with open(path, "rb") as file:
        return "data:image/png;base64," + base64.b64encode(file.read()).decode("ascii")
