"""Record the sweep that the page Hidden size shows first: `python -m playground.recording.sweep`."""

from __future__ import annotations

import torch

from playground.data.catalog import load_series
from playground.labs.sweeps.recorded import RECORDED_PATH, RECORDED_PLAN, RecordedSweep
from playground.labs.sweeps.results import points_of
from playground.labs.sweeps.work import train_group
from playground.packing import pack


def main() -> None:
    """Train the recorded plan and write its points."""
    torch.set_num_threads(1)
    series = load_series(RECORDED_PLAN.recipe.data)
    groups = {cell: train_group(RECORDED_PLAN.recipes_at(cell), series) for cell in RECORDED_PLAN.cells}
    RECORDED_PATH.write_bytes(pack(RecordedSweep(points_of(RECORDED_PLAN, groups))))


if __name__ == "__main__":
    main()
