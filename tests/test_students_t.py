"""Student's t against printed tables, its closed forms and scipy's own test of a mean."""

import math

import numpy as np
import pytest
from scipy.stats import t as student
from scipy.stats import ttest_1samp

from playground.students_t import margin_of_mean, student_quantile


@pytest.mark.parametrize(
    ("level", "degrees", "printed"),
    [
        (0.05, 1, 12.706),
        (0.05, 2, 4.303),
        (0.05, 3, 3.182),
        (0.05, 4, 2.776),
        (0.05, 10, 2.228),
        (0.05, 30, 2.042),
        (0.05, 120, 1.980),
        (0.01, 1, 63.657),
        (0.01, 5, 4.032),
        (0.01, 30, 2.750),
        (0.001, 10, 4.587),
    ],
)
def test_the_quantile_is_the_printed_one(level, degrees, printed):
    """Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.10."""
    assert student_quantile(level, degrees) == pytest.approx(printed, abs=5.01e-4)


@pytest.mark.parametrize("level", [0.5, 0.05, 0.05 / 6, 1e-5])
def test_the_quantile_of_one_and_two_degrees_is_known_in_closed_form(level):
    assert student_quantile(level, 1) == pytest.approx(1 / math.tan(math.pi * level / 2), rel=1e-12)
    inside = 1 - level
    assert student_quantile(level, 2) == pytest.approx(inside * math.sqrt(2 / (1 - inside**2)), rel=1e-9)


@pytest.mark.parametrize("degrees", [3, 4, 7, 8, 10, 30, 1000])
def test_the_quantile_leaves_its_level_outside_also_for_the_pick_of_six(degrees):
    for level in (0.05, 0.05 / 6):
        assert 2 * student.sf(student_quantile(level, degrees), degrees) == pytest.approx(level, rel=1e-9)


def test_the_margin_of_a_mean_is_half_its_interval():
    values = np.random.default_rng(0).normal(1.0, 2.0, size=7)
    low, high = ttest_1samp(values, 0.0).confidence_interval(0.99)
    assert margin_of_mean(values, 0.01) == pytest.approx((high - low) / 2)
    assert margin_of_mean(tuple(values), 0.01) == margin_of_mean(values, 0.01)
