"""A trained run on sequences can be taken home from its page, made when it is asked for."""

import ast
import io
import json
import zipfile

import pytest
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.export.sequences.material import NUMBERS_FILE
from playground.ui.sequences import take_home
from playground.ui.write import writer_text

SMALL = {"s_hidden_size": "4", "s_epochs": "2", "s_batch_size": "64"}

PAGES = {
    "write": ("write", {"s_text": "sonnets"}),
    "tunes": ("listen", {}),
    "classify": ("classify", {"s_task": "names"}),
    "words": ("listen", {"part": "speech"}),
}
"""Page and address of each kind of run."""

EVERYTHING = ["Recipe", "Python script", "Notebook", "Run file", "ONNX"]


@pytest.fixture
def made(monkeypatch) -> dict[str, object]:
    """What makes each file that a page offers, by its label; it is called at the click, outside the page."""
    found: dict[str, object] = {}
    draw = take_home.draw_download

    def noted(label, make, name, *rest, **named):
        found[label] = (name, make)
        draw(label, make, name, *rest, **named)

    monkeypatch.setattr(take_home, "draw_download", noted)
    return found


def offered(page: AppTest) -> list[str]:
    return [button.proto.label for button in page.get("download_button")]


def texts(page: AppTest) -> str:
    return "\n".join(element.value for kind in (page.markdown, page.caption) for element in kind).replace("\\", "")


def press(page: AppTest, label: str, runs: int = 6) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    for _ in range(runs):
        page.run()
    assert not page.exception, page.exception
    return page


@pytest.mark.parametrize("kind", PAGES)
def test_untrained_there_is_nothing_to_take_home(kind, engine, made):
    name, query = PAGES[kind]
    page = opener(name, SMALL | query)()
    assert "There is nothing to take home yet" in texts(page)
    assert not made


@pytest.mark.parametrize("kind", PAGES)
def test_a_run_offers_every_file_and_makes_each_at_the_click_only(kind, engine, made):
    name, query = PAGES[kind]
    page = press(opener(name, SMALL | query)(), "Train")
    assert list(dict.fromkeys(made)) == EVERYTHING == [label for label in offered(page) if label in EVERYTHING]
    assert "There is nothing to take home yet" not in texts(page)
    assert not [call for call in engine.calls if "export" in str(call[0])]
    (run,) = engine.live.values()
    assert json.loads(made["Recipe"][1]()) == json.loads(run.recipe.model_dump_json())
    file, make = made["Python script"]
    content = make()
    if file.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.namelist() == ["rnn_playground_run.py", NUMBERS_FILE]
            content = archive.read("rnn_playground_run.py")
    assert "APP_BEST_EPOCH" in content.decode() and ast.parse(content)
    assert all(data for data in (make() for _, make in made.values()))


def test_a_run_that_is_paused_after_its_first_epoch_can_be_taken_home(engine, made):
    page = press(opener("write", SMALL | {"s_text": "sonnets", "s_epochs": "300"})(), "Step one epoch", runs=30)
    assert offered(page) == EVERYTHING
    assert "EPOCHS = 1  # as many as the run had of 300 asked for" in made["Python script"][1]().decode()


def test_the_readers_own_text_is_told_to_be_in_the_files_and_bundled_words_are_not(engine, made):
    writer_text._box.clear()
    page = opener("write", SMALL | {"s_text": "own", "s_epochs": "1"})()
    next(area for area in page.text_area if area.label.startswith("Paste a text")).set_value("my own secret " * 40)
    page = press(press(page, "Read the pasted text", 1), "Train")
    assert "nothing of them is written to the server's disk" in texts(page)
    assert "my own secret" in made["Python script"][1]().decode()
    page = press(opener("listen", SMALL | PAGES["words"][1])(), "Train")
    assert "nothing of them is written" not in texts(page)


def test_a_run_without_an_epoch_has_nothing_to_take_home_yet(engine, made):
    engine.stalled = True
    page = press(opener("write", SMALL | {"s_text": "sonnets"})(), "Train")
    assert engine.live and "There is nothing to take home yet" in texts(page) and not made
