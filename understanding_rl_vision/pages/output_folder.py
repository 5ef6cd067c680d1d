"""The folder that a page is written to: whole or not at all.

What is made is written beside it, into FOLDER.partial/page, and takes its place when it is whole. An earlier page and
what its reader has put there stay until then. `.files.json` lists the files of each page of a folder, so that those of
an earlier one that the new one lacks go, and nothing else.
"""

import collections
import contextlib
import json
import os
import pathlib
import shutil

from understanding_rl_vision.checks import check_path
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import (
    check_apart,
    check_writable,
    make_folders,
    remove_empty,
    replacing,
    staying,
    unwritable,
)
from understanding_rl_vision.interrupts import undisturbed
from understanding_rl_vision.locks import beside, locked_folder
from understanding_rl_vision.pages.manifest import MANIFEST, PAGE, WHOLE, WORK, lists_names, read_json_here
from understanding_rl_vision.pages.publishing import complete, publish
from understanding_rl_vision.remote import Remote, address_of, is_address, is_remote, local_copy
from understanding_rl_vision.sharing import seen_by_all

INTERFACE_FILE = "interface.html"

# output: the folder, or remote address, that the page is for; page: the folder to write into, for now; work: for what
# is to be found again by who goes on after a process that was killed or failed.
PartialFolder = collections.namedtuple("PartialFolder", "output page work")


@contextlib.contextmanager
def writing(output_dir, page=INTERFACE_FILE, owns=(), reads=(), progress=None):
    """As a context: a PartialFolder, whose files take their place when it is left without an error.

    page: the page's file name, which is put in place last. owns: names of files that an earlier page must not leave
    behind, whoever wrote them. reads: paths of files that the page is made of, or None. progress: a Progress, which
    follows how files are put at a remote address. Raises InputError for a folder that cannot be written to, where
    another process is writing to it, and where the page would overwrite what it is made of.
    """
    output, place, partial = _checked_places(output_dir, page, owns, reads)
    with locked_folder(place, output):
        made = []
        _check_ours(partial)
        try:
            with _naming(partial):
                _put_in_place(partial, output, progress)
                _remove_unfinished(partial)
                made = make_folders(partial)
                for name in (PAGE, WORK):
                    os.makedirs(os.path.join(partial, name), exist_ok=True)
            with staying(os.path.join(partial, PAGE), "the page was made there"):
                yield PartialFolder(output, os.path.join(partial, PAGE), os.path.join(partial, WORK))
            # Files are on their way to a remote address for long: there an interrupt is heeded, and does no harm.
            with _naming(partial), contextlib.nullcontext() if is_address(output) else undisturbed():
                _say_whole(partial, page, owns)
                if not _put_in_place(partial, output, progress):
                    raise InputError("{} was removed while a page was put there. Run again.".format(output))
        finally:
            # What is whole is put in place by whoever writes to this folder next.
            if not os.path.exists(os.path.join(partial, WHOLE)):
                with undisturbed():
                    _remove_unfinished(partial)
                    remove_empty(made[1:])


def planned(output_dir, page=INTERFACE_FILE, owns=(), reads=(), progress=None):
    """The PartialFolder that `writing` would write to, checked as there, but nothing is made, nor kept from others."""
    output, _, partial = _checked_places(output_dir, page, owns, reads)
    _check_ours(partial)
    return PartialFolder(output, os.path.join(partial, PAGE), os.path.join(partial, WORK))


def _checked_places(output_dir, page, owns, reads):
    """The output folder, its place here, and the folder beside that. For the arguments and errors see `writing`."""
    output = checked_output(output_dir, page)
    # What is for a remote address is made in the user's cache.
    place = local_copy(output, "pages") if is_address(output) else output
    partial = beside(place, "partial")
    check_apart([os.path.join(output, name) for name in (page, *owns)] + [partial], list(reads))
    return output, place, partial


@contextlib.contextmanager
def _naming(partial):
    """As a context: an OSError becomes an InputError that names the path."""
    try:
        yield
    except OSError as error:
        whole = os.path.exists(os.path.join(partial, WHOLE))
        advice = "the page is whole in {}: mend this, and the next run puts it in place".format(partial)
        raise unwritable(error.filename or partial, error, advice if whole else None) from error


