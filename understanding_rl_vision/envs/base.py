"""What every environment offers."""

import collections
import importlib

import numpy as np

from understanding_rl_vision.errors import InputError, MissingPackageError
from understanding_rl_vision.terminal import packages_own_words

# What ended an episode that was not solved. A game names those that it can tell (`coinrun_causes`); UNKNOWN: it cannot.
UNKNOWN = "unknown"

Ending = collections.namedtuple("Ending", "level solved cause")
Ending.__doc__ = """How an episode ended, as far as the game says.

level: its number, or None where levels have none. solved: whether the game counts the level as completed, or None where
it does not say (`outcomes.was_solved` then decides). cause: None if solved, else what ended it.
"""

Seen = collections.namedtuple("Seen", "kinds boxes")
Seen.__doc__ = """The objects that a game shows.

kinds: array (n,) of what each is, in words; boxes (n, 4): the x and y of its centre, half its width and half its
height, as parts of the observation's width and height, from the upper left.
"""

Game = collections.namedtuple("Game", "make options texts points", defaults=((), (), False))
Game.__doc__ = """A game that `make_env` knows: the value of an entry of the table REGISTERED of the file that has it.

make: its class, an Environment that is made with (env_name, num_envs, *, seed, full_resolution, **options). options:
the names of its options. texts: those of them that are texts. points: whether it gives rewards on the way, so that a
return above 0 does not say that an episode was solved.
"""


