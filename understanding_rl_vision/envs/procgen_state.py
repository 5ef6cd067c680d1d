"""The state of a Procgen game as its `get_state` writes it: numbers to read and to change in place.

The layout is that of Procgen 0.10.7 (Cobbe et al. 2020): one after another, in 4 bytes each, the numbers of the game,
its entities and its grid; texts, such as those of its random generators, with their length before them.
"""

import numpy as np

from understanding_rl_vision.errors import InputError

INT, FLOAT = np.dtype("<i4"), np.dtype("<f4")

# Texts are skipped; numbers without a name have no use.
_TEXT = None

_OPTIONS = (
    "paint_vel_info use_generated_assets use_monochrome_assets restrict_themes use_backgrounds center_agent "
    "debug_mode distribution_mode use_sequential_levels use_easy_jump plain_assets physics_mode"
).split()

_RANDOM = [(None, INT), (None, _TEXT)]

# What comes before the entities. The names are Procgen's.
_BEFORE = (
    [("version", INT), (None, _TEXT)]
    + [(name, INT) for name in _OPTIONS]
    + [(name, INT) for name in "grid_step level_seed_low level_seed_high game_type game_n".split()]
    + 2 * _RANDOM
    + [("reward", FLOAT), ("done", INT), ("level_complete", INT), ("action", INT), ("timeout", INT)]
    + [(name, INT) for name in "current_level_seed prev_level_seed episodes_remaining episode_done".split()]
    + [("last_reward_timer", INT), ("last_reward", FLOAT), ("default_action", INT), ("fixed_asset_seed", INT)]
    + [("cur_time", INT), ("is_waiting_for_step", INT), ("grid_size", INT)]
)

ENTITY = np.dtype(
    [(name, FLOAT) for name in "x y vx vy rx ry".split()]
    + [(name, INT) for name in "type image_type image_theme render_z will_erase collides_with_entities".split()]
    + [(name, FLOAT) for name in "collision_margin rotation vrot".split()]
    + [(name, INT) for name in "is_reflected fire_time spawn_time life_time expire_time use_abs_coords".split()]
    + [("friction", FLOAT)]
    + [(name, INT) for name in "smart_step avoids_collisions auto_erase".split()]
    + [(name, FLOAT) for name in "alpha health theta grow_rate alpha_decay climber_spawn_x".split()]
)

# What comes between the entities and the grid.
_BETWEEN = (
    [("use_procgen_background", INT), ("background_index", INT), ("bg_tile_ratio", FLOAT), ("bg_pct_x", FLOAT)]
    + [("char_dim", FLOAT), ("last_move_action", INT), ("move_action", INT), ("special_action", INT)]
    + [(name, FLOAT) for name in "mixrate maxspeed max_jump action_vx action_vy action_vrot center_x center_y".split()]
    + [("random_agent_start", INT), ("has_useful_vel_info", INT), ("step_rand_int", INT)]
    + _RANDOM
    + [("main_width", INT), ("main_height", INT), ("out_of_bounds_object", INT)]
    + [(name, FLOAT) for name in "unit view_dim x_off y_off visibility min_visibility".split()]
)


# What is the same in all states of games that were made alike. Procgen ends the process where it is not.
_FIXED = ["version", *_OPTIONS, "grid_step", "level_seed_low", "level_seed_high", "game_type", "grid_size"] + [
    "fixed_asset_seed",
    "main_width",
    "main_height",
]
MOST_THEMES = 10
MOST_GAMES = 1 << 20
FARTHEST = 1e6


def check_states(states, own):
    """Raise InputError unless these are states of the games whose own states are given, as far as can be told.

    Procgen takes states as they are: what it does not expect ends the process.
    """
    if not isinstance(states, (list, tuple)) or len(states) != len(own):
        raise InputError("There are no {} states of games to play on from.".format(len(own)))
    for data, mine in zip(states, own):
        if not isinstance(data, bytes):
            raise InputError("A state of a game is a {}, not bytes.".format(type(data).__name__))
        state, known = State(data), State(mine)
        numbers = [float(state.numbers[name]) for name in state.numbers]
        # What follows the grid is each game's own; all end with the same mark.
        fields = [state.entities[name] for name, (dtype, _) in ENTITY.fields.items() if dtype == FLOAT]
        fits = (
            state.tobytes()[-4:] == known.tobytes()[-4:]
            and state.texts[0] == known.texts[0]
            and all(state.numbers[name] == known.numbers[name] for name in _FIXED if name in known.numbers)
            and np.isfinite(numbers).all()
            and state.numbers["game_n"] < MOST_GAMES
            and all((np.abs(field) <= FARTHEST).all() for field in fields)
            and ((0 <= state.entities["image_theme"]) & (state.entities["image_theme"] < MOST_THEMES)).all()
            and (state.entities["image_type"] >= 0).all()
            and state.grid.shape == (state.numbers["main_height"], state.numbers["main_width"])
        )
        if not fits:
            raise InputError("A state of a game is damaged, or of another game. Begin anew without it.")


class State:
    """A game's state.

    Attributes, all of them views of the state, so that what is assigned to their elements changes it:
        numbers: name → array of shape (), for instance numbers["cur_time"].
        entities: structured array with the fields of ENTITY; positions in cells from the lower left, velocities in
            cells per step, rx and ry half a width and half a height.
        grid: (height, width) of object types, the lowest row first.
        texts: bytes of its texts, the game's name first.

    Raises InputError for bytes that are no such state.
    """

    def __init__(self, data):
        self._data = bytearray(data)
        self._offset = 0
        self.numbers, self.texts = {}, []
        try:
            self._read(_BEFORE)
            self.entities = self._array(ENTITY, self._int())
            self._read(_BETWEEN)
            width, height, cells = self._int(), self._int(), self._int()
            self.grid = self._array(INT, cells).reshape(height, width)
        except ValueError as error:
            raise InputError(
                "These {} bytes are no state of a game of Procgen 0.10.7 ({}); give what get_state returns.".format(
                    len(data), error
                )
            ) from error

    def tobytes(self):
        """The state as `set_state` takes it."""
        return bytes(self._data)

    def _array(self, dtype, count):
        if count < 0:
            raise ValueError("a count of {}".format(count))
        array = np.frombuffer(self._data, dtype, count, self._offset)
        self._offset += array.nbytes
        return array

    def _int(self):
        return int(self._array(INT, 1)[0])

    def _read(self, fields):
        for name, dtype in fields:
            if dtype is _TEXT:
                self.texts.append(self._array(np.dtype("u1"), self._int()).tobytes())
            else:
                number = self._array(dtype, 1).reshape(())
                if name:
                    self.numbers[name] = number
