"""Whatever goes wrong with reading a file, in a sentence that says what to do next."""

import contextlib

from understanding_rl_vision.errors import InputError


@contextlib.contextmanager
def refusals(path, what, advice):
    """Raise InputError for whatever the block raises.

    path: of the file that it reads. what: it is to be, such as "a joblib file (.jd)". advice: a sentence on how to get
    one that is not damaged.
    """
    try:
        yield
    except InputError as error:
        raise type(error)("Cannot read {}. {}".format(path, error)) from None
    except FileNotFoundError:
        raise InputError("There is no file {}; give the path of {}.".format(path, what)) from None
    except IsADirectoryError:
        raise InputError("{} is a folder; give the path of {}.".format(path, what)) from None
    except PermissionError as error:
        raise InputError("Cannot read {}: {}.".format(path, error.strerror)) from None
    except MemoryError:
        raise InputError(
            "There is too little memory to read {}; close other programs, or take a machine with more.".format(path)
        ) from None
    except Exception as error:  # A damaged file can fail in any way; nothing but arrays was built.
        raise InputError(
            "{} is not {}, or it is damaged or cut short ({}: {}). {}".format(
                path, what.split(" (")[0], type(error).__name__, error, advice
            )
        ) from error
