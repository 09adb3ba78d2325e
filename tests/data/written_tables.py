"""A series written as a table in any of very many forms, as people and programs write them."""

import io
from dataclasses import dataclass

import numpy as np

STEPS = {
    "15 minutes": np.timedelta64(15, "m"),
    "hour": np.timedelta64(1, "h"),
    "day": np.timedelta64(1, "D"),
    "week": np.timedelta64(7, "D"),
}
STEP_NAMES = (*STEPS, "weekday", "month", "quarter", "year")

DATES = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d %b %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
)
CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p")
COUNTED = ("unix s", "unix ms", "unix us", "Excel days")
SPLIT = ("date and clock", "parts")

HEADS = ("none", "title", "comments", "sep", "units", "block")
FEET = ("none", "total", "source", "blank")
NOISE = ("none", "counter", "index", "text", "trailing", "constant", "second", "blank lines", "quoted")
DRESS = ("none", "thousands", "unit", "currency", "percent", "minus")
ENCODINGS = {
    "utf-8": ("Zeit", "Größe"),
    "utf-8-sig": ("date", "value"),
    "utf-16": ("date", "mesure"),
    "utf-16-le": ("date", "value"),
    "cp1252": ("Datum", "Höhe in Metern, gemessen täglich"),
    "gb18030": ("日期", "收盘价格"),
    "shift_jis": ("日付", "売上の件数"),
    "euc-kr": ("날짜", "판매량과 합계"),
    "big5": ("日期", "銷售數量總計"),
}
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Form:
    """How a series is written."""

    step: str
    date: str
    clock: str
    delimiter: str
    decimal: str
    encoding: str
    head: str
    foot: str
    noise: str
    dress: str
    newest_first: bool
    digits: int
    holes: bool
    seed: int


@dataclass(frozen=True, eq=False)
class Written:
    """A table, and the series in it: (n,) datetime64[s], (n,) numbers with NaN where a cell is empty."""

    data: bytes
    times: np.ndarray
    values: np.ndarray


def written(form: Form) -> Written:
    """Return a series written in a form."""
    rng = np.random.default_rng(form.seed)
    count = int(rng.integers(70, 130))
    times = _times(form.step, count, rng)
    values = np.round(np.cumsum(rng.normal(0, 3, count)) + rng.choice([0.0, 40.0, 2500.0]), form.digits)
    cells = [_cell(value, form) for value in values]
    if form.holes:
        for place in rng.choice(np.arange(1, count - 1), 3, replace=False):
            values[place], cells[place] = np.nan, ""
    names, columns = _time_columns(times, form)
    value_name = ENCODINGS[form.encoding][1]
    names, columns = [*names, value_name], [*columns, cells]
    if form.noise == "counter":
        names, columns = ["No.", *names], [[str(k + 1) for k in range(count)], *columns]
    elif form.noise == "index":
        names, columns = ["", *names], [[str(k) for k in range(count)], *columns]
    elif form.noise == "text":
        names, columns = [*names, "remark"], [*columns, ["ok" if k % 3 else "checked" for k in range(count)]]
    elif form.noise == "constant":
        names, columns = ["station", *names], [["17"] * count, *columns]
    elif form.noise == "second":
        more = [_number(v, form) for v in np.round(rng.normal(500, 9, count), form.digits)]
        names, columns = [*names, "other"], [*columns, more]
    elif form.noise == "trailing":
        names, columns = [*names, ""], [*columns, [""] * count]
    rows = [list(row) for row in zip(*columns, strict=True)]
    if form.newest_first:
        rows.reverse()
    return Written(_bytes(names, rows, form), times, values)


def _times(step: str, count: int, rng) -> np.ndarray:
    start = np.datetime64("2019-01-01") + np.timedelta64(int(rng.integers(0, 900)), "D")
    if step in STEPS:
        return start.astype("M8[s]") + np.arange(count) * STEPS[step]
    if step == "weekday":
        return np.busday_offset(start, np.arange(count), roll="forward").astype("M8[s]")
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    first = np.datetime64("1890-01" if step == "year" else "1990-01", "M")
    return (first + np.arange(count) * months).astype("M8[s]")


