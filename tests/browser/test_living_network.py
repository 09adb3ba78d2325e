"""In a real browser: the living network shows the network's own numbers, moves, stands still, and is chosen from."""

import numpy as np
import pytest
from playwright.sync_api import expect

from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.presets import PRESETS
from playground.ui.watching.live import VENDOR_PATH

pytestmark = pytest.mark.browser

WAVE = PRESETS[0]

NUMBERS = """() => {
  const root = document.querySelector(".living"), number = (node, name) => Number(node.dataset[name]);
  return {
    step: number(root, "step"),
    h: [...root.querySelectorAll(".tile")].map((tile) => number(tile, "h")),
    units: [...root.querySelectorAll(".tile")].map((tile) => number(tile, "unit")),
    read: number(root.querySelector(".node.input"), "value"),
    said: number(root.querySelector(".node.readout"), "value"),
    weights: [...root.querySelectorAll(".gap")].map((gap) => [...gap.children].map((line) => number(line, "weight"))),
    pixels: root.querySelector("image").href.baseVal.length,
  };
}"""

FRAME = "() => document.querySelector('.living').parentElement.rnnPlaygroundLiving.frame"


def read_window() -> dict[str, np.ndarray]:
    """Step the recorded LSTM through its last validation window, in double precision, written out by itself."""
    series = load_series(WAVE.recipe.data)
    window = prepare(series, WAVE.recipe.data).validation.inputs[-1].astype(np.float64)
    best = WAVE.recording().snapshot.epoch
    frame = next(frame for frame in WAVE.keyframes() if frame.epoch == best)
    weights = {name: array.astype(np.float64) for name, array in frame.weights.items()}
    W_x, W_h = weights["recurrent.weight_ih_l0"], weights["recurrent.weight_hh_l0"]
    bias = weights["recurrent.bias_ih_l0"] + weights["recurrent.bias_hh_l0"]
    size = W_h.shape[1]
    h, c = np.zeros(size), np.zeros(size)
    found: dict[str, list] = {name: [] for name in "ifgoch"} | {"said": []}
    for x in window:
        a = (W_x @ x + W_h @ h + bias).reshape(4, size)
        i, f, o = (1 / (1 + np.exp(-a[k])) for k in (0, 1, 3))
        g = np.tanh(a[2])
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, value in zip("ifgoch", (i, f, g, o, c, h), strict=True):
            found[name].append(value)
        found["said"].append(weights["readout.weight"][0] @ h + weights["readout.bias"][0])
    candidate = {"W_x": W_x[2 * size : 3 * size, 0], "W_y": weights["readout.weight"][0], "read": window[:, 0]}
    return {name: np.array(values) for name, values in found.items()} | candidate


def assert_close(shown, expected) -> None:
    """Agree to single precision, relative to the largest of the numbers."""
    np.testing.assert_allclose(shown, expected, rtol=1e-6, atol=1e-6 * np.abs(expected).max())


def open_still(open_page, app_server, **options):
    page = open_page(app_server, reduced_motion="reduce", **options)
    page.locator(".living .tile").first.wait_for()
    return page


