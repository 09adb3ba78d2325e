"""The walls: who may import whom. See docs/architecture.md."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from types import FunctionType
from typing import Any, get_type_hints

import pytest
from named_jobs import calls
from patience import patience

from playground.jobs import Call
from playground.places import ROOT

PLAIN = {"torch": False, "plotly": False, "streamlit": False, "distributed": False}

ALLOWED = {
    "playground/networks": {"torch"},
    "playground/training": {"torch"},
    "playground/inspection": {"torch"},
    "playground/recording": {"torch"},
    "playground/engine": {"distributed"},
    "playground/charts": {"plotly"},
    "playground/ui": {"plotly", "streamlit"},
    "pages": {"streamlit"},
    "streamlit_app.py": {"streamlit"},
}
"""What the files of a room may import; those of any other room may import none of the four."""

WORK = ("playground/labs/", "playground/sequences/")
"""In these rooms `work.py` is what a worker runs, and may import torch."""

EXCEPTIONS = {
    "playground/worker.py": ({"torch"}, "what runs inside a worker process"),
    "playground/commands.py": ({"torch"}, "a program of its own: python -m playground"),
    "playground/export/html_page.py": ({"plotly"}, "puts plotly.js into a page that works offline"),
    "playground/evaluation/pretrained.py": ({"torch"}, "hands its context to a network of another library"),
    "playground/labs/gradients/measuring.py": ({"torch"}, "what its work.py measures, and the memory ruler shares"),
    "playground/sequences/models.py": ({"torch"}, "the networks that all kinds of sequences share"),
    "playground/sequences/classify/convolution.py": ({"torch"}, "the other network for pictures"),
    "playground/sequences/write/influence.py": ({"torch"}, "gradients back to what was read"),
}

SERVER = ("playground/ui/", "playground/engine/", "pages/", "streamlit_app.py")
"""What the server process runs, but for the programs that it starts."""
PROGRAMS = ("playground/engine/host.py",)

SPEAKERS = (
    "playground/ui/", "playground/charts/", "playground/export/", "playground/sentences/",
    "playground/table_commands.py",
)  # fmt: skip
"""Who may turn facts into sentences."""

FACTS = (
    "playground/evaluation/", "playground/outlook/", "playground/inspection/", "playground/labs/",
    "playground/sequences/",
    "playground/training/", "playground/networks/", "playground/data/summary.py",
    "playground/data/description.py", "playground/data/season.py", "playground/data/suggesting.py",
)  # fmt: skip
"""What finds facts, and leaves the words to `sentences/`."""

IN_WORDS_ALREADY = {
    "playground/sequences/classify/own_texts.py": "notes what it left out of a learner's file",
    "playground/sequences/speech/recordings.py": "notes what it left out of a learner's file",
    "playground/sequences/speech/spoken.py": "notes what it left out of a learner's file",
    "playground/sequences/write/own_corpus.py": "notes what it left out of a learner's file",
    "playground/training/epochs.py": "how a run ended, which is kept with it on disk",
}

PAGE_ROOMS = {
    "start", "playground", "my_forecast", "data", "inside_the_cell", "hidden_states", "gradients", "long_memory",
    "forecasts", "leak_lab", "hidden_size", "compare", "hand_made_cell", "classify", "write", "listen", "status",
}  # fmt: skip
BETWEEN_PAGES = {("playground/ui/compare/run_table.py", "playground.ui.playground.exports")}
"""Imports from one page's room into another's: the export of a run, which Compare offers for each of its lines."""

SOURCES = [
    "streamlit_app.py",
    *(
        path.relative_to(ROOT).as_posix()
        for folder in ("pages", "playground")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ),
]


def imported(source: str) -> set[str]:
    """Return the full names of all modules that a file imports, anywhere in it but for the type checker alone."""
    names: set[str] = set()
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} imports relatively; name the module in full"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(source: str) -> str:
    """Return the part of a file's path that names its room, or the file where it stands in the hall."""
    matches = [path for path in ALLOWED if source == path or source.startswith(path + "/")]
    return max(matches, key=len, default="")


def allowed(source: str) -> set[str]:
    if source in EXCEPTIONS:
        return EXCEPTIONS[source][0]
    work = {"torch"} if source.startswith(WORK) and source.endswith("/work.py") else set()
    return ALLOWED.get(room(source), set()) | work


def heavy(source: str) -> set[str]:
    return {name.split(".")[0] for name in imported(source)} & set(PLAIN)


@pytest.mark.parametrize("source", SOURCES)
def test_heavy_imports_stay_in_their_rooms(source):
    assert heavy(source) <= allowed(source)


def test_every_rule_is_needed():
    assert [path for path in (*ALLOWED, *PROGRAMS) if not (ROOT / path).exists()] == []
    assert [path for path, (names, _) in EXCEPTIONS.items() if heavy(path) != names] == []
    assert len(EXCEPTIONS) + len(BETWEEN_PAGES) <= 12


@pytest.mark.parametrize("source", SOURCES)
def test_arrows_point_down(source):
    """The core knows neither charts nor pages, charts know no pages, nothing but ui touches a tab's state."""
    names = imported(source)
    if source.startswith("playground/") and not source.startswith("playground/ui/"):
        assert not [name for name in names if name.startswith(("playground.ui", "pages"))]
        if not source.startswith(("playground/charts/", "playground/export/")):
            assert not [name for name in names if name.startswith("playground.charts")]
    text = (ROOT / source).read_text(encoding="utf-8")
    if source != "playground/ui/frame/state.py":
        assert "st.session_state" not in text
        assert "st.query_params" not in text
    assert "unsafe_allow_html" not in text


