"""What is said of forecasts, over facts of every kind."""

import math
from dataclasses import replace
from itertools import cycle, product

import numpy as np

from playground.data.future import FutureTimes
from playground.evaluation.backtest_results import BacktestResult, wins_by_lead, wins_by_origin
from playground.evaluation.baseline_losses import BaselineLosses
from playground.evaluation.copycat_results import Copycat
from playground.evaluation.importance_results import Importance, InputImportance
from playground.evaluation.metrics import judge_snapshot, score_forecast
from playground.evaluation.missing import Missing
from playground.evaluation.observations import notice_loss, notice_states
from playground.evaluation.residuals import bias_of, misses_of, pattern_of
from playground.evaluation.results import Comparison, Coverage, Intervals, Residuals, StepScores, Verdict
from playground.evaluation.seed_verdicts import SeedVerdict
from playground.evaluation.verdicts import window_losses
from playground.histories import EpochRecord
from playground.records import PARTS, Forecast, Series, Snapshot, Trace
from playground.sentences import (
    forecast,
    future,
    importance,
    live,
    seeds,
    verdicts,
)

RANDOM = np.random.default_rng(7)
NOISE = RANDOM.standard_normal(400)


def compared():
    """Return comparisons with the last value and with another baseline, of every word."""
    found = []
    for name, errors in (("last value", (0.62, 1.0)), ("mean", (None, None))):
        found += [
            Comparison(name, "beats", 0.38, 0.29, 0.47),
            Comparison(name, "beats", 0.9996, 0.99, 0.99999),
            Comparison(name, "ties", 0.01, -0.03, 0.04),
            Comparison(name, "ties", 0.01, -math.inf, 0.04),
            Comparison(name, "ties", 0.01, 0.00005, 0.04),
            Comparison(name, "loses", -0.2, -0.3, -0.1),
            Comparison(name, "loses", -2.0, -20.0, -0.001),
            Comparison(name, "loses", -1500.0, -2000.0, -1.5),
            Comparison(name, "loses", None, None, None),
            Comparison(name, "n/a", None, None, None, Missing("too few windows", 9, 27)),
        ]
        found[-10:] = [
            replace(one, among=among, error=errors[0], baseline_error=errors[1])
            for one, among in zip(found[-10:], cycle((1, 6)))
        ]
    return found[:10], found[10:]


def judged():
    last, other = compared()
    pairs = [*product(last, other), *((one, one) for one in last)]
    parts = [("validation", 1), ("train", 4), ("test", 1)]
    for k, (against_last, best) in enumerate(pairs):
        part, horizon = parts[k % 3]
        yield Verdict(part, horizon, best, against_last)


def the_verdicts():
    return [verdicts.verdict_sentence(verdict, unit) for verdict, unit in zip(judged(), cycle(("", "°C")))]


def the_headlines():
    return [verdicts.at_epoch(epoch, verdicts.headline_of(verdict)) for verdict, epoch in zip(judged(), cycle((0, 7)))]


def the_luck():
    return [verdicts.remark_on_luck(one) for group in compared() for one in group]


def the_last_value():
    return list(dict.fromkeys(verdicts.remark_on_last_value(verdict) for verdict in judged()))


def the_seeds():
    worlds = [
        ("validation", 1, (0.38, 0.29, 0.47, 0.1, -0.2), ("beats", 0.21, 0.05, 0.4)),
        ("train", 4, (0.01, -0.02, 0.00001, 0.03, 0.02), ("ties", 0.01, -0.1, 0.12)),
        ("test", 1, (-0.3, -0.4, -0.2, -12.0, -1.2), ("loses", -2.8, -11.0, -0.05)),
    ]
    said = []
    for part, horizon, skills, together in worlds:
        alone = [Comparison("drift", "ties", skill, -1.0, 0.5, None, 6) for skill in skills]
        for whole in (
            Comparison("drift", *together, None, 6),
            Comparison("drift", "loses", None, None, None, None, 6),
            Comparison("drift", "n/a", None, None, None, Missing("too few windows", 9, 27)),
        ):
            found = SeedVerdict(part, horizon, (1, 2, 3, 4, 5), tuple(alone), whole)
            said.append(f"{seeds.seed_headline(found)}. {seeds.seed_details(found)}".strip())
    return said


