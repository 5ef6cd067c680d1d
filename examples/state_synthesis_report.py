"""Sheets of pictures and tables of numbers for the page that state_synthesis.py writes."""

import os

import numpy as np
import PIL.Image

from understanding_rl_vision.pictures.image_writer import to_bytes
from understanding_rl_vision.synthesize.page import PAPER_GOGGLES, PAPER_NOVELTY

IMAGES = "state-synthesis"
COLUMNS = 16


def read_png(path):
    with PIL.Image.open(path) as image:
        return np.array(image.convert("RGB"))


def pictures_of(folder, entry):
    return np.stack([read_png(os.path.join(folder, state["state"])) for state in entry["states"]])


def write_sheet(docs, name, rows):
    """Write rows of pictures of one size, one below the other, below the folder `docs`; return the file's name."""
    shown = [np.concatenate([np.pad(picture, ((1, 1), (1, 1), (0, 0))) for picture in row], axis=1) for row in rows]
    file = "{}/{}.png".format(IMAGES, name)
    os.makedirs(os.path.join(docs, IMAGES), exist_ok=True)
    PIL.Image.fromarray(np.concatenate(shown)).save(os.path.join(docs, file), optimize=True)
    return file


def states_sheet(docs, name, folder, entry):
    """Written: states, their nearest frames, their attribution. Returns the file's name."""
    states = entry["states"][:COLUMNS]
    kinds = [
        [state["state"] for state in states],
        [state["nearest"]["picture"] for state in states],
        [state["attribution"] for state in states],
    ]
    return write_sheet(docs, name, [[read_png(os.path.join(folder, file)) for file in files] for files in kinds])


def table(header, rows):
    lines = [header, ["---"] * len(header)] + rows
    return "\n".join("| {} |".format(" | ".join(str(cell) for cell in line)) for line in lines)


def goggles_table(measured):
    names = list(next(iter(measured.values())))
    rows = [
        [game] + ["{:.2f} ± {:.2f}".format(found[name]["mean"], found[name]["standard_error"]) for name in names]
        for game, found in measured.items()
    ]
    rows += [["{} (paper)".format(game)] + [found[name] for name in names] for game, found in PAPER_GOGGLES.items()]
    return table(["game"] + names, rows)


def novelty_table(measured):
    shares = list(PAPER_NOVELTY)
    rows = [
        ["{}, {}".format(title, way)] + ["{:.0%}".format(found[str(share)]) for share in shares]
        for title, data in measured.items()
        for way, found in data["novelty"].items()
    ]
    rows.append(["driving simulator (paper)"] + ["{:.0%}".format(PAPER_NOVELTY[share]) for share in shares])
    return table(["pixels different"] + ["> {} %".format(share) for share in shares], rows)


def training_rows(runs):
    rows = []
    for title, data in runs.items():
        epochs = data["training"]["epochs"]
        best = epochs[data["training"]["best_epoch"]]["held_out"]
        rows.append(
            [title, data["settings"]["num_frames"], len(epochs), data["training"]["best_epoch"] + 1]
            + ["{:.4f}".format(best[name]) for name in ("reconstruction", "outputs", "kl")]
        )
    header = ["generator", "frames", "epochs", "best", "weighted error", "change of outputs", "KL (nats)"]
    return table(header, rows)


def counted_table(changes, threshold):
    """How many pictures change by more than the threshold. changes: what pictures -> `value_change`."""
    rows = []
    for title, change in changes.items():
        over = change > threshold
        shown = "{} ({:.0%})".format(over.sum(), over.mean())
        rows.append([title, len(change), shown, "{:.3f}".format(np.median(change))])
    return table(["pictures", "number", "value changes", "median change"], rows)


def states_of_both(docs, folder, run, blinded):
    """Pictures by title, and Markdown: a sheet for each target of the original agent and of the blinded one.

    run: the content of the folder's states.json. blinded: target -> States.
    """
    pictures, shown = {}, []
    for entry in run["targets"]:
        name = entry["target"]
        files = "{}-" + name.replace("-", "-minus")
        own = states_sheet(docs, files.format("original"), folder, entry)
        others = to_bytes(blinded[name].pictures)
        objectives = blinded[name].objective.mean(), blinded[name].prior_objective.mean()
        for agent_name, made, file, means in (
            ("original", pictures_of(folder, entry), own, (entry["mean_objective"], entry["mean_objective_of_prior"])),
            ("blinded", others, write_sheet(docs, files.format("blinded"), [others[:COLUMNS]]), objectives),
        ):
            title = "{} of the {} agent".format(name, agent_name)
            pictures[title] = made
            shown.append(
                "**{0}** (mean objective {2:.2f}, of the prior {3:.2f}).\n\n![{0}]({1})".format(title, file, *means)
            )
    return pictures, "\n\n".join(shown)
