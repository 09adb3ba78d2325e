"""How a stack of layers lies in memory: one matrix for all that a layer multiplies, states as columns.

A step's column is [state; input; 1], so one product with the packed matrix gives every gate's sum,
bias included. tanh x = 2 σ(2x) - 1, so a state that ends in a tanh is kept as the σ before it and
the packed matrix absorbs the rest: h = scale · kept + shift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.config import NetworkChoice

Weights = Mapping[str, Tensor]
"""Parameter name as in `Network` -> (stack, ...) tensor."""


@dataclass(frozen=True)
class StackShape:
    """What the networks of a stack have in common; `stack` is how many there are."""

    cell: str
    nonlinearity: str
    features: int
    hidden: int
    layers: int
    horizon: int
    window_steps: int
    stack: int

    @classmethod
    def of(cls, chosen: NetworkChoice, features: int, horizon: int, window_steps: int, stack: int) -> StackShape:
        """Return the shape of a stack of networks of this choice."""
        return cls(
            chosen.cell, chosen.nonlinearity, features, chosen.hidden_size, chosen.layers, horizon, window_steps, stack
        )

    def layer_inputs(self, layer: int) -> int:
        """Return how many values a layer reads from below at each step."""
        return self.hidden if layer else self.features

    def kept_state(self) -> tuple[float, float]:
        """Return (scale, shift) of h = scale · kept + shift."""
        if self.cell == "lstm":
            return 2.0, 0.0
        if self.cell == "gru" or self.nonlinearity == "tanh":
            return 2.0, -1.0
        return 1.0, 0.0


@dataclass(frozen=True)
class Piece:
    """Rows of a packed matrix that come from one gate.

    Attributes:
        packed: First block of rows in the packed matrix, in units of `hidden`.
        gate: First block of rows in torch's matrices.
        blocks: How many blocks.
        factor: What the rows are multiplied by, 2 in front of a tanh made from σ.
        state: Whether the rows read the state.
        inputs: Whether the rows read the input.
    """

    packed: int
    gate: int
    blocks: int = 1
    factor: float = 1.0
    state: bool = True
    inputs: bool = True


def pieces_of(shape: StackShape) -> tuple[Piece, ...]:
    """Return where each gate's rows go; the GRU's n has one block for its input and one for its state."""
    if shape.cell == "lstm":
        return Piece(0, 0, 2), Piece(2, 2, factor=2.0), Piece(3, 3)
    if shape.cell == "gru":
        return Piece(0, 2, factor=2.0, state=False), Piece(1, 1), Piece(2, 0), Piece(3, 2, factor=2.0, inputs=False)
    return (Piece(0, 0, factor=2.0 if shape.nonlinearity == "tanh" else 1.0),)


class PackedLayer:
    """One layer's matrix for the whole stack, and the gradient in the same arrangement.

    Attributes:
        matrix: (stack, rows, hidden + inputs + 1).
        gradient: (stack, hidden + inputs + 1, rows), transposed since that multiplies faster.
    """

    def __init__(self, shape: StackShape, layer: int, dtype: torch.dtype) -> None:
        self.shape, self.layer = shape, layer
        self.pieces = pieces_of(shape)
        rows = sum(piece.blocks for piece in self.pieces) * shape.hidden
        self.inputs = shape.layer_inputs(layer)
        width = shape.hidden + self.inputs + 1
        self.matrix = torch.zeros(shape.stack, rows, width, dtype=dtype)
        self.gradient = torch.zeros(shape.stack, width, rows, dtype=dtype)
        self.state_scale, self.state_shift = shape.kept_state()
        self.input_scale, self.input_shift = shape.kept_state() if layer else (1.0, 0.0)

    def _parts(self, piece: Piece, weights: Weights) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the piece's rows of torch's W_xh, W_hh, b_xh and b_hh."""
        start, rows = piece.gate * self.shape.hidden, piece.blocks * self.shape.hidden
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        w_x, w_h, b_x, b_h = (weights[f"recurrent.{name}_l{self.layer}"].narrow(1, start, rows) for name in names)
        return w_x, w_h, b_x, b_h

    def pack(self, weights: Weights) -> None:
        """Fill the matrix from torch's weights."""
        hidden = self.shape.hidden
        for piece in self.pieces:
            w_x, w_h, b_x, b_h = self._parts(piece, weights)
            rows = self.matrix.narrow(1, piece.packed * hidden, piece.blocks * hidden)
            bias = b_x + b_h if piece.state and piece.inputs else b_h if piece.state else b_x
            if piece.state:
                torch.mul(w_h, piece.factor * self.state_scale, out=rows[:, :, :hidden])
                if self.state_shift:
                    bias = bias.add(w_h.sum(2), alpha=self.state_shift)
            if piece.inputs:
                torch.mul(w_x, piece.factor * self.input_scale, out=rows[:, :, hidden:-1])
                if self.input_shift:
                    bias = bias.add(w_x.sum(2), alpha=self.input_shift)
            torch.mul(bias, piece.factor, out=rows[:, :, -1])

    def unpack_gradient(self, gradients: Weights) -> None:
        """Write the gradient into tensors of torch's arrangement."""
        hidden = self.shape.hidden
        for piece in self.pieces:
            g_x, g_h, gb_x, gb_h = self._parts(piece, gradients)
            packed = self.gradient.narrow(2, piece.packed * hidden, piece.blocks * hidden)
            bias = packed[:, -1]
            if piece.state:
                _undo(packed[:, :hidden], bias, piece.factor, self.state_scale, self.state_shift, g_h)
                torch.mul(bias, piece.factor, out=gb_h)
            if piece.inputs:
                _undo(packed[:, hidden:-1], bias, piece.factor, self.input_scale, self.input_shift, g_x)
                torch.mul(bias, piece.factor, out=gb_x)


def _undo(packed: Tensor, bias: Tensor, factor: float, scale: float, shift: float, gradient: Tensor) -> None:
    """Write factor · (scale · packed + shift · bias) transposed: the chain rule of `pack`."""
    torch.mul(packed.transpose(1, 2), factor * scale, out=gradient)
    if shift:
        gradient.add_(bias.unsqueeze(2), alpha=factor * shift)
