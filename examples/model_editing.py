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
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, COIN, ENEMY, ENEMY_LEFT, ENEMY_RIGHT, PLAYER, SAW
from understanding_rl_vision.envs.procgen_state import State
from understanding_rl_vision.play.draws import draw_actions
from understanding_rl_vision.play.environments import environment
from understanding_rl_vision.rl_util import FrozenModel, get_acts
from understanding_rl_vision.run.directions import read_directions

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

# Frames in which objects are looked for: of this many games, at this many moments this many steps apart.
GAMES, MOMENTS, STEPS_APART = 32, 20, 20
# CoinRun shows 13 cells; the observation is 64 pixels wide.
PIXELS_PER_CELL = 64 / 13
OBJECTS = (BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, "coin")

# Percentages of 10,000 levels (article, "Model editing").
ARTICLE = (
    ("original", 0.37, 0.16, 0.12, 0.08),
    ("buzzsaw blindness", 12.76, 0.16, 0.08, 0.05),
    ("enemy moving left blindness", 0.36, 4.69, 0.97, 0.07),
    ("original, buzzsaw invisible", 32.20, 0.05, 0.05, 0.05),
)


def objects_in_view(state):
    """The objects that a game shows: list of (name, x, y), in pixels of the observation from the upper left."""
    state = State(state)
    agent = state.entities[state.entities["type"] == PLAYER][0]
    found = [(BUZZSAW, one["x"], one["y"]) for one in state.entities if one["type"] == SAW]
    found += [
        (ENEMY_LEFT if one["vx"] < 0 else ENEMY_RIGHT, one["x"], one["y"])
        for one in state.entities
        if one["type"] == ENEMY
    ]
    found += [("coin", x + 0.5, y + 0.5) for y, x in zip(*np.where(state.grid == COIN))]
    placed = [
        (name, 32 + (x - agent["x"]) * PIXELS_PER_CELL, 32 - (y - agent["y"]) * PIXELS_PER_CELL) for name, x, y in found
    ]
    return [(name, x, y) for name, x, y in placed if 4 < x < 60 and 4 < y < 60]


def frames_with_objects(checkpoint, policy):
    """Observations (N, 64, 64, 3) in [0, 1] of the agent at play, and for each its objects in view."""
    frames, objects = [], []
    random = np.random.RandomState(0)
    # Without scaled rewards the games are not wrapped, and their states are as Procgen gives them.
    with environment(checkpoint, GAMES, seed=77, reward_scale=1) as env:
        for step in range(MOMENTS * STEPS_APART):
            _, observations, _ = env.observe()
            if step % STEPS_APART == STEPS_APART // 2:
                frames.append(observations)
                objects += [objects_in_view(state) for state in env.get_state()]
            env.act(draw_actions(policy.logits(observations), random))
    return np.concatenate(frames) / np.float32(255), objects


def responses(acts, objects):
    """How many times as active each channel of acts (N, h, w, c) is around objects as on average, {object: (c,)}."""
    scale = 64 / acts.shape[2]
    reach = int(5 / scale)
    around = {name: [] for name in OBJECTS}
    for of_frame, found in zip(acts, objects):
        for name, x, y in found:
            rows, columns = (slice(max(int(at / scale) - reach, 0), int(at / scale) + reach + 1) for at in (y, x))
            around[name].append(of_frame[rows, columns].mean(axis=(0, 1)))
    average = np.maximum(acts.mean(axis=(0, 1, 2)), np.finfo(np.float32).tiny)
    return {name: np.mean(values, axis=0) / average for name, values in around.items()}


def measure(interface):
    """The responses of the legend's features, and of the layer's channels."""
    checkpoint = read_checkpoint(CHECKPOINT)
    policy = Policy(checkpoint, (64, 64, 3))
    frames, objects = frames_with_objects(checkpoint, policy)
    node, directions = read_directions(interface, LAYER)
    acts = get_acts(FrozenModel.from_bytes(policy.freeze()), node, frames)
    along = acts @ (directions / np.linalg.norm(directions, axis=1, keepdims=True)).T
    return responses(along, objects), responses(acts, objects)


def choose(of_features, of_channels, interface):
    """What stands for an object: how to call it, and options of `edit`. A feature if one does, else a channel."""
    feature, channel = int(of_features.argmax()), int(of_channels.argmax())
    if of_features[feature] >= STANDS_FOR:
        return "feature {}".format(feature + 1), {"features": feature + 1, "run_dir": interface}
    return "channel {}".format(channel), {"directions": np.eye(len(of_channels))[channel]}


def response_table(found, labels):
    """Markdown: a row for each of some features or channels, with its responses."""
    lines = ["| | {} |".format(" | ".join(OBJECTS)), "|---|{}".format("---|" * len(OBJECTS))]
    for i, label in labels.items():
        lines.append("| {} | {} |".format(label, " | ".join("{:.1f}".format(found[name][i]) for name in OBJECTS)))
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
    of_features, of_channels = measure(interface)
    names, paths, chosen = ["original"], [CHECKPOINT], {}
    for cause in (BUZZSAW, ENEMY_LEFT):
        chosen[cause], options = choose(of_features[cause], of_channels[cause], interface)
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
    most = {int(of_channels[name].argmax()): "channel {}".format(int(of_channels[name].argmax())) for name in OBJECTS}
    page = template.format(
        features=response_table(of_features, legend),
        channels=response_table(of_channels, most),
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
