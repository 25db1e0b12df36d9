"""What looks odd about newly loaded figures beside the rest of their series. A doubt warns; it never blocks a load.

===========================  =================================================================================================
rule                         asked when
===========================  =================================================================================================
jump                         a percent moves by more than ten points within two years (domain.md 2.5: ask whether the test changed)
period-skipped               a period is missing between two that are there (user pain A31: the gap stays a gap)
participation-low            fewer than 95 % of the eligible are in the denominator
participation-moved          that share moved by five points or more
groups-all-zero              every group of a dimension is 0 while everybody is not (user pain A24)
groups-exceed-total          disjoint groups add up to more people than everybody
group-vanished               a group of the period before is not there any more (user pain A35)
===========================  =================================================================================================
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from registry.domain.finding import Finding
from registry.domain.group import CODE_LISTS
from registry.domain.listing import PointLine
from registry.domain.template import Template

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
    return tuple(
        (
            *(finding for group in series.values() for finding in _along(group, fresh, template)),
            *_across(series, {point.ordinal for point in loaded}),
        )
    )


def _along(group: dict[int, PointLine], fresh: set[tuple[str, int]], template: Template) -> Iterator[Finding]:
    points = [group[ordinal] for ordinal in sorted(group)]
    step = min((after.ordinal - before.ordinal for before, after in pairwise(points)), default=0)
    for point in points:
        if (point.group_key, point.ordinal) in fresh and (share := _participation(point)) is not None and share < LEAST_PARTICIPATION:
            yield _doubt("participation-low", point, f"{point.period}: {float(100 * share):.1f} % of the eligible are counted.", "A trend from here on cannot be told.")
    for before, after in pairwise(points):
        if not {(before.group_key, before.ordinal), (after.group_key, after.ordinal)} & fresh:
            continue
        if after.ordinal - before.ordinal > step:
            yield _doubt("period-skipped", after, f"Between {before.period} and {after.period} a period is missing.", "It stays a gap; load it if it exists.")
        yield from _moved(before, after, template)


def _moved(before: PointLine, after: PointLine, template: Template) -> Iterator[Finding]:
    near = after.ordinal - before.ordinal <= JUMP_MONTHS
    if near and template.indicator.unit == "percent" and before.value is not None and after.value is not None:
        change = after.value - before.value
        if abs(change) > JUMP_POINTS:
            yield _doubt("jump", after, f"{before.period} to {after.period}: {change:+.1f} points.", "If the test or its cut changed, declare a break in the local measure.")
    earlier, later = _participation(before), _participation(after)
    if earlier is not None and later is not None and abs(later - earlier) >= MOVED_PARTICIPATION:
        yield _doubt("participation-moved", after, f"{before.period} to {after.period}: the share counted moved by {float(100 * (later - earlier)):+.1f} points.", "The two years do not speak of the same children.")


def _participation(point: PointLine) -> Fraction | None:
    if point.denominator is None or not point.eligible:
        return None
    return Fraction(point.denominator, point.eligible)


def _across(series: Series, ordinals: Iterable[int]) -> Iterator[Finding]:
    for ordinal in sorted(ordinals):
        for dimension, code_list in CODE_LISTS.items():
            parts = [group[ordinal] for key, group in series.items() if key.startswith(f"{dimension}=") and ";" not in key and ordinal in group]
            total = series.get("", {}).get(ordinal)
            if total is not None and code_list.disjoint:
                yield from _parts(total, parts, dimension)
        yield from _vanished(series, ordinal)


def _parts(total: PointLine, parts: Sequence[PointLine], dimension: str) -> Iterator[Finding]:
    people = [part.denominator for part in parts if part.denominator is not None]
    if len(people) > 1 and total.denominator:
        if not any(people):
            yield _doubt("groups-all-zero", parts[0], f"{total.period}: every group of {dimension} is 0 while everybody is {total.denominator}.", "Are the groups not reported? Then leave them empty.")
        elif sum(people) > total.denominator:
            yield _doubt("groups-exceed-total", parts[0], f"{total.period}: the groups of {dimension} add up to {sum(people)}, everybody is {total.denominator}.", "Check for a person counted in two groups.")


def _vanished(series: Series, ordinal: int) -> Iterator[Finding]:
    there = {key for key, group in series.items() if ordinal in group}
    earlier = max((known for group in series.values() for known in group if known < ordinal), default=None)
    for key, group in series.items():
        if earlier in group and key not in there and key:
            yield _doubt("group-vanished", group[earlier], f"{key} was there for {group[earlier].period} and is not a period later.", "Load it, or say in the mapping where it went.")


def _doubt(rule: str, point: PointLine, detail: str, hint: str) -> Finding:
    where = {"file": point.file, "row": point.row} if point.file else {}
    return Finding(rule=rule, severity="warning", detail=detail, hint=hint, **where)
