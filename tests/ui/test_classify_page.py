"""The pages Classify and The hand-made cell as a whole; their trainings are real, but short and in this process."""

import json

import numpy as np
import pytest
from fake_engine import mounted
from patience import patience
from streamlit.testing.v1 import AppTest

from playground.hosting.settings import Settings
from playground.places import PAGES
from playground.sequences.classify.tasks import TASKS
from playground.sequences.records import Sequences
from playground.ui.hand_made_cell import hand_made

SMALL = {"s_hidden_size": "4", "s_epochs": "2", "s_batch_size": "16"}


@pytest.fixture(autouse=True)
def engine(engine, monkeypatch):
    monkeypatch.setattr("playground.sequences.classify.tasks.load_names", small_names)
    monkeypatch.setitem(TASKS, "names", small_task())
    monkeypatch.setattr(hand_made, "SEEDS", 1)
    return engine


def small_names() -> Sequences:
    texts = tuple(f"{'abc'[k % 3]}{'xyz'[k % 2]}{k}" for k in range(60))
    return Sequences("names", "Names", ("Aish", "Beish", "Ceish"), np.arange(60) % 3, texts)


def small_task():
    from dataclasses import replace

    from playground.sequences.classify.tasks import TASKS

    return replace(TASKS["names"], load=small_names)


def open_page(name: str, **query: str) -> AppTest:
    page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=patience())
    for key, value in (SMALL | query).items():
        page.query_params[key] = value
    page.run()
    assert not page.exception, page.exception
    return page


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def drawn(page: AppTest, key: str) -> dict:
    packed = next(found.proto.bytes for found in mounted(page) if found.key == key)
    return json.loads(packed[8 : 8 + int.from_bytes(packed[:4], "little")])


def title_of(page: AppTest, key: str) -> str:
    return drawn(page, key)["layout"]["title"]["text"]


def press(page: AppTest, label: str, runs: int = 5) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    for _ in range(runs):
        page.run()
    assert not page.exception, page.exception
    return page


def test_first_screen_shows_the_untrained_verdict_and_offers_the_training():
    page = open_page("classify")
    assert "Untrained" in texts(page) and "60 sequences: 20 each of Aish, Beish, Ceish" in texts(page)
    assert {"verdict now", "learning", "confusion"} <= {component.key for component in mounted(page)}
    assert not page.error


def test_training_ends_with_scores_beside_both_baselines():
    page = press(open_page("classify"), "Train")
    assert "Trained: " in texts(page)
    table = page.dataframe[0].value
    assert list(table[""])[1:] == ["Majority class", "Letter n-grams + logistic regression"]
    assert "In macro accuracy the network is" in texts(page)
    assert "Shown: epoch" in texts(page) and "the best on validation · GRU of hidden size 4 · 3 epochs kept" in texts(
        page
    )


def test_every_kept_epoch_can_be_looked_at_and_compared():
    page = press(open_page("classify"), "Train")
    epochs = next(slider for slider in page.select_slider if slider.label.startswith("Epoch shown"))
    assert epochs.options == ["0", "1", "2"]
    epochs.set_value(0).run()
    assert "Shown: the untrained network" in texts(page)
    assert title_of(page, "confusion").endswith("(validation, epoch 0)")
    next(toggle for toggle in page.toggle if toggle.label.startswith("Compare")).set_value(True).run()
    assert title_of(page, "verdict now").startswith("Epoch 0 says ")
    assert title_of(page, "verdict then").startswith("Epoch 2 says ")
    assert "(test, best epoch" in title_of(page, "confusion test")


def test_states_stand_below_the_verdict_on_the_same_steps():
    page = open_page("classify")
    page.text_input[0].set_value("abc").run()
    traces = {trace.get("name"): trace for trace in drawn(page, "verdict now")["data"]}
    assert traces["hidden state"]["x"] == traces["its answer so far"]["x"]
    assert len(traces["hidden state"]["y"]) == 4


