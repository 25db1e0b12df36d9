"""Whether the gap between a group and its reference closes or widens, in points and in probits, and how sure that is.

A gap is what the group lacks: reference minus group where an increase is wanted, group minus reference where a decrease is;
positive means that the group is behind. The reference is a group of its own that shares nobody with it. Four cells make a
change of a gap, each with its own error, unpooled; ``phi`` of the rule widens it, ``tau`` never enters. ``z`` has the sign
of ``gap_change``: below 0 the gap closes. Twin: ``registry/sql/rollup/disparity.sql``; known answers:
``tests/vectors/gaps.json``; case by case for people: ``tests/spec/gaps.md``.

What the text leaves open is decided so:

- each gap, and each distance to the goal, stands wherever its own figures do; only what rests on the change needs both ends;
- a latest point that is not after the baseline is none;
- too few people or their participation forbid the verdict, and the figures of the test are given all the same;
- a cell that is a range gives bounds and no verdict, even where all corners would agree: the extremes of four cells at once
  say little; ``threshold`` judges printed values as printed and looks at no people, as in ``progress_rule.py``;
- a gap opened where the latest gap itself is meaningful and clear (its two cells), whatever can be said of the change;
- a gap of exactly ``-m`` is not reversed; a group whose figure stands still did not improve, and a reference that stands
  still did not worsen;
- points and probits disagree where one gap narrows and the other widens; standing still disagrees with nothing.

>>> def of(period, numerator, denominator):
...     return Point(period=period, numerator=numerator, denominator=denominator)
>>> then, now = ((of(year, *group), of(year, *reference)) for year, group, reference in (
...     ("SY2018-19", (900, 3000), (2100, 3500)), ("SY2022-23", (1300, 3000), (2200, 3500))))
>>> answer = disparity(then, now, Terms(unit="percent", direction="increase", meaningful_change=1.0), RULES["plain@1"])
>>> answer.gap_baseline, round(answer.gap_latest, 1), answer.verdict, answer.how
(30.0, 19.5, 'narrowing', 'group_rose')
"""

import math
from fractions import Fraction
from typing import Literal

import msgspec

from registry.domain.normal import Z90, Z95, quantile, two_sided_p
from registry.domain.period import Period, period_of
from registry.domain.point import Direction, Point, Reading, Terms, meaningful, reading_of, scale_of, sign_of, within
from registry.domain.progress_rule import RULES, Evidence, ProgressRule, evidence_of, overlap, unfit_people

__all__ = ["RULES", "Cells", "Disparity", "disparity", "probit_gap"]

GapVerdict = Literal["opened", "not_behind", "reversed", "narrowing", "widening", "unchanged", "indeterminate"]
How = Literal["reference_fell", "group_rose", "both"]
NoVerdict = Literal[
    "too_few_people",
    "within_noise",
    "no_error_known",
    "bounds",
    "no_baseline",
    "no_data",
    "series_break",
    "unequal_periods",
    "overlapping_periods",
    "participation",
]
Moved = Literal["clear", "still", "unclear"]
Cells = tuple[Point | None, Point | None]
"""The figure of the group and that of its reference, in one period."""

NO_CHANGE = 1e-9
"""Probits that differ by less are the same, computed in another order."""


class Disparity(msgspec.Struct, frozen=True, kw_only=True):
    """The gap then and now and what a rule says of its change; null where nothing can or may be said.

    Gaps, bounds, ``se`` and distances are in the unit (points), effects in probits. A distance to the goal is what the
    latest figure lacks, negative where it is past the goal. ``closing``: narrowing, and not because the reference fell.
    """

    gap_baseline: float | None = None
    gap_latest: float | None = None
    gap_change: float | None = None
    gap_effect_baseline: float | None = None
    gap_effect_latest: float | None = None
    gap_baseline_bounds: tuple[float, float] | None = None
    gap_latest_bounds: tuple[float, float] | None = None
    se: float | None = None
    z: float | None = None
    p_value: float | None = None
    verdict: GapVerdict = "indeterminate"
    how: How | None = None
    depends_on_scale: bool = False
    reason: NoVerdict | None = None
    closing: bool = False
    distance_to_goal: float | None = None
    reference_distance_to_goal: float | None = None


class _Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Both cells of one period, and the gap between them."""

    group: Reading
    reference: Reading
    sign: int

    @property
    def points(self) -> Fraction | None:
        """What the group lacks, where both figures are known."""
        if self.group.figure is None or self.reference.figure is None:
            return None
        return self.sign * (self.reference.figure - self.group.figure)

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The least and greatest gap that the ranges allow; null where neither cell is a range, or an end is open."""
        ahead, behind = (self.reference, self.group) if self.sign > 0 else (self.group, self.reference)
        if not (ahead.bounded or behind.bounded):
            return None
        if ahead.low is None or ahead.high is None or behind.low is None or behind.high is None:
            return None
        return float(ahead.low - behind.high), float(ahead.high - behind.low)

    @property
    def effect(self) -> float | None:
        """The gap in probits, where both cells are full counts."""
        group, reference = _probit(self.group), _probit(self.reference)
        return None if group is None or reference is None else self.sign * (reference - group)


