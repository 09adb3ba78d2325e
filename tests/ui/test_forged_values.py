"""What a browser may send though no control offers it: forged links, run names, widget values; and what it is told."""

import re
import tomllib

import pytest
from patience import patience
from streamlit import config
from streamlit.elements.exception import marshall
from streamlit.proto.Exception_pb2 import Exception as ShownError
from streamlit.testing.v1 import AppTest

from playground.config import SECTIONS, Recipe
from playground.places import ROOT, ROUTER
from playground.runs import RunStore
from playground.ui.frame import state

MARKUP = "<img src=x onerror=alert(1)>"
PATHS = [
    "../../runs.sqlite3",
    "..%2f..%2fetc%2fpasswd",
    "C:\\x\\y\\z.txt",
    "run-0123456789/..",
    "run\x00name",
    "a" * 5000,
]


def open_page(**query: str) -> AppTest:
    page = AppTest.from_file(str(ROUTER), default_timeout=patience())
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


@pytest.mark.parametrize("run", [*PATHS, MARKUP])
def test_a_forged_run_name_is_no_run(engine, run):
    page = open_page(run=run)
    assert not page.exception
    assert page.session_state["run_id"] is None
    assert any("is not a run name" in warning.value for warning in page.warning)
    assert not any(re.search(r"(?<!\\)<", warning.value) for warning in page.warning)


def test_a_link_full_of_markup_gives_a_recipe_within_its_limits(engine):
    page = open_page(**{name: MARKUP for section in SECTIONS.values() for name in section.model_fields})
    assert not page.exception
    assert page.session_state["recipe"] == Recipe()
    assert not any(re.search(r"(?<!\\)<", warning.value) for warning in page.warning)


@pytest.mark.parametrize("number", [10**9, -(10**9)])
def test_a_forged_slider_never_reaches_the_recipe(engine, number):
    page = open_page()
    for slider in (*page.slider, *page.number_input):
        if not slider.disabled:
            slider.set_value(number)
    page.run()
    recipe: Recipe = page.session_state["recipe"]
    for name in ("hidden_size", "layers", "epochs", "window_steps", "batch_size", "learning_rate"):
        low, high = Recipe.limits(name)
        assert low <= recipe.value(name) <= high


def test_names_of_runs_are_no_paths(tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3")
    for run in (*PATHS, MARKUP, "' OR 1=1 --"):
        assert store.load(run) is None
        assert store.load_material(run) is None
        assert store.shelf("me").delete([run]) == 0
    store.close()
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("runs.sqlite3")] == []


@pytest.mark.parametrize("name", [None, 7, "", "short", MARKUP, "a" * 21 + "\n", "../../../../etc/passwd"])
def test_a_forged_visitor_name_is_refused(name):
    assert not state.recognise(name)


def test_an_unforeseen_error_shows_nothing_of_the_server(monkeypatch):
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    options = {"client.showErrorDetails": settings["client"]["showErrorDetails"]}
    real = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: options.get(name) or real(name))
    shown = ShownError()
    marshall(shown, ValueError("/srv/secret/place"), apply_show_error_details=True)
    assert (len(shown.stack_trace), shown.type) == (0, "")
    assert "secret" not in str(shown)
    options["client.showErrorDetails"] = "full"
    marshall(shown, ValueError("/srv/secret/place"), apply_show_error_details=True)
    assert "secret" in str(shown)