def test_what_is_typed_is_read_and_never_becomes_markup():
    page = open_page("classify")
    page.text_input[0].set_value("<b>*ü*</b>").run()
    assert not page.exception
    assert "Never met in training" in texts(page) and not any(
        "<b>" in element.value for element in (*page.markdown, *page.caption)
    )


def test_the_address_bar_keeps_the_recipe_and_mends_a_wrong_one():
    page = open_page("classify", s_cell="lstm", s_epochs="99999")
    assert page.query_params["s_cell"] == "lstm" and page.query_params["s_epochs"] == "300"
    page.run()
    assert "epochs must be between 1 and 300" in texts(page)


def test_own_texts_wait_for_a_table():
    page = open_page("classify", s_task="own")
    assert "Upload a table" in texts(page)


EVIL = "<img src=x onerror=alert(1)>"
HEBREW = "\u05e2\u05d1"


def own_table(*labels: str, each: int = 12) -> bytes:
    rows = [f"{label[:3]} {EVIL} {k},{label}" for label in labels for k in range(each)]
    return "\n".join(["text,label", *rows]).encode()


def upload(page: AppTest, data: bytes) -> AppTest:
    page.file_uploader[0].upload("mine.csv", data).run()
    assert not page.exception, page.exception
    return page


def test_an_own_table_is_read_trained_on_and_never_becomes_markup():
    page = upload(open_page("classify", s_task="own"), own_table(EVIL, HEBREW))
    assert f"24 sequences: 12 each of {EVIL}, \u2068{HEBREW}\u2069." in texts(page)
    assert "24 texts with 2 labels read" in texts(page)
    assert EVIL not in "".join(element.value for element in (*page.markdown, *page.caption))
    assert EVIL not in json.dumps(drawn(page, "confusion"))
    page = press(page, "Train")
    assert "Trained: " in texts(page)


def test_a_wrong_table_is_one_sentence_and_the_one_before_stays():
    page = upload(open_page("classify", s_task="own"), own_table("fruit"))
    assert texts(page).count("There must be at least 2 different labels, got 1") == 2
    assert "text,label" in page.code[0].value
    page = upload(page, own_table("fruit", "tool"))
    assert "different labels" not in texts(page) and not page.error
    page = upload(page, own_table("fruit", "tool") + b"\nfern,plant")
    assert "'plant' has 1" in texts(page) and "The table before stays." in texts(page)
    assert "12 each of fruit, tool" in texts(page)


def three_columns() -> bytes:
    rows = [f"{k},a sentence of number {k},{'ab'[k % 2]},{'xyz'[k % 3]}" for k in range(36)]
    return "\n".join(["编号,文本,标签,部分", *rows]).encode("gb18030")


def columns_of(page: AppTest) -> list[str]:
    return [box.value for box in page.selectbox if box.label in ("Texts", "Labels")]


def choose(page: AppTest, label: str, name: str) -> AppTest:
    next(box for box in page.selectbox if box.label == label).set_value(name).run()
    assert not page.exception, page.exception
    return page


def test_the_columns_of_an_own_table_are_guessed_shown_and_chosen():
    page = upload(open_page("classify", s_task="own"), three_columns())
    assert columns_of(page) == ["文本", "标签"]
    assert "the text is read as GB18030 (Chinese)" in texts(page) and "18 each of a, b" in texts(page)
    page = choose(page, "Labels", "部分")
    assert "12 each of x, y, z" in texts(page) and "部分 as its label" in texts(page)
    page = choose(page, "Labels", "编号")
    assert "there may be at most 20 different labels, got 36" in texts(page).lower()
    assert "12 each of x, y, z" in texts(page) and "The table before stays." in texts(page)
    page = choose(page, "Labels", "文本")
    assert "Texts and labels must be two columns" in texts(page)
    page = choose(page, "Labels", "标签")
    assert not page.error and "18 each of a, b" in texts(page)


