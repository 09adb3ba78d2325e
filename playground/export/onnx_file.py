"""The network as an ONNX model, built from ONNX's own RNN, LSTM and GRU operators.

onnx is an optional extra: it is imported where a model is made, in a worker.
"""

from __future__ import annotations

import importlib.util
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


def onnx_available() -> bool:
    """Say whether the optional package is there."""
    return importlib.util.find_spec("onnx") is not None


def onnx_model(run: ExportedRun) -> bytes:
    """Return the network as an ONNX model: "window" (batch, time, features) to "forecast" (batch, horizon).

    Both are scaled; mean and deviation of the target quantity are in the model's metadata.

    Raises:
        ValueError: if onnx is not installed, or the weights do not fit the recipe.
    """
    if not onnx_available():
        raise ValueError(HOW_TO_INSTALL)
    from onnx import TensorProto, helper, numpy_helper

    prepared = prepare(run.series, run.recipe.data)
    features, horizon = prepared.train.inputs.shape[2], run.recipe.data.horizon_steps
    nodes, constants = _graph(run, helper)
    initializers = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    window = helper.make_tensor_value_info("window", TensorProto.FLOAT, ["batch", "time", features])
    forecast = helper.make_tensor_value_info("forecast", TensorProto.FLOAT, ["batch", horizon])
    graph = helper.make_graph(nodes, "rnn_playground", [window], [forecast], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    told = {
        "recipe": run.recipe_json,
        "inputs": ", ".join(prepared.feature_names),
        "target": prepared.target,
        "mean": repr(prepared.scaling.mean),
        "deviation": repr(prepared.scaling.deviation),
    }
    helper.set_model_props(model, told)
    return bytes(model.SerializeToString())


def _graph(run: ExportedRun, helper: Any) -> tuple[list[Any], dict[str, Floats]]:
    """Return the nodes in order, and their constants by name."""
    nodes = [helper.make_node("Transpose", ["window"], ["layer 0"], perm=[1, 0, 2])]
    constants: dict[str, Floats] = {"first": np.array([0], dtype=np.int64), "second": np.array([1], dtype=np.int64)}
    layers = run.recipe.network.layers
    for layer in range(layers):
        weights = _layer_constants(run, layer)
        constants |= weights
        made = [f"states {layer}", f"last {layer}"]
        nodes.append(helper.make_node(_operator(run), [f"layer {layer}", *weights], made, **_attributes(run)))
        nodes.append(helper.make_node("Squeeze", [f"states {layer}", "second"], [f"layer {layer + 1}"]))
    constants |= {name: _weight(run, name) for name in ("readout.weight", "readout.bias")}
    nodes.append(helper.make_node("Squeeze", [f"last {layers - 1}", "first"], ["h"]))
    nodes.append(helper.make_node("Gemm", ["h", "readout.weight", "readout.bias"], ["forecast"], transB=1))
    return nodes, constants


def _operator(run: ExportedRun) -> str:
    return run.recipe.network.cell.upper()


def _attributes(run: ExportedRun) -> dict[str, Any]:
    chosen = run.recipe.network
    if chosen.cell == "rnn":
        named = {"tanh": "Tanh", "relu": "Relu", "sigmoid": "Sigmoid"}[chosen.nonlinearity]
        return {"hidden_size": chosen.hidden_size, "activations": [named]}
    if chosen.cell == "gru":
        return {"hidden_size": chosen.hidden_size, "linear_before_reset": 1}
    return {"hidden_size": chosen.hidden_size}


def _layer_constants(run: ExportedRun, layer: int) -> dict[str, Floats]:
    """Return W, R and B of an ONNX layer, each with a leading axis for its one direction."""
    w_x, w_h, b_x, b_h = (
        _in_onnx_order(run, _weight(run, f"recurrent.{name}_l{layer}"))
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    both = np.concatenate([b_x, b_h])
    return {f"W {layer}": w_x[np.newaxis], f"R {layer}": w_h[np.newaxis], f"B {layer}": both[np.newaxis]}


def _weight(run: ExportedRun, name: str) -> Floats:
    return np.ascontiguousarray(run.weights[name], dtype=np.float32)


def _in_onnx_order(run: ExportedRun, stacked: Floats) -> Floats:
    cell = run.recipe.network.cell
    blocks = np.split(stacked, GATES[cell])
    return np.concatenate([blocks[gate] for gate in ONNX_ORDER[cell]])
