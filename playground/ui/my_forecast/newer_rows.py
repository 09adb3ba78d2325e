"""Next week: rows that came since, put behind the series of the run without training it again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import streamlit as st

from playground.data.own import keep_own
from playground.data.signatures import ENDINGS, MOST_BYTES
from playground.engine.tasks import HANDED_OVER
from playground.outlook.calls import OPEN_NEWER
from playground.outlook.newer import Continued
from playground.records import Series
from playground.sentences.outlook import remark_on_rows
from playground.ui.frame import state
from playground.ui.frame.page import plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.uploader import draw_uploader
from playground.ui.frame.visitor import visitor
from playground.ui.watching.answers import Answer, ask
from playground.ui.watching.moments import Moments
from playground.ui.watching.waiting import draw_waiting


@dataclass(frozen=True, eq=False)
class Newer:
    """The series with the rows that came since, and a name for it."""

    series: Series
    key: str


def draw_newer_rows(moments: Moments) -> Newer | None:
    """Draw the field for a table with newer rows; return the longer series once one is given and goes on."""
    with st.expander("New rows since? Give the newer table", icon=":material/update:", key="newer rows"):
        file = draw_uploader(
            f"A table that goes on after the last row of **{plain(moments.series.title)}**; rows that are known "
            "already may be in it",
            ENDINGS,
            MOST_BYTES,
            f"newer {moments.view.run_id}",
        )
        if file is None:
            return None
        data = file.getvalue()
        digest = hashlib.sha256(data).hexdigest()[:24]
        key = f"newer {moments.view.run_id} {digest}"

        def look() -> Answer[Continued]:
            job = OPEN_NEWER(data, file.name, moments.series, moments.recipe.data)
            return ask(key, job, priority=HANDED_OVER, patience_s=0.3)

        answer = look()
        if answer.waiting:
            state.hand_over()
            draw_waiting("Reading the newer rows …", lambda: not look().waiting)
            return None
        if answer.value is None:
            st.error(plain(answer.problem), icon=":material/error:")
            return None
        for line in remark_on_rows(answer.value):
            st.success(plain(line), icon=":material/check:")
        st.caption(
            "The forecast above now goes on from the new last row, by the network as it is. You can also let it learn "
            "from the new rows: it starts from the weights it has, with the parts cut anew."
        )
        if pressed("Train on with the new rows", icon=":material/model_training:", key="train on"):
            _train_on(moments, answer.value.series)
        return Newer(answer.value.series, digest)


def _train_on(moments: Moments, series: Series) -> None:
    """Begin a run on the longer series, from the weights of the network shown."""
    with sentences_for_errors():
        recipe = moments.recipe.replaced(series="own", own=keep_own(series))
        run_id = visitor().train(recipe, series, start=moments.weights(moments.best_epoch))
        state.open_recipe(recipe)
        state.show_run(run_id)
        state.write_address()
        st.rerun()
