"""From a checkpoint to its interface."""

import pathlib

from understanding_rl_vision.errors import InputError, check_options
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_clarity.generating import generate
from understanding_rl_vision.rl_clarity.loading import LOAD_OPTIONS, load
from understanding_rl_vision.rl_clarity.options import GENERATE_OPTIONS, Option, with_defaults
from understanding_rl_vision.rl_clarity.output_folder import prepare, size_in_bytes

RUN_OPTIONS = {
    "load_kwargs": Option({}, "options of load: {}".format(", ".join(LOAD_OPTIONS))),
    "trajectories_kwargs": LOAD_OPTIONS["trajectories_kwargs"],
    "observations_kwargs": LOAD_OPTIONS["observations_kwargs"],
}
RUN_OPTIONS.update(GENERATE_OPTIONS)


def run(checkpoint_path, output_dir, *, quiet=False, **options):
    """Play a checkpoint's agent and write the interface that looks into it. Returns the path of interface.html.

    checkpoint_path: joblib file {'params': {name: array}, 'args': {...}}, as the README describes.
    output_dir: local folder for the page and its images.
    load_kwargs, trajectories_kwargs, observations_kwargs: see `load`; other options: see `generate`.
    quiet: no progress bars and no closing line.

    Raises InputError for what cannot be used; then no page is left in the folder.
    """
    # An earlier page must not be taken for the one that this run fails to make.
    prepare(output_dir, [])
    check_options(options, list(RUN_OPTIONS), "run()")
    load_kwargs = options.pop("load_kwargs", {})
    if not isinstance(load_kwargs, dict):
        raise InputError(
            "load_kwargs={!r} given; a dictionary of {} is accepted.".format(load_kwargs, ", ".join(LOAD_OPTIONS))
        )
    load_kwargs = dict(load_kwargs)
    for name in ("trajectories_kwargs", "observations_kwargs"):
        if name in options:
            load_kwargs[name] = options.pop(name)
    # What is wrong with the options shows before the agent has played for minutes.
    with_defaults(options)
    progress = Progress(quiet=quiet)
    data = load(checkpoint_path, progress=progress, **load_kwargs)
    data.update(options)
    page = generate(output_dir, progress=progress, **data)
    if not quiet:
        print(
            "{} ({:.1f} MB; {})".format(
                pathlib.Path(page).resolve().as_uri(), size_in_bytes(output_dir) / 1e6, progress.summary()
            )
        )
    return page
