"""Whatever a learner uploads as own texts: sequences, a text, or a sentence that says what is wrong."""

from pathlib import Path

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


@pytest.mark.parametrize(("encoding", "said"), [("gb18030", "GB18030 (Chinese)"), ("utf-16", "UTF-16")])
def test_texts_in_other_encodings_are_read_and_told(encoding, said):
    """Made in the form of public reports: reviews with Chinese names of the columns, a text without any."""
    lines = [f"今天天气很好，我很高兴{k}号,正面\n排队太久，服务很差{k}号,负面\n" for k in range(30)]
    found = read_own_texts(("文本,标签\n" + "".join(lines)).encode(encoding))
    assert found.classes == ("正面", "负面") and len(found.texts) == 60
    assert found.notes[0] == f"the text is read as {said}"
    assert found.notes[1] == "the column 文本 is read as the text and 标签 as its label"
    text = "春天来了，小河边的柳树发出了新芽。\n" * 40
    stream = read_own_corpus(text.encode(encoding))
    assert "".join(stream.symbols()) == text.strip() and stream.notes == (f"the text is read as {said}",)


def test_a_text_of_the_west_is_read_as_windows_wrote_it():
    stream = read_own_corpus("Señor García café – “quoted” naïve.\r\nSecond line\r".encode("cp1252") * 30)
    assert "".join(stream.symbols()).startswith("Señor García café – “quoted” naïve.\nSecond line\n")
    assert stream.notes[0].startswith("the text is read as Windows-1252 (Western European)")


@pytest.mark.parametrize(
    ("name", "start", "said"),
    [
        ("70-text-gbk.txt", "春天来了，小河边", "the text is read as GB18030 (Chinese)"),
        ("72-text-utf16.txt", "The lighthouse keeper", "the text is read as UTF-16"),
        ("74-text-mixed-ends-latin1.txt", "Señor García café – “quoted”", "the text is read as Windows-1252"),
    ],
)
def test_texts_in_the_form_of_public_reports(name, start, said):
    stream = read_own_corpus((Path(__file__).parent / "cases" / name).read_bytes())
    assert "".join(stream.symbols()).startswith(start) and stream.notes[0].startswith(said)
    assert "\r" not in stream.symbols()
