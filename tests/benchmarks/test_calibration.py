"""Claims of the calibration: how often each is said, and whether the filed page has them all."""

import re

import pytest

from benchmarks.calibration.__main__ import PAGE, families, summary
from benchmarks.calibration._claims import Claim, section, simulate

FILED = PAGE.read_text(encoding="utf-8")


def test_a_world_is_drawn_alike_on_every_call():
    drawn = [simulate("coin", 200, lambda random: ["heads"] if random.random() < 0.5 else ["tails"]) for _ in range(2)]
    assert drawn[0] == drawn[1] and drawn[0].total() == 200
    assert 70 < drawn[0]["heads"] < 130
    assert simulate("other coin", 200, lambda random: ["heads"] if random.random() < 0.5 else []) != drawn[0]


def test_a_sentence_counts_once_a_try():
    assert simulate("twice", 10, lambda random: ["a", "a", "b"]) == {"a": 10, "b": 10}


@pytest.mark.parametrize(("times", "late"), [(0, False), (5, False), (8, False), (12, True)])
def test_more_than_may_be_is_told_from_chance(times, late):
    claim = Claim("it is so", "it is not so", times, 100, 0.05)
    assert claim.too_often is late
    assert ("**too often**" in section([claim])) is late


def test_the_interval_is_exact():
    assert Claim("", "", 5, 100, 0.05).interval == pytest.approx((0.0164, 0.1128), abs=1e-4)
    assert Claim("", "", 0, 100, 0.05).interval == pytest.approx((0, 1 - 0.025 ** (1 / 100)))


def test_where_it_is_true_nothing_is_too_often():
    claim = Claim("it is so", "it is so", 100, 100, None)
    assert not claim.too_often and "it is true there" in section([claim])
    assert summary([claim, Claim("", "", 0, 9, 0.05)]).startswith("[calibration.md](calibration.md): 1 sentences")


def test_every_family_is_filed_and_none_is_said_too_often():
    assert sorted(re.findall(r"<!-- (\w+) -->", FILED)) == list(families())
    assert re.findall(r"<!-- (\w+) -->", FILED) == re.findall(r"<!-- /(\w+) -->", FILED)
    assert "too often**" not in FILED
