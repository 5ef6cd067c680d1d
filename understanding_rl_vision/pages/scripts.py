"""Data beside a page in scripts, which pages opened from disk may read too: files of JSON they may not."""

import json
import os

# What a script calls with its name and its content.
FUNCTION = "understandingRlVisionValues"


def script(name, content):
    """The script that tells content, JSON as text, under a name."""
    return "{}({}, {});\n".format(FUNCTION, json.dumps(name), content)


def decode_script(content):
    """Name and content of the bytes of such a script."""
    return json.loads("[" + content.decode("utf-8").strip()[len(FUNCTION) + 1 : -2] + "]")


def script_name(file):
    """The script's file of a JSON's."""
    return os.path.splitext(file)[0] + ".js"
