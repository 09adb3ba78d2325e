"""A run on sequences as one safetensors file: the weights as tensors, recipe and history in the header.

What it learned from stays out of the file, a visitor's own above all: the recipe names what the project brings
along, and a digest tells whether other material is the same.
"""

from __future__ import annotations

from dataclasses import astuple

import orjson
from safetensors.numpy import save

from playground.export.onnx_file import float32
from playground.export.run_file import FIELD
from playground.export.sequences.exported import AnyExported
from playground.export.sequences.onnx_file import told_of_network
from playground.runs import material_key

FORMAT = "rnn-playground sequence run 1"


def pack_reader(run: AnyExported) -> bytes:
    """Return the run as a file; torch's `load_state_dict` takes its tensors as they are."""
    history = told_of_network(run) | {
        "format": FORMAT,
        "kind": run.kind,
        "state": run.state,
        "reason": run.reason[:400],
        "best_epoch": run.best_epoch,
        "test_score": run.score,
        "material_digest": material_key(run.material),
        "epochs": [astuple(record) for record in run.epochs],
    }
    weights = {name: float32(array) for name, array in run.weights.items()}
    return save(weights, metadata={FIELD: orjson.dumps(history).decode()})
