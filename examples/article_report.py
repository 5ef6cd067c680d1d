"""From the folders that article.py fills, one for each agent, to docs/article.md and its pictures."""

import json
import os
import re
import shlex

import article_figures as figures
import article_pictures as pictures
import numpy as np

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT
from understanding_rl_vision.run.directions import read_directions
from understanding_rl_vision.run.measurement import FILE as MEASUREMENT

TEMPLATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "article_template.md")
# What placeholders of the template begin with -> the folder of the agent.
AGENTS = {"own": "coinrun_old", "procgen": "procgen"}
COMMANDS = "commands.json"
MISSING = "(not there yet)"

LAYER = "2b"
CASE_FRAMES = 7

# The failures that the edits are meant to cause.
MEANT = {
    "buzzsaw blindness": [BUZZSAW],
    "both buzzsaw features": [BUZZSAW],
    # Enemies change direction (article, below its chart).
    "enemy moving left blindness": [ENEMY_LEFT, ENEMY_RIGHT],
    "both enemy features": [ENEMY_LEFT, ENEMY_RIGHT],
}


def write_document(work_dir, docs):
    """Write article.md and its pictures to the folder `docs`, of the agents that there are in work_dir."""
    with open(TEMPLATE, encoding="utf-8") as file:
        template = file.read()
    found = {}
    for agent, folder in AGENTS.items():
        path = os.path.join(work_dir, folder)
        if os.path.isdir(path):
            found.update({"{}_{}".format(agent, name): text for name, text in texts(path, agent, docs).items()})
    write_cases(template, work_dir, docs)
    text = re.sub(r"\{(\w+)\}", lambda match: str(found.get(match.group(1)) or MISSING), template)
    with open(os.path.join(docs, "article.md"), "w", encoding="utf-8") as file:
        file.write(text)


def texts(folder, agent, docs):
    """What is put in the places of the template: name -> Markdown, for what there is in the folder."""
    found = {}
    page = _page(folder, "page")
    if page is not None:
        found.update(texts_of_page(folder, page))
        shown = write_legend(folder, "page", agent, docs)
        measured = read(folder, "page", MEASUREMENT)
        if measured is not None:
            found["responses"] = figures.response_table(measured[LAYER], shown)
        found["legend"] = " ".join(shown)
    summary = read(folder, "evaluation", "summary.json")
    if summary is not None and summary["models"]:
        found.update(texts_of_evaluation(summary))
    iterated = os.path.join(folder, "buzzsaw-iterated.jd")
    if os.path.exists(iterated):
        found["rounds"] = len(read_checkpoint(iterated).args["edits"][-1]["directions"])
    hidden = read(folder, "enemies-invisible", "summary.json")
    if hidden is not None and hidden["models"]:
        found["enemies_invisible"] = figures.failures_table(hidden["models"])
    for name in ("four", "four-of-activations", "sixteen"):
        measured = read(folder, name, MEASUREMENT)
        if measured is not None:
            found[name.replace("-", "_")] = figures.names_found(measured[LAYER])
        if _page(folder, name) is not None:
            found[name.replace("-", "_") + "_legend"] = " ".join(write_legend(folder, name, agent, docs))
    four = _page(folder, "four")
    if four is not None:
        found["sparsity"] = sparsity(four, read(folder, "four", MEASUREMENT) or {})
    layers = read(folder, "layers", MEASUREMENT)
    if layers is not None:
        found["layers"] = figures.layers_table(layers)
    finds = _page(folder, "finds")
    if finds is not None:
        found.update({name: note["text"] for name, note in cases(finds).items()})
    commands = read(folder, COMMANDS) or {}
    found["time"] = times(commands)
    for name, run in commands.items():
        lines = [" ".join(map(shlex.quote, command)) for command in run["commands"]]
        found["command_" + re.sub(r"\W", "_", name)] = "\n    ".join(lines)
    return found


