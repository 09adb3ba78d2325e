"""What workers compute to judge forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.evaluation.backtest_results import BacktestRun
from playground.jobs import Call

if TYPE_CHECKING:
    from playground.evaluation import backtest, baseline_losses, importance, report

EVALUATE = Call("playground.evaluation.report:evaluate", lambda: report.evaluate)
WEIGH_INPUTS = Call("playground.evaluation.importance:weigh_inputs", lambda: importance.weigh_inputs)
EVALUATE_SEEDS = Call("playground.evaluation.report:evaluate_seeds", lambda: report.evaluate_seeds)
MEASURE_BASELINES = Call(
    "playground.evaluation.baseline_losses:measure_baselines", lambda: baseline_losses.measure_baselines
)
ADVANCE_BACKTEST = Call(
    "playground.evaluation.backtest:advance_backtest",
    lambda: backtest.advance_backtest,
    BacktestRun,
)
