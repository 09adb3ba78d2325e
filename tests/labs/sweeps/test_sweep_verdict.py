"""What a sweep says, on results made by hand."""

import numpy as np
import pytest
from scipy.stats import t as student

from playground.config import Recipe
from playground.histories import EpochRecord
from playground.labs.sweeps.plan import SweepPlan, label_of
from playground.labs.sweeps.results import NetworkResult, Point, turned_up
from playground.labs.sweeps.spread import clear_ratio
from playground.labs.sweeps.verdict import band, fit_of, judge_sweep, mean_grid, misfits
from playground.sentences.sweeps import misfit_sentences, sweep_details, sweep_headline

SIZES = (2, 4, 8, 16)
PLAN = SweepPlan(Recipe(), (("hidden_size", SIZES),))


def said_of(verdict):
    return f"{sweep_headline(verdict)}. {sweep_details(verdict)}".strip()


def network(seed, validation, train=0.1, **fields):
    usual = {"best_epoch": 9, "epochs": 9}
    return NetworkResult(seed, train, validation, epoch_s=0.1, **(usual | fields))


def point(size, validations, train=0.1, baseline=1.0, plan=PLAN, **fields):
    cell = size if isinstance(size, tuple) else (size,)
    trains = np.broadcast_to(train, len(validations))
    networks = tuple(network(seed, *both, **fields) for seed, both in enumerate(zip(validations, trains, strict=True)))
    return Point(cell, label_of(plan, cell), networks, 10, baseline)


def around(mean, spread):
    """Three errors with this mean and this standard error."""
    return (mean - spread * 3**0.5, mean, mean + spread * 3**0.5)


def test_a_band_is_mean_and_standard_error_over_the_seeds():
    found = point(2, (1.0, 2.0, 6.0))
    np.testing.assert_allclose(found.validation_error, 3.0)
    np.testing.assert_allclose(found.validation_spread, np.std([1, 2, 6], ddof=1) / np.sqrt(3))
    np.testing.assert_allclose(band(point(2, around(0.5, 0.1))), (0.4, 0.5, 0.6))


def test_the_smallest_within_one_standard_error_of_the_lowest_is_taken_as_a_pick_and_not_as_the_best():
    points = [
        point(2, around(0.9, 0.01)),
        point(4, around(0.55, 0.02)),
        point(8, around(0.5, 0.06)),
        point(16, around(0.53, 0.02)),
    ]
    verdict = judge_sweep(PLAN, points)
    assert verdict.lowest is points[2] and verdict.pick is points[1] and verdict.winner is None
    assert "Take hidden size 4" in said_of(verdict) and "is the best" not in said_of(verdict)


@pytest.mark.parametrize("sizes", [SIZES, SIZES[:2]])
def test_three_seeds_never_name_a_best_however_clear_they_are(sizes):
    plan = SweepPlan(Recipe(), (("hidden_size", sizes),))
    points = [point(size, around(0.1 * size, 0.0001), plan=plan) for size in sizes]
    verdict = judge_sweep(plan, points)
    assert verdict.word == "too few seeds" and verdict.winner is None and verdict.pick is points[0]
    assert said_of(verdict).startswith("Too few seeds to say which is best. Take hidden size 2:")
    assert "4 seeds or more can tell" in said_of(verdict)


def test_the_best_is_named_where_its_seeds_beat_those_of_each_other_point():
    means = ((2, 0.9), (4, 0.5), (8, 0.6), (16, 0.7))
    points = [point(size, mean + 0.01 * np.arange(5)) for size, mean in means]
    verdict = judge_sweep(PLAN, points)
    assert verdict.winner is verdict.lowest is verdict.pick is points[1] and verdict.word == "better"
    assert said_of(verdict).startswith("Hidden size 4 is the best.")
    early = judge_sweep(PLAN, points[:3])
    assert early.winner is None and said_of(early).startswith("So far hidden size 4 is ahead.")
    one_seed = [*points[:2], point(8, (0.525, *(0.6 + 0.01 * np.arange(4)))), points[3]]
    assert judge_sweep(PLAN, one_seed).word == "better"
    mixed = [*points[:2], point(8, 0.505 + 0.01 * np.arange(5)), points[3]]
    assert judge_sweep(PLAN, mixed).word == "tie"
    assert said_of(judge_sweep(PLAN, mixed)).startswith("No clear winner.")


