"""Every sentence stays as it was, byte for byte: facts of many kinds, and what is said of them.

`python -m tests.sentences.test_golden` records the sentences anew, where they are meant to change.
"""

import json
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from playground.config import DataChoice, Recipe
from playground.data.prepare import prepare
from playground.data.summary import Beyond, DataSummary, Strength, summarise
from playground.evaluation.backtest_results import BacktestResult, wins_by_lead, wins_by_origin
from playground.evaluation.metrics import judge_snapshot, score_forecast
from playground.evaluation.missing import Missing
from playground.evaluation.observations import notice_loss, notice_states
from playground.evaluation.residuals import bias_of, misses_of, pattern_of
from playground.evaluation.results import (
    Comparison,
    Copycat,
    Coverage,
    Intervals,
    Residuals,
    StepScores,
    Verdict,
)
from playground.evaluation.seed_verdicts import SeedVerdict
from playground.histories import Checkpoint, EpochRecord, Keyframe, SequenceEpoch
from playground.inspection.memory import StateTrace, notice_units
from playground.labs.comparison.verdict import Contender, judge_recipes
from playground.labs.gradients.alarms import alarms_of
from playground.labs.gradients.results import GradientMoment, GradientRun, MemoryRuler, Saturation
from playground.labs.leaks.results import Arm, Evidence, LeakResult, compare_arms
from playground.labs.memory.climb import Climb
from playground.labs.memory.results import MemoryRun, Outcome, Trial
from playground.labs.memory.tasks import TASKS
from playground.labs.sweeps.plan import SweepPlan, label_of
from playground.labs.sweeps.results import NetworkResult, Point
from playground.labs.sweeps.verdict import judge_sweep, misfits
from playground.records import Forecast, Series, Snapshot, Trace
from playground.sentences import (
    classifying,
    comparison,
    data,
    forecast,
    gradients,
    hand_made,
    leaks,
    live,
    memory,
    music,
    seeds,
    states,
    sweeps,
    writing,
)
from playground.sequences.arithmetic import effects_of
from playground.sequences.classify.scores import standings
from playground.sequences.music.by_heart import copied, rise_of
from playground.sequences.music.melodies import Copy
from playground.sequences.records import ClassifierRun, ClassScore, SequenceRun, WriterRun
from playground.sequences.speech.spoken import trust_of
from playground.sequences.write.baselines import StreamScore, against_best, best_on_validation
from playground.sequences.write.streams import make_stream
from playground.sequences.write.writing import DepthUnit

RECORDED = Path(__file__).with_name("golden.json")

RANDOM = np.random.default_rng(7)
NOISE = RANDOM.standard_normal(400)


def compared():
    """Return comparisons with the last value and with another baseline, of every word."""
    found = []
    for name in ("last value", "drift"):
        found += [
            Comparison(name, "beats", 0.38, 0.29, 0.47),
            Comparison(name, "beats", 0.9996, 0.99, 0.99999),
            Comparison(name, "ties", 0.01, -0.03, 0.04),
            Comparison(name, "ties", 0.01, -math.inf, 0.04),
            Comparison(name, "ties", 0.01, 0.00005, 0.04),
            Comparison(name, "loses", -0.2, -0.3, -0.1),
            Comparison(name, "loses", -2.0, -20.0, -0.001),
            Comparison(name, "loses", -1500.0, -2000.0, -1.5),
            Comparison(name, "n/a", None, None, None, Missing("too few windows", 9, 27)),
        ]
    return found[:9], found[9:]


def judged():
    last, other = compared()
    pairs = [*product(last, other), *((one, one) for one in last)]
    parts = [("validation", 1), ("train", 4), ("test", 1)]
    for k, (against_last, best) in enumerate(pairs):
        part, horizon = parts[k % 3]
        yield Verdict(part, horizon, against_last, best.baseline, best)


def the_verdicts():
    return [forecast.verdict_sentence(verdict) for verdict in judged()]


