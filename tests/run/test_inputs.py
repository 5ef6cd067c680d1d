import numpy as np
import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.run.inputs import (
    checked_frame_channels,
    checked_observations,
    checked_trajectories,
)

SHAPE = (4, 5, 3)


def observations(count=2):
    return np.random.RandomState(0).randint(256, size=(count,) + SHAPE).astype(np.uint8)


def extremes():
    images = observations()
    images[0, 0, 0] = [0, 255, 0]
    return images


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
    for_model, for_people = checked_observations(observations(), None, SHAPE, 3)
    np.testing.assert_allclose(for_model[:], observations() / 255.0, atol=1e-6)
    np.testing.assert_array_equal(for_people[:], for_model[:])
    full = np.full((2, 8, 10, 3), 255, np.uint8)
    for_model, for_people = checked_observations(observations(), full, SHAPE, 3)
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


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.int8, np.uint8, np.int64, bool])
def test_black_and_white_is_that_in_every_type(kind):
    given = np.zeros((2, 4, 5, 3), kind)
    white = 1 if np.dtype(kind).kind in "fb" else min(255, np.iinfo(kind).max)
    given[0] = white
    for_model, for_people = checked_observations(given, None, SHAPE, 3)
    expected = white if np.dtype(kind).kind in "fb" else white / 255
    for images in (for_model, for_people):
        np.testing.assert_allclose([images[0].min(), images[1].max()], [expected, 0], rtol=1e-6)


def test_fractions_may_be_rounded():
    given = np.full((2, 4, 5, 3), 1 + 1e-6, np.float32)
    given[0] = -1e-6
    checked_observations(given, None, SHAPE, 3)


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
        (np.zeros((2, 4, 5, 3)), np.zeros((2, 8, 8, 4)), "observations_full have 4 channels; 3 .* or 1"),
        (extremes().astype(np.float32), None, "observations hold float32 from 0 to 255; fractions from 0 to 1"),
        (extremes() / 127.5 - 1, None, "observations hold float64 from -1 to 1; "),
        (extremes().astype(int) - 1, None, "whole numbers from -1 to 254; 0 to 255 are accepted"),
        (extremes().astype(np.uint16) * 257, None, "whole numbers from 0 to 65535"),
        (np.zeros((2, 4, 5, 3)), 2 * np.ones((2, 8, 8, 3)), "observations_full hold float64 from 2 to 2"),
        (np.full((2, 4, 5, 3), "x"), None, "observations hold values of type <U1"),
        (np.full((2, 4, 5, 3), None), None, "observations hold values of type object"),
        (np.zeros((2, 4, 5, 3), complex), None, "observations hold values of type complex128"),
    ],
)
def test_observations_that_cannot_be_used(given, full, said):
    with pytest.raises(InputError, match=said):
        checked_observations(given, full, SHAPE, 3)


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
        (trajectories(rewards=np.full((2, 3), "1")), "rewards hold values of type <U1, not numbers"),
        (trajectories(rewards=np.full((2, 3), None)), "rewards hold values of type object"),
        (trajectories(actions=np.array([[0, 1.5, 2], [0, 0, 0]])), "actions hold 1.5; whole numbers from 0 to 2"),
        (trajectories(actions=np.array([[0, np.nan, 2], [0, 0, 0]])), "actions hold NaN"),
        (trajectories(firsts=np.array([[1, np.nan, 0], [1, 0, 0]])), "firsts hold NaN"),
        (trajectories(firsts=np.array([[1, 2, 0], [1, 0, -1]])), "firsts hold other values than 1 and 0: -1, 2"),
        (trajectories(dones=np.array([[0.5, 0, 0], [0, 0, 0]])), "dones hold other values than 1 and 0: 0.5"),
        (trajectories(dones=np.full((2, 3), np.inf)), "dones hold NaN or infinite"),
        (trajectories(solved=np.full((2, 3), 2)), r"solved hold other values than 1, 0 and -1 \(nothing tells\): 2"),
        (trajectories(observations=trajectories()["observations"] * 1.0), "of the trajectories hold float64 from 0 to"),
        (trajectories(observations_full=np.zeros((2, 3, 8, 8, 2))), "observations_full .* have 2 channels"),
    ],
)
def test_trajectories_that_cannot_be_used(given, said):
    with pytest.raises(InputError, match=said):
        checked_trajectories(given, SHAPE, 3)


