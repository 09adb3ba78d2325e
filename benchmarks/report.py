"""Where measured numbers are filed: one section per benchmark in docs/benchmarks.md, its first words in the README.

A section stands between `<!-- name -->` and `<!-- /name -->`; what is outside such marks is written by hand.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
PAGE, README = ROOT / "docs" / "benchmarks.md", ROOT / "README.md"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table.

    Raises:
        ValueError: if a row is longer or shorter than the heads.
    """
    for row in rows:
        if len(row) != len(heads):
            raise ValueError(f"every row needs {len(heads)} cells, got {len(row)} in {' | '.join(row)}; mend the row")
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def speed_ratio(ratio: float) -> str:
    """Return how many times as fast something is: 2.7, 0.92, or 1/130 where it is much slower."""
    if ratio < 0.1:
        return f"1/{1 / ratio:.0f}"
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def number(value: float) -> str:
    """Return a number of three digits without an exponent: 0.45, 12.3, 1,230."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def machine(load: float, now: dt.datetime) -> str:
    """Return one line that says where and when something was measured."""
    memory, system = psutil.virtual_memory().total / 2**30, ".".join(platform.release().split(".")[:2])
    return (
        f"Measured on {now:%Y-%m-%d at %H:%M} UTC on {psutil.cpu_count()} cores of {processor()}, {memory:.0f} GB, "
        f"{platform.system()} {system}, Python {platform.python_version()}, torch {version('torch')}; "
        f"load average at the start {load:.1f}."
    )


def processor() -> str:
    """Return the processor's name as the system tells it."""
    listed = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", listed.read_text()) if listed.exists() else None
    return found.group(1).strip() if found else platform.processor() or "an unknown processor"


def replaced(text: str, name: str, body: str) -> str:
    """Return the text with another body between the marks of a section; unchanged if it has no such section.

    Raises:
        ValueError: if the section is opened and not closed.
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    if opening not in text:
        return text
    before, rest = text.split(opening, 1)
    if closing not in rest:
        raise ValueError(f"the section {name} has no {closing}, got only {opening}; write it where the section ends")
    return f"{before}{opening}\n{body.strip()}\n{closing}{rest.split(closing, 1)[1]}"


def first_paragraph(body: str) -> str:
    """Return what stands before the first empty line."""
    return body.strip().split("\n\n", 1)[0]


def file_section(name: str, body: str, page: Path = PAGE, readme: Path = README) -> None:
    """Put a measured section in its place, and its first paragraph in the README if that has the marks.

    Raises:
        ValueError: if the page has no such section.
    """
    if f"<!-- {name} -->" not in page.read_text(encoding="utf-8"):
        raise ValueError(f"{page.name} has no section <!-- {name} -->; write its marks where it belongs")
    for path, words in ((page, body), (readme, first_paragraph(body))):
        text = path.read_text(encoding="utf-8")
        path.write_text(replaced(text, name, words), encoding="utf-8")


def load_average() -> float:
    """Return the load of the last minute, not a number where the system does not tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
