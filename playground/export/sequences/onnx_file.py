"""The network of a run on sequences as an ONNX model: what it says after every step."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from playground.export.onnx_file import READOUT, Graph, float32, node, pack_model, recurrent_graph
from playground.export.sequences.exported import AnyExported, ExportedWriter
from playground.records import Floats
from playground.sequences.recipe import ReaderChoice


def told_of_network(run: AnyExported) -> dict[str, Any]:
    """Return what must be known to use the network: its recipe, and what each place of input and output means."""
    recipe = run.recipe.model_dump(mode="json")
    if isinstance(run, ExportedWriter):
        symbols = list(run.snapshot.vocabulary)
        return {"recipe": recipe, "inputs": symbols, "outputs": symbols}
    encoding, classes = run.snapshot.encoding, list(run.material.classes)
    if encoding.tokens:
        read: dict[str, Any] = {"inputs": list(encoding.tokens), "unit": encoding.unit}
    else:
        read = {"mean": encoding.mean.tolist(), "deviation": encoding.deviation.tolist()}
    return {"recipe": recipe, **read, "outputs": classes}


def reader_model(chosen: ReaderChoice, weights: dict[str, Floats], told: dict[str, Any]) -> bytes:
    """Return a network as an ONNX model: "sequence" (batch, time, inputs) to "log_probabilities" of the same steps.

    A classifier's answer is the one after the last step; a network that writes says after each what comes next.

    Args:
        chosen: The network.
        weights: Its parameters, by name.
        told: The model's metadata, which becomes JSON; see `told_of_network`.

    Raises:
        ValueError: if onnx is not installed.
    """
    nodes, constants = (_by_hand if chosen.cell == "simple" else _of_layers)(chosen, weights)
    nodes += [
        node("MatMul", ["read", "weight"], ["weighed"]),
        node("Add", ["weighed", "bias"], ["scores"]),
        node("LogSoftmax", ["scores"], ["said"], axis=-1),
        node("Transpose", ["said"], ["log_probabilities"], perm=[1, 0, 2]),
    ]
    given = ("sequence", ["batch", "time", constants["W 0"].shape[2]])
    answer = ("log_probabilities", ["batch", "time", len(constants["bias"])])
    return pack_model((nodes, constants), [given], answer, {name: orjson.dumps(v).decode() for name, v in told.items()})


def _of_layers(chosen: ReaderChoice, weights: dict[str, Floats]) -> Graph:
    """Return torch's layers; "read" is what the readout reads, (time, batch, hidden)."""
    nodes, constants = recurrent_graph("sequence", chosen.cell, chosen.layers, weights)
    weight, bias = (float32(weights[name]) for name in READOUT)
    return [*nodes, node("Identity", [f"layer {chosen.layers}"], ["read"])], constants | {
        "weight": float32(weight.T),
        "bias": bias,
    }


def _by_hand(chosen: ReaderChoice, weights: dict[str, Floats]) -> Graph:
    """Return the hand-made cell: an RNN operator whose activation, without the sigma, changes nothing."""
    inputs = weights["i2h.weight"].shape[1] - chosen.hidden_size
    w_x, w_h = np.split(float32(weights["i2h.weight"]), [inputs], axis=1)
    bias = float32(weights["i2h.bias"])
    constants: dict[str, np.ndarray] = {
        "W 0": float32(w_x)[np.newaxis],
        "R 0": float32(w_h)[np.newaxis],
        "B 0": np.concatenate([bias, np.zeros_like(bias)])[np.newaxis],
        "second": np.array([1]),
        "a step later": np.array([1, 0, 0, -1, 0, 0]),
        "weight": float32(weights["i2o.weight"].T),
        "bias": float32(weights["i2o.bias"]),
    }
    plain = {"activations": ["Affine"], "activation_alpha": [1.0], "activation_beta": [0.0]}
    activation = {"activations": ["Tanh"]} if chosen.sigma else plain
    nodes = [
        node("Transpose", ["sequence"], ["steps"], perm=[1, 0, 2]),
        node("RNN", ["steps", "W 0", "R 0", "B 0"], ["states 0"], hidden_size=chosen.hidden_size, **activation),
        node("Squeeze", ["states 0", "second"], ["new"]),
    ]
    if chosen.output_path == "new":
        return [*nodes, node("Identity", ["new"], ["read"])], constants
    old = node("Pad", ["new", "a step later"], ["old"])  # zeros before the first step, the last state left out
    return [*nodes, old, node("Concat", ["steps", "old"], ["read"], axis=2)], constants
