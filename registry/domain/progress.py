"""How far one series has come since its baseline, whether it keeps pace with its target, and what its trend is.

Signs: ``improvement``, ``z``, ``effect`` and ``required_annual_improvement`` are positive when things get better,
``change`` is raw. Every verdict is decided on exact numbers. Twin: ``registry/sql/rollup/progress.sql``; known answers:
``tests/vectors/progress.json``; the rules of the trend: ``progress_rule.py``.

What the text leaves open is decided so:

- a figure known only as a range gives bounds, not figures; ``observed`` and ``pace`` stand only where both extreme
  corners of the ranges agree (``observed`` is ``unknown`` otherwise, ``pace`` null); a printed value with rounding
  gives figures and bounds;
- a latest point after the target period that has not reached the target is ``no_data``, not ``missed``: only the
  target period's own observation decides that, and here it is not known (a cancelled year);
- without a target there is no pace; before any latest point it is ``no_data`` unless the target is on the wrong side;
- milestones count strictly between baseline and target; of two in one period the smaller ends a stretch of the path,
  the greater begins the next;
- ``expected_value`` stands for a target on the wrong side too, ``required_annual_improvement`` until it is reached;
- multi-year periods that overlap need standard errors at both ends (else ``overlapping_periods``), and unequal lengths
  are never compared (``unequal_periods``): then nothing is derived from a change;
- across a break the years are told and nothing else;
- ``effect`` needs full counts at both ends (else ``no_counts``); a hindrance of the change is its reason too;
- ``pace_clear`` is null where the rule gives no test; a sample's own error stands for the binomial one; a share of 0
  or 1 is taken as ``(x + .5) / (n + 1)``, as in the test of the trend;
- a Wilson interval of a rate is per ``per``.

>>> terms = Terms(unit="percent", direction="increase", meaningful_change=1.0)
>>> start = Point(period="SY2018-19", numerator=400, denominator=1000)
>>> now = Point(period="SY2020-21", numerator=440, denominator=1000)
>>> answer = progress(start, now, Aim("SY2023-24", 50.0), (), terms, RULES["plain@1"])
>>> answer.pace, answer.expected_value, answer.trend, answer.reason
('on_track', 44.0, 'indeterminate', 'within_noise')
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from registry.domain.normal import Z90, density, quantile, wilson95
from registry.domain.path import Aim, Pace, Path, certain_pace, expected, path_of, reached
from registry.domain.period import period_of
from registry.domain.point import Point, Reading, Terms, meaningful, reading_of, scale_of, sign_of
from registry.domain.progress_rule import (
    RULES,
    Evidence,
    ProgressRule,
    Trend,
    Verdict,
    evidence_of,
    judge,
    overlap,
)

__all__ = ["RULES", "Aim", "Point", "Progress", "ProgressRule", "Terms", "progress"]

Observed = Literal["better", "same", "worse", "unknown"]

IN_TAIL = 5
"""With fewer people than this on one side of the cut a probit says little."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """The progress of one series, field by field as design section 8 has it; null where nothing can or may be said."""

    years: float | None = None
    change: float | None = None
    improvement: float | None = None
    improvement_bounds: tuple[float, float] | None = None
    observed: Observed | None = None
    annual_improvement: float | None = None
    gap_closed: float | None = None
    expected_value: float | None = None
    pace: Pace | None = None
    required_annual_improvement: float | None = None
    se: float | None = None
    z: float | None = None
    p_value: float | None = None
    improvement_ci90: tuple[float, float] | None = None
    trend: Trend = "indeterminate"
    reason: str | None = None
    held: bool | None = None
    evidence: Evidence = "none"
    pace_clear: bool | None = None
    effect: float | None = None
    effect_se: float | None = None
    effect_reason: str | None = None
    baseline_wilson95: tuple[float, float] | None = None
    latest_wilson95: tuple[float, float] | None = None


def progress(
    baseline: Point | None,
    latest: Point | None,
    target: Aim | None,
    milestones: Sequence[Aim],
    terms: Terms,
    rule: ProgressRule,
    *,
    broken_at: str | None = None,
) -> Progress:
    """The progress of one series from ``baseline`` to ``latest``, judged by ``rule``.

    ``broken_at`` is the period of a declared break, without a bridge, between the two: then no change is derived.
    Figures are in the indicator's unit (points), shares of a gap and probits are pure numbers, rates of change are per
    year. Raises ``ValueError`` where a period is no code or the periods are of two kinds. Source: design section 8.
    """
    _require_one_kind([aim.period for aim in (baseline, latest, target, *milestones) if aim is not None])
    start, end = reading_of(baseline, terms), reading_of(latest, terms)
    path = None
    if start is not None and target is not None:
        path = path_of(start.period.ordinal, target, milestones, sign_of(terms))
    hindrance = _hindrance(start, end, broken_at)
    if start is None or end is None or hindrance is not None:
        return _hindered(start, end, terms, hindrance, target=target, path=path)
    return _measured(start, end, path, terms, rule)


def _measured(start: Reading, end: Reading, path: Path | None, terms: Terms, rule: ProgressRule) -> Progress:
    years = _years(start, end)
    change = None if start.figure is None or end.figure is None else end.figure - start.figure
    improvement = None if change is None else sign_of(terms) * change
    worst, best = _improvement_range(start, end, sign_of(terms))
    level = None if path is None or start.figure is None else expected(path, start.figure, end.period.ordinal)
    verdict = judge(start, end, terms, rule)
    effect, effect_se, effect_reason = _effect(start, end, terms)
    return Progress(
        years=float(years),
        change=_number(change),
        improvement=_number(improvement),
        improvement_bounds=_pair(worst, best) if start.bounded or end.bounded else None,
        observed=_observed(worst, best),
        annual_improvement=None if improvement is None else float(improvement / years),
        gap_closed=_gap_closed(start, end, path, terms),
        expected_value=_number(level),
        pace=None if path is None else certain_pace(path, start, end),
        required_annual_improvement=_required(end, path),
        se=verdict.se,
        z=verdict.z,
        p_value=verdict.p_value,
        improvement_ci90=verdict.improvement_ci90,
        trend=verdict.trend,
        reason=verdict.reason,
        held=verdict.held,
        evidence=verdict.evidence,
        pace_clear=_pace_clear(end, level, verdict, terms, rule),
        effect=effect,
        effect_se=effect_se,
        effect_reason=effect_reason,
        baseline_wilson95=_wilson(start, terms),
        latest_wilson95=_wilson(end, terms),
    )


def _require_one_kind(codes: Sequence[str]) -> None:
    kinds = sorted({period_of(code).kind for code in codes})
    if len(kinds) > 1:
        raise ValueError(f"A series has periods of one kind, not {' and '.join(kinds)}.")


def _hindrance(start: Reading | None, end: Reading | None, broken_at: str | None) -> str | None:
    """Why no change can be derived; null where one can."""
    if start is None:
        return "no_baseline"
    if end is None or end.period.ordinal <= start.period.ordinal:
        return "no_data"
    if broken_at is not None:
        return "series_break"
    if start.period.months != end.period.months:
        return "unequal_periods"
    if overlap(start.period, end.period) > 0 and evidence_of(start, end) != "standard_errors":
        return "overlapping_periods"
    return None


def _hindered(
    start: Reading | None,
    end: Reading | None,
    terms: Terms,
    hindrance: str | None,
    *,
    target: Aim | None,
    path: Path | None,
) -> Progress:
    """What may still be said where no change can be derived."""
    years: float | None = None
    pace: Pace | None = None
    if start is None:
        pace = None if target is None else "no_data"
    elif end is not None and hindrance == "series_break":
        years = float(_years(start, end))
    elif path is not None and hindrance == "no_data":
        pace = certain_pace(path, start, None)
    return Progress(
        years=years,
        pace=pace,
        reason=hindrance,
        effect_reason=hindrance if terms.has_cut else "no_cut",
        baseline_wilson95=_wilson(start, terms),
        latest_wilson95=_wilson(end, terms),
    )


def _years(start: Reading, end: Reading) -> Fraction:
    """Not ``years_between``, which refuses the overlap that a sample's error accounts for."""
    return Fraction(end.period.ordinal - start.period.ordinal, 12)


