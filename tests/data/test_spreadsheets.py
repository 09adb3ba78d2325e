"""Downloads that a spreadsheet cannot mistake for formulas."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.spreadsheets import neutralised


def cells_of(frame: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(neutralised(frame), newline="")))


@pytest.mark.parametrize("text", ["=cmd()", "+1+cmd()", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "-", "+"])
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(text):
    assert cells_of(pd.DataFrame({"a": [text]})) == [["a"], [f"'{text}"]]
    assert cells_of(pd.DataFrame({text: [1]})) == [[f"'{text}"], ["1"]]


@pytest.mark.parametrize("text", ["-3.5", "+7", "-1e-5", "-.5", "x=1", "2024-01-01", "a@b", ""])
def test_numbers_and_plain_text_stay(text):
    assert cells_of(pd.DataFrame({"a": [text, "x"]}))[1] == [text]


def test_numbers_times_and_missing_values_are_written_as_pandas_does():
    frame = pd.DataFrame({"n": [-1.5, np.nan], "t": pd.to_datetime(["2024-01-01", "2024-01-02"]), "i": [-1, 2]})
    assert neutralised(frame) == frame.to_csv(index=False, lineterminator="\r\n")


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6), st.text(min_size=1, max_size=8))
def test_no_text_cell_ever_begins_like_a_formula(texts, name):
    for row in cells_of(pd.DataFrame({name: texts})):
        for cell in row:
            try:
                float(cell)
            except ValueError:
                assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
