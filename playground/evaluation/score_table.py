"""The scores of an evaluation as tables: one to read, one to download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from playground.evaluation.measures import MEASURES
from playground.evaluation.missing import Missing
from playground.evaluation.results import NETWORK, Evaluation, Kind, MetricScore
from playground.records import Part
from playground.words import number


@dataclass(frozen=True)
class Note:
    """Why the cells of some forecasters in the columns of some measures, none for all, are missing or incomplete."""

    measures: tuple[str, ...]
    forecasters: tuple[str, ...]
    missing: bool
    reason: Missing


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """The scores of one kind of forecast on one part, as text.

    Attributes:
        cells: A row for every forecaster, the network first; a column for every measure, its unit in
            the name. The best of a column carries the word.
        notes: Why cells say "n/a", and what was left out of others.
    """

    cells: pd.DataFrame
    notes: tuple[Note, ...]


def score_table(evaluation: Evaluation, part: Part, kind: Kind) -> ScoreTable:
    """Return all measures of all forecasters on one part."""
    scores = [evaluation.score(measure.name, part, kind) for measure in MEASURES]
    rows = [NETWORK, *scores[0].baselines]
    columns = {_heading(score): _column(score, rows) for score in scores}
    return ScoreTable(pd.DataFrame(columns, index=pd.Index(rows, name="forecaster")), _notes(scores))


def score_rows(evaluation: Evaluation, say: Callable[[Missing | None], str]) -> pd.DataFrame:
    """Return every score of every part and kind, a row each, in full precision; missing values are empty.

    Args:
        evaluation: The evaluation.
        say: Puts into words why a value is missing or what was left out of it.
    """
    rows = []
    for score in evaluation.scores:
        for forecaster, value in _values(score).items():
            reason = score.reason if forecaster == NETWORK else score.reasons.get(forecaster)
            facts = (score.part, score.kind, forecaster, score.metric, score.unit, score.better, value, say(reason))
            rows.append(facts)
    names = ["part", "kind", "forecaster", "measure", "unit", "better", "value", "remark"]
    return pd.DataFrame(rows, columns=names)


def _values(score: MetricScore) -> dict[str, float | None]:
    return {NETWORK: score.value} | score.baselines


def _heading(score: MetricScore) -> str:
    arrow = "↓" if score.better == "lower" else "↑"
    return f"{score.metric} ({score.unit}) {arrow}" if score.unit else f"{score.metric} {arrow}"


def _column(score: MetricScore, rows: list[str]) -> list[str]:
    """Return the text of each cell; of equal best values each carries the word."""
    values = _values(score)
    known = [value for value in values.values() if value is not None]
    best = (min if score.better == "lower" else max)(known, default=None)
    return [_cell(values[row], best) for row in rows]


def _cell(value: float | None, best: float | None) -> str:
    if value is None:
        return "n/a"
    size = number(abs(value)) if abs(value) >= 1000 else f"{abs(value):#.3g}".rstrip(".")
    text = size if value >= 0 else f"−{size}"
    return f"{text} best" if value == best else text


def _notes(scores: list[MetricScore]) -> tuple[Note, ...]:
    """Return each remark once, with the measures and the names it is about."""
    found: dict[tuple[str, Missing], list[MetricScore]] = {}
    for score in scores:
        for name, reason in ({NETWORK: score.reason} | score.reasons).items():
            if reason is not None:
                found.setdefault((name, reason), []).append(score)
    grouped: dict[tuple[tuple[str, ...], bool, Missing], list[str]] = {}
    for (name, reason), about in found.items():
        measures = () if len(about) == len(scores) else tuple(score.metric for score in about)
        missing = all(_values(score)[name] is None for score in about)
        grouped.setdefault((measures, missing, reason), []).append(name)
    return tuple(
        Note(measures, tuple(names), missing, reason) for (measures, missing, reason), names in grouped.items()
    )