class Environment:
    """Several independent games of one kind, stepped together.

    `act` starts a step and `observe` waits for its result, as in gym3, so that a caller may compute in
    between. Games restart by themselves: where `firsts` is true the observation is the first of a new
    episode, and the reward is the last of the episode before.

    Attributes
    ----------
    num_envs
        Number of games, N.
    observation_shape
        (H, W, C) of one observation.
    num_actions
        Number of actions.
    action_combos
        For each action the tuple of the keys it presses, for instance ("RIGHT", "UP").
    distributions
        Names of the packages, as pip has them, any of which the games of this class come with.
    several_at_once
        Whether a process can have several environments of this class open.
    tells_solved
        Whether it can be told that an episode was solved: the game says so, or a return above 0 does. In
        games of points neither does.
    tells_objects
        Whether `objects` returns any.
    tells_truncation
        Whether `truncations` may tell of any.
    stack_padding
        What stands for the frames before an episode's first where frames are stacked: "zeros", or the "first" frame.
    looks_at_pictures
        Whether games of this class tell objects from full frames alone: made with full_resolution=True, and
        some tenths of a second for each look at a game.
    ends_late
        Whether `overruns` may tell of any.
    """

    distributions = ()
    several_at_once = True
    tells_solved = True
    tells_objects = False
    tells_truncation = False
    stack_padding = "zeros"
    looks_at_pictures = False
    ends_late = False
    num_envs = None
    observation_shape = None
    action_combos = None

    @classmethod
    def complete(cls, env_name, options):
        """Return options, checked and with the game's own defaults, as it is then played. Needs no package."""
        return dict(options)

    @classmethod
    def success_reward(cls, env_name, options):
        """Return the reward of a success under complete options, where it is the only one that there is, else None."""
        return None

    @classmethod
    def can_tell_solved(cls, env_name, options):
        """Return what `tells_solved` is under complete options. Needs no package."""
        return cls.tells_solved

    @classmethod
    def draws_when_asked(cls, env_name, options):
        """Return whether, under complete options, frames at full size cost nothing unless `full_frames` is called."""
        return False

    @classmethod
    def image_shape(cls, env_name, options):
        """Return the (H, W, C) of an observation under complete options. Needs no package for the games known here."""
        return cls.observation_shape

    @property
    def frame_channels(self):
        """How many of the channels make one frame, where observations stack several."""
        return self.observation_shape[-1]

    @property
    def num_actions(self):
        return len(self.action_combos)

    def observe(self):
        """Return rewards (float32, N), observations (uint8, N×H×W×C) and firsts (bool, N), as new arrays."""
        raise NotImplementedError

    def act(self, actions):
        """Start a step with one action (integer, below num_actions) for each game."""
        raise NotImplementedError

    def full_frames(self):
        """Return the current frames at the size that people see: uint8, N×H'×W'×3.

        Raises InputError unless the environment was made with full_resolution=True.
        """
        raise NotImplementedError

    def get_state(self):
        """Return what `set_state` needs to play on from here, made of arrays and plain containers.

        None: games of this kind cannot be saved.
        """
        return None

    def set_state(self, state):
        """Play on from what `get_state` of an environment made with the same options has returned."""
        raise NotImplementedError

    def check_state(self, state):
        """Raise InputError for a state, of a file for instance, that the games do not play on from. Takes seconds."""

    @property
    def can_choose_levels(self):
        """Whether `start_levels` works."""
        return False

    def start_levels(self, levels):
        """Begin levels in some games, given as game → level number, whatever these games were doing.

        Call it between `observe` and `act`; `observe` then gives their first observations.
        """
        raise InputError("The levels of this game cannot be chosen; leave it to the game to draw them.")

    def watch_endings(self):
        """Keep from now on what `endings` needs for telling causes, which costs some time. Call it before playing."""

    def endings(self):
        """Return how the episodes ended that the last step ended: an `Ending` where `firsts` is true, else None.

        Call it after `observe`, before `start_levels`. Before the first step nothing has ended, whatever this says.
        """
        _, _, firsts = self.observe()
        return [Ending(None, None, UNKNOWN) if first else None for first in firsts]

    def objects(self):
        """Return the objects that each game shows now, a list of `Seen`; None without `tells_objects`."""
        return None

    def overruns(self):
        """Return where the last step was one too many (bool, N): the game told of an end a step late.

        The observation before that step showed what is after the end already, and the step belongs to no episode. This
        is true only where `firsts` is, and never of an episode's only step.
        """
        return np.zeros(self.num_envs, bool)

    def truncations(self):
        """Return the last observations (H, W, C) of episodes that a limit cut off, game -> observation.

        The game would have gone on from there, and what it is worth is the value of that observation. They are told of
        with the step after which `firsts` is true.
        """
        return {}

    def over(self):
        """Return where a game is over, though its next step, one too many, is still to come (bool, N).

        Nothing follows the observation that is shown. Games that tell of an end at once are never so.
        """
        return np.zeros(self.num_envs, bool)

    def close(self):
        """Free what the games hold. The environment cannot be used afterwards."""
        raise NotImplementedError


def check_actions(actions, env):
    """Return the actions as int32. The games' own code would end the process on a wrong one."""
    actions = np.asarray(actions)
    if actions.shape != (env.num_envs,) or not np.issubdtype(actions.dtype, np.integer):
        raise InputError(
            "Actions of shape {} and type {} given; {} integers are accepted, one for each game.".format(
                actions.shape, actions.dtype, env.num_envs
            )
        )
    if actions.min() < 0 or actions.max() >= env.num_actions:
        raise InputError(
            "Actions from {} to {} given; this environment has actions 0 to {}.".format(
                actions.min(), actions.max(), env.num_actions - 1
            )
        )
    return actions.astype(np.int32)


def check_full_resolution(full_resolution):
    if not full_resolution:
        raise InputError("Frames at full size are not drawn; make the environment with full_resolution=True.")


def import_package(name, needed_for, how):
    """Import an environment's package, or raise MissingPackageError saying what for and how to get it."""
    try:
        # Procgen imports Gym, which prints that it has a successor.
        with packages_own_words():
            return importlib.import_module(name)
    except ImportError as error:
        raise MissingPackageError(
            "{} needs the package {}, which cannot be imported ({}). {}".format(needed_for, name, error, how)
        ) from error
