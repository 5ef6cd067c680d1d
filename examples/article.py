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
import json
import os
import shlex
import subprocess
import sys

from article_figures import ORIGINAL
from article_report import write_document
from article_steps import (
    LAYER,
    chosen,
    step,
    steps_before_edits,
    steps_of_edits,
    steps_of_features,
    steps_of_iterating,
)

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.run.measurement import FILE as MEASUREMENT

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMANDS = "commands.json"

# Where the work of an agent goes, by its game.
FOLDERS = {"coinrun_old": "coinrun_old", "coinrun": "procgen"}


def is_done(step, folder):
    path = os.path.join(folder, step.result)
    if not os.path.exists(path):
        return False
    if step.levels is None:
        return True
    summary = read_json(path)
    settings = summary["settings"]
    # Several processes have played without what is to be invisible.
    invisible = "--blind-to" not in step.arguments or settings["blind_to"]
    return bool(summary["complete"] and invisible and settings["num_levels"] >= step.levels)


def run_steps(steps, folder, processes=1):
    """Run the commands whose results are not there, and keep with them how long they took, in processor seconds.

    processes: evaluations play in so many, under mpiexec.
    """
    for one in steps:
        if is_done(one, folder):
            continue
        shown = commands_of(one, processes)
        before = _processor_seconds()
        try:
            for command in shown:
                status = _run(command, folder)
                if status:
                    sys.exit("It ended with status {}. Started again, this goes on from here.".format(status))
        finally:
            path = os.path.join(folder, COMMANDS)
            kept = read_json(path) if os.path.exists(path) else {}
            seconds = kept.get(one.name, {}).get("seconds", 0) + _processor_seconds() - before
            write_json(path, dict(kept, **{one.name: {"commands": shown, "seconds": seconds}}))


def commands_of(one, processes=1):
    """The commands of a Step. Of several processes, one alone compares in the end, with what is invisible too."""
    command = ["rl-clarity", one.command] + one.arguments
    if not one.levels or processes == 1:
        return [command]
    launch = ["mpiexec", "-n", str(processes)]
    if "--blind-to" not in command:
        return [launch + command]
    options = {option: command[command.index(option) + 1] for option in ("--blind-to", "--output-dir")}
    hidden = json.loads(options["--blind-to"])
    invisible = step(
        one.name,
        one.command,
        one.arguments[:1],
        None,
        names=["{}, {} invisible".format(ORIGINAL, " and ".join(hidden))],
        hide=hidden,
        output_dir=options["--output-dir"] + "/invisible",
        num_levels=one.levels,
    )
    at = command.index("--blind-to")
    return [launch + command[:at] + command[at + 2 :], launch + command[:2] + invisible.arguments, command]


def _run(command, folder):
    """Run a command; an evaluation that has begun goes on. Returns its exit status."""
    print("\n$ " + " ".join(map(shlex.quote, command)), flush=True)
    begun = "--num-levels" in command and os.path.exists(
        os.path.join(folder, command[command.index("--output-dir") + 1], "summary.json")
    )
    words = [[sys.executable, "-m", "understanding_rl_vision"] if word == "rl-clarity" else [word] for word in command]
    return subprocess.call(sum(words, []) + ["--resume", "true"] * begun, cwd=folder)


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
        '{"buzzsaw": [2], "enemy moving left": [3]}, most important first; default: as measured',
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=1,
        help="of evaluations, under mpiexec (default: 1)",
    )
    parser.add_argument("--only", nargs="+", metavar="STEP", help="of the steps, only those of these names")
    parser.add_argument("--write-only", action="store_true", help="run nothing; write the document of what is there")
    parser.add_argument("--docs", default=os.path.join(ROOT, "docs"), help="where the document goes (default: docs)")
    return parser


def main(argv=None):
    options = make_parser().parse_args(argv)
    given = options.checkpoint
    path = os.path.abspath(given) if os.path.exists(given) else given
    game = read_checkpoint(fetch(path, Progress())).args["env_name"]
    if game not in FOLDERS:
        sys.exit("The agent plays {}; agents of {} are accepted.".format(game, " and ".join(FOLDERS)))
    folder = os.path.join(options.work_dir, FOLDERS[game])
    os.makedirs(folder, exist_ok=True)

    def go_on(steps):
        if not options.write_only:
            named = [one for one in steps if not options.only or one.name in options.only]
            run_steps(named, folder, options.processes)

    go_on(steps_before_edits(path))
    measurement = os.path.join(folder, "page", MEASUREMENT)
    measured = read_json(measurement)[LAYER] if os.path.exists(measurement) else None
    features = chosen(measured, options.features)
    go_on(steps_of_edits(path, features, options.levels))
    go_on(steps_of_features(path))
    go_on(steps_of_iterating(path, features))
    if not options.only:
        write_document(options.work_dir, options.docs)


if __name__ == "__main__":
    main()
