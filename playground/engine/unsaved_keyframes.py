"""The kept weights of a run that are not on disk yet."""

from __future__ import annotations

from collections.abc import Iterable

from playground.histories import Keyframe


class UnsavedKeyframes(dict[int, Keyframe]):
    """Keyframes by epoch; `newest` is the newest epoch that ever came, -1 for none."""

    newest = -1

    def take(self, keyframes: Iterable[Keyframe], settled_epoch: int) -> None:
        """Add keyframes; a passing one goes when there is a later checkpoint, at `settled_epoch`."""
        self.update({kept.epoch: kept for kept in keyframes})
        self.newest = max(self.newest, *self, -1)
        for epoch in [epoch for epoch, kept in self.items() if kept.passing and epoch < settled_epoch]:
            del self[epoch]

    def go_back(self, epoch: int, settled_epoch: int) -> None:
        """Drop what came after an epoch, because the run goes back to it."""
        for later in [kept for kept in self if kept > epoch]:
            del self[later]
        self.newest = settled_epoch

    def forget_saved(self, saved: Iterable[Keyframe], checkpoint_epoch: int) -> None:
        """Let go of what is on disk now: the saved ones up to the stored checkpoint."""
        for kept in saved:
            if kept.epoch <= checkpoint_epoch and self.get(kept.epoch) is kept:
                del self[kept.epoch]
