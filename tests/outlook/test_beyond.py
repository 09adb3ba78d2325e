"""The steps to come: the same loop in plain numpy, and nothing that reads what has not happened."""

import math

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.prepare import prepare
from playground.evaluation.results import NETWORK
from playground.outlook.beyond import beyond
from playground.outlook.work import look_ahead


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def last_state(cell, w, window):
    """Read a window (time, features) by the formulas of one layer, in double precision."""
    w_x, w_h, b_x, b_h = (
        w[f"recurrent.{n}_l0"].astype(float) for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    h = c = np.zeros(w_h.shape[1])
    for x in window:
        ours, theirs = w_x @ x + b_x, w_h @ h + b_h
        if cell == "rnn":
            h = np.tanh(ours + theirs)
        elif cell == "lstm":
            i, f, g, o = np.split(ours + theirs, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
        else:
            (r, z, n), (r_h, z_h, n_h) = np.split(ours, 3), np.split(theirs, 3)
            z = sigmoid(z + z_h)
            h = (1 - z) * np.tanh(n + sigmoid(r + r_h) * n_h) + z * h
    return h


def own_loop(recipe, weights, values, wind, times, ahead, steps, wind_ahead):
    """Forecast `steps` levels after the last value, all from scratch."""
    data, n = recipe.data, len(values)
    train = int((n - 2 * data.gap_steps) * data.train_fraction + 1e-9)
    quantity = {
        "level": values,
        "change": np.r_[np.nan, np.diff(values)],
        "log_return": np.r_[np.nan, np.diff(np.log(values))],
    }[data.target]
    seen = quantity[:train][~np.isnan(quantity[:train])]
    mean, deviation = seen.mean(), seen.std()
    columns = [(quantity - mean) / deviation]
    rows = [np.full(steps, np.nan)]
    if data.extra_inputs:
        coming = np.full(steps, wind[-1]) if wind_ahead is None else wind_ahead
        for column, beside in ((columns, wind), (rows, coming)):
            column.append((beside - wind[:train].mean()) / wind[:train].std())
    if data.calendar:
        for column, stamps in ((columns, times), (rows, ahead)):
            for turn in (year_share(stamps), weekday(stamps) / 7):
                column += [np.sin(2 * math.pi * turn), np.cos(2 * math.pi * turn)]
    inputs = np.column_stack(columns)[-data.window_steps :]
    coming = np.column_stack(rows)
    found = []
    while len(found) < steps:
        h = last_state(recipe.network.cell, weights, inputs)
        block = weights["readout.weight"].astype(float) @ h + weights["readout.bias"]
        for value in block[: steps - len(found)]:
            row = coming[len(found)].copy()
            row[0] = value
            inputs = np.vstack([inputs, row])[-data.window_steps :]
            found.append(value)
    moved = np.array(found) * deviation + mean
    return {
        "level": moved,
        "change": values[-1] + np.cumsum(moved),
        "log_return": values[-1] * np.exp(np.cumsum(moved)),
    }[data.target]


def year_share(stamps):
    start = stamps.astype("datetime64[Y]").astype("datetime64[D]")
    end = (stamps.astype("datetime64[Y]") + np.timedelta64(1, "Y")).astype("datetime64[D]")
    return (stamps - start) / (end - start)


def weekday(stamps):
    return np.array([stamp.astype("datetime64[s]").item().weekday() for stamp in stamps])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("target", ["level", "change", "log_return"])
@pytest.mark.parametrize(("horizon", "steps"), [(1, 9), (4, 10), (6, 5)])
@pytest.mark.parametrize("inputs", ["alone", "held", "given", "calendar"])
def test_looking_ahead_is_the_loop_in_numpy(
    series_of, small, untrained, look, days, cell, target, horizon, steps, inputs
):
    rng = np.random.default_rng(3)
    values = 20 + np.sin(np.arange(150) / 4) + 0.3 * rng.standard_normal(150)
    wind = np.cos(np.arange(150) / 5) + rng.standard_normal(150)
    wind_ahead = rng.standard_normal(steps) if inputs == "given" else None
    recipe = small(
        cell=cell,
        target=target,
        horizon_steps=horizon,
        extra_inputs=("wind",) if inputs in ("held", "given") else (),
        calendar=inputs == "calendar",
    )
    features = {"alone": 1, "held": 2, "given": 2, "calendar": 5}[inputs]
    weights = untrained(recipe, features)
    series = series_of(values, extras={"wind": wind})
    known = None if wind_ahead is None else {"wind": wind_ahead}
    found = look(recipe, series, (weights,), steps, None, known)
    expected = own_loop(recipe, weights, values, wind, days[:150], days[150 : 150 + steps], steps, wind_ahead)
    np.testing.assert_allclose(found.predicted[NETWORK], expected, rtol=1e-6, atol=1e-6)
    if known is None:
        assert np.array_equal(look_ahead(recipe, series, weights, steps), found.predicted[NETWORK])
    assert (found.held, found.given, bool(found.moving)) == (
        (("wind",) if inputs == "held" else ()),
        (("wind",) if inputs == "given" else ()),
        inputs == "calendar",
    )


def test_what_has_not_happened_is_nan_so_that_nothing_can_read_it_unnoticed(series_of, small):
    series = series_of(np.sin(np.arange(120.0)), extras={"wind": np.cos(np.arange(120.0))})
    choice = small(extra_inputs=("wind",)).data
    longer = beyond(prepare(series, choice), series, choice, 7)
    assert np.isnan(longer.values[120:]).all()
    assert np.isnan(longer.features[120:, 0]).all()
    assert (longer.features[120:, 1] == longer.features[119, 1]).all()
    assert len(longer.values) == 127


@pytest.mark.parametrize(
    ("known", "steps", "said"),
    [
        ({}, 0, "steps must be from 1 to 200, got 0"),
        ({}, 201, "steps must be from 1 to 200, got 201"),
        ({"rain": np.ones(5)}, 5, r"values to come must be of inputs that the network reads \(wind\), got rain"),
        ({"wind": np.ones(4)}, 5, "wind must have a finite value for each of the 5 steps to come, got 4"),
        ({"wind": np.array([1, 2, np.nan, 4, 5])}, 5, "wind must have a finite value for each of the 5 steps"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(series_of, small, known, steps, said):
    series = series_of(np.sin(np.arange(120.0)), extras={"wind": np.cos(np.arange(120.0))})
    choice = small(extra_inputs=("wind",)).data
    with pytest.raises(ValueError, match=said):
        beyond(prepare(series, choice), series, choice, steps, None, known)


def test_defaults_are_a_recipe_too(series_of, look, untrained):
    """The very first screen's network looks ahead like any other."""
    recipe = Recipe().replaced(hidden_size=3, window_steps=16)
    series = series_of(np.sin(np.arange(400) / 6))
    assert np.isfinite(look(recipe, series, (untrained(recipe),), 20).predicted[NETWORK]).all()
