"""The states chart shows every unit's state at its place in time."""

import dataclasses

import numpy as np
import pytest

from playground.charts.states import MOST_COLUMNS, MOST_ROWS, state_limit, states_figure
from playground.charts.theme import DARK, LIGHT
from playground.records import Series, Trace


def test_rows_follow_the_order_and_carry_the_unit_numbers(series, trace):
    line, heatmap = states_figure(series, trace, LIGHT).data
    assert list(heatmap.y) == ["2", "0", "1"]
    assert np.asarray(heatmap.z) == pytest.approx(trace.states.T[[2, 0, 1]])
    assert (heatmap.x0, heatmap.dx) == (20, 1)
    assert (line.x0, list(line.y)) == (20, pytest.approx(series.values[20:30]))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("which", ["series", "daily", "trading_days"])
def test_plotly_accepts_it_for_every_kind_of_time(request, checked, trace, theme, which):
    figure = checked(states_figure(request.getfixturevalue(which), trace, theme))
    assert [figure.data[0].type, figure.data[1].type] == ["scatter", "heatmap"]
    assert figure.data[1].colorscale == theme.activations


def test_panels_share_the_time_axis_and_say_the_range(series, trace):
    figure = states_figure(series, trace, LIGHT)
    assert figure.data[0].xaxis == figure.data[1].xaxis
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]
    assert (figure.data[1].zmin, figure.data[1].zmax) == (-1, 1)
    assert figure.data[1].colorbar.ticktext == ("h = −1", "0", "+1")


@pytest.mark.parametrize(("largest", "limit"), [(0, 1), (0.99, 1), (1.2, 2), (4, 5), (5.1, 10), (17, 20), (180, 200)])
def test_relu_states_widen_the_range_in_steps(largest, limit):
    assert state_limit(np.array([[-largest / 2, largest, np.nan]])) == limit


def test_many_units_and_steps_are_averaged_and_say_so():
    series = Series("s", "S", "", np.zeros(1100), None, "sample")
    states = np.random.default_rng(1).normal(size=(1000, 130)).astype(np.float32)
    figure = states_figure(series, Trace(np.arange(50, 1050), states, np.arange(130)), LIGHT)
    z = np.asarray(figure.data[1].z)
    assert z.shape[0] <= MOST_ROWS and z.shape[1] <= MOST_COLUMNS
    assert z[0, 0] == pytest.approx(states[:3, :3].mean(), abs=1e-6)
    assert z[-1, -1] == pytest.approx(states[999:, 129:].mean(), abs=1e-6)
    assert figure.data[1].dx == 3
    assert figure.data[1].y[0] == "0, 1, 2"
    assert "mean h" in figure.data[1].hovertemplate
    assert figure.layout.yaxis2.title.text == "units, means of 3"
    assert "each column is the mean of 3 steps" in figure.layout.xaxis.title.text


@pytest.mark.parametrize("anchors", [np.arange(95, 105), np.arange(-1, 9), np.zeros(0, int)])
def test_a_trace_of_another_series_is_refused(series, trace, anchors):
    with pytest.raises(ValueError, match="inside the series of 100 points"):
        states_figure(series, dataclasses.replace(trace, anchors=anchors), LIGHT)