def test_whole_numbers_and_flags_may_be_written_as_fractions():
    given = {key: array * 1.0 for key, array in trajectories().items() if key in ("actions", "firsts")}
    checked = checked_trajectories(trajectories(**given), SHAPE, 3)
    assert checked.actions.dtype.kind == "i" and checked.actions.tolist() == trajectories()["actions"].tolist()
    assert checked.dones.tolist() == [[0, 1, 0], [1, 0, 0]]


def stacked(frame_channels, count=2, steps=4, frames=3):
    """Trajectories that stack this many frames, newest last, and their dones."""
    random = np.random.RandomState(0)
    drawn = random.randint(256, size=(count, steps + frames - 1, 4, 5, frame_channels)).astype(np.uint8)
    rows = [np.concatenate([one[t : t + steps] for t in range(frames)], axis=-1) for one in drawn]
    return np.stack(rows), np.zeros((count, steps), np.float32)


@pytest.mark.parametrize("frame_channels, frames, expected", [(1, 3, 1), (1, 6, 1), (3, 1, 3), (3, 2, 3), (1, 4, 1)])
def test_frames_that_are_stacked_show_in_how_they_follow_on_each_other(frame_channels, frames, expected):
    observations, dones = stacked(frame_channels, frames=frames)
    dones[0, 2] = 1
    observations[0, 3] = 7
    steps = np.zeros(dones.shape, int)
    given = {"observations": observations, "actions": steps, "rewards": steps, "dones": dones}
    checked = checked_trajectories(given, observations.shape[2:], 3)
    assert checked_frame_channels(None, frame_channels * frames, checked) == expected
    assert checked_frame_channels(1, frame_channels * frames, checked) == 1
    # Where nothing follows, colours are what is likely.
    alone = checked._replace(observations=observations[:, :1], dones=dones[:, :1])
    likely = 3 if observations.shape[-1] % 3 == 0 else 1
    assert checked_frame_channels(None, frame_channels * frames, alone) == likely
    assert checked_frame_channels(None, frame_channels * frames) == likely


def test_frames_that_make_no_whole_are_refused():
    with pytest.raises(InputError, match="frame_channels=3 given, but observations have 4 channels"):
        checked_frame_channels(3, 4)


def test_stacked_grey_observations_are_shown_in_grey():
    grey = np.repeat(np.random.RandomState(0).randint(256, size=(2, 4, 5, 1)), 3, axis=-1).astype(np.uint8)
    grey[1, 0, 0] = [10, 90, 200]
    _, shown = checked_observations(grey, None, SHAPE, 1)
    np.testing.assert_array_equal(shown[0], grey[0] / np.float32(255))
    assert (shown[1][0, 0] * 255).round().tolist() == [200, 152, 105]


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
        ({"rewards": [np.zeros(3), np.full(2, np.nan)]}, "the one at 1: The trajectories' rewards hold NaN"),
        (
            {"observations_full": [np.zeros((3, 8, 8, 3)), np.zeros((2, 9, 8, 3))]},
            "observations_full, of one size, or none; there are 8 x 8 x 3 and 9 x 8 x 3",
        ),
        ({"episodes": [{}]}, "a dictionary of level, solved, cause for each trajectory"),
        ({"episodes": [{}, {"colour": 1}]}, "a dictionary of level, solved, cause"),
    ],
)
def test_trajectories_of_unequal_length_that_cannot_be_used(others, said):
    with pytest.raises(InputError, match=said):
        checked_trajectories(one_by_one(**others), SHAPE, 3)
