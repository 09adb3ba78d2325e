"""Take a run with you: every file is made at the click, in a worker where it needs the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from playground.config import Recipe
from playground.export.exported import ExportedRun
from playground.export.lesson_data import fits_inside
from playground.export.making import MAKERS, TABLES, Maker, make_table
from playground.export.onnx_file import HOW_TO_INSTALL, onnx_available
from playground.export.script import NOTEBOOK, SCRIPT, zipped_name
from playground.export.tables import MIME, TableFormat
from playground.histories import RunView
from playground.presets import Preset, preset_of
from playground.records import Series
from playground.runs import UNDER_WAY
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.visitor import may_steer
from playground.ui.playground.opened_run import draw_open_run
from playground.ui.playground.scene import Scene, set_scene
from playground.ui.server.server import engine, series_of
from playground.ui.watching.downloads import BINARY, draw_download, worker
from playground.ui.watching.ticking import draw_ticking

LOOK_AGAIN_S = 2.0

NOT_AGAIN = "This run began with the weights of an earlier run, which no script draws again; take the run file instead."

FORMATS: list[TableFormat] = ["csv", "parquet"]


@dataclass(frozen=True, eq=False)
class Source:
    """What is exported.

    Attributes:
        recipe: Its recipe.
        ready: Whether it has finished an epoch, without which there are no weights to give away.
        inside: Whether its series is written into the script; otherwise it lies beside it.
        load: Returns it as it is at the moment of the click.
        test_open: Whether this tab opened its test set.
        foreign: Whether it is another visitor's run on own data, which stays with who gave it.
        began_trained: Whether it began with the weights of an earlier run.
    """

    recipe: Recipe
    ready: bool
    inside: bool
    load: Callable[[], ExportedRun]
    test_open: bool = False
    foreign: bool = False
    began_trained: bool = False


def draw_stage_export(recipe: Recipe) -> None:
    """Draw the export of what stands on the Playground's stage, once it has an epoch, and the way back in."""

    def draw() -> bool:
        try:
            scene = set_scene(recipe)
        except ValueError:
            return False
        source = _source_of_scene(scene, recipe)
        with st.container(horizontal=True):
            draw_export(source)
            draw_open_run()
        return not source.ready and scene.view is not None and scene.view.state in UNDER_WAY

    draw_ticking("export", draw, every_s=LOOK_AGAIN_S)


def draw_run_export(run_id: str) -> None:
    """Draw the export of a run that is kept here."""
    view = engine().view(run_id, watching=False)
    if view is None:
        return
    try:
        data = Recipe.model_validate_json(view.recipe_json).data
        kept = engine().material_of(run_id)
        series = kept if isinstance(kept, Series) else series_of(data.model_dump_json())
    except ValueError:
        return
    draw_export(_source_of_run(view, series))


def draw_export(source: Source) -> None:
    """Draw the button behind which all files are."""
    with st.popover("Export", icon=":material/ios_share:", key="export"):
        if source.foreign:
            st.caption("This run is on somebody's own data, so only who started it can export it.")
            return
        _draw_again(source)
        if not source.ready:
            st.caption("Train for an epoch, and there is more to take with you: report, weights, tables.")
            return
        st.markdown("**Look at it, offline**", help=GLOSSARY["export_report"])
        with st.container(horizontal=True):
            _button(source, "Report", "report.html", "text/html", MAKERS["report"], "description")
            _button(source, "Charts", "charts.html", "text/html", MAKERS["charts"], "show_chart")
        st.caption("For a picture of one chart, press the camera in its corner (on a wide screen).")
        st.markdown("**Use the network**", help=GLOSSARY["export_weights"])
        with st.container(horizontal=True):
            _button(source, "Run file", "run.safetensors", BINARY, MAKERS["run"], "save")
            missing = "" if onnx_available() else HOW_TO_INSTALL
            _button(source, "ONNX", "network.onnx", BINARY, MAKERS["onnx"], "hub", missing)
        _draw_numbers(source)


def _draw_again(source: Source) -> None:
    st.markdown("**Make it again**", help=GLOSSARY["export_script"])
    with st.container(horizontal=True):
        data = source.recipe.data.model_copy(update={"own": ""})
        text = source.recipe.model_copy(update={"data": data}).model_dump_json(indent=2) + "\n"
        st.download_button(
            "Recipe",
            text,
            "recipe.json",
            "application/json",
            key="export Recipe",
            on_click="ignore",
            icon=":material/receipt_long:",
        )
        if source.ready:
            mime = "text/plain" if source.inside else "application/zip"
            for kind, label, icon in (("script", "Python script", "code"), ("notebook", "Notebook", "menu_book")):
                name = {"script": SCRIPT, "notebook": NOTEBOOK}[kind]
                file, missing = name if source.inside else zipped_name(kind), NOT_AGAIN if source.began_trained else ""
                _button(source, label, file, mime, MAKERS[kind], icon, missing)
    if source.ready and not source.inside:
        st.caption("Script and notebook come as a zip: the series lies beside them as a CSV.")


def _draw_numbers(source: Source) -> None:
    st.markdown("**Numbers as a table**")
    kind: TableFormat = st.segmented_control(
        "Format",
        FORMATS,
        default=FORMATS[0],
        format_func={"csv": "CSV", "parquet": "Parquet"}.__getitem__,
        required=True,
        key="table format",
        label_visibility="collapsed",
    )
    with st.container(horizontal=True):
        for name, table in TABLES.items():
            label = name.replace("_", " ").capitalize()
            _button(source, label, f"{name}.{kind}", MIME[kind], make_table(kind, table), "table")
    if not source.test_open:
        st.caption("The test set is sealed: no forecast and no score of it is in these files.")


def _button(source: Source, label: str, name: str, mime: str, make: Maker, icon: str, missing: str = "") -> None:
    draw_download(label, _made(source, make), name, mime, icon=icon, missing=missing)


def _made(source: Source, make: Maker) -> Callable[[], bytes]:
    """Return what makes a file of the run as it is then; it is called outside the page, at the click."""
    ask = worker()
    return lambda: make(source.load(), ask, source.test_open)


def _source_of_scene(scene: Scene, recipe: Recipe) -> Source:
    preset = preset_of(recipe)
    if scene.recorded and preset is not None:
        inside, series = fits_inside(recipe, scene.series), scene.series
        return Source(recipe, True, inside, lambda: _recorded(preset, series))
    if scene.view is None:
        return Source(recipe, False, True, _nothing)
    return _source_of_run(scene.view, scene.series)


def _source_of_run(view: RunView, series: Series) -> Source:
    recipe, server = Recipe.model_validate_json(view.recipe_json), engine()

    def load() -> ExportedRun:
        now = server.view(view.run_id, watching=False) or view
        return ExportedRun.of(now, series, server.weights_at(now.run_id, now.best_epoch))

    opened = state.test_open(view.run_id)
    foreign = recipe.data.series == "own" and not may_steer(view.run_id)
    inside = fits_inside(recipe, series)
    return Source(recipe, view.best_epoch > 0, inside, load, opened, foreign, view.began_trained)


def _nothing() -> ExportedRun:
    raise ValueError("nothing has been trained yet; press Train")


def _recorded(preset: Preset, series: Series) -> ExportedRun:
    view = preset.recording()
    weights = next(frame.weights for frame in preset.keyframes() if frame.epoch == view.best_epoch)
    return ExportedRun.of(view, series, weights)
