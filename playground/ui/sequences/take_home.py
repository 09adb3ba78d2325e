"""Take a run on sequences with you: every file is made at the click, in a worker where it needs the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.export.onnx_file import HOW_TO_INSTALL, onnx_available
from playground.export.sequences.calls import ONNX_READER
from playground.export.sequences.exported import AnyExported, AnyMaterial, exported_reader
from playground.export.sequences.lesson import file_name, sequence_files
from playground.export.sequences.material import lies_beside
from playground.export.sequences.onnx_file import told_of_network
from playground.export.sequences.run_file import pack_reader
from playground.histories import RunView
from playground.kinds import is_private, recipe_of
from playground.runs import UNDER_WAY
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.sequences.sequence_run import Student
from playground.ui.server.server import engine
from playground.ui.watching.downloads import draw_download, worker
from playground.ui.watching.ticking import draw_ticking

LOOK_AGAIN_S = 2.0


def draw_take_home(student: Student[Any], material: AnyMaterial) -> None:
    """Draw the button behind which the files of a student's run on this material are, once it has an epoch."""
    draw_ticking("take home", lambda: _draw(student.now().view, material), every_s=LOOK_AGAIN_S)


def _draw(view: RunView | None, material: AnyMaterial) -> bool:
    """Draw the button; return whether there will be more behind it by itself."""
    with st.popover("Take home", icon=":material/ios_share:", key="take home"):
        if view is not None and view.best_epoch > 0 and view.snapshot is not None:
            _draw_files(material, view)
            return False
        st.caption("There is nothing to take home yet: train for an epoch first.")
        return view is not None and view.state in UNDER_WAY


def _draw_files(material: AnyMaterial, view: RunView) -> None:
    load = _loader(material, view)
    st.markdown("**Make it again**", help=GLOSSARY["take_home_script"])
    with st.container(horizontal=True):
        recipe = recipe_of(view).model_dump_json(indent=2) + "\n"
        draw_download("Recipe", recipe.encode, "recipe.json", "application/json", icon="receipt_long")
        mime = "application/zip" if lies_beside(material) else "text/plain"
        for kind, label, icon in (("script", "Python script", "code"), ("notebook", "Notebook", "menu_book")):
            draw_download(label, _lesson(load, kind), file_name(material, kind), mime, icon=icon)
    st.markdown("**Use the network**", help=GLOSSARY["take_home_network"])
    with st.container(horizontal=True):
        missing = "" if onnx_available() else HOW_TO_INSTALL
        draw_download("Run file", lambda: pack_reader(load()), "run.safetensors", icon="save")
        draw_download("ONNX", _onnx(load), "network.onnx", icon="hub", missing=missing)
    if lies_beside(material):
        st.caption("Script and notebook come as a zip: what the network learns from lies beside them.")
    if is_private(material):
        st.caption(
            "Script and notebook hold what the network learns from, also what is your own; run file and ONNX hold the "
            "letters, words and classes that it knows. They go to your computer and nowhere else: no link carries "
            "them, and nothing of them is written to the server's disk."
        )


def _lesson(load: Callable[[], AnyExported], kind: str) -> Callable[[], bytes]:
    return lambda: sequence_files(load(), kind)[1]


def _onnx(load: Callable[[], AnyExported]) -> Callable[[], bytes]:
    ask = worker()

    def make() -> bytes:
        run = load()
        return ask(ONNX_READER(run.recipe.network, run.weights, told_of_network(run)))

    return make


def _loader(material: AnyMaterial, view: RunView) -> Callable[[], AnyExported]:
    """Return what fetches the run as it is at the click, outside the page."""
    server = engine()

    def load() -> AnyExported:
        now = server.view(view.run_id, watching=False) or view
        return exported_reader(now, material, server.weights_at(now.run_id, now.best_epoch))

    return load
