"""Which results lie below a folder: by the names of their files, without following links."""

import collections
import os
import stat

# A result of a kind. folder: its path from the one that was searched, '' for this; file: its name there; time: when it
# was written, in seconds since 1970.
Found = collections.namedtuple("Found", "kind folder file time")

EVALUATION = "evaluation"
# Of each kind of result: the file that tells it, and how the titles of those pages begin that do not tell their kind.
FILES = {
    "interface.html": ("interface", "Understanding RL Vision"),
    "features.html": ("features", "Feature visualisation"),
    "measurement.html": ("measurement", "What features respond to"),
    "states.html": ("states", "States of interest"),
    "summary.json": (EVALUATION, None),
    "study.html": ("study", "Diversity and interpretability"),
}

MOST_FOLDERS, MOST_RESULTS = 20000, 500
# What commands are still making.
UNFINISHED = ".partial"


def find_results(root, depth):
    """The results in a folder and in those below it, as many deep, newest first, and a sentence on what was left out.

    Folders that are hidden, unfinished, or cannot be read are passed over, and so are links.
    """
    found, folders, waiting = [], 0, collections.deque([("", 0)])
    while waiting and folders < MOST_FOLDERS:
        folder, level = waiting.popleft()
        folders += 1
        files, subfolders = _listed(os.path.join(root, folder))
        found += [Found(FILES[name][0], folder, name, time) for name, time in files]
        if level < depth:
            waiting.extend((os.path.join(folder, name), level + 1) for name in subfolders)
    found.sort(key=lambda result: (-result.time, result.folder, result.file))
    left = []
    if waiting:
        left.append("{:,} folders were looked into, and no more.".format(folders))
    if len(found) > MOST_RESULTS:
        left.append("Of {:,} results the newest {:,} are shown.".format(len(found), MOST_RESULTS))
    return found[:MOST_RESULTS], " ".join(left)


def _listed(path):
    """The files of results in a folder, with their times, and the names of its subfolders, both in order."""
    files, subfolders = [], []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name in FILES and entry.is_file(follow_symlinks=False):
                    files.append((entry.name, entry.stat(follow_symlinks=False).st_mtime))
                elif not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                    subfolders.append(entry.name)
    except OSError:
        return [], []
    return sorted(files), sorted(name for name in subfolders if not name.endswith(UNFINISHED))


def inside(root, *parts):
    """The path of a file below a folder, if it is a plain file and no link leads to it; else None."""
    path = os.path.join(root, *parts)
    try:
        plain = os.path.realpath(path) == os.path.join(os.path.realpath(root), os.path.normpath(os.path.join(*parts)))
        return path if plain and stat.S_ISREG(os.lstat(path).st_mode) else None
    except (OSError, ValueError):
        return None


def beginning(root, *parts, most):
    """The text that the first bytes of a file below a folder are, at most so many; '' where there is no such file."""
    path = inside(root, *parts)
    try:
        if path is None:
            return ""
        with open(path, "rb") as file:
            return file.read(most).decode("utf-8", "replace")
    except OSError:
        return ""
