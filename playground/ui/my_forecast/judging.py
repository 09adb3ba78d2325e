"""Step 3: is the network worth it? Against the best baseline, luck considered; then the sealed test, once."""

from __future__ import annotations

import streamlit as st

from playground.config import Recipe
from playground.evaluation.results import NETWORK, Evaluation
from playground.evaluation.score_table import score_table
from playground.places import PAGES
from playground.sentences.forecast import copycat_sentence
from playground.sentences.verdicts import at_epoch, headline_of, verdict_details
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import VERDICT_ICONS, plain, sentences_for_errors
from playground.ui.frame.spots import spot
from playground.ui.my_forecast.run import trained
from playground.ui.watching.moments import Moments
from playground.ui.watching.sealed_test import draw_test_seal
from playground.ui.watching.waiting import awaited

MEASURES = ["RMSE", "MAE"]


def draw_judging(recipe: Recipe) -> Evaluation | None:
    """Draw the verdict; return the evaluation once it is there."""
    found: Evaluation | None = None
    with spot(), sentences_for_errors():
        moments = trained(recipe)
        if moments is None:
            st.caption("Once the network is trained: is it better than the simplest forecasts, or only as good?")
        else:
            found = _evaluated(moments)
            if found is not None:
                _draw_verdict(found, moments)
    return found


def _evaluated(moments: Moments) -> Evaluation | None:
    text = "Measuring the network and six baselines on the same windows …"
    return awaited(text, *moments.evaluation(moments.best_epoch, state.test_open(moments.view.run_id)))


def _draw_verdict(found: Evaluation, moments: Moments) -> None:
    verdict = found.verdicts[-1]
    headline = at_epoch(moments.best_epoch, headline_of(verdict, found.unit))
    st.markdown(f"#### :material/{VERDICT_ICONS[verdict.word]}: {plain(headline)}", help=GLOSSARY["skill"])
    st.caption(plain(verdict_details(verdict)))
    with spot():
        if found.test_opened:
            st.caption(plain(f"{headline_of(found.verdicts[-2], found.unit)}, by which the network was chosen."))
    with spot():
        if found.copycats[-1].copies:
            st.warning(plain(copycat_sentence(found.copycats[-1], found.unit)))
    part = found.parts[-1]
    table = score_table(found, part, found.with_true_inputs[0].kind).cells
    shown = table[[column for column in table if str(column).split(" ")[0] in MEASURES]]
    st.table(shown.rename(index={NETWORK: f":orange[**{NETWORK}**]"}), border="horizontal")
    with st.container(horizontal=True, vertical_alignment="center"):
        draw_test_seal(moments.view)
        st.page_link(PAGES / "forecasts.py", label="All scores and charts", icon=":material/analytics:")
