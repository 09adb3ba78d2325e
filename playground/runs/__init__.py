"""The run store: one SQLite file, from which every run can go on after a crash of the server."""

from playground.runs.store import RunStore
from playground.runs.stored import UNDER_WAY, RunSummary, StoredRun, material_key

__all__ = ["UNDER_WAY", "RunStore", "RunSummary", "StoredRun", "material_key"]
