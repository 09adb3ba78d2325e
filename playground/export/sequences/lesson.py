"""A run on sequences told as a lesson: cells of prose and of plain torch code that train the same network anew."""

from __future__ import annotations

import re

from playground.export.lesson import Cell, cells_of
from playground.export.script import NOTEBOOK, SCRIPT, lesson_files, zipped_name
from playground.export.sequences.exported import AnyExported, AnyMaterial, ExportedWriter
from playground.export.sequences.lesson_classifier import labelled_cells, verdict_cells
from playground.export.sequences.lesson_network import network_cell
from playground.export.sequences.lesson_training import training_cells
from playground.export.sequences.lesson_writer import prediction_cells, sample_cell, stream_cells
from playground.export.sequences.material import files_beside, lies_beside


def sequence_lesson(run: AnyExported) -> tuple[Cell, ...]:
    """Return the lesson in order, prose before the code that it explains."""
    if isinstance(run, ExportedWriter):
        title, before, after = "A recurrent network learns what comes next", stream_cells(run), prediction_cells(run)
        last = [sample_cell(run), (_WRITE_ON, "")]
    else:
        title, before, after = "A recurrent network learns to tell classes apart", labelled_cells(run), verdict_cells()
        last = [(_CLASSIFY_ON, "")]
    told = [*before, network_cell(run), *after, *training_cells(run), *last]
    return cells_of([(f"{title}\n{_WELCOME}", _imports("\n".join(code for _, code in told))), *told])


def sequence_files(run: AnyExported, kind: str) -> tuple[str, bytes]:
    """Return (file name, content) of the "script" or the "notebook"; a zip where its material lies beside it."""
    return lesson_files(sequence_lesson(run), kind, files_beside(run.material))


def file_name(material: AnyMaterial, kind: str) -> str:
    """Return what `sequence_files` calls its file."""
    return zipped_name(kind) if lies_beside(material) else {"script": SCRIPT, "notebook": NOTEBOOK}[kind]


def _imports(code: str) -> str:
    """Return the imports that the code needs, as far as they are among ours."""
    blocks = []
    for block in _IMPORTS:
        lines = []
        for head, names in block:
            used = [name for name in names if re.search(rf"\b{name}\b", code)]
            if used:
                lines.append(f"{head} {', '.join(used)}")
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, _ONE_THREAD])


_IMPORTS = (
    (
        *(("import", (name,)) for name in ("copy", "hashlib", "json", "math", "re", "unicodedata")),
        ("from collections import", ("Counter",)),
        ("from itertools import", ("pairwise",)),
        ("from pathlib import", ("Path",)),
    ),
    (
        ("import numpy as", ("np",)),
        ("import", ("torch",)),
        ("from torch import", ("nn",)),
        ("from torch.nn.functional import", ("log_softmax", "nll_loss")),
        ("from torch.nn.utils.rnn import", ("pack_padded_sequence", "pad_packed_sequence", "pad_sequence")),
    ),
)
"""For the standard library and for what is installed: how an import begins, and what it may name."""

_ONE_THREAD = "torch.set_num_threads(1)  # small networks are fastest on one thread, and sums keep their order"

_WELCOME = """
This is one run of the RNN Playground, told from the beginning in plain torch and numpy. The same
material, the same seed, and at the end the score beside the app's. Every step is here and nothing is
hidden: change a number and run it again.
"""

_CLASSIFY_ON = """
What to try

- Another seed. How much of the score was luck?
- A smaller hidden state. How little memory is enough?
- Another cell: nn.RNN, nn.LSTM or nn.GRU.
- Which sequences of the test part does it take for something else?
"""

_WRITE_ON = """
What to try

- Another seed. How much of the score was luck?
- A temperature of 0.2, and one of 1.5. What does the network write then?
- Shorter stretches. How far back must a gradient reach?
- A text of your own in PIECES.
"""
