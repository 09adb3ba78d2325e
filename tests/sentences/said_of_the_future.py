"""What is said of what comes next, over facts of every kind."""

from dataclasses import replace

import numpy as np
from said_of_forecasts import judged

from playground.data.future import FutureTimes
from playground.evaluation.missing import Missing
from playground.outlook.newer import Continued
from playground.outlook.results import Limits, Outlook, Rolling, TurnedOut
from playground.records import Series
from playground.sentences import outlook as sentences

LEVELS = (0.5, 0.8, 0.9)
DAYS = np.datetime64("2024-01-01", "ns") + np.arange(6) * np.timedelta64(1, "D")
EMPTY = Rolling(np.empty(0, int), np.empty(0, np.uint8), np.empty((0, 3)), {})


def limits_of(widths, coverage=np.nan, adaptive=np.nan, counts=(40, 39, 38), reason=None):
    rows = np.tile(np.asarray(widths, float), (3, 1))
    full = np.full((3, 3), 1.0)
    return Limits(LEVELS, rows, np.array(counts), full * coverage, full, full * adaptive, reason)


def outlook_of(**fields):
    plain = Outlook(
        horizon=1,
        unit="",
        rows=100,
        future=FutureTimes(DAYS[:3], "even"),
        predicted={"network": np.ones(3), "drift": np.ones(3)},
        reasons={},
        members=np.ones((1, 3)),
        limits={"network": limits_of([1, 2, 3])},
        rolling=EMPTY,
    )
    return replace(plain, **fields)


def the_newer_rows():
    series = Series("x", "X", "", np.ones(3), None, "step")
    facts = [(0, 1, 0, 0), (1, 12, 0, 0), (30, 5, 2, 0), (30, 5, 1, 3), (0, 7, 0, 1)]
    return [line for facts_of in facts for line in sentences.remark_on_rows(Continued(series, *facts_of))]


def the_outcomes():
    worlds = [
        ({"drift": 1.5, "mean": 2.0, "network": 1.0}, 5, 7),
        ({"network": 1.0}, 0, 7),
        ({"network": 3.25, "drift": float("nan")}, 0, 0),
        ({"network": 0.5, "drift": 0.25}, 1, 1),
    ]
    said = []
    for errors, inside, known in worlds:
        counts = {f"{level}": inside for level in LEVELS}, {f"{level}": known for level in LEVELS}
        told = TurnedOut(np.ones(max(known, 7)), {}, *counts, errors)
        said += [sentences.remark_on_turning_out(outlook_of(turned_out=told, unit=unit)) for unit in ("", "°C")]
    return [*said, sentences.remark_on_turning_out(outlook_of())]


def the_borders():
    return [sentences.border_sentence(outlook_of(horizon=horizon)) for horizon in (1, 2, 3, 9)]


def the_limits():
    short = Missing("too few for levels", 5, levels=(0.8, 0.9))
    found = [
        limits_of([1, 2, 3]),
        limits_of([1, 2, 3], counts=(40, 40, 40)),
        limits_of([1, np.nan, np.nan], reason=short),
        limits_of([np.nan] * 3, reason=short),
        limits_of([1, 2, 3], coverage=0.77, adaptive=0.81),
    ]
    said = [sentences.limits_sentence(each, 0.8, opened) for each in found for opened in (False, True)]
    return said + [sentences.adaptive_sentence(each, 0.8) for each in found]


def the_further_inputs():
    groups = [((), (), ()), (("wind",), (), ()), (("wind", "rain"), ("day of week sine",), ()), ((), (), ("price",))]
    return [sentences.inputs_sentence(outlook_of(held=h, moving=m, given=g)) for h, m, g in groups]


def the_advice():
    return [" | ".join(sentences.advice_of(verdict)) for verdict in judged()]


def the_further_networks():
    said = [sentences.seeds_sentence(outlook_of(members=np.ones((count, 3)))) for count in (1, 5)]
    return said + [sentences.refit_sentence(outlook_of(refitted=refitted), 12) for refitted in (False, True)]
