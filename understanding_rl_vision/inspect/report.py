"""What was understood of an agent's file, in lines for people."""

import json

NOT_SHOWN = 60


def lines(found):
    """The lines of what `inspect` returns."""
    value = "the value is {}".format(found["value"]) if found["value"] else "no value function"
    sizes = " or ".join("{0}×{0}".format(size) for size in found["sizes"]) or "of a size that is neither 64 nor 84"
    yield "{}: {}".format(found["path"], found["family"])
    yield "  sees       {} with {} channels".format(sizes, found["channels"])
    yield "  has        {} actions, {}, {:,} parameters".format(found["actions"], value, found["parameters"])
    yield "  fits       {}".format("; ".join(found["games"]) or "no game that is here")
    yield "  says       {}".format(_options(found["args"]) or "nothing of its training")
    if found["missing"]:
        yield "  missing    " + "; ".join(found["missing"])
    if found["network"]:
        yield "  network"
    yield from _layers(found["network"], 4)


def _options(args):
    return ", ".join("{}={}".format(name, _short(value)) for name, value in sorted(args.items()) if value is not None)


def _short(value):
    text = json.dumps(value, default=str)
    return text if len(text) <= NOT_SHOWN else text[:NOT_SHOWN] + "..."


def _layers(layers, indent):
    for layer in layers:
        known = {key: value for key, value in layer.items() if key not in ("layer", "layers", "shortcut")}
        yield " " * indent + " ".join(
            [layer["layer"]] + ["{}={}".format(k, _short(v).strip('"')) for k, v in known.items()]
        )
        for key in ("layers", "shortcut"):
            yield from _layers(layer.get(key, []), indent + 2)
