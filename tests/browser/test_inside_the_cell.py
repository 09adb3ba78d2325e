"""In a real browser: the drawn cell is stepped through by button and key, and its arithmetic is true."""

import ast
import math
import operator
import re

import pytest
from playwright.sync_api import expect

from playground.cells.microscope import microscope
from playground.cells.tiny import rounded, tiny_recipe, tiny_weights
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.presets import PRESETS

pytestmark = pytest.mark.browser

FUNCTIONS = {"tanh": math.tanh, "sigma": lambda a: 1 / (1 + math.exp(-a)), "ReLU": lambda a: max(a, 0)}
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}

EVERY_SENTENCE = """() => {
  const said = new Set(), root = document.querySelector(".cell-picture");
  const note = () => root.querySelectorAll(".sum-text").forEach((text) => said.add(text.textContent));
  const press = (key) => root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  press("Home");
  for (let step = 0; step < 10; step += 1) {
    note();
    for (const part of root.querySelectorAll("svg g[data-id]")) {
      part.dispatchEvent(new PointerEvent("pointerenter"));
      note();
      part.dispatchEvent(new PointerEvent("pointerleave"));
    }
    press("ArrowRight");
  }
  press("Home");
  return [...said];
}"""


def compute(text: str) -> float:
    """Compute arithmetic as it is written on the page, with nothing but sums, products and three functions."""

    def value(node: ast.AST) -> float:
        match node:
            case ast.Constant(number):
                return float(number)
            case ast.BinOp(left, sign, right):
                return OPERATORS[type(sign)](value(left), value(right))
            case ast.UnaryOp(ast.USub(), inner):
                return -value(inner)
            case ast.Call(ast.Name(name), [argument]):
                return FUNCTIONS[name](value(argument))
        raise AssertionError(f"not arithmetic: {text}")

    python = text.replace("×", "*").replace("−", "-").replace("σ", "sigma").strip()
    return value(ast.parse(python, mode="eval").body)


def half_a_unit(number: str) -> float:
    """Return half of the last decimal that results are written with."""
    return 0.5 * 10.0 ** -(3 if abs(compute(number)) >= 0.01 or compute(number) == 0 else 5) + 1e-9


def assert_true(sentence: str) -> None:
    """Check "arithmetic = result, function → outcome" with the numbers that are written there."""
    arithmetic, result, then = re.fullmatch(r"(.+) = (−?[\d.]+)(?:, (.+))?", sentence).groups()
    assert abs(compute(arithmetic) - compute(result)) <= half_a_unit(result), sentence
    if then:
        function, outcome = then.removeprefix("no σ").split(" → ") if "no σ" in then else then.split(" → ")
        assert abs(compute(f"{function}({result})") - compute(outcome)) <= half_a_unit(outcome), sentence


def open_tiny(open_page, app_server, cell: str):
    page = open_page(f"{app_server}inside_the_cell?cell={cell}")
    page.get_by_text("A tiny network that fits on a slide").click()
    page.locator(".cell-picture output").get_by_text("of 3").wait_for()
    return page


def shown(page, part: str) -> str:
    return page.locator(f".cell-picture [data-id='{part}']").get_attribute("aria-label")


def written(number: float) -> str:
    text = f"{number:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


@pytest.fixture
def record():
    def seen(cell: str):
        recipe = tiny_recipe(cell)
        window = prepare(load_series(recipe.data), recipe.data).validation.inputs[0]
        return microscope(recipe, tiny_weights(cell), rounded(window))

    return seen