def disparity(
    baseline: Cells,
    latest: Cells,
    terms: Terms,
    rule: ProgressRule,
    *,
    target: float | None = None,
    broken_at: str | None = None,
) -> Disparity:
    """The gap between a group and its reference at both ends, and how it changed, judged by ``rule``.

    ``target`` is the goal of everybody, in the unit; ``broken_at`` the period of a declared break, without a bridge,
    between the ends: then no change is derived. Raises ``ValueError`` where a period is no code, the two cells of one
    end are of two periods, or the ends of two kinds. Source: design section 8; probits of ``(x + .5) / (n + 1)`` after
    Ho 2008, Educational Researcher 37(6): a gap in points depends on where the cut sits.
    """
    before, now = _period_of(baseline), _period_of(latest)
    if before is not None and now is not None and before.kind != now.kind:
        raise ValueError(f"A gap has periods of one kind, not {before.kind} and {now.kind}.")
    if before is not None and now is not None and now.ordinal <= before.ordinal:
        latest = (None, None)
    start, end = _gap(baseline, terms), _gap(latest, terms)
    group, reference = (_distance(point, terms, target) for point in latest)
    seen = Disparity(
        gap_baseline=None if start is None else _number(start.points),
        gap_latest=None if end is None else _number(end.points),
        gap_effect_baseline=start.effect if start is not None and terms.has_cut else None,
        gap_effect_latest=end.effect if end is not None and terms.has_cut else None,
        gap_baseline_bounds=None if start is None else start.bounds,
        gap_latest_bounds=None if end is None else end.bounds,
        distance_to_goal=group,
        reference_distance_to_goal=reference,
    )
    if start is None or end is None:
        return msgspec.structs.replace(seen, reason="no_baseline" if start is None else "no_data")
    hindrance = _hindrance(start, end, broken_at)
    if hindrance is not None:
        return msgspec.structs.replace(seen, reason=hindrance)
    return _judged(seen, (start, end), terms, rule)


def is_measured(found: Disparity) -> bool:
    """Whether there is a gap to close: told at both ends, and the group was behind at the start, may have been, or fell behind since.

    Twin: ``gap_measured`` in ``registry/sql/macros/disparity.sql``.
    """
    if found.verdict in {"opened", "not_behind"}:
        return found.verdict == "opened"
    bounds = found.gap_baseline_bounds
    most = found.gap_baseline if found.gap_baseline is not None else None if bounds is None else bounds[1]
    return found.reason not in {"no_baseline", "no_data"} and (most is None or most > 0)


def probit_gap(group: float, reference: float, *, direction: Direction) -> float:
    """The gap in probits between two printed percents of which no counts are known; positive where the group is behind.

    Raises ``statistics.StatisticsError``, a ``ValueError``, at 0 and 100, where a probit has no end.

    >>> round(probit_gap(18.4, 8.1, direction="decrease"), 3), round(probit_gap(15.7, 6.4, direction="decrease"), 3)
    (0.498, 0.515)
    """
    lacking = quantile(reference / 100) - quantile(group / 100)
    return lacking if direction == "increase" else -lacking


def _judged(seen: Disparity, ends: tuple[_Gap, _Gap], terms: Terms, rule: ProgressRule) -> Disparity:
    """What two complete ends, comparable in time, say of the change."""
    start, end = ends
    change = None if start.points is None or end.points is None else end.points - start.points
    evidence = evidence_of(*_cells(*ends))
    reason, error = _reason(ends, evidence, rule, known=change is not None), None
    if rule.method == "tested" and evidence in {"counts", "standard_errors"}:
        error = math.sqrt(1 - overlap(start.group.period, end.group.period)) * _error(ends, terms, rule)
    verdict: GapVerdict = "indeterminate"
    if reason is None and change is not None:
        moved = _moved(change, error, terms)
        verdict = _verdict(ends, moved, terms, rule)
        reason = "within_noise" if verdict == "indeterminate" else None
    how = _how(ends) if verdict == "narrowing" else None
    z = None if change is None or error is None else float(change) / error
    return msgspec.structs.replace(
        seen,
        gap_change=_number(change),
        se=error,
        z=z,
        p_value=None if z is None else two_sided_p(z),
        verdict=verdict,
        how=how,
        depends_on_scale=_disagree(change, seen),
        reason=reason,
        closing=how in {"group_rose", "both"},
    )


def _period_of(cells: Cells) -> Period | None:
    codes = sorted({point.period for point in cells if point is not None})
    if len(codes) > 1:
        raise ValueError(f"A gap lies between two figures of one period, not of {' and '.join(codes)}.")
    return period_of(codes[0]) if codes else None


def _gap(cells: Cells, terms: Terms) -> _Gap | None:
    group, reference = (reading_of(point, terms) for point in cells)
    if group is None or reference is None:
        return None
    return _Gap(group=group, reference=reference, sign=sign_of(terms))


