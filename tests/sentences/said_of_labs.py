"""What is said in the labs and of series, over facts of every kind."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
from said_of_forecasts import NOISE, epochs_of

from playground.config import DataChoice, Recipe
from playground.data.prepare import prepare
from playground.data.suggesting import Reason, Suggestion, TooShort
from playground.data.summary import Beyond, DataSummary, Strength, summarise
from playground.histories import Checkpoint, EpochRecord
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
from playground.records import Series
from playground.sentences import (
    comparison,
    data,
    gradients,
    leaks,
    memory,
    states,
    suggestions,
    sweeps,
)


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
    said += [data.remark_on_zeros(replace(summary_of(), zeros=zeros)) for zeros in (0.0, 0.5, 0.51, 0.83, 0.999)]
    for values, season in ((ramp, 0), (wave, 150), (wave, 19)):
        series = Series("x", "X", "", values, None, "step", season)
        said.append(data.remark_on_strength(summarise(series, prepare(series, DataChoice(window_steps=4)))))
    return said


def the_suggestions():
    found = [
        [Reason("season of the series", 7, of=755), Reason("whole seasons", 28, 4), Reason("one season ahead", 7, 42)],
        [Reason("season found", 11, 205), Reason("window as parts allow", 16, 43), Reason("next step", 1, 27)],
        [Reason("season of the series", 365, 1011), Reason("season too long", 16, 365)],
        [Reason("season unproven", 48, 13463), Reason("window without season", 16)],
        [Reason("no season", of=548), Reason("window without season", 16)],
        [Reason("whole seasons", 40, 1)],
    ]
    targets = [
        [Reason("level stays", share=0.01)],
        [Reason("level leaves", share=0.087)],
        [Reason("last value is near", share=0.918)],
        [Reason("walk")],
        [Reason("walk"), Reason("moves grow", share=6.23)],
        [Reason("mostly zero", share=0.83)],
    ]
    effort = Reason("effort", 2260, share=0.003, batch=64, epochs=150)
    said = list(suggestions.reasons_in_words(Suggestion({}, (Reason("too short"),))))
    for reasons, (target, why) in product(found, product(("level", "change", "log_return"), targets)):
        told = suggestions.reasons_in_words(Suggestion({"target": target}, (*reasons, *why, effort)))
        assert 2 <= len(told) <= 5
        said += told
    sums = (TooShort(200, 4, 8, 1376, 600, 84), TooShort(2, 1, 8, 36, 20, 0))
    return said + [suggestions.remark_on_length(one) for one in sums]


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
