"""The ONNX model gives what torch gives."""

import importlib.util

import numpy as np
import onnx
import onnxruntime
import pytest
from export_cases import train_to_export

from playground.data.prepare import prepare
from playground.export.onnx_file import onnx_available, onnx_model
from playground.networks.network import build_network

SMALL = {"length_steps": 260, "window_steps": 9, "gap_steps": 2, "hidden_size": 5, "epochs": 1, "horizon_steps": 2}

CELLS = {
    "lstm": {"cell": "lstm", "layers": 2},
    "gru": {"cell": "gru", "layers": 3},
    "tanh": {"cell": "rnn"},
    "relu": {"cell": "rnn", "nonlinearity": "relu"},
    "sigmoid": {"cell": "rnn", "nonlinearity": "sigmoid", "layers": 2},
}


@pytest.mark.parametrize("fields", CELLS.values(), ids=CELLS)
def test_onnxruntime_gives_the_same_forecasts(fields):
    run = train_to_export(**SMALL | fields)
    model = onnx_model(run)
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    windows = prepare(run.series, run.recipe.data).validation.inputs
    network = build_network(run.recipe)
    network.load_weights(run.weights)
    (given,) = session.run(["forecast"], {"window": np.ascontiguousarray(windows)})
    assert np.abs(given - network.predict(windows)).max() < 1e-5
    assert float(session.get_modelmeta().custom_metadata_map["deviation"]) > 0


def test_without_the_package_the_sentence_says_how_to_get_it(monkeypatch):
    run = train_to_export(**SMALL)
    assert onnx_available()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install onnx"):
        onnx_model(run)
