"""One layer's whole window, forward and backward, for each cell.

All buffers, and the views of them that a step needs, are made once: making a view costs as much as a
small product. Per step there is one batched product and a few elementwise operations. What backward
needs beside the gradient is multiplied out for a block of steps at once: many steps where the stack is
small and each operation's start costs most, few where a block would leave the cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from playground.networks.stacked.layout import PackedLayer, StackShape

BLOCK_VALUES = 2**14
"""Values of one kind that a block of backward steps holds, 64 kB in single precision."""

sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input


class StackedLayer:
    """Buffers of one layer for batches of one size.

    Attributes:
        columns: (window + 1, stack, hidden + inputs + 1, batch): kept state before the step, input, 1.
        states: The kept state after each step, views of `columns`.
        reads: The input of each step, views of `columns`.
        ways, ways_back: The other views that each step forward and back needs.
        reads_gradient: (window, stack, inputs, batch) dL/d input, where a layer below asks for it.
    """

    def __init__(self, packed: PackedLayer, batch: int, keep: bool) -> None:
        self.packed, self.shape, self.batch = packed, packed.shape, batch
        self.hidden, self.dtype = packed.shape.hidden, packed.matrix.dtype
        shape, hidden = self.shape, self.hidden
        self.columns = self.buffer(shape.window_steps + 1, hidden + packed.inputs + 1)
        self.columns[:, :, -1] = 1
        self.columns[0, :, :hidden] = 0.0 - packed.state_shift / packed.state_scale
        self.steps = self.columns[:-1].unbind(0)
        self.states = self.columns[1:, :, :hidden].unbind(0)
        self.reads = self.columns[:-1, :, hidden:-1]
        self.slots = shape.window_steps if keep else 1
        self.block = min(shape.window_steps, max(1, BLOCK_VALUES // (shape.stack * hidden * batch)))
        self.ways: list[tuple[Tensor, ...]] = []
        self.ways_back: list[tuple[Tensor, ...]] = []
        self.make_forward_buffers()
        if keep:
            self.make_backward_buffers()
        if keep and packed.layer:
            self.reads_gradient = self.buffer(shape.window_steps, packed.inputs)

    def buffer(self, *sizes: int) -> Tensor:
        """Return a (first, stack, rows, batch) buffer, or (stack, rows, batch) for one size."""
        return torch.zeros(*sizes[:-1], self.shape.stack, sizes[-1], self.batch, dtype=self.dtype)

    def each(self, buffer: Tensor) -> Sequence[Tensor]:
        """Return the buffer's part for each step; without backward all steps share what there is."""
        parts = buffer.unbind(0)
        return [parts[step % len(parts)] for step in range(self.shape.window_steps)]

    def blocks_back(self) -> Iterator[slice]:
        """Yield the blocks of steps from the last to the first."""
        for stop in range(self.shape.window_steps, 0, -self.block):
            yield slice(max(0, stop - self.block), stop)

    def make_forward_buffers(self) -> None:
        """Make what `forward` writes to."""
        raise NotImplementedError

    def make_backward_buffers(self) -> None:
        """Make what `backward` writes to."""
        raise NotImplementedError

    def forward(self) -> None:
        """Step from the zero state through the whole window."""
        raise NotImplementedError

    def backward(self, d_state: Tensor, above: Tensor | None, record: Tensor | None) -> None:
        """Step back through the window and fill the packed gradient.

        Args:
            d_state: (stack, hidden, batch) dL/d kept state after the last step; used as a buffer.
            above: (window, stack, hidden, batch) what the layer above adds to each state's gradient.
            record: Takes dL/dh of each step, (window, stack, hidden, batch).
        """
        raise NotImplementedError

    def arrive(self, step: int, d_state: Tensor, above: Tensor | None, record: Tensor | None) -> None:
        """Complete dL/d kept state of a step."""
        if above is not None:
            d_state.add_(above[step])
        if record is not None:
            torch.mul(d_state, 1 / self.packed.state_scale, out=record[step])


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
        self.quarter = torch.tensor(0.25, dtype=self.dtype)
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
                d_cell.addcmul_(d_state, d_shown[step - block.start])
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
        """Return o · (1/4 - (tanh c / 2)²), the derivative of the kept state by 2c, at each step of the block."""
        shown = self.shown[block]
        slopes = torch.addcmul(self.quarter, shown, shown, value=-1, out=self.d_shown[: len(shown)])
        return slopes.mul_(self.gates[block, :, 3 * self.hidden :]).unbind(0)


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


STACKED_LAYERS: dict[str, type[StackedLayer]] = {"rnn": StackedRNN, "lstm": StackedLSTM, "gru": StackedGRU}


def build_layers(shape: StackShape, packed: Sequence[PackedLayer], batch: int, keep: bool) -> list[StackedLayer]:
    """Build the buffers of all layers; `keep` says whether a backward pass follows."""
    return [STACKED_LAYERS[shape.cell](layer, batch, keep) for layer in packed]
