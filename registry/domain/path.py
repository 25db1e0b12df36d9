"""Whether a series keeps pace with its target, in exact arithmetic: straight from baseline over milestones to target.

Equality is on track. Only the target period's own observation can miss a target; a later point that has not reached it,
where that observation is lacking (a cancelled year), decides nothing. Twin: ``registry/sql/macros/pace.sql``.

>>> path = Path(begin=24216, milestones=(), due=24276, target=Fraction(50), sign=1)
>>> expected(path, Fraction(40), 24240), pace(path, Fraction(40), Fraction(44), 24240)
(Fraction(44, 1), 'on_track')
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from registry.domain.period import period_of
from registry.domain.point import Reading, exact_text

Pace = Literal["met", "missed", "met_late", "on_track", "off_track", "no_data"]


class Aim(msgspec.Struct, frozen=True):
    """A target or a milestone: the value wanted by a period."""

    period: str
    value: float


class Path(msgspec.Struct, frozen=True):
    """What is expected when: the months, from year 0, of baseline, milestones and target; ``sign`` as wanted."""

    begin: int
    milestones: tuple[tuple[int, Fraction], ...]
    due: int
    target: Fraction
    sign: int


def path_of(begin: int, target: Aim, milestones: Sequence[Aim], sign: int) -> Path:
    """The path that starts in month ``begin``. Milestones count strictly between baseline and target, in any order."""
    due = period_of(target.period).ordinal
    dated = ((period_of(aim.period).ordinal, exact_text(aim.value)) for aim in milestones)
    inside = tuple(sorted(knot for knot in dated if begin < knot[0] < due))
    return Path(begin=begin, milestones=inside, due=due, target=exact_text(target.value), sign=sign)


def expected(path: Path, baseline: Fraction, month: int) -> Fraction:
    """The value on the straight path in a month from ``begin`` on; afterwards the target.

    Of two milestones in one period the smaller ends the stretch before it and the greater begins the one after it.
    """
    if month >= path.due:
        return path.target
    knots = ((path.begin, baseline), *path.milestones, (path.due, path.target))
    since, left = max(knot for knot in knots if knot[0] <= month)
    until, wanted = min(knot for knot in knots if knot[0] > month)
    return left + (wanted - left) * Fraction(month - since, until - since)


def reached(path: Path, latest: Fraction) -> bool:
    """Whether the target is reached, on the wanted side or exactly."""
    return path.sign * (latest - path.target) >= 0


def pace(path: Path, baseline: Fraction, latest: Fraction | None, month: int) -> Pace | None:
    """The pace of exact figures, ``latest`` observed in ``month``; null where the target lies on the wrong side."""
    if path.sign * (path.target - baseline) < 0:
        return None
    if latest is None:
        return "no_data"
    if reached(path, latest):
        return "met" if month <= path.due else "met_late"
    if month >= path.due:
        return "missed" if month == path.due else "no_data"
    on_track = path.sign * (latest - expected(path, baseline, month)) >= 0
    return "on_track" if on_track else "off_track"


def settled(now: Pace | None, at_target: Pace | None) -> Pace | None:
    """The pace once the target's period is over: its own observation decides, and a later one may still reach the target late.

    ``now`` is the pace of the latest figure, ``at_target`` that of the target period's own figure (null where it has none). Twin:
    ``registry/sql/rollup/progressed.sql``.

    >>> settled("no_data", "missed"), settled("met_late", "missed"), settled("no_data", "met"), settled("no_data", None)
    ('missed', 'met_late', 'met', 'no_data')
    """
    if at_target == "met":
        return "met"
    return "missed" if at_target == "missed" and now == "no_data" else now


def certain_pace(path: Path, baseline: Reading, latest: Reading | None) -> Pace | None:
    """The pace on which both extreme corners of the two ranges agree, else null; of exact figures simply their pace."""
    paces: set[Pace | None] = set()
    for first, last in ((baseline.low, True), (baseline.high, False)):
        figure = None if latest is None else latest.high if last else latest.low
        if first is None or (latest is not None and figure is None):
            return None
        paces.add(pace(path, first, figure, path.begin if latest is None else latest.period.ordinal))
    return paces.pop() if len(paces) == 1 else None
