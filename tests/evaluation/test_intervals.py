import numpy as np
import pytest

from playground.config import DataChoice
from playground.data.synthetic import make_ar1
from playground.evaluation.intervals import LEVELS, conformal_half_width, conformal_intervals
from playground.evaluation.results import PartForecasts


def part_of(part, errors):
    errors = np.array(errors, dtype=float).reshape(len(errors), -1)
    return PartForecasts("one-step", part, np.arange(len(errors)), np.zeros(errors.shape), errors, ())


@pytest.mark.parametrize(
    ("n", "level", "rank"), [(9, 0.9, 9), (19, 0.9, 18), (10, 0.9, 10), (99, 0.8, 80), (4, 0.8, 4), (3, 0.5, 2)]
)
def test_the_half_width_is_the_error_of_the_corrected_rank(n, level, rank):
    sizes = np.random.default_rng(0).permutation(np.arange(1.0, n + 1))
    assert conformal_half_width(sizes.reshape(-1, 1), level) == rank


def test_too_few_errors_promise_no_level():
    assert np.isnan(conformal_half_width(np.arange(8.0).reshape(-1, 1), 0.9)).all()
    found = conformal_intervals((part_of("validation", np.arange(8.0)), part_of("test", np.arange(8.0))))
    assert found.reason == "8 validation forecasts are too few for intervals of 90%"
    assert [(c.level, c.part, c.share) for c in found.coverage if c.level == 0.9] == [
        (0.9, "validation", None),
        (0.9, "test", None),
    ]


def test_each_step_has_its_own_half_width_and_coverage():
    validation = np.column_stack([np.arange(1, 20), -10.0 * np.arange(1, 20)])
    test = np.array([[10.0, 200], [10.5, -90], [-3, 100], [11, 101]])
    found = conformal_intervals(
        (part_of("train", validation), part_of("validation", validation), part_of("test", test))
    )
    np.testing.assert_array_equal(found.half_widths[LEVELS.index(0.5)], [10, 100])
    half = next(c for c in found.coverage if (c.level, c.part) == (0.5, "test"))
    np.testing.assert_array_equal(half.by_step, [0.5, 0.5])
    assert half.share == 0.5
    assert {c.part for c in found.coverage} == {"validation", "test"}
    assert found.calibrated_on == 19


def test_a_network_that_is_not_finite_has_no_intervals():
    found = conformal_intervals((part_of("validation", [1.0, np.nan, 2.0]),))
    assert np.isnan(found.half_widths).all()
    assert "not all finite" in found.reason


def test_on_validation_the_level_is_reached_by_construction():
    errors = np.random.default_rng(0).normal(size=100)
    found = conformal_intervals((part_of("validation", errors),))
    for covered in found.coverage:
        assert covered.level <= covered.share <= covered.level + 0.02


@pytest.mark.parametrize("ar_coefficient", [0.5, 0.9])
def test_intervals_of_90_percent_cover_85_to_95_percent_of_the_test_of_an_ar1(
    evaluated, linear_forecaster, ar_coefficient
):
    for seed in range(5):
        choice = DataChoice(length_steps=5000, ar_coefficient=ar_coefficient, data_seed=seed)
        found = evaluated(make_ar1(choice), choice, linear_forecaster).intervals
        (covered,) = [c for c in found.coverage if (c.level, c.part) == (0.9, "test")]
        assert 0.85 <= covered.share <= 0.95
