"""Procgen's games put back in time: how an episode ended, and games that begin at a level of one's choice.

A Procgen game begins its next episode in the step that ends one, so what it met then is gone when the step returns.
"""

import numpy as np

from understanding_rl_vision.envs import coinrun_causes
from understanding_rl_vision.envs.procgen_state import State

# Game → what tells the causes of its ends.
CAUSES = {"coinrun": coinrun_causes}

# Reading all states takes longer than a step; playing a few steps again, of failures only, does not.
STEPS_BETWEEN_STATES = 16

# Procgen's action that ends the episode.
END_EPISODE = -1


class Scratch:
    """One more game, to try things out in. games: a ProcgenGym3Env of one game."""

    def __init__(self, games):
        self._games = games
        # Reading a state takes about as long as two steps, and any will do to begin a level from.
        (state,) = games.callmethod("get_state")
        self._begin = State(state)

    def play(self, state, actions):
        """Return the state (bytes) that actions lead to from another state."""
        self._games.callmethod("set_state", [state])
        for action in actions:
            self._games.act(np.array([action]))
        (state,) = self._games.callmethod("get_state")
        return state

    def start(self, level):
        """Return the state at the start of a level."""
        # The next level is drawn from these bounds, the upper one excluded.
        self._begin.numbers["level_seed_low"][...] = level
        self._begin.numbers["level_seed_high"][...] = level + 1
        return self.play(self._begin.tobytes(), [END_EPISODE])

    def close(self):
        self._games.close()


class EndingWatch:
    """Remembers enough of the play of several games to tell what ended an episode.

    games: a ProcgenGym3Env; causes: a module such as coinrun_causes; scratch: a Scratch of the same game and options.
    """

    def __init__(self, games, causes, scratch):
        self._games, self._causes, self._scratch = games, causes, scratch
        self.forget()

    def forget(self):
        """Begin anew, for instance because the games were put in another state."""
        self._states, self._actions, self._since = None, [], None

    def before_step(self, actions):
        """Note the actions (N,) of the step that comes."""
        if self._states is None or len(self._actions) == STEPS_BETWEEN_STATES:
            self._states = self._games.callmethod("get_state")
            self._since = [0] * len(self._states)
            self._actions = []
        self._actions.append(np.array(actions))

    def replaced(self, game, state):
        """Note that a game was put in a state (bytes)."""
        if self._states is not None:
            self._states[game], self._since[game] = state, len(self._actions)

    def cause(self, game):
        """What ended the episode of a game in the last step."""
        actions = [step[game] for step in self._actions[self._since[game] :]]
        before = self._scratch.play(self._states[game], actions[:-1])
        after = self._scratch.play(self._causes.harmless(before), actions[-1:])
        return self._causes.cause(before, after)
