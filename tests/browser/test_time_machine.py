"""In a real browser: the time machine changes the picture, a box drawn round the series selects a span."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


PICTURE = """() => {
  const { data } = document.querySelectorAll(".js-plotly-plot")[0];
  return { states: data[3].z.map((row) => row[10]), forecast: Array.from(data[1].y) };
}"""

BOX = """([from, to]) => {
  const plot = document.querySelectorAll(".js-plotly-plot")[0];
  const axis = plot._fullLayout.xaxis, drag = plot.querySelector(".draglayer .xy .nsewdrag").getBoundingClientRect();
  return [drag.left + axis.l2p(from), drag.left + axis.l2p(to), drag.top + drag.height / 2];
}"""


def wait_for_picture(page, different_from=None):
    """Return the heatmap's tenth column and the forecast, once they are there and differ."""
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot')[0]?.data?.length === 4")
    if different_from is not None:
        page.wait_for_function(
            "(old) => document.querySelectorAll('.js-plotly-plot')[0].data[3].z[0][10] !== old",
            arg=different_from["states"][0],
        )
    return page.evaluate(PICTURE)


def test_the_time_machine_and_a_selected_span_in_a_browser(open_page, app_server):
    page = open_page(app_server + "hidden_states")
    best = wait_for_picture(page)
    expect(page.get_by_text("the best on validation")).to_be_visible()
    slider = page.get_by_role("slider", name="Epoch shown")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("Shown: the untrained network")).to_be_visible()
    untrained = wait_for_picture(page, best)
    assert max(untrained["forecast"]) - min(untrained["forecast"]) < 0.5
    assert max(best["forecast"]) - min(best["forecast"]) > 1.5

    page.locator(".js-plotly-plot").first.hover(position={"x": 300, "y": 60})
    page.locator(".modebar-btn[data-title='Box Select']").first.click()
    left, right, y = page.evaluate(BOX, [500, 520])
    page.mouse.move(left, y)
    page.mouse.down()
    page.mouse.move(right, y, steps=8)
    page.mouse.up()
    expect(page.get_by_role("radio", name="A span of time")).to_be_checked()
    span = page.get_by_role("slider", name="Span of time")
    expect(span.first).to_have_value("500")
    expect(span.last).to_have_value("520")
    expect(page.get_by_role("cell", name="like it").first).to_be_visible()
    assert [error for error in page.errors if "404" not in error] == []
