"""States that the bundled agent fears, before and after it is blinded to buzzsaws; writes docs/state-synthesis.md.

    python examples/state_synthesis.py WORK_DIR

Trains a generator for the bundled CoinRun agent, and asks it for states of that agent and of the same blinded to
buzzsaws; for the goggles also smaller generators, and a small StarPilot agent. What WORK_DIR holds already is not made
again; trainings that were stopped are gone on with. It takes an hour and more on two CPU cores.
"""

import argparse
import collections
import json
import os

import numpy as np
import PIL.Image

from understanding_rl_vision import rl_clarity
from understanding_rl_vision.envs.coinrun_causes import SAW
from understanding_rl_vision.envs.procgen_state import State
from understanding_rl_vision.pictures.image_writer import to_bytes
from understanding_rl_vision.play.draws import draw_actions
from understanding_rl_vision.play.environments import environment
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util import get_acts, load_joblib
from understanding_rl_vision.synthesize.optimising import synthesize_states
from understanding_rl_vision.synthesize.options import complete_options
from understanding_rl_vision.synthesize.page import PAPER_GOGGLES, PAPER_NOVELTY
from understanding_rl_vision.synthesize.reading import read_subject
from understanding_rl_vision.synthesize.targets import make_targets
from understanding_rl_vision.synthesize.training import read, train_generator

EXAMPLES = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(EXAMPLES)
CHECKPOINT = os.path.join(EXAMPLES, "coinrun.jd")
TEMPLATE = os.path.join(EXAMPLES, "state_synthesis_template.md")
IMAGES = "state-synthesis"

LAYER, NODE = "2b", "ppo2_model/pi/2b/Relu"
TARGETS = ["T-", "value-"]
STARPILOT_AGENT = {
    "env_name": "starpilot",
    "distribution_mode": "easy",
    "cnn": "nature",
    "num_envs": 64,
    "num_steps": 64,
    "gamma": 0.99,
}

# Options of `synthesize` for the states and for the goggles, and frames that the StarPilot agent is trained on.
Size = collections.namedtuple("Size", "generator states goggles starpilot")
FULL = Size(
    {"num_frames": 2400, "num_envs": 24, "epochs": 24, "save_interval": 2},
    {"num_samples": 64, "steps": 60, "activation_maximization": True},
    {"num_frames": 640, "epochs": 8, "save_interval": 2, "goggles": True, "goggles_episodes": 20},
    81920,
)
SMALL = Size(
    {"num_frames": 64, "num_envs": 4, "epochs": 1},
    {"num_samples": 4, "steps": 2, "activation_maximization": True},
    {"num_frames": 64, "epochs": 1, "goggles": True, "goggles_episodes": 2},
    4096,
)
# The count takes for a change what is more than so many percent of real frames without a buzzsaw show.
PERCENTILE = 95
COLUMNS = 16


def pairs_of_frames(subject, games=16, steps=100, every=5):
    """Frames of the agent's play and the same without buzzsaws, (N, 64, 64, 3), and in how many pixels they differ."""
    random = np.random.RandomState(0)
    plain = {"reward_scale": 1, "frame_stack": 1, "epsilon_greedy": 0}
    seen, hidden = [], []
    with environment(subject.checkpoint, games, seed=5, **plain) as env:
        with environment(subject.checkpoint, games, seed=5, **plain) as scratch:
            for step in range(steps):
                _, observations, _ = env.observe()
                if step % every == 0:
                    states = [State(state) for state in env.get_state()]
                    for state in states:
                        state.entities["alpha"][state.entities["type"] == SAW] = 0
                    scratch.set_state([state.tobytes() for state in states])
                    seen.append(observations)
                    hidden.append(scratch.observe()[1])
                env.act(draw_actions(subject.agent.arrays(observations).logits, random))
    seen, hidden = np.concatenate(seen), np.concatenate(hidden)
    different = np.abs(seen.astype(int) - hidden).max(axis=-1) > 20
    return seen, hidden, different.sum(axis=(1, 2))


def buzzsaw_direction(agent, seen, hidden):
    """The direction in which most of what buzzsaws do to the layer's activations lies, (channels,)."""
    change = get_acts(agent.model, NODE, seen / np.float32(255)) - get_acts(agent.model, NODE, hidden / np.float32(255))
    rows = change.reshape(-1, change.shape[-1])
    return np.linalg.svd(rows[np.abs(rows).sum(axis=1) > 1e-4], full_matrices=False)[2][0]


def synthesized(checkpoint, folder, **options):
    """The content of states.json in a folder, which is made where it is not there."""
    path = os.path.join(folder, "states.json")
    if not os.path.exists(path):
        resume = os.path.exists(os.path.join(folder, "generator.jd"))
        rl_clarity.synthesize(checkpoint, folder, resume=resume, **options)
    with open(path) as file:
        return json.load(file)


