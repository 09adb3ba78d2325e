"""The section "Inputs" of the page "Hidden states": which of its inputs the network uses."""

from __future__ import annotations

import streamlit as st

from playground.charts.importance import importance_figure, importance_height
from playground.evaluation.calls import WEIGH_INPUTS
from playground.evaluation.importance_results import Importance
from playground.inspection.memory import StateTrace
from playground.sentences import importance
from playground.ui.frame import state
from playground.ui.frame.page import plain
from playground.ui.frame.spots import spot
from playground.ui.hidden_states.hidden_look import Look
from playground.ui.hidden_states.hidden_views import PATIENCE_S, WAITS, Marks
from playground.ui.watching.answers import ask_steadily
from playground.ui.watching.live import live_chart


def draw_inputs(look: Look, trace: StateTrace) -> Marks:
    """Draw how much each input matters on validation, or how a network comes by further ones."""
    moments = look.moments
    with spot():
        if len(moments.prepared.feature_names) == 1:
            state.set_flag(WAITS, False)
            st.caption(plain(importance.NO_FURTHER_INPUTS))
            return {}
        about = f"{moments.view.run_id} {moments.series.name} {moments.prepared.feature_names}"
        job = WEIGH_INPUTS(moments.recipe, moments.series, moments.weights(look.epoch))
        answer, waiting = ask_steadily("inputs", about, f"inputs {moments.key(look.epoch)}", job, patience_s=PATIENCE_S)
        state.set_flag(WAITS, waiting)
        found = answer.found
        if found is None:
            st.caption(":material/hourglass_top: A worker is shuffling the inputs …")
        else:
            _draw_ranking(look, found)
    return {}


def _draw_ranking(look: Look, found: Importance) -> None:
    unit = look.moments.series.unit
    st.markdown(plain(importance.importance_headline(found)))
    live_chart(importance_figure(found, look.theme, unit=unit), "importance", height=importance_height(found))
    st.table(
        [
            {
                "Input": plain(importance.input_name(one.name)),
                "RMSE larger by (95% interval)": plain(importance.increase_in_words(one, unit)),
                "Verdict": importance.WORDS[one.word],
            }
            for one in found.inputs
        ]
    )
    st.caption(plain(importance.how_weighed(found)))
