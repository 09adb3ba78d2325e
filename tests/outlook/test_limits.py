"""Limits by lead time: what they promise is what comes, on walks and on memory; adaptive ones follow a shift."""

import math

import numpy as np
import pytest
from scipy.signal import lfilter

from playground.outlook.adaptive import FIRST, RATE, follow
from playground.outlook.limits import limits_of

LEVELS = (0.5, 0.8, 0.9)


def sizes_of(values, forecast, leads):
    """Absolute errors (m, leads) of forecasts from every position but the last, NaN beyond the end."""
    n = len(values)
    sizes = np.full((n - 1, leads), np.nan)
    for origin in range(n - 1):
        for lead in range(1, min(leads, n - 1 - origin) + 1):
            sizes[origin, lead - 1] = abs(values[origin + lead] - forecast(values[origin], lead))
    return sizes


@pytest.fixture(scope="module")
def walks():
    """Half widths on 500 random walks of 240 steps, and whether they held what came after."""
    rng, leads = np.random.default_rng(0), 16
    widths, held = [], []
    for _ in range(500):
        walk = np.cumsum(rng.standard_normal(240 + leads))
        origins = np.arange(239)
        sizes = np.full((239, leads), np.nan)
        for lead in range(1, leads + 1):
            sizes[: 240 - lead, lead - 1] = np.abs(walk[lead:240] - walk[: 240 - lead])
        found = limits_of(sizes, np.zeros(239, bool), origins, (0.8,), adapts=False).half_widths[0]
        widths.append(found)
        held.append(np.abs(walk[240:] - walk[239]) <= found)
    return np.array(widths), np.array(held)


def test_on_walks_limits_of_80_percent_hold_75_to_85(walks):
    _, held = walks
    assert 0.75 <= held.mean() <= 0.85
    for lead in (1, 4, 16):
        assert 0.75 <= held[:, lead - 1].mean() <= 0.85, lead


def test_on_walks_limits_grow_as_the_square_root_of_the_lead(walks):
    mean = walks[0].mean(axis=0)
    np.testing.assert_allclose(mean / mean[0], np.sqrt(np.arange(1, 17)), rtol=0.08)


def test_a_level_that_the_errors_cannot_carry_is_missing(walks):
    sizes = sizes_of(np.cumsum(np.random.default_rng(1).standard_normal(60)), lambda last, lead: last, 40)
    found = limits_of(sizes, np.zeros(59, bool), np.arange(59), LEVELS)
    for row, level in enumerate(LEVELS):
        for lead in range(1, 41):
            worth = (60 - lead) * min(1, 1.5 / lead)
            assert np.isnan(found.half_widths[row, lead - 1]) == (worth < level / (1 - level)), (level, lead)
    assert found.reason is not None
    assert found.reason.why == "too few for levels"


def test_one_step_ahead_they_are_split_conformal():
    sizes = np.random.default_rng(0).permutation(np.arange(1.0, 100.0))[:, np.newaxis]
    found = limits_of(sizes, np.zeros(99, bool), np.arange(99), LEVELS)
    np.testing.assert_array_equal(found.half_widths[:, 0], [50, 80, 90])


def test_coverage_is_of_test_by_widths_from_validation_alone():
    sizes = np.r_[np.arange(1.0, 100.0), np.full(30, 85.0), np.full(20, 1000.0)][:, np.newaxis]
    in_test = np.arange(149) >= 99
    found = limits_of(sizes, in_test, np.arange(149), LEVELS)
    np.testing.assert_allclose(found.coverage[:, 0], [0, 0, 0.6])
    sealed = limits_of(sizes[:99], in_test[:99], np.arange(99), LEVELS)
    assert np.isnan(sealed.coverage).all()


def test_infinite_errors_have_no_limits_and_say_why():
    sizes = np.full((50, 2), np.inf)
    found = limits_of(sizes, np.zeros(50, bool), np.arange(50), LEVELS)
    assert np.isnan(found.half_widths).all()
    assert found.reason.why == "errors too large"


def reference(sizes, lead, level):
    """The paper's rule, told in full at every step: alpha, and errors that are known by then."""
    alpha, held = 1 - level, []
    widths = []
    for t in range(len(sizes)):
        for past in range(t):
            if past + lead == t and widths[past] is not None:
                missed = float(sizes[past] > widths[past])
                alpha += RATE * ((1 - level) - missed)
                held.append(1 - missed)
        known = sorted(sizes[: max(0, t - lead + 1)])
        if len(known) < FIRST:
            widths.append(None)
            continue
        rank = math.ceil((len(known) + 1) * (1 - alpha) - 1e-9)
        widths.append(0.0 if rank < 1 else math.inf if rank > len(known) else known[rank - 1])
    for past in range(len(sizes) - lead, len(sizes)):
        if widths[past] is not None:
            missed = float(sizes[past] > widths[past])
            alpha += RATE * ((1 - level) - missed)
            held.append(1 - missed)
    known = sorted(sizes)
    rank = math.ceil((len(known) + 1) * (1 - alpha) - 1e-9)
    return (0.0 if rank < 1 else math.inf if rank > len(known) else known[rank - 1]), float(np.mean(held))


@pytest.mark.parametrize("lead", [1, 3, 10])
@pytest.mark.parametrize("level", LEVELS)
def test_adaptive_limits_follow_the_paper(lead, level):
    sizes = np.abs(np.random.default_rng(lead).standard_normal(120))
    found = follow(sizes, np.arange(120), lead, level)
    np.testing.assert_allclose(found, reference(sizes, lead, level))


def test_after_a_shift_adaptive_limits_hold_what_fixed_ones_lose():
    rng = np.random.default_rng(0)
    sizes = np.abs(np.r_[rng.standard_normal(150), 3 * rng.standard_normal(450)])
    fixed = np.quantile(sizes[:150], 0.8)
    assert (sizes[150:] <= fixed).mean() < 0.45
    _, held = follow(sizes, np.arange(600), 1, 0.8)
    assert held > 0.74


@pytest.mark.parametrize("carried", [0.5, 0.9])
def test_adaptive_coverage_is_near_its_level_on_memory(carried):
    errors = lfilter([1.0], [1.0, -carried], np.random.default_rng(2).standard_normal(700))
    assert follow(np.abs(errors), np.arange(700), 1, 0.8)[1] == pytest.approx(0.8, abs=0.04)
