"""In a real browser: a live chart is redrawn in place, never blank, and keeps the reader's zoom."""

import math
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

APP = Path(__file__).parent / "live_chart" / "app.py"

WATCH = """() => {
  const plots = [...document.querySelectorAll(".live-chart .js-plotly-plot")];
  const watch = { plots, fewest: Infinity, frames: 0, values: new Set(), stop: false };
  const look = () => {
    if (watch.stop) return;
    const lines = [...document.querySelectorAll(".live-chart path.js-line")];
    const drawn = lines.filter((line) => (line.getAttribute("d") ?? "").length > 20).length;
    watch.fewest = Math.min(watch.fewest, drawn);
    watch.frames += 1;
    watch.values.add(plots[0].data[3].y[100]);
    requestAnimationFrame(look);
  };
  look();
  window.watch = watch;
}"""

STOP = """() => {
  watch.stop = true;
  return {
    same: watch.plots.every((plot) => plot.isConnected),
    count: document.querySelectorAll(".live-chart .js-plotly-plot").length,
    fewest: watch.fewest,
    values: watch.values.size,
  };
}"""

PLOT_AREA = """() => {
  const plot = document.querySelector(".js-plotly-plot");
  const box = plot.getBoundingClientRect(), { l, t, w, h } = plot._fullLayout._size;
  return [box.left + l, w, box.top + t + h / 2];
}"""

IS_RANGE = "range => String(document.querySelector('.js-plotly-plot')?._fullLayout?.xaxis?.range) === range"
RANGE = "() => [...document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range]"


@pytest.fixture(scope="module")
def url(start_app):
    return start_app(APP)


def wait_for_updates(page, count: int) -> None:
    """Wait until `count` more different data sets have been drawn."""
    page.evaluate("() => { window.since = document.querySelector('.js-plotly-plot').data[3].y[100] }")
    page.wait_for_function(
        "count => document.querySelector('.js-plotly-plot').data[3].y[100] >= since + (count - 0.5) / 100",
        arg=count,
    )


def wait_until_drawn(page) -> None:
    page.locator(".live-chart .heatmaplayer image").wait_for(state="attached")


def zoom(page) -> list[float]:
    """Drag over the second quarter of the first chart; return the range it then shows."""
    left, width, middle = page.evaluate(PLOT_AREA)
    page.mouse.move(left + 0.25 * width, middle)
    page.mouse.down()
    page.mouse.move(left + 0.5 * width, middle, steps=12)
    page.mouse.up()
    page.wait_for_function("() => document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range[0] > 50")
    return page.evaluate(RANGE)


def test_a_chart_is_named_shows_the_states_and_its_updates_keep_the_same_nodes_and_are_never_blank(open_page, url):
    page = open_page(url)
    wait_until_drawn(page)
    heading = "Wave: a good forecast stays closer to the true series than the dotted baseline"
    assert page.get_by_role("img", name=heading).count() == 1
    assert page.locator(".live-chart-title").first.inner_text() == heading
    z, number = page.evaluate(
        "() => { const [first, second] = document.querySelectorAll('.js-plotly-plot');"
        " return [second.data[1].z[7][8], Math.round(first.data[3].y[100] * 100)] }"
    )
    near = [math.tanh(math.sin(8 / 5) * 7 * n / 100) for n in (number - 1, number, number + 1)]
    assert min(abs(z - value) for value in near) < 1e-4
    page.evaluate(WATCH)
    wait_for_updates(page, 25)
    seen = page.evaluate(STOP)
    assert seen["same"] and seen["count"] == 2
    assert seen["fewest"] >= 4
    assert seen["values"] >= 20
    assert page.errors == []


def test_a_zoom_by_drag_is_kept_also_when_the_chart_is_taken_away_and_a_double_click_shows_all_again(open_page, url):
    page = open_page(url)
    wait_until_drawn(page)
    whole, zoomed = page.evaluate(RANGE), zoom(page)
    assert whole == [-0.5, 399.5]
    assert zoomed == pytest.approx([99.5, 199.5], abs=3)
    wait_for_updates(page, 10)
    assert page.evaluate(RANGE) == zoomed
    for _ in range(2):
        page.get_by_text("Charts", exact=True).click()
        expect(page.locator(".live-chart")).to_have_count(0)
        page.get_by_text("Charts", exact=True).click()
        page.wait_for_function(IS_RANGE, arg=",".join(map(str, zoomed)))
    wait_for_updates(page, 5)
    assert page.evaluate(RANGE) == zoomed
    left, width, middle = page.evaluate(PLOT_AREA)
    page.mouse.dblclick(left + 0.5 * width, middle)
    page.wait_for_function(IS_RANGE, arg=",".join(map(str, whole)))
    wait_for_updates(page, 5)
    assert page.evaluate(RANGE) == whole
    page.get_by_text("Charts", exact=True).click()
    expect(page.locator(".live-chart")).to_have_count(0)
    page.get_by_text("Charts", exact=True).click()
    wait_until_drawn(page)
    wait_for_updates(page, 2)
    assert page.evaluate(RANGE) == whole
    assert page.errors == []


def test_a_chart_follows_the_width_of_the_page(open_page, url):
    page = open_page(url)
    wait_until_drawn(page)
    fits = "() => document.querySelector('.main-svg').getBoundingClientRect().width <= innerWidth"
    for width in (900, 390, 1200):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function(
            "width => { const svg = document.querySelector('.main-svg').getBoundingClientRect().width;"
            " return svg <= width && svg > width * 0.5 }",
            arg=width,
        )
        assert page.evaluate(fits)


@pytest.mark.parametrize("missing", ["plotly.min.js", "live_chart.js"])
def test_a_script_that_does_not_load_is_told_in_words(open_page, url, missing):
    page = open_page(url, before=lambda page: page.route(f"**/{missing}", lambda route: route.abort()))
    page.get_by_text("Check the connection and reload the page").first.wait_for()


def test_scripts_are_found_below_a_base_path(open_page, start_app):
    page = open_page(start_app(APP, base="lab"))
    wait_until_drawn(page)
    assert page.errors == []
