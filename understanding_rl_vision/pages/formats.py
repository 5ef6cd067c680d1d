"""Numbers and actions as the interface writes them (format.ts and actions.ts in svelte/), for pages from Python."""

import decimal
import math

MISSING = "–"
ARROWS = {
    ("LEFT",): "←",
    ("RIGHT",): "→",
    ("UP",): "↑",
    ("DOWN",): "↓",
    ("LEFT", "UP"): "↖",
    ("RIGHT", "UP"): "↗",
    ("DOWN", "LEFT"): "↙",
    ("DOWN", "RIGHT"): "↘",
}
ARROW_KEYS = {key for keys in ARROWS for key in keys}

# Numbers below this are written with an exponent.
LEAST_PLAIN = 1e-6


def format_number(value, digits=3):
    """A number to this many significant figures, with a true minus sign; a dash for None and NaN."""
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    exact = decimal.Decimal(float(value))
    last = exact.adjusted() - digits + 1
    rounded = exact.quantize(decimal.Decimal((0, (1,), last)), decimal.ROUND_HALF_UP) if exact else exact
    return _plain(rounded).replace("-", "−")


def _plain(rounded):
    size = abs(rounded)
    if size >= 1000:
        return "{:,.0f}".format(rounded)
    if size >= LEAST_PLAIN or not size:
        text = "{:f}".format(rounded)
        return text.rstrip("0").rstrip(".") if "." in text else text
    digits, exponent = "{:e}".format(rounded.normalize()).split("e")
    return "{}e{}".format(digits, int(exponent))


def format_signed(value, digits=3):
    """The same with a sign in front also where it is positive."""
    text = format_number(value, digits)
    return "+" + text if text != MISSING and value > 0 else text


def format_value(value, scale):
    """A value of an agent; where a success has the value `scale`, as per cent of that, else (None, 0) as it is."""
    return format_number(100 * value / scale) + " %" if scale else format_number(value)


def format_change(value, scale):
    """A difference of values, with its sign, see `format_value`."""
    return format_signed(100 * value / scale) + " %" if scale else format_signed(value)


def format_percent(fraction):
    """A share in whole percent."""
    if fraction is None or not math.isfinite(fraction):
        return MISSING
    return format_number(math.floor(fraction * 100 + 0.5), 4) + " %"


def combo_name(combo):
    """Short name of an action's keys: an arrow for directions, other keys by their own names, "none" for no key."""
    if not combo:
        return "none"
    directions = tuple(sorted(key for key in combo if key in ARROW_KEYS))
    others = [key for key in combo if key not in ARROW_KEYS]
    return " ".join(filter(None, [ARROWS.get(directions, " ".join(directions)), *others]))
