"""Whatever a learner uploads as own texts: sequences, a text, or a sentence that says what is wrong."""

import pytest
from hostile_files import is_own_sentence
from hypothesis import given
from hypothesis import strategies as st

from playground.sequences.classify.own_texts import read_own_texts
from playground.sequences.write.own_corpus import read_own_corpus

ROWS = st.lists(st.tuples(st.text(max_size=12), st.sampled_from("abc")), min_size=1, max_size=30)


@pytest.mark.parametrize("read", [read_own_texts, read_own_corpus])
@given(data=st.binary(max_size=300))
def test_any_bytes_give_a_sentence(read, data):
    with pytest.raises(ValueError) as problem:
        read(data)
    assert is_own_sentence(problem.value), repr(problem.value)


@given(ROWS, st.sampled_from(",;\t|"))
def test_any_rows_give_sequences_or_a_sentence(rows, sign):
    table = f"text{sign}label\n" + "\n".join(f"{text}{sign}{label}" for text, label in rows)
    try:
        found = read_own_texts(table.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        assert is_own_sentence(error), repr(error)
    else:
        assert 2 <= len(found.classes) <= 3 and len(found.texts) == len(found.labels)


@given(st.text(max_size=60), st.integers(1, 60))
def test_any_text_gives_a_stream_or_a_sentence(text, times):
    try:
        assert read_own_corpus((text * times).encode("utf-8", "surrogatepass")).length >= 500
    except ValueError as error:
        assert is_own_sentence(error), repr(error)
