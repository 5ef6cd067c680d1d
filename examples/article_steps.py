"""The commands whose results docs/article.md is made of, and which features its edits project out."""

import collections
import json
import sys

from understanding_rl_vision.run.measurement import FILE as MEASUREMENT

LAYER = "2b"
LAYERS = ("1a", "2a", "2b", "3a", "4a")
SAW, ENEMY, ENEMY_LEFT = "buzzsaw", "enemy", "enemy moving left"
# A thousand frames far from one another.
OBSERVATIONS = {"num_envs": 32, "num_obs": 32, "obs_every": 32}
ONE_LAYER = {"name_contains_one_of": [LAYER]}

# A command: what it is called here; the package's command and its arguments; the file that it has made when it is done;
# levels: how many an evaluation has to play, else None.
Step = collections.namedtuple("Step", "name command arguments result levels")


def step(name, command, given, result, levels=None, **options):
    """The Step of a command that is given some texts and then options; of a tuple, the parts one by one."""
    flags = []
    for option, value in options.items():
        words = value if isinstance(value, tuple) else [value if isinstance(value, str) else json.dumps(value)]
        flags += ["--" + option.replace("_", "-")] + list(words)
    return Step(name, command, list(given) + flags, result, levels)


def legend_step(name, folder, checkpoint, trajectories, **options):
    """The Step that makes a page of one layer."""
    return step(
        name,
        "run",
        [checkpoint, folder],
        folder + "/interface.html",
        layer_kwargs=ONE_LAYER,
        trajectories_kwargs=trajectories,
        load_kwargs={"temp_files": True},
        **options,
    )


def measure_step(name, folder, checkpoint):
    """The Step that measures the features of a page, and how sparse their attribution is."""
    options = dict(layer=LAYER, run_dir=folder, observations_kwargs=OBSERVATIONS)
    return step(name, "measure", [checkpoint], folder + "/measurement.csv", **options)


def steps_before_edits(checkpoint):
    """The Steps of whose results the features to edit are chosen."""
    page = legend_step("page", "page", checkpoint, {"num_envs": 8, "num_steps": 256})
    return [page, measure_step("measure", "page", checkpoint)]


def edits(features):
    """The edited models, in order: file without .jd -> (what it is called, features). features: see `chosen`."""
    models = collections.OrderedDict()
    models["buzzsaw"] = ("buzzsaw blindness", features[SAW][:1])
    models["enemy-left"] = ("enemy moving left blindness", features[ENEMY_LEFT][:1])
    for file, called, kind in (("buzzsaws", "both buzzsaw features", SAW), ("enemies", "both enemy features", ENEMY)):
        if len(features.get(kind, [])) > 1:
            models[file] = (called, features[kind][:2])
    return models


def steps_of_edits(checkpoint, features, levels):
    """The Steps that count what ends the levels of edited models."""
    models = edits(features)
    steps = [
        step(
            "edit " + file,
            "edit",
            [checkpoint, file + ".jd"],
            file + ".jd",
            layer=LAYER,
            features=numbers[0] if len(numbers) == 1 else sorted(numbers, key=str),
            run_dir="page",
        )
        for file, (_, numbers) in models.items()
    ]
    names = ["original"] + [called for called, _ in models.values()]
    evaluate = [checkpoint] + [file + ".jd" for file in models]
    common = dict(levels=levels, num_levels=levels)
    return steps + [
        step(
            "evaluate",
            "evaluate",
            evaluate,
            "evaluation/summary.json",
            names=names,
            blind_to=["buzzsaw"],
            output_dir="evaluation",
            **common,
        ),
        step(
            "evaluate enemies",
            "evaluate",
            [checkpoint],
            "enemies-invisible/summary.json",
            names=["original, enemies invisible"],
            hide=["enemies"],
            output_dir="enemies-invisible",
            **common,
        ),
    ]


def steps_of_iterating(checkpoint, features):
    """The Step that projects out, again and again, what the edited model still sees buzzsaws by."""
    edited = "buzzsaw-iterated.jd"
    return [
        step(
            "edit iterated",
            "edit",
            [checkpoint, edited],
            edited,
            layer=LAYER,
            features=features[SAW][0],
            run_dir="page",
            iterate=3,
            observations_kwargs=OBSERVATIONS,
        ),
    ]


def steps_of_features(checkpoint):
    """The Steps that look for features in other ways, in other layers, and for cases."""
    few = dict(observations_kwargs=OBSERVATIONS)
    short = {"num_envs": 1, "num_steps": 64}
    activations = dict(few, nmf_output="activations")
    steps = [
        step("find", "find", [checkpoint, "finds"], "finds/interface.html", layer_kwargs=ONE_LAYER, **few),
        legend_step("four", "four", checkpoint, {"num_envs": 8, "num_steps": 64}, nmf_features=4, **few),
        legend_step("four of activations", "four-of-activations", checkpoint, short, nmf_features=4, **activations),
        legend_step("sixteen", "sixteen", checkpoint, short, nmf_features=16, **activations),
    ]
    layers = step("layers", "measure", [checkpoint, "layers"], "layers/" + MEASUREMENT, layer=LAYERS, **few)
    return steps + [measure_step("measure four", "four", checkpoint), layers]


def chosen(measured, given):
    """What to edit out against each kind of object: kind -> features, by name or number, those that respond most first.

    measured: the layer's part of a measurement, or None of a game that does not tell what it shows; given: option
    --features, which goes before what was measured.
    """
    features = dict(given)
    if measured is None:
        if SAW not in given or ENEMY_LEFT not in given:
            sys.exit("What the features respond to is not measured: give --features, by what you see in the legend.")
        return features
    for kind in (SAW, ENEMY, ENEMY_LEFT):
        if kind not in features:
            ratios = [row[measured["kinds"].index(kind)] or 0 for row in measured["features"]["ratio"]]
            rows = sorted(range(len(ratios)), key=lambda row: -ratios[row])
            features[kind] = [measured["names"].get(str(row), row + 1) for row in rows]
    return features
