import numpy as np

from understanding_rl_vision.run.attribution.outputs import Attribution
from understanding_rl_vision.run.attribution.store import AttributionStore


def test_what_is_put_in_rows_is_got_in_others_with_its_sums():
    random = np.random.RandomState(0)
    channels, residual = random.randn(2, 7, 3, 4, 5).astype(np.float32), random.randn(2, 7, 3, 4).astype(np.float32)
    totals = random.randn(2, 7)
    store = AttributionStore(2, 7, (3, 4, 5))
    assert (store.frames, store.height, store.width) == (7, 3, 4)
    for rows in (slice(0, 4), slice(4, 7)):
        for output in range(2):
            attribution = Attribution(channels[output, rows], residual[output, rows], totals[output, rows])
            store.put_maps(output, rows, attribution)
    for output, rows in ((1, slice(3, 6)), (0, slice(0, 7)), (1, slice(6, 7))):
        found_channels, found_residual = store.get_maps(output, rows)
        np.testing.assert_array_equal(found_channels, channels[output, rows])
        np.testing.assert_array_equal(found_residual, residual[output, rows])
    np.testing.assert_array_equal(store.largest, channels.max(axis=(2, 3, 4)))
    np.testing.assert_allclose(store.channel_sums, channels.sum(axis=(2, 3)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(store.residual_sums, residual.sum(axis=(2, 3)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(store.totals, totals, rtol=1e-6)
