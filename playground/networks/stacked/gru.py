"""The gated recurrent unit, forward and backward over whole windows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from playground.networks.stacked.layer import StackedLayer


class StackedGRU(StackedLayer):
    """The gated recurrent unit; packed rows are n's input part, z, r, n's state part.

    It keeps (h + 1)/2, for which the mixing by z is the same as for h.
    """

    def make_forward_buffers(self) -> None:
        """Make what `forward` writes to."""
        self.sums = self.buffer(self.slots, 3 * self.hidden)
        self.candidates = self.buffer(self.slots, self.hidden)
        for column, now, n in zip(self.steps, self.each(self.sums), self.each(self.candidates), strict=True):
            z, r, n_h = now.split(self.hidden, dim=1)
            before, below = column[:, : self.hidden], column[:, self.hidden :]
            self.ways.append((now, now[:, : 2 * self.hidden], z, r, n_h, n, before, below))

    def make_backward_buffers(self) -> None:
        """Make what `backward` writes to."""
        hidden, stack = self.hidden, self.shape.stack
        self.from_state = self.buffer(self.block, 2 * hidden)  # d n's sum / d state, d z's sum / d state
        self.from_sum = self.buffer(self.block, 2 * hidden)  # d r's sum / d n's sum, r
        self.d_sums = self.buffer(4 * hidden)
        self.gradient = torch.zeros(stack, self.packed.matrix.shape[2], 3 * hidden, dtype=self.dtype)
        self.gradient_n = torch.zeros(stack, self.packed.inputs + 1, hidden, dtype=self.dtype)

    def forward(self) -> None:
        """Step from the zero state through the whole window."""
        hidden, matrix = self.hidden, self.packed.matrix
        gates_matrix, n_matrix = matrix[:, hidden:], matrix[:, :hidden, hidden:]
        for column, state, views in zip(self.steps, self.states, self.ways, strict=True):
            now, gates, z, r, n_h, n, before, below = views
            torch.bmm(gates_matrix, column, out=now)
            torch.bmm(n_matrix, below, out=n)
            gates.sigmoid_()
            n.addcmul_(r, n_h).sigmoid_()
            torch.lerp(n, before, z, out=state)

    def backward(self, d_state: Tensor, above: Tensor | None, record: Tensor | None) -> None:
        """Step back through the window and fill the packed gradient."""
        hidden, d_sums = self.hidden, self.d_sums
        gradient, gradient_n = self.gradient.zero_(), self.gradient_n.zero_()
        pairs = d_sums.view(self.shape.stack, 4, hidden, self.batch)
        first, second, d_n = pairs[:, :2], pairs[:, 2:], pairs[:, :1]
        matrix = self.packed.matrix.transpose(1, 2)
        to_state, to_reads = matrix[:, :hidden, hidden:], matrix[:, hidden:-1, : 3 * hidden]
        d_gates, d_rows = d_sums[:, hidden:], d_sums[:, hidden:].transpose(1, 2)
        d_inputs, d_rows_n = d_sums[:, : 3 * hidden], d_sums[:, :hidden].transpose(1, 2)
        both = d_state.unsqueeze(1)
        for block in self.blocks_back():
            from_state, from_sum = self._factors(block)
            for step in reversed(range(block.start, block.stop)):
                self.arrive(step, d_state, above, record)
                column, (_, _, z, _, _, _, _, below) = self.steps[step], self.ways[step]
                torch.mul(both, from_state[step - block.start], out=first)
                torch.mul(d_n, from_sum[step - block.start], out=second)
                gradient.baddbmm_(column, d_rows)
                gradient_n.baddbmm_(below, d_rows_n)
                if self.packed.layer:
                    torch.bmm(to_reads, d_inputs, out=self.reads_gradient[step])
                if step:
                    d_state.mul_(z).baddbmm_(to_state, d_gates)
        self.packed.gradient[:, :, hidden:] = gradient
        self.packed.gradient[:, hidden:, :hidden] = gradient_n

    def _factors(self, block: slice) -> tuple[Sequence[Tensor], Sequence[Tensor]]:
        """Return what turns dL/d state into dL/d sums of n and z, and the former into those of r and n's state part."""
        hidden, n, before = self.hidden, self.candidates[block], self.columns[:-1, :, : self.hidden][block]
        z, r, n_h = self.sums[block].split(hidden, dim=2)
        from_state, from_sum = self.from_state[: len(n)], self.from_sum[: len(n)]
        to_n, to_z = from_state.split(hidden, dim=2)
        to_r, to_n_h = from_sum.split(hidden, dim=2)
        torch.addcmul(z, z, z, value=-1, out=to_z)
        torch.sub(before, n, out=to_n)
        to_z.mul_(to_n)  # (kept before - n) z (1 - z)
        torch.addcmul(n, n, n, value=-1, out=to_n)
        to_n.addcmul_(to_n, z, value=-1)  # (1 - z) n (1 - n)
        torch.addcmul(r, r, r, value=-1, out=to_r)
        to_r.mul_(n_h)  # n's state part · r (1 - r)
        to_n_h.copy_(r)
        return from_state.unflatten(2, (2, hidden)).unbind(0), from_sum.unflatten(2, (2, hidden)).unbind(0)
