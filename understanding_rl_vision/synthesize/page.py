"""The page of synthesised states, with its pictures and the same as JSON."""

import os
import re

import numpy as np

from understanding_rl_vision.agents.games import described_options
from understanding_rl_vision.files import replacing, unwritable
from understanding_rl_vision.json_files import to_json
from understanding_rl_vision.pages.card import card_element
from understanding_rl_vision.pages.formats import combo_name, format_number, format_percent, format_value
from understanding_rl_vision.pages.gallery import Item, Picture, Section, write_gallery
from understanding_rl_vision.pictures.image_writer import ImageWriter
from understanding_rl_vision.synthesize.drawing import weight_pictures
from understanding_rl_vision.synthesize.learning import WHAT, warning
from understanding_rl_vision.synthesize.saliency import saliency_weights

STATES_FILE = "states.html"
# Three pictures of a state, four made without a generator: so wide they stand side by side on a phone.
STATE_REM, DIRECT_REM = 6, 4
NUMBERS_REM = 15
DATA = "states.json"
SHOWN_FRAMES = 8
SUBDIRS = ("states", "nearest", "attribution", "reconstructions", "direct", "agent")

# The paper's own figures, which stand beside those measured here.
PAPER_GOGGLES = {
    "Pong": {"own observations": 14, "plain VAE": -8, "saliency weights alone": 4, "full loss": 14},
    "Atlantis": {"own observations": 108, "plain VAE": 95, "saliency weights alone": 98, "full loss": 109},
    "Q*bert": {"own observations": 64, "plain VAE": 26, "saliency weights alone": 28, "full loss": 31},
}
PAPER_NOVELTY = {10: 0.99, 20: 0.73, 30: 0.16, 40: 0.04, 50: 0.01, 60: 0.01, 70: 0.0}

ABOUT = """Pictures made by a generative model of the agent's frames so that the agent's outputs are what each target
asks for (Rupprecht et al. 2018). Beside each state: the frame of the training data nearest to it, and the attribution
of the agent's value, or of its largest Q-value or logit, to the state, blue where it speaks for a high one and orange
where it speaks against."""

TARGETS = {
    "T-": "Even the action that the agent prefers has a low output (equation 6).",
    "T+": "Even the action that the agent likes least has a high output.",
    "T+-": "One action has a high and another a low output (equation 7).",
    "S+": "The outputs of all actions sum to much.",
    "S-": "The outputs of all actions sum to little.",
    "value+": "The agent expects much reward.",
    "value-": "The agent expects little reward.",
}


class Pictures:
    """Writes pictures below the output folder and tells their names."""

    def __init__(self, writer, readable):
        self._writer = writer
        self._readable = readable

    def write(self, folder, name, pictures):
        """The file names of RGB pictures (N, H, W, 3)."""
        names = ["{}/{}-{}.png".format(folder, name, index) for index in range(len(pictures))]
        for file, picture in zip(names, pictures):
            self._writer.write(file, picture)
        return names

    def write_frames(self, folder, name, pictures):
        """The file names of pictures (N, H, W, C), which may stack frames, the newest of which is shown."""
        return self.write(folder, name, self._readable(pictures))

    def write_one(self, file, picture):
        self._writer.write(file, picture)
        return file


def slug(name):
    """A target's name as part of file names."""
    return re.sub(r"[^\w]+", "-", name.replace("+", " plus ").replace("-", " minus ")).strip("-") or "target"


def write_page(output_dir, title, readable, draw, card):
    """Write pictures, JSON and page to a folder that has SUBDIRS.

    readable: function from pictures (N, H, W, C), which may stack frames, to RGB. draw: function from Pictures to
    sections of the page and what goes into the JSON. card: the page's Card, which gets its pictures here.
    """
    try:
        with ImageWriter(output_dir) as writer:
            sections, data = draw(Pictures(writer, readable))
        with replacing(os.path.join(output_dir, DATA)) as file:
            file.write(to_json(data, indent=1).encode("utf-8"))
        pictures = [item.pictures[0].file for section in sections for item in section.items if item.pictures]
        targets = ", ".join(entry["target"] for entry in data["targets"])
        head = card_element(card._replace(facts={"targets": targets} if targets else {}, pictures=pictures[:2]))
        write_gallery(os.path.join(output_dir, STATES_FILE), title, sections, ABOUT, head)
    except OSError as error:
        raise unwritable(error.filename or output_dir, error) from error