def _time_columns(times: np.ndarray, form: Form) -> tuple[list[str], list[list[str]]]:
    name = ENCODINGS[form.encoding][0]
    stamps = [time.item() for time in times]
    with_clock = form.step in ("15 minutes", "hour")
    if form.date in COUNTED:
        seconds = times.astype(np.int64)
        if form.date == "Excel days":
            days = [f"{s / 86400 + 25569:.10f}".rstrip("0").rstrip(".") for s in seconds]
            return ["Date"], [[day.replace(".", form.decimal) for day in days]]
        return ["timestamp"], [[str(s * {"unix s": 1, "unix ms": 10**3, "unix us": 10**6}[form.date]) for s in seconds]]
    if form.date == "parts":
        names = ["year", "month", "day", *["hour"] * with_clock]
        return names, [[str(getattr(stamp, part)) for stamp in stamps] for part in names]
    if form.date == "date and clock":
        days, clocks = [s.strftime("%d.%m.%Y") for s in stamps], [s.strftime("%H:%M") for s in stamps]
        return (["Date", "Time"], [days, clocks]) if with_clock else (["Date"], [days])
    written = f"{form.date} {form.clock}" if with_clock else form.date
    return [name], [[stamp.strftime(written) for stamp in stamps]]


def _number(value: float, form: Form) -> str:
    return f"{value:.{form.digits}f}".replace(".", form.decimal)


def _cell(value: float, form: Form) -> str:
    number = _number(value, form)
    if form.dress == "thousands":
        grouped = f"{value:,.{form.digits}f}"
        alone = form.digits == 0 and form.delimiter != ";"  # nobody groups by points beside commas or tabs
        return grouped if form.decimal == "." or alone else grouped.translate(str.maketrans(",.", ".,"))
    sign = "€" if form.encoding.startswith(("utf", "cp")) else "$"
    dresses = {"unit": f"{number} kWh", "currency": f"{sign}{number}", "percent": f"{number}%"}
    if form.dress == "minus":
        return number.replace("-", "\u2212") if form.encoding.startswith("utf") else number
    return dresses.get(form.dress, number)


def _bytes(names: list[str], rows: list[list[str]], form: Form) -> bytes:
    lines = [_line(names, form), *(_line(row, form) for row in rows)]
    if form.noise == "blank lines":
        lines[10:10] = ["", ""]
    if form.head == "title":
        lines[:0] = ["Daily report of the plant"]
    elif form.head == "comments":
        lines[:0] = ["# made by a logger", "# site 12"]
    elif form.head == "sep":
        lines[:0] = [f"sep={form.delimiter}"]
    elif form.head == "units":
        lines[1:1] = [_line([""] * (len(names) - 1) + ["mm"], form)]
    elif form.head == "block":
        lines[:0] = [_line(["Station", "12"], form), _line(["Owner", "the city"], form), ""]
    if form.foot == "total":
        lines.append(_line(["Total", *[""] * (len(names) - 2), _number(12345.0, form)], form))
    elif form.foot == "source":
        lines.append("Source: the city")
    elif form.foot == "blank":
        lines += ["", ""]
    return ("\r\n" if form.seed % 2 else "\n").join([*lines, ""]).encode(form.encoding, "replace")


def _line(cells: list[str], form: Form) -> str:
    out = io.StringIO()
    for cell in cells:
        quoted = form.delimiter in cell or (form.noise == "quoted" and cell)
        out.write(f'"{cell}"' if quoted else cell)
        out.write(form.delimiter)
    return out.getvalue()[: -len(form.delimiter)]


def expected(table: Written) -> tuple[np.ndarray, np.ndarray]:
    """Return the times and values that must come out: a hole repeats the value before it."""
    known = np.maximum.accumulate(np.where(np.isnan(table.values), 0, np.arange(len(table.values))))
    return table.times.astype("M8[ns]"), table.values[known]
