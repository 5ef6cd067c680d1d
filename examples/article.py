"""The claims of the article that a command can check, checked: from an agent of CoinRun to docs/article.md.

    python examples/article.py openai:coinrun WORK_DIR
    python examples/article.py openai:procgen/coinrun WORK_DIR

The agent is that of the article, which plays the first version of CoinRun, or one of Procgen's CoinRun; each has a
folder of its own in WORK_DIR and a column of its own in the document, and what the other has stays. Every figure is
made by a command of the package, run in that folder, and the document names it. It can be stopped and started
again: what is there is kept, and evaluations go on where they were. With --write-only nothing is run, and the document
is written of what is there.
"""

import argparse
import collections
import json
import os
import shlex
import subprocess
import sys

from article_report import write_document

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.run.measurement import FILE as MEASUREMENT

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMANDS, AGENT = "commands.json", "agent.json"

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


def steps_before_edits(checkpoint, tells_objects):
    """The Steps of whose results the features to edit are chosen. tells_objects: whether the game does."""
    steps = [legend_step("page", "page", checkpoint, {"num_envs": 8, "num_steps": 256})]
    return steps + [measure_step("measure", "page", checkpoint)] * tells_objects


def edits(features):
    """The edited models, in order: file without .jd -> (what it is called, features). features: see `chosen`."""
    models = collections.OrderedDict()
    models["buzzsaw"] = ("buzzsaw blindness", features[SAW][:1])
    models["enemy-left"] = ("enemy moving left blindness", features[ENEMY_LEFT][:1])
    models["buzzsaws"] = ("both buzzsaw features", features[SAW][:2])
    models["enemies"] = ("both enemy features", features[ENEMY][:2])
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


def steps_of_iterating(checkpoint, features, levels):
    """The Steps that edit again what an edited model sees buzzsaws by."""
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
        step(
            "evaluate iterated",
            "evaluate",
            [edited],
            "iterated/summary.json",
            levels,
            names=["buzzsaw blindness, iterated"],
            output_dir="iterated",
            num_levels=levels,
        ),
    ]


def steps_of_features(checkpoint, tells_objects):
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
    return steps + [measure_step("measure four", "four", checkpoint), layers] * tells_objects


def chosen(measured, given):
    """What to edit out against each kind of object: kind -> features, by name or number, those that respond most first.

    measured: the layer's part of a measurement, or None of a game that does not tell what it shows; given: option
    --features, which goes before what was measured.
    """
    features = dict(given)
    for kind in (SAW, ENEMY, ENEMY_LEFT):
        if kind not in features:
            if measured is None:
                sys.exit("This game does not tell what it shows: give --features, numbers of the legend for each kind.")
            ratios = [row[measured["kinds"].index(kind)] or 0 for row in measured["features"]["ratio"]]
            rows = sorted(range(len(ratios)), key=lambda row: -ratios[row])
            features[kind] = [measured["names"].get(str(row), row + 1) for row in rows]
    return features


def is_done(step, folder):
    path = os.path.join(folder, step.result)
    if not os.path.exists(path):
        return False
    if step.levels is None:
        return True
    summary = read_json(path)
    return summary["complete"] and summary["settings"]["num_levels"] >= step.levels


def run_steps(steps, folder):
    """Run the commands whose results are not there, and keep with them how long they took, in processor seconds."""
    for one in steps:
        if is_done(one, folder):
            continue
        shown = ["python", "-m", "understanding_rl_vision." + one.command] + one.arguments
        print("\n$ " + " ".join(map(shlex.quote, shown)), flush=True)
        going_on = ["--resume", "true"] if one.levels and os.path.exists(os.path.join(folder, one.result)) else []
        before = _processor_seconds()
        try:
            status = subprocess.call([sys.executable] + shown[1:] + going_on, cwd=folder)
        finally:
            path = os.path.join(folder, COMMANDS)
            kept = read_json(path) if os.path.exists(path) else {}
            seconds = kept.get(one.name, {}).get("seconds", 0) + _processor_seconds() - before
            write_json(path, dict(kept, **{one.name: {"command": shown, "seconds": seconds}}))
        if status:
            sys.exit("It ended with status {}. Started again, this goes on from here.".format(status))


def _processor_seconds():
    """Of all processes that this one has started and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_json(path, content):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)


def make_parser():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="path, address or openai:NAME")
    parser.add_argument("work_dir", metavar="WORK_DIR")
    parser.add_argument("--levels", type=int, default=10000, help="levels that each model plays (default: 10,000)")
    parser.add_argument(
        "--features",
        type=json.loads,
        default={},
        metavar="JSON",
        help="features to edit out: "
        '{"buzzsaw": [1, 6], "enemy": [3, 5], "enemy moving left": [3]}; default: as measured',
    )
    parser.add_argument("--only", nargs="+", metavar="STEP", help="of the steps, only those of these names")
    parser.add_argument("--write-only", action="store_true", help="run nothing; write the document of what is there")
    parser.add_argument("--docs", default=os.path.join(ROOT, "docs"), help="where the document goes (default: docs)")
    return parser


def main(argv=None):
    options = make_parser().parse_args(argv)
    given = options.checkpoint
    path = os.path.abspath(given) if os.path.exists(given) else given
    game = read_checkpoint(fetch(path, Progress())).args["env_kind"]
    folder, tells_objects = os.path.join(options.work_dir, game), game == "procgen"
    os.makedirs(folder, exist_ok=True)
    write_json(os.path.join(folder, AGENT), {"checkpoint": given})

    def go_on(steps):
        if not options.write_only:
            run_steps([one for one in steps if not options.only or one.name in options.only], folder)

    go_on(steps_before_edits(path, tells_objects))
    measurement = os.path.join(folder, "page", MEASUREMENT)
    measured = read_json(measurement)[LAYER] if os.path.exists(measurement) else None
    features = chosen(measured, options.features)
    go_on(steps_of_edits(path, features, options.levels))
    go_on(steps_of_features(path, tells_objects))
    if tells_objects:
        go_on(steps_of_iterating(path, features, options.levels))
    if not options.only:
        write_document(options.work_dir, options.docs)


if __name__ == "__main__":
    main()
