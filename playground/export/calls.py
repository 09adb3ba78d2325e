"""What workers compute for files that people take home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call

if TYPE_CHECKING:
    from playground.export import onnx_file, outputs

ONNX_MODEL = Call("playground.export.onnx_file:onnx_model", lambda: onnx_file.onnx_model)
COMPUTE_OUTPUTS = Call("playground.export.outputs:compute_outputs", lambda: outputs.compute_outputs)
