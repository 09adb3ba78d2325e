"""The first half of the lesson: from the series to scaled windows that no future value has touched."""

from __future__ import annotations

from collections.abc import Sequence

from playground.config import Recipe
from playground.data.features import calendar_circles
from playground.data.prepare import FIRST_USABLE
from playground.export.exported import ExportedRun
from playground.records import Series

DATA_FILE = "series.csv"

MOST_EMBEDDED = 2000
"""Longest series that is written into the lesson itself; a longer one lies beside it."""

VALUES_A_LINE = 5

Pairs = list[tuple[str, str]]
"""(prose, code) of each step."""


def fits_inside(recipe: Recipe, series: Series) -> bool:
    """Say whether the lesson carries its series inside; otherwise `DATA_FILE` belongs beside it."""
    return len(series.values) <= MOST_EMBEDDED and not recipe.data.extra_inputs and not recipe.data.calendar


def data_cells(run: ExportedRun) -> Pairs:
    """Return the steps from the series to its windows."""
    pairs = [_settings(run), _series(run), _target(run), _split(), _scaling()]
    if run.recipe.data.extra_inputs or run.recipe.data.calendar:
        pairs.append(_features(run))
    return [*pairs, _windows()]


def _settings(run: ExportedRun) -> tuple[str, str]:
    data = run.recipe.data
    prose = """
The choices

These are the choices about the data. The network reads a window of past values and forecasts the
values that follow, as many as the horizon says. Between training, validation and test lies a gap,
so that no window sees both sides of a border.
"""
    code = f"""
SERIES = {run.series.title!r}
SOURCE = {run.series.source!r}
LICENCE = {run.series.licence!r}
UNIT = {run.series.unit!r}

SEED = {run.recipe.seed}  # decides the first weights and the order of the windows
TRAIN_FRACTION = {data.train_fraction!r}
VALIDATION_FRACTION = {data.validation_fraction!r}
GAP_STEPS = {data.gap_steps}
WINDOW_STEPS = {data.window_steps}
HORIZON_STEPS = {data.horizon_steps}
OPEN_TEST = False  # look once, at the end: a test set that steers choices is a test set no more
"""
    return prose, code


def _series(run: ExportedRun) -> tuple[str, str]:
    if fits_inside(run.recipe, run.series):
        prose = """
The series

Every value in full precision, so that nothing depends on a download.
"""
        lines = lines_of([repr(float(value)) for value in run.series.values])
        code = f'VALUES = """\n{lines}\n"""\n\nvalues = np.array(VALUES.split(), dtype=np.float64)'
    else:
        prose = f"""
The series

It is long, so it lies beside this file as {DATA_FILE}, in full precision.
"""
        exact = "{" + ", ".join(f"{name!r}: float" for name in ("value", *run.recipe.data.extra_inputs)) + "}"
        code = f'table = pd.read_csv("{DATA_FILE}", converters={exact})\nvalues = table["value"].to_numpy()'
    return (
        prose,
        f'{code}\nprint(f"{{len(values):,}} values, from {{values.min():.6g}} to {{values.max():.6g}} {{UNIT}}")',
    )


def _target(run: ExportedRun) -> tuple[str, str]:
    target = run.recipe.data.target
    prose = """
The target quantity

A network can learn the level itself, its change from step to step, or the logarithm of its growth.
Prices drift away from everything the network has seen, their growth does not.
"""
    code = {
        "level": "quantity = values.copy()  # the level itself",
        "change": "quantity = np.concatenate([[np.nan], np.diff(values)])  # x_t - x_(t-1); the first has none",
        "log_return": "quantity = np.concatenate([[np.nan], np.diff(np.log(values))])  # ln x_t - ln x_(t-1)",
    }[target]
    return prose, f"{code}\nfirst = {FIRST_USABLE[target]}  # the first position that has one"


def _split() -> tuple[str, str]:
    prose = """
The split

In order of time, never shuffled: the past is for training, the next stretch for choosing the epoch,
the newest for the one honest test.
"""
    code = """
usable = len(values) - 2 * GAP_STEPS
train_stop = int(usable * TRAIN_FRACTION + 1e-9)
validation_start = train_stop + GAP_STEPS
validation_stop = validation_start + int(usable * VALIDATION_FRACTION + 1e-9)
test_start = validation_stop + GAP_STEPS
parts = {
    "train": (first, train_stop),
    "validation": (max(validation_start, first), validation_stop),
    "test": (max(test_start, first), len(values)),
}
"""
    return prose, code


