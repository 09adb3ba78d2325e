"""LSTMs by torch's own fused kernel, network after network and without autograd.

oneDNN's kernel multiplies faster than batched products do, and from some twenty units on products are
most of what an LSTM costs. What is saved is all that autograd puts around the kernel. Each network
goes forward and back before the next begins, so that what backward needs is still in the cache, and by
the operations that autograd takes, so that every bit of its gradient is the same.
"""

from __future__ import annotations

import torch
from torch import Tensor

from playground.networks.stacked.layout import StackShape, Weights

LSTM_MODE = 2
"""The kernel's number for an LSTM; it knows no other cell."""

CHUNK_WINDOWS = 128
"""Most windows that one forward pass outside training takes at once."""

Layer = tuple[Tensor, ...]
"""A layer's W_xh, W_hh, b_xh and b_hh, or their gradients."""


def kernel_is_there() -> bool:
    """Say whether torch was built with the kernel for this processor."""
    return torch.backends.mkldnn.is_available() and hasattr(torch.ops.aten, "mkldnn_rnn_layer_backward")


class KernelLSTMs:
    """Whole-window passes over `shape.stack` LSTMs in single precision; used like `StackedNetworks`."""

    def __init__(self, shape: StackShape) -> None:
        self.shape = shape
        self._networks: list[list[Layer]]
        self._readout: tuple[Tensor, Tensor]

    @torch.inference_mode()
    def pack(self, weights: Weights) -> None:
        """Take over the weights, each (stack, ...), named as in `Network`."""
        self._networks = self._by_network(weights)
        self._readout = weights["readout.weight"], weights["readout.bias"].unsqueeze(1)

    @torch.inference_mode()
    def losses(self, inputs: Tensor, targets: Tensor, gradients: Weights) -> Tensor:
        """Return each network's mean squared error, (stack,), and write its gradient into `gradients`.

        Args:
            inputs: (stack, batch, time, features), scaled.
            targets: (stack, batch, horizon), scaled.
            gradients: Parameter name -> (stack, ...) to write to.
        """
        steps, (weights, biases) = inputs.transpose(1, 2).contiguous(), self._readout
        losses = inputs.new_empty(len(inputs))
        scale = 2 / (targets.shape[1] * targets.shape[2])
        places = zip(self._by_network(gradients), gradients["readout.weight"], gradients["readout.bias"], strict=True)
        for row, (own, d_weight, d_bias) in enumerate(places):
            past = Pass(self._networks[row], steps[row], keep=True)
            outputs = torch.addmm(biases[row], past.last, weights[row].T)
            torch.mean((outputs - targets[row]).square_(), (0, 1), out=losses[row])
            d_outputs = outputs.sub_(targets[row]).mul_(scale)
            torch.sum(d_outputs, 0, out=d_bias)
            torch.mm(d_outputs.T, past.last, out=d_weight)
            past.backward(torch.mm(d_outputs, weights[row]), own)
        return losses

    @torch.inference_mode()
    def predict(self, inputs: Tensor) -> Tensor:
        """Return (stack, m, horizon) outputs of every network for the same (m, time, features) windows."""
        weight, bias = self._readout
        outputs = []
        for chunk in inputs.split(CHUNK_WINDOWS):
            steps = chunk.transpose(0, 1).contiguous()
            last = torch.stack([Pass(layers, steps, keep=False).last for layers in self._networks])
            outputs.append(torch.baddbmm(bias, last, weight.transpose(1, 2)))
        return torch.cat(outputs, 1)

    def _by_network(self, named: Weights) -> list[list[Layer]]:
        """Return the recurrent tensors by network and layer."""
        parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        layers = [
            zip(*(named[f"recurrent.{part}_l{layer}"].unbind(0) for part in parts), strict=True)
            for layer in range(self.shape.layers)
        ]
        return [list(network) for network in zip(*layers, strict=True)]


class Pass:
    """One network's pass over (time, batch, inputs) windows, layer by layer.

    Attributes:
        last: (batch, hidden), the last layer's h after the last step.
    """

    def __init__(self, layers: list[Layer], steps: Tensor, keep: bool) -> None:
        """Go forward from the zero state; `keep` what backward needs."""
        hidden = layers[0][1].shape[1]
        zero = steps.new_zeros(steps.shape[1], hidden)
        self._calls: list[tuple[Tensor, ...]] = []
        # The kernel keeps what backward needs only where gradients are enabled; no tensor here makes a graph.
        with torch.set_grad_enabled(keep):
            for weights in layers:
                read = (steps, *weights, zero, zero)
                steps, self.last, *kept = torch.ops.aten.mkldnn_rnn_layer.default(
                    *read, False, [], LSTM_MODE, hidden, 1, True, False, False, keep
                )
                if keep:
                    self._calls.append((*read, steps, self.last, *kept))

    def backward(self, d_last: Tensor, gradients: list[Layer]) -> None:
        """Write the gradients of the layers' weights for dL/d last, (batch, hidden)."""
        d_state: Tensor | None = d_last
        d_steps: Tensor | None = None
        for (*call, workspace), own in zip(reversed(self._calls), reversed(gradients), strict=True):
            hidden = own[1].shape[1]
            d_steps, *d_weights, _, _ = torch.ops.aten.mkldnn_rnn_layer_backward.default(
                *call, d_steps, d_state, None, False, LSTM_MODE, hidden, 1, True, True, False, [], False, workspace
            )
            d_state = None
            for mine, computed in zip(own, d_weights, strict=True):
                mine.copy_(computed)
