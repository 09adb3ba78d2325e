"""What is said of a verdict, against cases worked out by hand."""

import numpy as np
import pytest

from playground.evaluation.missing import Missing
from playground.evaluation.results import Comparison, Verdict
from playground.sentences.verdicts import at_epoch, headline_of, remark_on_last_value, remark_on_luck

FEW = Missing("too few windows", 9, 27)
LAST = Comparison("last value", "beats", 0.38, 0.29, 0.47)


def make_verdict(word, skill, name="linear autoregression", last=LAST, horizon=1, **more):
    best = Comparison(name, word, skill, None, None, FEW if word == "n/a" else None, 6, **more)
    return Verdict("validation", horizon, best, last)


@pytest.mark.parametrize(
    ("word", "skill", "headline"),
    [
        ("beats", 0.12, "Beats every baseline on validation: 12% better than linear autoregression, the best of them"),
        ("beats", 0.0004, "Beats every baseline on validation: 0.04% better than linear autoregression, the best of"),
        ("ties", 0.01, "Ties with linear autoregression, the best baseline, on validation"),
        ("loses", -0.3, "Loses to linear autoregression, the best baseline, on validation: 30% worse"),
        ("loses", -2.0, "Loses to linear autoregression, the best baseline, on validation: 3 times its error"),
        ("loses", -1e9, "Loses to linear autoregression, the best baseline, on validation: more than 1,000 times its"),
        ("loses", None, "Loses to linear autoregression, the best baseline, on validation: that makes no error there"),
        ("n/a", None, "n/a on validation: 9 windows are too few to tell skill from luck: at least 27 are needed;"),
    ],
)
def test_headline_is_one_line_with_its_word_first(word, skill, headline):
    said = headline_of(make_verdict(word, skill))
    assert said.startswith(headline) and "\n" not in said and not said.endswith(".")


def test_the_errors_stand_in_the_headline_with_their_unit():
    known = {"error": 0.84, "baseline_error": 0.95}
    beats, few = (make_verdict(word, skill, **known) for word, skill in (("beats", 0.12), ("n/a", None)))
    assert headline_of(beats, "°C").endswith("the best of them (RMSE 0.84 °C against 0.95 °C)")
    assert headline_of(beats).endswith("(RMSE 0.84 against 0.95)")
    assert headline_of(few).endswith("(RMSE 0.84 against 0.95 of linear autoregression, the best baseline)")


@pytest.mark.parametrize(
    ("name", "horizon", "called"),
    [
        ("last value", 1, "“same as the step before”"),
        ("last value", 4, "“same as the last known value”"),
        ("mean", 1, "the training mean"),
        ("exponential smoothing", 4, "exponential smoothing"),
    ],
)
def test_baselines_have_names_for_sentences(name, horizon, called):
    assert headline_of(make_verdict("ties", 0.0, name, horizon=horizon)).startswith(f"Ties with {called}, the best")


def test_a_headline_names_its_epoch():
    assert at_epoch(37, "Ties with drift") == "Epoch 37: Ties with drift"
    assert at_epoch(0, "Ties with drift") == "Untrained: Ties with drift"


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (Comparison("b", "beats", 0.38, 0.29, 0.47), "between 29% better and 47% better (95% interval): even at"),
        (Comparison("b", "ties", 0.01, -0.03, 0.04), "between 3% worse and 4% better (95% interval): the difference"),
        (Comparison("b", "ties", 0.01, -np.inf, 0.04), "between any amount worse and 4% better"),
        (Comparison("b", "loses", -1.2, -2.0, -0.5), "between 3 times as wrong and 50% worse"),
        (
            Comparison("b", "ties", 0, -0.1, 0.1, None, 6),
            "(95% interval, wider for the pick of the best of 6 baselines",
        ),
    ],
)
def test_luck_in_plain_words(comparison, words):
    assert words in remark_on_luck(comparison)


def test_without_an_interval_nothing_is_said_of_luck():
    assert remark_on_luck(Comparison("b", "n/a", None, None, None, Missing("baseline too large"))) == ""


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (LAST, "Against “same as the step before” alone it is 38% better, beyond luck."),
        (Comparison("last value", "ties", 0.0, -0.1, 0.1), "With “same as the step before” alone it ties."),
        (
            Comparison("last value", "loses", -0.2, -0.3, -0.1),
            "Against “same as the step before” too it loses: 20% worse.",
        ),
        (Comparison("last value", "n/a", None, None, None, FEW), ""),
    ],
)
def test_the_last_value_is_a_further_fact(last, words):
    assert remark_on_last_value(make_verdict("loses", -0.3, last=last)) == words
    assert remark_on_last_value(make_verdict("loses", -0.3, "last value", last=last)) == ""
