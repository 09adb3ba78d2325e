"""The page Write as a whole; its trainings are real, but short and in this process."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fake_engine import mounted
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.sentences.writing import depth_sentence
from playground.sequences.write import corpora
from playground.sequences.write.grammars import make_brackets
from playground.sequences.write.streams import Stream, make_stream
from playground.sequences.write.writing import DepthUnit
from playground.ui.write import writer_inside, writer_text

SMALL = {"s_hidden_size": "4", "s_epochs": "2", "s_batch_size": "16"}
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def engine(engine, monkeypatch):
    monkeypatch.setitem(corpora.CORPORA, "brackets", replace(corpora.CORPORA["brackets"], load=few_brackets))
    writer_text._box.clear()
    return engine


def few_brackets() -> Stream:
    whole = make_brackets()
    lines = [whole.symbols(whole.piece(k)) for k in range(60)]
    size = sum(map(len, lines))
    fields = {"asked": whole.asked[:size], "choices": whole.choices, "asked_title": whole.asked_title}
    return make_stream("brackets", "Nested brackets", lines, end="\n", **fields)


open_page = opener("write", SMALL)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def written(page: AppTest) -> list[Any]:
    """Return the fields of text, but for the links to copy."""
    return [field for field in page.code if not field.value.startswith("write?")]


def press(page: AppTest, label: str, runs: int = 5) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    for _ in range(runs):
        page.run()
    assert not page.exception, page.exception
    return page


def paste(page: AppTest, text: str) -> AppTest:
    next(area for area in page.text_area if area.label.startswith("Paste a text")).set_value(text)
    return press(page, "Read the pasted text", 1)


def test_first_screen_lets_the_untrained_network_write_and_names_the_baselines():
    page = open_page()
    assert "Untrained" in texts(page) and "60 lines" in texts(page)
    assert len(written(page)[0].value) == 200
    assert {"letter bits", "coloured text", "expected", "influence"} <= {found.key for found in mounted(page)}
    assert list(page.dataframe[0].value[""]) == ["Uniform", "Unigram", "Trigram"]
    assert not page.error


def test_training_ends_with_test_numbers_a_verdict_and_earlier_epochs_to_call_back():
    page = press(open_page(), "Train")
    assert "Trained: " in texts(page) and "closing signs right" in texts(page)
    table = page.dataframe[0].value
    assert table[""][0] == "This network, best epoch 2" and table["bits, test"].notna().all()
    assert "network loses" in texts(page) or "network needs" in texts(page) or "are level" in texts(page)
    then = next(slider for slider in page.select_slider if "Then it wrote" in slider.label)
    assert list(then.options) == ["0", "1", "2"]
    untrained = written(page)[0].value
    then.set_value(2).run()
    assert written(page)[0].value == written(page)[1].value != untrained


def test_the_unit_that_follows_the_depth_is_named_with_its_number():
    page = open_page()
    assert "correlation with depth" in texts(page) and "Pearson, over" in texts(page)
    assert "correlation with depth" not in texts(open_page(s_text="abab"))


def test_writing_on_begins_with_the_readers_letters_and_changes_with_the_temperature():
    page = press(open_page(), "Write", 1)
    first = written(page)[2].value if len(written(page)) > 2 else written(page)[1].value
    assert first.startswith("([(") and len(first) == 503
    next(slider for slider in page.slider if slider.label == "Temperature").set_value(2.0)
    page = press(page, "Write", 1)
    assert written(page)[-1].value != first and "temperature 2" in texts(page)


def test_markup_in_a_learned_text_stays_text():
    page = paste(open_page(s_text="own", s_epochs="1"), f"{EVIL} **bold** " * 30)
    assert "1,139 letters read" in texts(page)
    page = press(page, "Train", 3)
    next(box for box in page.text_input if box.label == "Your beginning").set_value(EVIL).run()
    page = press(page, "Write", 1)
    assert written(page)[-1].value.startswith(EVIL) and written(page)[-1].language in (None, "plaintext")
    assert not any("<img" in element.value for element in (*page.markdown, *page.caption))


@pytest.mark.parametrize(("text", "sentence"), [("", "got an empty one"), ("too short", "got 9; add more")])
def test_a_text_that_cannot_be_read_is_one_sentence_and_the_one_before_stays(text, sentence):
    page = paste(open_page(s_text="own"), "abc def " * 80)
    assert "639 letters read" in texts(page)
    page = paste(page, text)
    assert sentence in texts(page) and "The text before stays" in texts(page) and "639 letters read" in texts(page)


def test_a_pasted_text_leaves_the_field_so_that_it_is_not_sent_again():
    page = paste(open_page(s_text="own"), "abc def " * 80)
    assert next(area for area in page.text_area if area.label.startswith("Paste a text")).value == ""


def test_an_uploaded_text_says_in_which_encoding_it_is_read():
    page = open_page(s_text="own")
    page.file_uploader[0].upload("mine.txt", ("春天来了，小河边的柳树发出了新芽。" * 40).encode("gb18030")).run()
    assert not page.exception and "680 letters read" in texts(page)
    assert "the text is read as GB18030 (Chinese)" in texts(page)


def test_own_text_waits_for_one():
    assert "Paste or upload a text" in texts(open_page(s_text="own"))


def test_looking_at_a_typed_text_and_a_letter_of_it():
    page = open_page()
    page.segmented_control(key="text to read").set_value("My own").run()
    slider = next(slider for slider in page.slider if slider.label.startswith("Letter to look at"))
    slider.set_value(1).run()
    assert not page.exception and "None: a piece begins here" in texts(page)
    next(area for area in page.text_area if area.label.startswith("Type and press")).set_value("").run()
    assert "Type something to be read" in texts(page)


def test_a_training_that_fails_is_one_sentence(engine):
    engine.study_problem = "a training step over 256 steps must fit in 160 MB"
    assert "must fit in 160 MB" in texts(press(open_page(), "Train", 1))


def test_a_click_on_a_letter_chooses_it_and_a_forged_one_does_not(monkeypatch):
    chosen = []
    monkeypatch.setattr(writer_inside.state, "preset", lambda name, value: chosen.append(value))
    symbols = tuple("ab\ncd")
    writer_inside._pick({"x": 1, "y": 1}, symbols)
    for forged in ({"x": 9, "y": 0}, {"x": "1", "y": 1}, {"range": [0, 1]}, {"x": None, "y": float("nan")}):
        writer_inside._pick(forged, symbols)
    assert chosen == [5]


def test_units_are_counted_from_0_as_everywhere():
    page = open_page()
    colours = next(box for box in page.selectbox if box.label == "Colour by")
    assert [name for name in colours.options if name.startswith("Unit ")] == [f"Unit {k}" for k in range(4)]
    assert depth_sentence(DepthUnit(0, np.full(1, 0.95), 100)).startswith("Unit 0 ")


@pytest.mark.parametrize(("pieces", "told"), [(["ab" * 6000], True), (["ab" * 30] * 40, False), (["ab" * 450], False)])
def test_a_held_out_piece_that_is_read_in_sections_is_told(pieces, told):
    assert make_stream("own", "Own", pieces).read_in_sections is told
