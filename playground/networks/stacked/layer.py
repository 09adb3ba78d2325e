"""What a layer's pass over whole windows is made of, whatever its cell.

All buffers, and the views of them that a step needs, are made once: making a view costs as much as a
small product. Per step there is one batched product and a few elementwise operations. What backward
needs beside the gradient is multiplied out for a block of steps at once: many steps where the stack is
small and each operation's start costs most, few where a block would leave the cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from playground.networks.stacked.layout import PackedLayer

BLOCK_VALUES = 2**16
"""Values of one kind that a block of backward steps holds, 256 kB in single precision."""


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
