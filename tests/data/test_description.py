"""What the Data page says about a series is counted by hand here."""

import dataclasses

import numpy as np
import pytest

from playground.config import DataChoice
from playground.data.catalog import load_series
from playground.data.description import describe, is_far_beyond, measure_distribution
from playground.data.prepare import prepare
from playground.data.summary import Beyond, Strength
from playground.packing import pack
from playground.records import Series
from playground.sentences.data import remark_on_season, remark_on_strength

CHOICE = DataChoice(window_steps=4, gap_steps=5)
RAMP = Series("own", "Ramp", "", np.arange(110.0), None, "hour")


def test_shares_are_of_each_part_and_add_up_to_one():
    spread = measure_distribution(prepare(RAMP, CHOICE))
    assert (spread.edges[0], spread.edges[-1], len(spread.edges)) == (0, 89, 25)
    assert [share.sum() for share in spread.shares.values()] == pytest.approx([1, 1])
    counts = np.histogram(RAMP.values[:70], spread.edges)[0]
    np.testing.assert_allclose(spread.shares["train"], counts / 70)


def test_outside_is_what_training_never_reached():
    spread = measure_distribution(prepare(RAMP, CHOICE))
    assert (spread.lowest, spread.highest) == (0, 69)
    np.testing.assert_array_equal(spread.outside, np.arange(70, 95))


def test_the_range_is_that_of_the_target_quantity():
    wobble = dataclasses.replace(RAMP, values=np.arange(110.0) + np.where(np.arange(110) % 2, 0.25, 0))
    spread = measure_distribution(prepare(wobble, CHOICE.model_copy(update={"target": "change"})))
    assert (spread.lowest, spread.highest) == (0.75, 1.25)
    assert len(spread.outside) == 0


def test_nothing_of_validation_and_test_moves_the_range():
    changed = RAMP.values.copy()
    changed[70:] = -1000
    spread = measure_distribution(prepare(dataclasses.replace(RAMP, values=changed), CHOICE))
    assert (spread.lowest, spread.highest) == (0, 69)


def test_nothing_of_the_test_part_is_told_before_it_is_opened():
    split = prepare(RAMP, CHOICE).split
    changed = RAMP.values.copy()
    changed[split.test_start :] = np.random.default_rng(1).normal(size=len(changed) - split.test_start) * 1e4
    before, after = (describe(dataclasses.replace(RAMP, values=values), CHOICE) for values in (RAMP.values, changed))
    assert pack(before) == pack(after)
    assert "test" not in before.distribution.shares and before.distribution.outside.max() < split.test_start


def test_a_sine_is_described_by_its_period():
    told = describe(load_series(DataChoice()), DataChoice())
    assert told.summary.season_found == 40
    assert told.lags == 120
    assert "40 steps" in remark_on_season(told.summary)
    assert "much seasonal movement" in remark_on_strength(told.summary)


def test_noise_without_a_season_says_so():
    noise = dataclasses.replace(RAMP, values=np.random.default_rng(3).standard_normal(400))
    summary = describe(noise, DataChoice()).summary
    assert "no season" in remark_on_season(summary)
    assert remark_on_strength(summary).startswith("Strength of trend and season: n/a, because no season")


@pytest.mark.parametrize(
    ("given", "found", "words"),
    [(40, 40, "repeats after 40 steps"), (7, 40, "is 7 steps; the clearest"), (7, 0, "does not prove")],
)
def test_season_in_force_and_season_found(given, found, words):
    summary = dataclasses.replace(describe(RAMP, CHOICE).summary, season_steps=given, season_found=found)
    assert words in remark_on_season(summary)


def test_strengths_are_told_with_their_words():
    summary = dataclasses.replace(describe(RAMP, CHOICE).summary, strength=Strength(0.95, 0.1))
    assert remark_on_strength(summary) == (
        "Trend strength 0.95 and season strength 0.10, each from 0 (none) to 1 (nothing else): "
        "much slow movement, hardly any seasonal movement."
    )


def test_a_season_of_few_cycles_is_held_against_what_noise_shows():
    """Four cycles of 24 steps of pure noise have a season strength of a third."""
    said = []
    for draw in range(200):
        values = np.random.default_rng(draw).standard_normal(150)
        noise = dataclasses.replace(RAMP, values=values, season_steps=24)
        summary = describe(
            noise, CHOICE.model_copy(update={"train_fraction": 0.667, "validation_fraction": 0.2})
        ).summary
        said.append((summary.strength.season > 0.3, "some seasonal" in remark_on_strength(summary)))
    assert np.mean(said, axis=0)[0] > 0.5 and np.mean(said, axis=0)[1] < 0.1


def test_lags_end_with_the_autocorrelation():
    assert describe(RAMP, CHOICE).lags == len(describe(RAMP, CHOICE).summary.autocorrelation[1:])


@pytest.mark.parametrize(("above", "below", "far"), [(0, 0, False), (0.04, 0.04, False), (0.05, 0, True), (0, 1, True)])
def test_a_few_points_outside_are_no_reason_to_warn(above, below, far):
    summary = dataclasses.replace(describe(RAMP, CHOICE).summary, beyond=Beyond(above, below))
    assert is_far_beyond(summary) is far
