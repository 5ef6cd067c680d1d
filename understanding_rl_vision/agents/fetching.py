"""Getting what belongs to the checkpoint that a user names, where it is not here yet."""

import os

from understanding_rl_vision.agents.downloading import download, is_intact
from understanding_rl_vision.agents.places import derived_address, derived_stem, find_place, local_path
from understanding_rl_vision.files import here
from understanding_rl_vision.progress import Progress


def fetch(given, progress=None):
    """The local path of a checkpoint, which is downloaded where it has a name or an address and is not here yet.

    given: a path, which is returned as it is, 'openai:NAME', an http(s) address, or another remote one, whose copy is
    fetched anew where the file has changed.
    progress: a Progress; default: a quiet one.

    Raises InputError for an unknown name, and where the file cannot be got.
    """
    place, path = find_place(given), local_path(given)
    if place is None:
        return here(given, progress)
    if not is_intact(path, place.sha256):
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
    if place is None:
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
