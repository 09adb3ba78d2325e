"""Numbers with units, currencies, K and M, parentheses and bounds: read where a column agrees, and told."""

import numpy as np
import pandas as pd
import pytest

from playground.data import cells as cells_module
from playground.data.cells import guess_decimal, numbers_of, parse_number, share_of_text, unit_of
from playground.data.opening import open_table
from playground.data.reading import guess_reading

DAYS = [f"{day:%Y-%m-%d}" for day in pd.date_range("2024-01-01", periods=90)]


def read(cells: list[str], decimal: str = ".") -> tuple[list[float], tuple[str, ...]]:
    numbers, notes = numbers_of("x", cells, decimal, np.arange(2, len(cells) + 2))
    return numbers.tolist(), notes


@pytest.mark.parametrize(
    ("cell", "decimal", "number", "unit"),
    [
        ("3.6 °C", ".", 3.6, "°C"),
        ("−3,6°C", ",", -3.6, "°C"),
        ("62.4%", ".", 62.4, "%"),
        ("80 km/h", ".", 80, "km/h"),
        ("1,178 kWh", ".", 1178, "kWh"),
        ("5 μg/m3", ".", 5, "µg/m3"),
        ("$1,178.71", ".", 1178.71, "$"),
        ("-$5", ".", -5, "$"),
        ("($64.39)", ".", -64.39, "$"),
        ("1.234,50 €", ",", 1234.5, "€"),
        ("EUR 12", ".", 12, "EUR"),
        ("12 USD", ".", 12, "USD"),
        ("₹1,02,491.18", ".", 102491.18, "₹"),
        ("$1.2M", ".", 1_200_000, "$"),
        ("190.65K", ".", 190_650, ""),
        ("2.5B", ".", 2.5e9, ""),
        ("293.15 K", ".", 293.15, "K"),
        ("(64.39)", ".", -64.39, ""),
        ('="123"', ".", 123, ""),
        ("<1", ".", 1, ""),
        (">100", ".", 100, ""),
    ],
)
def test_a_column_of_one_dress_is_read(cell, decimal, number, unit):
    cells = [cell] * 3 if unit or cell[0] not in "<>" else [cell, "2", "3"]
    numbers, notes = read(cells, decimal)
    assert numbers[0] == number
    assert unit_of(cells, decimal) == unit
    assert share_of_text(cells, decimal) == 0
    assert notes and f"such as {cell!r} read as {number:.12g}" in notes[0] and "row" in notes[0]


@pytest.mark.parametrize("cell", ["1,02,491.18", "1,00,034", "1,55,67,676.14", "-12,34,567"])
def test_indian_groups(cell):
    assert parse_number(cell, ".") == float(cell.replace(",", ""))
    assert parse_number(cell, ",") is None
    assert "with thousands separators" in read([cell])[1][0]


@pytest.mark.parametrize(
    "cell",
    [
        "5 Jan", "3. Mai", "12 März", "5 août", "2024-01-01", "01.02.2024", "1/2/24", "10:30", "10 am", "12 Uhr",
        "2024Q1", "2024-W05", "2024年", "3月", "2023年1月3日", "1st", "4th", '="2024-01-01"', "12 Jan 2024", "5-6",
        "(-5)", "--5", "$5 USD", "1,2,3 kg", "3 of 4", "=cmd()", "=1+1", "9" * 50 + " kg", "5 kg 3", "1 234 567 8 kg",
    ],
)  # fmt: skip
def test_dates_and_other_texts_are_no_numbers(cell):
    numbers, notes = read([cell] * 5)
    assert np.isnan(numbers).all()
    assert notes == (f"x: 5 cells that is no number, such as {cell[:20]!r} (rows 2, 3, 4, …)",)


