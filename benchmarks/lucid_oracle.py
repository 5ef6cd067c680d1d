"""Lucid's rl_util on either stack, and the bundled agent as a model for it and for us."""

import contextlib
import os
import sys
import tempfile
import types
from pathlib import Path

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.play.sampling import sample_observations
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util import FrozenModel
from understanding_rl_vision.tensorflow1 import tf

CHECKPOINT = Path(__file__).resolve().parent.parent / "examples" / "coinrun.jd"
LAYERS = ("1a", "2a", "2b", "3a", "4a")


def node(layer):
    return "ppo2_model/pi/{}/Relu".format(layer)


def import_lucid():
    """lucid.scratch.rl_util. Lucid is written for TensorFlow 1; on TensorFlow 2 it is given that half of it."""
    if not tf.version.VERSION.startswith("1."):
        # What Lucid loads but rl_util does not use.
        contrib = types.ModuleType("tensorflow.contrib")
        contrib.slim = None
        names = {"": tf, ".io": tf.io, ".io.gfile": tf.io.gfile, ".contrib": contrib}
        sys.modules.update(("tensorflow" + name, module) for name, module in names.items())
    import lucid.scratch.rl_util as lucid

    return lucid


def load_policy():
    """The bundled agent, a Policy."""
    return Policy(read_checkpoint(str(CHECKPOINT)), (64, 64, 3))


def load_models(lucid=None):
    """The bundled agent as a FrozenModel, and as Lucid's Model where Lucid is given."""
    content = load_policy().freeze()
    model = FrozenModel.from_bytes(content)
    if lucid is None:
        return model, None
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "coinrun.model.pb")
        with open(path, "wb") as file:
            file.write(content)
        lucid_model = lucid.Model.load(path)
        # Only now does Lucid read the file.
        assert lucid_model.graph_def
        return model, lucid_model


def sample(count):
    """Observations (count, 64, 64, 3) in [0, 1] of the bundled agent at play: 64 games, 8 steps apart."""
    games = 64
    options = {"distribution_mode": "hard", "paint_vel_info": True, "seed": 0}
    with contextlib.closing(make_env("procgen", "coinrun", games, **options)) as env:
        num_obs = -(-count // games)
        sampled = sample_observations([env], load_policy(), num_obs, 8, 0, Progress(quiet=True))
    return sampled["observations"][:count].astype("float32") / 255
