"""The numbers that an agent is known to give for 16 observations: computed here, stored in tests/golden.

`python -m tests.helpers.golden` stores them anew (modern stack), after a change of numbers that is meant, or of the
bundled agent. Those of the article's agent are left alone where the folder `shared` beside the checkout is absent.
"""

import hashlib
from pathlib import Path

import joblib
import numpy as np

from tests.rl_util.lucid_results import observations
from understanding_rl_vision.agents.architectures import POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.play.advantages import dones_from_firsts, gae
from understanding_rl_vision.rl_util import FrozenModel, LayerNMF, get_acts, get_attr
from understanding_rl_vision.rl_util.layers import model_layers
from understanding_rl_vision.run.attribution.outputs import reduced

CHECKOUT = Path(__file__).resolve().parent.parent.parent
FOLDER = CHECKOUT / "tests" / "golden"
SHARED = CHECKOUT.parent / "shared"
OBSERVATIONS, FEATURES, POINTS = 16, 6, 10
ATTRIBUTION = {"integrate_steps": POINTS, "rule": "right"}

# Of an array, so many entries are stored, spread over all of it, and the sums over each observation's space.
PLACES = 500

# Two games of eight steps: one ends with a coin after five, the other's last step ends it.
REWARDS = np.zeros((2, 8), np.float32)
FIRSTS = np.zeros((2, 8), bool)
REWARDS[0, 4], FIRSTS[0, [0, 5]], FIRSTS[1, [0, 7]] = 10, True, True


def bundled_agent():
    """The path of the bundled agent's checkpoint, and observations (16, 64, 64, 3) in [0, 1]."""
    return CHECKOUT / "examples" / "coinrun.jd", observations()[:OBSERVATIONS]


def article_agent(shared):
    """The same of the article's own agent: observations are those that the original system kept of it."""
    kept = joblib.load(str(shared / "openai" / "rl-clarity" / "coinrun.observations.jd"))["observations"]
    return shared / "openai" / "coinrun.jd", np.asarray(kept[:OBSERVATIONS]) / np.float32(255)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def frozen(path):
    """The model of a checkpoint."""
    return FrozenModel.from_bytes(Policy(read_checkpoint(path), (64, 64, 3)).freeze())


def thinned(array):
    """What is stored of an array (N, h, w, C): entries at even distances, and sums (N, C)."""
    flat = array.ravel()
    # Odd, so that entries are of all channels, whose number is even.
    stride = max(1, len(flat) // PLACES) | 1
    return {"places": flat[::stride], "sums": array.sum(axis=(1, 2), dtype=np.float64).astype(np.float32)}


def numbers(model, images):
    """Name → array, of a model: "activations/2b/sums" and the like."""
    made = {"outputs/logits": get_acts(model, POLICY_LOGITS_NAME, images)}
    made["outputs/values"] = values = get_acts(model, VALUE_FUNCTION_NAME, images)
    for layer, node in model_layers(model, model.output_names).items():
        attribution = get_attr(model, VALUE_FUNCTION_NAME, node, images, **ATTRIBUTION)
        options = {"attr_layer_name": VALUE_FUNCTION_NAME, "attr_opts": ATTRIBUTION}
        nmf = LayerNMF(model, node, images, features=FEATURES, **options)
        made["directions/{}".format(layer)] = nmf.channel_dirs
        channels, residual, _ = reduced(attribution, nmf)
        arrays = {
            "activations": get_acts(model, node, images),
            "attributions": attribution,
            "features": np.concatenate([channels, residual[..., None]], axis=-1),
        }
        for kind, array in arrays.items():
            made.update({"{}/{}/{}".format(kind, layer, name): part for name, part in thinned(array).items()})
    made["advantages/gae"] = gae(REWARDS, values.reshape(REWARDS.shape), dones_from_firsts(FIRSTS), 0.999, 0.95)
    return {name: np.asarray(array, np.float32) for name, array in made.items()}


def store(name, path, images):
    """Write the golden file of an agent."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / (name + ".npz")
    np.savez_compressed(str(file), sha256=sha256(path), **numbers(frozen(path), images))
    print("{}: {:.0f} kB".format(file.relative_to(CHECKOUT), file.stat().st_size / 1000))


def stored(name):
    """The digest of the checkpoint, and name → array, of a golden file."""
    with np.load(str(FOLDER / (name + ".npz"))) as arrays:
        made = dict(arrays)
    return str(made.pop("sha256")), made


if __name__ == "__main__":
    store("bundled", *bundled_agent())
    if (SHARED / "openai").is_dir():
        store("article", *article_agent(SHARED))
