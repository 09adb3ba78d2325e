"""The Status page: what the leader of a workshop sees, and that nothing secret is on it."""

import dataclasses

from fake_engine import HEALTH
from opening import opener
from streamlit.testing.v1 import AppTest

import playground
from playground.engine import EngineStatus
from playground.ui.status.room import code_svg

open_page = opener("status")


def said(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.error)
    return "\n".join(element.value.replace("\\", "") for kind in kinds for element in kind)


def test_load_workers_and_memory_are_shown(engine):
    page = open_page()
    assert {metric.label: metric.value for metric in page.metric} == {
        "Visitors at work": "2",
        "Runs training": "3",
        "Runs waiting": "1",
        "Long computations": "5",
        "Questions waiting": "4",
    }
    workers, memory, versions = (table.value for table in page.table)
    assert [list(row) for row in workers.to_numpy()] == [["trains", "350 MB"], ["answers, long work", "not known yet"]]
    assert list(memory.iloc[:, 0])[:4] == ["280 MB", "6 MB of at most 128 MB", "4,000 MB", "17 of at most 200"]
    assert versions.loc["RNN Playground"].item() == playground.__version__
    assert "2 workers are ready." in said(page)
    assert not page.warning


def test_what_is_wrong_is_said(engine):
    engine.said = EngineStatus("failed", "The workers do not start (no torch).", 0, 0, 0)
    engine.examined = dataclasses.replace(HEALTH, workers=(), free_bytes=10 * 2**20)
    page = open_page()
    assert "The workers do not start (no torch)." in said(page)
    assert "None is ready." in said(page)
    assert "Memory is short" in page.warning[0].value


def test_a_store_that_cannot_be_read_is_one_sentence(engine, monkeypatch):
    def refuse():
        raise ValueError("the stored runs cannot be read now (database is locked); try again in a moment")

    monkeypatch.setattr(engine, "health", refuse)
    assert "cannot be read now" in said(open_page())


def test_the_limits_are_those_of_the_server(engine):
    engine.settings = engine.settings.model_copy(update={"grace_s": 77.0, "studies_per_owner": 5, "study_share": 0.3})
    told = said(open_page())
    assert "for 77 s" in told and "5 long computations" in told and "30% of the time" in told


def test_the_rooms_address_is_shown_where_the_host_gave_one(engine):
    assert "camera" not in said(open_page())
    engine.settings = engine.settings.model_copy(update={"address": "http://192.168.1.5:8501"})
    page = open_page()
    assert "## http://192.168.1.5:8501" in said(page)
    assert len(page.get("image")) == 1


def test_the_code_is_dark_on_light_in_every_theme():
    picture = code_svg("http://192.168.1.5:8501")
    assert picture.startswith("<svg") and "#fff" in picture
