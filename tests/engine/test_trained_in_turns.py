"""What a worker's own functions give when the driver calls them turn by turn, in this process."""

import numpy as np
import pytest
from engine_cases import QUICK, SLOW, numbers, trained_here

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.records import Series

SERIES = load_series(SLOW.data)
SHORT = Series("short", "Short", "", np.sin(np.arange(20.0)), None, "sample")


@pytest.fixture
def server(make_server):
    return make_server(real=True)


def test_early_stopping_is_told_with_its_reason(server):
    recipe = SLOW.replaced(patience_epochs=1, learning_rate=0.1)
    view = server.until("stopped_early", run=server.engine.train(recipe, SERIES, "me"))
    assert view.reason.startswith(f"stopped early at epoch {view.checkpoint_epoch}")
    assert numbers(view.epochs) == numbers(trained_here(recipe))


def test_divergence_is_a_result_with_finite_pictures(server):
    recipe = QUICK.replaced(
        cell="rnn", nonlinearity="relu", learning_rate=1.0, optimizer="sgd", clip_norm=0, epochs=300
    )
    view = server.until("diverged", run=server.engine.train(recipe, load_series(recipe.data), "me"))
    assert "is not finite" in view.reason
    assert view.snapshot is None or np.isfinite(view.snapshot.forecast.predicted).all()


def test_a_series_that_does_not_fit_fails_with_its_sentence(server):
    assert "window_steps" in server.until("failed", run=server.engine.train(QUICK, SHORT, "me")).reason


def test_a_preview_that_cannot_be_says_why(server):
    with pytest.raises(ValueError, match="window_steps"):
        server.until_true(lambda: server.engine.preview(QUICK, SHORT))


def test_runs_in_turns_through_a_pause_a_change_of_rate_and_a_death_have_the_numbers_of_one_go(server):
    recipes = [SLOW.replaced(seed=seed) for seed in (1, 2)]
    paused, changed = (server.engine.train(recipe, SERIES, f"{recipe.seed}") for recipe in recipes)
    server.until_epoch(2, paused, changed)
    server.engine.pause(paused)
    view = server.until("paused", run=paused)
    assert view.snapshot.scores and view.snapshot.epoch == view.checkpoint_epoch
    server.engine.change_learning_rate(changed, 0.02)
    server.step()
    server.cluster.kill("w1")
    server.step()
    server.cluster.come("w1")
    server.engine.resume(paused)
    server.until_epoch(view.checkpoint_epoch + 3, paused)
    told = Recipe.model_validate_json(server.engine.view(changed).recipe_json)
    server.until_epoch(told.training.learning_rate_changes[0][0] + 2, changed)
    for run, recipe in ((paused, recipes[0]), (changed, told)):
        view = server.engine.view(run)
        assert numbers(view.epochs) == numbers(trained_here(recipe, view.epochs[-1].epoch))
        rates = [recipe.training.learning_rate_at(record.epoch) for record in view.epochs]
        assert [record.learning_rate for record in view.epochs] == rates


def test_a_run_ended_by_its_owner_shows_its_best_weights(server):
    run = server.engine.train(SLOW, SERIES, "me")
    server.until_epoch(4, run)
    server.engine.end(run)
    view = server.until("stopped_early", run=run)
    assert view.best_epoch == 1 + int(np.argmin([record.validation_loss for record in view.epochs]))
    assert (view.snapshot.chosen, view.snapshot.epoch) == ("best on validation", view.best_epoch)
