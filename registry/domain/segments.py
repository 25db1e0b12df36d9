"""Since when a series has been measured the same way, and how far it came in all, from break to break.

A break is the first period on a new test, cut or definition. Points are never compared across one without a bridge: a trend stands on
the latest unbroken segment and says since when. Each segment's effect (the change on the probit scale, which the place of the cut does
not change) is sound by itself, so their sum tells how far the series came while it was measured; what happened in a gap between the
last year on the old cut and the first on the new one is in no segment and stays unknown. Decided so:

- a break before the first figure or after the last one divides nothing; a segment in the middle may be empty;
- a point that says nothing (absent for a reason) is none; one that is known as a range is one, with no effect;
- a segment with fewer than two figures gives no effect (``segment_too_short``), and then there is no sum;
- the effects of segments are independent, since no figure is in two of them: their variances add up.

Tests: ``tests/domain/test_segments.py``.

>>> terms = Terms(unit="percent", direction="increase", meaningful_change=1.0)
>>> series = [Point(period=f"CY{year}", numerator=n, denominator=100) for year, n in ((2014, 50), (2015, 54), (2016, 30), (2017, 33))]
>>> found = segments(series, terms, breaks=["CY2016"])
>>> [(part.since, part.first.period, part.last.period) for part in found]
[(None, 'CY2014', 'CY2015'), ('CY2016', 'CY2016', 'CY2017')]
>>> round(chained_effect(found, terms).effect, 3)
0.183
>>> round(target_on_new_cut(70.0, 54.0, 30.0), 1)
46.0
"""

import math
from collections.abc import Sequence

import msgspec

from registry.domain.normal import STANDARD, quantile
from registry.domain.period import period_of
from registry.domain.point import Point, Terms, reading_of
from registry.domain.progress import progress
from registry.domain.progress_rule import RULES


class Segment(msgspec.Struct, frozen=True):
    """A stretch of a series without a break: its first and last figure, and the break with which it begins (null for the first).

    Both figures are null where the segment has none, and are one and the same where it has one.
    """

    since: str | None
    first: Point | None
    last: Point | None


class Chained(msgspec.Struct, frozen=True):
    """The sum of the segments' effects in probits, positive when better, with its standard error; or why there is none."""

    effect: float | None = None
    se: float | None = None
    reason: str | None = None


def segments(points: Sequence[Point], terms: Terms, *, breaks: Sequence[str] = ()) -> tuple[Segment, ...]:
    """The unbroken stretches of a series, oldest first; none where no point says anything.

    ``breaks`` are the codes of the periods from which a new measure holds, those without a bridge only, in any order. Points may
    stand in any order too. Raises ``ValueError`` for a period that is no code.
    """
    read = [(reading_of(point, terms), place) for place, point in enumerate(points)]
    dated = sorted((reading.period.ordinal, place) for reading, place in read if reading is not None)
    starts = sorted({period_of(code).ordinal: code for code in breaks}.items())
    edges = [(0, None), *starts]
    found = []
    for place, (begin, since) in enumerate(edges):
        until = edges[place + 1][0] if place + 1 < len(edges) else math.inf
        inside = [points[index] for ordinal, index in dated if begin <= ordinal < until]
        found.append(Segment(since, inside[0], inside[-1]) if inside else Segment(since, None, None))
    told = [place for place, segment in enumerate(found) if segment.first is not None]
    return tuple(found[told[0] : told[-1] + 1]) if told else ()


def latest_segment(parts: Sequence[Segment]) -> Segment | None:
    """The stretch on which a trend may be judged today; null where there is none."""
    return parts[-1] if parts else None


def chained_effect(parts: Sequence[Segment], terms: Terms) -> Chained:
    """How far a series came in all, in probits: the sum over its segments. Source: Ho 2008, Educational Researcher 37, 351-360.

    The reason of the first segment without an effect is the reason of the whole: ``no_counts``, ``cut_in_tail``,
    ``segment_too_short``, or what hinders any change. ``no_cut`` and ``no_data`` are the series' own.
    """
    if not terms.has_cut:
        return Chained(reason="no_cut")
    if not parts:
        return Chained(reason="no_data")
    found = [_effect(part, terms) for part in parts]
    reason = next((one.reason for one in found if one.reason is not None), None)
    if reason is not None:
        return Chained(reason=reason)
    effects = [one.effect for one in found if one.effect is not None]
    errors = [one.se for one in found if one.se is not None]
    return Chained(math.fsum(effects), math.sqrt(math.fsum(error * error for error in errors)))


def target_on_new_cut(target: float, last_old: float, first_new: float) -> float | None:
    """What a target of the old cut would be on the new one, at the same distance on the score scale; all in percent.

    ``Phi(z(T) - z(last old) + z(first new))``, if scores stay near normal with equal spread. Null where one of the three is not
    between 0 and 100, both ends left out: there nobody knows how far the cut is. A proposal, to be signed again, never automatic:
    the two figures are of two cohorts, and whatever changed between them is in it.
    """
    if not all(0 < percent < 100 for percent in (target, last_old, first_new)):
        return None
    aim, old, new = (quantile(percent / 100) for percent in (target, last_old, first_new))
    return 100 * STANDARD.cdf(aim - old + new)


def _effect(part: Segment, terms: Terms) -> Chained:
    """One segment's own effect; no rule of a trend has a say in it."""
    if part.first is None or part.last is None or part.first.period == part.last.period:
        return Chained(reason="segment_too_short")
    found = progress(part.first, part.last, None, (), terms, RULES["plain@1"])
    return Chained(found.effect, found.effect_se, found.effect_reason)
