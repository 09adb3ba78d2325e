"""Which network the inspection pages look into, and the moments of its training that can be looked at.

The tab's run, also while it trains; without one, the recorded run that is most like the recipe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from playground.config import Recipe, parameter_count
from playground.evaluation.calls import EVALUATE
from playground.evaluation.results import Evaluation
from playground.histories import RunView
from playground.jobs import Job
from playground.keyframes import keyframe_epochs, most_keyframes
from playground.presets import PRESETS, nearest_preset
from playground.records import Floats, Prepared, Series
from playground.runs import UNDER_WAY
from playground.ui.frame import state
from playground.ui.frame.visitor import may_steer
from playground.ui.server.server import engine, prepared_of, series_of

Weights = dict[str, Floats]


@dataclass(frozen=True, eq=False)
class Moments:
    """A network at the moments of its training that are kept.

    Attributes:
        recipe: The recipe of the run, changes of the learning rate included.
        series, prepared: What it is trained on.
        label: Whose run it is, in plain words: "your run, epoch 37".
        epochs: Epochs whose weights are kept, in order; 0 is the untrained network. Never empty.
        best_epoch: The epoch with the lowest validation loss so far; 0 before the first.
        live: Whether the run is still training, so that `epochs` grows.
        view: The run, with its losses and its latest snapshot.
        planned: Epochs that the run keeps or will keep by its plan; they stay the same while it trains.
        place: Names the pages that share the epoch chosen in the time machine.
    """

    recipe: Recipe
    series: Series
    prepared: Prepared
    label: str
    epochs: tuple[int, ...]
    best_epoch: int
    live: bool
    view: RunView
    planned: tuple[int, ...]
    _name: str
    _load: Callable[[int], Weights]
    place: str = ""

    def weights(self, epoch: int) -> Weights:
        """Return the weights after an epoch.

        Raises:
            ValueError: if they are not kept (any more).
        """
        return self._load(epoch)

    def key(self, epoch: int) -> str:
        """Return a text that names the network after an epoch exactly, to keep answers about it by."""
        return f"{self._name} {self.recipe.key()} {epoch}"

    def evaluation_key(self, epoch: int, test_open: bool) -> str:
        """Return the exact name of the question how good the network after an epoch is."""
        return f"evaluation {self.key(epoch)} {test_open}"

    def evaluation(self, epoch: int, test_open: bool) -> tuple[str, Job[Evaluation]]:
        """Return the question how good the network after an epoch is, after its name."""
        weights, season_steps = self.weights(epoch), self.recipe.data.season_steps
        job = EVALUATE(self.recipe, self.series, weights, season_steps, test_open)
        return self.evaluation_key(epoch, test_open), job

    def nearest(self, epoch: int) -> int:
        """Return the kept epoch nearest to `epoch`."""
        return min(self.epochs, key=lambda kept: abs(kept - epoch))


def forecast_of(view: RunView) -> Recipe:
    """Return the recipe that a run is following, changes of the learning rate included."""
    return Recipe.model_validate_json(view.recipe_json)


def current_moments(recipe: Recipe) -> Moments:
    """Return the moments of the tab's run, or of the recorded run nearest to the recipe on the controls.

    A run that waits for its first turn has none yet; until then the recorded run is shown.

    Raises:
        ValueError: if the series cannot be loaded or cut into windows.
    """
    run_id = state.run_id()
    view = engine().view(run_id) if run_id else None
    epochs = engine().keyframes(run_id) if view is not None and run_id is not None else ()
    if view is None or not epochs:
        return _recorded_moments(recipe)
    shown = forecast_of(view)
    data = shown.data.model_dump_json()
    live = view.state in UNDER_WAY
    last = f"epoch {view.checkpoint_epoch}" if view.checkpoint_epoch else "not trained yet"
    return Moments(
        recipe=shown,
        series=series_of(data),
        prepared=prepared_of(data),
        label=f"{'your run' if may_steer(view.run_id) else 'the run you watch'}, {last}",
        epochs=epochs,
        best_epoch=view.best_epoch if view.best_epoch in epochs else 0,
        live=live,
        view=view,
        planned=_planned_epochs(shown, prepared_of(data).features.shape[1]),
        _name=view.run_id,
        _load=lambda epoch: _weights_of(view.run_id, shown.key(), epoch),
    )


def _planned_epochs(recipe: Recipe, features: int) -> tuple[int, ...]:
    size = 4 * parameter_count(recipe, features)
    return keyframe_epochs(recipe.training.epochs, most_keyframes(size))


def own_run_awaited() -> bool:
    """Say whether the tab's run still waits for its first turn, so that a recorded run is shown in its place."""
    run_id = state.run_id()
    view = engine().view(run_id) if run_id else None
    return view is not None and view.state in UNDER_WAY and not engine().keyframes(view.run_id)


def _recorded_moments(recipe: Recipe) -> Moments:
    preset = nearest_preset(recipe)
    network = preset.recipe.network
    view, kept = recording_of(preset.name), recorded_weights(preset.name)
    data = preset.recipe.data.model_dump_json()
    return Moments(
        recipe=preset.recipe,
        series=series_of(data),
        prepared=prepared_of(data),
        label=f"recorded run “{preset.title}”, {network.cell.upper()} of hidden size {network.hidden_size}",
        epochs=tuple(kept),
        best_epoch=view.best_epoch,
        live=False,
        view=view,
        planned=tuple(kept),
        _name=f"recorded {preset.name}",
        _load=lambda epoch: _recorded_at(kept, epoch),
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def recording_of(name: str) -> RunView:
    """Return the recorded run of a preset."""
    return next(preset for preset in PRESETS if preset.name == name).recording()


@st.cache_resource(max_entries=16, show_spinner=False)
def recorded_weights(name: str) -> dict[int, Weights]:
    """Return the weights that the recorded run of a preset kept, by their epochs."""
    preset = next(preset for preset in PRESETS if preset.name == name)
    return {frame.epoch: frame.weights for frame in preset.keyframes()}


def _recorded_at(kept: dict[int, Weights], epoch: int) -> Weights:
    if epoch not in kept:
        raise ValueError(f"the weights of epoch {epoch} are not kept; choose one of the epochs on the slider")
    return kept[epoch]


@st.cache_resource(max_entries=16, show_spinner=False)
def _weights_of(run_id: str, recipe_key: str, epoch: int) -> Weights:
    """Return a run's weights after an epoch; the recipe's key tells apart what a changed rate would change."""
    return engine().weights_at(run_id, epoch)
