"""Errors that a caller can mend: the command line prints them in a sentence and exits with status 2."""

import difflib


class InputError(ValueError):
    """What was given cannot be used. The message names it, says what is accepted and what to do next."""


class UnsafePickleError(InputError):
    """A file holds pickled objects other than arrays, numbers and plain containers."""


class MissingPackageError(InputError, ImportError):
    """A feature needs a package that is not installed. The message says how to get it."""


class InputWarning(UserWarning):
    """Something that was given has no effect. The command line prints it in a sentence and goes on."""


def check_options(given, accepted, what, elsewhere=None):
    """Raise InputError for the first name in `given` that is not in `accepted`, naming where it belongs or close ones.

    `what` says whose options they are, for instance "run()" or "procgen environment". elsewhere: other places, such as
    "trajectories_kwargs", and the names that are accepted there.
    """
    for name in given:
        if name not in accepted:
            places = [place for place, names in (elsewhere or {}).items() if name in names and place != what]
            if places:
                raise InputError("Unknown option {!r} of {}; it belongs to {}.".format(name, what, " or ".join(places)))
            close = difflib.get_close_matches(str(name), accepted, n=3, cutoff=0.5)
            hint = "did you mean {}?".format(" or ".join(map(repr, close))) if close else ""
            raise InputError(
                "Unknown option {!r} of {}; {}".format(
                    name, what, hint or "accepted are {}.".format(", ".join(sorted(accepted)))
                )
            )
