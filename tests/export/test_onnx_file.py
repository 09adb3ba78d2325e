"""The ONNX model makes the app's forecasts of what was measured, in the series' own units."""

import importlib.util
import re
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest
from export_cases import next_of, train_to_export

from playground.data.features import calendar_circles
from playground.export.exported import ExportedRun
from playground.export.onnx_file import onnx_available, onnx_model
from playground.export.outputs import compute_outputs
from playground.export.script import series_csv
from playground.places import ROOT

SMALL = {"length_steps": 260, "window_steps": 9, "gap_steps": 2, "hidden_size": 5, "epochs": 1, "horizon_steps": 2}
DAYS = {"series": "seattle_temperature", "window_steps": 6, "hidden_size": 3, "epochs": 1, "horizon_steps": 3}

CASES = {
    "lstm": SMALL | {"cell": "lstm", "layers": 2},
    "gru on changes": SMALL | {"cell": "gru", "layers": 3, "target": "change"},
    "tanh": SMALL | {"cell": "rnn", "horizon_steps": 1},
    "relu": SMALL | {"cell": "rnn", "nonlinearity": "relu"},
    "sigmoid": SMALL | {"cell": "rnn", "nonlinearity": "sigmoid", "layers": 2},
    "log return": DAYS | {"series": "apple", "target": "log_return", "cell": "lstm"},
    "further inputs": DAYS | {"extra_inputs": ("wind", "precipitation"), "cell": "gru", "target": "change"},
    "calendar": DAYS | {"calendar": True, "cell": "rnn"},
    "both": DAYS | {"extra_inputs": ("wind",), "calendar": True, "cell": "lstm"},
}


def session_of(run: ExportedRun) -> onnxruntime.InferenceSession:
    model = onnx_model(run)
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])


def measured(run: ExportedRun, session: onnxruntime.InferenceSession, anchors: np.ndarray) -> dict[str, np.ndarray]:
    """Return what goes in for forecasts from the anchors, straight from the series."""
    given = {}
    for each in session.get_inputs():
        positions = anchors[:, np.newaxis] + np.arange(1 - each.shape[1], 1)
        if each.name == "values":
            given["values"] = run.series.values[positions]
            continue
        columns = [run.series.extras[name] for name in run.recipe.data.extra_inputs]
        if run.recipe.data.calendar:
            turns = calendar_circles(run.series.times).values()
            columns += [wave(2 * np.pi * turn) for turn in turns for wave in (np.sin, np.cos)]
        given[each.name] = np.column_stack(columns)[positions]
    return given


def furthest(run: ExportedRun) -> float:
    """Return how far onnxruntime is from the app at most, in deviations of the series."""
    session, outputs = session_of(run), compute_outputs(run)
    (found,) = session.run(["forecast"], measured(run, session, outputs.anchors))
    assert found.shape == outputs.predicted.shape
    return float(np.abs(found - outputs.predicted).max() / run.series.values.std())


@pytest.mark.parametrize("name", CASES)
def test_onnxruntime_gives_the_same_forecasts(name):
    assert furthest(train_to_export(**CASES[name])) < 1e-5


@pytest.mark.parametrize("name", ["lstm", "gru on changes"])
def test_values_far_from_zero_keep_their_digits(name):
    run = train_to_export(**CASES[name])
    assert furthest(replace(run, series=replace(run.series, values=run.series.values + 1e6))) < 1e-5


def test_an_input_that_did_not_vary_in_training_is_read_as_nothing():
    run = train_to_export(**CASES["both"])
    still = np.full(len(run.series.values), 3.0)
    still[-40:] = 9.0
    run = replace(run, series=replace(run.series, extras={"wind": still}))
    assert furthest(run) < 1e-5
    session, now = session_of(run), np.array([len(still) - 1])
    (found,) = session.run(["forecast"], measured(run, session, now))
    assert found[0] == pytest.approx(next_of(run)[:3], rel=1e-5)


def test_the_model_says_what_goes_in():
    told = session_of(train_to_export(**CASES["both"])).get_modelmeta().custom_metadata_map
    assert told["inputs"] == "wind, day of year sine, day of year cosine, day of week sine, day of week cosine"
    assert (told["target"], told["unit"]) == ("level", "°C")


@pytest.mark.parametrize("name", ["tanh", "gru on changes", "log return"])
def test_the_example_of_the_readme_gives_the_next_forecast(name, tmp_path, monkeypatch):
    run = train_to_export(**CASES[name])
    (tmp_path / "network.onnx").write_bytes(onnx_model(run))
    (tmp_path / "series.csv").write_text(series_csv(run), encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    monkeypatch.chdir(tmp_path)
    there: dict[str, np.ndarray] = {}
    exec(example, there)
    horizon = run.recipe.data.horizon_steps
    assert there["forecast"][0] == pytest.approx(next_of(run)[:horizon], rel=1e-5)


def test_without_the_package_the_sentence_says_how_to_get_it(monkeypatch):
    run = train_to_export(**CASES["tanh"])
    assert onnx_available()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install onnx"):
        onnx_model(run)
