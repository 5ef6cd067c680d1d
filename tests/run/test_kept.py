"""What a killed run has finished is found again where it is whole and was made from the same, and not otherwise."""

import collections
import os

import numpy as np
import pytest

from tests.helpers.folders import files_below
from tests.helpers.interfaces import FEW, tiny_data
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.run import generating
from understanding_rl_vision.run.generating import generate
from understanding_rl_vision.run.kept import KeptWork, made_from
from understanding_rl_vision.run.models import MODEL_KEYS

Pair = collections.namedtuple("Pair", "first second")


@pytest.fixture
def kept(tmp_path):
    (tmp_path / "image.png").write_bytes(b"image")
    work = KeptWork(str(tmp_path / "work"), str(tmp_path), "this", [Pair])
    value = [Pair({"a": (1, None)}, np.arange(3.0)), Directions(np.eye(2), 2)]
    work.keep("piece", value, ["image.png"])
    return work


def test_a_piece_is_found_as_it_was(kept):
    pair, directions = kept.find("piece")
    assert pair.first == {"a": (1, None)} and pair.second.tolist() == [0, 1, 2]
    assert directions.features == 2 and directions.channel_dirs.tolist() == [[1, 0], [0, 1]]
    assert kept.find("other") is None


def test_what_is_not_whole_or_of_something_else_is_not_found(kept, tmp_path):
    assert KeptWork(str(tmp_path / "work"), str(tmp_path), "that", [Pair]).find("piece") is None
    assert KeptWork(None, str(tmp_path), "this").find("piece") is None
    (tmp_path / "image.png").write_bytes(b"half")
    assert kept.find("piece") is None
    os.remove(str(tmp_path / "image.png"))
    assert kept.find("piece") is None
    kept.keep("piece", 1)
    (tmp_path / "work" / "piece.jd").write_bytes(b"half")
    assert kept.find("piece") is None


def test_what_something_is_made_from_is_told_by_all_that_it_holds():
    value = {"a": [1, "b", None, b"c"], "d": np.arange(6).reshape(2, 3)}
    assert made_from(value) == made_from({"d": np.arange(6).reshape(2, 3).copy(), "a": (1, "b", None, b"c")})
    changed = [
        {"a": [1, "b", None, b"c"], "d": np.arange(6).reshape(3, 2)},
        {"a": [1, "b", None, b"c"], "d": np.arange(6.0).reshape(2, 3)},
        {"a": [1, "bNone", b"c"], "d": np.arange(6).reshape(2, 3)},
        {"a": [True, "b", None, b"c"], "d": np.arange(6).reshape(2, 3)},
    ]
    assert len({made_from(one) for one in [value, *changed]}) == 5
    assert made_from([print]) != made_from([print])


def test_a_page_is_gone_on_with_to_the_same_files(tmp_path, monkeypatch):
    # Of a model, of another one that looks at its frames, and of what they differ by.
    other = dict(tiny_data(seed=5), name="other", trajectories=None)
    data = dict(tiny_data(), model_name="first", compared=[{name: other[name] for name in MODEL_KEYS}], **FEW)
    generate(tmp_path / "whole", **data)

    def interrupt(*_):
        raise KeyboardInterrupt

    def compute_again(*_, **__):
        raise AssertionError("it was finished")

    with monkeypatch.context() as patched:
        patched.setattr(generating, "_write_page", interrupt)
        with pytest.raises(KeyboardInterrupt):
            generate(tmp_path / "page", **data)
    assert sorted(os.listdir(str(tmp_path))) == ["page.partial", "whole"]
    with monkeypatch.context() as patched:
        for name in ("fit_layer", "attribution.attributed", "attribution.records", "difference", "write_frames"):
            patched.setattr("understanding_rl_vision.run.stages." + name, compute_again)
        generate(tmp_path / "page", **data)
    assert sorted(os.listdir(str(tmp_path))) == ["page", "whole"]
    assert files_below(tmp_path / "page") == files_below(tmp_path / "whole")
    for name in files_below(tmp_path / "page"):
        assert (tmp_path / "page" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


def test_what_was_finished_with_other_options_is_not_used(tmp_path, monkeypatch):
    data = dict(tiny_data(), **FEW)
    with monkeypatch.context() as patched:
        patched.setattr(generating, "_write_page", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            generate(tmp_path / "page", **data)
    changed = dict(data, nmf_features=2)
    generate(tmp_path / "whole", **changed)
    generate(tmp_path / "page", **changed)
    assert files_below(tmp_path / "page") == files_below(tmp_path / "whole")
