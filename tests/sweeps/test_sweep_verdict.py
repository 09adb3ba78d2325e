"""What a sweep says, on results made by hand."""

import numpy as np
import pytest

from playground.config import Recipe
from playground.sweeps.plan import SweepPlan, label_of
from playground.sweeps.results import NetworkResult, Point
from playground.sweeps.verdict import band, describe_fits, fit_of, judge_sweep, mean_grid

SIZES = (2, 4, 8, 16)
PLAN = SweepPlan(Recipe(), (("hidden_size", SIZES),))


def network(seed, validation, train=0.1, **fields):
    usual = {"last_train_error": train, "last_validation_error": validation, "best_epoch": 9, "epochs": 9}
    return NetworkResult(seed, train, validation, epoch_s=0.1, **(usual | fields))


def point(size, validations, train=0.1, baseline=1.0, plan=PLAN, **fields):
    cell = size if isinstance(size, tuple) else (size,)
    networks = tuple(network(seed, error, train, **fields) for seed, error in enumerate(validations))
    return Point(cell, label_of(plan, cell), networks, 10, baseline)


def around(mean, spread):
    """Three errors with this mean and this standard error."""
    return (mean - spread * 3**0.5, mean, mean + spread * 3**0.5)


def test_a_band_is_mean_and_standard_error_over_the_seeds():
    found = point(2, (1.0, 2.0, 6.0))
    np.testing.assert_allclose(found.validation_error, 3.0)
    np.testing.assert_allclose(found.validation_spread, np.std([1, 2, 6], ddof=1) / np.sqrt(3))
    np.testing.assert_allclose(band(point(2, around(0.5, 0.1))), (0.4, 0.5, 0.6))


def test_the_smallest_within_one_standard_error_of_the_best_is_taken():
    points = [
        point(2, around(0.9, 0.01)),
        point(4, around(0.55, 0.02)),
        point(8, around(0.5, 0.06)),
        point(16, around(0.53, 0.02)),
    ]
    verdict = judge_sweep(PLAN, points)
    assert verdict.best is points[2] and verdict.pick is points[1]
    assert verdict.rivals == (points[1], points[3]) and verdict.winner is None
    assert verdict.sentence.startswith("No clear winner: the bands of hidden size 8, 16 and 4 overlap.")
    assert "Take hidden size 4" in verdict.sentence


def test_bands_that_overlap_forbid_a_winner_even_where_the_rule_takes_the_best():
    points = [point(2, around(0.9, 0.01)), point(4, around(0.57, 0.05)), point(8, around(0.5, 0.06))]
    verdict = judge_sweep(PLAN, points)
    assert verdict.pick is points[2] and verdict.winner is None
    assert verdict.rivals == (points[1],)
    assert verdict.sentence.startswith("No clear winner")


def test_a_winner_is_named_where_no_band_reaches_the_best():
    means = ((2, 0.9), (4, 0.5), (8, 0.6), (16, 0.7))
    points = [point(size, around(mean, 0.02)) for size, mean in means]
    verdict = judge_sweep(PLAN, points)
    assert verdict.winner is verdict.best is verdict.pick is points[1]
    assert verdict.sentence.startswith("Hidden size 4 is the best.")
    early = judge_sweep(PLAN, points[:3])
    assert early.winner is None and early.sentence.startswith("So far hidden size 4 is ahead.")


def test_the_baseline_is_held_against_the_pick():
    far = point(2, around(2.0, 0.01))
    worse = judge_sweep(PLAN, [far, point(4, around(1.5, 0.02))]).sentence
    assert "worse than the naive baseline" in worse
    even = judge_sweep(PLAN, [far, point(4, around(1.01, 0.02))]).sentence
    assert "cannot be said" in even
    better = judge_sweep(PLAN, [far, point(4, around(0.5, 0.02))]).sentence
    assert "baseline" not in better


def test_what_diverged_or_is_missing_is_left_out_and_said():
    lost = point(16, (0.1, 0.1, None), diverged=True)
    verdict = judge_sweep(PLAN, [point(2, around(0.9, 0.01)), point(4, around(0.5, 0.02)), lost])
    assert verdict.best.cell == (4,)
    assert "Left out: hidden size 16" in verdict.sentence and "1 of 4 points are not trained yet" in verdict.sentence


@pytest.mark.parametrize("points", [[], [point(2, around(0.5, 0.1))]])
def test_one_point_is_no_comparison(points):
    verdict = judge_sweep(PLAN, points)
    assert verdict.best is verdict.pick is verdict.winner is None
    assert "at least two points" in verdict.sentence


def test_everything_diverged_is_said():
    points = [point(size, (None, None, None), diverged=True) for size in (2, 4)]
    assert "diverged at hidden size 2 and 4" in judge_sweep(PLAN, points).sentence
    assert describe_fits(points) == ()


def test_underfitting_is_where_both_errors_stay_high():
    small, good = point(2, around(0.9, 0.01), train=0.8), point(8, around(0.5, 0.02), train=0.1)
    assert fit_of(small, [small, good]) == "underfits"
    assert fit_of(good, [small, good]) == ""
    assert "hidden size 2" in describe_fits([small, good])[0]


def test_overfitting_is_where_training_gets_no_worse_and_validation_does():
    good, big = point(8, around(0.5, 0.02), train=0.1), point(16, around(0.7, 0.02), train=0.05)
    same = point(16, around(0.7, 0.02), train=0.1)
    assert fit_of(same, [good, same]) == ""
    assert fit_of(big, [good, big]) == "overfits"
    alike = point(16, around(0.51, 0.02), train=0.05)
    assert fit_of(alike, [good, alike]) == ""
    assert "by heart" in describe_fits([good, big])[0]


def test_overfitting_is_also_where_every_seed_turned_up_after_its_best_epoch():
    good = point(2, around(0.5, 0.02))
    turned = point(8, around(0.5, 0.02), train=0.2, last_validation_error=0.9, last_train_error=0.1)
    assert fit_of(turned, [good, turned]) == "overfits"
    assert "turned up again" in describe_fits([good, turned])[0]
    still_falling = point(8, around(0.5, 0.02), train=0.2, last_validation_error=0.9, last_train_error=0.3)
    assert fit_of(still_falling, [good, still_falling]) == ""


@pytest.mark.parametrize(("last", "fit"), [(0.549, ""), (0.551, "overfits")])
def test_an_error_has_turned_up_where_it_is_a_tenth_above_its_lowest(last, fit):
    good = point(2, around(0.5, 0.02))
    turned = point(8, (0.5, 0.5, 0.5), train=0.2, last_validation_error=last, last_train_error=0.1)
    assert fit_of(turned, [good, turned]) == fit


def test_two_axes_make_a_grid_with_holes():
    plan = SweepPlan(Recipe(), (("hidden_size", (2, 4)), ("layers", (1, 2, 3))))
    points = [point((4, 1), around(0.5, 0.1), plan=plan), point((2, 3), around(0.7, 0.1), plan=plan)]
    grid = mean_grid(plan, points)
    np.testing.assert_allclose(grid, [[np.nan, 0.5], [np.nan, np.nan], [0.7, np.nan]])


def test_many_points_are_counted_not_named():
    plan = SweepPlan(Recipe(), (("hidden_size", (2, 4, 8)), ("layers", (1, 2))))
    points = [point(cell, around(0.5, 0.1), plan=plan) for cell in plan.cells]
    assert "the bands of 6 points overlap" in judge_sweep(plan, points).sentence
