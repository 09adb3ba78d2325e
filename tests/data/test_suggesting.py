"""Settings that suit a series: valid at every length, found without the future, and what they go by."""

import numpy as np
import pytest

from playground.config import MAX_WORKING_BYTES, Recipe, working_bytes
from playground.data.catalog import CATALOG, load_series
from playground.data.prepare import prepare, split_of
from playground.data.suggesting import Suggestion, suggest
from playground.evaluation.luck import fewest_values
from playground.records import PARTS, Series

RANDOM = np.random.Generator(np.random.PCG64(3))
NOISE = RANDOM.standard_normal(2000)


def series_of(values) -> Series:
    return Series("own", "Own", "", np.asarray(values, dtype=np.float64), None, "step")


def whys(found: Suggestion) -> list[str]:
    return [reason.why for reason in found.reasons]


def weekly(length: int) -> np.ndarray:
    return 20 + 5 * np.sin(2 * np.pi * np.arange(length) / 7) + NOISE[:length]


KINDS = {
    "weekly": weekly(900),
    "walk": np.cumsum(NOISE[:900]),
    "prices": 50 * np.exp(np.cumsum(0.02 * NOISE[:900] + 0.003)),
    "growing": weekly(900) + np.arange(900) / 10,
    "mostly zero": np.where(NOISE[:900] > 1, 5, 0),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_future_has_no_say(name):
    values = KINDS[name]
    stop = split_of(len(values), Recipe().data).train_stop
    found = suggest(series_of(values), Recipe())
    for future in (RANDOM.permutation(values[stop:]), values[stop:] * 3 + 7, np.abs(NOISE[: len(values) - stop]) + 1):
        assert suggest(series_of(np.concatenate([values[:stop], future])), Recipe()) == found
    past = np.concatenate([NOISE[:stop], values[stop:]])
    assert suggest(series_of(past), Recipe()) != found


@pytest.mark.parametrize("name", [name for name, entry in CATALOG.items() if not entry.needs])
def test_every_series_of_the_catalog_can_be_trained_with_them_and_they_stay_once_taken(name):
    recipe, targets = Recipe().replaced(series=name), CATALOG[name].targets
    series = load_series(recipe.data)
    found = suggest(series, recipe, targets)
    taken = found.on(recipe)
    prepared = prepare(series, taken.data)
    assert taken.data.target in targets
    horizon = taken.data.horizon_steps
    for part in PARTS:
        assert len(prepared.part(part).anchors) >= fewest_values(horizon)
    assert suggest(series, taken, targets).on(taken) == taken
    assert (taken.network, taken.seed) == (recipe.network, recipe.seed)


@pytest.mark.parametrize("length", [60, 61, 75, 90, 120, 200, 309, 800])
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("settings", [{}, {"gap_steps": 256}, {"validation_fraction": 0.05, "train_fraction": 0.9}])
def test_short_series_get_settings_that_fit(name, length, settings):
    recipe = Recipe().replaced(**settings)
    series = series_of(np.resize(KINDS[name][-length:], length))
    found = suggest(series, recipe)
    if found.fields:
        prepare(series, found.on(recipe).data)
    else:
        assert length < 75 and "validation_fraction" in settings and found.too_short


def test_what_does_not_fit_is_told_with_its_sum():
    recipe = Recipe().replaced(window_steps=200, horizon_steps=4)
    found = suggest(series_of(weekly(600)), recipe).too_short
    assert (found.window, found.horizon, found.gap, found.length) == (200, 4, 8, 600)
    for length, fits in ((found.needed, True), (found.needed - 1, False)):
        series = series_of(weekly(length))
        assert (suggest(series, recipe).too_short is None) is fits
        assert possible(series, recipe) is fits
    series = series_of(weekly(600))
    assert possible(series, recipe.replaced(window_steps=found.largest))
    assert not possible(series, recipe.replaced(window_steps=found.largest + 1))


def possible(series: Series, recipe: Recipe) -> bool:
    try:
        prepare(series, recipe.data)
    except ValueError:
        return False
    return True


def test_a_series_too_short_for_anything_gets_nothing():
    found = suggest(series_of(weekly(12)), Recipe())
    assert (found.fields, whys(found), found.too_short.largest) == ({}, ["too short"], 0)
    assert found.on(Recipe()) == Recipe()


def test_a_week_of_sales_is_read_in_whole_weeks_and_forecast_a_week_ahead():
    taken = suggest(series_of(weekly(900)), Recipe()).on(Recipe())
    data = taken.data
    assert (data.season_steps, data.window_steps, data.horizon_steps, data.target) == (7, 28, 7, "level")


def test_a_random_walk_is_told_and_taken_by_its_steps():
    found = suggest(series_of(KINDS["walk"]), Recipe())
    assert "walk" in whys(found) and found.fields["target"] == "change"
    priced = suggest(series_of(KINDS["prices"]), Recipe())
    assert priced.fields["target"] == "log_return" and "moves grow" in whys(priced)
    assert suggest(series_of(KINDS["prices"]), Recipe(), ("level", "change")).fields["target"] == "change"


@pytest.mark.parametrize("carried", [0.0, 0.5, 0.9])
def test_what_is_pulled_back_is_no_random_walk(carried):
    values = np.zeros(1500)
    for k in range(1, 1500):
        values[k] = carried * values[k - 1] + NOISE[k]
    assert "walk" not in whys(suggest(series_of(values), Recipe()))


def test_mostly_zero_stays_a_level_and_a_constant_training_part_breaks_nothing():
    assert suggest(series_of(KINDS["mostly zero"]), Recipe()).fields["target"] == "level"
    for values in (np.full(300, 4.0), np.arange(300.0), np.r_[np.full(250, 1.0), NOISE[:50]]):
        suggest(series_of(values), Recipe()).on(Recipe())


def test_a_log_return_is_never_suggested_where_a_later_value_has_no_logarithm():
    values = KINDS["prices"].copy()
    values[-1] = 0
    assert suggest(series_of(values), Recipe()).fields["target"] == "change"


@pytest.mark.parametrize(
    "network", [{"cell": "lstm", "hidden_size": 256, "layers": 3, "batch_size": 1}, {"cell": "rnn", "hidden_size": 1}]
)
def test_a_large_network_gets_fewer_epochs_and_a_batch_that_fits_into_memory(network):
    recipe = Recipe().replaced(**network)
    slow = series_of(np.tile(20 + 5 * np.sin(2 * np.pi * np.arange(120) / 120), 50) + NOISE[np.arange(6000) % 1999])
    taken = suggest(slow, recipe).on(recipe)
    assert working_bytes(taken) <= MAX_WORKING_BYTES
    assert taken.training.epochs == (5 if network["hidden_size"] == 256 else 150)
    assert (taken.training.batch_size < 128) == (network["hidden_size"] == 256)


def test_of_a_long_series_the_last_values_that_are_searched_are_enough():
    values = np.tile(weekly(1001), 200)
    found = suggest(series_of(values), Recipe())
    assert found.fields["season_steps"] == 7 and found.fields["epochs"] == 5
