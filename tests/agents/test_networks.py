"""Descriptions of networks: what is accepted, what follows from parameters, and what layers compute."""

import numpy as np
import pytest

from understanding_rl_vision.agents.networks.building import build_network
from understanding_rl_vision.agents.networks.description import MOST_LAYERS, check_network
from understanding_rl_vision.agents.networks.parameters import fitted, short
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.tensorflow1 import building, tf

FLATTEN, LOGITS, VALUE = (
    {"layer": "flatten"},
    {"layer": "head", "output": "logits"},
    {"layer": "head", "output": "value"},
)
CONV = {"layer": "conv", "name": "c", "filters": 2, "size": 3}
WHOLE = [CONV, FLATTEN, LOGITS]


def nested(depth):
    layer = {"layer": "activation", "activation": "relu"}
    for _ in range(depth):
        layer = {"layer": "residual", "layers": [layer]}
    return layer


@pytest.mark.parametrize(
    "network, said",
    [
        ([], "a list of layers"),
        ({"layer": "conv"}, "a list of layers"),
        ([CONV, FLATTEN], "has no head"),
        ([CONV, LOGITS], "logits is on pictures; a layer flatten must be before it"),
        ([FLATTEN, CONV, LOGITS], "kinds dense, activation"),
        ([LOGITS, FLATTEN], "is on pictures"),
        ([FLATTEN, LOGITS, FLATTEN], "kinds head"),
        ([FLATTEN, VALUE], "heads for value"),
        ([FLATTEN, LOGITS, {"layer": "head", "output": "q"}], "heads for logits, q"),
        ([FLATTEN, {"layer": "lstm"}, LOGITS], "kinds dense, activation"),
        ([CONV, CONV, FLATTEN, LOGITS], "Two layers of the network have the name 'c'"),
        ([dict(CONV, filters=0), FLATTEN, LOGITS], "filters=0; a whole number from 1 to 4096"),
        ([dict(CONV, filters=10**9), FLATTEN, LOGITS], "filters=1000000000"),
        ([dict(CONV, filters=True), FLATTEN, LOGITS], "filters=True"),
        ([dict(CONV, size=[3, 3, 3]), FLATTEN, LOGITS], "one for height and one for width"),
        ([dict(CONV, padding="full"), FLATTEN, LOGITS], "padding='full'"),
        ([dict(CONV, padding=-1), FLATTEN, LOGITS], "padding=-1"),
        ([dict(CONV, activation="swish"), FLATTEN, LOGITS], "activation='swish'; one of None, 'relu'"),
        ([dict(CONV, name="../c"), FLATTEN, LOGITS], "name='../c'"),
        ([dict(CONV, dilation=2), FLATTEN, LOGITS], "'dilation'"),
        ([{"layer": "conv", "filters": 2}, FLATTEN, LOGITS], "has no 'name'"),
        ([{"layer": "input", "scale": "all"}, FLATTEN, LOGITS], "scale='all'"),
        ([{"layer": "input", "scale": float("nan")}, FLATTEN, LOGITS], "scale=nan"),
        ([{"layer": "pool", "size": 2, "pool": "median"}, FLATTEN, LOGITS], "pool='median'"),
        ([nested(5), FLATTEN, LOGITS], "more than 4 in one another"),
        ([{"layer": "activation", "activation": "relu"}] * (MOST_LAYERS + 1) + [FLATTEN, LOGITS], "more than 512"),
    ],
)
def test_what_is_no_network_is_refused(network, said):
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        check_network("network", network)


def test_sizes_follow_from_the_parameters():
    params = {
        "ppo2_model/pi/c/kernel:0": np.zeros((3, 5, 1, 7)),
        "ppo2_model/vf/d/kernel:0": np.zeros((12, 9)),
    }
    value = dict(VALUE, layers=[FLATTEN, {"layer": "dense", "name": "d"}], of="input")
    network = [{"layer": "conv", "name": "c"}, FLATTEN, LOGITS, value]
    found = fitted(network, params)
    assert (found[0]["size"], found[0]["filters"], found[3]["layers"][1]["units"]) == ([3, 5], 7, 9)
    assert fitted(short(found), params) == found
    with pytest.raises(InputError, match="filters=2 of c, but its kernel has the shape"):
        fitted([dict(CONV, size=[3, 5]), FLATTEN, LOGITS], params)
    with pytest.raises(InputError, match="'ppo2_model/pi/c/kernel:0' is missing"):
        fitted(WHOLE, {})


def test_short_leaves_out_what_need_not_be_said():
    assert short(check_network("network", WHOLE)) == WHOLE
    padded = dict(CONV, padding=[[1, 1], [2, 2]], stride=[1, 2])
    assert short(check_network("network", [padded, FLATTEN, LOGITS]))[0] == dict(padded, padding=[1, 2])


def last_of(layers, images):
    """What layers give of images (N, H, W, C), as the kernel of the head, an identity, shows it."""
    with building(), tf.Session() as session:
        given = tf.placeholder(tf.float32, (None,) + images.shape[1:])
        network = check_network("network", layers + [FLATTEN, LOGITS])
        flat = build_network(given, 1, network, has_value=False)[0].op.inputs[0].op.inputs[0]
        return session.run(flat, {given: images})


def test_layers_compute_what_they_say():
    images = np.random.RandomState(0).rand(2, 4, 4, 3).astype(np.float32)
    pool = {"layer": "pool", "pool": "average", "size": 2, "padding": 1}
    inner = images.reshape(2, 2, 2, 2, 2, 3)
    counted, own = (
        last_of([dict(pool, count_padding=counted)], images).reshape(2, 3, 3, 3) for counted in (True, False)
    )
    np.testing.assert_allclose(own[:, 0, 0], images[:, 0, 0], rtol=1e-5)
    np.testing.assert_allclose(counted[:, 0, 0], images[:, 0, 0] / 4, rtol=1e-5)
    halves = last_of([{"layer": "pool", "pool": "average", "size": 2}], images).reshape(2, 2, 2, 3)
    np.testing.assert_allclose(halves, inner.mean(axis=(2, 4)), rtol=1e-5)
    scaled = last_of([{"layer": "input", "scale": [1.0, 2.0, 3.0], "offset": -1}], images).reshape(images.shape)
    np.testing.assert_allclose(scaled, images * 255 * [1, 2, 3] - 1, rtol=1e-5)
    doubled = last_of([{"layer": "residual", "layers": [{"layer": "activation", "activation": "relu"}]}], images)
    np.testing.assert_allclose(doubled.reshape(images.shape), 2 * images)


def test_the_order_of_rows_is_that_of_the_description():
    images = np.random.RandomState(0).rand(2, 4, 4, 3).astype(np.float32)
    with building(), tf.Session() as session:
        given = tf.placeholder(tf.float32, (None, 4, 4, 3))
        network = check_network("network", [{"layer": "flatten", "order": "chw"}, LOGITS])
        rows = build_network(given, 1, network, has_value=False)[0].op.inputs[0].op.inputs[0]
        np.testing.assert_array_equal(session.run(rows, {given: images}), images.transpose(0, 3, 1, 2).reshape(2, -1))
