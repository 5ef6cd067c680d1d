"""Model editing, as in the article: blind the bundled agent to buzzsaws and to enemies, and count what ends it then.

    python examples/model_editing.py WORK_DIR

Makes an interface of layer 2b, measures which features respond to which objects, edits the model so that it no longer
sees buzzsaws, or enemies moving left, plays levels with all three models and with buzzsaws invisible, and writes
docs/model-editing.md with its pictures. It can be stopped and started again: what is in WORK_DIR is kept. The edited
checkpoints are left there.
"""

import argparse
import os
import shutil

import numpy as np
import PIL.Image

from understanding_rl_vision import rl_clarity
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHECKPOINT = os.path.join(ROOT, "examples", "coinrun.jd")
TEMPLATE = os.path.join(ROOT, "examples", "model_editing_template.md")

LAYER = "2b"
INTERFACE = {
    "trajectories_kwargs": {"num_envs": 4, "num_steps": 128},
    "observations_kwargs": {"num_envs": 64, "num_obs": 32, "obs_every": 32},
    "layer_kwargs": {"name_contains_one_of": [LAYER]},
}

# A feature stands for an object around which it is at least this many times as active as on average.
STANDS_FOR = 2

# Observations in which objects are looked for.
PLAY = {"num_envs": 32, "num_obs": 20, "obs_every": 20, "seed": 77}
OBJECTS = (BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, "coin")

# Percentages of 10,000 levels (article, "Model editing").
ARTICLE = (
    ("original", 0.37, 0.16, 0.12, 0.08),
    ("buzzsaw blindness", 12.76, 0.16, 0.08, 0.05),
    ("enemy moving left blindness", 0.36, 4.69, 0.97, 0.07),
    ("original, buzzsaw invisible", 32.20, 0.05, 0.05, 0.05),
)


def ratios(found, what, kind):
    """How many times as active the features, or the channels, of a measurement are around a kind of object, (n,)."""
    return np.array([row[found["kinds"].index(kind)] for row in found[what]["ratio"]], float)


def choose(found, kind, interface):
    """What stands for an object: how to call it, and options of `edit`. A feature if one does, else a channel."""
    of_features, of_channels = ratios(found, "features", kind), ratios(found, "channels", kind)
    feature, channel = int(np.nanargmax(of_features)), int(np.nanargmax(of_channels))
    if of_features[feature] >= STANDS_FOR:
        return "feature {}".format(feature + 1), {"features": feature + 1, "run_dir": interface}
    return "channel {}".format(channel), {"directions": np.eye(len(of_channels))[channel]}


def response_table(found, what, labels):
    """Markdown: a row for each of some features or channels, with its ratios."""
    lines = ["| | {} |".format(" | ".join(OBJECTS)), "|---|{}".format("---|" * len(OBJECTS))]
    for i, label in labels.items():
        cells = ("{:.1f}".format(ratios(found, what, kind)[i]) for kind in OBJECTS)
        lines.append("| {} | {} |".format(label, " | ".join(cells)))
    return "\n".join(lines)


def write_thumbnails(interface, folder):
    """Cut the legend's thumbnails apart and enlarge them. Returns how many there are."""
    with PIL.Image.open(os.path.join(interface, "thumbnails", LAYER + ".png")) as image:
        row = image.convert("RGBA")
    size = row.size[1]
    count = row.size[0] // size
    for i in range(count):
        white = PIL.Image.new("RGBA", (size, size), "white")
        white.alpha_composite(row.crop((i * size, 0, (i + 1) * size, size)))
        enlarged = white.convert("RGB").resize((96, 96), PIL.Image.NEAREST)
        enlarged.save(os.path.join(folder, "feature-{}.png".format(i + 1)))
    return count


