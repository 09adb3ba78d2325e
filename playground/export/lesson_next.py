"""The last step of the lesson: what comes after the last row."""

from __future__ import annotations

import numpy as np

from playground.data.future import future_times
from playground.export.exported import ExportedRun
from playground.export.lesson_data import lines_of
from playground.records import Floats


def next_cells(run: ExportedRun, forecast: Floats) -> list[tuple[str, str]]:
    """Return the step that looks beyond the last row.

    Args:
        run: The run.
        forecast: (steps,) what the app forecasts, in the series' own units; without any there is no such step.
    """
    steps, data = len(forecast), run.recipe.data
    if not steps:
        return []
    prose = """
What comes next

After the last row nothing is known, so the network reads what it forecast itself, a horizon at a time,
as if it had come. The further it looks, the more its errors feed on themselves.
"""
    further = []
    if data.extra_inputs:
        further.append("Further inputs keep their last value.")
    if data.calendar:
        further.append("The calendar moves on.")
    if further:
        prose += f"\n{' '.join(further)}\n"
    future = future_times(run.series, steps)
    blocks = [f"STEPS = {steps}"]
    column = '"step": np.arange(1, STEPS + 1)'
    if future is not None:
        stamps = lines_of(np.datetime_as_string(future.times, unit="auto").tolist())
        blocks[0] += f'\nNEXT_TIMES = """\n{stamps}\n"""  # by the calendar that the series keeps'
        blocks.append('next_times = np.array(NEXT_TIMES.split(), dtype="datetime64[ns]")')
        column = '"time": next_times'
    blocks.append(_CALENDAR_AHEAD if data.calendar else _AHEAD)
    blocks.append(_LOOK.replace("COLUMN", column))
    if np.isfinite(forecast).all():
        blocks.append(f"APP_NEXT = np.array([\n{_rows(forecast)}\n])  # what the app forecasts\n{_COMPARE}")
    return [(prose, "\n".join(blocks))]


def _rows(forecast: Floats) -> str:
    texts = [f"{float(value)!r}," for value in forecast]
    return "\n".join(f"    {line}" for line in lines_of(texts).splitlines())


_AHEAD = "longer = np.concatenate([features, np.repeat(features[-1:], STEPS, axis=0)])"

_CALENDAR_AHEAD = f"""
{_AHEAD}
circles = np.column_stack(calendar(next_times))
longer[len(values) :, -circles.shape[1] :] = circles
""".strip()

_LOOK = """
for known in range(len(values), len(longer), HORIZON_STEPS):
    outputs = predict(longer[np.newaxis, known - WINDOW_STEPS : known])[0]
    longer[known : known + HORIZON_STEPS, 0] = outputs[: len(longer) - known]

next_values = to_levels(longer[np.newaxis, len(values) :, 0], np.array([len(values) - 1]))[0]
print(pd.DataFrame({COLUMN, "forecast": next_values}).to_string(index=False))
"""

_COMPARE = """
away = np.abs(next_values - APP_NEXT).max()
print(f"at most {away:.1e} from the app's own forecast (what is fed back carries every rounding on)")
""".strip()