def test_stepping_shows_the_numbers_of_the_record(open_page, app_server, record):
    seen = record("lstm")
    page = open_tiny(open_page, app_server, "lstm")
    lit = page.locator(".cell-picture .steps button[aria-current]")
    minis = page.locator(".cell-picture .mini[aria-current]")
    next_one = page.get_by_role("button", name="One step forward")
    expect(lit).to_contain_text("Start state")
    for t in range(3):
        values = {name: float(array[t, 0]) for name, array in seen.layers[0].values.items()}
        for word in ("Weigh", "Squash", "Predict" if t == 2 else "Pass on"):
            next_one.click()
            expect(lit).to_contain_text(word)
            expect(minis.locator(".count")).to_have_text(str(t + 1))
            for part in ("f", "i", "g", "o", "c", "h"):
                assert shown(page, part) == f"{part}t: {written(values[part])}"
    assert shown(page, "y") == f"ŷ: {written(float(seen.outputs[0]))}"
    expect(page.locator(".cell-picture .sums")).to_contain_text("what came was")
    expect(next_one).to_be_disabled()


def test_arrow_keys_slider_and_clicks_move_the_steps(open_page, app_server):
    page = open_tiny(open_page, app_server, "rnn")
    lit = page.locator(".cell-picture .steps button[aria-current]")
    time = page.locator(".cell-picture output")
    page.locator(".cell-picture .heading").click()
    for word, count in [("Weigh", "1"), ("Squash", "1"), ("Pass on", "1"), ("Weigh", "2")]:
        page.keyboard.press("ArrowRight")
        expect(lit).to_contain_text(word)
        expect(time).to_have_text(f"t = {count} of 3")
    page.keyboard.press("ArrowLeft")
    expect(lit).to_contain_text("Pass on")
    page.keyboard.press("End")
    expect(lit).to_contain_text("Predict")
    page.locator(".cell-picture .mini").nth(1).click()
    expect(time).to_have_text("t = 2 of 3")
    page.get_by_role("slider", name="Time step").press("ArrowRight")
    expect(time).to_have_text("t = 3 of 3")
    page.locator(".cell-picture select").select_option("fast")
    page.get_by_role("button", name="Play or pause").click()
    expect(lit).to_contain_text("Predict")


def test_another_epoch_redraws_the_numbers_and_keeps_the_step(open_page, app_server):
    preset = PRESETS[0]
    window = prepare(load_series(preset.recipe.data), preset.recipe.data).validation.inputs[0]
    page = open_page(f"{app_server}inside_the_cell")
    page.locator(".cell-picture .mini").nth(9).click()
    slider = page.get_by_role("slider", name="Epoch shown")
    for _ in range(2):
        slider.press("ArrowLeft")
        epoch = int(slider.get_attribute("aria-valuetext"))
        weights = next(frame.weights for frame in preset.keyframes() if frame.epoch == epoch)
        h = microscope(preset.recipe, weights, window).layers[0].values["h"][9, 0]
        state = page.locator(".cell-picture [data-id='h']")
        expect(state).to_have_attribute("aria-label", f"ht: {written(h)}")
    expect(page.locator(".cell-picture output")).to_have_text("t = 10 of 32")


def test_all_arithmetic_on_the_page_is_true(open_page, app_server):
    page = open_page(f"{app_server}inside_the_cell")
    page.locator(".cell-picture svg .node").first.wait_for()
    sentences = page.evaluate(EVERY_SENTENCE)
    page.get_by_text("A tiny network that fits on a slide").click()
    for cell in ("RNN", "GRU", "LSTM"):
        page.get_by_test_id("stMain").get_by_role("radio", name=cell).click()
        page.get_by_role("group", name=f"{cell} cell, unit 0").wait_for()
        page.locator(".cell-picture output").get_by_text("of 3").wait_for()
        sentences += page.evaluate(EVERY_SENTENCE)
    page.get_by_test_id("stMain").get_by_text("The hand-made cell", exact=True).first.click()
    page.get_by_role("group", name="Hand-made cell, unit 0").wait_for()
    page.locator(".cell-picture output").get_by_text("of 9").wait_for()
    sentences += page.evaluate(EVERY_SENTENCE)
    calculations = [text for text in sentences if re.search("[=≈]", text) and not re.match(r"[xh](\[\w+\])? = ", text)]
    assert len(calculations) > 200
    for sentence in calculations:
        assert_true(re.sub(r" \(\d+ smaller terms\)", "", sentence))
