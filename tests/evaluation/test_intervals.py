import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import betabinom

from playground.config import DataChoice
from playground.data.synthetic import make_ar1
from playground.evaluation.intervals import LEVELS, conformal_half_width, conformal_intervals, shares_by_luck
from playground.evaluation.results import PartForecasts
from playground.sentences.missing import because


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
    assert because(found.reason) == "8 validation forecasts are too few for intervals of 90%"
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
    assert "not all finite" in because(found.reason)


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


@pytest.mark.parametrize(("n", "m", "level"), [(100, 80, 0.8), (60, 200, 0.5), (400, 400, 0.9)])
def test_luck_of_independent_errors_is_beta_binomial(n, m, level):
    """As scipy has it, where hits and misses alternate too evenly to be taken for runs."""
    spread = np.floor(np.arange(1, n + 1) * level) - np.floor(np.arange(n) * level)
    hits = np.floor(np.arange(1, m + 1) * level) - np.floor(np.arange(m) * level)
    low, high = shares_by_luck(spread[:, None], hits[:, None], level)
    expected = betabinom((m), (n + 1) * level, (n + 1) * (1 - level)).ppf([0.025, 0.975]) / m
    np.testing.assert_allclose([low, high], expected)


def test_hits_that_come_in_runs_count_less():
    runs = np.repeat(np.random.default_rng(0).random(40) < 0.8, 10).astype(float)[:, None]
    mixed = np.random.default_rng(1).permutation(runs)
    wide, narrow = (np.ptp(shares_by_luck(mixed, hits, 0.8)) for hits in (runs, mixed))
    assert wide > 1.5 * narrow


def test_luck_is_told_of_test_alone_and_of_enough_forecasts():
    errors = np.random.default_rng(0).normal(size=120)
    for size, known in ((26, False), (27, True)):
        found = conformal_intervals((part_of("validation", errors), part_of("test", errors[:size])))
        for covered in found.coverage:
            assert (covered.low is not None) == (known and covered.part == "test")


@pytest.mark.parametrize("kept", [0.0, 0.7])
def test_intervals_that_keep_their_promise_are_rarely_said_not_to(kept):
    """A fixed margin of 5 points said so in up to a fifth of such cases."""
    outside = 0
    for seed in range(200):
        errors = lfilter([1.0], [1.0, -kept], np.random.default_rng(seed).normal(size=300))[100:]
        found = conformal_intervals((part_of("validation", errors[:100]), part_of("test", errors[100:])))
        covered = next(c for c in found.coverage if (c.level, c.part) == (0.8, "test"))
        outside += not covered.low <= covered.share <= covered.high
    assert outside <= 17
