"""The gradients page as a whole; its trainings are real, but very short and in this process."""

import pytest
from fake_engine import mounted
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.labs.gradients import work as gradient_runs
from playground.labs.gradients.presets import GRADIENT_PRESETS
from playground.ui.gradients import gradient_lab

SMALL = {"length_steps": "300", "window_steps": "8", "hidden_size": "4", "epochs": "3"}


@pytest.fixture(autouse=True)
def engine(engine, monkeypatch):
    monkeypatch.setattr(gradient_runs.advance_gradient_run, "__defaults__", (0.0,))
    return engine


open_page = opener("gradients", SMALL)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def button(page: AppTest, label: str):
    return next(button for button in page.button if button.label == label)


def switch(page: AppTest, kind: str, name: str):
    return next(found for found in getattr(page, kind) if (found.key or "").startswith(f"gradients {name} "))


def metrics(page: AppTest) -> list[tuple[str, str]]:
    return [(metric.label, metric.value) for metric in page.metric]


def test_first_screen_shows_the_untrained_networks():
    page = open_page()
    told = texts(page)
    assert "untrained networks, as drawn from the seed" in told
    assert len(mounted(page)) == 1 + 3 + 3
    assert [label for label, _ in metrics(page)].count("Gradient left 7 steps back") == 3
    assert "4 units · 33 parameters · untrained" in told
    assert not button(page, "Train").disabled
    assert [preset.name for preset in GRADIENT_PRESETS] == [
        one.label for one in page.button if (one.key or "").startswith("gradients ")
    ]


def test_training_adds_the_history_and_the_epoch_to_go_back_to(engine):
    page = open_page()
    before = metrics(page)
    button(page, "Train").click().run()
    for _ in range(30):
        page.run()
    assert not page.exception, page.exception
    assert button(page, "Trained").disabled
    asked = [arguments[0] for name, arguments in engine.calls if name.endswith(":advance_gradient_run")]
    assert {(one.network.cell, one.seed, one.training.epochs) for one in asked} == {
        (cell, 1, 3) for cell in ("rnn", "lstm", "gru")
    }
    assert len(mounted(page)) == 1 + 3 + 3 + 3
    assert "validation loss" in texts(page)
    assert metrics(page) != before
    slider = next(found for found in page.slider if found.label == "Look at epoch")
    assert (slider.min, slider.max, slider.value) == (0, 3, 3)
    slider.set_value(0).run()
    assert metrics(page) == before
    assert "After epoch 0" in texts(page)


def test_a_training_under_way_can_be_stopped_and_keeps_what_it_has(engine):
    page = open_page()
    button(page, "Train").click().run()
    assert page.get("progress")
    button(page, "Stop").click().run()
    assert len(engine.rested) == 3
    assert not button(page, "Train on").disabled


def test_switches_change_the_recipe_and_with_it_the_sidebar():
    page = open_page(cell="rnn")
    switch(page, "segmented_control", "nonlinearity").set_value("relu").run()
    switch(page, "segmented_control", "initialisation").set_value("orthogonal").run()
    switch(page, "select_slider", "spectral_radius").set_value(1.5).run()
    switch(page, "toggle", "clip_norm").set_value(False).run()
    assert not page.exception, page.exception
    query = {name: page.query_params[name] for name in ("nonlinearity", "initialisation", "spectral_radius")}
    assert query == {"nonlinearity": "relu", "initialisation": "orthogonal", "spectral_radius": "1.5"}
    assert page.query_params["clip_norm"] == "0"
    assert ("Spectral radius", "1.50") in metrics(page)
    switch(page, "toggle", "clip_norm").set_value(True).run()
    assert "clip_norm" not in page.query_params


def test_equal_parameters_change_the_other_hidden_sizes():
    page = open_page(cell="lstm")
    assert texts(page).count("4 units ·") == 3
    page.segmented_control(key="gradients equal").set_value("Parameters").run()
    assert texts(page).count("4 units ·") == 1
    assert "4 units · 117 parameters" in texts(page)


def test_a_preset_sets_the_controls_and_says_what_to_look_at():
    page = open_page()
    button(page, "Explode").click().run()
    assert "**Explode.**" in texts(page)
    assert page.query_params["spectral_radius"] == "1.5"
    assert "exploding" in texts(page)
    button(page, "Clipped").click().run()
    assert "clip_norm" not in page.query_params


def test_layers_are_looked_at_one_by_one():
    page = open_page(layers="2")
    before = metrics(page)
    page.segmented_control(key="gradients layer 2").set_value(1).run()
    assert metrics(page) != before


def test_long_runs_are_watched_for_a_hundred_epochs():
    assert "100 epochs each" in texts(open_page(epochs="400"))
    assert gradient_lab.MOST_EPOCHS == 100


def test_a_series_too_short_is_one_sentence():
    page = open_page(length_steps="200", window_steps="200")
    assert len(page.error) == 1
    assert "window" in page.error[0].value
