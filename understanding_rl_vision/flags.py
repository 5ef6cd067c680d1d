"""Options as flags of a command line: how they are told of, and how the words after them are read.

A flag's value is JSON or a Python literal, or the text itself. Where it is plain it takes less: a list is its items
(--layers 2b 3a), a dictionary KEY=VALUE for each of its entries, and what is true or false is true when it is named.
"""

import argparse
import ast
import itertools
import json
import re

from understanding_rl_vision import checks
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.options import places

# What stands for a value in the help, by the check that it must pass, where that does not say so itself.
SHOWN = {
    checks.check_flag: "[BOOL]",
    checks.check_integer: "N",
    checks.check_number: "NUMBER",
    checks.check_positive: "NUMBER",
}

_TRUTHS = ("true", "false", "True", "False", "0", "1", "null", "None")
_ENTRY = re.compile(r"(\w[\w-]*)=(.*)", re.DOTALL)
_FLAG = re.compile(r"--?[a-zA-Z]|--$")


def parse_value(text):
    """A flag's text as a value: JSON, or a Python literal, or the text itself."""
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(text)
        except (ValueError, SyntaxError):
            pass
    return text


def parse_text(text):
    """A flag's text as the text itself, whatever it looks like; as JSON it may stand in quotes, and null is None."""
    value = parse_value(text)
    return value if value is None or isinstance(value, str) else text


def flag_of(name):
    """The flag of an option's name."""
    return "--" + name.replace("_", "-")


def flags_of(options):
    """Options, a dictionary, as the arguments of a command that takes them."""
    return [text for name, value in options.items() for text in (flag_of(name), json.dumps(value))]


def add_options(parser, options, title=None):
    """Add a flag, the name with dashes, for each option of a table that can be one.

    options: dictionary name -> Option, whose check tells how words are read. title: of a group of their own.
    """
    parser.places = dict(getattr(parser, "places", {}), **places(options))
    parser.options = getattr(parser, "options", {})
    group = parser.add_argument_group(title) if title else parser
    for name, option in options.items():
        if option.flag:
            parser.options[flag_of(name)] = option
            group.add_argument(
                flag_of(name),
                dest=".".join(option.within or (name,)),
                type=_reader(option),
                default=argparse.SUPPRESS,
                metavar=metavar(option),
                help=(option.help + _default_text(option.default)).replace("%", "%%"),
            )


def metavar(option):
    """What stands for an option's value in the help."""
    if _is_dictionary(option):
        return "KEY=VALUE ..."
    words = _shown(getattr(option.check, "item", option.check))
    return words + " ..." if _is_list(option) else words


def _shown(check):
    choices = getattr(check, "keywords", {}).get("choices")
    if choices:
        return "{{{}}}".format(",".join(map(str, choices)))
    return getattr(check, "shown", None) or SHOWN.get(getattr(check, "func", check), "VALUE")


def _default_text(default):
    untold = default is None or default is False or default in ({}, [])
    return "" if untold else " (default: {})".format(json.dumps(default))


def _is_dictionary(option):
    return isinstance(option.default, dict) or hasattr(option.check, "keys")


def _is_list(option):
    return isinstance(option.default, (list, tuple)) or getattr(option.check, "is_list", False)


def _reader(option):
    """The function from one word to a value."""
    # A text such as 16_32_32 would be read as a number.
    parse = parse_text if getattr(option.check, "is_text", False) else parse_value
    if not _is_list(option):
        return parse

    def parse_list(text):
        value = parse_value(text)
        if value is None or isinstance(value, (list, tuple)):
            return value
        # Those that may be one text alone say so themselves.
        value = parse(text)
        return value if isinstance(value, str) else [value]

    return parse_list


def joined(argv, options):
    """The arguments of a command, with the words after a flag as one with it: --layers 2b 3a as --layers=["2b", "3a"].

    options: flag -> Option; what follows other flags stays as it is.
    """
    done, left = [], list(argv)
    while left:
        word = left.pop(0)
        if word == "--":
            return done + [word] + left
        if word not in options:
            done.append(word)
            continue
        of_value = list(itertools.takewhile(lambda following: not _FLAG.match(following), left))
        count, value = _value_in(of_value, options[word])
        done.append(word if value is None else "{}={}".format(word, value))
        del left[:count]
    return done


def _value_in(words, option):
    """How many of the words up to the next flag are an option's value, and that as one word; None: there is none."""
    first = words[0] if words else ""
    if option.check is checks.check_flag:
        return (1, first) if first in _TRUTHS else (0, "true")
    if _is_dictionary(option) and _ENTRY.fullmatch(first):
        entries = [found.groups() for found in itertools.takewhile(bool, map(_ENTRY.fullmatch, words))]
        return len(entries), json.dumps({key.replace("-", "_"): parse_value(value) for key, value in entries})
    if _is_list(option) and len(words) > 1 and not first.startswith(("[", "(")):
        parse = parse_text if getattr(option.check, "is_text", False) else parse_value
        return len(words), json.dumps([parse(word) for word in words])
    return (1, first) if words else (0, None)


def folded(arguments):
    """Arguments by name, with those of flags that are a value in another one in their places.

    Raises InputError where one is given twice.
    """
    whole = {name: value for name, value in arguments.items() if "." not in name}
    for name in set(arguments) - set(whole):
        option, key = name.split(".")
        others = whole.get(option) or {}
        if not isinstance(others, dict) or key in others:
            raise InputError(
                "{} given, and {} by a flag of its own; give it once.".format(flag_of(option), key.replace("_", "-"))
            )
        whole[option] = dict(others, **{key: arguments[name]})
    return whole
