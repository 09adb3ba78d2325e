"""What an evaluation found, as frozen records; the shapes are written down here once.

"network" names the network among the forecasters; the other names are those of the baselines.
Everything is in the series' own units unless it says otherwise. A number that cannot be computed is
None (in an array: NaN), and a reason says why. Words and numbers are facts; `playground/sentences/` says them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from playground.evaluation.copycat_results import Copycat
from playground.evaluation.missing import Missing
from playground.records import Floats, Ints, Part

Kind = Literal["one-step", "direct", "free-run"]

VerdictWord = Literal["beats", "ties", "loses", "n/a"]

NETWORK = "network"
"""Name of the network among the forecasters."""

LAST_VALUE = "last value"
"""Name of the baseline that is always there: nothing changes."""

PRETRAINED = "Chronos-Bolt (pretrained)"
"""Name of the line beside the baselines that a host may add; it counts for no verdict."""


@dataclass(frozen=True)
class Season:
    """The season that baselines and MASE use.

    `steps` is 0 when there is none; `origin` says where it comes from: "given", "of the series",
    "found in the training part" or "none found".
    """

    steps: int
    origin: Literal["given", "of the series", "found in the training part", "none found"]


@dataclass(frozen=True, eq=False)
class BaselineForecast:
    """What one baseline forecasts from the same windows as the network.

    Attributes:
        name: What it is called ("last value").
        description: How it forecasts, in one line.
        predicted: (m, steps) float64, or None where it cannot be computed.
        reason: Why not; None otherwise.
    """

    name: str
    description: str
    predicted: Floats | None
    reason: Missing | None = None


@dataclass(frozen=True, eq=False)
class PartForecasts:
    """All forecasts of one kind on one part: the network's and every baseline's, from the same anchors.

    Column k is for position anchor + 1 + k. In a free run the boundary between true values and own
    outputs lies right after each anchor: no true value from anchor + 1 on was read.

    Attributes:
        kind: "one-step" (true inputs, one step ahead), "direct" (true inputs, all steps at once)
            or "free-run" (own outputs fed back).
        part: The part in which anchors and truth lie.
        anchors: (m,) positions of the last true input, ascending. All of the part's windows for
            one-step and direct, at most `FREE_RUN_ORIGINS` evenly spaced ones for a free run.
        truth: (m, steps) float64.
        predicted: (m, steps) float64, the network's.
        baselines: One for every baseline, always in the same order.
    """

    kind: Kind
    part: Part
    anchors: Ints
    truth: Floats
    predicted: Floats
    baselines: tuple[BaselineForecast, ...]


@dataclass(frozen=True)
class MetricScore:
    """One measure of one kind of forecast on one part, over all windows and all steps.

    Attributes:
        metric: Name of the measure, one of `measures.MEASURES`.
        kind, part: Which forecasts.
        unit: Unit of the values: the series' own, "%" or "".
        better: Which way is better.
        value: The network's, None where it cannot be computed.
        baselines: Baseline name -> its value.
        reason: Why the network's value is missing, or what was left out of it; often None.
        reasons: Baseline name -> the same; only those that have one.
    """

    metric: str
    kind: Kind
    part: Part
    unit: str
    better: Literal["lower", "higher"]
    value: float | None
    baselines: dict[str, float | None]
    reason: Missing | None = None
    reasons: dict[str, Missing] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class StepScores:
    """One measure by horizon step: entry k is over all forecasts for anchor + 1 + k.

    `values` (steps,) is the network's, `baselines` name -> (steps,); NaN where it cannot be
    computed. A baseline that cannot be computed at all has no entry.
    """

    metric: str
    kind: Kind
    part: Part
    unit: str
    better: Literal["lower", "higher"]
    values: Floats
    baselines: dict[str, Floats]


@dataclass(frozen=True)
class Comparison:
    """Network against one baseline on one part, by RMSE over all windows and steps.

    Attributes:
        baseline: Name of the baseline.
        word: "beats", "loses", "ties" (the interval contains 0) or "n/a".
        skill: 1 - RMSE of the network / RMSE of the baseline: 1 is perfect, 0 as good, below 0 worse. None where
            there is no verdict, and where the baseline makes no error.
        low, high: 95% interval of the skill, see `verdicts.skill_interval`; low may be minus infinity.
        reason: Why there is no verdict; None otherwise.
        among: Of how many baselines this one was picked for its error; the interval is wider for it.
        error, baseline_error: Both RMSEs, in the series' own units; None where too large or not finite.
    """

    baseline: str
    word: VerdictWord
    skill: float | None
    low: float | None
    high: float | None
    reason: Missing | None = None
    among: int = 1
    error: float | None = None
    baseline_error: float | None = None


@dataclass(frozen=True)
class Verdict:
    """What to say of the network on one part.

    Attributes:
        part: The part.
        horizon: Steps of each forecast.
        against_best: With the baseline of the lowest RMSE on this part; it decides the word.
        against_last_value: With the last value alone: a further fact.
    """

    part: Part
    horizon: int
    against_best: Comparison
    against_last_value: Comparison

    @property
    def word(self) -> VerdictWord:
        """Return how the network stands against the best baseline."""
        return self.against_best.word


@dataclass(frozen=True, eq=False)
class Coverage:
    """How much of one part the intervals of one level really hold.

    `share` is over all steps, `by_step` (horizon,) at each; None and NaN where there is no interval.
    On validation the level is reached by construction; test is the honest number. There luck alone leaves
    the share between `low` and `high` in 95 of 100 cases, see `intervals.shares_by_luck`.
    """

    level: float
    part: Part
    share: float | None
    by_step: Floats
    low: float | None = None
    high: float | None = None

    @property
    def word(self) -> Literal["n/a", "by construction", "too few", "fewer", "more", "within"]:
        """Whether the share is what errors like those on validation bring, luck considered."""
        if self.share is None:
            return "n/a"
        if self.part == "validation":
            return "by construction"
        if self.low is None or self.high is None:
            return "too few"
        return "fewer" if self.share < self.low else "more" if self.share > self.high else "within"


@dataclass(frozen=True, eq=False)
class Intervals:
    """Split conformal prediction intervals: forecast ± half width.

    Attributes:
        levels: Share of truths each interval should hold, ascending.
        half_widths: (levels, horizon) float64, NaN where validation has too few forecasts.
        calibrated_on: Validation forecasts behind each half width.
        coverage: One for every level and evaluated part but train, which the network has learnt from.
        reason: Why some half widths are missing; None otherwise.
    """

    levels: tuple[float, ...]
    half_widths: Floats
    calibrated_on: int
    coverage: tuple[Coverage, ...]
    reason: Missing | None = None

    def held(self, level: float, part: Part) -> Coverage | None:
        """Return how much the intervals of a level hold of a part, None on train."""
        return next((found for found in self.coverage if (found.level, found.part) == (level, part)), None)


@dataclass(frozen=True, eq=False)
class Residuals:
    """What the forecasts for the next step leave over on one part: truth - forecast.

    Attributes:
        part: The part.
        positions: (m,) positions in the series that were forecast.
        values: (m,) float64 residuals.
        mean: Their mean: above 0 the forecasts are too low. None when there are none.
        deviation: Their population standard deviation.
        bin_edges: (bins + 1,) ends of the histogram's bins.
        counts: (bins,) residuals in each bin.
        lags: (k,) 1, 2, ...
        autocorrelation: (k,) at each lag, empty where the residuals do not vary.
        band: Half height of the 95% band of white noise, 1.96 / sqrt(m).
        chance: How often noise without memory has an autocorrelation as clear as this one, see
            `residuals.chance_of_noise`; NaN where there is none.
        reason: Why something is missing; None otherwise.
    """

    part: Part
    positions: Ints
    values: Floats
    mean: float | None
    deviation: float | None
    bin_edges: Floats
    counts: Ints
    lags: Ints
    autocorrelation: Floats
    band: float
    chance: float
    reason: Missing | None = None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Everything known about how good a network's forecasts are.

    Nothing here depends on the test part unless `test_opened`: then all tuples have an entry for
    "test" too. They are ordered by part: train, validation, test.

    Attributes:
        horizon: Steps of the task.
        unit: Unit of the series' values, "" when it has none.
        season: The season in use.
        test_opened: Whether the test part was evaluated.
        with_true_inputs: By part; one-step for horizon 1, else direct.
        free_run: By part.
        scores: Every measure for every part and kind.
        by_step: Every measure for every part and kind, step by step.
        verdicts: By part, on the forecasts with true inputs.
        intervals: Of the forecasts with true inputs.
        residuals: By part, of the forecasts for the next step with true inputs.
        copycats: By part, of the forecasts with true inputs.
        notes: What `prepare` noted of the series.
        windows: Part -> its windows, of which a long part has only some forecast.
        held, moving: Further inputs that keep their last value in a free run, and that move on with the calendar.
        filled: Values of the evaluated stretch that were never measured.
    """

    horizon: int
    unit: str
    season: Season
    test_opened: bool
    with_true_inputs: tuple[PartForecasts, ...]
    free_run: tuple[PartForecasts, ...]
    scores: tuple[MetricScore, ...]
    by_step: tuple[StepScores, ...]
    verdicts: tuple[Verdict, ...]
    intervals: Intervals
    residuals: tuple[Residuals, ...]
    copycats: tuple[Copycat, ...]
    notes: tuple[str, ...] = ()
    windows: dict[Part, int] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    moving: tuple[str, ...] = ()
    filled: int = 0

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the parts that were evaluated."""
        return tuple(forecasts.part for forecasts in self.with_true_inputs)

    def score(self, metric: str, part: Part, kind: Kind | None = None) -> MetricScore:
        """Return one score; by default of the forecasts with true inputs."""
        kind = kind or self.with_true_inputs[0].kind
        return next(s for s in self.scores if (s.metric, s.part, s.kind) == (metric, part, kind))
