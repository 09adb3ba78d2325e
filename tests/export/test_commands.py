"""The command line does the same work as the app, to the last bit."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from export_cases import next_of, outlook_of, train_to_export
from patience import patience

from playground.commands import main
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine.slices import SliceRequest
from playground.evaluation.report import evaluate
from playground.export.folder import read_folder
from playground.export.outputs import compute_outputs
from playground.export.report import charts_page, report_page
from playground.export.run_file import pack_run
from playground.places import ROOT
from playground.runs import material_key
from playground.worker import advance_slice

FIELDS = {"length_steps": 300, "window_steps": 12, "gap_steps": 2, "hidden_size": 6, "epochs": 4, "cell": "gru"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A run trained, reported and exported by the command line, in a process of its own for the first."""
    made = tmp_path_factory.mktemp("commands")
    run = train_to_export(**FIELDS)
    (made / "recipe.json").write_text(run.recipe_json, encoding="utf-8")
    command = [sys.executable, "-m", "playground", "train", "recipe.json", "--out", "run/"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=made, env=environment, capture_output=True, text=True, timeout=patience(120))
    assert done.returncode == 0, done.stderr
    assert "epoch 4 of 4" in done.stderr
    assert "Best epoch" in done.stdout
    return made / "run"


def in_the_app(recipe: Recipe):
    """Train as the app does: turn by turn in a worker, until the run has ended."""
    series, epochs, position, checkpoint = load_series(recipe.data), (), (0, 0), None
    while True:
        request = SliceRequest(
            "a run", recipe, material_key(series), position, 0.02, material=series, checkpoint=checkpoint
        )
        turn = advance_slice(request)
        epochs += tuple(record for record in turn.epochs if record.epoch > len(epochs))
        position, checkpoint = turn.position, turn.checkpoint
        if turn.state != "training":
            return epochs, checkpoint, turn.snapshot


def test_command_line_and_app_give_the_same_numbers(folder):
    run = read_folder(folder)
    epochs, checkpoint, snapshot = in_the_app(run.recipe)
    assert [replace(e, elapsed_s=0) for e in epochs] == [replace(e, elapsed_s=0) for e in run.epochs]
    assert checkpoint.best_epoch == run.best_epoch
    assert all(np.array_equal(checkpoint.best_weights[name], run.weights[name]) for name in run.weights)
    score = evaluate(run.recipe, run.series, run.weights).score("RMSE", "validation").value
    assert score == next(s.value for s in snapshot.scores if (s.metric, s.part) == ("RMSE", "validation"))


