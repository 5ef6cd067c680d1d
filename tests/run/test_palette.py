from understanding_rl_vision.run.palette import action_colours, feature_colours


def test_colours_of_directions_are_those_of_the_original_system():
    expected = "#ff0000 #ffe400 #a1ff00 #00ff4e #00ffff #004eff #a100ff #ff00e4"
    assert feature_colours(8) == expected.split()
    assert feature_colours(3) == ["#ff0000", "#00ff00", "#0000ff"]


def test_colours_of_actions_are_those_of_the_original_system():
    expected = (
        "#303030 #3d3d3d #4b4b4b #595959 #666666 #747474 #828282 #8f8f8f "
        "#9d9d9d #ababab #b8b8b8 #c6c6c6 #d4d4d4 #e1e1e1 #efefef"
    )
    assert action_colours(15) == expected.split()