def states_of_blinded(subject, edited, folder, options):
    """Target -> States of the edited agent, from the folder's generator, which was trained for the original one."""
    settings = complete_options(dict(options, resume=True))
    path = os.path.join(folder, "generator.jd")
    pictures = load_joblib(os.path.join(folder, "frames.jd"))
    progress = Progress()
    generator, _ = train_generator(subject.agent, pictures, settings, path, read(path), progress)
    # Only what the target asks differs then, not what the generator can draw.
    generator.agent = edited
    return {
        target.name: synthesize_states(generator, target, settings, progress)
        for target in make_targets(TARGETS, num_actions=subject.agent.num_actions)
    }


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


def value_change(agent, edited, pictures):
    """How much the value changes when the direction is removed, (N,)."""
    return np.abs(agent.arrays(pictures).value - edited.arrays(pictures).value)


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


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", metavar="WORK_DIR")
    parser.add_argument("--docs", default=os.path.join(ROOT, "docs"), help="where the page goes (default: docs)")
    parser.add_argument(
        "--small", action="store_true", help="all of it in a few minutes, with results that say nothing"
    )
    return parser.parse_args()


def main():
    arguments = read_arguments()
    work, docs = arguments.work_dir, arguments.docs
    size = SMALL if arguments.small else FULL
    folder = os.path.join(work, "original")
    os.makedirs(work, exist_ok=True)

    subject = read_subject(CHECKPOINT, complete_options({}))
    seen, hidden, different = pairs_of_frames(subject)
    with_saws = different > 0
    fitted = np.arange(len(seen)) % 2 == 0
    edited_path = os.path.join(work, "blinded.jd")
    if not os.path.exists(edited_path):
        direction = buzzsaw_direction(subject.agent, seen[with_saws & fitted], hidden[with_saws & fitted])
        rl_clarity.edit(CHECKPOINT, edited_path, layer=LAYER, directions=direction)
    edited = read_subject(edited_path, complete_options({})).agent

    starpilot_agent = os.path.join(work, "starpilot_agent")
    if not os.path.exists(os.path.join(starpilot_agent, "checkpoint.jd")):
        rl_clarity.train(save_dir=starpilot_agent, **dict(STARPILOT_AGENT, timesteps_per_proc=size.starpilot))
    run = synthesized(CHECKPOINT, folder, target=TARGETS, **dict(size.generator, **size.states))
    blinded = states_of_blinded(subject, edited, folder, dict(size.generator, **size.states))
    goggles = {
        "CoinRun": synthesized(CHECKPOINT, os.path.join(work, "coinrun-goggles"), **size.goggles),
        "StarPilot (easy)": synthesized(
            os.path.join(starpilot_agent, "checkpoint.jd"), os.path.join(work, "starpilot"), **size.goggles
        ),
    }

    rest = ~fitted
    states, sheets = states_of_both(docs, folder, run, blinded)
    pictures = {
        "frames of play without a buzzsaw in view": seen[rest & ~with_saws],
        "frames of play with one": seen[rest & with_saws],
        "frames that the generator learned from": load_joblib(os.path.join(folder, "frames.jd")),
    }
    pictures.update(states)
    changes = {title: value_change(subject.agent, edited, images) for title, images in pictures.items()}
    threshold = np.percentile(changes["frames of play without a buzzsaw in view"], PERCENTILE)
    saws, without = seen[rest & with_saws], hidden[rest & with_saws]
    values = subject.agent.arrays(seen[rest]).value
    effect = np.abs(subject.agent.arrays(saws).value - subject.agent.arrays(without).value).mean()
    direct = run["activation_maximization"][0]
    direct_rows = [
        [read_png(os.path.join(folder, item["picture"])) for item in items] for items in direct["found"].values()
    ]
    with open(TEMPLATE, encoding="utf-8") as file:
        template = file.read()
    page = template.format(
        frames="{:,}".format(size.generator["num_frames"]),
        epochs=size.generator["epochs"],
        goggles_frames="{:,}".format(size.goggles["num_frames"]),
        goggles_epochs=size.goggles["epochs"],
        training=training_rows(
            {
                "CoinRun, for the states": run,
                "CoinRun, for the goggles": goggles["CoinRun"],
                "StarPilot, for the goggles": goggles["StarPilot (easy)"],
            }
        ),
        shown=min(COLUMNS, size.states["num_samples"]),
        samples=size.states["num_samples"],
        sheets=sheets,
        layer=LAYER,
        share="{:.0%}".format(with_saws.mean()),
        threshold="{:.3f}".format(threshold),
        percentile=PERCENTILE,
        counted=counted_table(changes, threshold),
        effect="{:.3f}".format(effect),
        low="{:.2f}".format(np.percentile(values, 5)),
        high="{:.2f}".format(np.percentile(values, 95)),
        episodes=size.goggles["goggles_episodes"],
        epsilon="{:.0%}".format(run["settings"]["epsilon"]),
        starpilot="{:,}".format(size.starpilot),
        goggles=goggles_table({game: data["goggles"] for game, data in goggles.items()}),
        novelty=novelty_table({"states of the original agent": run}),
        target=direct["target"],
        direct=write_sheet(docs, "direct", direct_rows),
    )
    with open(os.path.join(docs, "state-synthesis.md"), "w", encoding="utf-8") as file:
        file.write(page)


if __name__ == "__main__":
    main()
