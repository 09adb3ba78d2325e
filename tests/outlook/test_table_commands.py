"""From a table to a forecast without a browser: the same numbers as the app's, bit for bit."""

import io

import numpy as np
import pandas as pd
import pytest

from playground.commands import main
from playground.evaluation.results import NETWORK
from playground.export.folder import read_folder
from playground.outlook.newer import open_newer
from playground.outlook.tables import forecast_table
from playground.outlook.work import advance_outlook

ROWS = 208


def sales(rows=ROWS):
    """A made-up shop: a week's rhythm, growth and noise."""
    rng = np.random.default_rng(4)
    day = np.arange(rows)
    values = 100 + 0.1 * day + 20 * np.sin(2 * np.pi * day / 7) + 3 * rng.standard_normal(rows)
    dates = (np.datetime64("2024-01-01") + day).astype(str)
    return pd.DataFrame({"Date": dates, "Customers": rng.integers(1, 9, rows), "Sales": values.round(2)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run that the command line trained on a table, with newer rows beside it."""
    made = tmp_path_factory.mktemp("sales")
    sales().iloc[:200].to_csv(made / "sales.csv", index=False)
    sales().iloc[190:].to_csv(made / "newer.csv", index=False)
    assert main(["train", str(made / "sales.csv"), "--value", "Sales", "--out", str(made / "run")]) == 0
    return made


def test_a_table_is_trained_on_with_its_suggested_settings(folder):
    run = read_folder(folder / "run")
    np.testing.assert_array_equal(run.series.values, sales().Sales[:200])
    assert run.recipe.data.season_steps == 7
    assert run.recipe.data.target == "change"
    assert run.series.step == "day"


def read(path):
    kinds = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}
    extra = {"engine": "calamine"} if path.suffix == ".xlsx" else {}
    return kinds[path.suffix](io.BytesIO(path.read_bytes()), **extra)


@pytest.mark.parametrize("newer", [False, True])
def test_the_forecast_is_the_apps_bit_for_bit(folder, newer, capsys):
    command = ["forecast", str(folder / "run"), *([str(folder / "newer.csv")] if newer else [])]
    assert main([*command, "--steps", "14", "--out", str(folder / "next.parquet")]) == 0
    told = capsys.readouterr().out
    run = read_folder(folder / "run")
    rows = None
    if newer:
        rows = open_newer((folder / "newer.csv").read_bytes(), "newer.csv", run.series, run.recipe.data).series
        assert "8 new rows after the last one that the run knew; 10 rows in common, all the same." in told
        assert "8 steps ahead: what came was within its 80% limits at" in told
    looked = None
    while looked is None or not looked.done:  # in pieces as short as can be, as in a busy room
        looked = advance_outlook(run.recipe, run.series, (run.weights,), 14, rows, None, False, None, looked, 0.0)
    written, expected = read(folder / "next.parquet"), forecast_table(looked.result)
    pd.testing.assert_frame_equal(written, expected, check_exact=True)
    assert written.time.iloc[0] == ("2024-07-27" if newer else "2024-07-19")
    assert len(written) == 14


def test_csv_excel_and_parquet_hold_the_same_numbers(folder):
    tables = []
    for ending in ("csv", "xlsx", "parquet"):
        path = folder / f"same.{ending}"
        assert main(["forecast", str(folder / "run"), "--steps", "5", "--out", str(path)]) == 0
        tables.append(read(path))
    for table in tables[1:]:
        assert list(table) == list(tables[0])
        np.testing.assert_allclose(table[NETWORK], tables[0][NETWORK], rtol=1e-14)


def test_a_season_that_is_known_is_forecast(folder):
    """Of this shop the next week is nearly the week before: the forecast is within three times the noise of it."""
    main(["forecast", str(folder / "run"), "--steps", "7", "--out", str(folder / "week.csv")])
    found = read(folder / "week.csv")
    assert np.abs(found[NETWORK] - sales().Sales[200:207].to_numpy()).max() < 3 * 3 * 1.5
    assert (found["network 80% low"] < found["network 80% high"]).all()


def test_values_to_come_of_further_inputs_are_read_from_a_table(folder, capsys):
    (folder / "ahead.csv").write_text("promotion\n1\n0\n")
    command = ["forecast", str(folder / "run"), "--ahead", str(folder / "ahead.csv"), "--steps", "2"]
    assert main([*command, "--out", str(folder / "a.csv")]) == 0  # the network reads none, so none is taken


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["forecast", "run", "--out", "next.docx"], "--out must end in .csv, .parquet, .xlsx, got next.docx"),
        (["forecast", "run", "--steps", "201", "--out", "n.csv"], "steps must be from 1 to 200, got 201"),
        (["forecast", "nowhere", "--out", "n.csv"], "could not be read"),
        (["forecast", "run", "none.csv", "--out", "n.csv"], "name a table with newer rows"),
        (["forecast", "run", "sales.csv", "--out", "n.csv"], "no row after the last one that the run knows"),
        (["train", "open.csv", "--out", "r"], "the table leaves something open"),
        (["train", "short.csv", "--out", "r"], "at least 60 usable rows"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(folder, monkeypatch, capsys, command, said):
    (folder / "open.csv").write_text("d,v\n" + "".join(f"0{1 + n % 9}/0{1 + n // 9}/2024,{n}.5\n" for n in range(70)))
    sales().iloc[:30].to_csv(folder / "short.csv", index=False)
    monkeypatch.chdir(folder)
    assert main(command) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
