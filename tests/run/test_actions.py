from understanding_rl_vision.run.actions import action_groups, default_action_group_fns

# The 15 combos of Procgen.
PROCGEN = [
    ["LEFT", "DOWN"],
    ["LEFT"],
    ["LEFT", "UP"],
    ["DOWN"],
    [],
    ["UP"],
    ["RIGHT", "DOWN"],
    ["RIGHT"],
    ["RIGHT", "UP"],
] + [[key] for key in "DAWSQE"]
COINRUN_OLD = [[], ["RIGHT"], ["LEFT"], ["UP"], ["RIGHT", "UP"], ["LEFT", "UP"], ["DOWN"]]


def test_groups_are_those_of_the_original_system():
    expected = [[6, 7, 8], [0, 1, 2], [2, 5, 8], [0, 3, 6], [4, 9, 10, 11, 12, 13, 14]]
    assert action_groups(PROCGEN, default_action_group_fns()) == expected


def test_a_group_of_one_action_is_left_out():
    # DOWN alone, and the only action that presses no direction.
    assert action_groups(COINRUN_OLD, default_action_group_fns()) == [[1, 4], [2, 5], [3, 4, 5]]


def test_predicates_make_the_groups():
    assert action_groups(PROCGEN, [lambda combo: len(combo) == 2, lambda combo: "W" in combo]) == [[0, 2, 6, 8]]
    assert action_groups(PROCGEN, []) == []
