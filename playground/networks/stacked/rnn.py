"""The simple recurrent network, forward and backward over whole windows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from playground.networks.stacked.layer import StackedLayer


class StackedRNN(StackedLayer):
    """The simple recurrent network with tanh, ReLU or σ."""

    def make_forward_buffers(self) -> None:
        """Make what `forward` writes to."""
        self.sums = self.buffer(self.hidden)

    def make_backward_buffers(self) -> None:
        """Make what `backward` writes to."""
        self.slopes = self.buffer(self.block, self.hidden)
        self.d_sums = self.buffer(self.hidden)

    def forward(self) -> None:
        """Step from the zero state through the whole window."""
        matrix, sums = self.packed.matrix, self.sums
        relu = self.shape.nonlinearity == "relu"
        for column, state in zip(self.steps, self.states, strict=True):
            torch.bmm(matrix, column, out=sums)
            if relu:
                torch.clamp_min(sums, 0, out=state)
            else:
                torch.sigmoid(sums, out=state)

    def backward(self, d_state: Tensor, above: Tensor | None, record: Tensor | None) -> None:
        """Step back through the window and fill the packed gradient."""
        hidden, d_sums, gradient = self.hidden, self.d_sums, self.packed.gradient.zero_()
        matrix = self.packed.matrix.transpose(1, 2)
        to_state, to_reads, d_rows = matrix[:, :hidden], matrix[:, hidden:-1], d_sums.transpose(1, 2)
        for block in self.blocks_back():
            slopes = self._slopes(block)
            for step in reversed(range(block.start, block.stop)):
                self.arrive(step, d_state, above, record)
                torch.mul(d_state, slopes[step - block.start], out=d_sums)
                gradient.baddbmm_(self.steps[step], d_rows)
                if self.packed.layer:
                    torch.bmm(to_reads, d_sums, out=self.reads_gradient[step])
                if step:
                    torch.bmm(to_state, d_sums, out=d_state)

    def _slopes(self, block: slice) -> Sequence[Tensor]:
        """Return the derivative of the nonlinearity at each step of the block."""
        states = self.columns[1:, :, : self.hidden][block]
        slopes = self.slopes[: len(states)]
        if self.shape.nonlinearity == "relu":
            torch.sign(states, out=slopes)
        else:
            torch.addcmul(states, states, states, value=-1, out=slopes)
        return slopes.unbind(0)
