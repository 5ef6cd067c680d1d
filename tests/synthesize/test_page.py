from understanding_rl_vision.synthesize.page import action_labels


def test_actions_are_called_by_their_keys_where_these_tell_them_apart():
    assert action_labels([(), ("RIGHT",), ("RIGHT", "UP")], 3) == ["none", "→", "↗"]
    assert action_labels([(), ("LEFT",), ()], 3) == ["none (0)", "←", "none (2)"]
    assert action_labels(None, 2) == ["0", "1"]
