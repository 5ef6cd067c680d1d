"""A page that takes its place at a remote address: images first, the page last.

What is made here is put into `.partial/` of the remote folder; when all is there it is copied within the store, which
is quick. So an upload that fails leaves the earlier page, and what was begun of the copying the next command on that
folder completes.
"""

import json
import os
import posixpath

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pages.manifest import MANIFEST, PAGE, WHOLE, lists_names, read_json_here
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.remote import Remote, together

PARTIAL = ".partial"


def publish(partial, address, progress=None):
    """Put a page in place that is whole in the folder `partial` here, see `output_folder`, at a remote address.

    Raises InputError where that fails, with where the page is until then.
    """
    remote = Remote(address)
    whole = read_json_here(os.path.join(partial, WHOLE))
    if not _is_whole(whole):
        return
    progress = progress or Progress(quiet=True)
    try:
        _remove(remote, [posixpath.join(PARTIAL, name) for name in remote.below(PARTIAL).files()])
        names = [name.replace(os.sep, posixpath.sep) for name in whole["files"]]
        staged = remote.below(PARTIAL)

        def put(name):
            staged.below(name).put(os.path.join(partial, PAGE, name))

        for _ in progress.track(together(put, names), "putting files at {}".format(remote.address), len(names)):
            pass
        staged.below(WHOLE).write(json.dumps(dict(whole, files=names)).encode("utf-8"))
        complete(remote)
    except InputError as error:
        raise InputError(
            "{} The page is whole in {}: the next command on that address puts it there.".format(error, partial)
        ) from error


def complete(remote):
    """Put in place what is whole in the folder `.partial` of a Remote, if it is."""
    staged = remote.below(PARTIAL)
    whole = _json(staged.below(WHOLE).read())
    if not _is_whole(whole):
        return
    page, names = whole["page"], whole["files"]
    content = _json(remote.below(MANIFEST).read())
    files = content if lists_names(content, content or {}) else {}
    kept = {name for other, others in files.items() if other != page for name in others}
    # No page stands while its images change.
    remote.below(page).remove()

    def copy(name):
        staged.below(name).copy_to(remote.below(name))

    _all(copy, [name for name in names if name != page])
    _remove(remote, sorted((set(whole["owns"]) | (set(files.get(page, [])) - kept)) - set(names)))
    manifest = json.dumps(dict(files, **{page: names}), indent=0, sort_keys=True)
    remote.below(MANIFEST).write(manifest.encode("utf-8"))
    copy(page)
    # Without it the rest is nothing.
    staged.below(WHOLE).remove()
    _remove(staged, names)


def _remove(remote, names):
    _all(lambda name: remote.below(name).remove(), names)


def _all(work, items):
    for _ in together(work, items):
        pass


def _is_whole(whole):
    return lists_names(whole, ("files", "owns")) and whole.get("page") in whole["files"]


def _json(content):
    """What JSON in bytes holds; None for anything else."""
    try:
        return None if content is None else json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
