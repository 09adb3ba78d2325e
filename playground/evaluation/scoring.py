"""Every measure of every forecaster, over all steps and step by step."""

from __future__ import annotations

import numpy as np

from playground.evaluation.measures import MEASURES, Measure, Pairs, measured, measured_by_step, training_scale
from playground.evaluation.missing import Missing
from playground.evaluation.results import MetricScore, PartForecasts, StepScores
from playground.records import Floats, Prepared


def score_part(
    forecasts: PartForecasts, prepared: Prepared, unit: str, season_steps: int
) -> tuple[tuple[MetricScore, ...], tuple[StepScores, ...]]:
    """Return every measure of one kind of forecast on one part.

    Args:
        forecasts: The network's and the baselines'.
        prepared: The series.
        unit: Unit of its values.
        season_steps: Season of MASE, 0 for none.
    """
    scale, scale_reason = training_scale(prepared, season_steps)
    known = prepared.values[forecasts.anchors][:, np.newaxis]

    def pairs(predicted: Floats) -> Pairs:
        return Pairs(predicted, forecasts.truth, known, scale, scale_reason)

    baselines = {b.name: pairs(b.predicted) for b in forecasts.baselines if b.predicted is not None}
    missing = {b.name: b.reason for b in forecasts.baselines if b.reason is not None}
    network = pairs(forecasts.predicted)
    scores = tuple(_score(m, forecasts, unit, network, baselines, missing) for m in MEASURES)
    by_step = tuple(_step_scores(m, forecasts, unit, network, baselines) for m in MEASURES)
    return scores, by_step


def _score(
    measure: Measure,
    forecasts: PartForecasts,
    unit: str,
    network: Pairs,
    baselines: dict[str, Pairs],
    missing: dict[str, Missing],
) -> MetricScore:
    if np.isfinite(network.predicted).all():
        value, reason = measured(measure, network)
    else:
        value, reason = None, Missing("network not finite", part=forecasts.part)
    measures = {name: measured(measure, pairs) for name, pairs in baselines.items()}
    reasons = missing | {name: remark for name, (_, remark) in measures.items() if remark}
    values: dict[str, float | None] = {name: number for name, (number, _) in measures.items()}
    return MetricScore(
        metric=measure.name,
        kind=forecasts.kind,
        part=forecasts.part,
        unit=unit if measure.unit is None else measure.unit,
        better=measure.better,
        value=value,
        baselines={b.name: values.get(b.name) for b in forecasts.baselines},
        reason=reason,
        reasons=reasons,
    )


def _step_scores(
    measure: Measure, forecasts: PartForecasts, unit: str, network: Pairs, baselines: dict[str, Pairs]
) -> StepScores:
    return StepScores(
        metric=measure.name,
        kind=forecasts.kind,
        part=forecasts.part,
        unit=unit if measure.unit is None else measure.unit,
        better=measure.better,
        values=measured_by_step(measure, network),
        baselines={name: measured_by_step(measure, pairs) for name, pairs in baselines.items()},
    )
