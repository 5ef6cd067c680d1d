"""The page for raters: identities of features, pictures, and answers that are read again."""

import base64
import io
import json
import re

import numpy as np
import PIL.Image
import pytest

from understanding_rl_vision.json_files import to_json
from understanding_rl_vision.pictures.png import encode_picture
from understanding_rl_vision.study.rating_page import make_key, write_rating_page
from understanding_rl_vision.study.rating_pictures import with_gaps
from understanding_rl_vision.study.ratings import Rating, read_ratings
from understanding_rl_vision.study.results import agreement

# The key that make_key gave to the agents below when the first ratings were made.
KEY = {
    "study": "3632b0071ec03c1c",
    "order": ["20-1", "10-1"],
    "items": {"824cb3601c12": ["20-1", 1], "dc1af5bafede": ["10-1", 1]},
}


@pytest.fixture
def described(tmp_path):
    """Two agents of two features, whose pictures are of one colour each, as `features.describe_features` has them."""
    agents = {}
    for name in ("10-1", "1000-1"):
        features = [{"number": number} for number in (1, 2)]
        for feature in features:
            for kind, shape in (("examples", (80, 80, 3)), ("attribution", (64, 128, 3))):
                feature[kind] = "{}-{}-{}.png".format(name, feature["number"], kind)
                image = np.full(shape, len(name) * 20 + feature["number"], np.uint8)
                (tmp_path / feature[kind]).write_bytes(encode_picture(image))
        agents[name] = str(tmp_path), features
    return agents


def test_identities_are_those_of_studies_from_before(tmp_path):
    features = [{"number": 1, "examples": "examples", "attribution": "attribution"}]
    for name in ("examples", "attribution"):
        (tmp_path / name).write_bytes(name.encode("utf-8"))
    key = make_key({"10-1": (str(tmp_path), features), "20-1": (str(tmp_path), features)}, 0)
    assert key == KEY


def test_parts_of_pictures_stand_apart_and_all_agents_have_the_same_sizes(described, tmp_path):
    write_rating_page(str(tmp_path), described, 0, "coinrun")
    text = (tmp_path / "rate.html").read_text(encoding="utf-8")
    shown = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL).group(1))
    for items in shown["agents"]:
        for item in items:
            examples, attribution = (
                np.array(PIL.Image.open(io.BytesIO(base64.b64decode(item[kind].partition(",")[2]))))
                for kind in ("examples", "attribution")
            )
            # Five patches of 64 pixels, and four observations of 32.
            assert examples.shape == (5 * 64 + 4 * 8, 5 * 64 + 4 * 8, 4)
            assert attribution.shape == (2 * 32 + 4, 4 * 32 + 3 * 8, 4)
            assert (examples[10, :, 3] == 0).sum() == 4 * 8 and (attribution[:, 10, 3] == 0).sum() == 4


def test_parts_are_not_changed():
    image = np.random.RandomState(0).randint(256, size=(4, 6, 3)).astype(np.uint8)
    spaced = with_gaps(image, (2, 3), (1, 2))
    assert spaced.shape == (5, 10, 4)
    assert (spaced[3:, 4:6, :3] == image[2:, 2:4]).all()
    assert (spaced[spaced[..., 3] == 255][:, :3].sum(), (spaced[..., 3] == 0).sum()) == (image.sum(), 50 - 24)


@pytest.mark.parametrize(
    "game, said", [("coinrun", "Lava, saws and enemies"), ("<leaper>", "The game is &lt;leaper&gt;.")]
)
def test_the_page_says_what_the_game_is(described, tmp_path, game, said):
    write_rating_page(str(tmp_path), described, 0, game)
    assert said in (tmp_path / "rate.html").read_text(encoding="utf-8")


def test_a_no_to_the_first_question_is_a_whole_answer(tmp_path):
    (tmp_path / "ratings").mkdir()
    answers = {"a": {"consistent": False}, "b": {"consistent": True}, "c": {"sensible": True}}
    content = {"study": "s", "rater": "Ada", "answers": answers, "order": [1, 0]}
    (tmp_path / "ratings" / "ada.json").write_bytes(to_json(content).encode("utf-8"))
    (rating,) = read_ratings(str(tmp_path), "s", set("abc"))
    assert rating.answers == {"a": (False, False)}


def test_raters_of_the_same_name_are_told_apart_and_files_of_one_are_not(tmp_path):
    (tmp_path / "ratings").mkdir()
    yes, no = {"consistent": True, "sensible": True}, {"consistent": False}

    def rated(*files):
        for path in (tmp_path / "ratings").iterdir():
            path.unlink()
        for name, drawn, answers in files:
            content = {"study": "s", "rater": "Ada", "answers": answers, **({"drawn": drawn} if drawn else {})}
            (tmp_path / "ratings" / name).write_bytes(to_json(content).encode("utf-8"))
        return {one.rater: one.answers for one in read_ratings(str(tmp_path), "s", set("abc"))}

    first, later = ("1.json", "x", {"a": yes}), ("2.json", "x", {"a": no, "b": yes})
    assert rated(first, later) == {"Ada": {"a": (False, False), "b": (True, True)}}
    # One that was saved before pages drew anything is taken for the only rater's of this name.
    assert set(rated(("0.json", None, {"c": yes}), first)) == {"Ada"}
    other = "3.json", "y", {"a": yes}
    assert rated(first, later, other) == {
        "Ada (1.json)": {"a": (False, False), "b": (True, True)},
        "Ada (3.json)": {"a": (True, True)},
    }


def test_agreement_on_attribution_is_of_those_who_were_asked():
    both, no = {"a": (True, True), "b": (True, False), "c": (False, False)}, (False, False)
    alphas = agreement([Rating("Ada", dict(both, d=(True, True))), Rating("Bo", dict(both, d=no))])
    assert alphas["sensible"] == 1
    assert alphas["consistent"] == pytest.approx(1 - 7 * 2 / (2 * 3 * 5))
    assert alphas["interpretable"] < 1