def outputs_data(outputs, index):
    """The outputs for one state, those that the agent has."""
    return {name: array[index] for name, array in outputs._asdict().items() if array is not None}


def action_labels(combos, count):
    """What the page calls the actions: their keys, numbers where these are not known, both where keys are the same."""
    names = [combo_name(combo) for combo in combos] if combos else [str(number) for number in range(count)]
    return [name if names.count(name) == 1 else "{} ({})".format(name, number) for number, name in enumerate(names)]


def _shown_outputs(outputs, index, labels, scale):
    """The value and the three actions that come first, as on the page. scale: of values, see `format_value`."""
    shown = {}
    if outputs.value is not None:
        shown["value"] = format_value(float(outputs.value[index]), scale)
    if outputs.q_values is not None:
        scores, what, written = outputs.q_values[index], "Q of {}", format_number
    else:
        exponentials = np.exp(outputs.logits[index] - outputs.logits[index].max())
        scores, what, written = exponentials / exponentials.sum(), "probability of {}", format_percent
    for action in np.argsort(-scores)[:3]:
        shown[what.format(labels[action])] = written(float(scores[action]))
    return shown


def target_section(pictures, found, labels, scale=None):
    """The Section of a target's states and its entry in the JSON. found: a FoundStates; labels: of the actions.

    scale: of values, see `format_value`.
    """
    name = slug(found.name)
    files = {
        "state": pictures.write_frames("states", name, found.states.pictures),
        "nearest": pictures.write_frames("nearest", name, found.nearest_pictures),
        "attribution": pictures.write("attribution", name, found.attribution),
    }
    of_states = [dict(zip(files, row)) for row in zip(*files.values())]
    means = [float(np.mean(objectives)) for objectives in (found.states.objective, found.states.prior_objective)]
    told = "Mean objective {}; of states drawn from the prior {}.".format(*map(format_number, means))
    text = "{} {}".format(TARGETS.get(found.name, ""), told).strip()
    items = [_state_item(found, index, row, labels, scale) for index, row in enumerate(of_states)]
    data = {
        "target": found.name,
        "mean_objective": means[0],
        "mean_objective_of_prior": means[1],
        "states": [_state_data(found, index, row) for index, row in enumerate(of_states)],
    }
    return Section("Target {}".format(found.name), items, text, STATE_REM), data


def _state_item(found, index, files, labels, scale):
    """What the page shows of one of the FoundStates. files: the names of its pictures' by kind."""
    shown = [
        Picture(files["state"], "synthesised state", "state"),
        Picture(files["nearest"], "nearest training frame", "frame {}".format(found.nearest[index] + 1)),
        Picture(files["attribution"], "attribution over the state", "attribution of {}".format(found.attributed)),
    ]
    numbers = _shown_outputs(found.outputs, index, labels, scale)
    numbers["objective"] = float(found.states.objective[index])
    numbers["KL from the prior (nats)"] = float(found.states.kl[index])
    numbers["RMS distance to the nearest frame"] = float(np.sqrt(found.nearest_error[index]))
    numbers["pixels that differ from it"] = format_percent(found.different[index])
    return Item("State {}".format(index + 1), shown, numbers)


def _state_data(found, index, files):
    """What the JSON tells of one of the FoundStates. files: the names of its pictures' by kind."""
    return {
        "state": files["state"],
        "attribution": files["attribution"],
        "attribution_of": found.attributed,
        "outputs": outputs_data(found.outputs, index),
        "objective": float(found.states.objective[index]),
        "kl": float(found.states.kl[index]),
        "nearest": {
            "picture": files["nearest"],
            "frame": int(found.nearest[index]),
            "mse": float(found.nearest_error[index]),
            "different_pixels": float(found.different[index]),
        },
    }