@pytest.mark.parametrize("source", [source for source in SOURCES if source.startswith("playground/labs/")])
def test_no_lab_knows_another(source):
    own = source.split("/")[2].removesuffix(".py")
    labs = {name.split(".")[2] for name in imported(source) if name.startswith("playground.labs.")}
    assert labs <= {own}


@pytest.mark.parametrize("source", [source for source in SOURCES if source.startswith("playground/ui/")])
def test_no_page_knows_another_and_what_they_share_knows_none(source):
    own = source.split("/")[2]
    found = {
        name
        for name in imported(source)
        if name.startswith("playground.ui.") and name.split(".")[2] in PAGE_ROOMS - {own} and len(name.split(".")) == 4
    }
    assert {(source, name) for name in found} <= BETWEEN_PAGES


def test_every_page_has_a_room_of_its_name():
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"embed"}
    assert pages == PAGE_ROOMS
    assert all((ROOT / "playground" / "ui" / name / "__init__.py").exists() for name in pages)


@pytest.mark.parametrize("source", SOURCES)
def test_facts_know_no_sentences_and_sentences_compute_nothing(source):
    names = imported(source)
    if not source.startswith((*SPEAKERS, "pages/")):
        assert not [name for name in names if name.startswith("playground.sentences")]
    if source.startswith("playground/sentences/"):
        assert not [name for name in names if name.startswith(("playground.charts", "playground.export"))]
        assert not names & {"numpy", "pandas", "scipy"}


def sentences_in(tree: ast.AST) -> list[str]:
    """Return what functions say: f-strings of three words and more, and texts that end like a sentence.

    The message of an error that is raised, and what documents a function, is not said of a fact.
    """
    if isinstance(tree, (ast.Raise, ast.Assert)) or (
        isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant)
    ):
        return []
    if isinstance(tree, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in tree.values)
        return [text] if len(re.findall(r"\b[A-Za-z]{2,}\b", text)) >= 3 else []
    if isinstance(tree, ast.Constant):
        ends = isinstance(tree.value, str) and re.search(r"\w \w.*[.!?]( |$)", tree.value)
        return [tree.value] if ends else []
    return [text for node in ast.iter_child_nodes(tree) for text in sentences_in(node)]


@pytest.mark.parametrize("source", [source for source in SOURCES if source.startswith(FACTS)])
def test_what_finds_facts_puts_none_in_words(source):
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
    said = {text for function in functions for text in sentences_in(function)}
    assert bool(said) == (source in IN_WORDS_ALREADY), said


def files_of(name: str) -> set[str]:
    """Return the files of this project that an imported name brings along."""
    parts = name.split(".")
    stems = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return {path for stem in stems for path in (f"{stem}.py", f"{stem}/__init__.py") if path in SOURCES}


def test_nothing_that_the_server_imports_leads_to_torch():
    """Follow every import, also those inside functions, from all that the server process runs."""
    came_from = {source: "" for source in SOURCES if source.startswith(SERVER) and source not in PROGRAMS}
    line = list(came_from)
    while line:
        source = line.pop()
        for found in sorted(set().union(*map(files_of, imported(source))) - set(came_from)):
            came_from[found] = source
            line.append(found)
    assert {source: came_from[source] for source in came_from if "torch" in heavy(source)} == {}


def test_server_side_never_loads_torch():
    """Import everything that the server process imports; torch must not come along."""
    modules = [
        source[:-3].replace("/", ".").removesuffix(".__init__")
        for source in SOURCES
        if source.startswith(
            ("playground/ui/", "playground/engine/", "playground/charts/", "playground/cells/", "playground/sentences/")
        )
        and source not in (*PROGRAMS, "playground/ui/web/router.py", "playground/ui/hosted/app.py")
    ]
    code = f"import sys\nfor name in {modules!r}: __import__(name)\nsys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=patience(120))
    assert done.returncode == 0, done.stderr


def typed(call: Call[..., Any]) -> Callable[..., Any]:
    """Return the function that the type checker sees in a call."""
    module = import_module(call.target.partition(":")[0])
    names = {module.__name__.rpartition(".")[2]: module}
    return FunctionType(call.function.__code__, names)()


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.target)
def test_a_worker_finds_the_function_that_the_type_checker_sees(call):
    module, _, name = call.target.partition(":")
    function = getattr(import_module(module), name)
    assert function is typed(call)
    told = get_type_hints(function)
    assert told.keys() == {*inspect.signature(function).parameters, "return"}, "every argument has a type"
    assert not [kind for kind in told.values() if "torch" in str(kind)], "the server has no torch"
    if call.record is not None:
        before = [name for name, kind in told.items() if kind == call.record | None]
        assert told["return"] is call.record
        assert len(before) == 1 and inspect.signature(function).parameters[before[0]].default is None


def test_functions_are_named_for_workers_in_the_lists_of_calls_only():
    named = {
        source
        for source in SOURCES
        if re.search(r'"playground(?:\.\w+)+:\w+"', (ROOT / source).read_text(encoding="utf-8"))
    }
    assert {source for source in named if not source.endswith("/calls.py")} == set()
    assert len(calls()) == len({call.target for call in calls()}) >= 40


def test_the_host_is_not_loaded_by_its_own_package():
    """Python warns on the terminal, at every start, of a program that its package has loaded before it runs."""
    code = "import sys, playground.engine; sys.exit('playground.engine.host' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=patience(120))
    assert done.returncode == 0, done.stderr


def test_no_file_is_long():
    scripts = [path.relative_to(ROOT).as_posix() for path in (ROOT / "playground").rglob("*.js")]
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in [*SOURCES, *scripts]}
    assert {name: length for name, length in lengths.items() if length > 350} == {}


def test_pages_are_short():
    for page in (ROOT / "pages").glob("*.py"):
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 100, page.name
