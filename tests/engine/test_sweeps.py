"""Sweeps on workers: what a death costs, and what becomes of the results."""

import numpy as np
import pytest
from engine_cases import QUICK

from playground.data.catalog import load_series
from playground.engine import Engine, Visitor
from playground.labs.sweeps.calls import ADVANCE
from playground.labs.sweeps.plan import SweepPlan, with_seeds
from playground.labs.sweeps.work import advance_group, train_group
from playground.runs import RunStore

SERIES = load_series(QUICK.data)
PLAN = SweepPlan(QUICK.replaced(patience_epochs=0), (("hidden_size", (2, 3, 4, 6, 8)),), epochs=60)


def look(engine, plan, done=0):
    """Look at all groups of a sweep, which lets them go on; return them once so many are done."""
    studies = [
        engine.study(f"{cell}", ADVANCE(plan.recipes_at(cell), SERIES, plan.longest_window), owner="me")
        for cell in plan.cells
    ]
    problems = [study.problem for study in studies if study.problem]
    assert not problems, problems
    groups = [study.reached for study in studies]
    return groups if sum(group is not None and group.done for group in groups) >= done else None


def errors(groups):
    return np.array([group.validation_errors for group in groups])


def errors_here():
    """Return what the sweep gives in this process."""
    return errors([train_group(PLAN.recipes_at(cell), SERIES) for cell in PLAN.cells])


def test_killing_a_worker_mid_sweep_loses_no_finished_result(make_server):
    server = make_server(workers=2, real=True)
    engine = server.engine
    before = server.until_true(lambda: look(engine, PLAN, done=1))
    server.cluster.kill("w1")
    server.step()
    after = look(engine, PLAN, done=1)
    finished = [place for place, group in enumerate(before) if group is not None and group.done]
    assert 0 < len(finished) < len(before)
    assert all(after[place] is before[place] for place in finished)
    groups = server.until_true(lambda: look(engine, PLAN, done=5))
    np.testing.assert_allclose(errors(groups), errors_here(), rtol=1e-5)


def test_results_become_runs_that_last(make_server, clock, tmp_path):
    server = make_server(store=RunStore(tmp_path / "runs.sqlite3"), real=True)
    engine = server.engine
    recipes = with_seeds(QUICK, 3)
    group = train_group(recipes, SERIES)
    mine = Visitor(engine, "secret of mine")
    names = [
        mine.keep_finished(recipe, SERIES, epochs, checkpoint, "sweep x")
        for recipe, epochs, checkpoint in zip(recipes, group.epochs, group.checkpoints, strict=True)
    ]
    server.until_true(lambda: all(engine.view(name).snapshot for name in names))
    clock.now += server.engine.settings.checkpoint_every_s
    server.round()
    assert all(line.error is not None for line in mine.runs())
    assert {line.run_id for line in mine.runs()} == set(names) and {line.team for line in mine.runs()} == {"sweep x"}
    engine.close()
    reopened = make_server(store=engine.store).engine
    for name, recipe, epochs, checkpoint in zip(names, recipes, group.epochs, group.checkpoints, strict=True):
        view = reopened.view(name)
        assert (view.state, view.recipe_json, view.epochs) == ("finished", recipe.model_dump_json(), epochs)
        assert (view.snapshot.epoch, view.snapshot.chosen) == (checkpoint.best_epoch, "best on validation")
        for key, array in reopened.weights_at(name, checkpoint.best_epoch).items():
            np.testing.assert_array_equal(array, checkpoint.best_weights[key])


def test_a_run_that_goes_on_cannot_be_kept_as_finished():
    group = advance_group(with_seeds(QUICK, 1), SERIES, 0, None, budget_s=0.0)
    with pytest.raises(ValueError, match="only a run that has ended"):
        Visitor(Engine(RunStore(None)), "me").keep_finished(QUICK, SERIES, (), group.checkpoints[0])
