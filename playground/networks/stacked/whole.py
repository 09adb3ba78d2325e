"""The whole networks of a stack: windows in, outputs out, and the gradient of the mean squared error."""

from __future__ import annotations

import torch
from torch import Tensor

from playground.networks.stacked.gru import StackedGRU
from playground.networks.stacked.layer import StackedLayer
from playground.networks.stacked.layout import PackedLayer, StackShape, Weights
from playground.networks.stacked.lstm import StackedLSTM
from playground.networks.stacked.rnn import StackedRNN

STACKED_LAYERS: dict[str, type[StackedLayer]] = {"rnn": StackedRNN, "lstm": StackedLSTM, "gru": StackedGRU}

CHUNK_WINDOWS = 128
"""Most windows that one forward pass outside training takes at once."""

LARGE_VALUES = 2**20
"""States of a pass above which the buffers of one batch size only are kept."""


class StackedNetworks:
    """Whole-window passes over `shape.stack` networks without an autograd graph; no dropout.

    Call `pack` after every change of the weights. Each network reads windows of its own.
    """

    def __init__(self, shape: StackShape, dtype: torch.dtype = torch.float32) -> None:
        self.shape, self.dtype = shape, dtype
        self._packed = [PackedLayer(shape, layer, dtype) for layer in range(shape.layers)]
        self._layers: dict[tuple[int, bool], list[StackedLayer]] = {}
        self._readout: tuple[Tensor, Tensor]
        self._last: Tensor

    @torch.inference_mode()
    def pack(self, weights: Weights) -> None:
        """Take over the weights, each (stack, ...), named as in `Network`."""
        for packed in self._packed:
            packed.pack(weights)
        self._readout = weights["readout.weight"], weights["readout.bias"].unsqueeze(2)

    @torch.inference_mode()
    def losses(self, inputs: Tensor, targets: Tensor, gradients: Weights, record: Tensor | None = None) -> Tensor:
        """Return each network's mean squared error, (stack,), and write its gradient into `gradients`.

        Args:
            inputs: (stack, batch, time, features), scaled.
            targets: (stack, batch, horizon), scaled.
            gradients: Parameter name -> (stack, ...) to write to.
            record: Takes dL/dh_t of every layer, (layers, time, stack, hidden, batch).
        """
        layers = self._buffers(inputs.shape[1], keep=True)
        error = self._forward(layers, inputs).sub_(targets.transpose(1, 2))
        losses = error.square().mean(dim=(1, 2))
        error.mul_(2 / (error.shape[1] * error.shape[2]))
        self._backward(layers, error, gradients, record)
        return losses

    @torch.inference_mode()
    def predict(self, inputs: Tensor) -> Tensor:
        """Return (stack, m, horizon) outputs of every network for the same (m, time, features) windows."""
        count, shape = len(inputs), self.shape
        size = -(-count // -(-count // CHUNK_WINDOWS))
        outputs = torch.empty(shape.stack, count, shape.horizon, dtype=self.dtype)
        layers = self._buffers(size, keep=False)
        for start in range(0, count, size):
            # The last chunk may overlap the one before, so that one set of buffers serves all.
            begin = min(start, count - size)
            chunk = inputs[begin : begin + size].expand(shape.stack, -1, -1, -1)
            outputs[:, begin : begin + size] = self._forward(layers, chunk).transpose(1, 2)
        return outputs

    def _buffers(self, batch: int, keep: bool) -> list[StackedLayer]:
        if (batch, keep) not in self._layers:
            shape = self.shape
            if shape.stack * shape.window_steps * shape.hidden * shape.layers * batch > LARGE_VALUES:
                self._layers.clear()
            layer = STACKED_LAYERS[shape.cell]
            self._layers[batch, keep] = [layer(packed, batch, keep) for packed in self._packed]
        return self._layers[batch, keep]

    def _forward(self, layers: list[StackedLayer], inputs: Tensor) -> Tensor:
        """Return (stack, horizon, batch) outputs."""
        layers[0].reads.copy_(inputs.permute(2, 0, 3, 1))
        for below, layer in zip([None, *layers], layers, strict=False):
            if below is not None:
                layer.reads.copy_(below.columns[1:, :, : self.shape.hidden])
            layer.forward()
        scale, shift = self.shape.kept_state()
        self._last = layers[-1].states[-1].mul(scale).add_(shift)
        return torch.baddbmm(self._readout[1], self._readout[0], self._last)

    def _backward(
        self, layers: list[StackedLayer], d_outputs: Tensor, gradients: Weights, record: Tensor | None
    ) -> None:
        torch.sum(d_outputs, 2, out=gradients["readout.bias"])
        torch.bmm(d_outputs, self._last.transpose(1, 2), out=gradients["readout.weight"])
        d_state = torch.bmm(self._readout[0].transpose(1, 2), d_outputs).mul_(self.shape.kept_state()[0])
        above = None
        for index in reversed(range(len(layers))):
            layer = layers[index]
            layer.backward(d_state, above, None if record is None else record[index])
            layer.packed.unpack_gradient(gradients)
            if index:
                above, d_state = layer.reads_gradient, torch.zeros_like(d_state)
