"""Long work that computes nothing, for workers that find this folder on their path."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Count:
    """How far the counting is, and by which processes."""

    planned: int
    by: tuple[int, ...] = ()
    ballast: NDArray[np.uint8] | None = None

    @property
    def pieces(self):
        return len(self.by)

    @property
    def progress(self):
        return self.pieces / self.planned

    @property
    def done(self):
        return self.pieces >= self.planned


def count(name, planned, piece_s, before):
    """Count one further after sleeping; names let tests have several countings."""
    time.sleep(piece_s)
    return Count(planned, (*(before.by if before else ()), os.getpid()))


def fail_at(piece, path, planned, before):
    """Count, but raise at one piece as long as the file is there."""
    reached = before.pieces if before else 0
    if reached == piece and Path(path).exists():
        raise ValueError(f"piece {piece} cannot be")
    return Count(planned, (*(before.by if before else ()), os.getpid()))


def die_of(data, path):
    """End the worker, whatever the data; leave a mark each time."""
    with Path(path).open("a") as marks:
        marks.write("x")
    os._exit(1)
