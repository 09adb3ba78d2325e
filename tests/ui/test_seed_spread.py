"""Five seeds on the Forecasts page; their trainings are real, but very short and in this process."""

import pytest
from fake_engine import FakeEngine, make_view, mounted, stand_in
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.networks.network import build_network
from playground.ui.watching import seed_groups

RUN = "run-0123456789"
SMALL = Recipe().replaced(length_steps=400, window_steps=16, hidden_size=4, epochs=2, learning_rate=0.01)


class KeepingEngine(FakeEngine):
    def __init__(self):
        super().__init__()
        self.kept = []

    def keep_finished(self, recipe, series, epochs, checkpoint, team=""):
        self.kept.append(recipe)
        return f"kept-0123456789-{len(self.kept)}"


@pytest.fixture
def engine(engine, monkeypatch):
    fake = KeepingEngine()
    stand_in(monkeypatch, fake)
    features = prepare(load_series(SMALL.data), SMALL.data).train.inputs.shape[2]
    fake.weights[2] = build_network(SMALL, features).weights()
    fake.views[RUN] = make_view(SMALL, "finished", 2, best_epoch=2, snapshot=None)
    fake.has_preview = False
    return fake


open_page = opener("forecasts", SMALL.to_query() | {"run": RUN}, menu=True)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def train_seeds(page: AppTest, runs: int = 3) -> AppTest:
    page.button(key="train seeds").click().run()
    for _ in range(runs):
        page.run()
    assert not page.exception, page.exception
    return page


def test_before_the_seeds_the_verdict_is_called_one_of_one_seed(engine):
    told = texts(open_page())
    assert "One seed only" in told
    assert "over 5 seeds" not in told


def test_five_seeds_are_judged_together_and_kept(engine):
    page = open_page()
    before = len(mounted(page))
    page = train_seeds(page)
    told = texts(page)
    assert "the best baseline, on validation over 5 seeds" in told and "One seed only" not in told
    assert "The network shown, alone: " in told
    assert "Skills of the seeds run from" in told
    assert len(mounted(page)) == before + 1
    assert sorted(recipe.seed for recipe in engine.kept) == [1, 2, 3, 4, 5]
    assert {recipe.replaced(seed=1) for recipe in engine.kept} == {SMALL}
    asked = [arguments for name, arguments in engine.calls if name.endswith("evaluate_seeds")]
    assert [recipe.seed for recipe in asked[0][0]] == [1, 2, 3, 4, 5] and asked[0][-1] is False


def test_seeds_under_way_show_progress_and_can_be_stopped(engine):
    engine.stalled = True
    page = train_seeds(open_page(), runs=0)
    assert "5 seeds" in page.get("progress")[0].proto.text
    page.button(key="stop seeds").click().run()
    assert len(engine.rested) == 2 and not page.get("progress")
    assert page.button(key="train seeds")


def test_a_training_that_fails_is_one_sentence(engine):
    engine.study_problem = "the worker died 4 times"
    page = train_seeds(open_page(), runs=0)
    assert "the worker died 4 times" in texts(page)


def test_the_same_recipe_over_seeds_is_shared_by_two_groups(engine, monkeypatch):
    monkeypatch.setattr(seed_groups.state, "owner", lambda: "me")
    series = load_series(SMALL.data)
    first, second = seed_groups.seed_groups(SMALL, series, 5)
    assert [recipe.seed for recipe in first.recipes + second.recipes] == [1, 2, 3, 4, 5]
    again = seed_groups.seed_groups(SMALL, series, 5)
    assert [group.key for group in again] == [first.key, second.key] and first.key != second.key
    with pytest.raises(ValueError, match="train to their end"):
        seed_groups.run_of(first, 0, "seeds")
