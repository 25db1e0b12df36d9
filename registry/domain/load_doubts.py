"""What looks odd about newly loaded figures beside the rest of their series. A doubt warns; it never blocks a load.

===========================  =================================================================================================
rule                         asked when
===========================  =================================================================================================
jump                         a percent moves by more than ten points within two years (ask whether the test changed)
period-skipped               a period is missing between two that are there (user pain A31: the gap stays a gap)
participation-low            fewer than 95 % of the eligible are in the denominator
participation-moved          that share moved by five points or more
groups-all-zero              every group of a dimension is 0 while everybody is not (user pain A24)
groups-exceed-total          disjoint groups add up to more people than everybody
group-vanished               a group of the period before is not there any more (user pain A35)
group-new                    a group that no earlier period has, beside others of its kind that were there (user pain A35)
total-missing                there are figures of groups and none of everybody (user pain A34)
===========================  =================================================================================================

Differences are exact: 31.3 after 21.3 is ten points and not a hair more. Tests: ``tests/domain/test_load_doubts.py``.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from registry.domain.finding import Finding
from registry.domain.group import CODE_LISTS, group_of, label_of
from registry.domain.listing import PointLine
from registry.domain.template import Template
from registry.domain.value import shown

JUMP_POINTS = 10
JUMP_MONTHS = 24
LEAST_PARTICIPATION = Fraction(95, 100)
MOVED_PARTICIPATION = Fraction(5, 100)

Series = dict[str, dict[int, PointLine]]


def doubts(held: Sequence[PointLine], loaded: Sequence[PointLine], template: Template) -> tuple[Finding, ...]:
    """Every doubt about the loaded points; those that are held serve as their surroundings only."""
    fresh = {(point.group_key, point.ordinal) for point in loaded}
    series: Series = {}
    for point in (*held, *loaded):
        series.setdefault(point.group_key, {})[point.ordinal] = point
    along = (finding for group in series.values() for finding in _along(group, fresh, template))
    ordinals = sorted({point.ordinal for point in loaded})
    return (*along, *_across(series, ordinals, template), *_totals(series, ordinals))


def _along(group: dict[int, PointLine], fresh: set[tuple[str, int]], template: Template) -> Iterator[Finding]:
    points = [group[ordinal] for ordinal in sorted(group)]
    step = min((after.ordinal - before.ordinal for before, after in pairwise(points)), default=0)
    for point in points:
        if (point.group_key, point.ordinal) in fresh:
            yield from _few(point)
    for before, after in pairwise(points):
        if fresh.isdisjoint({(before.group_key, before.ordinal), (after.group_key, after.ordinal)}):
            continue
        if after.ordinal - before.ordinal > step:
            detail = f"Between {before.period} and {after.period} a period is missing{_of(after)}."
            yield _doubt("period-skipped", after, detail, "It stays a gap; load it if it exists.")
        yield from _moved(before, after, template)


def _few(point: PointLine) -> Iterator[Finding]:
    share = _participation(point)
    if share is not None and share < LEAST_PARTICIPATION:
        told = shown(100 * share, against=100 * LEAST_PARTICIPATION)
        detail = f"{point.period}: {told} % of the {point.eligible:,} eligible are counted{_of(point)}."
        yield _doubt("participation-low", point, detail, "A trend from or to this period cannot be told.")


def _moved(before: PointLine, after: PointLine, template: Template) -> Iterator[Finding]:
    span = f"{before.period} to {after.period}"
    near = after.ordinal - before.ordinal <= JUMP_MONTHS
    if near and template.indicator.unit == "percent" and before.value is not None and after.value is not None:
        first, last = _exactly(before.value), _exactly(after.value)
        if abs(last - first) > JUMP_POINTS:
            points = shown(abs(last - first), against=JUMP_POINTS)
            way = "up" if last > first else "down"
            detail = f"{span}: from {shown(first)} to {shown(last)}, {points} points {way}{_of(after)}."
            yield _doubt("jump", after, detail, "If the test or its cut changed, declare a break in the local measure.")
    earlier, later = _participation(before), _participation(after)
    if earlier is not None and later is not None and abs(later - earlier) >= MOVED_PARTICIPATION:
        detail = f"{span}: the share who are counted moved from {shown(100 * earlier)} % to {shown(100 * later)} %{_of(after)}."
        yield _doubt("participation-moved", after, detail, "The two periods do not speak of the same people.")


def _participation(point: PointLine) -> Fraction | None:
    if point.denominator is None or not point.eligible:
        return None
    return Fraction(point.denominator, point.eligible)


def _exactly(value: float) -> Fraction:
    return Fraction(repr(value))


def _across(series: Series, ordinals: Sequence[int], template: Template) -> Iterator[Finding]:
    for ordinal in ordinals:
        total = series.get("", {}).get(ordinal)
        for dimension, code_list in CODE_LISTS.items():
            parts = [
                group[ordinal] for key, group in series.items() if ordinal in group and [*group_of(key)] == [dimension]
            ]
            if total is not None and code_list.disjoint:
                yield from _parts(total, parts, code_list.title, template)
        yield from _vanished(series, ordinal)
        yield from _new(series, ordinal)


def _parts(total: PointLine, parts: Sequence[PointLine], title: str, template: Template) -> Iterator[Finding]:
    counted = [people for part in parts if (people := _people(part, template)) is not None]
    everybody = _people(total, template)
    if len(counted) < 2 or not everybody:
        return
    groups = f"{total.period}, {title}"
    if not any(counted):
        detail = f"{groups}: every group is 0, while everybody is {everybody:,.12g}."
        hint = "If the groups are not reported, leave them empty; 0 says that there is nobody."
        yield _doubt("groups-all-zero", parts[0], detail, hint)
    elif sum(counted) > everybody:
        detail = f"{groups}: the groups add up to {sum(counted):,.12g}, while everybody is {everybody:,.12g}."
        yield _doubt("groups-exceed-total", parts[0], detail, "Look for people who are counted in two groups.")


def _people(point: PointLine, template: Template) -> float | None:
    """How many people stand behind a point: its denominator, or the count itself where people are counted."""
    return point.value if point.denominator is None and template.indicator.unit == "count" else point.denominator


def _vanished(series: Series, ordinal: int) -> Iterator[Finding]:
    there = [group[ordinal] for group in series.values() if ordinal in group]
    keys = {point.group_key for point in there}
    earlier = _before(series, ordinal)
    for key, group in series.items():
        if earlier in group and key not in keys:
            detail = f"There are figures for {group[earlier].period} and none for {there[0].period}{_of(group[earlier]) or ' (everybody)'}."
            hint = "Load them, or say in the mapping under which label they stand now."
            yield _doubt("group-vanished", there[0], detail, hint, row=False)


def _new(series: Series, ordinal: int) -> Iterator[Finding]:
    """A first figure is new only beside groups of the same dimensions: a breakdown that begins is no renamed group."""
    earlier = _before(series, ordinal)
    known = [group[earlier] for group in series.values() if earlier in group]
    dimensions = {tuple(group_of(point.group_key)) for point in known}
    for key, group in series.items():
        if key and min(group) == ordinal and tuple(group_of(key)) in dimensions:
            detail = f"No period before {group[ordinal].period} has figures{_of(group[ordinal])}."
            hint = "If it is a known group under another label, say so in the mapping; else nothing needs doing."
            yield _doubt("group-new", group[ordinal], detail, hint)


def _before(series: Series, ordinal: int) -> int | None:
    """The last period before one in which any group has a data point."""
    return max((known for group in series.values() for known in group if known < ordinal), default=None)


def _totals(series: Series, ordinals: Sequence[int]) -> Iterator[Finding]:
    """One doubt for all periods that never had a total; one whose total is gone since the period before is told as vanished."""
    everybody = series.get("", {})
    lacking = [
        ordinal for ordinal in ordinals if ordinal not in everybody and _before(series, ordinal) not in everybody
    ]
    if lacking:
        first = next(group[lacking[0]] for group in series.values() if lacking[0] in group)
        more = f" (and {len(lacking) - 1} more)" if len(lacking) > 1 else ""
        detail = f"{first.period}{more}: there are figures of groups and none of everybody."
        hint = "Load the row of everybody too; a total is never added up from groups, which may overlap or be hidden."
        yield _doubt("total-missing", first, detail, hint)


def _of(point: PointLine) -> str:
    """Which group a point speaks of, to end a sentence with; nothing where it is everybody."""
    named = ", ".join(label_of(dimension, category) for dimension, category in group_of(point.group_key).items())
    return f" ({named})" if named else ""


def _doubt(rule: str, point: PointLine, detail: str, hint: str, *, row: bool = True) -> Finding:
    file = point.file or None
    line = point.row if file and row else None
    return Finding(rule=rule, severity="warning", file=file, row=line, detail=detail, hint=hint)
