"""A run told as a lesson: cells of prose and of plain torch code that train the same network anew.

What a visitor named (titles, sources) only ever enters the code as a quoted Python text, never the prose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from playground.export.exported import ExportedRun
from playground.export.lesson_data import DATA_FILE, data_cells
from playground.export.lesson_network import network_cells
from playground.export.lesson_next import next_cells
from playground.export.lesson_training import training_cells
from playground.records import Floats

__all__ = ["DATA_FILE", "Cell", "cells_of", "lesson_cells"]


@dataclass(frozen=True)
class Cell:
    """One step of the lesson."""

    kind: Literal["prose", "code"]
    text: str


def lesson_cells(run: ExportedRun, ahead: Floats) -> tuple[Cell, ...]:
    """Return the lesson in order, prose before the code that it explains.

    Args:
        run: The run.
        ahead: (steps,) what its network forecasts after the last row, in the series' own units.
    """
    learning = [*data_cells(run), *network_cells(run), *training_cells(run)]
    return cells_of([(_WELCOME, _IMPORTS), *learning, *next_cells(run, ahead), (_GO_ON, "")])


def cells_of(pairs: Iterable[tuple[str, str]]) -> tuple[Cell, ...]:
    """Return the cells of (prose, code) pairs in order; code may be empty."""
    cells: list[Cell] = []
    for prose, code in pairs:
        cells.append(Cell("prose", prose.strip()))
        if code:
            cells.append(Cell("code", code.strip()))
    return tuple(cells)


_WELCOME = """
A recurrent network learns to forecast a series

This is one run of the RNN Playground, told from the beginning in plain torch, numpy and pandas.
The same data, the same seed, and at the end the score beside the app's and what comes next. Every
step is here and nothing is hidden: change a number and run it again.
"""

_IMPORTS = """
import hashlib
import math

import numpy as np
import pandas as pd
import torch
from torch import nn

torch.set_num_threads(1)  # small networks are fastest on one thread, and sums keep their order
"""

_GO_ON = """
What to try

- Another seed. How much of the score was luck?
- A shorter window. How much of the past does the network need?
- A larger learning rate. Where does training break?
- OPEN_TEST = True, once, when you have chosen everything else.
"""
