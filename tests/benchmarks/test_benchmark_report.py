"""Tables, sections and the chart of the benchmarks."""

import datetime as dt
import math
import re
import xml.etree.ElementTree as ET
from subprocess import CompletedProcess

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks.chart import bar_chart, decades
from benchmarks.report import PAGE, README, file_section, machine, number, replaced, speed_ratio, table
from benchmarks.rivals.environments import reason
from benchmarks.training import BARE, CELLS, STEPS, TRAINERS, Outcome, chart, checked, ratios, section, write_data


def test_a_table_is_markdown_and_its_rows_are_full():
    assert table(["a", "b"], [("1", "x|y")]) == "| a | b |\n| --- | --- |\n| 1 | x/y |"
    with pytest.raises(ValueError, match="needs 2 cells, got 1"):
        table(["a", "b"], [("1",)])


@pytest.mark.parametrize(("ratio", "words"), [(2.714, "2.71"), (12.3, "12"), (0.4, "0.40"), (1 / 130, "1/130")])
def test_a_ratio_is_told(ratio, words):
    assert speed_ratio(ratio) == words


@pytest.mark.parametrize(("value", "words"), [(0.4512, "0.451"), (12.34, "12.3"), (3547.0, "3,547")])
def test_a_number_has_no_exponent(value, words):
    assert number(value) == words


def test_a_section_takes_the_place_of_the_older_one():
    text = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n<!-- b -->\nkept\n<!-- /b -->\n"
    assert replaced(text, "a", "new \n") == text.replace("old", "new")
    assert replaced(text, "c", "new") == text
    with pytest.raises(ValueError, match="has no <!-- /a -->"):
        replaced("<!-- a -->", "a", "new")


def test_the_readme_gets_the_first_paragraph(tmp_path):
    page, readme = tmp_path / "page.md", tmp_path / "readme.md"
    for path in (page, readme):
        path.write_text("<!-- a -->\n<!-- /a -->\n")
    file_section("a", "first\nof two\n\nsecond", page, readme)
    assert page.read_text() == "<!-- a -->\nfirst\nof two\n\nsecond\n<!-- /a -->\n"
    assert readme.read_text() == "<!-- a -->\nfirst\nof two\n<!-- /a -->\n"
    with pytest.raises(ValueError, match="has no section"):
        file_section("b", "text", page, readme)


def test_every_part_has_its_section():
    pages = {path: path.read_text(encoding="utf-8") for path in (PAGE, README)}
    assert set(re.findall(r"<!-- (\w+) -->", pages[PAGE])) == set(command.PARTS)
    assert set(re.findall(r"<!-- (\w+) -->", pages[README])) <= set(command.PARTS)
    for text in pages.values():
        assert re.findall(r"<!-- (\w+) -->", text) == re.findall(r"<!-- /(\w+) -->", text)


def test_an_unknown_part_is_refused(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["benchmarks", "speeed"])
    with pytest.raises(SystemExit):
        command.main()
    assert "got speeed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "printed", "filed"), [(0, "a table\n", True), (1, "half a table", False), (0, "", False)]
)
def test_a_part_that_fails_leaves_its_section_as_it_was(monkeypatch, code, printed, filed):
    sections = []
    monkeypatch.setattr(command.subprocess, "run", lambda line, **options: CompletedProcess(line, code, printed))
    monkeypatch.setattr(command, "file_section", lambda name, body: sections.append((name, body)))
    assert command.measure("floor", None) is filed
    assert [(name, body.split("\n\n")[0]) for name, body in sections] == ([("floor", "a table")] if filed else [])


def test_the_machine_is_named():
    line = machine(0.5, dt.datetime(2026, 5, 1, 9, 30, tzinfo=dt.UTC))
    assert "2026-05-01 at 09:30 UTC" in line and "load average at the start 0.5" in line
    assert re.search(r"on \d+ cores of \S.*, \d+ GB, \w+ .*, Python 3\.\d+\.\d+, torch \d", line)


def bar_ends(picture: str) -> list[float]:
    return [float(end) for end in re.findall(r'd="M\d+ \d+H([\d.]+)V', picture)]


