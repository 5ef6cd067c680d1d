import errno
import os
import tempfile

import numpy as np
import pytest

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


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_is_an_error_of_the_folder_for_temporary_files_as_soon_as_it_is_written_to(monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda buffering: open("/dev/full", "r+b", buffering=buffering))
    store = AttributionStore(1, 2, (3, 4, 5))
    one = Attribution(np.zeros((1, 3, 4, 5), np.float32), np.zeros((1, 3, 4), np.float32), np.zeros(1))
    with pytest.raises(OSError) as raised:
        store.put_maps(0, slice(0, 1), one)
    assert raised.value.errno == errno.ENOSPC and raised.value.filename == tempfile.gettempdir()
