"""The time that the rest of some work takes, from what is done of it."""

import pytest

from playground.remaining import remaining_s


def test_the_time_left_follows_from_the_time_spent():
    assert remaining_s([], 2, 2) is None
    assert remaining_s([(0.0, 1.0)], 2, 2) is None
    assert remaining_s([(1.0, 6.0)], 3, 1) == pytest.approx(12)
    assert remaining_s([(1.0, 6.0)], 3, 2) == pytest.approx(6)
    assert remaining_s([(0.5, 3.0)], 2, 1) == pytest.approx(9)
    assert remaining_s([(0.5, 3.0), (0.25, 3.0)], 2, 0) == pytest.approx(10)
    assert remaining_s([(1.0, 6.0), (1.0, 5.0)], 2, 2) == 0
