"""Training many small networks of one shape as one stack: each gets the history it would have alone, but for rounding.

The same stack repeats bit for bit on the same machine. Alone, and in a stack of another size, products are rounded
differently; `benchmarks/calibration/repeats.py` measures how far that leads.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from playground.config import MAX_WORKING_BYTES, Recipe, working_bytes
from playground.histories import Checkpoint, EpochRecord
from playground.networks.network import build_network
from playground.records import Examples
from playground.training.epochs import CLIP_EPSILON, close_epoch, diverged, epoch_order, shared, squared_error
from playground.training.stack import Stack

MOST_STACKED = 32
"""More networks in a stack gain nothing: the products fill the processor already."""

LARGEST_STACKED = {"rnn": 128, "gru": 128, "lstm": 32}
"""Largest hidden size at which a stack trains faster than its networks one by one, by cell.

One thread, window 32, batch 64, stacks of 2, 3 and 8, times one by one into the stack's: RNN 1.2 to 5.0,
GRU 1.1 to 5.2 at hidden 2 to 64; LSTM 1.2 to 4.1 at 4, 1.0 to 1.6 at 16, 1.2 to 1.35 at 32, 1.0 to 1.1
above, where one fused kernel does nearly all the work either way.
"""

OWN = (
    "seed", "initialisation", "spectral_radius", "learning_rate", "learning_rate_changes", "momentum", "clip_norm",
    "epochs", "patience_epochs",
)  # fmt: skip
"""The fields in which networks of a stack may differ."""


def most_stacked(recipe: Recipe) -> int:
    """Return how many networks of this recipe one stack may hold."""
    return max(1, min(MOST_STACKED, MAX_WORKING_BYTES // working_bytes(recipe)))


def can_stack(recipes: Sequence[Recipe]) -> bool:
    """Say whether the networks can train as one stack.

    They must be equal in all fields but `OWN`. Networks with dropout between layers train alone.
    """
    if not recipes:
        return False
    network, plain = recipes[0].network, {name: Recipe().value(name) for name in OWN}
    alike = {recipe.replaced(**plain).key() for recipe in recipes}
    dropout = network.dropout > 0 and network.layers > 1
    return len(alike) == 1 and not dropout and len(recipes) <= most_stacked(recipes[0])


def stacking_wins(recipes: Sequence[Recipe]) -> bool:
    """Say whether the networks can train as one stack and are done sooner so than one by one."""
    network = recipes[0].network if recipes else None
    return (
        network is not None
        and len(recipes) > 1
        and network.hidden_size <= LARGEST_STACKED[network.cell]
        and can_stack(recipes)
    )


class StackedTraining:
    """Networks of one shape in training on the same series.

    Each keeps its own initial weights, order of windows, learning rate, clipping, early stopping and
    end; one that ended leaves the stack. The time that a stack takes is shared out evenly.
    """

    def __init__(
        self, recipes: Sequence[Recipe], prepared: Examples, checkpoints: Sequence[Checkpoint] | None = None
    ) -> None:
        """Begin with the initial weights, or where the checkpoints stand.

        Raises:
            ValueError: if the recipes do not fit in one stack, or the checkpoints do not stand at the same step.
        """
        if not can_stack(recipes):
            raise ValueError(
                f"the {len(recipes)} networks of a stack must be alike in all but seed, learning rate, momentum, "
                "clipping, patience and epochs, without dropout, and fit in memory; train them in smaller groups"
            )
        self.recipes, self.prepared = tuple(recipes), prepared
        fresh = Checkpoint()
        # The counters of networks in training live in these too; their arrays stay empty until they are asked for.
        self._progress = [fresh] * len(self.recipes) if checkpoints is None else list(checkpoints)
        if len(self._progress) != len(self.recipes):
            raise ValueError(
                f"{len(recipes)} networks take as many checkpoints, got {len(self._progress)}; give one each"
            )
        self._active = [place for place, one in enumerate(self._progress) if one.state == "training"]
        if len({(self._progress[place].epoch, self._progress[place].step) for place in self._active}) > 1:
            raise ValueError("networks of a stack must stand at the same epoch and step; train those that differ alone")
        self._inputs, self._targets = shared(prepared.train.inputs), shared(prepared.train.targets)
        self._held_out = shared(prepared.validation.inputs)
        if self._active:
            self._fill()

    @property
    def progress(self) -> tuple[Checkpoint, ...]:
        """How far each network is: checkpoints, without current weights where it is still in training."""
        return tuple(self._progress)

    @property
    def training(self) -> bool:
        """Whether any network is still in training."""
        return bool(self._active)

    def advance(self, budget_s: float, until_epoch: int | None = None) -> tuple[tuple[EpochRecord, ...], ...]:
        """Train until `budget_s` is used, the networks have completed `until_epoch` epochs, or all have ended.

        The budget is checked after every step of the stack, so at least one is taken.

        Returns:
            For each network the epochs it completed.
        """
        records: list[list[EpochRecord]] = [[] for _ in self.recipes]
        self._began = began = time.perf_counter()
        while self._active and (until_epoch is None or self._progress[self._active[0]].epoch < until_epoch):
            self._take_step()
            if self._active and self._step * self._batch_size >= self._order.shape[1]:
                for place, record in self._end_epoch():
                    records[place].append(record)
            if time.perf_counter() - began >= budget_s:
                break
        self._note_progress()
        return tuple(tuple(some) for some in records)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return for each network all that it needs to go on from here, in a stack or alone, as copies."""
        whole = list(self._progress)
        for row, place in enumerate(self._active):
            whole[place] = self._with_arrays(row)
        return tuple(whole)

    def _with_arrays(self, row: int) -> Checkpoint:
        progress, stack = self._progress[self._active[row]], self._stack
        return replace(progress, weights=stack.weights(row), optimizer=stack.optimizer_arrays(row))

    def _fill(self) -> None:
        """Build the stack from initial weights or checkpoints."""
        recipes = [self.recipes[place] for place in self._active]
        features = self._inputs.shape[2]
        initial = [
            torch.cat([p.detach().flatten() for p in build_network(recipe, features).parameters()])
            for recipe in recipes
        ]
        self._stack = Stack(recipes, features, torch.stack(initial))
        for row, place in enumerate(self._active):
            self._stack.load(row, self._progress[place])
            self._progress[place] = replace(self._progress[place], weights={}, optimizer={})
        self._batch_size = recipes[0].training.batch_size
        self._limits = torch.tensor([recipe.training.clip_norm or math.inf for recipe in recipes])
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        """Draw each network's order and read its counters; all stand at the same epoch and step."""
        active = [self._progress[place] for place in self._active]
        recipes, self._step, epoch = self._stack.recipes, active[0].step, active[0].epoch + 1
        windows = len(self.prepared.train.anchors)
        self._order = torch.stack([epoch_order(recipe, epoch, windows) for recipe in recipes])
        rates = [recipe.training.learning_rate_at(epoch) for recipe in recipes]
        self._rates = torch.tensor(rates, dtype=torch.float64)
        counters = [[one.loss_sum, one.norm_sum, one.clipped] for one in active]
        self._counters = torch.tensor(counters, dtype=torch.float64).T.contiguous()

    @torch.inference_mode()
    def _take_step(self) -> None:
        """Take one optimizer step; networks whose loss or gradient is not finite end without it."""
        rows = self._order[:, self._step * self._batch_size : (self._step + 1) * self._batch_size]
        chosen, sizes = rows.flatten(), rows.shape
        inputs = self._inputs.index_select(0, chosen).unflatten(0, sizes)
        losses, norms = self._stack.measure(inputs, self._targets.index_select(0, chosen).unflatten(0, sizes))
        over = norms > self._limits
        if over.any():
            factors = torch.where(over, self._limits / (norms + CLIP_EPSILON), 1.0)
            self._stack.gradients.mul_(factors.unsqueeze(1))
        lost = ~(torch.isfinite(losses) & torch.isfinite(norms))
        if lost.any():
            self._note_progress()
            self._leave({row: self._lost(row, losses) for row in lost.nonzero().flatten().tolist()})
            if not self._active:
                return
            kept = ~lost
            losses, norms, over = losses[kept], norms[kept], over[kept]
            rows = rows[kept]
        self._stack.optimizer.step(self._stack.gradients, self._rates)
        self._step += 1
        self._counters += torch.stack((losses * rows.shape[1], norms, over))

    def _lost(self, row: int, losses: Tensor) -> Checkpoint:
        what = "the gradient" if math.isfinite(losses[row]) else "the loss"
        return diverged(self._with_arrays(row), self._stack.recipes[row].training, what)

    @torch.inference_mode()
    def _end_epoch(self) -> list[tuple[int, EpochRecord]]:
        """Measure the validation losses; return place and record of every network that completed the epoch."""
        self._note_progress()
        records: list[tuple[int, EpochRecord]] = []
        leaving: dict[int, Checkpoint] = {}
        for row, outputs in enumerate(self._stack.predict(self._held_out).numpy()):
            place, recipe = self._active[row], self._stack.recipes[row]
            loss = squared_error(outputs, self.prepared.validation)
            before = self._progress[place]
            if not math.isfinite(loss):
                leaving[row] = diverged(self._with_arrays(row), recipe.training, "the validation loss")
                continue
            self._progress[place], record = close_epoch(
                before,
                recipe.training,
                loss,
                None,
                before.elapsed_s,
                functools.partial(self._stack.weights, row),
            )
            records.append((place, record))
            if self._progress[place].state != "training":
                leaving[row] = self._with_arrays(row)
        self._leave(leaving)
        if self._active:
            self._begin_epoch()
        return records

    def _note_progress(self) -> None:
        """Write counters and time into the progress; the time is shared out evenly."""
        now = time.perf_counter()
        for row, place in enumerate(self._active):
            loss_sum, norm_sum, clipped = self._counters[:, row].tolist()
            self._progress[place] = replace(
                self._progress[place],
                step=self._step,
                loss_sum=loss_sum,
                norm_sum=norm_sum,
                clipped=int(clipped),
                count=min(self._step * self._batch_size, self._order.shape[1]),
                elapsed_s=self._progress[place].elapsed_s + (now - self._began) / len(self._active),
            )
        self._began = now

    def _leave(self, leaving: dict[int, Checkpoint]) -> None:
        """Take networks out of the stack, by row, and keep what they ended with."""
        for row, checkpoint in leaving.items():
            self._progress[self._active[row]] = checkpoint
        rows = [row for row in range(len(self._active)) if row not in leaving]
        self._active = [self._active[row] for row in rows]
        if self._active and leaving:
            gradients = self._stack.gradients[rows]
            self._stack = self._stack.keep(rows)
            self._stack.gradients.copy_(gradients)
            self._order, self._rates = self._order[rows], self._rates[rows]
            self._counters, self._limits = self._counters[:, rows], self._limits[rows]
