"""What ends an episode of Procgen's CoinRun, told from the game's state before and after the last action.

After every step the game compares the agent with each entity as rectangles, and with the cells of the grid under it.
Meeting a buzzsaw or an enemy ends the episode, as does a cell of lava.
"""

import numpy as np

from understanding_rl_vision.envs.procgen_state import State

BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT = "buzzsaw", "enemy moving left", "enemy moving right"
LAVA, TIME_LIMIT, MULTIPLE, OTHER = "lava", "time limit", "multiple", "other"

CAUSES = (BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, LAVA, TIME_LIMIT, MULTIPLE, OTHER)

# Types of objects in the game's state.
PLAYER, COIN, SAW, ENEMY, SPACE = 0, 1, 2, 5, 100
LAVA_CELLS = (17, 18)

# Rectangles overlap a little before a cell counts as touched.
CELL_MARGIN = np.float32(0.001)

FOREVER = 2**30


def harmless(state):
    """Return a state (bytes) in which nothing ends the episode, and everything moves as before."""
    state = State(state)
    dangers = np.isin(state.entities["type"], (SAW, ENEMY))
    # The margin is added to the distance at which an entity meets the agent, and used for nothing else.
    state.entities["collision_margin"][dangers] = -FOREVER
    state.grid[np.isin(state.grid, LAVA_CELLS + (COIN,))] = SPACE
    state.numbers["timeout"][...] = FOREVER
    return state.tobytes()


def cause(before, after):
    """Return the one of CAUSES that ended an episode without a coin.

    before: the state (bytes) before the last action; after: what became of `harmless(before)` by that action. Where the
    agent meets things of several causes in that step it is MULTIPLE. An enemy's direction is that of its velocity then.
    """
    before, after = State(before), State(after)
    causes = _met(before.grid, after) if after.numbers["cur_time"] > before.numbers["cur_time"] else set()
    if causes:
        return causes.pop() if len(causes) == 1 else MULTIPLE
    return TIME_LIMIT if before.numbers["cur_time"] + 1 >= before.numbers["timeout"] else OTHER


def _met(grid, after):
    """The causes of what the agent touches."""
    entities = after.entities
    agent = entities[entities["type"] == PLAYER][0]
    touching = np.ones(len(entities), bool)
    for position, size in (("x", "rx"), ("y", "ry")):
        touching &= np.abs(entities[position] - agent[position]) < entities[size] + agent[size]
    met = entities[touching]
    enemies = met[met["type"] == ENEMY]
    causes = {ENEMY_LEFT if enemy["vx"] < 0 else ENEMY_RIGHT for enemy in enemies}
    if np.any(met["type"] == SAW):
        causes.add(BUZZSAW)
    if np.any(np.isin(_cells_under(agent, grid), LAVA_CELLS)):
        causes.add(LAVA)
    return causes


def _cells_under(agent, grid):
    """The cells that the agent's rectangle covers."""
    (left, right), (low, high) = (
        (int(agent[at] - (agent[size] - CELL_MARGIN)), int(agent[at] + (agent[size] - CELL_MARGIN)))
        for at, size in (("x", "rx"), ("y", "ry"))
    )
    return grid[max(low, 0) : high + 1, max(left, 0) : right + 1]
