import numpy as np
import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_clarity.data import checked_observations, checked_trajectories

SHAPE = (4, 5, 3)


def observations(count=2):
    return np.random.RandomState(0).randint(256, size=(count,) + SHAPE).astype(np.uint8)


def trajectories(**others):
    """Two trajectories of three steps; `others` replace entries, None takes one away."""
    content = {
        "observations": observations(6).reshape((2, 3) + SHAPE),
        "actions": np.array([[0, 1, 2], [2, 1, 0]]),
        "rewards": np.zeros((2, 3), np.float32),
        "firsts": np.array([[True, False, True], [False, True, False]]),
    }
    content.update(others)
    return {key: value for key, value in content.items() if value is not None}


def test_observations_are_given_to_the_model_and_to_people_as_floats():
    for_model, for_people = checked_observations(observations(), None, SHAPE)
    np.testing.assert_allclose(for_model[:], observations() / 255.0, atol=1e-6)
    np.testing.assert_array_equal(for_people[:], for_model[:])
    full = np.full((2, 8, 10, 3), 255, np.uint8)
    for_model, for_people = checked_observations(observations(), full, SHAPE)
    assert for_model.shape == (2,) + SHAPE and for_people.shape == full.shape and for_people[:].min() == 1


def test_dones_are_taken_or_made_of_firsts():
    assert checked_trajectories(trajectories(), SHAPE, 3).dones.tolist() == [[0, 1, 0], [1, 0, 0]]
    dones = np.array([[0, 0, 1], [1, 0, 0]])
    for firsts in (None, trajectories()["firsts"]):
        checked = checked_trajectories(trajectories(dones=dones, firsts=firsts), SHAPE, 3)
        assert checked.dones.tolist() == dones.tolist()


def test_full_frames_are_what_people_see():
    full = np.zeros((2, 3, 8, 10, 3), np.uint8)
    checked = checked_trajectories(trajectories(observations_full=full), SHAPE, 3)
    np.testing.assert_array_equal(checked.frames, full)
    np.testing.assert_array_equal(checked.observations, trajectories()["observations"])


@pytest.mark.parametrize(
    "given, full, said",
    [
        ([1, 2], None, "observations must be an array with 4 axes.*given is list"),
        (None, None, "given is NoneType"),
        (np.zeros((2, 4, 5)), None, r"given is one of shape \(2, 4, 5\)"),
        (np.zeros((0, 4, 5, 3)), None, r"none empty; given is one of shape \(0, 4, 5, 3\)"),
        (np.zeros((2, 4, 5, 1)), None, "observations are 4 x 5 x 1 each, but the model takes 4 x 5 x 3"),
        (np.full((2, 4, 5, 3), np.nan), None, "observations hold NaN"),
        (np.full((2, 4, 5, 3), np.inf), None, "infinite"),
        (np.zeros((2, 4, 5, 3)), np.zeros((3, 8, 8, 3)), "2 observations but 3 in full size"),
        (np.zeros((2, 4, 5, 3)), np.zeros((2, 8, 8)), "observations_full must be an array with 4 axes"),
    ],
)
def test_observations_that_cannot_be_used(given, full, said):
    with pytest.raises(InputError, match=said):
        checked_observations(given, full, SHAPE)


@pytest.mark.parametrize(
    "given, said",
    [
        ([1, 2], "trajectories are a list; a dictionary"),
        ({}, r"lack observations, actions, rewards, firsts \(or dones\)"),
        (trajectories(rewards=None), "lack rewards; there are observations, actions, firsts"),
        (trajectories(firsts=None), r"lack firsts \(or dones\)"),
        (trajectories(observations=observations()), "observations of the trajectories must be an array with 5 axes"),
        (trajectories(actions=np.zeros((2, 4), int)), r"actions have the shape \(2, 4\).*2 trajectories of 3 steps"),
        (trajectories(rewards=np.zeros((2, 3, 1))), r"rewards have the shape \(2, 3, 1\)"),
        (trajectories(dones=np.zeros(3)), r"dones have the shape \(3,\)"),
        (trajectories(observations_full=np.zeros((2, 4, 8, 8, 3))), r"observations_full have the shape \(2, 4\)"),
        (trajectories(actions=np.array([[0, 1, 3], [0, 0, 0]])), "actions go from 0 to 3, but the policy has 3"),
        (trajectories(actions=np.array([[0, -1, 2], [0, 0, 0]])), "actions go from -1 to 2"),
        (trajectories(rewards=np.full((2, 3), np.nan)), "rewards hold NaN"),
    ],
)
def test_trajectories_that_cannot_be_used(given, said):
    with pytest.raises(InputError, match=said):
        checked_trajectories(given, SHAPE, 3)


def one_by_one(lengths=(3, 2), **others):
    """Trajectories of these lengths."""
    content = trajectories()
    content = {key: [rows[i][:length] for i, length in enumerate(lengths)] for key, rows in content.items()}
    return dict(content, **others)


def test_trajectories_may_differ_in_length():
    checked = checked_trajectories(one_by_one(), SHAPE, 3)
    assert [len(rows) for rows in checked.observations] == [3, 2]
    assert [rows.tolist() for rows in checked.actions] == [[0, 1, 2], [2, 1]]
    assert [rows.tolist() for rows in checked.dones] == [[0, 1, 0], [1, 0]]
    assert checked.facts == [None, None]


def test_a_trajectory_that_is_an_episode_ends_done():
    facts = [{"level": 7, "cause": "lava"}, {}]
    checked = checked_trajectories(one_by_one(firsts=None, dones=[np.zeros(3), np.zeros(2)], episodes=facts), SHAPE, 3)
    assert [rows.tolist() for rows in checked.dones] == [[0, 0, 1], [0, 1]] and checked.facts == facts


@pytest.mark.parametrize(
    "others, said",
    [
        ({"actions": np.zeros((2, 3), int)}, "all must be lists.*2 observations, no list of actions"),
        ({"rewards": [np.zeros(3)]}, "2 observations, 2 actions, 1 rewards"),
        ({"rewards": [np.zeros(3), np.zeros(3)]}, r"rewards have the shape \(1, 3\)"),
        ({"observations": []}, "no list of observations|0 observations"),
        ({"actions": [np.array([0, 1, 5]), np.array([0, 1])]}, "actions go from 0 to 5"),
        ({"episodes": [{}]}, "a dictionary of level, solved, cause for each trajectory"),
        ({"episodes": [{}, {"colour": 1}]}, "a dictionary of level, solved, cause"),
    ],
)
def test_trajectories_of_unequal_length_that_cannot_be_used(others, said):
    with pytest.raises(InputError, match=said):
        checked_trajectories(one_by_one(**others), SHAPE, 3)
