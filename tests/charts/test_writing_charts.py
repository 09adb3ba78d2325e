"""A text in coloured cells: every letter in its place, none of them markup, and read well on its colour."""

import numpy as np

from playground.charts.theme import DARK, LIGHT
from playground.charts.writing import COLUMNS, expected_figure, page_figure, places_of, shown_symbol


def test_lines_break_at_the_width_and_at_line_ends():
    places = places_of("ab\n" + "c" * (COLUMNS + 1))
    assert places[:4] == ((0, 0), (0, 1), (0, 2), (1, 0))
    assert places[-2:] == ((1, COLUMNS - 1), (2, 0))


def test_letters_lie_on_their_values_and_markup_is_escaped():
    text, values = "a<b>\n &", np.array([-1, 0, 0.5, 1, np.nan, 0.2, -0.2])
    figure = page_figure(text, values, LIGHT, title="t", limits=(-1, 1), told=["<i>x</i>\ny"] * 7, chosen=1)
    heat, letters = figure.data
    assert list(letters.text) == ["a", "&lt;", "b", "&gt;", "⏎", "·", "&amp;"]
    assert letters.customdata[0] == "&lt;i&gt;x&lt;/i&gt;<br>y"
    for value, x, y in zip(values, letters.x, letters.y, strict=True):
        assert np.array_equal(heat.z[y, x], np.float32(value), equal_nan=True)
    assert np.isnan(heat.z[1, 2:]).all()
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].y1) == (0.5, 0.5)


def test_ink_stands_out_from_its_cell_in_both_appearances():
    values = np.array([-1.0, 0.0, 1.0, np.nan])
    inks = [
        page_figure("abcd", values, theme, title="", limits=(-1, 1), told=[""] * 4).data[1].textfont.color
        for theme in (LIGHT, DARK)
    ]
    assert list(inks[0]) == ["#ffffff", "#11161d", "#ffffff", "#11161d"]
    assert list(inks[1]) == ["#11161d", "#ffffff", "#11161d", "#ffffff"]


def test_the_letter_that_came_has_the_colour_of_the_truth():
    bars = expected_figure(("<", "b"), np.array([0.7, 0.2]), "b", LIGHT, title="t")
    assert list(bars.data[0].marker.color) == [LIGHT.prediction, LIGHT.truth]
    assert list(bars.layout.yaxis.ticktext) == [shown_symbol("<"), "b"] == ["&lt;", "b"]
