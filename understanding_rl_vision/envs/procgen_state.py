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


class State:
    """A game's state.

    Attributes, all of them views of the state, so that what is assigned to their elements changes it:
        numbers: name → array of shape (), for instance numbers["cur_time"].
        entities: structured array with the fields of ENTITY; positions in cells from the lower left, velocities in
            cells per step, rx and ry half a width and half a height.
        grid: (height, width) of object types, the lowest row first.

    Raises InputError for bytes that are no such state.
    """

    def __init__(self, data):
        self._data = bytearray(data)
        self._offset = 0
        self.numbers = {}
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
                self._array(np.dtype("u1"), self._int())
            else:
                number = self._array(dtype, 1).reshape(())
                if name:
                    self.numbers[name] = number