def the_coverage():
    parts = ("validation", "test")
    shares = (None, 0.0, 0.69, 0.7, 0.81, 0.88, 0.996, 1.0)
    said = []
    for share, luck in product(shares, ((0.7, 0.88), (None, None))):
        coverage = tuple(Coverage(0.8, part, share, np.array([0.5]), *luck) for part in parts)
        reason = Missing("too few for levels", 5, levels=(0.8, 0.9))
        intervals = Intervals((0.8, 0.9), np.array([[0.3], [0.4]]), 5, coverage, reason)
        said += [forecast.remark_on_coverage(intervals, 0.8, part) for part in ("train", *parts)]
    return said


def residuals_of(values, autocorrelation=(), chance=float("nan")):
    values = np.asarray(values, dtype=float)
    missing = not np.isfinite(values).all()
    mean, deviation = (None, None) if missing else (float(values.mean()), float(values.std()))
    lags = np.arange(1, len(autocorrelation) + 1)
    reason = None if lags.size else Missing("too few or all the same")
    reason = Missing("network not finite", part="validation") if missing else reason
    none = np.empty(0)
    return Residuals(
        "validation", np.arange(len(values)), values, mean, deviation, none, none, lags,
        np.asarray(autocorrelation, dtype=float), 0.2, chance, reason,
    )  # fmt: skip


def the_residuals():
    bars = [0.3, -0.9, 0.5]
    louder = NOISE * np.repeat([1, 3], 200)
    worlds = [NOISE, NOISE + 1.5, NOISE - 0.4, NOISE + 0.12, louder, louder[::-1], [1, -1, 2, -2], [1.5, -0.5] * 5]
    said = []
    for values, unit in product([*worlds, [np.nan, 1.0], 5000 * NOISE], ("", "°C")):
        found = residuals_of(values)
        said += [forecast.remark_on_misses(misses_of(found), unit), forecast.remark_on_bias(bias_of(found), unit)]
    for chance in (0.004, 1e-9, 0.05, 0.0499, 0.001, float("nan")):
        said.append(forecast.remark_on_pattern(pattern_of(residuals_of(NOISE, bars, chance))))
    return [
        *said,
        forecast.remark_on_pattern(pattern_of(residuals_of(NOISE))),
        forecast.remark_on_pattern(pattern_of(residuals_of([np.nan]))),
    ]


def the_leads():
    baselines = {"last value": np.array([2.0, 3.0, 2.0]), "mean": np.array([4.0, np.nan, 4.0])}
    said = []
    for better, values in product(("lower", "higher"), ([1.0, 1, 1], [1.0, 5, 1], [5.0, 5, 5], [np.nan] * 3)):
        scores = StepScores("RMSE", "direct", "validation", "", better, np.array(values), baselines)
        said.append(forecast.remark_on_lead_times(scores.metric, wins_by_lead(scores)))
    scores = StepScores("R²", "direct", "validation", "", "higher", np.array([1.0]), {})
    return [*said, forecast.remark_on_lead_times(scores.metric, wins_by_lead(scores))]


def the_origins():
    said = []
    for network in ([0.1, 0.2, 0.3, np.nan], [0.1, 0.2, 0.9, 0.9], [0.1, 0.2, 0.3, 0.9], [np.nan] * 4, [0.9] * 4):
        errors = {"network": np.array(network), "last value": np.full(4, 0.5)}
        square = np.zeros((4, 2))
        result = BacktestResult(
            np.arange(4), np.ones(4, np.uint8), 1, square, square, {}, {}, {}, {"one-step": errors}, 4, "", 0.1
        )
        said.append(forecast.remark_on_origins(wins_by_origin(result), 2))
    return said


def the_copies():
    close = ("close, better", "close, as good", "copies", "close, too few to tell")
    words = [
        (word if same == 0 or word != "copies" else "is the last value", 1, 1) for word in close for same in (0, 1)
    ]
    for best, horizon in product((-2, -1, 0, 1, 2), (1, 2)):
        words.append(("no copy" if best == 0 else "leans" if best == horizon else "another shift", best, horizon))
    said = []
    for word, best, horizon in words:
        shifts = np.arange(-2 * horizon, 2 * horizon + 1)
        errors = np.where(shifts == 0, 1.23, np.where(shifts == horizon, 0.5, 0.4))
        said.append(forecast.copycat_sentence(Copycat("test", horizon, shifts, errors, best, word), "m"))
    return said


def snapshot_of(ours, unit="", n=200, size=1.0, part=1, horizon=1, whole=(0, 1, 2)):
    errors = np.resize(NOISE, (n, horizon)) * size
    truth = np.zeros((n, horizon))
    ours = ours * errors if np.isscalar(ours) else np.resize(ours, (n, horizon))
    made = Forecast("one-step", np.arange(n), np.full(n, part, np.uint8), ours, errors, truth)
    parts = tuple(("train", "validation", "test")[k] for k in whole)
    return Snapshot(1, "latest", made, score_forecast(made, unit, parts), None)


