"""Where a series was heading before its baseline, and whether it has turned since: the forecast of Results-Based Accountability.

A straight line by least squares through the years up to the baseline; what comes true if nothing changes. Around it lies the range in
which nine of ten single years would fall (a 90 % prediction interval, Student's t with two degrees fewer than years). Few years can lie
on a line by luck, so the scatter is never taken as less than what chance and changing cohorts give (``cohort@1``).

What the text leaves open is decided so:

- a history is as long as the time from its first year to its last;
- a slope needs two years, the interval three, a verdict five; a verdict compares with the interval as clamped, ends included;
- without counts the scatter is at least ``tau``;
- the centre is clamped to the bounds first, and the interval lies around the clamped centre.

Tests: ``tests/domain/test_curve.py``; known answers: ``tests/vectors/curves.json``.

>>> curve_of([(2012, 48.0), (2013, 47.1), (2014, 46.3), (2015, 45.2), (2016, 44.5)], None, (2019, 49.9), "increase").verdict
'turned'
"""

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

from registry.domain.point import Direction
from registry.domain.progress_rule import RULES, ProgressRule
from registry.domain.student import t_quantile
from registry.domain.value import Bounds

Turned = Literal["turned", "within_forecast", "worse_than_forecast"]
YearValue = tuple[float, float]
"""A year (of start, in fractions for quarters and months) and its figure."""

FEWEST_FOR_INTERVAL = 3
FEWEST_FOR_VERDICT = 5
SCATTER = RULES["cohort@1"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A straight line through a history: its height at ``middle``, its slope, and what its interval is worked out from."""

    years: int
    first: float
    last: float
    middle: float
    height: float
    slope: float
    spread: float
    variance: float | None


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What the line says of one year, clamped to the bounds; ``out_of_bounds`` where the line itself has left them."""

    value: float
    low: float | None
    high: float | None
    out_of_bounds: bool
    carries_verdict: bool


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """The slope per year, the forecast for the latest year with its 90 % interval, and the verdict; null where it cannot be told."""

    slope: float | None
    forecast: float | None
    prediction90: tuple[float, float] | None
    verdict: Turned | None


def curve_of(
    history: Sequence[YearValue],
    counts: Sequence[int | None] | None,
    latest: YearValue,
    direction: Direction,
    bounds: Bounds = (0, 100),
) -> Curve:
    """Whether ``latest`` lies where the history was heading. Figures in percent; ``counts`` the people of each year.

    Raises ``ValueError`` where ``counts`` are not as many as the years.
    """
    line = line_of(history, chance_variance([value for _, value in history], counts))
    if line is None:
        return Curve(slope=None, forecast=None, prediction90=None, verdict=None)
    ahead = forecast_at(line, latest[0], bounds)
    interval = None if ahead.low is None or ahead.high is None else (ahead.low, ahead.high)
    return Curve(
        slope=line.slope,
        forecast=ahead.value,
        prediction90=interval,
        verdict=_verdict(ahead, latest[1], 1 if direction == "increase" else -1),
    )


def chance_variance(
    values: Sequence[float],
    counts: Sequence[int | None] | None,
    *,
    scale: float = 100,
    rule: ProgressRule = SCATTER,
) -> float:
    """The least variance of single years in the unit, squared: chance among those with a count, and cohorts (``tau``).

    ``scale`` is what a share of 1 amounts to. Raises ``ValueError`` where ``counts`` are not as many as the values.
    """
    cohorts = (rule.tau * scale / 100) ** 2
    if counts is None:
        return cohorts
    counted = [(value, people) for value, people in zip(values, counts, strict=True) if people]
    chance = [rule.phi * max(0.0, value * (scale - value)) / people for value, people in counted]
    return cohorts + (math.fsum(chance) / len(chance) if chance else 0.0)


def line_of(history: Sequence[YearValue], least_variance: float) -> Line | None:
    """The line of least squares through two years or more; null where there are fewer, or all are one year."""
    size = len(history)
    if size < 2:
        return None
    middle = math.fsum(year for year, _ in history) / size
    height = math.fsum(value for _, value in history) / size
    spread = math.fsum((year - middle) ** 2 for year, _ in history)
    if spread == 0:
        return None
    slope = math.fsum((year - middle) * (value - height) for year, value in history) / spread
    left = math.fsum((value - height - slope * (year - middle)) ** 2 for year, value in history)
    enough = size >= FEWEST_FOR_INTERVAL
    return Line(
        years=size,
        first=min(year for year, _ in history),
        last=max(year for year, _ in history),
        middle=middle,
        height=height,
        slope=slope,
        spread=spread,
        variance=max(left / (size - 2), least_variance) if enough else None,
    )


def forecast_at(line: Line, year: float, bounds: Bounds = (0, 100)) -> Forecast:
    """What the line says of a year, with its 90 % prediction interval from three years on (Student's t, n - 2)."""
    unclamped = line.height + line.slope * (year - line.middle)
    centre = _clamped(unclamped, bounds)
    low = high = None
    if line.variance is not None:
        widening = 1 + 1 / line.years + (year - line.middle) ** 2 / line.spread
        half = t_quantile(0.95, line.years - 2) * math.sqrt(line.variance * widening)
        low, high = _clamped(centre - half, bounds), _clamped(centre + half, bounds)
    return Forecast(
        value=centre,
        low=low,
        high=high,
        out_of_bounds=centre != unclamped,
        carries_verdict=line.years >= FEWEST_FOR_VERDICT
        and year - line.last <= line.last - line.first
        and centre == unclamped,
    )


def _verdict(ahead: Forecast, latest: float, sign: int) -> Turned | None:
    if not ahead.carries_verdict or ahead.low is None or ahead.high is None:
        return None
    if ahead.low <= latest <= ahead.high:
        return "within_forecast"
    return "turned" if sign * (latest - ahead.value) > 0 else "worse_than_forecast"


def _clamped(value: float, bounds: Bounds) -> float:
    low, high = bounds
    floored = value if low is None else max(value, float(low))
    return floored if high is None else min(floored, float(high))
