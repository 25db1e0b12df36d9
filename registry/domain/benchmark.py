"""Whether a place improved more than its benchmark did: a bad year for everybody is then seen as one.

The improvement of a place less that of its reference (a state, say) on the same instrument and between the same two periods:
``d [(L - B) - (L_ref - B_ref)]``, exactly. Positive is better than the benchmark; it says nothing of the cause. What the text leaves
open is decided so:

- the error of a difference of two series is that of both: ``phi p(1-p)/n`` at each of the four ends, each with its own share, and
  ``tau`` at each, so ``4 tau^2``: a reference's cohorts differ from year to year as well; a sample's standard errors stand for both;
- the two are taken as independent. Where the place is a part of its reference they move together, and the error is a little too large,
  never too small;
- a share of 0 or 1 is taken as ``(x + .5) / (n + 1)``;
- where a rule gives no test of one of the two series (too few people, participation, no error known, ``bounds`` for a figure with its
  rounding), the change stands and ``reason`` says why there is no test; a rule that looks at no error gives none and no reason;
- where a figure is lacking, is a range, lies in another period than its counterpart, or a break lies between, nothing is told;
- the place is asked first; a reason that begins with ``reference_`` is the benchmark's.

Tests: ``tests/domain/test_benchmark.py``.

>>> terms = Terms(unit="percent", direction="increase", meaningful_change=1.0)
>>> ours = Ends(Point(period="SY2018-19", value=52.0), Point(period="SY2021-22", value=47.0))
>>> state = Ends(Point(period="SY2018-19", value=60.0), Point(period="SY2021-22", value=51.5))
>>> relative(ours, state, terms, RULES["plain@1"])
Relative(relative_change=3.5, se=None, z=None, p_value=None, reason='no_error_known')
"""

import math
from fractions import Fraction

import msgspec

from registry.domain.normal import two_sided_p
from registry.domain.point import Point, Reading, Terms, reading_of, scale_of, sign_of
from registry.domain.progress import progress
from registry.domain.progress_rule import RULES, ProgressRule

__all__ = ["RULES", "Ends", "Point", "Relative", "Terms", "relative"]


class Ends(msgspec.Struct, frozen=True):
    """The two ends of one series, and the period of a break without a bridge that lies between them, if one does."""

    baseline: Point | None
    latest: Point | None
    broken_at: str | None = None


class Relative(msgspec.Struct, frozen=True):
    """How much more a place improved than its benchmark, in the indicator's unit, and whether chance alone could give that."""

    relative_change: float | None = None
    se: float | None = None
    z: float | None = None
    p_value: float | None = None
    reason: str | None = None


class _Improved(msgspec.Struct, frozen=True):
    """One series: its two ends, what it improved by, and the variance of that in square points, or why there is none."""

    periods: tuple[str, str]
    improvement: Fraction
    variance: float | None
    reason: str | None


def relative(place: Ends, reference: Ends, terms: Terms, rule: ProgressRule) -> Relative:
    """The improvement of ``place`` less that of ``reference``, under the rule that judges the place.

    Raises ``ValueError`` where a period is no code or the periods of one series are of two kinds. Source: design section 8.
    """
    ours, theirs = _improved(place, terms, rule), _improved(reference, terms, rule)
    if isinstance(ours, str):
        return Relative(reason=ours)
    if isinstance(theirs, str):
        return Relative(reason=_of_reference(theirs))
    if ours.periods != theirs.periods:
        return Relative(reason="period_differs")
    change = float(ours.improvement - theirs.improvement)
    if ours.variance is None or theirs.variance is None:
        lacking = ours.reason if ours.variance is None else theirs.reason and _of_reference(theirs.reason)
        return Relative(relative_change=change, reason=lacking)
    se = math.sqrt(ours.variance + theirs.variance)
    return Relative(relative_change=change, se=se, z=change / se, p_value=two_sided_p(change / se))


def _of_reference(reason: str) -> str:
    return f"reference_{reason}"


def _improved(ends: Ends, terms: Terms, rule: ProgressRule) -> _Improved | str:
    """What one series improved by, or why nobody can say."""
    found = progress(ends.baseline, ends.latest, None, (), terms, rule, broken_at=ends.broken_at)
    start, end = reading_of(ends.baseline, terms), reading_of(ends.latest, terms)
    if start is None or end is None or found.observed is None:
        return found.reason or "no_data"
    if start.figure is None or end.figure is None:
        return "bounds"
    variance, reason = None, found.reason
    if found.evidence == "bounds_with_counts":
        reason = "bounds"
    elif found.se is not None:
        variance, reason = _variance(start, end, found.se, terms, rule), None
    return _Improved(
        (start.period.code, end.period.code), sign_of(terms) * (end.figure - start.figure), variance, reason
    )


def _variance(start: Reading, end: Reading, se: float, terms: Terms, rule: ProgressRule) -> float:
    """That of the unpooled difference of two full counts; a sample's is the one of its test, ``se``."""
    scale = scale_of(terms)
    cells = [(reading.share, reading.people) for reading in (start, end)]
    known = [(share, people) for share, people in cells if share is not None and people is not None]
    if scale is None or len(known) < len(cells):
        return se * se
    return float(scale) ** 2 * math.fsum(_chance(share, people, rule) for share, people in known)


def _chance(share: Fraction, people: int, rule: ProgressRule) -> float:
    """The variance of one end's share: chance, ``phi`` times, and what cohorts differ by besides."""
    inside = share if 0 < share < 1 else (share * people + Fraction(1, 2)) / (people + 1)
    return rule.phi * float(inside * (1 - inside)) / people + (rule.tau / 100) ** 2
