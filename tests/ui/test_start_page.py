"""The first page: a recorded run, the button that trains it, the doors; and which addresses lead past it."""

import pytest
from fake_engine import FakeEngine, make_view, mounted
from opening import opener
from patience import patience
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.engine import EngineStatus
from playground.places import PAGES, ROUTER
from playground.presets import PRESETS
from playground.ui.frame.links import names_a_forecast

RUN = "run-0123456789"


def arrive(**query: str) -> AppTest:
    """Come to the app's own address, with this behind the "?"."""
    page = AppTest.from_file(str(ROUTER), default_timeout=patience())
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, page.exception
    return page


def opened(page: AppTest) -> Recipe:
    """Return the recipe that the address bar says."""
    said = {name: told if isinstance(told, str) else told[-1] for name, told in page.query_params.items()}
    return Recipe.from_query(said)[0]


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_a_newcomer_sees_a_recorded_forecast_and_one_button_and_no_worker_is_asked(engine):
    engine.said = EngineStatus("starting", "The workers are starting.", 0, 0, 0)
    engine.has_preview = False
    page = arrive()
    assert page.title[0].value == "RNN Playground"
    assert labels(page) == ["Train it here"]
    assert [found.key for found in mounted(page)] == ["living network", "start forecast"]
    assert "Recorded run" in page.markdown[1].value and "One-step" in page.caption[-1].value
    assert not page.sidebar.children
    assert engine.calls == []


def test_every_door_leads_to_a_page(engine):
    links = arrive().get("page_link")
    assert [link.proto.page for link in links] == ["playground", "my_forecast", "inside_the_cell", "status"]
    assert all((PAGES / f"{link.proto.page}.py").exists() for link in links)


def test_the_button_opens_the_playground_training_before_ones_eyes(engine):
    page = arrive()
    page.button[0].click().run()
    assert not page.exception, page.exception
    assert engine.calls == [("train", PRESETS[0].recipe)]
    assert page.title[0].value == "Playground"
    assert page.query_params["run"] == RUN
    assert "Pause" in labels(page)


def test_a_run_under_way_is_watched_instead_of_another_begun(engine):
    engine.views[RUN] = make_view(Recipe().replaced(hidden_size=7))
    page = arrive(run=RUN)
    page.query_params.clear()  # as the menu does
    page.switch_page("../../../pages/start.py").run()
    assert labels(page) == ["Watch your run"]
    page.button[0].click().run()
    assert page.title[0].value == "Playground" and page.query_params["hidden_size"] == "7"
    assert engine.calls == []


def test_a_run_that_is_refused_is_told_in_words(engine):
    engine.refusal = "at most 3 runs"
    page = arrive()
    page.button[0].click().run()
    assert page.title[0].value == "RNN Playground"
    assert "At most 3 runs" in page.error[0].value.replace("\\", "")


@pytest.mark.parametrize(
    "query", [{"v": "1"}, {"series": "sunspots", "cell": "gru"}, {"run": RUN}, {"epochs": "3"}, {"run": "../../x"}]
)
def test_old_links_to_the_app_open_the_playground_as_they_did(engine: FakeEngine, query):
    engine.views[RUN] = make_view(Recipe().replaced(hidden_size=7))
    page = arrive(**query)
    assert page.title[0].value == "Playground"
    recipe = Recipe.from_query(dict(query))[0] if query.get("run") != RUN else Recipe().replaced(hidden_size=7)
    assert opened(page) == recipe


@pytest.mark.parametrize("query", [{}, {"utm_source": "mail"}, {"s_run": RUN}, {"part": "speech"}])
def test_what_names_no_forecast_stays_on_the_first_page(engine, query):
    assert not names_a_forecast(query)
    assert arrive(**query).title[0].value == "RNN Playground"


def test_every_link_of_a_recipe_names_a_forecast():
    assert names_a_forecast(Recipe().to_query())
    assert all(names_a_forecast({name: "1"}) for name in Recipe.places())
    assert opener("status")().title[0].value == "Status"
