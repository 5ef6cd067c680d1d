"""A page in one file holds what the others have beside them."""

import base64
import io
import json
import os
import zlib

import numpy as np
import PIL.Image
import pytest

from tests.helpers.interfaces import FEW, props_of, tiny_data
from understanding_rl_vision.pages.scripts import decode_script, script_name
from understanding_rl_vision.run.generating import generate
from understanding_rl_vision.run.single_file import files_in


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Folders of the same page with its files beside it, and in one file."""
    folder = tmp_path_factory.mktemp("pages")
    for single in (False, True):
        generate(folder / str(single), single_file=single, inline_js=not single, **dict(tiny_data(), **FEW))
    return folder / "False", folder / "True"


def seen(source):
    """The pixels of an image, (h, w, 4); of those that cannot be seen, no colour."""
    with PIL.Image.open(source) as image:
        pixels = np.array(image.convert("RGBA"))
    return pixels * (pixels[..., 3:] > 0)


def test_nothing_is_beside_it_that_the_page_shows(pages):
    beside, single = pages
    names = files_in(beside, props_of(beside)["subdirs"].values())
    assert names and {name.rsplit(".")[-1] for name in names} == {"png", "js"}
    left = {name for _, _, found in os.walk(single) for name in found}
    assert left == {"interface.html", "directions.json", ".files.json"}


def test_the_page_holds_the_same(pages):
    beside, single = map(props_of, pages)
    inside = {*single["files"], *single["json_preloaded"], *map(script_name, single["json_packed"])}
    assert inside == set(files_in(pages[0], beside["subdirs"].values()))
    kinds = set()
    for name, address in single["files"].items():
        kind, content = address.split(",")
        kinds.add(kind)
        content = base64.b64decode(content)
        assert len(content) <= (pages[0] / name).stat().st_size
        # Feature images lose a little, nothing else does.
        if not name.startswith("features/"):
            np.testing.assert_array_equal(*(seen(source) for source in (io.BytesIO(content), str(pages[0] / name))))
    assert kinds == {"data:image/png;base64", "data:image/webp;base64"}
    unpacked = {
        name: json.loads(zlib.decompress(base64.b64decode(packed))) for name, packed in single["json_packed"].items()
    }
    in_scripts = {script_name(name): value for name, value in unpacked.items()}
    scripts = {name: decode_script((pages[0] / name).read_bytes()) for name in in_scripts}
    assert scripts == {name: [name, value] for name, value in in_scripts.items()}
    name, values = next(iter(single["json_preloaded"].items()))
    assert json.dumps(values) in (pages[0] / name).read_text("ascii")
