"""What one series of a network must say: its two ends, its breaks, its progress, and its unbroken segments.

Worked out from the documents and loads alone; only the progress between two points is taken from ``domain.progress``, which has a twin.
"""

import math
from collections.abc import Mapping
from datetime import date

import msgspec
from networks import Net, Row, code

from registry.domain.path import Aim, settled
from registry.domain.point import Point
from registry.domain.progress import Progress, progress
from registry.domain.progress_rule import ProgressRule
from registry.domain.template import terms_of
from registry.domain.variant import Variant

Figures = Mapping[str, object]
History = dict[int, Figures]
Name = tuple[str, str]
"""A community and its variant."""
VERDICT = ("trend", "reason", "held", "se", "z", "p_value", "improvement_ci90", "evidence")
"""What a broken series takes from its latest unbroken segment."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, years by their first: a dimension, a period or a window, a rule, and the day."""

    rule: ProgressRule
    dimension: str | None = None
    period: int | None = None
    window: tuple[int, int] | None = None
    day: date = date(2026, 1, 1)


class Ends(msgspec.Struct, frozen=True, kw_only=True):
    """Between which two figures a series is judged, and in which years an unbridged break lies between them."""

    start: int | None
    baseline: Point | None
    end: int | None
    latest: Point | None
    breaks: tuple[int, ...]


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One series that is shown. ``since`` is the first period of the segment that gives the trend."""

    place: str
    tier: str
    key: str
    baseline: Point | None
    latest: Point | None
    broken_at: str | None
    progress: Progress
    since: str | None
    segments: int
    chained_effect: float | None
    chained_effect_se: float | None


def histories(net: Net) -> dict[tuple[str, str, str], History]:
    """What stands of each series after every load; a row that was taken back stands for nothing."""
    found: dict[tuple[str, str, str], History] = {}
    for entry in net.loads:
        for row in entry.rows:
            _said(found.setdefault((entry.community, entry.variant, row.group), {}), row)
    return {name: history for name, history in found.items() if history}


def _said(history: History, row: Row) -> None:
    if row.figures is None:
        history.pop(row.year, None)
    else:
        history[row.year] = row.figures


def year_of(period: str | None) -> int | None:
    """The first year of a school year."""
    return None if period is None else int(period[2:6])


def says_something(figures: Figures) -> bool:
    """Whether a cell has a figure, or a range."""
    return any(figures.get(name) is not None for name in ("value", "low", "high"))


def is_told(figures: Figures | None) -> bool:
    """Whether a cell has a figure, a range, or hides one."""
    return figures is not None and (says_something(figures) or figures.get("missing") == "suppressed")


def point(net: Net, year: int | None, figures: Figures | None) -> Point | None:
    """A cell as progress reads it: what is hidden may be anything from nobody to everybody."""
    if figures is None or year is None:
        return None
    per = net.template.indicator.per
    hidden = {"low": 0.0, "high": per} if figures.get("missing") == "suppressed" else {}
    return msgspec.convert(
        {"period": code(year), **{name: value for name, value in figures.items() if name != "open"}, **hidden}, Point
    )


def judged(found: Point | None) -> Point | None:
    """The point for the judge: a hidden one is a range, any other reason for absence is no point."""
    return msgspec.structs.replace(found, missing=None) if found and found.missing == "suppressed" else found


def unbridged(net: Net, variant: Variant) -> list[int]:
    """The years with which another way of measuring begins: declared without a bridge, or an edge of the version's years.

    A break that is declared at an edge speaks for it, a bridge too.
    """
    declared = {year_of(entry.period): entry.bridge is None for entry in variant.breaks}
    measure = variant.measure or {}
    for instrument in net.instruments:
        for version in instrument.versions:
            if (instrument.id, version.id) == (measure.get("instrument"), measure.get("instrument_version")):
                first, last = year_of(version.first_period), year_of(version.last_period)
                for edge in (first, None if last is None else last + 1):
                    declared.setdefault(edge, True)
    return sorted(year for year, breaks in declared.items() if breaks and year is not None)


def ends_of_version(net: Net, variant: Variant) -> list[int]:
    """The year with which the version's own years are over, where the catalogue knows it and no bridge leads across."""
    measure = variant.measure or {}
    bridged = {year_of(entry.period) for entry in variant.breaks if entry.bridge is not None}
    over = [
        (year_of(version.last_period) or 0) + 1
        for instrument in net.instruments
        for version in instrument.versions
        if (instrument.id, version.id) == (measure.get("instrument"), measure.get("instrument_version"))
        and version.last_period
    ]
    return [year for year in over if year not in bridged]


def ends_of(net: Net, variant: Variant, group: str, history: History, asked: Asked) -> Ends:
    """Both ends of one series, and what lies between them."""
    start, baseline = _start_of(net, variant, group, history, asked)
    end = _end_of(start, history, asked)
    between = () if start is None or end is None else (start, end)
    return Ends(
        start=start,
        baseline=baseline,
        end=end,
        latest=None if end is None else point(net, end, history.get(end)),
        breaks=tuple(year for year in unbridged(net, variant) if between and between[0] < year <= between[1]),
    )


