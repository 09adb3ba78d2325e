"""The long short-term memory, forward and backward over whole windows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from playground.networks.stacked.layer import StackedLayer

sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input


class StackedLSTM(StackedLayer):
    """The long short-term memory; it keeps h/2 and 2c, so that tanh c = 2 σ(2c) - 1 needs no scaling."""

    def make_forward_buffers(self) -> None:
        """Make what `forward` writes to."""
        hidden = self.hidden
        self.gates = self.buffer(self.slots, 4 * hidden)
        # Block 0 is 4 σ(2 a_g) - 2, block 1 the 2c before the step: what i and f multiply.
        self.written = self.buffer(self.slots + 1, 2 * hidden)
        self.shown = self.buffer(self.slots, hidden)
        self.terms = self.buffer(2 * hidden)
        self.minus_two = torch.tensor(-2.0, dtype=self.dtype)
        written = self.written.unbind(0)
        for step, (now, shown) in enumerate(zip(self.each(self.gates), self.each(self.shown), strict=True)):
            before, after = written[step % len(written)], written[(step + 1) % len(written)]
            write, g, o = now.split((2 * hidden, hidden, hidden), dim=1)
            self.ways.append((now, write, g, o, before, before[:, :hidden], after[:, hidden:], shown))

    def make_backward_buffers(self) -> None:
        """Make what `backward` writes to."""
        self.d_shown = self.buffer(self.block, self.hidden)
        self.d_gates = self.buffer(4 * self.hidden)
        self.d_cell = self.buffer(self.hidden)
        self.back = torch.empty_like(self.packed.matrix)
        written = self.written.unflatten(2, (2, self.hidden)).unbind(0)
        for step, (now, shown) in enumerate(zip(self.gates, self.shown, strict=True)):
            i, f, _, _ = now.split(self.hidden, dim=1)
            self.ways_back.append((now, i, f, shown, written[step]))

    def forward(self) -> None:
        """Step from the zero state through the whole window."""
        matrix, terms, minus_two = self.packed.matrix, self.terms, self.minus_two
        kept, forgotten = terms.split(self.hidden, dim=1)
        self.written[0, :, self.hidden :] = 0
        for column, state, views in zip(self.steps, self.states, self.ways, strict=True):
            now, write, g, o, before, before_g, cell, shown = views
            torch.bmm(matrix, column, out=now)
            now.sigmoid_()
            torch.add(minus_two, g, alpha=4, out=before_g)
            torch.mul(write, before, out=terms)
            torch.add(kept, forgotten, out=cell)
            torch.sigmoid(cell, out=shown)
            shown.sub_(0.5)
            torch.mul(o, shown, out=state)

    def backward(self, d_state: Tensor, above: Tensor | None, record: Tensor | None) -> None:
        """Step back through the window and fill the packed gradient."""
        hidden, gradient = self.hidden, self.packed.gradient.zero_()
        d_gates, d_cell, rows = self.d_gates, self.d_cell.zero_(), slice(2 * hidden, 3 * hidden)
        # dL/d σ(2 a_g) lacks its factor 4 throughout: it is in the matrix that carries it back and in the end.
        self.back.copy_(self.packed.matrix)[:, rows].mul_(4)
        matrix = self.back.transpose(1, 2)
        to_state, to_reads, d_rows = matrix[:, :hidden], matrix[:, hidden:-1], d_gates.transpose(1, 2)
        d_write, d_g, d_o = d_gates[:, : 2 * hidden], d_gates[:, rows], d_gates[:, 3 * hidden :]
        d_write, both = d_write.unflatten(1, (2, hidden)), d_cell.unsqueeze(1)
        for block in self.blocks_back():
            d_shown = self._cell_slopes(block)
            for step in reversed(range(block.start, block.stop)):
                self.arrive(step, d_state, above, record)
                now, i, f, shown, written = self.ways_back[step]
                torch.mul(d_state, shown, out=d_o)
                d_cell.addcmul_(d_state, d_shown[step - block.start], value=0.25)
                torch.mul(both, written, out=d_write)
                torch.mul(d_cell, i, out=d_g)
                d_cell.mul_(f)
                sigmoid_backward(d_gates, now, grad_input=d_gates)
                gradient.baddbmm_(self.steps[step], d_rows)
                if self.packed.layer:
                    torch.bmm(to_reads, d_gates, out=self.reads_gradient[step])
                if step:
                    torch.bmm(to_state, d_gates, out=d_state)
        gradient[:, :, rows].mul_(4)

    def _cell_slopes(self, block: slice) -> Sequence[Tensor]:
        """Return o · (1 - tanh² c), four times the derivative of the kept state by 2c, at each step of the block."""
        o, states = self.gates[block, :, 3 * self.hidden :], self.columns[1:, :, : self.hidden][block]
        shown = self.shown[block]
        return torch.addcmul(o, states, shown, value=-4, out=self.d_shown[: len(shown)]).unbind(0)
