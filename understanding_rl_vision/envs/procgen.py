"""The 16 games of Procgen (Cobbe et al. 2020, "Leveraging Procedural Generation to Benchmark RL")."""

import os
import sys

import numpy as np

from understanding_rl_vision.envs import base
from understanding_rl_vision.errors import InputError

GAMES = (
    "bigfish",
    "bossfight",
    "caveflyer",
    "chaser",
    "climber",
    "coinrun",
    "dodgeball",
    "fruitbot",
    "heist",
    "jumper",
    "leaper",
    "maze",
    "miner",
    "ninja",
    "plunder",
    "starpilot",
)

# Procgen ends the whole process when a game does not have the mode asked for.
MODES = {
    "easy": GAMES,
    "hard": GAMES,
    "extreme": ("chaser", "dodgeball", "leaper", "starpilot"),
    "memory": ("caveflyer", "dodgeball", "heist", "jumper", "maze", "miner"),
    "exploration": ("caveflyer", "climber", "coinrun", "heist", "jumper", "leaper", "maze", "ninja"),
}

FLAGS = (
    "center_agent",
    "paint_vel_info",
    "restrict_themes",
    "use_backgrounds",
    "use_generated_assets",
    "use_monochrome_assets",
    "use_sequential_levels",
)
INTEGERS = ("debug_mode", "num_levels", "num_threads", "start_level")

# Procgen's rand_seed and render_mode are `seed` and `full_resolution` here.
OPTIONS = FLAGS + INTEGERS + ("distribution_mode", "resource_root")

INSTALL = "Install it with: pip install {}".format("procgen" if sys.version_info < (3, 11) else "procgen-mirror")

# Procgen reads its images once per process; the folder they came from.
_loaded_resource_root = None


class ProcgenEnvironment(base.Environment):
    """Procgen through its gym3 interface. Observations are 64×64×3, frames at full size 512×512×3."""

    observation_shape = (64, 64, 3)

    def __init__(self, env_name, num_envs, *, seed=0, full_resolution=False, **options):
        checked = _check_options(env_name, options)
        package = base.import_package("procgen", "The game {}".format(env_name), INSTALL)
        if "resource_root" in options:
            checked["resource_root"] = _resource_root(options["resource_root"], package)
        _claim_resource_root(checked.get("resource_root"))
        self._games = package.ProcgenGym3Env(
            num=num_envs,
            env_name=env_name,
            rand_seed=seed,
            render_mode="rgb_array" if full_resolution else None,
            **checked,
        )
        self._full_resolution = full_resolution
        self.num_envs = num_envs
        self.action_combos = list(self._games.combos)

    def observe(self):
        rewards, observations, firsts = self._games.observe()
        return rewards, observations["rgb"], firsts.astype(bool)

    def act(self, actions):
        self._games.act(base.check_actions(actions, self))

    def full_frames(self):
        base.check_full_resolution(self._full_resolution)
        return np.stack([info["rgb"] for info in self._games.get_info()])

    def get_state(self):
        return self._games.callmethod("get_state")

    def set_state(self, state):
        self._games.callmethod("set_state", state)

    def close(self):
        self._games.close()


def _check_options(env_name, options):
    checked = {name: base.check_flag(name, options[name]) for name in FLAGS if name in options}
    checked.update({name: base.check_integer(name, options[name], 0) for name in INTEGERS if name in options})
    mode = base.check_choice("distribution_mode", options.get("distribution_mode", "hard"), tuple(MODES))
    if env_name not in MODES[mode]:
        raise InputError(
            "distribution_mode={!r} given; {} does not have it. It is accepted for {}.".format(
                mode, env_name, ", ".join(MODES[mode])
            )
        )
    if mode == "exploration" and ("num_levels" in checked or "start_level" in checked):
        raise InputError(
            "distribution_mode='exploration' given with num_levels or start_level; it is one fixed level. "
            "Leave those two out."
        )
    base.check_integer("start_level + num_levels", checked.get("start_level", 0) + checked.get("num_levels", 0), 0)
    return dict(checked, distribution_mode=mode)


def _resource_root(folder, package):
    """Return the folder as Procgen wants it: it joins paths by concatenation, and dies of a missing image."""
    folder = os.path.abspath(base.check_directory("resource_root", folder))
    own = os.path.join(os.path.dirname(package.__file__), "data", "assets")
    for path, _, names in os.walk(own):
        for name in names:
            image = os.path.relpath(os.path.join(path, name), own)
            if name.endswith(".png") and not os.path.isfile(os.path.join(folder, image)):
                raise InputError(
                    "resource_root={!r} given, which has no {}. A folder with every image of {} is accepted: "
                    "copy that and change the copy.".format(folder, image, own)
                )
    return os.path.join(folder, "")


def _claim_resource_root(resource_root):
    """Procgen keeps the images of the first environment of the process: refuse to show them as others."""
    global _loaded_resource_root
    wanted = resource_root or "its own assets"
    if _loaded_resource_root not in (None, wanted):
        raise InputError(
            "resource_root={!r} given, but this process has already loaded Procgen's images from {}. "
            "Use another process.".format(resource_root, _loaded_resource_root)
        )
    _loaded_resource_root = wanted
