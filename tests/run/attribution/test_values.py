"""What each position adds to an output, as the page reads it."""

import base64
import json
import re
import zlib

import numpy as np
import pytest

from tests.helpers.interfaces import large_json, props_of, tiny_data
from understanding_rl_vision.pages.scripts import FUNCTION, decode_script
from understanding_rl_vision.run.attribution.values import STEPS, encode_script, quantised
from understanding_rl_vision.run.generating import generate


def read_script(text):
    """The name that a script gives, and its values (T, K + 1, h, w)."""
    call = re.fullmatch(r"{}\((\"[^\"]*\"), (.*)\);\n".format(FUNCTION), text)
    content = json.loads(call.group(2))
    levels = np.frombuffer(zlib.decompress(base64.b64decode(content["levels"])), np.int8).reshape(content["shape"])
    return json.loads(call.group(1)), levels * np.array(content["steps"])[:, None, None, None]


def test_no_value_is_off_by_more_than_half_a_step_of_its_frame():
    random = np.random.RandomState(0)
    frames = np.array([1, 1e-3, 0, 50])[:, None, None]
    channels, residual = random.randn(4, 5, 6, 3) * frames[..., None], random.randn(4, 5, 6) * frames
    levels, steps = quantised(channels, residual)
    assert levels.shape == (4, 4, 5, 6) and levels.dtype == np.int8
    script = encode_script(levels, "values/2b_0_v.js", steps)
    decoded, content = decode_script(script)
    assert decoded == "values/2b_0_v.js" and content["shape"] == [4, 4, 5, 6] and len(content["steps"]) == 4
    name, found = read_script(script.decode("ascii"))
    assert name == "values/2b_0_v.js"
    expected = np.concatenate([channels, residual[..., None]], axis=-1).transpose(0, 3, 1, 2)
    largest = np.abs(expected).max(axis=(1, 2, 3))
    assert (np.abs(found - expected).max(axis=(1, 2, 3)) <= largest * (0.5001 / STEPS + 1e-5)).all()
    assert not found[2].any()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("values")
    kwargs = {"nmf_features": 3, "layer_kwargs": {"name_contains_one_of": "2a"}}
    generate(folder, **kwargs, **tiny_data())
    return folder


def test_the_values_of_a_page_add_up_to_its_totals(page):
    props = props_of(page)
    for entry in props["attribution_totals"]:
        for values, channels, residuals in zip(entry["values"], entry["channels"], entry["residuals"]):
            name, found = read_script((page / props["subdirs"]["attribution_values"] / values).read_text())
            assert name == props["subdirs"]["attribution_values"] + values
            sums = np.array(large_json(page, props, "attribution_totals", channels))
            residual = np.array(large_json(page, props, "attribution_totals", residuals))
            expected = np.concatenate([sums, residual[:, None]], axis=1)
            allowed = np.abs(found).max(axis=(1, 2, 3)) * found[0, 0].size / STEPS / 2
            assert (np.abs(found.sum(axis=(2, 3)) - expected).max(axis=1) <= allowed + 1e-5).all()
            assert np.abs(found).max() > 0