def headline_of(snapshot, part="validation", drift=4.0):
    rows = snapshot.forecast.parts == PARTS.index(part)
    last = window_losses(snapshot.forecast.baseline[rows], snapshot.forecast.truth[rows])
    known = BaselineLosses(part, {"last value": last, "drift": drift * last}, {})
    found = judge_snapshot(snapshot, known, part)
    return f"{found.word}: {live.live_headline(found)}"


def the_live_headlines():
    said = []
    for gain, unit in product((0.14, 0.999, 1.0, 0.0, -0.5, -1.0, -2.0, -5000.0), ("", "°C")):
        said.append(headline_of(snapshot_of(1 - gain, unit)))
    said += [headline_of(snapshot_of(0.5, n=n, part=2, horizon=h), "test") for n, h in ((26, 1), (100, 4))]
    said.append(headline_of(snapshot_of(0.5, part=0), "train"))
    said.append(headline_of(snapshot_of(NOISE[::-1], n=400)))
    said.append(headline_of(snapshot_of(0.5, size=0.0)))
    said += [headline_of(snapshot_of(0.5, "°C"), drift=drift) for drift in (0.1, 0.25, 0.5, 0.0)]
    said += [live.live_headline(judge_snapshot(snapshot_of(0.5, unit), None)) for unit in ("", "°C")]
    broken = (snapshot_of(np.nan), snapshot_of(1e200), snapshot_of(0.5, part=0), snapshot_of(0.5, whole=(0,)))
    return [*said, *(headline_of(one) for one in broken)]


def epochs_of(train, validation):
    return [
        EpochRecord(k + 1, a, b, 1.0, 0.0, 0.01, 1.0) for k, (a, b) in enumerate(zip(train, validation, strict=True))
    ]


def the_losses():
    falling = np.linspace(1, 0.1, 30)
    turned = np.concatenate([np.linspace(1, 0.5, 10), np.linspace(0.6, 2, 20)])
    worlds = [((), 0), (epochs_of(falling, falling), 30), (epochs_of(falling, turned), 10)]
    return [
        live.remark_on_loss(notice_loss(epochs, (name, baseline), best), horizon)
        for (epochs, best), baseline in product(worlds, (1.0, 0.1, 0.05, 0.49, 0.0))
        for name, horizon in (("last value", 4), ("linear autoregression", 1))
    ] + [live.remark_on_divergence("diverged in epoch 3; lower the learning rate")]


def the_states():
    values = np.sin(np.arange(40) / 3)
    series = Series("x", "X", "", values, None, "step")
    columns = [values, -values, 0 * values, np.ones(40), np.where(values > 0, 0.99, 0.98), NOISE[:40] / 9]
    said = []
    for kept in (columns, columns[:2], columns[2:], columns[5:]):
        trace = Trace(np.arange(40), np.stack(kept, 1).astype(np.float32), np.arange(len(kept)))
        said += [
            live.remark_on_states(notice_states(trace, series, cell)) for cell in ("lstm", "relu", "sigmoid", "tanh")
        ]
    return said


def the_times_to_come():
    none = np.empty(0, dtype="datetime64[ns]")
    for calendar in ("even", "clock changes", "months", "usual step"):
        yield future.how_times_go_on("month", FutureTimes(none, calendar, 0.95))
    yield future.how_times_go_on("month", FutureTimes(none, "months"))
    for calendar, days, closed in product(
        ("days", "hours"), ((0, 1, 2, 3, 4), (0, 1, 2, 3, 6), tuple(range(7))), ("none", "US exchange", "by the past")
    ):
        yield future.how_times_go_on("hour", FutureTimes(none, calendar, 0.99, days, closed))


def the_inputs():
    inputs = (
        InputImportance("wind", "matters", 0.8, 0.31, 1.2),
        InputImportance("", "matters", 1234.5, -math.inf, 2000.0),
        InputImportance("rain", "by chance", 0.0, -0.1, 0.1),
        InputImportance("day of year", "misleads", -0.4, -0.6, -0.1),
        InputImportance("snow", "n/a", reason=Missing("errors too large")),
    )
    for chosen in (inputs, inputs[:2], inputs[2:3], inputs[3:4], inputs[1:3], inputs[-1:]):
        for windows in (80, 3000):
            found = Importance(chosen, 1.5, 80, windows, 10)
            yield importance.importance_headline(found)
            yield importance.how_weighed(found)
    for one in inputs:
        yield from (importance.increase_in_words(one, unit) for unit in ("", "m"))