def _scaling() -> tuple[str, str]:
    prose = """
The scaling

Networks learn best from numbers around 0. Mean and deviation come from the training part alone:
taken from everything, they would tell the network about the future.
"""
    code = """
mean = np.mean(quantity[first:train_stop])
deviation = np.std(quantity[first:train_stop])
scaled = ((quantity - mean) / deviation).astype(np.float32)
features = scaled[:, np.newaxis]  # (steps, features)
"""
    return prose, code


def _features(run: ExportedRun) -> tuple[str, str]:
    data = run.recipe.data
    prose = """
Further inputs

What the network reads beside the target quantity. Measured columns are scaled by their training
part; the calendar goes round in circles, so each of its cycles becomes a sine and a cosine.
"""
    blocks = ["columns = [scaled]"]
    if data.extra_inputs:
        blocks.append(
            f"""
for name in {list(data.extra_inputs)!r}:
    column = table[name].to_numpy(dtype=np.float64)
    seen = column[:train_stop]
    if np.std(seen) <= 1e-14 * np.abs(seen).max():
        columns.append(np.zeros(len(column)))  # it does not vary, so it says nothing
    else:
        columns.append((column - np.mean(seen)) / np.std(seen))
""".strip()
        )
    if data.calendar:
        blocks.append(_calendar(tuple(calendar_circles(run.series.times))))
    blocks.append("features = np.column_stack([np.asarray(column, dtype=np.float32) for column in columns])")
    return prose, "\n\n".join(blocks)


def _calendar(circles: tuple[str, ...]) -> str:
    lines = [
        "def calendar(times):",
        '    days, years = times.astype("datetime64[D]"), times.astype("datetime64[Y]")',
        '    year_start, next_year = years.astype("datetime64[D]"), years + np.timedelta64(1, "Y")',
        '    year_end = next_year.astype("datetime64[D]")',
        "    circles = []",
    ]
    phases = {
        "day of year": "(times - year_start) / (year_end - year_start)",
        "day of week": "((days.astype(np.int64) + 3) % 7) / 7  # 1970-01-01 was a Thursday",
        "hour of day": '(times - days) / np.timedelta64(1, "D")',
    }
    for name in circles:
        lines += [
            f"    phase = {phases[name]}",
            "    circles += [np.sin(2 * np.pi * phase), np.cos(2 * np.pi * phase)]",
        ]
    lines += ["    return circles", "", "", _TIMES, "columns += calendar(times)"]
    return "\n".join(lines)


_TIMES = 'times = pd.to_datetime(table["time"]).to_numpy().astype("datetime64[ns]")'


def _windows() -> tuple[str, str]:
    prose = """
The windows

Each window and the values to forecast lie inside one part. The anchor is the position of a window's
last value, the last one that a forecast may know.
"""
    code = """
def cut_windows(start, stop):
    inputs = np.lib.stride_tricks.sliding_window_view(features[start : stop - HORIZON_STEPS], WINDOW_STEPS, axis=0)
    targets = np.lib.stride_tricks.sliding_window_view(features[start + WINDOW_STEPS : stop, 0], HORIZON_STEPS)
    anchors = np.arange(start + WINDOW_STEPS - 1, stop - HORIZON_STEPS)
    return inputs.transpose(0, 2, 1).copy(), targets.copy(), anchors  # inputs: (windows, time, features)


windows = {part: cut_windows(*bounds) for part, bounds in parts.items()}
train_inputs, train_targets, _ = (torch.tensor(array) for array in windows["train"])
print(f"{len(train_inputs):,} windows to train on, each {tuple(train_inputs.shape[1:])} (time, features)")
"""
    return prose, code


def lines_of(texts: Sequence[str]) -> str:
    """Return texts with `VALUES_A_LINE` on each line."""
    return "\n".join(" ".join(texts[i : i + VALUES_A_LINE]) for i in range(0, len(texts), VALUES_A_LINE))
