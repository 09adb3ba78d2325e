"""Long work from memory to the run store and back, so that a restart of the server loses little of it."""

from __future__ import annotations

import importlib
import logging
import threading
import time
from typing import Any

from playground.engine.studies import Studies, Study
from playground.packing import pack, unpack
from playground.runs import RunStore

log = logging.getLogger(__name__)

KEPT = {
    "playground.labs.sweeps.work:advance_group": "playground.labs.sweeps.results:GroupRun",
    "playground.evaluation.backtest:advance_backtest": "playground.evaluation.backtest_results:BacktestRun",
    "playground.labs.leaks.work:advance_leak_run": "playground.labs.leaks.results:LeakRun",
    "playground.labs.gradients.work:advance_gradient_run": "playground.labs.gradients.results:GradientRun",
    "playground.labs.memory.work:advance_memory_run": "playground.labs.memory.results:MemoryRun",
    "playground.sequences.classify.work:advance_classifier": "playground.sequences.records:ClassifierRun",
    "playground.sequences.classify.convolution:advance_cnn": "playground.sequences.records:ClassifierRun",
    "playground.sequences.write.work:advance_writer": "playground.sequences.records:WriterRun",
}
"""Function -> the record that it returns, of all long work that is kept. Work on voices is not among it."""

PRIVATE = "private "
"""What the key of a study begins with whose record may tell of a visitor's own texts: it is never kept."""

LARGEST_BYTES = 8 * 2**20
"""A larger record is not kept."""

EVERY_S = 5.0
"""A study under way is written once in so many seconds."""

SHARE = 0.05
"""Most of the driver's time that writing may take while studies are under way."""


class StudyKeeper:
    """Writes finished pieces one at a time, at once where a study came to rest or is done, and brings them back."""

    def __init__(self, store: RunStore, studies: Studies, lock: threading.RLock) -> None:
        self.store, self.studies, self.lock = store, studies, lock
        self._from = 0.0

    def save_next(self) -> bool:
        """Write the study that has waited longest, if one is due; return False if the store refuses."""
        began = time.monotonic()
        if began < self._from:
            return True
        with self.lock:
            due = self.studies.unsaved(EVERY_S)
        if not due:
            return True
        saved = self._save(min(due, key=lambda study: study.saved_at))
        now = time.monotonic()
        self._from = now + (now - began) / SHARE
        return saved

    def save_all(self) -> None:
        """Write all that is not yet written, as far as the store lets itself be written to."""
        with self.lock:
            due = self.studies.unsaved(0.0)
        for study in due:
            if not self._save(study):
                return

    def recall(self, key: str) -> None:
        """Bring a study back from the store if it is not in memory and was kept."""
        with self.lock:
            if key in self.studies:
                return
        reached = self._load(key)
        if reached is not None:
            with self.lock:
                self.studies.restore(key, reached)

    def _save(self, study: Study) -> bool:
        with self.lock:
            reached = study.reached
        data = self._packed(study, reached)
        saved = data is None or self.store.save_study(study.key, study.function, data)
        with self.lock:
            study.saved_at = time.monotonic()
            if saved:
                study.saved = reached
        return saved

    def _packed(self, study: Study, reached: Any) -> bytes | None:
        """Return the record's bytes, None if it is not to be kept."""
        if study.function not in KEPT or study.key.startswith(PRIVATE):
            return None
        try:
            data = pack(reached)
        except (TypeError, ValueError):
            log.exception("%s returned what cannot be kept", study.function)
            return None
        return data if len(data) <= LARGEST_BYTES else None

    def _load(self, key: str) -> Any:
        """Return the piece that was kept, None if there is none that can be read."""
        try:
            kept = self.store.studies.load(key)
            if kept is None or kept[0] not in KEPT:
                return None
            module, _, name = KEPT[kept[0]].partition(":")
            return unpack(getattr(importlib.import_module(module), name), kept[1])
        except ValueError as error:
            log.warning("A finished piece of long work cannot be read and begins anew: %s", error)
            self.store.studies.drop(key)
            return None
