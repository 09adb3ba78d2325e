"""Pages with charts: one HTML file each that needs nothing else, the charts answer to the mouse, plotly.js is inside.

The page's own policy forbids it to load anything from anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go
import plotly.io
from plotly.offline import get_plotlyjs

from playground.templating import rendered

CHART_WIDTH = 700
"""Width of a chart in pixels: what fits on a printed A4 page."""


class Chart(NamedTuple):
    """A chart on a page: its title, the figure as JSON that may stand in a script element, a caption, pixels."""

    title: str
    figure: str
    caption: str
    height: int


def chart(figure: go.Figure, caption: str = "", height: int = 320) -> Chart:
    """Return a figure as a page shows it, `height` pixels high, with its title as a heading above it."""
    drawn = go.Figure(figure)
    title = drawn.layout.title.text or "Chart"
    drawn.layout.title = None
    drawn.update_layout(height=height, margin_t=28, paper_bgcolor="#ffffff", plot_bgcolor="#ffffff")
    # In a script element only "<" could end the text or begin another element.
    data = (plotly.io.to_json(drawn, validate=False) or "{}").replace("<", "\\u003c")
    return Chart(title, data, caption, height)


def page_with_charts(template: str, title: str, charts: Sequence[Chart], **values: object) -> str:
    """Return the page that a template makes of charts and further values; they are drawn when it opens."""
    return rendered(template, title=title, charts=charts, chart_width=CHART_WIDTH, plotly_js=get_plotlyjs(), **values)
