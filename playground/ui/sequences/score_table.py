"""How good several classifiers are, side by side."""

from __future__ import annotations

import streamlit as st

from playground.sequences.records import ClassScore
from playground.ui.frame.glossary import GLOSSARY


def draw_score_table(rows: list[tuple[str, ClassScore]]) -> None:
    """Draw accuracy, macro accuracy and macro F1 of each, side by side."""
    st.dataframe(
        {
            "": [title for title, _ in rows],
            "right": [score.accuracy for _, score in rows],
            "macro accuracy": [score.macro_accuracy for _, score in rows],
            "macro F1": [score.macro_f1 for _, score in rows],
        },
        hide_index=True,
        column_config={
            "right": st.column_config.NumberColumn(format="percent"),
            "macro accuracy": st.column_config.NumberColumn(format="percent", help=GLOSSARY["macro_accuracy"]),
            "macro F1": st.column_config.NumberColumn(format="%.3f", help=GLOSSARY["macro_f1"]),
        },
    )
