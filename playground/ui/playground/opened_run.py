"""Open a run from its file: checked, put among this browser's runs, and shown."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from playground.data.own import keep_own
from playground.export.exported import ExportedRun
from playground.export.run_file import MOST_BYTES, checked_run, open_run, series_digest
from playground.histories import ENDED, Checkpoint, Keyframe
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.uploader import draw_uploader
from playground.ui.frame.visitor import visitor
from playground.ui.server.server import series_of

OPENED = "opened from a file"


def draw_open_run() -> None:
    """Draw the button behind which a run file can be opened."""
    with st.popover("Open a run file", icon=":material/folder_open:", help=GLOSSARY["run_file"]):
        file = draw_uploader(
            "A run.safetensors that was exported here", ["safetensors"], MOST_BYTES, state.widget_key("run file")
        )
        if file is not None and pressed("Open it", type="primary", icon=":material/folder_open:"):
            with sentences_for_errors():
                run, run_id = keep_run(file.getvalue())
                state.open_recipe(run.recipe)
                state.show_run(run_id)
                state.write_address()
                st.rerun()


def keep_run(data: bytes) -> tuple[ExportedRun, str]:
    """Check a run file and put its run among this browser's; return the run and its new name.

    Raises:
        ValueError: if the file is not a run that can be used here.
    """
    loaded = open_run(data)
    if loaded.series is not None:
        run = checked_run(loaded, loaded.series)
        own = run.recipe.data.model_copy(update={"own": keep_own(loaded.series)})
        run = replace(run, recipe=run.recipe.model_copy(update={"data": own}))
    else:
        run = checked_run(loaded, series_of(loaded.history.recipe.data.model_dump_json()))
    reason = _reason(run, series_digest(run.series) == loaded.history.series_digest)
    kept = (Keyframe(run.best_epoch, run.weights),)
    end = _end(run, reason)
    run_id = visitor().keep_finished(run.recipe, run.series, run.epochs, end, keyframes=kept, peeks=run.peeks)
    return run, run_id


def _reason(run: ExportedRun, same_series: bool) -> str:
    """Say where the run comes from, and whether it meets the series that it learnt from."""
    words = [OPENED] if same_series else [OPENED, "the series here is not the one that it learnt from: scores differ"]
    if run.reason and not run.reason.startswith(OPENED):
        words.append(run.reason)
    elif run.state not in ENDED:
        words.append(f"exported after epoch {run.epochs[-1].epoch}")
    return "; ".join(words)


def _end(run: ExportedRun, reason: str) -> Checkpoint:
    """Return the end of a run of which only the best weights are known; they stand for the last ones too."""
    return Checkpoint(
        epoch=run.epochs[-1].epoch,
        step=0,
        weights=run.weights,
        optimizer={},
        best_epoch=run.best_epoch,
        best_loss=run.best_loss,
        best_weights=run.weights,
        elapsed_s=run.epochs[-1].elapsed_s,
        state="finished" if run.state == "finished" else "diverged" if run.state == "diverged" else "stopped_early",
        reason=reason,
    )
