"""NMF: against Lucid's fit run to convergence, and on factorisations that are known."""

import numpy as np
import pytest

from tests.rl_util import lucid_results
from tests.rl_util.lucid_results import LAYERS, attributions_to_fit
from understanding_rl_vision import rl_util
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util import factorisation


def unit_rows(directions):
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)


def reconstruction_error(rows, directions):
    return np.linalg.norm(rows - factorisation.transform(rows, directions) @ directions)


def assert_as_good_as(rows, directions, lucid_directions, lucid_error):
    cosines = unit_rows(directions) @ unit_rows(lucid_directions).T
    # Row k of ours against row k of Lucid's: both start from the same vectors in the same order.
    assert np.diag(cosines).min() >= 0.99
    assert reconstruction_error(rows, directions) <= 1.01 * lucid_error


@pytest.mark.parametrize("layer", LAYERS)
def test_directions_are_those_that_lucid_stored(model, output_names, stored, layer):
    rows = attributions_to_fit(rl_util, model, output_names[1], layer)
    directions = factorisation.fit(rows, lucid_results.FEATURES)
    assert_as_good_as(rows, directions, stored["directions " + layer], stored["error " + layer])


@pytest.mark.parametrize("layer", ["3a", "4a"])
def test_directions_are_lucids(lucid, lucid_model, output_names, layer):
    rows = attributions_to_fit(lucid, lucid_model, output_names[1], layer)
    assert_as_good_as(rows, factorisation.fit(rows, lucid_results.FEATURES), *lucid_results.lucid_nmf(rows))


def known_factorisation(rows=3000, features=3, channels=7):
    """Sparse, so that no other non-negative factorisation exists, of more rows than one block."""
    random = np.random.RandomState(0)
    weights = random.rand(rows, features) * (random.rand(rows, features) < 0.5)
    return weights, np.eye(features, channels) + np.eye(features, channels, k=3) * 0.5


def test_known_directions_are_found(monkeypatch):
    monkeypatch.setattr(factorisation, "BLOCK_ROWS", 256)
    weights, directions = known_factorisation()
    found = factorisation.fit(weights @ directions, 3, tol=1e-9)
    cosines = unit_rows(found) @ unit_rows(directions).T
    np.testing.assert_allclose(np.sort(cosines.max(axis=1)), 1, atol=1e-4)
    assert sorted(cosines.argmax(axis=1)) == [0, 1, 2]


def test_blocks_do_not_change_the_fit(monkeypatch):
    weights, directions = known_factorisation()
    rows = weights @ directions
    whole = factorisation.fit(rows, 3, tol=1e-9)
    monkeypatch.setattr(factorisation, "BLOCK_ROWS", 100)
    np.testing.assert_allclose(factorisation.fit(rows, 3, tol=1e-9), whole, atol=1e-2)


def overlapping_directions(random):
    return random.rand(5, 8)


def nearly_separate_directions(random):
    return np.eye(5, 8) + 0.1 * random.rand(5, 8)


def partly_unused_directions(random):
    return nearly_separate_directions(random) * np.array([1, 1, 0, 1, 1])[:, None]


@pytest.mark.parametrize(
    "make_directions", [overlapping_directions, nearly_separate_directions, partly_unused_directions]
)
def test_transform_solves_the_non_negative_least_squares(make_directions):
    import scipy.optimize

    random = np.random.RandomState(0)
    directions = make_directions(random)
    rows = random.rand(40, 8).astype(np.float32)
    rows[3] = 0
    weights = factorisation.transform(rows, directions)
    exact = np.array([scipy.optimize.nnls(directions.T, row)[0] for row in rows])
    np.testing.assert_allclose(weights, exact, atol=2e-4)
    assert (weights >= 0).all() and (exact == 0).any()


def test_a_fit_of_a_sample_is_completed_on_all_rows(monkeypatch):
    weights, directions = known_factorisation()
    rows = weights @ directions + 0.1 * np.random.RandomState(1).rand(len(weights), len(directions.T))
    whole = factorisation.fit(rows, 3)
    monkeypatch.setattr(factorisation, "SAMPLE_ROWS", 300)
    sampled = factorisation.fit(rows, 3)
    assert np.einsum("kc,kc->k", unit_rows(sampled), unit_rows(whole)).min() >= 0.999
    assert reconstruction_error(rows, sampled) <= 1.00001 * reconstruction_error(rows, whole)


def test_steps_that_go_too_far_do_not_end_the_fit(monkeypatch):
    rows = np.random.RandomState(2).rand(500, 10)
    usual = factorisation.fit(rows, 3)
    monkeypatch.setattr(factorisation, "OVERSHOOT", 20)
    assert reconstruction_error(rows, factorisation.fit(rows, 3)) <= 1.001 * reconstruction_error(rows, usual)


