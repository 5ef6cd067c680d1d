"""Options of public functions, each declared once: its default, what it does, what it accepts, whether it is a flag.

A table is a dictionary name -> Option. From it come the values that a function works with (`complete`), the flags of a
command line (`command_line.add_options`) and the tables of docs/options.md (`scripts/document_options.py`).

None means "none given". Only options whose default is nothing (None, or an empty dictionary or list) take it, and have
their default then; the check of any other refuses it, as it does every value that is of another kind.
"""

import collections
import copy

from understanding_rl_vision.errors import check_options

Option = collections.namedtuple("Option", "default help check flag within", defaults=(True, None))
Option.__doc__ = """One option.

default: its value where none is given; None: there is none, or it depends on other things, which the sentence tells.
help: what it does, in a sentence for the command line and the document.
check: function (name, value) -> the value to use, which raises InputError for what is not accepted, see `checks`.
flag: whether it can be given on the command line; functions cannot.
within: of what is an option of the command line alone: the dictionary among the function's options that it is a value
in, and its key there. The check is not asked, only how words are read for it.
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


def within(option, table, flags, of=""):
    """Options of the command line alone, for values in another one.

    option: name of the dictionary that they are in; table: of the options in it; flags: name of each -> its key there.
    of: what begins their sentences.
    """
    return {flag: table[key]._replace(help=of + table[key].help, within=(option, key)) for flag, key in flags.items()}


def first(names, tables, without=()):
    """Tables for the help of a command, title -> table: what is asked for most has one of its own before the others.

    names: what that is. without: names that are left out.
    """
    every = {name: option for table in tables.values() for name, option in table.items()}
    left = set(every).difference(names, without)
    rest = {title: {name: table[name] for name in table if name in left} for title, table in tables.items()}
    return dict({"asked for most": {name: every[name] for name in names}}, **rest)


def places(options):
    """The options of a table that are dictionaries, and the names that each may hold."""
    return {name: option.check.keys for name, option in options.items() if hasattr(option.check, "keys")}