@contextlib.contextmanager
def writing_together(ranks, output_dir, **options):
    """The same for ranks that write into one folder: the first one prepares it and puts in place what all have made."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(writing(output_dir, **options)) if ranks.rank == 0 else None
        folder = ranks.broadcast(folder)
        seen_by_all(ranks, folder.page)
        with ranks.watching(os.path.dirname(folder.page)):
            yield folder
        ranks.gather(None)


def make_subfolders(folder, subdirs):
    """Make subfolders of a PartialFolder. Raises InputError for those that cannot be written where it is to be put."""
    for subdir in sorted(subdirs):
        os.makedirs(os.path.join(folder.page, subdir), exist_ok=True)
        if is_address(folder.output):
            continue
        place = os.path.normpath(os.path.join(folder.output, subdir))
        if os.path.lexists(place):
            check_writable(os.path.join(place, "image"))


def checked_output(output_dir, page):
    """The path of an output folder, absolute and without links, or its remote address.

    Raises InputError where it cannot be written to.
    """
    if is_address(check_path("output_dir", output_dir)):
        address = address_of(output_dir).rstrip("/")
        check_writable("/".join([address, page]))
        return address
    if not os.fspath(output_dir):
        raise InputError("Cannot write to '', which is no folder; give a local folder that you can write to.")
    output = os.path.realpath(os.fspath(output_dir))
    path = os.path.join(output, page)
    if os.path.isdir(path):
        raise InputError("Cannot write {}, which is a folder; give another output folder.".format(path))
    if os.path.lexists(output):
        check_writable(path)
    return output


def _remove_unfinished(partial):
    """Remove the folder beside, unless something in it is finished, which can be gone on with."""
    if not any(files for _, _, files in os.walk(os.path.join(partial, WORK))):
        shutil.rmtree(partial, ignore_errors=True)


def _check_ours(partial):
    """Raise InputError where in place of what a process has left of a page that it made there is something else."""
    if os.path.lexists(partial) and not (
        os.path.isdir(partial)
        and all(name in (PAGE, WORK) or name.startswith((WHOLE, MANIFEST)) for name in os.listdir(partial))
    ):
        raise InputError(
            "{} is in the way: the page is to be made there. Move it, or give another output folder.".format(partial)
        )


def _say_whole(partial, page, owns):
    folder = os.path.join(partial, PAGE)
    names = [os.path.relpath(os.path.join(path, name), folder) for path, _, found in os.walk(folder) for name in found]
    with replacing(os.path.join(partial, WHOLE)) as file:
        file.write(json.dumps({"page": page, "files": sorted(names), "owns": list(owns)}).encode("utf-8"))


def _put_in_place(partial, output, progress):
    """Let a page take its place, if it is whole. What was begun of that is gone on with.

    Returns False where files that had been put there are gone: then what is left of the page is removed.
    """
    if is_address(output):
        if os.path.exists(os.path.join(partial, WHOLE)):
            publish(partial, output, progress)
            shutil.rmtree(partial)
        else:
            complete(Remote(output))
        return True
    whole = read_json_here(os.path.join(partial, WHOLE))
    if not lists_names(whole, ("files", "owns")) or whole.get("page") not in whole["files"]:
        return True
    source, page = os.path.join(partial, PAGE), whole["page"]
    files = _files_of_pages(output)
    kept = {name for other, names in files.items() if other != page for name in names}
    # What takes room comes first.
    with replacing(os.path.join(partial, MANIFEST)) as file:
        file.write(json.dumps(dict(files, **{page: whole["files"]}), indent=0, sort_keys=True).encode("utf-8"))
    for folder in {os.path.dirname(os.path.join(output, name)) for name in (page, *whole["files"])}:
        os.makedirs(folder, exist_ok=True)
    # No page stands while its images change.
    if os.path.exists(os.path.join(source, page)):
        _remove_files(output, [page])
    for name in whole["files"]:
        if name != page and os.path.exists(os.path.join(source, name)):
            os.replace(os.path.join(source, name), os.path.join(output, name))
    if not _are_there(output, set(whole["files"]) - {page}):
        _remove_files(output, sorted(set(whole["files"]) - kept))
        shutil.rmtree(source, ignore_errors=True)
        os.remove(os.path.join(partial, WHOLE))
        return False
    old = set(whole["owns"]) | (set(files.get(page, [])) - kept)
    _remove_files(output, sorted(old - set(whole["files"])))
    os.replace(os.path.join(partial, MANIFEST), os.path.join(output, MANIFEST))
    if os.path.exists(os.path.join(source, page)):
        os.replace(os.path.join(source, page), os.path.join(output, page))
    shutil.rmtree(partial)
    return _are_there(output, whole["files"])


def _are_there(folder, names):
    return all(os.path.lexists(os.path.join(folder, name)) for name in names)


def _remove_files(folder, names):
    """Remove files, and the folders that are empty then."""
    for name in names:
        path = os.path.join(folder, name)
        if os.path.lexists(path):
            os.remove(path)
            parents = pathlib.PurePath(name).parents
            remove_empty([os.path.join(folder, str(parent)) for parent in list(parents)[:-1]])


def _files_of_pages(output):
    """Page -> the names of its files, of the pages in a folder; none where that cannot be read."""
    content = read_json_here(os.path.join(output, MANIFEST))
    return content if lists_names(content, content or {}) else {}


def copy_files(source, target):
    """Copy the files of a folder, if it is there, to another one."""
    for name in sorted(os.listdir(source)) if os.path.isdir(source) else []:
        shutil.copy(os.path.join(source, name), target)


def size_in_bytes(folder):
    """The size of all files below a folder."""
    return sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(folder) for name in names)


def summary_line(page, progress):
    """What a command closes with: the page's address, the size of its folder, and how long each stage took."""
    if is_remote(page):
        size = Remote(os.path.dirname(page)).size_in_bytes()
        return "{} ({:.1f} MB; {})".format(page, size / 1e6, progress.summary())
    path = pathlib.Path(page).resolve()
    return "{} ({:.1f} MB; {})".format(path.as_uri(), size_in_bytes(str(path.parent)) / 1e6, progress.summary())