def test_bands_that_part_are_not_enough_for_the_word_best():
    """One standard error parts equal points in one of four sweeps."""
    ahead = point(4, (0.5, 0.51, 0.52, 0.6, 0.61)), point(8, (0.59, 0.605, 0.615, 0.62, 0.625))
    verdict = judge_sweep(PLAN, [point(2, (0.9,) * 5), *ahead, point(16, (0.9,) * 5)])
    assert band(ahead[0])[2] < band(ahead[1])[0]
    assert verdict.lowest is ahead[0] and verdict.winner is None


@pytest.mark.parametrize(("values", "seeds"), [(2, 5), (4, 5), (6, 10)])
def test_equal_points_are_rarely_told_apart(values, seeds):
    sizes = (1, 2, 4, 8, 16, 32)[:values]
    plan = SweepPlan(Recipe(), (("hidden_size", sizes),), seeds)
    said = []
    for draw in range(300):
        source = np.random.default_rng([values, seeds, draw])
        points = [point(s, *np.exp(0.3 * source.standard_normal((2, seeds))), plan=plan) for s in sizes]
        verdict = judge_sweep(plan, points)
        said.append((verdict.winner is not None, len(misfit_sentences(misfits(points))) > 0))
    # 5 in 100 are allowed; 8 in 100 is beyond two standard deviations of 300 draws.
    assert (np.mean(said, axis=0) <= 0.08).all()


def test_where_nothing_is_simpler_the_pick_is_the_lowest():
    plan = SweepPlan(Recipe(), (("learning_rate", (0.001, 0.01, 0.1)),))
    points = [point((rate,), around(mean, 0.05), plan=plan) for rate, mean in ((0.001, 0.52), (0.01, 0.5), (0.1, 0.51))]
    assert judge_sweep(plan, points).pick is points[1]


def test_the_baseline_is_held_against_the_pick():
    far = point(2, around(2.0, 0.01))
    worse = said_of(judge_sweep(PLAN, [far, point(4, around(1.5, 0.02))]))
    assert "worse than the last value" in worse
    even = said_of(judge_sweep(PLAN, [far, point(4, around(1.01, 0.02))]))
    assert "cannot be said" in even
    better = said_of(judge_sweep(PLAN, [far, point(4, around(0.5, 0.02))]))
    assert "baseline" not in better


def test_what_diverged_or_is_missing_is_left_out_and_said():
    lost = point(16, (0.1, 0.1, None), diverged=True)
    verdict = judge_sweep(PLAN, [point(2, around(0.9, 0.01)), point(4, around(0.5, 0.02)), lost])
    assert verdict.lowest.cell == (4,)
    assert "Left out: hidden size 16" in said_of(verdict) and "1 of 4 points are not trained yet" in said_of(verdict)


@pytest.mark.parametrize("points", [[], [point(2, around(0.5, 0.1))]])
def test_one_point_is_no_comparison(points):
    verdict = judge_sweep(PLAN, points)
    assert verdict.lowest is verdict.pick is verdict.winner is None
    assert "at least two points" in said_of(verdict)


def test_everything_diverged_is_said():
    points = [point(size, (None, None, None), diverged=True) for size in (2, 4)]
    assert "diverged at hidden size 2 and 4" in said_of(judge_sweep(PLAN, points))
    assert misfit_sentences(misfits(points)) == ()


