import numpy as np
import pytest

from understanding_rl_vision.run.attribution.sparsity import share_of_largest


def test_the_largest_pairs_in_size_count_whatever_their_sign():
    maps = np.zeros((3, 2, 2, 2))
    maps[0, 0, 0] = [4, -3]
    maps[0, 1, 1, 1] = 2
    maps[0, 0, 1, 0] = -1
    maps[1] = 1
    assert share_of_largest(maps, 2)[:2] == pytest.approx([0.7, 0.25])
    assert share_of_largest(maps, 3)[0] == pytest.approx(0.9)
    # There are no more than 8; a frame without attribution has no share, nor has a layer without features.
    assert share_of_largest(maps, 10)[:2] == pytest.approx([1, 1])
    assert np.isnan(share_of_largest(maps, 2)[2])
    assert np.isnan(share_of_largest(maps[..., :0], 2)).all()
