"""Getting what belongs to the checkpoint that a user names, where it is not here yet."""

import filecmp
import os
import shutil

from understanding_rl_vision.agents import examples
from understanding_rl_vision.agents.downloading import download, is_intact
from understanding_rl_vision.agents.places import derived_address, derived_stem, find_place, is_example, local_path
from understanding_rl_vision.cache import CACHE_VARIABLE
from understanding_rl_vision.files import here, replacing
from understanding_rl_vision.progress import Progress


def fetch(given, progress=None):
    """The local path of a checkpoint, which is downloaded where it has a name or an address and is not here yet.

    given: a path, which is returned as it is, 'openai:NAME', 'example:NAME', which is copied from the package, an
    http(s) address, or another remote one, whose copy is fetched anew where the file has changed.
    progress: a Progress; default: a quiet one.

    Raises InputError for an unknown name, and where the file cannot be got.
    """
    place, path = find_place(given), local_path(given)
    if place is None:
        return here(given, progress)
    if is_example(given):
        _copy(examples.packaged(os.path.splitext(place.parts[-1])[0]), path)
    elif not is_intact(path, place.sha256):
        progress = progress or Progress(quiet=True)
        if os.path.exists(path):
            progress.say("{} is not what OpenAI published; it is downloaded anew.".format(path))
        download(place.address, path, place.sha256, progress)
    return path


def fetch_derived(given, paths, progress=None):
    """Download the derived files that were published beside a checkpoint with a name or an address.

    paths: where they are wanted. Only those are downloaded that `local_path(given, published=True)` would have beside
    it, and that are not there yet. Raises InputError where one cannot be got.
    """
    place = find_place(given)
    if place is None or is_example(given):
        return
    stem = derived_stem(local_path(given, published=True))
    for path in paths:
        if path.startswith(stem + ".") and not os.path.exists(path):
            download(
                derived_address(place, path[len(stem) :]),
                path,
                None,
                progress or Progress(quiet=True),
                otherwise=", or leave resample=False out, so that the agent is played",
            )


def _copy(source, path):
    """Put a copy of a file at `path`, where another, or none, is there."""
    if os.path.exists(path) and filecmp.cmp(source, path, shallow=False):
        return
    with open(source, "rb") as original:
        with replacing(path, "set {} to a folder that can be written, with room".format(CACHE_VARIABLE)) as file:
            shutil.copyfileobj(original, file)
