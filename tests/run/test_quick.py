"""The first page of an agent: run(quick=True)."""

import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.layers import model_layers, most_telling_layer
from understanding_rl_vision.run.quick import LAYERS, OBSERVATIONS, TRAJECTORIES, quickened
from understanding_rl_vision.run.running import run

SMALL = {"full_resolution": False}
PLAY = {"trajectories_kwargs": TRAJECTORIES, "observations_kwargs": OBSERVATIONS, "load_kwargs": SMALL}


@pytest.mark.parametrize(
    "given, expected",
    [
        ({}, dict(PLAY, layer_kwargs=LAYERS)),
        (
            {"trajectories_kwargs": {"num_steps": 9, "seed": 3}, "nmf_features": 4},
            dict(
                PLAY,
                trajectories_kwargs=dict(TRAJECTORIES, num_steps=9, seed=3),
                layer_kwargs=LAYERS,
                nmf_features=4,
            ),
        ),
        (
            {"trajectories_kwargs": {"episodes": "failed"}},
            dict(PLAY, trajectories_kwargs={"num_envs": 4, "episodes": "failed"}, layer_kwargs=LAYERS),
        ),
        (
            {"layer_kwargs": {"name_contains_one_of": ["1a", "3a"]}, "observations_kwargs": None},
            dict(PLAY, layer_kwargs={"name_contains_one_of": ["1a", "3a"]}),
        ),
        (
            {"load_kwargs": {"observations_kwargs": {"num_obs": 3}}},
            dict(
                PLAY,
                load_kwargs={"observations_kwargs": {"num_obs": 3}, "full_resolution": False},
                observations_kwargs=dict(OBSERVATIONS, num_obs=3),
                layer_kwargs=LAYERS,
            ),
        ),
        ({"load_kwargs": {"resample": False}}, {"load_kwargs": {"resample": False}, "layer_kwargs": LAYERS}),
        ({"trajectories_kwargs": 5}, dict(PLAY, trajectories_kwargs=5, layer_kwargs=LAYERS)),
    ],
)
def test_what_is_given_holds_and_the_rest_is_little(given, expected):
    assert quickened(given) == expected


def test_a_quick_page_has_512_observations_of_many_games_at_few_moments():
    games, moments = OBSERVATIONS["num_envs"], OBSERVATIONS["num_obs"]
    assert games * moments == 512 and moments <= 8


def test_the_layer_is_the_articles_or_the_middle_one(model):
    outputs = ["ppo2_model/pi_1/add", "ppo2_model/strided_slice"]
    every = model_layers(model, outputs)
    assert model_layers(model, outputs, **LAYERS) == {"2b": every["2b"]} and len(every) > 2
    assert list(model_layers(model, outputs, name_contains_one_of=["3a", "4a"], **LAYERS)) == ["3a"]
    assert most_telling_layer(["a", "b", "c", "d"]) == "b" and most_telling_layer(["a"]) == "a"


def test_what_quick_may_be(tmp_path):
    with pytest.raises(InputError, match="quick='yes' given; True or False is accepted"):
        run("agent.jd", tmp_path / "page", quick="yes")