def test_the_commands_of_the_readme_do_their_work(folder, tmp_path, monkeypatch):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\.venv/bin/python -m playground (.*)$", readme, re.M)
    assert [line.split()[0] for line in lines] == ["train", "report", "export", "look", "train", "forecast", "forecast"]
    (tmp_path / "recipe.json").write_bytes((folder / "recipe.json").read_bytes())
    rows = [
        f"{day},{n % 7 + n * n % 5}\n" for n, day in enumerate(np.arange("2024-01-01", "2024-06-01", dtype="M8[D]"))
    ]
    (tmp_path / "table.csv").write_text("Day,Sales\n" + "".join(rows[:140]), encoding="utf-8")
    (tmp_path / "newer.csv").write_text("Day,Sales\n" + "".join(rows[130:]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for line in lines:
        assert main(line.split()) == 0
    written = {path.name for path in (tmp_path / "run").iterdir()}
    assert written == {"run.safetensors", "recipe.json", "losses.csv", "report.html", "rnn_playground_run.py"}
    assert "2024-06-01" in (tmp_path / "forecast.csv").read_text(encoding="utf-8")


def test_own_data_trains_from_its_run_file(tmp_path):
    run = train_to_export(**FIELDS)
    own = replace(run, recipe=run.recipe.replaced(series="own"), series=replace(run.series, name="own"))
    (tmp_path / "mine.safetensors").write_bytes(pack_run(own))
    assert main(["train", str(tmp_path / "mine.safetensors"), "--out", str(tmp_path / "again")]) == 0
    assert read_folder(tmp_path / "again").best_loss == run.best_loss


def test_report_counts_looks_at_the_test_set(folder):
    assert main(["report", str(folder)]) == 0
    sealed = (folder / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<p class=\"verdict\">Epoch \d+: .*best.*</p>", sealed) and ", the best baseline<b>" in sealed
    assert "The test set was never opened" in sealed
    assert "On test" not in sealed
    assert main(["report", str(folder), "--open-test"]) == 0
    opened = (folder / "report.html").read_text(encoding="utf-8")
    assert "The test set was opened once" in opened
    assert "On test" in opened


def test_every_export_is_written(folder, capsys):
    kinds = ["script", "notebook", "onnx", "charts", "predictions", "states"]
    assert main(["export", str(folder), *(f"--{kind}" for kind in kinds)]) == 0
    written = re.findall(r"^Wrote (\S+)", capsys.readouterr().out, re.M)
    assert len(written) == len(kinds)
    assert all(Path(name).stat().st_size for name in written)
    assert repr(float(next_of(read_folder(folder))[-1])) in Path(written[0]).read_text(encoding="utf-8")


def test_what_cannot_be_used_is_said_in_one_sentence(folder, tmp_path, capsys):
    (tmp_path / "bad.json").write_text('{"network": {"hidden_size": 0}}')
    for command in (
        ["train", str(tmp_path / "none.json"), "--out", str(tmp_path / "out")],
        ["train", str(tmp_path / "bad.json"), "--out", str(tmp_path / "out")],
        ["report", str(tmp_path)],
        ["export", str(folder)],
        ["look", str(tmp_path / "none.csv")],
    ):
        assert main(command) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "Traceback" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("ticker", "reason"),
    [
        ("BRK.B", "Yahoo writes share classes with a hyphen: BRK-B."),
        ("a b c!!", "is not a recipe: “A B C!!” is no symbol: that has at most 15 letters, digits and the signs"),
    ],
)
def test_a_symbol_is_read_by_the_rules_of_the_app(tmp_path, capsys, ticker, reason):
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps({"data": {"series": "ticker", "ticker": ticker}}))
    assert main(["train", str(recipe), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1 and "A-Z" not in said


def test_look_says_what_becomes_of_a_table(tmp_path, capsys):
    table = tmp_path / "mine.csv"
    table.write_text("day,a,b\n" + "".join(f"2024-{1 + n // 28:02}-{1 + n % 28:02},{n},{-n}\n" for n in range(84)))
    assert main(["look", str(table), "--value", "b", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.keys() == {"file", "kind", "encoding", "series", "questions", "report", "refused"}
    assert (told["file"], told["series"]["value"], told["series"]["last"]) == ("mine.csv", "b", -83)
    assert main(["look", str(table)]) == 0
    said = capsys.readouterr().out
    assert "a: 88 points, step day, 2024-01-01 to 2024-03-28 (day)\n" in said
    assert "\n- 84 rows of the table made 88 points\n" in said
    assert main(["look", str(table), "--value", "c", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["series"] is None and told["refused"].startswith("the table has no column 'c'")
    assert main(["look", str(table), "--time", "", "--value", "c"]) == 2
    assert "\nRefused: the table has no column 'c'" in capsys.readouterr().out


def test_what_a_table_leaves_open_is_asked_and_can_be_said(tmp_path, capsys):
    table = tmp_path / "open.tsv"
    table.write_text("date\tv\n" + "".join(f"{1900 + n}-01-01\t39,{7 * n:03}\n" for n in range(80)))
    assert main(["look", str(table), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["series"] is None and told["questions"][0]["options"] == ["39,000 is 39000", "39,000 is 39"]
    for sign, last in ((".", 39553.0), (",", 39.553)):
        assert main(["look", str(table), "--decimal", sign, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["series"]["last"] == last
    assert main(["look", str(table), "--decimal", ",", "--time-format", "rubbish"]) == 2
    assert "a time format must be one of" in capsys.readouterr().out


class Read(HTMLParser):
    """What a browser makes of a page: its elements, and its texts in one."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.add(tag)

    def handle_data(self, data):
        self.text += data


def test_report_escapes_every_name_and_needs_nothing_else():
    names = ("title", "unit", "step", "source", "licence", "note", "reason")
    bad = {name: f"</script><img src='x' onerror=\"alert({name})\">" for name in names}
    run = train_to_export(**FIELDS)
    fields = {name: bad[name] for name in ("title", "unit", "step", "source", "licence")}
    run = replace(run, series=replace(run.series, notes=(bad["note"],), **fields), reason=bad["reason"])
    evaluation, outputs, outlook = evaluate(run.recipe, run.series, run.weights), compute_outputs(run), outlook_of(run)
    report, charts = report_page(run, evaluation, outputs, outlook, datetime.now(UTC)), charts_page(run, outputs)
    for page, told in ((report, names), (charts, ("title",))):
        ours = re.sub(r"<script\b.*?</script>", "", page, flags=re.S)
        assert not re.search(r"(src|href|action)=[\"']", ours)
        assert "default-src 'none'" in ours
        read = Read(ours)
        assert [name for name in told if bad[name] not in read.text] == []
        assert "img" not in read.elements | Read(page).elements
