"""Options of public functions, each declared once: its default, what it does, what it accepts, whether it is a flag.

A table is a dictionary name -> Option. From it come the values that a function works with (`complete`), the flags of a
command line (`command_line.add_options`) and the tables of docs/options.md (`scripts/document_options.py`).

None means "none given". Only options whose default is nothing (None, or an empty dictionary or list) take it, and have
their default then; the check of any other refuses it, as it does every value that is of another kind.
"""

import collections
import copy

from understanding_rl_vision.errors import check_options

Option = collections.namedtuple("Option", "default help check flag", defaults=(True,))
Option.__doc__ = """One option.

default: its value where none is given; None: there is none, or it depends on other things, which the sentence tells.
help: what it does, in a sentence for the command line and the document.
check: function (name, value) -> the value to use, which raises InputError for what is not accepted, see `checks`.
flag: whether it can be given on the command line; functions cannot.
"""

NOTHING = (None, {}, [], ())


def complete(given, options, what, elsewhere=None):
    """Return all options of a table, those given checked and the others by default.

    Parameters
    ----------
    given
        Dictionary name -> value; it is not changed.
    options
        Dictionary name -> Option.
    what
        Whose options they are, for instance "run()".
    elsewhere
        Other places where an unknown name may belong, place -> names.

    Returns
    -------
    Dictionary name -> value. Defaults are copies, so nothing is shared.

    Raises
    ------
    InputError
        An unknown name, or a value that the option's check does not accept.
    """
    check_options(given, list(options), what, dict(places(options), **(elsewhere or {})))
    return {name: _value(name, given, option) for name, option in options.items()}


def _value(name, given, option):
    value = given.get(name)
    if value is None and (name not in given or option.default in NOTHING):
        value = copy.deepcopy(option.default)
        if value is None:
            return None
    return option.check(name, value)


def places(options):
    """The options of a table that are dictionaries, and the names that each may hold."""
    return {name: option.check.keys for name, option in options.items() if hasattr(option.check, "keys")}