def test_chosen_columns_are_found_again_after_a_reload():
    first = choose(upload(open_page("classify", s_task="own"), three_columns()), "Labels", "部分")
    reloaded = open_page("classify", s_task="own")
    reloaded.session_state["owner"] = first.session_state["owner"]
    reloaded.run()
    assert columns_of(reloaded) == ["文本", "部分"] and "12 each of x, y, z" in texts(reloaded)


def test_a_wrong_guess_can_be_mended_where_it_made_no_sequences():
    rows = [f"{'ab'[k % 2]},{k % 20},some words about {k}" for k in range(60)]
    page = upload(open_page("classify", s_task="own"), "\n".join(["kind,label,words", *rows]).encode())
    assert columns_of(page) == ["words", "label"] and "needs at least 10 different texts" in texts(page)
    page = choose(page, "Labels", "kind")
    assert not page.error and "30 each of a, b" in texts(page)


def test_what_training_costs_is_said_before_it_begins():
    page = upload(open_page("classify", s_task="own"), own_table("fruit", "tool"))
    page.run()
    assert "An epoch takes about" in texts(page) and "all 2 about" in texts(page)
    assert "An epoch takes about" not in texts(press(page, "Train"))


def test_a_reload_finds_the_own_table_and_the_training_again(engine):
    engine.settings = Settings(slice_s=0.05, first_slice_s=0.01)
    long = {"s_task": "own", "s_epochs": "300", "s_batch_size": "1", "s_hidden_size": "64"}
    first = upload(open_page("classify", **long), own_table("fruit", "tool"))
    first = press(first, "Train", 1)
    reloaded = open_page("classify", **long, s_run=first.query_params["s_run"])
    assert "Upload a table" in texts(reloaded)
    reloaded.session_state["owner"] = first.session_state["owner"]
    reloaded.run()
    assert "Pause" in [button.label for button in reloaded.button]
    assert "of 300" in reloaded.get("progress")[0].proto.text
    reloaded = press(reloaded, "Pause", 2)
    assert "Continue" in [button.label for button in reloaded.button]


def test_a_task_is_found_again_as_it_was_left():
    page = press(open_page("classify"), "Train", 2)
    page.selectbox[0].set_value("waveforms").run()
    assert page.query_params["s_task"] == "waveforms" and page.query_params["s_epochs"] == "40"
    page.selectbox[0].set_value("names").run()
    assert not page.exception and page.query_params["s_epochs"] == "2"
    assert "Trained: " in texts(page)


def test_digits_bring_the_question_of_pictures():
    page = open_page("classify", s_task="digits", s_epochs="1")
    assert any("RNN on images" in heading.value for heading in page.subheader)
    page = press(page, "Train the CNN", 12)
    assert "Small CNN seeing the whole" in list(page.dataframe[-1].value[""])


def test_a_training_that_fails_is_one_sentence(engine):
    engine.study_problem = "a training step over 250 steps must fit in 160 MB"
    page = press(open_page("classify"), "Train", 1)
    assert "must fit in 160 MB" in texts(page)


def test_the_hand_made_cell_lights_up_both_differences_and_switches_settle_them():
    page = open_page("hand_made_cell")
    assert "the code has none" in texts(page) and "the code the old one" in texts(page)
    assert "self.i2h(combined)" in page.code[0].value and "tanh" not in page.code[0].value
    next(toggle for toggle in page.toggle if "σ" in toggle.label).set_value(True).run()
    assert "torch.tanh(self.i2h(combined))" in page.code[0].value
    assert "the code has none" not in texts(page)


def test_all_four_settings_are_measured():
    page = press(open_page("hand_made_cell"), "Train all four, 1 seeds each", 16)
    assert "σ on the new state:" in texts(page)
    assert "points" in texts(page)


def test_stepping_shows_the_sums_of_the_next_letter():
    page = open_page("hand_made_cell")
    first = page.dataframe[0].value
    page = press(page, "Next", 1)
    assert "letter 2 of 9" in texts(page)
    assert not first.equals(page.dataframe[0].value)
