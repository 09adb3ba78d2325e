"""The baselines that a network in training is judged by: recorded for the presets' data, else measured by a worker."""

from __future__ import annotations

import streamlit as st

from playground.config import DataChoice
from playground.evaluation.baseline_losses import BaselineLosses
from playground.evaluation.calls import MEASURE_BASELINES
from playground.presets import PRESETS
from playground.records import Part, Series
from playground.runs import material_key
from playground.ui.watching.answers import Answer, ask

PRIORITY = 5
"""Before what is computed ahead, after the preview of the network itself."""


def baselines_of(
    choice: DataChoice, series: Series, part: Part = "validation", *, wanted: bool = True
) -> Answer[BaselineLosses]:
    """Return how the baselines err on a part, as far as a worker has said it.

    Args:
        choice: Which data.
        series: The series.
        part: The part; test only once it was opened.
        wanted: Whether to ask a worker. What is recorded is there without.
    """
    data = choice.model_dump_json()
    recorded = _recorded(data) if part == "validation" else None
    if recorded is not None:
        return Answer(recorded)
    if not wanted:
        return Answer()
    key = f"baselines {material_key(series)} {part} {data}"
    return ask(key, MEASURE_BASELINES(choice, series, part), priority=PRIORITY)


@st.cache_resource(max_entries=64, show_spinner=False)
def _recorded(data_json: str) -> BaselineLosses | None:
    presets = (preset for preset in PRESETS if preset.recipe.data.model_dump_json() == data_json)
    preset = next(presets, None)
    return None if preset is None else preset.baselines()
