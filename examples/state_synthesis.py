"""States that an agent fears, before and after it is blinded to buzzsaws; writes docs/state-synthesis.md.

    python examples/state_synthesis.py WORK_DIR

Trains a generator for an agent of Procgen's CoinRun, the bundled one unless another is given, and asks it for states
of that agent and of the same blinded to buzzsaws; for the goggles also smaller generators, and a small StarPilot
agent. What WORK_DIR holds already is not made again; trainings that were stopped are gone on with. It takes an hour
and more on two CPU cores.
"""

import argparse
import collections
import json
import os

import numpy as np
from state_synthesis_report import (
    COLUMNS,
    counted_table,
    goggles_table,
    novelty_table,
    read_png,
    states_of_both,
    training_rows,
    write_sheet,
)

from understanding_rl_vision import rl_clarity
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.envs.coinrun_causes import SAW
from understanding_rl_vision.envs.procgen_state import State
from understanding_rl_vision.play.draws import draw_actions
from understanding_rl_vision.play.environments import environment
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util import get_acts, load_joblib
from understanding_rl_vision.synthesize.generator_training import read, train_generator
from understanding_rl_vision.synthesize.optimising import synthesize_states
from understanding_rl_vision.synthesize.options import complete_options
from understanding_rl_vision.synthesize.subject import read_subject
from understanding_rl_vision.synthesize.targets import make_targets

EXAMPLES = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(EXAMPLES)
CHECKPOINT = os.path.join(EXAMPLES, "coinrun.jd")
TEMPLATE = os.path.join(EXAMPLES, "state_synthesis_template.md")

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
# The count takes for a change what is more than this many percent of real frames without a buzzsaw show.
PERCENTILE = 95


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
    generator, *_ = train_generator(subject.agent, pictures, settings, path, read(path), progress)
    # Only what the target asks differs then, not what the generator can draw.
    generator.agent = edited
    return {
        target.name: synthesize_states(generator, target, settings, progress)
        for target in make_targets(TARGETS, num_actions=subject.agent.num_actions)
    }


def value_change(agent, edited, pictures):
    """How much the value changes when the direction is removed, (N,)."""
    return np.abs(agent.arrays(pictures).value - edited.arrays(pictures).value)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", metavar="WORK_DIR")
    parser.add_argument("--checkpoint", default=CHECKPOINT, help="path, address or openai:NAME (default: %(default)s)")
    parser.add_argument("--docs", default=os.path.join(ROOT, "docs"), help="where the page goes (default: docs)")
    parser.add_argument(
        "--small", action="store_true", help="all of it in a few minutes, with results that say nothing"
    )
    return parser.parse_args()


def frames_of_play(subject):
    """Frames of play and the same without buzzsaws, whether they differ, and which the edit is fitted on."""
    seen, hidden, different = pairs_of_frames(subject)
    return seen, hidden, different > 0, np.arange(len(seen)) % 2 == 0


def blinded_agent(subject, checkpoint, work, seen, hidden, chosen):
    """The agent without the direction of buzzsaws, fitted on the chosen frames; the checkpoint is left in `work`."""
    path = os.path.join(work, "blinded.jd")
    if not os.path.exists(path):
        direction = buzzsaw_direction(subject.agent, seen[chosen], hidden[chosen])
        rl_clarity.edit(checkpoint, path, layer=LAYER, directions=direction)
    return read_subject(path, complete_options({})).agent


def goggles_of_both(checkpoint, work, size):
    """Game -> content of states.json of a run with goggles; of StarPilot an agent is trained for it."""
    starpilot_agent = os.path.join(work, "starpilot_agent")
    starpilot = os.path.join(starpilot_agent, "checkpoint.jd")
    if not os.path.exists(starpilot):
        rl_clarity.train(save_dir=starpilot_agent, **dict(STARPILOT_AGENT, timesteps_per_proc=size.starpilot))
    return {
        "CoinRun": synthesized(checkpoint, os.path.join(work, "coinrun-goggles"), **size.goggles),
        "StarPilot (easy)": synthesized(starpilot, os.path.join(work, "starpilot"), **size.goggles),
    }


