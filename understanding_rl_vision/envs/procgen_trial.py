"""States of Procgen games tried in a process of its own: Procgen ends the process where it does not expect a state.

What a state holds after the grid is each game's own, so that only the game can tell whether it is one. It must give the
same state back, and play on from it.
"""

import base64
import json
import signal
import subprocess
import sys

import numpy as np

from understanding_rl_vision.envs.procgen_package import import_procgen
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.processes import package_variables

# Of drawn actions; most games meet most of what is in a level in so many.
STEPS = 128
LONGEST_SECONDS = 600
FITS, ANOTHER = "fits", "another"

PROGRAM = "from understanding_rl_vision.envs.procgen_trial import serve; serve()"


def check_by_trial(made_with, states):
    """Raise InputError unless games that are made with these options take the states, and play on from them.

    made_with: keyword arguments of ProcgenGym3Env, but for num. states: bytes of each game.
    """
    message = {"made_with": made_with, "states": [base64.b64encode(state).decode("ascii") for state in states]}
    try:
        tried = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps(message).encode("utf-8"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=package_variables(),
            timeout=LONGEST_SECONDS,
        )
        said = tried.stdout.decode(errors="replace").strip().splitlines()
    except subprocess.TimeoutExpired:
        raise InputError(
            "Playing on from the states of the games did not end in {} seconds: they are damaged, or the machine has "
            "too much to do. Begin anew without them.".format(LONGEST_SECONDS)
        ) from None
    if said[-1:] != [FITS]:
        raise InputError("A state of a game is damaged: the game does not play on from it. Begin anew without it.")


def serve():
    """Answer for what `check_by_trial` has written to the standard input."""
    # Who is interrupted at the keyboard ends the other process, which is waited for.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    message = json.loads(sys.stdin.read())
    states = [base64.b64decode(state) for state in message["states"]]
    package = import_procgen("A state of a game")
    games = package.ProcgenGym3Env(num=len(states), **message["made_with"])
    games.callmethod("set_state", states)
    same = list(games.callmethod("get_state")) == states
    if same:
        random = np.random.RandomState(0)
        for _ in range(STEPS):
            games.act(random.randint(len(games.combos), size=len(states)))
            games.observe()
    games.close()
    print(FITS if same else ANOTHER, flush=True)