def test_bars_stand_on_a_logarithmic_axis():
    picture = bar_chart("<b>", "ms", ["one & two", "three"], {"RNN": [10.0, 1000.0], "GRU": [100.0, None]})
    texts = [element.text for element in ET.fromstring(picture).iter() if element.text and element.text.strip()]
    assert {"<b>", "one & two", "three", "RNN", "GRU", "n/a", "1,000"} <= set(texts)
    ten, hundred, thousand = bar_ends(picture)
    assert hundred - ten == pytest.approx(thousand - hundred, abs=0.2) and hundred > ten


def test_an_axis_needs_values_above_zero():
    assert decades([3, 400]) == (0, 3) and decades([10]) == (1, 2)
    for values in ([], [0.0, 1.0]):
        with pytest.raises(ValueError, match="above 0"):
            decades(values)


TOLD = {"first_at": 103.0, "warm_s": 0.5, "steps": 2 * STEPS, "epochs": 2, "losses": [0.9, 0.4], "version": "some 1"}


def test_a_trainer_is_believed_when_it_did_the_work():
    outcome = checked(TOLD, began=100.0)
    assert (outcome.cold_s, outcome.warm_s) == (3.0, 0.5)
    assert checked(TOLD | {"steps": 2 * STEPS + 4}, 100.0).version == "some 1"


@pytest.mark.parametrize("wrong", [{"steps": STEPS}, {"steps": 3 * STEPS}, {"losses": [0.4, 0.9]}, {"losses": [9, 1]},
                                   {"losses": [0.9, math.nan]}])  # fmt: skip
def test_a_trainer_that_did_other_work_is_not(wrong):
    with pytest.raises(RuntimeError, match="must"):
        checked(TOLD | wrong, 100.0)


def outcomes_of(**warm_s):
    return {
        (name, cell): [Outcome(2.0, seconds, (0.9, 0.4), "some 1") for seconds in warm_s.get(key, ())]
        for trainer in TRAINERS
        for name, key in [(trainer.name, trainer.script)]
        for cell in CELLS
    }


def test_ratios_are_medians_of_each_rounds_own():
    outcomes = outcomes_of(app=[1.0, 2.0, 1.0], bare_torch=[2.0, 6.0, 9.0])
    assert ratios(outcomes, TRAINERS[0].name, "rnn") == 3.0
    assert ratios(outcomes, BARE.name, "rnn") == 1.0


def test_who_is_missing_is_named_with_the_reason():
    outcomes = outcomes_of(app=[0.010], bare_torch=[0.025])
    problems = {trainer.name: "did not install here: no wheel" for trainer in TRAINERS[1:] if trainer is not BARE}
    text = section(outcomes, problems, 1)
    assert "RNN 2.50 (goal 1.5), GRU 2.50 (goal 1.5), LSTM 2.50 (goal 0.95)" in text.split("\n\n")[0]
    assert f"| {TRAINERS[0].name} | 10 ms, **2.50** |" in text
    assert text.count("did not install here: no wheel") == len(problems)
    assert len(bar_ends(chart(outcomes))) == 2 * len(CELLS)


def test_all_get_the_same_numbers(tmp_path):
    write_data(tmp_path)
    inputs, targets = np.load(tmp_path / "train_inputs.npy"), np.load(tmp_path / "train_targets.npy")
    assert inputs.shape == (774, 32, 1) and inputs.dtype == np.float32
    assert math.ceil(len(inputs) / 64) == STEPS
    series = np.load(tmp_path / "train_series.npy")
    for row in (0, 100, 773):
        np.testing.assert_array_equal(inputs[row, :, 0], series[row : row + 32])
        assert targets[row, 0] == series[row + 32]


def test_why_an_installation_failed_is_told_without_addresses():
    assert reason("npm error code ENOTFOUND\nnpm error at https://a.example/x") == (
        "a file it needs could not be fetched (ENOTFOUND)"
    )
    assert reason("some line\nERROR: no wheel at https://a.example/x for y") == "ERROR: no wheel at … for y"
    assert reason("") == "no reason given"
