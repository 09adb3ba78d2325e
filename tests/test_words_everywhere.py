import re

import pytest

from playground.places import ROOT
from playground.words import capitalised

SAID = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "assets" / "notes").glob("*.md")]
SAID += [path for room in ("ui", "export", "sentences") for path in (ROOT / "playground" / room).rglob("*.py")]


@pytest.mark.parametrize(
    ("promise", "where"), [("bit for bit", r"same machine|one machine"), ("the same numbers", "same machine|server")]
)
def test_no_sentence_promises_the_same_numbers_without_saying_where(promise, where):
    found = 0
    for path in SAID:
        text = re.sub(r'"\s+f?"', "", path.read_text(encoding="utf-8"))  # a sentence goes on in the next literal
        for sentence in re.split(r"(?<=[.!?])\s", text):
            if promise in sentence and not sentence.startswith("#"):
                found += 1
                assert re.search(where, sentence), f"{path.name}: {sentence}"
    assert found > 1


def test_only_the_first_letter_changes():
    assert capitalised("the LSTM of Seattle") == "The LSTM of Seattle"
    assert capitalised("°C") == "°C"
    assert capitalised("") == ""
