"""LSTMs by torch's own fused kernel, network after network and without autograd.

oneDNN's kernel multiplies faster than batched products do, and from some twenty units on products are
most of what an LSTM costs. What is saved is all that autograd puts around the kernel. Each network
goes forward and back before the next begins, so that what backward needs is still in the cache.

torch calls the kernel for its own LSTMs, but does not promise to keep it as it is. So every process
tries it once before it is used, and trains without it where it is missing or differs.
"""

from __future__ import annotations

import functools
import logging

import torch
from torch import Tensor

from playground.config import Recipe
from playground.networks.network import build_network
from playground.networks.stacked.layout import StackShape, Weights

log = logging.getLogger(__name__)

LSTM_MODE = 2
"""The kernel's number for an LSTM; it knows no other cell."""

CHUNK_WINDOWS = 128
"""Most windows that one forward pass outside training takes at once."""

CHECK_TOLERANCE = 1e-5
"""Most by which the loss and the gradients of the check may differ from autograd's in double precision.

They are of size 0.01 to 1, and single precision leaves differences below 1e-7.
"""

Layer = tuple[Tensor, ...]
"""A layer's W_xh, W_hh, b_xh and b_hh, or their gradients."""


def kernel_is_there() -> bool:
    """Say whether torch was built with the kernel for this processor."""
    return torch.backends.mkldnn.is_available() and hasattr(torch.ops.aten, "mkldnn_rnn_layer_backward")


@functools.cache
def kernel_works() -> bool:
    """Say whether the kernel is there and one step of training by it is autograd's, tried once in every process."""
    if not kernel_is_there():
        return False
    try:
        difference = difference_to_autograd()
    except Exception as error:  # whatever a changed kernel does, autograd trains on
        log.warning("torch's fused LSTM kernel cannot be called here (%s); LSTMs train by autograd, more slowly", error)
        return False
    if not difference <= CHECK_TOLERANCE:
        log.warning(
            "torch's fused LSTM kernel differs from autograd by %.1g here (at most %g is allowed); LSTMs train by "
            "autograd, more slowly",
            difference,
            CHECK_TOLERANCE,
        )
        return False
    return True


@torch.inference_mode(False)
@torch.enable_grad()
def difference_to_autograd() -> float:
    """Return the largest difference in loss and gradients between the kernel and autograd in double precision.

    Both go forward and back once through the same small network with two layers, on the same windows.
    """
    recipe = Recipe().replaced(cell="lstm", layers=2, hidden_size=20, window_steps=12, horizon_steps=2)
    network = build_network(recipe, features=2)
    generator = torch.Generator().manual_seed(0)
    inputs, targets = torch.randn(8, 12, 2, generator=generator), torch.randn(8, 2, generator=generator)
    weights = {name: parameter.detach().unsqueeze(0) for name, parameter in network.named_parameters()}
    gradients = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    kernel = KernelLSTMs(StackShape.of(recipe.network, 2, 2, 12, 1))
    kernel.pack(weights)
    loss = kernel.losses(inputs.unsqueeze(0), targets.unsqueeze(0), gradients)[0]
    network.double()
    expected = torch.nn.functional.mse_loss(network(inputs.double()), targets.double())
    expected.backward()
    differences = [loss - expected.detach()]
    differences += [gradients[name][0] - p.grad for name, p in network.named_parameters() if p.grad is not None]
    return torch.stack([difference.abs().max() for difference in differences]).max().item()


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
