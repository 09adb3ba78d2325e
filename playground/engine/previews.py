"""Previews of untrained networks: computed by workers, kept, and dropped where the controls have moved on."""

from __future__ import annotations

from concurrent.futures import CancelledError

from playground.config import Recipe
from playground.engine.calls import PREVIEW
from playground.engine.driver import Driver
from playground.engine.tasks import Task
from playground.recent import Recent
from playground.records import Preview, Series
from playground.runs import material_key

PRIORITY = 10

MOST_WAITING = 8
"""Previews that wait for a worker; older ones are for controls that have been moved on since."""


class Previews:
    """Asks for each preview once; keeps the last ones.

    Args:
        driver: Gives the workers their turns.
        most: Previews to keep.
    """

    def __init__(self, driver: Driver, most: int) -> None:
        self._driver = driver
        self._tasks: Recent[str, Task] = Recent(most)

    def look(self, recipe: Recipe, series: Series) -> Preview | None:
        """Return a preview, None while a worker computes it.

        Raises:
            ValueError: if the recipe does not fit the series, or the computation failed.
        """
        content = material_key(series)
        key = f"{recipe.key()} {content}"
        with self._driver.lock:
            task = self._tasks.use(key)
            if task is None or task.result.cancelled():
                job = PREVIEW(recipe, series, content)
                task = self._tasks.keep(key, self._driver.add_task(job, PRIORITY, newest_first=True))
                self._drop_old()
        if not task.result.done():
            return None
        try:
            preview: Preview = task.result.result()
            return preview
        except CancelledError:
            return None
        except RuntimeError as error:
            raise ValueError(str(error)) from error

    def _drop_old(self) -> None:
        waiting = [task for task in self._driver.tasks if task.job.target == PREVIEW.target]
        for task in waiting[:-MOST_WAITING]:
            task.result.cancel()
            self._driver.tasks.remove(task)
