"""The network as an ONNX model, built from ONNX's own RNN, LSTM and GRU operators.

onnx is an optional extra: it is imported where a model is made, in a worker.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from playground.config import GATES
from playground.data.features import scaling_of_input
from playground.data.prepare import FIRST_USABLE, prepare
from playground.export.exported import ExportedRun
from playground.records import Floats, Prepared

OPSET, IR_VERSION = 17, 8
FLOAT, DOUBLE = 1, 11
"""Kinds of numbers as ONNX counts them, `TensorProto.DataType`."""

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
    """Return the network as an ONNX model: from what was measured to "forecast" (batch, horizon), in own units.

    What goes in, as float64, are "values" (batch, window), the last of the series, one more where the target is change
    or log return, and, where the network reads more, "inputs" (batch, window, further), of which the model's
    metadata name each: further columns in their own units, and the calendar's sines and cosines as they are.
    Scaling, from the training part, and all else that makes a forecast of the network's output is in the graph.

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
        node("Gemm", ["h", *READOUT], ["output"], transB=1),
    ]
    before, fitted = _window(run, prepared)
    told = {
        "recipe": run.recipe_json,
        "inputs": ", ".join(prepared.feature_names[1:]),
        "target": prepared.target,
        "unit": run.series.unit,
    }
    window, further = run.recipe.data.window_steps, len(prepared.feature_names) - 1
    given: list[Shaped] = [("values", ["batch", window + FIRST_USABLE[prepared.target]])]
    if further:
        given.append(("inputs", ["batch", window, further]))
    graph = [*before, *nodes, *_forecast(prepared.target)], constants | fitted
    return pack_model(graph, given, ("forecast", ["batch", run.recipe.data.horizon_steps]), told, DOUBLE)


READOUT = ("readout.weight", "readout.bias")


def _window(run: ExportedRun, prepared: Prepared) -> Graph:
    """Return what makes "window" (batch, time, features), scaled, of "values" and "inputs", and its constants."""
    quantity, nodes = "values", []
    if prepared.target == "log_return":
        quantity = "logarithms"
        nodes.append(node("Log", ["values"], [quantity]))
    if prepared.target != "level":
        nodes += [
            node("Slice", [quantity, "second", "end", "second"], ["later"]),
            node("Slice", [quantity, "first", "newest", "second"], ["earlier"]),
            node("Sub", ["later", "earlier"], ["moves"]),
        ]
        quantity = "moves"
    nodes.append(node("Unsqueeze", [quantity, "third"], ["target"]))
    nodes.append(node("Concat", ["target", *["inputs"] * (len(prepared.feature_names) > 1)], ["features"], axis=2))
    nodes.append(node("Sub", ["features", "means"], ["centred"]))
    nodes.append(node("Div", ["centred", "deviations"], ["scaled"]))
    nodes.append(node("Cast", ["scaled"], ["window"], to=FLOAT))
    own = prepared.scaling
    extras = run.recipe.data.extra_inputs
    fitted = [scaling_of_input(run.series.extras[name], prepared.split.train_stop) for name in extras]
    further = [(0.0, np.inf) if each is None else (each.mean, each.deviation) for each in fitted]
    calendar = [(0.0, 1.0)] * (len(prepared.feature_names) - 1 - len(extras))
    means, deviations = np.array([(own.mean, own.deviation), *further, *calendar]).T
    axes = {"third": np.array([2]), "newest": np.array([-1]), "end": np.array([np.iinfo(np.int64).max])}
    return nodes, axes | {"means": means.copy(), "deviations": deviations.copy()} | {
        "mean": np.array(own.mean),
        "deviation": np.array(own.deviation),
        "steps": np.array(1),
    }


def _forecast(target: str) -> list[Any]:
    """Return what makes "forecast", levels in own units, of the network's scaled "output"."""
    nodes = [
        node("Cast", ["output"], ["exact"], to=DOUBLE),
        node("Mul", ["exact", "deviation"], ["widened"]),
        node("Add", ["widened", "mean"], ["forecast" if target == "level" else "moved"]),
    ]
    if target == "level":
        return nodes
    nodes += [
        node("Slice", ["values", "newest", "end", "second"], ["last value"]),
        node("CumSum", ["moved", "steps"], ["from last"]),
    ]
    if target == "change":
        return [*nodes, node("Add", ["last value", "from last"], ["forecast"])]
    return [*nodes, node("Exp", ["from last"], ["growth"]), node("Mul", ["last value", "growth"], ["forecast"])]


def pack_model(
    graph: Graph, given: Sequence[Shaped], answer: Shaped, told: Mapping[str, str], kind: int = FLOAT
) -> bytes:
    """Return a graph as an ONNX model.

    Args:
        graph: What it computes.
        given: What goes in.
        answer: What comes out.
        told: Its metadata.
        kind: Of the numbers that go in and come out.
    """
    from onnx import helper, numpy_helper

    nodes, constants = graph
    initializers = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    *first, last = (helper.make_tensor_value_info(name, kind, shape) for name, shape in (*given, answer))
    made = helper.make_graph(nodes, "rnn_playground", first, [last], initializers)
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
