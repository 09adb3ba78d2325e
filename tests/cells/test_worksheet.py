"""The worksheet: every printed line gives the printed result, and leads to the network's own forecast."""

import math
import re
from decimal import Decimal
from html.parser import HTMLParser

import numpy as np
import pytest

from playground.cells import worksheet_page as worksheet_module
from playground.cells.microscope import microscope
from playground.cells.tiny import rounded, tiny_recipe, tiny_weights
from playground.cells.worksheet import given, solve
from playground.cells.worksheet_page import worksheet_page

CELLS = ["rnn", "lstm", "gru"]
WINDOWS = [np.array([[1.2], [1.39], [1.2]]), np.array([[-0.37], [0.0], [-1.41]]), np.array([[0.05], [-0.9], [0.71]])]


def evaluate(text: str) -> float:
    """Compute printed arithmetic as a reader would."""
    python = text.replace("×", "*").replace("−", "-").replace("σ(", "sigma(")
    names = {"tanh": math.tanh, "sigma": lambda a: 1 / (1 + math.exp(-a)), "__builtins__": {}}
    return eval(python, names)


class Sheet(HTMLParser):
    """The texts of the lines of a sheet: what was worked out, and the results."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.work: list[str] = []
        self.results: list[str] = []
        self.into: list[str] | None = None
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href")]
        self.into = {"work": self.work, "result": self.results}.get(dict(attributes).get("class"))
        if self.into is not None:
            self.into.append("")

    def handle_endtag(self, tag):
        self.into = None

    def handle_data(self, data):
        if self.into is not None:
            self.into[-1] += data


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("cell", CELLS)
def test_every_line_of_the_solution_gives_its_result(cell, window):
    sheet = Sheet(worksheet_page(cell, rounded(window), solution=True))
    lines = {"rnn": 2, "lstm": 11, "gru": 8}[cell] * 2 * 3 + 1
    assert len(sheet.work) == len(sheet.results) == lines
    for work, result in zip(sheet.work, sheet.results, strict=True):
        assert re.fullmatch(r"−?\d+\.\d{3}", result)
        assert abs(evaluate(work) - evaluate(result)) <= 0.0005 + 1e-9


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("cell", CELLS)
def test_by_hand_comes_close_to_the_network(cell, window):
    inputs, weights = rounded(window), tiny_weights(cell)
    sections = solve(cell, given(cell, weights, inputs))
    seen = microscope(tiny_recipe(cell), weights, inputs)
    for section in sections[:-1]:
        expected = seen.layers[0].values["h"][section.step - 1, section.unit]
        assert float(section.lines[-1].result) == pytest.approx(expected, abs=0.005)
    assert float(sections[-1].lines[-1].result) == pytest.approx(float(seen.outputs[0]), abs=0.01)


def test_a_simple_network_by_hand():
    """Two steps worked out with paper and pencil for h = tanh(0.5 x + 0.5 h[0] - h[1] + 0.1) and its neighbour."""
    weights = {
        "recurrent.weight_ih_l0": np.array([[0.5], [-1.0]]),
        "recurrent.weight_hh_l0": np.array([[0.5, -1.0], [0.0, 0.25]]),
        "recurrent.bias_ih_l0": np.array([0.04, 0.0]),
        "recurrent.bias_hh_l0": np.array([0.06, 0.0]),
        "readout.weight": np.array([[2.0, 1.0]]),
        "readout.bias": np.array([-0.5]),
    }
    sections = solve("rnn", given("rnn", weights, np.array([[1.0], [0.5]])))
    assert [line.result for section in sections for line in section.lines] == [
        Decimal(text) for text in ("0.600", "0.537", "-1.000", "-0.762", "1.381", "0.881", "-0.691", "-0.599", "0.663")
    ]
    assert sections[2].lines[0].arithmetic == "0.50 × 0.50 + 0.50 × 0.537 − 1.00 × (−0.762) + 0.10"


@pytest.mark.parametrize("cell", CELLS)
def test_the_sheet_has_blanks_one_example_and_needs_nothing_from_elsewhere(cell):
    page = worksheet_page(cell, rounded(WINDOWS[0]))
    sheet = Sheet(page)
    done = {"rnn": 2, "lstm": 11, "gru": 8}[cell]
    assert all(sheet.work[:done]) and all(sheet.results[:done])
    assert not any(sheet.work[done:]) and not any(sheet.results[done:])
    assert sheet.addresses == [] and "script" not in sheet.tags and "@import" not in page and "url(" not in page
    assert "@page { size: A4" in page


def test_words_stand_on_the_sheet_as_they_are_and_subscripts_below(monkeypatch):
    planted = "<img src=x onerror=alert(1)>"
    monkeypatch.setitem(worksheet_module.NAMES, "rnn", planted)
    monkeypatch.setitem(worksheet_module.FORMULAS, "rnn", (f"h_{{t−1}} & x_t < {planted}",))
    page = worksheet_page("rnn", rounded(WINDOWS[0]))
    shown = "&lt;img src=x onerror=alert(1)&gt;"
    assert "img" not in Sheet(page).tags
    assert f"<title>{shown} by hand</title>" in page and f"<h1>{shown} by hand</h1>" in page
    assert f'<p class="formula">h<sub>t−1</sub> &amp; x<sub>t</sub> &lt; {shown}</p>' in page


def test_numbers_that_do_not_fit_on_paper_are_refused():
    with pytest.raises(ValueError, match=r"two decimals, got 0\.123"):
        worksheet_page("rnn", np.array([[0.123], [0.1], [0.2]]))
