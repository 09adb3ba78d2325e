"""How much each input matters, as bars."""

import math

import numpy as np
import pytest

from playground.charts.importance import importance_figure, importance_height
from playground.charts.theme import THEMES
from playground.evaluation.importance_results import Importance, InputImportance
from playground.evaluation.missing import Missing

FOUND = Importance(
    (
        InputImportance("wind", "matters", 0.8, 0.3, 1.2),
        InputImportance("", "by chance", 0.1, -math.inf, 0.3),
        InputImportance("rain", "misleads", -0.4, -0.6, -0.1),
        InputImportance("day of year", "n/a", reason=Missing("errors too large")),
    ),
    1.5,
    80,
    80,
    10,
)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_bars_are_sorted_and_coloured_by_what_is_said(theme, checked):
    figure = importance_figure(FOUND, theme, unit="m")
    checked(figure)
    assert list(figure.layout.yaxis.ticktext) == ["day of year", "rain", "its own past", "wind"]
    names = dict(zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True))
    drawn = {names[trace.y[0]]: trace for trace in figure.data}
    assert {name: trace.x[0] for name, trace in drawn.items()} == {"wind": 0.8, "its own past": 0.1, "rain": -0.4}
    assert {name: trace.name for name, trace in drawn.items()} == {
        "wind": "matters",
        "its own past": "no difference beyond luck",
        "rain": "misleads: shuffled, the error is smaller",
    }
    assert drawn["wind"].marker.color == theme.prediction and drawn["its own past"].marker.color == theme.baseline
    assert len({trace.marker.color for trace in figure.data}) == 3
    assert "(m)" in figure.layout.xaxis.title.text
    assert importance_height(FOUND) > 200


def test_intervals_reach_from_low_to_high_and_an_open_end_as_far_as_the_other():
    ends = {}
    for trace in importance_figure(FOUND, THEMES["light"]).data:
        ends[trace.text[0]] = (trace.x - trace.error_x.arrayminus)[0], (trace.x + trace.error_x.array)[0]
    np.testing.assert_allclose(ends["wind"], (0.3, 1.2))
    np.testing.assert_allclose(ends["rain"], (-0.6, -0.1))
    np.testing.assert_allclose(ends["its own past"], (-0.1, 0.3))
