"""Pages from Python write numbers as the interface does: svelte/tests/unit/formats.test.ts has the same table."""

import json

import numpy as np
import pytest

from understanding_rl_vision.pages.formats import (
    combo_name,
    format_change,
    format_number,
    format_percent,
    format_signed,
    format_value,
)

FORMATS = {
    "number": format_number,
    "two figures": lambda value: format_number(value, 2),
    "signed": format_signed,
    "percent": format_percent,
    "action": combo_name,
}


@pytest.mark.parametrize("name", FORMATS)
def test_numbers_and_actions_are_written_as_in_the_interface(checkout, name):
    cases = json.loads((checkout / "svelte/tests/formats.json").read_text(encoding="utf-8"))
    assert set(cases) == set(FORMATS)
    assert [FORMATS[name](value) for value, _ in cases[name]] == [text for _, text in cases[name]]


def test_values_are_per_cent_of_a_success_where_its_value_is_known():
    assert [format_value(8.72, scale) for scale in (10, None, 0)] == ["87.2 %", "8.72", "8.72"]
    assert [format_change(number, 10) for number in (0.5, -0.5)] == ["+5 %", "−5 %"]
    assert format_change(0.5, None) == "+0.5"


def test_what_is_no_finite_number():
    assert [format_number(value) for value in (float("nan"), float("inf"), -np.inf, np.float32(0.1))] == [
        "–",
        "∞",
        "−∞",
        "0.1",
    ]
    assert [format_percent(value) for value in (None, float("nan"), np.inf)] == ["–"] * 3
