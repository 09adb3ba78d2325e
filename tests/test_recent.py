"""What was used last stays, what was used longest ago goes, whichever limit is passed."""

import pytest

from playground.recent import Recent


@pytest.fixture
def three():
    recent = Recent(3)
    for key in "abc":
        assert recent.keep(key, key.upper()) == key.upper()
    return recent


def test_what_was_used_longest_ago_goes_first(three):
    assert three.use("a") == "A"
    three.keep("d", "D")
    assert list(three) == ["c", "a", "d"]


def test_what_is_kept_again_is_the_newest_and_takes_no_second_place(three):
    three.keep("a", "new")
    assert dict(three) == {"b": "B", "c": "C", "a": "new"}
    three.keep("d", "D")
    assert list(three) == ["c", "a", "d"]


def test_looking_without_using_changes_no_order(three):
    assert three["a"] == three.get("a") == "A" and "a" in three
    three.keep("d", "D")
    assert "a" not in three


def test_what_is_not_there_is_none(three):
    assert three.use("z") is None
    three.pop("a")
    assert three.use("a") is None and list(three) == ["b", "c"]


def test_together_they_weigh_no_more_than_they_may():
    recent = Recent(10, 6, len)
    for word in ("one", "two", "three"):
        recent.keep(word, word)
    assert list(recent) == ["three"]
    recent.keep("4", "4")
    assert list(recent) == ["three", "4"]


def test_the_newest_stays_however_heavy():
    recent = Recent(10, 6, len)
    recent.keep("a", "much too heavy")
    assert recent.use("a") == "much too heavy"
    recent.keep("b", "heavier than that")
    assert list(recent) == ["b"]


def test_things_are_weighed_as_they_are_when_another_comes():
    recent = Recent(10, 2, len)
    growing = recent.keep("growing", [])
    growing += [1, 2, 3]
    assert list(recent) == ["growing"]
    recent.keep("other", [])
    assert list(recent) == ["other"]
