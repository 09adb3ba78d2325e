"""The ONNX model of a network that reads sequences says what torch says."""

import importlib.util
import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from reader_cases import CASES, run_of

from playground.export.sequences.onnx_file import reader_model, told_of_network
from playground.networks.weights import weights_of
from playground.sequences.models import build_sequence_network
from playground.sequences.recipe import ClassifyRecipe

NETWORKS = {
    "rnn": {"cell": "rnn", "layers": 2},
    "lstm": {"cell": "lstm", "layers": 2},
    "gru": {"cell": "gru", "layers": 3},
    **{
        f"by hand, sigma {sigma}, {path} state": {"cell": "simple", "sigma": sigma, "output_path": path}
        for sigma in (False, True)
        for path in ("old", "new")
    },
}


def said_by(model: bytes, sequence: np.ndarray) -> np.ndarray:
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (said,) = session.run(["log_probabilities"], {"sequence": sequence})
    return said


@pytest.mark.parametrize("fields", NETWORKS.values(), ids=NETWORKS)
def test_onnxruntime_says_the_same_after_every_step(fields):
    recipe = ClassifyRecipe().replaced(hidden_size=5, **fields)
    network = build_sequence_network(recipe, 3, 4)
    sequence = np.random.default_rng(1).normal(size=(2, 7, 3)).astype(np.float32)
    said = said_by(reader_model(recipe.network, weights_of(network), {}), sequence)
    ours, _ = network.read(torch.from_numpy(sequence))
    assert said.shape == (2, 7, 4)
    assert np.abs(said - ours.detach().numpy()).max() < 1e-5


@pytest.mark.parametrize("name", CASES)
def test_the_model_tells_what_it_reads_and_says(name):
    run = run_of(name)
    model = reader_model(run.recipe.network, run.weights, told_of_network(run))
    told = {entry.key: json.loads(entry.value) for entry in onnx.load_from_string(model).metadata_props}
    inputs = told.get("inputs") or told["mean"]
    said = said_by(model, np.zeros((1, 2, len(inputs)), dtype=np.float32))
    assert said.shape == (1, 2, len(told["outputs"]))


def test_without_the_package_the_sentence_says_how_to_get_it(monkeypatch):
    run = run_of("names")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install onnx"):
        reader_model(run.recipe.network, run.weights, {})
