"""A page in one file: its images, and its large JSON packed, are inside, so that it opens wherever it is put."""

import base64
import fnmatch
import os
import pathlib
import zlib

from understanding_rl_vision.files import remove_empty
from understanding_rl_vision.pages.scripts import decode_script
from understanding_rl_vision.pictures.webp import smaller
from understanding_rl_vision.svelte3 import to_json

KINDS = IMAGES, VALUES = "*.png", "*.js"


def files_in(folder, subdirs):
    """The names of images and scripts of values in subfolders, from the folder and with slashes, in order."""
    paths = {path for subdir in subdirs for kind in KINDS for path in pathlib.Path(folder, subdir).rglob(kind)}
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def with_files_inside(props, folder, names, precision):
    """The props of a page that holds the files of these names, and what large JSON it has, packed.

    files: name -> the image as an address (data:), smaller than its file, and but for feature images the same to the
    pixel; json_packed: name -> the JSON, zlib's format in base64; json_preloaded: values, which are packed already, by
    the names of their scripts.
    """
    content = {name: pathlib.Path(folder, name).read_bytes() for name in names}
    images = fnmatch.filter(names, IMAGES)
    of_features = {props["subdirs"]["features"] + name for entry in props["features"] for name in entry["images"]}
    return dict(
        props,
        files={name: _address(content[name], lossy=name in of_features) for name in images},
        json_packed={name: _packed(to_json(value, precision)) for name, value in props["json_preloaded"].items()},
        json_preloaded=dict(decode_script(content[name]) for name in fnmatch.filter(names, VALUES)),
    )


def remove_files(folder, names):
    """Remove files that are in the page, and the folders that are empty then."""
    for name in names:
        os.remove(os.path.join(folder, name))
        remove_empty([os.path.join(folder, str(parent)) for parent in list(pathlib.PurePath(name).parents)[:-1]])


def _address(content, lossy):
    kind, made = smaller(content, lossy)
    return "data:image/{};base64,{}".format(kind, _base64(made))


def _packed(text):
    return _base64(zlib.compress(text.encode("utf-8"), 9))


def _base64(content):
    return base64.b64encode(content).decode("ascii")
