"""All that is said about how good a network's forecasts are; runs in a worker."""

from __future__ import annotations

from playground.config import Recipe
from playground.evaluation.results import Evaluation
from playground.records import Floats, Series


def evaluate(
    recipe: Recipe,
    series: Series,
    weights: dict[str, Floats],
    season_steps: int = 0,
    include_test: bool = False,
) -> Evaluation:
    """Forecast, score and examine with the weights, beside every baseline.

    Args:
        recipe: The recipe that the weights were trained with.
        series: The series, as loaded.
        weights: Parameter name -> array.
        season_steps: Season for the baselines and MASE; 0 means the series' own, or else the one
            found in the training part.
        include_test: Open the sealed test part. Without it nothing about test is computed.

    Raises:
        ValueError: if the series cannot be cut as the recipe says, if the weights do not fit the
            recipe, or if the season is negative.
    """
    raise NotImplementedError