def texts_of_page(folder, page):
    """Of the page: how near features are to channels, and what its values say."""
    _, directions = read_directions(os.path.join(folder, "page"), LAYER)
    unit = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    near = ["{} ({:.3f})".format(row.argmax(), row.max()) for row in unit]
    values = np.concatenate([np.array(of, float) for of in page["trajectories"]["values"]])
    zero = page["integration_gaps"][0]["baselines"][0]
    return {
        "one_hot": ", ".join(near),
        "zero": "{:.2f}".format(zero),
        "mean_value": "{:.2f}".format(values.mean()),
        "gap": "{:.0f} %".format(100 * page["layer_gaps"][LAYER]) if LAYER in page["layer_gaps"] else None,
        "calibration": calibration(page["trajectories"]),
    }


def sparsity(page, measured):
    """How much of attribution its largest pairs of position and feature hold: as measured, else as the page has it."""
    of = measured.get(LAYER, {}).get("sparsity")
    if of:
        return "{:.1f} % ({:.1f} to {:.1f})".format(*(100 * of[part] for part in ("share", "low", "high")))
    return "{:.1f} %".format(100 * page["sparsity"][LAYER]["share"]) if LAYER in page.get("sparsity", {}) else None


def calibration(trajectories, gamma=0.999):
    """The mean value of frames whose episode ends on the page, and the mean of the discounted rewards that followed."""
    values, returns = [], []
    for of_values, rewards, dones in zip(*(trajectories[name] for name in ("values", "rewards", "dones"))):
        ends = [step for step, done in enumerate(dones) if done]
        following = 0.0
        for step in range(ends[-1] if ends else -1, -1, -1):
            following = rewards[step] + gamma * (0.0 if dones[step] else following)
            returns.append(following)
            values.append(of_values[step])
    if not values:
        return None
    return "{:.2f} and {:.2f} ({:,} frames)".format(np.mean(values), np.mean(returns), len(values))


def texts_of_evaluation(summary):
    models = summary["models"]
    original = models[0]
    failed = original["outcomes"]["failed"]["count"]
    return {
        "levels": "{:,}".format(min(model["levels"] for model in models)),
        "failed": "{} %".format(figures.share(failed, original["levels"])),
        "one_in": "{:.0f}".format(original["levels"] / failed) if failed else None,
        "failures": figures.failures_table(models),
        "agreement": figures.agreement(models),
        "changes": figures.changes(models, MEANT),
        "blindness": figures.blindness_lines(summary["blindness"]),
    }


def write_legend(folder, page, agent, docs):
    """Write the pictures of the legend of one of an agent's pages; Markdown for each."""
    shown = []
    for number, picture in enumerate(pictures.legend(os.path.join(folder, page), LAYER), 1):
        file = "article/{}-{}-{}.png".format(agent, "feature" if page == "page" else page, number)
        pictures.write_png(os.path.join(docs, file), picture)
        shown.append("![feature {}]({})".format(number, file))
    return shown


def cases(page):
    """What `find` found: as failure_1, spike_1 and so on -> its note."""
    named = [(re.match(r"(\w+) (\d+) of", note["text"]), note) for note in page["annotations"]]
    return {"{}_{}".format(match.group(1).lower(), match.group(2)): note for match, note in named if match}


def write_cases(template, work_dir, docs):
    """Write the pictures of those cases that the template shows: frames around each."""
    for file, agent, kind, number in re.findall(r"\((article/(\w+)-(failure|spike|high|low)-(\d+)\.png)\)", template):
        folder = os.path.join(work_dir, AGENTS[agent], "finds")
        page = _page(folder)
        note = page and cases(page).get("{}_{}".format(kind, number))
        if note:
            count = len(page["trajectories"]["values"][note["trajectory"]])
            first = max(0, min(note["frame"] - CASE_FRAMES // 2, count - CASE_FRAMES))
            frames = range(first, min(first + CASE_FRAMES, count))
            pictures.write_png(os.path.join(docs, file), pictures.strip(folder, page, note["trajectory"], frames))


def times(commands):
    """How many processor seconds each command took."""
    rows = [[name, "{:,.0f}".format(run["seconds"])] for name, run in commands.items() if run["seconds"] is not None]
    return figures.table(["step", "processor seconds"], rows) if rows else None


def read(*path):
    """The content of a JSON file, or None where there is none."""
    path = os.path.join(*path)
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _page(*folder):
    folder = os.path.join(*folder)
    return pictures.read_page(folder) if os.path.exists(os.path.join(folder, "interface.html")) else None