def novelty_section(tables):
    """Table 2. tables: title -> what `novelty` returned."""
    tables = dict(tables, **{"the paper's driving simulator": PAPER_NOVELTY})
    items = [
        Item(
            title,
            [],
            {"more than {} % of pixels".format(share): format_percent(part) for share, part in table.items()},
        )
        for title, table in tables.items()
    ]
    text = "Shares of states that differ from the nearest frame in more than this many pixels by more than 25 %."
    return Section("How new the states are", items, text, NUMBERS_REM)


def goggles_section(measured, env_name):
    """Table 1. measured: what the agent sees -> what `summary` returned."""

    def shown(summary):
        error = summary["standard_error"]
        return format_number(summary["mean"]) + ("" if error is None else " ± {}".format(format_number(error, 2)))

    episodes = len(next(iter(measured.values()))["scores"])
    items = [Item(env_name, [], {name: shown(summary) for name, summary in measured.items()})]
    items += [Item("{} (paper)".format(game), [], figures) for game, figures in PAPER_GOGGLES.items()]
    text = "Mean score of {} episodes in which the agent sees reconstructions, with its standard error.".format(
        episodes
    )
    return Section("Generator goggles", items, text, NUMBERS_REM)


def direct_section(pictures, target_name, found):
    """Figure 4a. found: regularisers' title -> images and objectives. Returns the Section and its entry in the JSON."""
    items, data = [], {}
    for title, (images, objectives) in found.items():
        files = pictures.write_frames("direct", "{}-{}".format(slug(target_name), slug(title)), images)
        shown = [
            Picture(file, "activation maximisation", format_number(objective))
            for file, objective in zip(files, objectives)
        ]
        items.append(Item("Regularised by {}".format(title) if title != "none" else "Not regularised", shown))
        data[title] = [{"picture": file, "objective": float(objective)} for file, objective in zip(files, objectives)]
    text = "The target maximised over pixels instead of latents; below each picture its objective."
    return Section("Without a generator: {}".format(target_name), items, text, DIRECT_REM), {
        "target": target_name,
        "found": data,
    }


def generator_section(files, pictures, generator, settings, learned, played=None):
    """Section on what the generator has learned: reconstructions and saliency weights of a few pictures (figure 3).

    learned: shares, see `learning.learned`. played: options of the game that they are from, if known.
    """
    chosen = np.random.RandomState(settings["seed"]).permutation(len(pictures))[:SHOWN_FRAMES]
    frames = pictures[chosen]
    shown = {
        "frame": files.write_frames("reconstructions", "frame", frames),
        "reconstruction": files.write_frames("reconstructions", "shown", generator.reconstruct(frames)),
        "saliency": files.write(
            "reconstructions", "saliency", weight_pictures(saliency_weights(generator.agent, frames))
        ),
    }
    items = [
        Item("Frame {}".format(index + 1), [Picture(file, kind, kind) for kind, file in zip(shown, row)])
        for index, row in zip(chosen, zip(*shown.values()))
    ]
    text = "Frames of the training data, what the generator makes of them, and where the agent looks (figure 3)."
    if learned:
        text += " Of frames held out it has learned, against their mean: {}.".format(
            ", ".join("{} {}".format(format_percent(share), WHAT[name]) for name, share in learned.items())
        )
    if warning(learned):
        text += "\n\n" + warning(learned)
    if played:
        text += "\n\nPlayed: {}.".format(described_options(played))
    return Section("The generator", items, text, STATE_REM)


def filters_section(pictures, filters):
    """Figure 5."""
    file = pictures.write_one("agent/filters.png", filters)
    text = "A column for each filter, a row for each stacked frame, the newest at the bottom; mid-grey is 0."
    return Section("First layer of the agent", [Item("", [Picture(file, "kernels of the first layer")])], text, 60)
