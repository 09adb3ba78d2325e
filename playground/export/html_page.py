"""One HTML file that needs nothing else: text, charts that answer to the mouse, plotly.js inside.

Every text goes through `escaped`; the page's own policy forbids it to load anything from anywhere.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go
import plotly.io
from plotly.offline import get_plotlyjs

CHART_WIDTH = 700
"""Width of a chart in pixels: what fits on a printed A4 page."""

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")

_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
)

_DRAW = """
for (const box of document.querySelectorAll(".chart")) {
  const figure = JSON.parse(box.previousElementSibling.textContent);
  const draw = (width) => ({ ...figure.layout, width, autosize: false });
  Plotly.newPlot(box, figure.data, draw(Math.min(WIDTH, box.clientWidth)), { displaylogo: false });
  window.addEventListener("beforeprint", () => Plotly.relayout(box, { width: WIDTH }));
}
""".replace("WIDTH", str(CHART_WIDTH))


def escaped(text: str) -> str:
    """Return a text as HTML shows it, letter for letter."""
    return html.escape(text, quote=True)


def chart_block(figure: go.Figure, caption: str = "", height: int = 320) -> str:
    """Return a chart with its title as a heading; `draw_charts` of the page draws it."""
    drawn = go.Figure(figure)
    title = drawn.layout.title.text or "Chart"
    drawn.layout.title = None
    drawn.update_layout(height=height, margin_t=28, paper_bgcolor="#ffffff", plot_bgcolor="#ffffff")
    # In a script element only "<" could end the text or begin another element.
    data = (plotly.io.to_json(drawn, validate=False) or "{}").replace("<", "\\u003c")
    words = f'<p class="caption">{escaped(caption)}</p>' if caption else ""
    return (
        f'<figure><h3>{escaped(title)}</h3><script type="application/json">{data}</script>'
        f'<div class="chart" style="min-height:{height}px"></div>{words}</figure>'
    )


def table_block(header: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """Return a table; its first column names the row. Without a header there is none."""
    head = f"<thead><tr>{''.join(f'<th>{escaped(h)}</th>' for h in header)}</tr></thead>" if header else ""
    body = "".join(
        f'<tr><th scope="row">{escaped(row[0])}</th>{"".join(f"<td>{escaped(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f'<table class="{escaped(kind)}">{head}<tbody>{body}</tbody></table>'


def whole_page(title: str, blocks: Sequence[str]) -> str:
    """Return the page: the blocks in order, charts drawn when it opens."""
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escaped(_POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escaped(title)}</title><style>{STYLE}</style></head><body><main>",
            *blocks,
            f"</main><script>{get_plotlyjs()}</script><script>{_DRAW}</script></body></html>",
        ]
    )