def _distance(point: Point | None, terms: Terms, target: float | None) -> float | None:
    """What the figure lacks of the goal."""
    reading = reading_of(point, terms)
    if target is None or reading is None or reading.figure is None:
        return None
    return float(sign_of(terms) * (Fraction(str(target)) - reading.figure))


def _hindrance(start: _Gap, end: _Gap, broken_at: str | None) -> NoVerdict | None:
    """Why no change can be derived; null where one can."""
    before, now = start.group.period, end.group.period
    if broken_at is not None:
        return "series_break"
    if before.months != now.months:
        return "unequal_periods"
    if overlap(before, now) > 0 and evidence_of(*_cells(start, end)) != "standard_errors":
        return "overlapping_periods"
    return None


def _reason(ends: tuple[_Gap, _Gap], evidence: Evidence, rule: ProgressRule, *, known: bool) -> NoVerdict | None:
    """Why there can be no verdict, whatever the figures; null where there can."""
    if rule.method == "threshold":
        return None if known else "bounds"
    if evidence == "none":
        return "no_error_known"
    if evidence == "standard_errors":
        return None
    start, end = ends
    unfit = {unfit_people(start.group, end.group), unfit_people(start.reference, end.reference)}
    if "too_few_people" in unfit:
        return "too_few_people"
    if "participation" in unfit:
        return "participation"
    return "bounds" if evidence == "bounds_with_counts" else None


def _moved(change: Fraction, error: float | None, terms: Terms) -> Moved:
    """Whether the gap changed clearly, stayed inside the band, or cannot be told; without an error by the amount alone."""
    counts = abs(change) >= meaningful(terms)
    if error is None:
        return "clear" if counts else "still"
    if counts and abs(float(change) / error) >= Z95:
        return "clear"
    return "still" if abs(float(change)) + Z90 * error < within(terms) else "unclear"


def _verdict(ends: tuple[_Gap, _Gap], moved: Moved, terms: Terms, rule: ProgressRule) -> GapVerdict:
    before, now = (end.points for end in ends)
    assert before is not None
    assert now is not None
    if before <= 0:
        return "opened" if now >= meaningful(terms) and _clear_gap(ends[1], terms, rule) else "not_behind"
    if moved != "clear":
        return "unchanged" if moved == "still" else "indeterminate"
    if now < -meaningful(terms):
        return "reversed"
    return "narrowing" if now < before else "widening"


def _clear_gap(gap: _Gap, terms: Terms, rule: ProgressRule) -> bool:
    """Whether the gap of one period is larger than chance by itself; asked of no error under ``threshold``."""
    if rule.method == "threshold" or gap.points is None:
        return True
    return abs(float(gap.points)) >= Z95 * _error((gap,), terms, rule)


def _how(ends: tuple[_Gap, _Gap]) -> How | None:
    """By whom a gap narrowed."""
    cells = _cells(*ends)
    group, reference, group_now, reference_now = (cell.figure for cell in cells)
    if group is None or reference is None or group_now is None or reference_now is None:
        return None
    if ends[0].sign * (group_now - group) <= 0:
        return "reference_fell"
    return "group_rose" if ends[0].sign * (reference_now - reference) >= 0 else "both"


def _disagree(change: Fraction | None, seen: Disparity) -> bool:
    """Whether the gap narrows in points and widens in probits, or the other way round."""
    if change is None or seen.gap_effect_baseline is None or seen.gap_effect_latest is None:
        return False
    probits = seen.gap_effect_latest - seen.gap_effect_baseline
    return (change < 0 and probits > NO_CHANGE) or (change > 0 and probits < -NO_CHANGE)


def _error(gaps: tuple[_Gap, ...], terms: Terms, rule: ProgressRule) -> float:
    """The error of a sum and difference of independent cells, in the unit: stated ones by squares, else binomial ones."""
    cells, scale = _cells(*gaps), scale_of(terms)
    if any(cell.standard_error is not None for cell in cells):
        return math.hypot(*(cell.standard_error or 0.0 for cell in cells))
    assert scale is not None
    return float(scale) * math.sqrt(rule.phi * sum(_variance(cell) for cell in cells))


def _variance(cell: Reading) -> float:
    """The binomial variance of a share; nobody or everybody is taken as ``(x + .5) / (n + 1)``."""
    share, people = cell.share, cell.people
    assert share is not None
    assert people is not None
    chance = share if 0 < share < 1 else _smoothed(share, people)
    return float(chance * (1 - chance)) / people


def _probit(cell: Reading) -> float | None:
    if cell.share is None or cell.people is None:
        return None
    return quantile(float(_smoothed(cell.share, cell.people)))


def _smoothed(share: Fraction, people: int) -> Fraction:
    return (share * people + Fraction(1, 2)) / (people + 1)


def _cells(*gaps: _Gap) -> tuple[Reading, ...]:
    return tuple(cell for gap in gaps for cell in (gap.group, gap.reference))


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
