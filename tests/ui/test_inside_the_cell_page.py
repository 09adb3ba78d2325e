"""The page "Inside the cell": what it sends to the drawing, read back and compared with torch."""

import json

import numpy as np
import pytest
import torch
from fake_engine import FakeEngine, make_view, mounted
from opening import opener
from patience import patience
from streamlit.testing.v1 import AppTest

from playground.cells.tiny import rounded, tiny_recipe, tiny_weights
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.networks.network import build_network
from playground.places import ROUTER
from playground.sequences.classify.tasks import load_task
from playground.sequences.encoding import encode_text, fit_encoding, split_sequences
from playground.sequences.models import build_sequence_network
from playground.sequences.recipe import HandMadeRecipe
from playground.ui.inside_the_cell import inside_the_cell

RUN = "run-0123456789"
SMALL = Recipe().replaced(length_steps=300, window_steps=12, hidden_size=5, gap_steps=4)
MOST_BYTES = 200_000


@pytest.fixture
def engine(engine, monkeypatch):
    inside_the_cell._look.clear()
    return engine


open_page = opener("inside_the_cell", menu=True)


def open_run(engine: FakeEngine, recipe: Recipe, state: str = "finished") -> tuple[AppTest, object]:
    """Open the page on a run whose best and only trained epoch is 3; return the page and that network."""
    prepared = prepare(load_series(recipe.data), recipe.data)
    networks = {epoch: build_network(recipe.replaced(seed=epoch), prepared.train.inputs.shape[2]) for epoch in (0, 3)}
    engine.weights = {epoch: network.weights() for epoch, network in networks.items()}
    engine.views[RUN] = make_view(recipe, state, 3)
    return open_page(run=RUN, **recipe.to_query()), networks[3]


def sent(page: AppTest) -> tuple[dict, int]:
    """Return the picture's document with its arrays, and its size in bytes."""
    (element,) = mounted(page)
    data = element.proto.bytes
    start = 8 + int.from_bytes(data[:8], "little")

    def array(value: dict):
        if "$" not in value:
            return value
        kind, offset, length, columns, _ = value["$"]
        flat = np.frombuffer(data, dtype=f"<{kind}", count=length, offset=start + offset)
        return flat.reshape(-1, columns) if columns else flat

    return json.loads(data[8:start], object_hook=array), len(data)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning)
    return "\n".join(element.value for kind in kinds for element in kind)


def assert_is_torchs(document: dict, network, window: np.ndarray) -> None:
    """Compare what was sent of a unit with torch's forward pass over the window."""
    recurrent, layer, unit = network.recurrent, document["layer"], document["unit"]
    close = {"rtol": 0, "atol": 1e-5}
    with torch.no_grad():
        for t in range(len(window)):
            _, last = recurrent(torch.tensor(window[None, : t + 1]))
            h, c = last if document["cell"] == "lstm" else (last, None)
            np.testing.assert_allclose(document["h_unit"][t + 1], h[layer, 0, unit].numpy(), **close)
            if c is not None:
                np.testing.assert_allclose(document["c_unit"][t + 1], c[layer, 0, unit].numpy(), **close)
        assert document["output"] == pytest.approx(float(network.predict(window[None])[0, 0]), abs=1e-5)
    listed = {
        from_: (document[from_]["values"] @ document[from_]["weights"].T) + document[from_]["rest"] for from_ in "xh"
    }
    from_h = listed["h"] + document["bias_h"]
    if document["cell"] == "gru":
        from_h[:, 2] *= document["gate_values"][:, 0]
    np.testing.assert_allclose(listed["x"] + document["bias_x"] + from_h, document["a"], **close)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_numbers_of_a_run_are_torchs(engine, cell, layers):
    recipe = SMALL.replaced(cell=cell, layers=layers)
    page, network = open_run(engine, recipe)
    window = prepare(load_series(recipe.data), recipe.data).validation.inputs[0]
    page.slider(key="unit 5").set_value(4).run()
    for layer in range(layers):
        if layers > 1:
            page.slider(key=f"layer {layers}").set_value(layer + 1).run()
        document, _ = sent(page)
        assert (document["cell"], document["steps"]) == (cell, 12)
        assert (document["layer"], document["unit"]) == (layer, 4)
        assert_is_torchs(document, network, window)


def test_the_numbers_of_a_sigmoid_run_are_its_networks(engine):
    recipe = SMALL.replaced(cell="rnn", nonlinearity="sigmoid")
    page, network = open_run(engine, recipe)
    document, _ = sent(page)
    assert document["nonlinearity"] == "sigmoid"
    assert_is_torchs(document, network, prepare(load_series(recipe.data), recipe.data).validation.inputs[0])


def test_the_picture_says_the_forecast_in_the_series_units(engine):
    page, network = open_run(engine, SMALL)
    prepared = prepare(load_series(SMALL.data), SMALL.data)
    level = network.predict(prepared.validation.inputs[:1])[0, 0] * prepared.scaling.deviation + prepared.scaling.mean
    truth = prepared.values[prepared.validation.anchors[0] + 1]
    assert sent(page)[0]["meaning"] == f"the forecast is {level:.5g}; what came was {truth:.5g}"


