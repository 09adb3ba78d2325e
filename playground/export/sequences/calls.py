"""What workers compute for files of runs on sequences that people take home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call

if TYPE_CHECKING:
    from playground.export.sequences import onnx_file

ONNX_READER = Call("playground.export.sequences.onnx_file:reader_model", lambda: onnx_file.reader_model)
