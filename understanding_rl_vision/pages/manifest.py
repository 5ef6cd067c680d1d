"""The lists of files that tell which page of a folder has which, and that a page is whole."""

import json

from understanding_rl_vision.checks import is_inside

MANIFEST = ".files.json"
# In the folder beside: what the page is made of; what is finished of it, for a killed process to go on with; and the
# list of the former, which says that it is whole.
PAGE, WORK, WHOLE = "page", "work", "whole.json"


def read_json_here(path):
    """What a JSON file holds; None where it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError, RecursionError):
        return None


def lists_names(content, keys):
    """Whether this is a dictionary that has lists of names inside of a folder under these keys."""
    return isinstance(content, dict) and all(
        isinstance(content.get(key), list) and all(map(_is_inside, content[key])) for key in keys
    )


def _is_inside(name):
    return isinstance(name, str) and is_inside(name)