def the_headlines():
    return [forecast.headline_of(verdict) for verdict in judged()]


def the_luck():
    return [forecast.remark_on_luck(one) for group in compared() for one in group]


def the_best():
    return list(dict.fromkeys(forecast.remark_on_best(verdict) for verdict in judged()))


def the_seeds():
    worlds = [
        ("validation", 1, (0.38, 0.29, 0.47, 0.1, -0.2), ("beats", 0.21, 0.05, 0.4)),
        ("train", 4, (0.01, -0.02, 0.00001, 0.03, 0.02), ("ties", 0.01, -0.1, 0.12)),
        ("test", 1, (-0.3, -0.4, -0.2, -12.0, -1.2), ("loses", -2.8, -11.0, -0.05)),
    ]
    said = []
    for part, horizon, skills, together in worlds:
        alone = [Comparison("last value", "ties", skill, -1.0, 0.5) for skill in skills]
        for whole in (
            Comparison("last value", *together),
            Comparison("last value", "n/a", None, None, None, Missing("too few windows", 9, 27)),
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
        said.append(forecast.remark_on_origins(wins_by_origin(result)))
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


def headline_of(snapshot, part="validation"):
    found = judge_snapshot(snapshot, part)
    return f"{found.word}: {live.live_headline(found)}"


def the_live_headlines():
    said = []
    for gain, unit in product((0.14, 0.999, 1.0, 0.0, -0.5, -1.0, -2.0, -5000.0), ("", "°C")):
        said.append(headline_of(snapshot_of(1 - gain, unit)))
    said += [headline_of(snapshot_of(0.5, n=n, part=2, horizon=h), "test") for n, h in ((26, 1), (100, 4))]
    said.append(headline_of(snapshot_of(0.5, part=0), "train"))
    said.append(headline_of(snapshot_of(NOISE[::-1], n=400)))
    said.append(headline_of(snapshot_of(0.5, size=0.0)))
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
        live.remark_on_loss(notice_loss(epochs, baseline, best))
        for (epochs, best), baseline in product(worlds, (1.0, 0.1, 0.05, 0.49, 0.0))
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


def score_of(right, wrong=None, title="majority class"):
    right = np.asarray(right)
    wrong = np.resize(2, right.shape) if wrong is None else np.asarray(wrong)
    return ClassScore(title, np.diag(right) + np.roll(np.diag(wrong), 1, axis=1))


SCORES = [
    score_of(*one)
    for one in (((1, 1), (1, 0)), ((3, 4), (3, 3)), ((10, 30), (2, 6)), ((40, 40), (1, 0)), ((90, 10, 5), (5, 60, 60)))
]


def sequence_run(bits=(3.0, 2.5), test_bits=None, best=None, accuracy=0.9996, blocks=()):
    """Return a training of a writer with these bits on validation after each epoch."""
    epochs = tuple(
        SequenceEpoch(k, 1.0, math.log(2) * value, 1.0, 0.0, 0.01, 1.0, 0.5, accuracy)
        for k, value in enumerate(bits, 1)
    )
    done = test_bits is not None
    best = best or (int(np.argmin(bits)) + 1 if bits else 0)
    checkpoint = Checkpoint(epoch=len(epochs), best_epoch=best, count=1200, state="finished" if done else "training")
    training = SequenceRun(max(len(bits), 1), checkpoint, epochs, (Keyframe(0, {}),))
    return WriterRun(training, ("a", "b"), (), 1, 1, test_bits, 0.998 if done else None, blocks)


def symbols_compared():
    """Return finished runs with baselines that they beat, lose to, or cannot be told from, and one under way."""
    stretches = 0.3 * NOISE[:20]
    rivals = [
        StreamScore(title, bits, bits, tuple(bits + stretches)) for title, bits in (("Uniform", 4.0), ("Trigram", 2.0))
    ]
    runs = [sequence_run(test_bits=bits, blocks=tuple(bits + 0.1 * NOISE[20:40])) for bits in (1.25, 2.01, 2.6, 3.9)]
    runs += [sequence_run(), sequence_run(()), sequence_run(test_bits=1.0), None]
    return [(run, tuple(rivals[:count])) for run, count in product(runs, (0, 1, 2))]


def the_writers():
    asked = make_stream("x", "X", ["ab"], asked=np.ones(2, dtype=np.uint8), asked_title="Copied letters right")
    plain = make_stream("x", "X", ["ab"], asked=np.empty(0, dtype=np.uint8))
    said = []
    for run, baselines in symbols_compared():
        said += [writing.progress_sentence(run, stream, 4) for stream in (asked, plain)]
        said += [] if run is None else [writing.comparison_sentence(against_best(run, baselines))]
    said += [
        writing.depth_sentence(DepthUnit(4, np.full(5, value), 4000)) for value in (-0.93, 0.95, 0.7, -0.61, 0.3, -0.1)
    ]
    return said


def the_tunes():
    curves = [(5.0, 4.5, *np.linspace(4.6, 5.5, 20)), (5.0, 4.5, 4.4), (5.0, *np.linspace(4.5, 4.55, 20))]
    said = [music.heart_sentence(rise_of(sequence_run(bits, 4.0, best=2))) for bits in curves]
    said.append(music.heart_sentence(rise_of(sequence_run(curves[0], best=2))))
    said += [
        music.progress_sentence(run, against_best(run, baselines), best_on_validation(baselines), 4)
        for run, baselines in symbols_compared()
    ]
    for notes, written in product((0, 1, 2, 10, 11, 14), (0, 20)):
        said.append(music.copy_sentence(copied(Copy(notes, 0, "Ode to Joy" if notes else ""), written, 5)))
    return said


def the_classes():
    said = []
    for one in SCORES:
        rivals = [
            score_of(np.diag(one.confusion)[::-1], title="Nearest Mean"),
            score_of([0] * (len(one.confusion) - 1) + [9]),
        ]
        said += [classifying.comparison_sentence(standings(one, rivals[:count]), one.count) for count in (0, 1, 2)]
        said += [
            classifying.trust_sentence(trust_of(one)),
            classifying.spread_sentence(trust_of(one)),
            classifying.spoken_comparison_sentence(trust_of(one), standings(one, rivals)),
        ]
        training = sequence_run().training
        for test, validation, trained in ((one, one, training), (None, one, training), (None, None, training)):
            run = ClassifierRun(trained, None, validation, 1, test)
            said += [classifying.live_sentence(run, rivals[:count], 4) for count in (0, 2)]
    return [*said, classifying.live_sentence(None, (), 4)]


def the_switches():
    settings = list(product((False, True), ("old", "new")))
    means = {
        setting: [score_of((20 + 3 * k + seed * step, 20), (9, 9)) for seed in range(5)]
        for (k, setting), step in zip(enumerate(settings), (0, 1, -4, 1), strict=True)
    }
    said = list(hand_made.effect_sentences(effects_of(means)))
    said += hand_made.effect_sentences(effects_of({setting: found[:1] for setting, found in means.items()}))
    said += hand_made.effect_sentences(effects_of({setting: means[setting] for setting in settings[:2]}))
    said += hand_made.effect_sentences(effects_of({setting: [] for setting in settings}))
    return [*said, *(hand_made.setting_title(*setting) for setting in settings)]


def the_sweeps():
    sizes = (2, 4, 8, 16)
    plan = SweepPlan(Recipe(), (("hidden_size", sizes),))
    wide = SweepPlan(Recipe(), (("hidden_size", sizes), ("layers", (1, 2))))

    def point(size, errors, train=0.1, baseline=1.0, used=plan, **fields):
        cell = size if isinstance(size, tuple) else (size,)
        usual = {"best_epoch": 9, "epochs": 9} | fields
        networks = tuple(NetworkResult(k, train, error, epoch_s=0.1, **usual) for k, error in enumerate(errors))
        return Point(cell, label_of(used, cell), networks, 10, baseline)

    near, far = [0.5, 0.52, 0.54, 0.56, 0.58], [0.9, 0.92, 0.94, 0.96, 0.98]
    low = [0.3, 0.31, 0.32, 0.33, 0.34]
    lost = [point(size, near[:3], diverged=True) for size in sizes]
    worlds = [
        [point(2, far), point(4, low), point(8, far), point(16, far)],
        [point(2, far), point(4, low), point(8, far)],
        [point(2, near), point(4, near[::-1]), point(8, near), point(16, far)],
        [point(2, near[:3]), point(4, low[:3]), point(8, far[:3]), point(16, far[:3])],
        [point(2, far, baseline=0.4), point(4, low, baseline=0.32), point(8, near, train=0.3), lost[3]],
        [point(2, far, baseline=0.2), point(4, low, baseline=0.2), lost[2], lost[3]],
        [point(2, far, train=0.6), point(4, low), point(8, far, train=0.01), point(16, low, turned_up=True)],
        [point(2, far, train=0.6), point(4, near, train=0.6), point(8, low), point(16, far, train=0.6)],
        [],
        lost[:1],
        lost[:2],
        lost,
        [*lost[:2], point(8, near)],
    ]
    five = [point((size, layers), near[:2], used=wide, diverged=True) for size in sizes for layers in (1, 2)]
    said = []
    for used, points in [*((plan, points) for points in worlds), (wide, five)]:
        verdict = judge_sweep(used, points)
        said.append(f"{sweeps.sweep_headline(verdict)}. {sweeps.sweep_details(verdict)}".strip())
        said += sweeps.misfit_sentences(misfits(points))
    return said


def the_recipes():
    low, high = (1.0, 1.1, 1.2, 1.3, 1.4), (2.0, 2.1, 2.2, 2.3, 2.4)
    middle = (1.05, 1.15, 1.22, 1.31, 1.39)
    worlds = [
        [low, high], [low, middle], [low, middle, high], [low, middle, high, high], [low, high, high], [low[:1], high],
        [low[:2], high[:2], middle[:2]], [low], [], [low, ()], [low, (1.5, math.inf, math.inf, math.inf, math.inf)],
    ]  # fmt: skip
    said = []
    for errors, unit in product(worlds, ("", "°C")):
        verdict = judge_recipes([Contender("ABCD"[k], one) for k, one in enumerate(errors)])
        said += [comparison.recipe_sentence(verdict), comparison.recipe_details(verdict, unit)]
    return said


def trial_run(
    task, cell="lstm", difficulty=None, error=0.01, ended="steps", solved=False, share=None, epochs=3, outcome=True
):
    trial = Trial(task, difficulty or TASKS[task].ladder[1], cell)
    records = tuple(epochs_of([0.1] * epochs, [0.0123] * epochs))
    checkpoint = None if outcome else Checkpoint(epoch=epochs, best_epoch=0, step=7)
    found = Outcome(ended, error, TASKS[task].constant_error, share, solved) if outcome else None
    return MemoryRun(trial, records, np.empty(0), checkpoint, 1.0, 1, found)


def the_trials():
    said = []
    for task in TASKS:
        runs = [
            trial_run(task, error=share * TASKS[task].constant_error, share=0.71) for share in (1.2, 0.91, 0.6, 0.3)
        ]
        runs += [
            trial_run(task, solved=True),
            trial_run(task, ended="seconds"),
            trial_run(task, error=None, ended="diverged"),
        ]
        runs += [
            trial_run(task, outcome=False),
            trial_run(task, outcome=False, epochs=0),
            trial_run(task, solved=True, share=1.0),
        ]
        said += [told for run in runs for told in (memory.describe_run(run), memory.describe_score(run))]
        said += [
            memory.say_repeats(runs),
            memory.say_repeats(runs[:2]),
            memory.say_repeats([runs[5], trial_run(task, "rnn", ended="seconds")]),
        ]
        ladder = TASKS[task].ladder
        up = [trial_run(task, difficulty=rung, solved=True) for rung in ladder]
        ends = [trial_run(task, difficulty=ladder[3], ended=ended) for ended in ("steps", "seconds")]
        climbs = [(up, None), *((([*up[:3], end]), None) for end in ends), *(([end], None) for end in ends)]
        climbs += [(up[:2], up[2].trial), ([], up[0].trial)]
        said += [memory.describe_climb(Climb(TASKS[task], "gru", tuple(runs), current)) for runs, current in climbs]
    return said


def arm_of(*shares, mistakes=()):
    seen = Evidence(100, 20, 1234, 1300, 1400, 0.123, 0.987, None if mistakes else 0.5, 0.0512)
    made = [LeakResult(frozenset(mistakes), a, 1.0, b, 1.0, 1, 1.0, seen) for a, b in shares]
    return Arm(frozenset(mistakes), tuple(made))


def the_leaks():
    honest = arm_of((0.90, 0.95), (0.92, 0.95), (0.91, 0.95))
    arms = [
        arm_of((0.50, 0.95), (0.55, 0.95), (0.52, 0.95), mistakes=("scaling",)),
        arm_of((0.50, 1.95), (0.55, 1.95), (0.52, 1.95), mistakes=("scaling", "gap")),
        arm_of((0.50, 0.95), (0.99, 0.95), (0.91, 0.95), mistakes=("gap", "target", "shuffle")),
        arm_of((1.50, 0.95), (1.55, 0.95), (1.52, 0.95), mistakes=("gap",)),
        arm_of((0.04, 0.95), mistakes=("target",)),
        honest,
    ]
    said = [
        told
        for arm in arms
        for told in (leaks.arm_title(arm), leaks.describe_arm(compare_arms(arm, honest)), leaks.describe_honest(arm))
    ]
    for arm in arms:
        said += [f"{name}: {value}" for name, value in leaks.symptoms(arm.results[0]).items()]
    return [*said, leaks.arm_title(Arm(frozenset(), (), "The suspect"))]


def watched(norms, cells=None, saturation=(), ended="", epochs=(), **fields):
    """Return a run that was seen once, with these gradients (layers, steps)."""
    norms = np.array(norms, dtype=float)
    radii = {"h": np.full((len(norms), 2), 1.5 + 0j)}
    ruler = MemoryRuler(np.zeros(1), np.zeros(1))
    moment = GradientMoment(5, norms, None if cells is None else np.array(cells), radii, tuple(saturation), ruler)
    state = "diverged" if ended else "training"
    checkpoint = Checkpoint(epoch=5, best_epoch=0, state=state, reason=ended)
    return GradientRun(Recipe().replaced(**fields), 9, 6, checkpoint, tuple(epochs), (moment,))


def the_gradients():
    clipped = [EpochRecord(k, 1.0, 1.0, 12.0 + k, 0.9, 0.01, 1.0) for k in range(1, 6)]
    rnn, relu, sigmoid = (
        {"cell": "rnn"},
        {"cell": "rnn", "nonlinearity": "relu"},
        {"cell": "rnn", "nonlinearity": "sigmoid"},
    )
    falls, grows, huge = [1.0, 0.1, 1e-8], [1.0, 10.0, 100.0], [1.0, 50.0, 5000.0]
    runs = [watched([falls], **kind) for kind in (rnn, relu, sigmoid, {"cell": "gru"})]
    runs += [watched([[1.0, 0.1, 0.0]], **rnn), watched([falls, falls], [falls, falls], cell="lstm", layers=2)]
    for kind, clip in product((rnn, {"cell": "lstm"}), (0.0, 1.0)):
        runs += [watched([one], clip_norm=clip, epochs=clipped, **kind) for one in ([1.0, 1.0, 1.0], grows, huge)]
        runs += [watched([one, one], clip_norm=clip, layers=2, **kind) for one in (huge, [1.0, np.inf, np.inf])]
        runs += [
            watched([one], clip_norm=clip, ended="diverged in epoch 5: the loss is not finite; clip", **kind)
            for one in ([1.0] * 3, huge)
        ]
    dead = Saturation({}, np.array([1.0, 1.0, 0.3, 0.2]))
    stuck = Saturation({"h": np.array([0.9, 0.6, 0.1, 0.2])}, np.empty(0))
    gates = Saturation({"i": np.array([0.25]), "f": np.array([0.5])}, np.empty(0))
    runs += [watched([[1.0] * 3] * count, saturation=[dead] * count, layers=count, **relu) for count in (1, 2)]
    runs += [
        watched([[1.0] * 3] * count, saturation=[stuck] * count, layers=count, **kind)
        for count, kind in ((1, rnn), (2, sigmoid))
    ]
    said = [
        f"{a.kind}: {gradients.alarm_seen(a)} | {gradients.alarm_cause(a)} | {gradients.alarm_remedy(a)}"
        for run in runs
        for a in alarms_of(run)
    ]
    said += [gradients.saturation_words(one) for one in (dead, stuck, gates)]
    one = np.eye(9)
    rulers = [one[0], one[1], one[3], one[8], np.ones(9), np.zeros(9), np.full(9, np.inf), np.arange(9.0)]
    said += [gradients.ruler_words(MemoryRuler(each, each)) for each in rulers]
    return [*said, *(gradients.power(value) for value in (None, 0.0, 0.25, 123.4, 4e-11, 2.5e7, 9999.0, 1e-3))]


def summary_of(beyond=(0.0, 0.0), given=0, found=0, strength=None):
    return DataSummary(200, "day", "", "", 0.0, 1.0, 3, Beyond(*beyond), given, found, strength, 128, np.empty(0), 0.1)


def the_data():
    shares = [(0.0, 0.0), (0.004, 0.0), (0.3, 0.999), (1.0, 0.5), (0.99, 0.01)]
    said = [told for beyond in shares for told in data.remark_on_range(summary_of(beyond))]
    said += [
        data.remark_on_season(summary_of(given=given, found=found)) for given, found in product((0, 7, 12), (0, 7))
    ]
    for trend, season, noise in product((0.1, 0.3, 0.69, 0.7), (0.1, 0.5, 0.9), (0.0, 0.6)):
        said.append(data.remark_on_strength(summary_of(strength=Strength(trend, season, noise))))
    ramp, wave = np.arange(200.0), np.sin(np.arange(200) / 3)
    for values, season in ((ramp, 0), (wave, 150), (wave, 19)):
        series = Series("x", "X", "", values, None, "step", season)
        said.append(data.remark_on_strength(summarise(series, prepare(series, DataChoice(window_steps=4)))))
    return said


def the_units():
    values = np.outer(NOISE[:40], [1.0, 0.5, 0.0, 0.001]).astype(np.float32)
    none = np.empty(0)
    said = []
    for found in ([0.95, -0.97, np.nan, 0.2], [0.5, -0.7, np.nan, 0.2], [np.nan] * 4, [0.0] * 4):
        for kept in (slice(None), slice(2)):
            trace = StateTrace(
                np.arange(40),
                1,
                1,
                "h",
                values[:, kept],
                none,
                none,
                {},
                {"input": np.array(found)[kept]},
                none,
                none,
                none,
            )
            said.append(states.remark_on_units(notice_units(trace)))
    return said


CASES = {name: case for name, case in globals().items() if name.startswith("the_")}


@pytest.mark.parametrize("name", CASES)
def test_sentences_stay_as_they_are(name):
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert sorted(recorded) == sorted(CASES)
    assert list(dict.fromkeys(CASES[name]())) == recorded[name]


if __name__ == "__main__":
    said = {name: list(dict.fromkeys(case())) for name, case in CASES.items()}
    RECORDED.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