def measured_on_frames(subject, edited, seen, hidden, with_saws, rest, pictures):
    """What the page tells of frames of play and of pictures (title -> (N, 64, 64, 3)): name -> text.

    rest: the frames that the edit was not fitted on.
    """
    pictures = dict(
        {
            "frames of play without a buzzsaw in view": seen[rest & ~with_saws],
            "frames of play with one": seen[rest & with_saws],
        },
        **pictures,
    )
    changes = {title: value_change(subject.agent, edited, images) for title, images in pictures.items()}
    threshold = np.percentile(changes["frames of play without a buzzsaw in view"], PERCENTILE)
    saws, without = seen[rest & with_saws], hidden[rest & with_saws]
    values = subject.agent.arrays(seen[rest]).value
    effect = np.abs(subject.agent.arrays(saws).value - subject.agent.arrays(without).value).mean()
    return {
        "share": "{:.0%}".format(with_saws.mean()),
        "threshold": "{:.3f}".format(threshold),
        "percentile": PERCENTILE,
        "counted": counted_table(changes, threshold),
        "effect": "{:.3f}".format(effect),
        "low": "{:.2f}".format(np.percentile(values, 5)),
        "high": "{:.2f}".format(np.percentile(values, 95)),
    }


def told_of_sizes(size):
    """What the page tells of how large the trainings were: name -> text."""
    return {
        "frames": "{:,}".format(size.generator["num_frames"]),
        "epochs": size.generator["epochs"],
        "goggles_frames": "{:,}".format(size.goggles["num_frames"]),
        "goggles_epochs": size.goggles["epochs"],
        "shown": min(COLUMNS, size.states["num_samples"]),
        "samples": size.states["num_samples"],
        "episodes": size.goggles["goggles_episodes"],
        "starpilot": "{:,}".format(size.starpilot),
    }


def told_of_runs(docs, folder, run, goggles):
    """What the page tells of the states, which are in the folder, and of the goggles: name -> text."""
    direct = run["activation_maximization"][0]
    rows = [[read_png(os.path.join(folder, item["picture"])) for item in items] for items in direct["found"].values()]
    runs = {
        "CoinRun, for the states": run,
        "CoinRun, for the goggles": goggles["CoinRun"],
        "StarPilot, for the goggles": goggles["StarPilot (easy)"],
    }
    return {
        "training": training_rows(runs),
        "epsilon": "{:.0%}".format(run["settings"]["epsilon"]),
        "goggles": goggles_table({game: data["goggles"] for game, data in goggles.items()}),
        "novelty": novelty_table({"states of the original agent": run}),
        "target": direct["target"],
        "direct": write_sheet(docs, "direct", rows),
    }


def main():
    arguments = read_arguments()
    work, docs = arguments.work_dir, arguments.docs
    checkpoint = fetch(arguments.checkpoint, Progress())
    size = SMALL if arguments.small else FULL
    folder = os.path.join(work, "original")
    os.makedirs(work, exist_ok=True)

    subject = read_subject(checkpoint, complete_options({}))
    seen, hidden, with_saws, fitted = frames_of_play(subject)
    edited = blinded_agent(subject, checkpoint, work, seen, hidden, with_saws & fitted)
    run = synthesized(checkpoint, folder, target=TARGETS, **dict(size.generator, **size.states))
    blinded = states_of_blinded(subject, edited, folder, dict(size.generator, **size.states))
    goggles = goggles_of_both(checkpoint, work, size)

    states, sheets = states_of_both(docs, folder, run, blinded)
    learned = load_joblib(os.path.join(folder, "frames.jd"))
    pictures = dict({"frames that the generator learned from": learned}, **states)
    measured = measured_on_frames(subject, edited, seen, hidden, with_saws, ~fitted, pictures)
    with open(TEMPLATE, encoding="utf-8") as file:
        template = file.read()
    page = template.format(
        sheets=sheets, layer=LAYER, **measured, **told_of_sizes(size), **told_of_runs(docs, folder, run, goggles)
    )
    with open(os.path.join(docs, "state-synthesis.md"), "w", encoding="utf-8") as file:
        file.write(page)


if __name__ == "__main__":
    main()