def _improvement_range(start: Reading, end: Reading, sign: int) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest improvement that the two ranges allow; null where an end is open."""
    fall = None if end.low is None or start.high is None else end.low - start.high
    rise = None if end.high is None or start.low is None else end.high - start.low
    if sign > 0:
        return fall, rise
    return None if rise is None else -rise, None if fall is None else -fall


def _observed(worst: Fraction | None, best: Fraction | None) -> Observed:
    if worst is not None and worst > 0:
        return "better"
    if best is not None and best < 0:
        return "worse"
    return "same" if worst == best == 0 else "unknown"


def _gap_closed(start: Reading, end: Reading, path: Path | None, terms: Terms) -> float | None:
    """The share of the way from baseline to target; null where that way is less than a meaningful change."""
    if path is None or start.figure is None or end.figure is None:
        return None
    if path.sign * (path.target - start.figure) < meaningful(terms):
        return None
    return float((end.figure - start.figure) / (path.target - start.figure))


def _required(end: Reading, path: Path | None) -> float | None:
    """The improvement a year that is needed from here; null when the target is reached or no time is left."""
    if path is None or end.figure is None or reached(path, end.figure) or end.period.ordinal >= path.due:
        return None
    return float(path.sign * (path.target - end.figure) / Fraction(path.due - end.period.ordinal, 12))


def _pace_clear(
    end: Reading, level: Fraction | None, verdict: Verdict, terms: Terms, rule: ProgressRule
) -> bool | None:
    """Whether the latest figure is away from the expected one by more than its own error (one-sided 95 %)."""
    if level is None or end.figure is None or verdict.se is None:
        return None
    error, scale = end.standard_error, scale_of(terms)
    if end.share is not None and end.people is not None and scale is not None:
        share = float(end.share) if 0 < end.share < 1 else 0.5 / (end.people + 1)
        error = float(scale) * math.sqrt(rule.phi * share * (1 - share) / end.people + (rule.tau / 100) ** 2)
    return None if error is None else abs(float(end.figure - level)) > Z90 * error


def _effect(start: Reading, end: Reading, terms: Terms) -> tuple[float | None, float | None, str | None]:
    """The improvement in probits, its standard error, or why there is none (Ho 2008: points depend on the cut)."""
    if not terms.has_cut:
        return None, None, "no_cut"
    ends = ((start.share, start.people), (end.share, end.people))
    cells = [(share, people) for share, people in ends if share is not None and people is not None]
    if len(cells) < len(ends):
        return None, None, "no_counts"
    if any(people * min(share, 1 - share) < IN_TAIL for share, people in cells):
        return None, None, "cut_in_tail"
    (before, variance), (after, variance_after) = (_probit(share, people) for share, people in cells)
    return sign_of(terms) * (after - before), math.sqrt(variance + variance_after), None


def _probit(share: Fraction, people: int) -> tuple[float, float]:
    """The probit of ``(x + .5) / (n + 1)`` and its variance."""
    smoothed = float((share * people + Fraction(1, 2)) / (people + 1))
    z = quantile(smoothed)
    return z, smoothed * (1 - smoothed) / (people * density(z) ** 2)


def _wilson(reading: Reading | None, terms: Terms) -> tuple[float, float] | None:
    """The 95 % interval of a full count, in the unit: percent, or per ``per``."""
    scale = scale_of(terms)
    if reading is None or reading.share is None or reading.people is None or scale is None:
        return None
    return wilson95(float(reading.share), reading.people, float(scale))


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _pair(low: Fraction | None, high: Fraction | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (float(low), float(high))
