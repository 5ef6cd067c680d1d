import json

import numpy as np
import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.svelte3.props import plain, to_json


def test_arrays_and_scalars_become_plain():
    value = {"a": np.arange(4).reshape(2, 2), 1: (np.float32(0.5), np.int64(3), np.bool_(True), None, "x")}
    assert plain(value) == {"a": [[0, 1], [2, 3]], "1": [0.5, 3, True, None, "x"]}


def test_precision_counts_significant_figures():
    values = np.array([123456.789, -0.000123456789, 0.0, 2.0, 1e-300])
    assert plain(values, precision=3) == [123000, -0.000123, 0, 2, 1e-300]
    assert plain(values) == [123456.789, -0.000123456789, 0, 2, 1e-300]


def test_numbers_that_json_does_not_know_become_null():
    assert to_json([float("nan"), np.inf, -np.inf, 1.5]) == "[null,null,null,1.5]"


def test_no_string_can_end_the_script_element():
    value = {"</script><script>alert(1)//": "<!-- </SCRIPT>"}
    text = to_json(value)
    assert "<" not in text
    assert json.loads(text) == value


def test_what_json_has_no_form_for_is_refused():
    with pytest.raises(InputError, match="Props hold a set"):
        to_json({"a": {1, 2}})
