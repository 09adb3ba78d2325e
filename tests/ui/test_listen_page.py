"""The part Music of the page Listen as a whole; its trainings are real, but short and in this process."""

import pytest
from fake_engine import FakeEngine
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.sequences.music.melodies import OWN, dealt_tunes, part_of
from playground.sequences.music.notes import notes_of
from playground.ui.listen import keyboard, music_views

pytestmark = pytest.mark.usefixtures("engine")

SMALL = {"s_hidden_size": "4", "s_epochs": "2", "s_batch_size": "64"}
PLAYED = ("C4 1/4", "D4 1/4", "E4 1/2")


open_page = opener("listen", SMALL)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def press(page: AppTest, label: str, runs: int = 6) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    for _ in range(runs):
        page.run()
    assert not page.exception, page.exception
    return page


def asked(engine: FakeEngine, function: str) -> list[tuple]:
    return [arguments for name, arguments in engine.calls if name.endswith(function)]


def test_first_screen_plays_the_untrained_network_and_offers_the_training():
    page = open_page()
    assert "Untrained: to this network every next note is as likely as any other" in texts(page)
    assert "43 to learn from, 5 for validation, 5 for the test" in texts(page) and "Copied: " in texts(page)
    drawn = {component.key for component in page.get("bidi_component")}
    assert {"melody roll", "tune roll", "bits", "keyboard"} <= drawn
    assert len(page.get("audio")) == 2


def test_training_ends_with_bits_beside_all_baselines_and_a_slider_over_its_epochs(engine):
    page = press(open_page(), "Train")
    assert "Trained: on the test tunes" in texts(page) and "the best baseline (" in texts(page)
    table = page.dataframe[0].value
    assert list(table[""])[1:] == ["Uniform", "Unigram", "Bigram", "Trigram"]
    assert (table["bits a note"] > 0).all()
    slider = next(one for one in page.select_slider if one.label.startswith("Epoch"))
    before = len(asked(engine, ":play_on"))
    slider.set_value(0).run()
    assert len(asked(engine, ":play_on")) == before  # the untrained network has played this already
    assert not page.exception


def test_a_tune_can_begin_what_the_network_plays_and_another_is_another(engine):
    page = open_page()
    for title in ("Ode to Joy", "Frère Jacques"):
        page.selectbox(key="melody start").set_value(title).run()
        given = asked(engine, ":play_on")[-1][4]
        tune = next(tune for tune in dealt_tunes() if tune.title == title)
        assert notes_of(given) == tune.in_one_key[:7]
    page.selectbox(key="melody start").set_value(music_views.NOTHING).run()
    assert asked(engine, ":play_on")[-1][4] == ()
    page.slider(key="melody temperature").set_value(1.2).run()
    page = press(page, "Another", 0)
    assert asked(engine, ":play_on")[-1][5:] == (1.2, 2)
    assert not page.exception


def test_the_address_bar_names_the_part_and_keeps_nothing_of_the_other():
    page = open_page(s_keys="3")
    assert dict(page.query_params)["s_keys"] in ("3", ["3"]) and "part" not in page.query_params
    page = open_page(part="nonsense")
    assert "Untrained" in texts(page)
    page = open_page(part="speech")
    assert page.query_params["part"] in ("speech", ["speech"])
    assert "to this network every next note" not in texts(page)
    page.get("button_group")[0].set_value("music").run()
    assert not page.exception and "part" not in page.query_params
    assert "to this network every next note" in texts(page)


def test_what_is_chosen_at_first_is_not_learned_from():
    assert part_of(music_views.FIRST) == "test"


def test_an_own_tune_is_heard_begins_a_melody_and_is_learned(engine, monkeypatch):
    page = open_page()
    page.session_state[f"remembered {keyboard.OWN}"] = PLAYED
    page.run()
    assert len(page.get("audio")) == 3
    page.selectbox(key="melody start").set_value(OWN).run()
    page.selectbox(key="shown tune").set_value(OWN).run()
    assert asked(engine, ":play_on")[-1][4] == PLAYED and asked(engine, ":follow")[-1][4] == PLAYED
    page.toggle(key="teach own tune").set_value(True).run()
    page = press(page, "Train", 1)
    (run,) = engine.live.values()
    learned = run.material
    assert "43 and yours to learn from" in texts(page)
    assert learned.symbols(learned.piece(43)) == (*PLAYED, "end")


def test_a_training_that_fails_is_one_sentence(engine):
    engine.study_problem = "a training step must fit in 160 MB"
    page = press(open_page(), "Train", 1)
    assert "must fit in 160 MB" in texts(page)
