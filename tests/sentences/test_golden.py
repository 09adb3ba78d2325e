"""Every sentence stays as it was, byte for byte: facts of many kinds, and what is said of them.

`PYTHONPATH=. python tests/sentences/test_golden.py` records the sentences anew, where they are meant to change.
"""

import json
from pathlib import Path

import pytest
import said_of_forecasts
import said_of_labs
import said_of_sequences
import said_of_the_future

RECORDED = Path(__file__).with_name("golden.json")
CASES = {
    name: case
    for module in (said_of_forecasts, said_of_the_future, said_of_sequences, said_of_labs)
    for name, case in vars(module).items()
    if name.startswith("the_")
}


@pytest.mark.parametrize("name", CASES)
def test_sentences_stay_as_they_are(name):
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert sorted(recorded) == sorted(CASES)
    assert list(dict.fromkeys(CASES[name]())) == recorded[name]


if __name__ == "__main__":
    said = {name: list(dict.fromkeys(case())) for name, case in CASES.items()}
    RECORDED.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
