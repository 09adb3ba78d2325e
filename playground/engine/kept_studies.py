"""Long work from memory to the run store and back, so that a restart of the server loses little of it."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from playground.engine.studies import Studies, Study
from playground.jobs import Job
from playground.packing import pack, unpack
from playground.runs import RunStore

log = logging.getLogger(__name__)

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

    def recall(self, key: str, job: Job[Any]) -> None:
        """Bring a study, whose job it is, back from the store if it is not in memory and was kept."""
        with self.lock:
            if key in self.studies:
                return
        reached = self._load(key, job)
        if reached is not None:
            with self.lock:
                self.studies.restore(key, reached)

    def _save(self, study: Study) -> bool:
        with self.lock:
            reached = study.reached
        data = self._packed(study, reached)
        saved = data is None or self.store.save_study(study.key, study.kept, data)
        with self.lock:
            study.saved_at = time.monotonic()
            if saved:
                study.saved = reached
        return saved

    def _packed(self, study: Study, reached: Any) -> bytes | None:
        """Return the record's bytes, None if it is not to be kept."""
        if not study.kept:
            return None
        try:
            data = pack(reached)
        except (TypeError, ValueError):
            log.exception("%s returned what cannot be kept", study.kept)
            return None
        return data if len(data) <= LARGEST_BYTES else None

    def _load(self, key: str, job: Job[Any]) -> Any:
        """Return the piece that was kept, None if there is none that can be read."""
        try:
            kept = self.store.studies.load(key) if job.kept else None
            if kept is None or kept[0] != job.target or job.record is None:
                return None
            return unpack(job.record, kept[1])
        except ValueError as error:
            log.warning("A finished piece of long work cannot be read and begins anew: %s", error)
            self.store.studies.drop(key)
            return None
