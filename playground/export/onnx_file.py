"""The network as an ONNX model, built from ONNX's own RNN, LSTM and GRU operators.

onnx is an optional extra: it is imported where a model is made, in a worker.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from playground.config import GATES
from playground.data.prepare import prepare
from playground.export.exported import ExportedRun
from playground.records import Floats

OPSET, IR_VERSION = 17, 8

ONNX_ORDER = {"rnn": (0,), "lstm": (0, 3, 1, 2), "gru": (1, 0, 2)}
"""Our gate blocks in ONNX's order: i f g o become i o f g, and r z n become z r n.

Source: ONNX operators LSTM and GRU, https://onnx.ai/onnx/operators/
"""

HOW_TO_INSTALL = "ONNX needs an optional package on the server: pip install onnx"

Graph = tuple[list[Any], dict[str, np.ndarray]]
"""Nodes in order, and their constants by name."""

Shaped = tuple[str, Sequence[Any]]
"""Name and shape of what goes in or comes out."""


def onnx_available() -> bool:
    """Say whether the optional package is there."""
    return importlib.util.find_spec("onnx") is not None


def node(operator: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> Any:
    """Return one node of a graph.

    Raises:
        ValueError: if onnx is not installed.
    """
    if not onnx_available():
        raise ValueError(HOW_TO_INSTALL)
    from onnx import helper

    return helper.make_node(operator, inputs, outputs, **attributes)


def onnx_model(run: ExportedRun) -> bytes:
    """Return the network as an ONNX model: "window" (batch, time, features) to "forecast" (batch, horizon).

    Both are scaled; mean and deviation of the target quantity are in the model's metadata.

    Raises:
        ValueError: if onnx is not installed, or the weights do not fit the recipe.
    """
    prepared, chosen = prepare(run.series, run.recipe.data), run.recipe.network
    activation = {"tanh": "Tanh", "relu": "Relu", "sigmoid": "Sigmoid"}[chosen.nonlinearity]
    named = {"activations": [activation]} if chosen.cell == "rnn" else {}
    nodes, constants = recurrent_graph("window", chosen.cell, chosen.layers, run.weights, **named)
    constants |= {"first": np.array([0]), **{name: float32(run.weights[name]) for name in READOUT}}
    nodes += [
        node("Squeeze", [f"last {chosen.layers - 1}", "first"], ["h"]),
        node("Gemm", ["h", *READOUT], ["forecast"], transB=1),
    ]
    told = {
        "recipe": run.recipe_json,
        "inputs": ", ".join(prepared.feature_names),
        "target": prepared.target,
        "mean": repr(prepared.scaling.mean),
        "deviation": repr(prepared.scaling.deviation),
    }
    window = ("window", ["batch", "time", prepared.train.inputs.shape[2]])
    return pack_model((nodes, constants), window, ("forecast", ["batch", run.recipe.data.horizon_steps]), told)


READOUT = ("readout.weight", "readout.bias")


def pack_model(graph: Graph, given: Shaped, answer: Shaped, told: Mapping[str, str]) -> bytes:
    """Return a graph with one float input and one float output as an ONNX model.

    Args:
        graph: What it computes.
        given, answer: What goes in, and what comes out.
        told: Its metadata.
    """
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants = graph
    initializers = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    first, last = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (given, answer))
    made = helper.make_graph(nodes, "rnn_playground", [first], [last], initializers)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    helper.set_model_props(model, dict(told))
    return bytes(model.SerializeToString())


def recurrent_graph(given: str, cell: str, layers: int, weights: Mapping[str, Floats], **named: Any) -> Graph:
    """Return torch's recurrent layers on `given` (batch, time, features).

    They leave the states of the last layer as "layer <layers>", (time, batch, hidden), and each layer's last state
    as "last <layer>", (1, batch, hidden). `named` are further attributes of the operators.
    """
    nodes = [node("Transpose", [given], ["layer 0"], perm=[1, 0, 2])]
    constants: dict[str, np.ndarray] = {"second": np.array([1])}
    if cell == "gru":
        named["linear_before_reset"] = 1
    for layer in range(layers):
        w_x, w_h, b_x, b_h = (
            _in_onnx_order(cell, float32(weights[f"recurrent.{name}_l{layer}"]))
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        blocks = {f"W {layer}": w_x, f"R {layer}": w_h, f"B {layer}": np.concatenate([b_x, b_h])}
        constants |= {name: block[np.newaxis] for name, block in blocks.items()}  # an axis for the one direction
        made = [f"states {layer}", f"last {layer}"]
        nodes += [
            node(cell.upper(), [f"layer {layer}", *blocks], made, hidden_size=w_h.shape[1], **named),
            node("Squeeze", [f"states {layer}", "second"], [f"layer {layer + 1}"]),
        ]
    return nodes, constants


def float32(array: Floats) -> Floats:
    """Return weights as ONNX stores them."""
    return np.ascontiguousarray(array, dtype=np.float32)


def _in_onnx_order(cell: str, stacked: Floats) -> Floats:
    blocks = np.split(stacked, GATES[cell])
    return np.concatenate([blocks[gate] for gate in ONNX_ORDER[cell]])
