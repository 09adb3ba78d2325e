"""Tables in the form in which people keep them come out as they are meant; see cases/README.md."""

import json
from pathlib import Path

import pytest

from playground.data.looking import Look, look_at

CASES = Path(__file__).parent / "cases"
EXPECTED = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))


def check(found: Look, expected: dict) -> None:
    """Compare what came out with what must come out; ends of a time may be given by their beginning."""
    assert found.series is not None, found.refused or found.questions
    for name, value in expected.items():
        got = getattr(found.series, name)
        if name in ("start", "end"):
            assert got is not None and got.startswith(value), name
        else:
            assert got == pytest.approx(value, rel=1e-9) if isinstance(value, float) else got == value, name


@pytest.mark.parametrize("name", EXPECTED)
def test_each_kind_of_table_is_understood_asked_about_or_refused(name):
    data, case = (CASES / name).read_bytes(), EXPECTED[name]
    found = look_at(data, name)
    for pick, expected in case.get("picks", {}).items():
        assert found.series is None and pick in found.questions[0].options
        check(look_at(data, name, pick=pick), expected)
    if "series" in case:
        check(found, case["series"])
    if "refused" in case:
        assert found.series is None and found.refused
    told = "\n".join((*found.report, *(f"{each.about} {each.options}" for each in found.questions)))
    for words in case.get("says", ()):
        assert words in told, (words, told)