def _start_of(
    net: Net, variant: Variant, group: str, history: History, asked: Asked
) -> tuple[int | None, Point | None]:
    """The first end: the loaded cell, or for everybody the declared baseline where nothing is loaded for its period.

    A baseline of several periods is dated at the last of them, and what was declared stands for it.
    """
    declared = variant.baseline
    labels = [] if declared is None else [declared.period] if declared.period else list(declared.periods)
    year = asked.window[0] if asked.window else max((year_of(label) or 0 for label in labels), default=None)
    several = declared is not None and declared.period is None and not asked.window and not group
    if year is not None and year in history and not several:
        return year, point(net, year, history[year])
    if asked.window or group or declared is None or not labels:
        return None, None
    value = declared.value
    if declared.numerator is not None and declared.denominator:
        value = net.template.indicator.per * declared.numerator / declared.denominator
    return year, Point(period=code(year), value=value, numerator=declared.numerator, denominator=declared.denominator)


def _end_of(start: int | None, history: History, asked: Asked) -> int | None:
    """The year of the second end: the one asked for, else the last with a figure or a hidden one."""
    wanted = asked.window[1] if asked.window else asked.period
    if wanted is not None:
        return wanted if is_told(history.get(wanted)) else None
    told = [year for year, figures in history.items() if is_told(figures)]
    return max((year for year in told if start is None or year > start), default=None)


def goals_of(variant: Variant, group: str) -> tuple[Aim | None, tuple[Aim, ...]]:
    """The target a group is judged by, its own else everybody's, and the milestones on the way; its own has none."""
    for goal in variant.group_targets:
        if group == ";".join(f"{dimension}={name}" for dimension, name in sorted(goal.group.items())):
            return Aim(goal.period, goal.value), ()
    milestones = tuple(Aim(goal.period, goal.value) for goal in variant.milestones)
    return variant.target and Aim(variant.target.period, variant.target.value), milestones


def progress_of(net: Net, variant: Variant, group: str, history: History, asked: Asked) -> Progress:
    """The progress of one series between its two ends; its target is settled by the target period's own figure."""
    ends = ends_of(net, variant, group, history, asked)
    target, aims = goals_of(variant, group)

    def between(last: Point | None, breaks: list[int]) -> Progress:
        points = (judged(ends.baseline), judged(last))
        broken_at = code(breaks[0]) if breaks else None
        return progress(*points, target, aims, terms_of(net.template), asked.rule, broken_at=broken_at)

    now = between(ends.latest, list(ends.breaks))
    due = year_of(target.period) if target else None
    if due is not None and ends.end is not None and ends.end > due and is_told(history.get(due)):
        until = [year for year in unbridged(net, variant) if ends.start is not None and ends.start < year <= due]
        now = msgspec.structs.replace(now, pace=settled(now.pace, between(point(net, due, history[due]), until).pace))
    return now


def pieces_of(net: Net, ends: Ends, history: History) -> list[tuple[Point | None, Point | None] | None]:
    """The unbroken stretches of a broken series, oldest first, by their first and last figure; none where it has fewer than two.

    The first one begins with the baseline, whether that is loaded or declared.
    """
    if not ends.breaks or ends.start is None or ends.end is None:
        return []
    found: list[tuple[Point | None, Point | None] | None] = []
    for begin, until in zip((ends.start, *ends.breaks), (*ends.breaks, ends.end + 1), strict=True):
        told = [year for year in sorted(history) if begin <= year < until and is_told(history[year])]
        later = [year for year in told if year > (begin if begin == ends.start else told[0])]
        first = ends.baseline if begin == ends.start else point(net, told[0], history[told[0]]) if told else None
        found.append((first, point(net, later[-1], history[later[-1]])) if later else None)
    return found


def series_of(net: Net, variant: Variant, group: str, history: History, asked: Asked) -> Series:
    """One series with everything that is shown of it, but for its tier."""
    ends = ends_of(net, variant, group, history, asked)
    now, since = progress_of(net, variant, group, history, asked), None
    pieces = [] if asked.window else pieces_of(net, ends, history)
    judgements = [piece and _alone(net, piece, asked) for piece in pieces]
    if pieces and pieces[-1] and judgements[-1] and pieces[-1][0]:
        since = pieces[-1][0].period
        now = msgspec.structs.replace(now, **{name: getattr(judgements[-1], name) for name in VERDICT})
    chained = [found.effect for found in judgements if found and found.effect is not None]
    errors = [found.effect_se for found in judgements if found and found.effect_se is not None]
    whole = bool(pieces) and len(chained) == len(pieces)
    return Series(
        place=next(place.kind for place in net.communities if place.slug == variant.community),
        tier="none",
        key="",
        baseline=ends.baseline,
        latest=ends.latest,
        broken_at=code(ends.breaks[0]) if ends.breaks else None,
        progress=now,
        since=since,
        segments=len(ends.breaks) + 1,
        chained_effect=math.fsum(chained) if whole else None,
        chained_effect_se=math.sqrt(math.fsum(error * error for error in errors)) if whole else None,
    )


def _alone(net: Net, piece: tuple[Point | None, Point | None], asked: Asked) -> Progress:
    return progress(judged(piece[0]), judged(piece[1]), None, (), terms_of(net.template), asked.rule)
