"""Games with objects invisible. Each look is taken in a process of its own: Procgen reads its images once."""

import subprocess
import sys

import numpy as np
import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate import hiding

pytest.importorskip("procgen")

LOOK = """
import sys
import numpy as np
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.evaluate.hiding import assets_without

root = assets_without(tuple(sys.argv[2:]), "coinrun") if sys.argv[2:] else None
env = make_env("procgen", "coinrun", 60, resource_root=root)
env.start_levels({game: game for game in range(60)})
frames = []
for _ in range(40):
    frames.append(env.observe()[1][::3])
    env.act(np.full(60, 7))
np.save(sys.argv[1], frames)
"""


def look(path, *hidden):
    subprocess.run([sys.executable, "-c", LOOK, str(path), *hidden], check=True)
    return np.load(str(path))


def test_hidden_objects_are_not_seen_and_all_else_is(tmp_path):
    plain, same, hidden = (
        look(tmp_path / "a.npy"),
        look(tmp_path / "b.npy"),
        look(tmp_path / "c.npy", "buzzsaw", "coin"),
    )
    np.testing.assert_array_equal(plain, same)
    changed = (plain != hidden).any(axis=-1)
    # Objects are a few of the 64 x 64 pixels of some frames; the games go on as before.
    assert 0.0001 < changed.mean() < 0.01
    yellow = (plain[..., 0] > 200) & (plain[..., 1] > 160) & (plain[..., 2] < 40)
    assert (changed & yellow).sum() > 50


def test_every_image_that_is_to_be_hidden_exists():
    folder = hiding.assets_without(("buzzsaw",), "coinrun")
    import glob
    import os

    for name, patterns in hiding.IMAGES.items():
        for pattern in patterns:
            assert glob.glob(os.path.join(folder, pattern)), name


def test_names_are_checked():
    assert hiding.check_hidden("hide", ["enemies", "buzzsaw"], "coinrun") == ("buzzsaw", "enemies")
    assert hiding.check_hidden("hide", "lava", "coinrun") == ("lava",)
    assert hiding.check_hidden("blind_to", "buzzsaw", "coinrun_old") == ("buzzsaw",)
    assert hiding.check_hidden("hide", None, "maze") == ()
    with pytest.raises(InputError, match="agent, buzzsaw, coin, crates, enemies, lava"):
        hiding.check_hidden("hide", ["saws"], "coinrun")
    with pytest.raises(InputError, match="only in coinrun and coinrun_old"):
        hiding.check_hidden("hide", ["coin"], "maze")