def test_the_clear_ratio_is_students_t_on_logarithms():
    groups = np.exp(np.random.default_rng(1).standard_normal((3, 4)))
    spread = np.sqrt(np.log(groups).var(axis=1, ddof=1).mean() / 2)
    assert clear_ratio(list(groups)) == pytest.approx(np.exp(student.isf(0.05 / 3 / 2, 9) * spread))


def test_underfitting_is_where_both_errors_stay_high():
    small, good = point(2, around(0.9, 0.01), train=0.8), point(8, around(0.5, 0.02), train=0.1)
    assert fit_of(small, [small, good]) == "underfits"
    assert fit_of(good, [small, good]) == ""
    assert "hidden size 2" in misfit_sentences(misfits([small, good]))[0]


def test_overfitting_is_where_training_gets_no_worse_and_validation_does():
    good, big = point(8, around(0.5, 0.02), train=0.1), point(16, around(0.7, 0.02), train=0.05)
    same = point(16, around(0.7, 0.02), train=0.1)
    assert fit_of(same, [good, same]) == ""
    assert fit_of(big, [good, big]) == "overfits"
    alike = point(16, around(0.51, 0.02), train=0.05)
    assert fit_of(alike, [good, alike]) == ""
    assert "by heart" in misfit_sentences(misfits([good, big]))[0]


def test_overfitting_is_also_where_every_seed_turned_up_after_its_best_epoch():
    good = point(2, around(0.5, 0.02))
    turned = point(8, around(0.5, 0.02), train=0.2, turned_up=True)
    assert fit_of(turned, [good, turned]) == "overfits"
    assert "turned up again" in misfit_sentences(misfits([good, turned]))[0]


def epochs(validation, train):
    return [
        EpochRecord(k + 1, t, v, 1.0, 0.0, 0.01, 0.1) for k, (v, t) in enumerate(zip(validation, train, strict=True))
    ]


def test_a_validation_error_has_turned_up_where_its_end_lies_above_its_best_epochs():
    down, up = np.linspace(1, 0.5, 12), np.linspace(0.5, 0.56, 12)
    falling = np.linspace(1, 0.1, 24)
    assert not turned_up(epochs([*down, *up], falling), 12)
    assert turned_up(epochs([*down, *(0.5 + 2 * (up - 0.5))], falling), 12)
    assert not turned_up(epochs([*down, *(0.5 + 2 * (up - 0.5))], falling[::-1]), 12)
    assert not turned_up(epochs([*down, *down], falling), 24)
    assert not turned_up([], 0)


def test_the_border_of_turning_up_is_a_tenth():
    falling = np.linspace(1, 0.1, 12)
    assert not turned_up(epochs([0.5] * 6 + [0.5499] * 6, falling), 3)
    assert turned_up(epochs([0.5] * 6 + [0.5501] * 6, falling), 3)


def test_one_lucky_epoch_among_many_that_jump_is_no_turn():
    jumping = [1.0, 0.9, *[0.62, 0.58] * 11]
    jumping[9] = 0.5
    assert not turned_up(epochs(jumping, np.linspace(1, 0.1, 24)), 10)


def test_two_axes_make_a_grid_with_holes():
    plan = SweepPlan(Recipe(), (("hidden_size", (2, 4)), ("layers", (1, 2, 3))))
    points = [point((4, 1), around(0.5, 0.1), plan=plan), point((2, 3), around(0.7, 0.1), plan=plan)]
    grid = mean_grid(plan, points)
    np.testing.assert_allclose(grid, [[np.nan, 0.5], [np.nan, np.nan], [0.7, np.nan]])


def test_many_points_are_counted_not_named():
    plan = SweepPlan(Recipe(), (("hidden_size", (2, 4, 8)), ("layers", (1, 2))))
    points = [point(cell, around(0.5, 0.1), plan=plan) for cell in plan.cells]
    lost = [point(cell, (None,) * 3, plan=plan, diverged=True) for cell in plan.cells[:5]]
    assert "diverged at 5 points" in said_of(judge_sweep(plan, [*lost, points[5]]))
