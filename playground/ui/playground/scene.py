"""What stands on the Playground's stage: a run, a recorded run, or the untrained network."""

from __future__ import annotations

from dataclasses import dataclass

from playground.config import Recipe
from playground.evaluation.baseline_losses import BaselineLosses
from playground.histories import ENDED, RunView
from playground.presets import preset_of
from playground.records import Part, Prepared, Preview, Series, Snapshot
from playground.runs import UNDER_WAY
from playground.ui.frame import state
from playground.ui.server.server import engine, prepared_of, series_of
from playground.ui.watching.answers import Answer
from playground.ui.watching.baselines import baselines_of
from playground.ui.watching.learning_rate import follow_learning_rate
from playground.ui.watching.moments import forecast_of, recording_of


@dataclass(frozen=True, eq=False)
class Scene:
    """What stands on the stage: a run, a recorded run, or the untrained network."""

    recipe: Recipe
    series: Series
    prepared: Prepared
    view: RunView | None
    preview: Preview | None
    recorded: bool

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot to draw, None while even the untrained network is not there yet."""
        if self.view is not None and self.view.snapshot is not None:
            return self.view.snapshot
        return self.preview.snapshot if self.preview is not None else None

    @property
    def live(self) -> bool:
        """Whether the charts will change by themselves."""
        if self.view is None or self.recorded:
            return self.preview is None
        waits = any(self.baselines(part).waiting for part in self.judged_on)
        return waits or self.view.state in UNDER_WAY or self._picture_is_behind(self.view)

    @property
    def judged_on(self) -> tuple[Part, ...]:
        """The parts on which the network is judged: test once it was opened."""
        return ("validation", "test") if state.test_open() else ("validation",)

    def baselines(self, part: Part = "validation") -> Answer[BaselineLosses]:
        """Return how the baselines err on a part; for a network that is not trained nobody is asked."""
        return baselines_of(self.recipe.data, self.series, part, wanted=self.view is not None)

    @staticmethod
    def _picture_is_behind(view: RunView) -> bool:
        """Whether a run at rest is still being drawn: a paused one as it stands now, a finished one at all."""
        if view.snapshot is None:
            return view.state in ENDED and view.best_epoch > 0
        return view.state == "paused" and view.snapshot.epoch != view.checkpoint_epoch


def current_view() -> RunView | None:
    """Return the run this tab shows, if it still exists."""
    run_id = state.run_id()
    return engine().view(run_id) if run_id else None


def follow_slider(before: Recipe, recipe: Recipe) -> Recipe:
    """Let the run under way and the learning-rate slider follow each other; see `follow_learning_rate`."""
    return follow_learning_rate(before, recipe, current_view(), state.set_recipe, state.open_recipe)


def set_scene(recipe: Recipe) -> Scene:
    """Decide what to show for the recipe on the controls.

    Raises:
        ValueError: if the series cannot be loaded or cut into windows.
    """
    view = current_view()
    if view is not None and view.state not in UNDER_WAY and forecast_of(view) != recipe:
        view = None
    preset = preset_of(recipe) if state.run_id() is None else None
    shown = recipe if view is None else forecast_of(view)
    data = shown.data.model_dump_json()
    series, prepared = series_of(data), prepared_of(data)
    if view is not None:
        return Scene(shown, series, prepared, view, engine().preview(shown, series), recorded=False)
    if preset is not None:
        return Scene(shown, series, prepared, recording_of(preset.name), engine().preview(shown, series), True)
    return Scene(shown, series, prepared, None, engine().preview(shown, series), recorded=False)