def test_a_sample_keeps_long_rows_and_stands_for_the_others():
    random = np.random.RandomState(0)
    rows = random.rand(20000, 4).astype(np.float32)
    rows[:10] *= 1000
    rows[10:20] *= 20
    rows[20:30] = 0
    sample = factorisation.sampled_rows(rows, 1000, random)
    assert abs(len(sample) - 1000) <= 100
    np.testing.assert_array_equal(sample[:20], rows[:20])
    assert (sample[20:] > 0).any(axis=1).all()
    np.testing.assert_allclose(sample[20:].T @ sample[20:], rows[20:].T @ rows[20:], rtol=0.1)


@pytest.mark.filterwarnings("error")
def test_a_sample_of_few_long_rows_among_zeros_is_these_rows():
    X = np.zeros((40, 3), np.float32)
    X[[3, 8]] = 5
    np.testing.assert_array_equal(factorisation.sampled_rows(X, 4, np.random.RandomState(0)), X[[3, 8]])


def test_a_sample_keeps_what_is_not_a_number_for_the_fit_to_name():
    rows = np.ones((50, 2), np.float32)
    rows[7] = np.nan
    with pytest.raises(InputError, match="finite numbers"):
        factorisation.fit(factorisation.sampled_rows(rows, 10, np.random.RandomState(0)), 1)


def test_rows_of_zeros_add_nothing():
    weights, directions = known_factorisation()
    rows = weights @ directions
    padded = np.concatenate([np.zeros((500, 7)), rows])
    np.testing.assert_array_equal(factorisation.fit(padded, 3), factorisation.fit(rows, 3))


@pytest.mark.parametrize("size", [1e-30, 1e-6])
def test_rows_of_small_numbers_are_not_taken_for_zeros(size):
    weights, directions = known_factorisation()
    rows = (weights @ directions).astype(np.float32)
    # A power of two, so that no digit changes.
    small = np.ldexp(rows, int(np.log2(size)))
    found, expected = factorisation.fit(small, 3), factorisation.fit(rows, 3)
    np.testing.assert_allclose(unit_rows(found), unit_rows(expected), atol=1e-6)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_there_are_no_more_directions_than_independent_ones(rank):
    weights, directions = known_factorisation()
    rows = weights[:, :rank] @ directions[:rank]
    found = factorisation.fit(rows, 5)
    assert found.shape == (rank, 7)
    if rank:
        assert reconstruction_error(rows, found) <= 1e-3 * np.linalg.norm(rows)
    else:
        assert factorisation.transform(rows, found).shape == (3000, 0)


@pytest.mark.parametrize("seed", range(6))
def test_rounding_is_not_taken_for_directions(seed):
    """All channels take part, in fewer independent ways."""
    random = np.random.RandomState(seed)
    weights, directions = random.rand(2000, 3) * (random.rand(2000, 3) < 0.5), random.rand(3, 12)
    assert factorisation.fit((weights @ directions).astype(np.float32), 8).shape == (3, 12)


def test_coordinates_are_looked_for_no_longer_than_they_change(monkeypatch):
    sweep, sweeps = factorisation._sweep, []
    monkeypatch.setattr(factorisation, "_sweep", lambda *arrays: sweeps.append(1) or sweep(*arrays))
    # They overlap, so that features are solved for in turn.
    directions = np.array([[1.0, 1, 0], [0, 1, 1]])
    found = factorisation.transform(np.array([[1.0, 3, 2]]), directions)
    np.testing.assert_allclose(found, [[1, 2]], atol=1e-4)
    assert 2 <= len(sweeps) < 50


def test_weak_directions_of_small_numbers_are_found():
    rows = np.diag([2.0**-9, 2.0**-19]).astype(np.float32)
    np.testing.assert_array_equal(factorisation.fit(rows, 2) > 0, np.eye(2, dtype=bool))


def test_a_fit_ends_when_it_no_longer_gains():
    class Counting:
        steps = 0

        def track(self, steps, stage):
            for step in steps:
                self.steps += 1
                yield step

    counting = Counting()
    factorisation.fit(np.random.RandomState(0).rand(200, 6), 3, progress=counting)
    assert 3 <= counting.steps < 1000


def test_there_are_no_more_directions_than_rows():
    assert factorisation.fit(np.eye(2, 6), 4).shape == (2, 6)


def test_bad_input_is_named():
    with pytest.raises(InputError, match="9 features are asked for, but there are 4 channels"):
        factorisation.fit(np.ones((20, 4)), 9)
    with pytest.raises(InputError, match="finite numbers"):
        factorisation.fit(np.array([[np.nan, 1], [1, 1]]), 1)
    with pytest.raises(InputError, match="NaN"):
        factorisation.transform(np.array([[np.nan, 1]]), np.ones((1, 2)))
