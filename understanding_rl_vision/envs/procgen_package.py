"""The installed Procgen: procgen or procgen-mirror, which end at Python 3.12, or procgen-gym, which begins at 3.13.

The games are the same C++; procgen-gym has Gymnasium's vector interface around them in place of gym3's, which is made
of it here.
"""

import sys
import types

from understanding_rl_vision.envs import base

NAME = "procgen" if sys.version_info < (3, 13) else "procgen_gym"
LIBRARIES = (
    "Procgen's games do not start ({}). They need the libraries of OpenGL and GLib; on Debian, as root: apt-get "
    "install libgl1 libglib2.0-0"
)

INSTALL = "Install it with: pip install {}".format(
    "procgen" if sys.version_info < (3, 11) else "procgen-mirror" if sys.version_info < (3, 13) else "procgen-gym"
)


def import_procgen(needed_for):
    """Procgen's package, or what stands for it: ProcgenGym3Env and __file__. Raises MissingPackageError without one."""
    package = base.import_package(NAME, needed_for, INSTALL)
    return package if NAME == "procgen" else _as_procgen(package)


def import_environments():
    """Its module of environments: ProcgenGym3Env and ENV_NAMES. Raises MissingPackageError without one."""
    module = base.import_package(NAME + ".env", "", INSTALL)
    return module if NAME == "procgen" else _as_procgen(module)


def _as_procgen(module):
    environments = base.import_package(NAME + ".env", "", INSTALL)
    _Gym3.environments = environments
    return types.SimpleNamespace(
        ProcgenGym3Env=_Gym3,
        ENV_NAMES=environments.ENV_NAMES,
        DISTRIBUTION_MODE_DICT=environments.DISTRIBUTION_MODE_DICT,
        EXPLORATION_LEVEL_SEEDS=environments.EXPLORATION_LEVEL_SEEDS,
        __file__=module.__file__,
    )


class _Gym3:
    """procgen_gym's games with gym3's interface, of which `procgen.ProcgenEnvironment` needs this."""

    environments = None

    def __init__(self, num, env_name, render_mode=None, **kwargs):
        self._games = self.environments.ProcgenVecEnv(num, env_name, render_mode=render_mode, **kwargs)
        # Neither its step nor its reset lets go of a game in the middle, nor changes the state of one alone.
        self._library = self._games._clib
        self.num = num
        self.combos = list(self.environments.KEY_COMBOS)

    def observe(self):
        firsts, observations, rewards, _ = self._library.observe()
        return rewards, observations, firsts

    def act(self, actions):
        self._library.act(actions)

    def get_info(self):
        infos = self._library.observe()[3]
        return [{name: values[game] for name, values in infos.items()} for game in range(self.num)]

    def callmethod(self, name, *arguments):
        return getattr(self._games, name)(*arguments)

    def call_c_func(self, name, *arguments):
        return self._library.call_c_func(name, *arguments)

    def close(self):
        self._games.close()