def test_every_number_at_the_head_is_the_networks_own(open_page, app_server):
    page, expected = open_still(open_page, app_server), read_window()
    living = page.locator(".living")
    expect(living).to_have_attribute("data-step", "31")
    living.locator(".tile").first.focus()
    for key, step in (("End", 31), ("ArrowLeft", 30), ("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2)):
        page.keyboard.press(key)
        expect(living).to_have_attribute("data-step", str(step))
        shown = page.evaluate(NUMBERS)
        assert shown["units"] == list(range(16))
        assert_close(shown["h"], expected["h"][step])
        assert_close(shown["said"], expected["said"][step])
        assert_close(shown["read"], expected["read"][step])
    into, out = shown["weights"]
    assert_close(into, expected["W_x"])
    assert_close(out, expected["W_y"])
    assert shown["pixels"] > 100
    assert page.errors == []


def test_a_unit_is_found_by_keys_says_its_numbers_and_opens_its_gates(open_page, app_server):
    page, expected = open_still(open_page, app_server), read_window()
    page.locator(".living .tile[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    inside = page.locator(".living .inside")
    expect(inside).to_contain_text("LSTM unit 2, step 32")
    rows = inside.locator("div")
    names = rows.evaluate_all("(rows) => rows.map((row) => [row.dataset.name, Number(row.dataset.value)])")
    assert [name for name, _ in names] == list("ifgoch")
    for name, value in names:
        assert value == pytest.approx(expected[name][31, 2], rel=1e-5, abs=1e-6)
    said = page.locator(".living .telling")
    expect(said).to_contain_text("Layer 1, unit 2: h = ")
    told = float(said.inner_text().split("h = ")[1].split(";")[0].replace("−", "-"))
    assert told == pytest.approx(expected["h"][31, 2], rel=1e-2)
    twin = page.locator(".living .hidden").inner_text()
    assert "LSTM network of 1 layer: 16 units" in twin and "unit 15 " in twin
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()


def test_the_head_moves_by_itself_only_while_it_is_seen_and_wanted(open_page, app_server):
    page = open_page(f"{app_server}playground")
    living = page.locator(".living")
    living.locator(".tile").first.wait_for()
    living.get_by_label("Speed of reading").select_option("fast")
    page.wait_for_function("() => Number(document.querySelector('.living').dataset.step) >= 3")
    page.mouse.move(900, 600)
    page.locator("h3").last.scroll_into_view_if_needed()
    page.wait_for_function(f"() => ({FRAME})() === null")
    living.scroll_into_view_if_needed()
    page.wait_for_function(f"() => ({FRAME})() !== null")
    living.get_by_role("button", name="Hold").click()
    page.wait_for_function(f"() => ({FRAME})() === null")
    expect(living).to_have_attribute("data-playing", "false")


def test_where_the_system_asks_for_less_motion_the_head_stands(open_page, app_server):
    page = open_still(open_page, app_server)
    assert page.evaluate(FRAME) is None
    expect(page.locator(".living")).to_have_attribute("data-playing", "false")


def test_training_changes_the_picture_in_its_place(open_page, app_server):
    page = open_page(f"{app_server}?hidden_size=4&cell=rnn&epochs=30")
    living = page.locator(".living")
    living.get_by_text("The untrained network").wait_for()
    page.evaluate("() => { window.drawing = document.querySelector('.living svg'); }")
    before = page.evaluate(NUMBERS)["weights"]
    page.get_by_role("button", name="Train", exact=True).click()
    living.get_by_text("The network after epoch").wait_for()
    page.get_by_text("Done").first.wait_for()
    page.wait_for_function(
        "(old) => Number(document.querySelector('.living .gap').children[0].dataset.weight) !== old", arg=before[0][0]
    )
    assert page.evaluate("() => window.drawing.isConnected && document.querySelectorAll('.living').length === 1")
    assert len(page.evaluate(NUMBERS)["h"]) == 4


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page, app_server):
    page = open_still(open_page, app_server, width=390, color_scheme="dark")
    wide = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.living *')].map((one) => one.getBoundingClientRect().right))"
    )
    assert wide <= 390


SEATS = """async (url) => {
  const { seat } = await import(url);
  const layer = (units) => ({ units, values: { h: [units.map(() => 0), units] } });
  return [seat(layer([1, 2, 3]), 2), seat(layer([1, 2, 4]), 2, [2, 3]), seat(layer([1, 7, 9]), 3, [9, 1, 2])];
}"""


def test_units_keep_their_place_while_others_come_and_go(open_page, app_server):
    page = open_page(app_server)
    seats = page.evaluate(SEATS, f"{app_server}{VENDOR_PATH}/living_layout.js")
    assert seats == [[2, 3], [2, 4], [9, 1, 7]]