def test_what_a_column_does_not_agree_on_is_no_number():
    numbers, notes = read(["5 kg"] * 5 + ["5 lb"] * 5)
    assert np.isnan(numbers).all() and "10 cells that is no number" in notes[0]
    numbers, notes = read([*["5 kg"] * 19, "5 lb"])
    assert numbers[:19] == [5] * 19 and np.isnan(numbers[19])
    assert notes[1] == "x: 1 cell that is no number, such as '5 lb' (row 21)"
    numbers, notes = read(["5"] * 10 + ["5 kg"] * 10)
    assert numbers[:10] == [5] * 10 and np.isnan(numbers[10:]).all()
    assert np.isnan(read(["<18", "<18", ">65", "20"])[0][:3]).all(), "groups are no measured numbers"
    assert np.isnan(read(["1K", "word", "word", "2"])[0][0])


def test_a_number_that_lacks_the_unit_of_the_others_is_told():
    numbers, notes = read([*["5 kg"] * 19, "7"])
    assert numbers[-1] == 7
    assert notes[1] == "x: 1 cell without the unit kg of the others, read as if it stood there (row 21)"


def test_missing_and_infinite_cells_in_a_dress():
    numbers, notes = read(["1K", "-", "2K", "n/a", "3 B", "9K"] + ["1K"] * 20)
    np.testing.assert_array_equal(numbers[:6], [1000, np.nan, 2000, np.nan, np.nan, 9000])
    assert any("2 cells without a value" in note for note in notes)
    assert "infinite or beyond" in read(["5e200 m"] * 3)[1][0]


def test_decimal_commas_are_seen_through_the_unit():
    assert guess_decimal(["3,6 °C", "12,4 °C"], ";")[0] == ","
    assert guess_decimal(["3.6 °C", "12.4 °C"], ";")[0] == "."


def test_plain_cells_are_never_undressed(monkeypatch):
    """They take the first branch, which is what keeps large tables quick."""
    monkeypatch.setattr(cells_module, "undressed", lambda cell: pytest.fail(f"undressed {cell}"))
    assert read(["12.345", "", "-", "1,234.5"] * 5)[0][:1] == [12.345]


def test_a_table_of_measurements_with_units():
    """Made in the form of public reports: units, currencies and parentheses in the cells."""
    rows = [
        f'{day},{k % 17 + 0.6} °C,{60 + k % 7}%,"$1,{178 + k % 9}.71",{f"({k}.59)" if k % 3 else f"{k}.42"}'
        for k, day in enumerate(DAYS)
    ]
    data = "\n".join(["Date,Temperature,Humidity,Cost,Balance", *rows]).encode()
    opened = open_table(data, "x.csv", {})
    reading, series = opened.reading, opened.series
    assert (reading.time, reading.value, reading.unit) == ("Date", "Temperature", "°C")
    assert reading.extras == ("Humidity", "Cost", "Balance")
    assert series.unit == "°C" and series.values[:2].tolist() == [0.6, 1.6]
    assert series.extras["Cost"][0] == 1178.71 and series.extras["Humidity"][0] == 60
    assert series.extras["Balance"][:3].tolist() == [0.42, -1.59, -2.59]
    assert "Temperature: 90 cells with the unit °C, such as '0.6 °C' read as 0.6 (rows 2, 3, 4, …)" in opened.report
    assert guess_reading(data, "x.csv", value="Humidity").unit == "%"
    assert guess_reading(data, "x.csv", unit="K").unit == "K"
    assert guess_reading(data, "x.csv", value="Balance").unit == ""


def test_a_table_of_quotes_with_thousands_and_percent():
    """Made in the form of public reports: volumes in K, changes in percent, newest first."""
    rows = [
        f'"{pd.Timestamp(day):%m/%d/%Y}","26,{100 + k}.50","{"-" if k == 0 else f"{137 + k}.07K"}","{k % 5 - 2}.25%"'
        for k, day in enumerate(reversed(DAYS))
    ]
    data = "\n".join(['"Date","Price","Vol.","Change %"', *rows]).encode("utf-8-sig")
    opened = open_table(data, "x.csv", {})
    assert opened.reading.extras == ("Vol.", "Change %")
    assert opened.series.extras["Vol."][0] == 226_070 and opened.series.extras["Change %"][0] == 2.25
    assert opened.series.values[-1] == 26_100.5
