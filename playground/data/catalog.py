"""The series to choose from. A new one is a function that makes it and a line in `CATALOG`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from playground.config import DataChoice
from playground.data import bundled, own, stocks, synthetic
from playground.data.prepare import Target
from playground.records import Series

LEVELS: tuple[Target, ...] = ("level", "change")
PRICES: tuple[Target, ...] = ("level", "change", "log_return")

WAVE = ("length_steps", "period_steps", "noise", "data_seed")


@dataclass(frozen=True)
class Entry:
    """One series of the catalog.

    Attributes:
        name: Its name in a recipe.
        title: Its name for the learner.
        group: Real (measured), Synthetic (made by a formula, or made up once and filed), Live (fetched by symbol) or
            Own (the learner's).
        summary: One sentence on what there is to learn from it.
        uses: Fields of `DataChoice` that shape it.
        targets: Target quantities that make sense for it; log returns only for prices.
        load: Makes it; `load_series` adds name and title.
        extras: Further columns that the network may read; None where only the data itself tells.
        calendar: Whether it has time stamps less than a year apart; True where only the data tells.
        needs: "upload" where there is nothing to load before the learner has given it.
    """

    name: str
    title: str
    group: Literal["Real", "Synthetic", "Live", "Own"]
    summary: str
    uses: tuple[str, ...]
    targets: tuple[Target, ...]
    load: Callable[[DataChoice], Series]
    extras: tuple[str, ...] | None = ()
    calendar: bool = False
    needs: Literal["", "upload"] = ""


def _stock(name: str, symbol: str, summary: str) -> Entry:
    title = f"{bundled.STOCKS[symbol]} daily price, adjusted"
    return Entry(name, title, "Real", summary, (), PRICES, lambda _: bundled.load_stock(symbol), bundled.VOLUME, True)


# fmt: off
_ENTRIES = (
    Entry("sine", "Sine wave", "Synthetic",
          "One smooth wave with a little noise: the easiest start.",
          WAVE, LEVELS, synthetic.make_sine),
    Entry("sum_of_sines", "Sum of two sines", "Synthetic",
          "Two waves of different length, added: a pattern inside a pattern.",
          (*WAVE, "second_period_steps"), LEVELS, synthetic.make_sum_of_sines),
    Entry("sawtooth", "Sawtooth", "Synthetic",
          "A slow rise and a sudden fall: can the network see the fall coming?",
          WAVE, LEVELS, synthetic.make_sawtooth),
    Entry("square", "Square wave", "Synthetic",
          "Flat, then a jump: only memory tells when the next jump comes.",
          WAVE, LEVELS, synthetic.make_square),
    Entry("trend_and_season", "Trend and season", "Synthetic",
          "A wave on a slope: later parts leave the range that the network trains on.",
          (*WAVE, "trend"), LEVELS, synthetic.make_trend_and_season),
    Entry("ar1", "AR(1) process", "Synthetic",
          "Noise with a memory of one step: how good a forecast can be is known exactly.",
          ("length_steps", "ar_coefficient", "data_seed"), LEVELS, synthetic.make_ar1),
    Entry("random_walk", "Random walk", "Synthetic",
          "Every step is pure chance: no network can beat the last value.",
          ("length_steps", "data_seed"), LEVELS, synthetic.make_random_walk),
    Entry("made_up_sales", "Daily sales of a shop (made up)", "Synthetic",
          "Three made-up years of a shop: a weekly rhythm, a mild yearly one, growth, promotions and noise.",
          (), LEVELS, lambda _: bundled.load_made_up_sales(), bundled.PROMOTION, calendar=True),
    Entry("made_up_load", "Hourly electric load (made up)", "Synthetic",
          "Ninety made-up days of a small grid: a rhythm of the day inside a rhythm of the week.",
          (), LEVELS, lambda _: bundled.load_made_up_load(), calendar=True),
    Entry("seattle_temperature", "Seattle daily maximum temperature", "Real",
          "Four years of weather: a clear season under noisy days.",
          (), LEVELS, lambda _: bundled.load_seattle_temperature(), bundled.WEATHER, calendar=True),
    Entry("sea_surface_temperature", "Sea surface temperature every 30 minutes", "Real",
          "A year at a buoy in the Gulf of Maine: a daily rhythm on top of the seasons, in 19,249 points.",
          (), LEVELS, lambda _: bundled.load_sea_surface_temperature(), calendar=True),
    Entry("heartbeat", "Heartbeat (electrocardiogram)", "Real",
          "Three beats of a heart: long quiet stretches and sharp spikes.",
          (), LEVELS, lambda _: bundled.load_heartbeat()),
    Entry("sunspots", "Yearly sunspot number", "Real",
          "Three centuries of the Sun's 11-year cycle: few points, and no two cycles alike.",
          (), LEVELS, lambda _: bundled.load_sunspots()),
    _stock("apple", "AAPL", "A price that grew many times over: later parts lie far above the first."),
    _stock("google", "GOOG", "Prices since the first trading day in August 2004: is there anything to predict?"),
    _stock("ibm", "IBM", "The calmest of the four shares: compare with the naive forecast before you trust a curve."),
    _stock("microsoft", "MSFT", "Years without a clear direction: a hard test for any forecast."),
    Entry("ticker", "Live prices by symbol", "Live",
          "Any share, index or currency that Yahoo lists, by its symbol.",
          ("ticker", "start", "end"), PRICES, stocks.load_ticker, calendar=True),
    Entry("own", "Your own data", "Own",
          "A table of yours, or a curve that you draw; only you can see it, for a day.",
          (), PRICES, own.load_own, extras=None, calendar=True, needs="upload"),
)
# fmt: on

CATALOG: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}


def load_series(choice: DataChoice) -> Series:
    """Load the chosen series; the same choice gives the same series, a live one as long as its prices are cached.

    Raises:
        ValueError: if there is no series of that name.
    """
    entry = CATALOG.get(choice.series)
    if entry is None:
        raise ValueError(f"series must be one of {', '.join(CATALOG)}, got {choice.series!r}; choose one of these")
    series = entry.load(choice)
    return replace(series, name=entry.name, title=series.title or entry.title)


def known(choice: DataChoice) -> tuple[DataChoice, tuple[str, ...]]:
    """Return the choice with a series that exists, a target and inputs that it has, and a line for each change."""
    notes: list[str] = []
    entry = CATALOG.get(choice.series)
    if entry is None:
        entry = CATALOG[DataChoice().series]
        notes.append(f"there is no series called {choice.series!r}; using {entry.title}")
    target = choice.target
    if target not in entry.targets:
        target = entry.targets[0]
        notes.append(f"{entry.title} has no target {choice.target!r}; using {target!r}")
    known_extras = choice.extra_inputs if entry.extras is None else entry.extras
    extras = tuple(name for name in choice.extra_inputs if name in known_extras)
    if extras != choice.extra_inputs:
        gone = ", ".join(name for name in choice.extra_inputs if name not in known_extras)
        notes.append(f"{entry.title} has no further input {gone}; leaving it out")
    calendar = choice.calendar and entry.calendar
    if calendar != choice.calendar:
        notes.append(f"{entry.title} has no dates that the calendar could tell something about; leaving it out")
    changed = {"series": entry.name, "target": target, "extra_inputs": extras, "calendar": calendar}
    return choice.model_copy(update=changed), tuple(notes)
