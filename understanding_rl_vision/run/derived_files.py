"""The derived files of a checkpoint: where they are, written, read, and checked."""

import contextlib
import os

from understanding_rl_vision.agents.places import derived_stem
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import check_apart, exists, here, replacing
from understanding_rl_vision.locks import locked
from understanding_rl_vision.remote import is_remote
from understanding_rl_vision.rl_util.pickles import load_large, save_joblib
from understanding_rl_vision.run.kept import KeptWork, made_from

DERIVED_FILES = {
    "model": ".model.pb",
    "metadata": ".metadata.jd",
    "trajectories": ".trajectories.jd",
    "observations": ".observations.jd",
}

METADATA_KEYS = ("policy_logits_name", "value_function_name")
NEEDED_KEYS = {
    "metadata": METADATA_KEYS,
    "trajectories": ("observations", "actions", "rewards"),
    "observations": ("observations",),
}
OPTIONAL_METADATA_KEYS = (
    "env_name",
    "env_options",
    "gae_gamma",
    "gae_lambda",
    "value_scale",
    "action_combos",
    "frame_channels",
)


def derived_paths(checkpoint_path, options):
    """Kind of derived file → its path, or None for one that is not kept."""
    stem, paths = derived_stem(checkpoint_path), {}
    for kind, suffix in DERIVED_FILES.items():
        paths[kind] = options[kind + "_path"] or (None if options["temp_files"] else stem + suffix)
        if paths[kind] is None and not options["resample"]:
            raise InputError(
                "temp_files=True leaves nothing to read again: with resample=False give {}_path.".format(kind)
            )
    return paths


def check_written(checkpoint_paths, paths):
    """Raise InputError where derived files, a dictionary of paths for each checkpoint, are one or overwrite one."""
    written = [path for derived in paths for path in derived.values() if path is not None]
    check_apart(written, checkpoint_paths)
    for i, path in enumerate(written):
        check_apart([path], written[:i])


@contextlib.contextmanager
def locked_derived(paths, reading=False):
    """As a context: no other process writes to derived files, nor reads them unless `reading` is what is done here.

    paths: a dictionary of paths for each checkpoint; remote ones have no locks. Raises InputError where another has
    one of them.
    """
    written = [path for derived in paths for path in derived.values() if path is not None and not is_remote(path)]
    files = sorted(set(map(os.path.realpath, written)))
    with contextlib.ExitStack() as locks:
        for path in files:
            locks.enter_context(locked(path + ".lock", path, shared=reading))
        yield


def derived_paths_in(folder, name, kinds):
    """Kind of derived file → its path in a folder."""
    return {kind: os.path.join(folder, name + DERIVED_FILES[kind]) for kind in kinds}


def kept_samples(folder, name, paths, made_of, play, beside=(), told=None):
    """Kind of derived file → what it holds, from `play()`, which is not called where its files are still there.

    folder: where it is kept that they are whole, or None. paths: of the files, by kind; None for those to be kept in
    the folder, or nowhere. made_of: what decides what is played; beside: paths of more files that `play` writes;
    told: a list of plain values that `play` fills, or that is filled with what it was.
    """
    if folder is not None:
        kept_here = derived_paths_in(folder, name, paths)
        paths = {kind: path or kept_here[kind] for kind, path in paths.items()}
    files = [*paths.values(), *beside]
    kept = KeptWork(folder, "", made_from(made_of))
    found = kept.find(name)
    if found is not None and found["files"] == files:
        if told is not None:
            told[:] = found["told"]
        return read_derived(paths)
    played = play()
    write_derived(played, paths)
    ours = [os.path.abspath(path) for path in files if path is not None and not is_remote(path)]
    kept.keep(name, {"files": files, "told": told}, ours)
    return played


def write_derived(files, paths):
    """Write what derived files hold to those of the paths (by kind) that are not None."""
    for kind, path in paths.items():
        if path is None:
            continue
        if kind == "model":
            with replacing(path) as file:
                file.write(files[kind])
        else:
            # Frames at full size take an eighth of the room then.
            save_joblib(files[kind], path, compress=("zlib", 1) if "observations_full" in files[kind] else 0)


def read_derived(paths):
    """Kind of derived file → what it holds."""
    for path in paths.values():
        if not exists(path):
            raise InputError(
                "There is no file {}, which resample=False reads. Load the checkpoint once with resample=True.".format(
                    path
                )
            )
    files = {kind: load_large(path) for kind, path in paths.items() if kind != "model"}
    if "observations" in files and not isinstance(files["observations"], dict):
        files["observations"] = {"observations": files["observations"]}
    try:
        with open(here(paths["model"]), "rb") as file:
            files["model"] = file.read()
    except OSError as error:
        raise InputError("Cannot read {}: {}.".format(paths["model"], error.strerror)) from None
    return files


def check_derived(files, full_resolution, paths):
    """Raise InputError where what `read_derived` has read from these paths lacks what `generate_data` takes."""
    for kind, keys in NEEDED_KEYS.items():
        if kind not in files:
            continue
        content = files[kind]
        missing = [key for key in keys if not isinstance(content, dict) or key not in content]
        if full_resolution and kind != "metadata" and "observations_full" not in content:
            missing.append("observations_full")
        if missing:
            raise InputError(
                "The file {} lacks {}. Load the checkpoint with resample=True to write it again.".format(
                    paths[kind], ", ".join(missing)
                )
            )


def generate_data(files):
    """The data arguments of generate, from what the derived files hold."""
    metadata = files["metadata"]
    data = {key: metadata[key] for key in METADATA_KEYS}
    data.update((key, metadata[key]) for key in OPTIONAL_METADATA_KEYS if metadata.get(key) is not None)
    data.update(model_bytes=files["model"], trajectories=files.get("trajectories"))
    if "observations" in files:
        data["observations"] = files["observations"]["observations"]
        data["observations_full"] = files["observations"].get("observations_full")
        data["objects"] = files["observations"].get("objects")
    return data
