"""What a page opens on."""

import numpy as np
import pytest

from tests.run.test_props import DEAD, GROUP, INPUT, LAYER, RECORDS, of_layer
from understanding_rl_vision.run.attribution.outputs import VALUE
from understanding_rl_vision.run.opening import middle_layer, opening, residual_of_value

# Each trajectory has frames of its own.
ALL = [0, 1]


def named(name):
    return LAYER._replace(name=name)


def records(channel_sums, output=VALUE, sizes=0):
    """Of a trajectory; full brightness is 0.25."""
    numbers = np.array(channel_sums, float)
    made, _ = of_layer("2b", 0)
    frames = len(numbers)
    residuals = np.arange(frames) / 2
    return [
        made._replace(output=output, channel_sums=numbers, residual_sums=residuals, sizes=np.full(frames, sizes, float))
    ]


@pytest.mark.parametrize(
    "layers, middle",
    [
        ([INPUT, LAYER, DEAD], "2b"),
        ([named("1a"), named("2a"), named("2b"), named("3b"), named("4a")], "2b"),
        ([named("1a"), named("2a")], "1a"),
        ([INPUT, DEAD], "3a"),
        ([INPUT], "input"),
    ],
)
def test_the_middle_is_that_of_the_layers_with_features(layers, middle):
    assert middle_layer(layers).name == middle


def test_a_page_opens_where_its_features_add_and_take_most():
    # What cancels is much to see too; the third trajectory is another model's.
    of = {0: [[1, 1], [-3, 3], [2, 1]], 1: [[0, 0], [4, 0.5], [1, 1]], 2: [[9, 9], [9, 9], [9, 9]]}
    computed = {("2b", i): records(sums) for i, sums in of.items()}
    assert opening([LAYER], computed, range(2), None, ALL) == {"layer": "2b", "trajectory": 0, "frame": 1}
    computed["2b", 1] = records([[0, 0], [4, 0.5], [1, -8]])
    assert opening([LAYER], computed, range(2), [], ALL) == {"layer": "2b", "trajectory": 1, "frame": 2}


def test_a_feature_that_always_says_much_does_not_choose_what_a_page_opens_on():
    computed = {("2b", 0): records([[10, 0.1], [13, 0], [-11, 0.3]]), ("2b", 1): records([[10, 0], [9, 0], [10, 0]])}
    assert opening([LAYER], computed, range(2), None, ALL) == {"layer": "2b", "trajectory": 0, "frame": 2}


def test_a_page_does_not_open_on_attribution_so_bright_that_it_is_white_unless_all_is():
    sums = [[1, 1], [3, 3], [2, 2]]
    for sizes, frame in (([0.25, 0.51, 0.5], 2), ([0.6, 0.6, 0.6], 1)):
        assert opening([LAYER], {("2b", 0): records(sums, sizes=sizes)}, [0], None, [0])["frame"] == frame


def test_a_page_of_models_that_look_at_the_same_frames_opens_where_they_differ_most():
    computed = {("2b", i): records(sums) for i, sums in ((4, [[1, 1], [0, 0]]), (5, [[0, 0], [-3, 3]]))}
    frames_of = [0, 1, 0, 1, 0, 1]
    assert opening([LAYER], computed, [4, 5], None, frames_of) == {"layer": "2b", "trajectory": 1, "frame": 1}


def test_a_page_with_notes_opens_on_the_first():
    notes = [{"trajectory": 1, "frame": 2, "text": "look"}, {"trajectory": 0, "frame": 0, "text": "and here"}]
    assert opening([LAYER], RECORDS, range(2), notes, ALL) == {"layer": "2b", "trajectory": 1, "frame": 2}
    notes[0]["layer"] = "3a"
    assert opening([LAYER], RECORDS, range(2), notes, ALL)["layer"] == "3a"


def test_without_features_a_page_opens_on_its_first_frame():
    for layers in ([INPUT], [INPUT, DEAD]):
        assert opening(layers, {}, range(1), None, ALL) == {"layer": layers[-1].name, "trajectory": 0, "frame": 0}


def test_the_residual_is_that_of_the_value():
    computed = {("2b", 0): records([[0, 0]] * 3, GROUP) + records([[0, 0]] * 3)}
    assert residual_of_value(computed, LAYER, 0, 2) == 1.0
    assert residual_of_value({("2b", 0): computed["2b", 0][:1]}, LAYER, 0, 2) is None