def results_table(models):
    """Markdown: shares of levels failed, beside the article's."""
    lines = ["| model | levels | buzzsaw | enemy moving left | enemy moving right | lava | multiple or other | all |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for name, saw, left, right, other in ARTICLE:
        cells = ["{:.2f} %".format(share) for share in (saw, left, right)] + ["", "{:.2f} %".format(other)]
        total = "{:.2f} %".format(saw + left + right + other)
        lines.append("| article: {} | 10,000 | {} | {} |".format(name, " | ".join(cells), total))
    for model in models:
        outcomes = model["outcomes"]
        share = {name: outcome["count"] / model["levels"] for name, outcome in outcomes.items()}
        rest = share["failed"] - sum(share.get(name, 0) for name in (BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, "lava"))
        of = [share.get(name, 0) for name in (BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, "lava")] + [rest, share["failed"]]
        cells = " | ".join("{:.2f} %".format(100 * one) for one in of)
        lines.append("| ours: {} | {:,} | {} |".format(model["name"], model["levels"], cells))
    return "\n".join(lines)


def test_used(models):
    return " and ".join(sorted({of["test"] for model in models[1:] for of in model["outcomes"].values()})) + " test"


def p_values(models):
    """Markdown: a line for each model but the first, with the p-values of its differences."""
    return "\n".join(
        "- {}: {}".format(
            model["name"],
            ", ".join(
                "{} p = {:.2f}".format(name, outcome["p_value"])
                for name, outcome in model["outcomes"].items()
                if name != "solved"
            ),
        )
        for model in models[1:]
    )


def blindness_lines(found):
    said = []
    for one in found:
        if one["blindness"] is None:
            said.append("- {}: not defined; invisible buzzsaws cost the original no levels".format(one["name"]))
        else:
            said.append("- {}: {:.2f} ({:.2f} to {:.2f})".format(one["name"], one["blindness"], *one["interval"]))
    return "\n".join(said)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", metavar="WORK_DIR")
    parser.add_argument("--levels", type=int, default=2000, help="levels that each model plays (default: 2000)")
    parser.add_argument("--docs", default=os.path.join(ROOT, "docs"), help="where the page goes (default: docs)")
    arguments = parser.parse_args()
    interface, evaluation = (os.path.join(arguments.work_dir, name) for name in ("interface", "evaluation"))
    if not os.path.exists(os.path.join(interface, "interface.html")):
        rl_clarity.run(CHECKPOINT, interface, load_kwargs={"temp_files": True}, **INTERFACE)
    found = rl_clarity.measure(CHECKPOINT, layer=LAYER, run_dir=interface, observations_kwargs=PLAY)[LAYER]
    names, paths, chosen = ["original"], [CHECKPOINT], {}
    for cause in (BUZZSAW, ENEMY_LEFT):
        chosen[cause], options = choose(found, cause, interface)
        names.append("{} edited ({})".format(cause, chosen[cause]))
        paths.append(os.path.join(arguments.work_dir, "{}-edited.jd".format(cause.replace(" ", "-"))))
        rl_clarity.edit(CHECKPOINT, paths[-1], layer=LAYER, **options)
        print(names[-1])
    summary = rl_clarity.evaluate(
        paths,
        names=names,
        output_dir=evaluation,
        num_levels=arguments.levels,
        blind_to=[BUZZSAW],
        resume=os.path.exists(os.path.join(evaluation, "summary.json")),
    )
    pictures = os.path.join(arguments.docs, "model-editing")
    os.makedirs(pictures, exist_ok=True)
    count = write_thumbnails(interface, pictures)
    for form in ("png", "svg"):
        shutil.copy(os.path.join(evaluation, "failures." + form), pictures)
    with open(TEMPLATE, encoding="utf-8") as file:
        template = file.read()
    legend = {i: "![feature {0}](model-editing/feature-{0}.png) {0}".format(i + 1) for i in range(count)}
    strongest = [int(np.nanargmax(ratios(found, "channels", kind))) for kind in OBJECTS]
    most = {channel: "channel {}".format(channel) for channel in strongest}
    page = template.format(
        features=response_table(found, "features", legend),
        channels=response_table(found, "channels", most),
        saw=chosen[BUZZSAW],
        enemy=chosen[ENEMY_LEFT],
        levels="{:,}".format(arguments.levels),
        results=results_table(summary["models"]),
        p_values=p_values(summary["models"]),
        test=test_used(summary["models"]),
        blindness=blindness_lines(summary["blindness"]),
    )
    with open(os.path.join(arguments.docs, "model-editing.md"), "w", encoding="utf-8") as file:
        file.write(page)


if __name__ == "__main__":
    main()