def test_another_window_gives_other_inputs(engine):
    page, _ = open_run(engine, SMALL)
    validation = prepare(load_series(SMALL.data), SMALL.data).validation
    window = next(slider for slider in page.slider if slider.label == "Window ends at")
    assert (window.min, window.max) == (validation.anchors[0], validation.anchors[-1])
    window.set_value(int(validation.anchors[7])).run()
    np.testing.assert_array_equal(sent(page)[0]["strip_x"], validation.inputs[7, :, 0])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_tiny_network_is_torchs_and_has_its_worksheets(engine, cell):
    page = open_page(cell=cell)
    page.segmented_control(key="cell network").set_value("A tiny network that fits on a slide").run()
    assert not page.exception
    recipe = tiny_recipe(cell)
    network = build_network(recipe)
    network.load_weights(tiny_weights(cell))
    document, _ = sent(page)
    assert document["cell"] == cell
    window = rounded(prepare(load_series(recipe.data), recipe.data).validation.inputs[0])
    assert_is_torchs(document, network, window)
    assert [download.label for download in page.get("download_button")] == ["Worksheet", "Solution"]


def test_without_a_run_the_recorded_one_is_shown_and_named(engine):
    page = open_page()
    assert "recorded run" in texts(page)
    document, _ = sent(page)
    assert (document["cell"], document["steps"]) == ("lstm", 32)


def test_a_run_under_way_is_followed_and_its_epoch_said(engine):
    page, _ = open_run(engine, SMALL, state="training")
    assert "your run, epoch 3" in texts(page) and "following the training" in texts(page)
    before = sent(page)[0]
    later = build_network(SMALL.replaced(seed=9))
    engine.weights[8] = later.weights()
    engine.views[RUN] = make_view(SMALL, "training", 8)
    page.run()
    after = sent(page)[0]
    assert after["id"] == before["id"]
    assert_is_torchs(after, later, prepare(load_series(SMALL.data), SMALL.data).validation.inputs[0])
    assert engine.calls == []


def test_until_the_own_run_has_its_turn_the_recorded_one_stands_in(engine):
    engine.views[RUN] = make_view(SMALL, "queued", 0)
    page = open_page(run=RUN, **SMALL.to_query())
    assert "Your run waits for its first turn" in texts(page) and "recorded run" in texts(page)
    engine.weights = {0: build_network(SMALL).weights()}
    page.run()
    assert "Your run waits" not in texts(page) and sent(page)[0]["steps"] == 12


def test_the_largest_network_stays_small_on_the_wire(engine):
    recipe = Recipe().replaced(
        cell="lstm", hidden_size=256, layers=3, window_steps=256, batch_size=8, length_steps=4000
    )
    page, _ = open_run(engine, recipe)
    page.slider(key="layer 3").set_value(3).run()
    document, size = sent(page)
    assert size < MOST_BYTES
    assert (document["steps"], document["h"]["left_out"]) == (256, 240)


def test_weights_that_are_not_finite_are_a_sentence(engine):
    bad = build_network(SMALL).weights() | {"readout.bias": np.array([np.nan], dtype=np.float32)}
    engine.weights = {3: bad}
    engine.views[RUN] = make_view(SMALL, "diverged", 3)
    page = open_page(run=RUN, **SMALL.to_query())
    assert ["choose an earlier epoch" in error.value for error in page.error] == [True]


def test_gru_says_which_variant_it_is(engine):
    page = open_page(cell="gru", series="seattle_temperature")
    assert "torch's variant: the reset gate acts after the matrix product" in sent(page)[0]["note"]


@pytest.mark.parametrize("sigma", [False, True])
@pytest.mark.parametrize("path", ["old", "new"])
def test_the_hand_made_cell_steps_through_a_name_with_torchs_own_numbers(engine, sigma, path):
    page = AppTest.from_file(str(ROUTER), default_timeout=patience())
    page.query_params["s_sigma"], page.query_params["s_output_path"] = str(sigma), path
    page.query_params["s_hidden_size"] = "7"
    page.switch_page("../../../pages/hand_made_cell.py").run()
    page.switch_page("../../../pages/inside_the_cell.py").run()
    page.segmented_control(key="cell network").set_value("The hand-made cell").run()
    page.text_input(key="cell name").set_value("Ökada").run()
    page.slider(key="unit 7").set_value(3).run()
    assert not page.exception and not page.error
    document, _ = sent(page)
    sequences = load_task("names")
    recipe = HandMadeRecipe().replaced(sigma=sigma, output_path=path, hidden_size=7)
    encoding = fit_encoding(sequences, split_sequences(sequences.labels).train, "letters")
    inputs = torch.from_numpy(encode_text(encoding, "Ökada"))
    network = build_sequence_network(recipe, encoding.inputs, len(sequences.classes))
    hidden, states, outputs = network.init_hidden(), [], []
    with torch.no_grad():
        for row in inputs:
            before = hidden
            output, hidden = network(row[None], hidden)
            states.append(hidden[0, 3].item())
            outputs.append(output[0])
        read = hidden[0] if path == "new" else torch.cat((inputs[-1], before[0]))
        score = network.i2o(read).max().item()
    assert document["strip_names"] == list("ökada")
    np.testing.assert_allclose(document["h_unit"][1:], states, atol=1e-6)
    weighed = document["x"]["totals"] + document["h"]["totals"] + document["bias_x"]
    squashed = np.tanh(weighed) if sigma else weighed
    np.testing.assert_allclose(squashed[:, 0], states, atol=1e-6)
    assert document["output"] == pytest.approx(score, abs=1e-6)
    assert document["readout"]["totals"][0][0] + document["readout_bias"] == pytest.approx(score, abs=1e-6)
    leading = outputs[-1].max().item()
    assert f"{leading:.4f} of it, a probability of {np.exp(leading):.1%}" in document["meaning"]
