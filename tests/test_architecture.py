"""The walls: who may import whom. See docs/architecture.md."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from patience import patience

ROOT = Path(__file__).parents[1]
PLAIN = {"torch": False, "plotly": False, "streamlit": False, "distributed": False}

ALLOWED = {
    "playground/networks/equations.py": set(),
    "playground/networks/microscope.py": set(),
    "playground/networks/tiny.py": set(),
    "playground/networks": {"torch"},
    "playground/sweeps/run.py": {"torch"},
    "playground/sweeps/record.py": {"torch"},
    "playground/training.py": {"torch"},
    "playground/commands.py": {"torch"},
    "playground/__main__.py": {"torch"},
    "playground/epochs.py": {"torch"},
    "playground/stack.py": {"torch"},
    "playground/stacked_training.py": {"torch"},
    "playground/worker.py": {"torch", "distributed"},
    "playground/record.py": {"torch"},
    "playground/record_tiny.py": {"torch"},
    "playground/record_memory.py": {"torch"},
    "playground/memory_runs.py": {"torch"},
    "playground/evaluation/backtest.py": {"torch"},
    "playground/export/html_page.py": {"plotly"},
    "playground/export/outputs.py": {"torch"},
    "playground/evaluation/forecast.py": {"torch"},
    "playground/evaluation/leak_runs.py": {"torch"},
    "playground/evaluation/report.py": {"torch"},
    "playground/inspection": {"torch"},
    "playground/inspection/memory.py": set(),
    "playground/inspection/gradient_alarms.py": set(),
    "playground/inspection/gradient_presets.py": set(),
    "playground/inspection/gradient_records.py": set(),
    "playground/inspection/order.py": set(),
    "playground/sequences/classifying.py": {"torch"},
    "playground/sequences/convolution.py": {"torch"},
    "playground/sequences/listening.py": {"torch"},
    "playground/sequences/influence.py": {"torch"},
    "playground/sequences/models.py": {"torch"},
    "playground/sequences/next_token.py": {"torch"},
    "playground/sequences/training.py": {"torch"},
    "playground/engine": {"distributed"},
    "playground/charts": {"plotly"},
    "playground/ui": {"plotly", "streamlit"},
    "pages": {"streamlit"},
    "streamlit_app.py": {"streamlit"},
}
"""The longest matching path decides; anything not listed may import none of the four."""

SOURCES = [
    "streamlit_app.py",
    *(
        path.relative_to(ROOT).as_posix()
        for folder in ("pages", "playground")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ),
]


def imported(source: str) -> set[str]:
    """Return the full names of all modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / source).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} imports relatively; name the module in full"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def allowed(source: str) -> set[str]:
    matches = [path for path in ALLOWED if source == path or source.startswith(path + "/")]
    return ALLOWED[max(matches, key=len)] if matches else set()


@pytest.mark.parametrize("source", SOURCES)
def test_heavy_imports_stay_in_their_zone(source):
    heavy = {name.split(".")[0] for name in imported(source)} & set(PLAIN)
    assert heavy <= allowed(source)


def test_every_rule_matches_something():
    assert [path for path in ALLOWED if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("source", SOURCES)
def test_arrows_point_down(source):
    """The core knows neither charts nor pages, charts know no pages, nothing but ui touches a tab's state."""
    names = imported(source)
    if source.startswith("playground/") and not source.startswith("playground/ui/"):
        assert not [name for name in names if name.startswith(("playground.ui", "pages"))]
        if not source.startswith(("playground/charts/", "playground/export/")):
            assert not [name for name in names if name.startswith("playground.charts")]
    text = (ROOT / source).read_text(encoding="utf-8")
    if source != "playground/ui/state.py":
        assert "st.session_state" not in text
        assert "st.query_params" not in text
    assert "unsafe_allow_html" not in text


def test_server_side_never_loads_torch():
    """Import everything that the server process imports; torch must not come along."""
    modules = [
        source[:-3].replace("/", ".").removesuffix(".__init__")
        for source in SOURCES
        if source.startswith("playground/") and "torch" not in allowed(source) and "__main__" not in source
    ]
    modules = [name for name in modules if name != "playground.ui.router"]
    modules.append("playground.networks.equations")
    code = f"import sys\nfor name in {modules!r}: __import__(name)\nsys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=patience(120))
    assert done.returncode == 0, done.stderr


def test_the_host_is_not_loaded_by_its_own_package():
    """Python warns on the terminal, at every start, of a program that its package has loaded before it runs."""
    code = "import sys, playground.engine; sys.exit('playground.engine.host' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=patience(120))
    assert done.returncode == 0, done.stderr


def test_pages_are_short():
    for page in (ROOT / "pages").glob("*.py"):
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 100, page.name
