"""What of a community's change came of changes within its groups, and what of a changing mix of them, as a roll-up shows it.

Only groups of which nobody is in two, with counts at both ends that add up to everybody, take a change apart; anything else is no split.
The arithmetic stands in ``mix.py``.
"""

from collections.abc import Sequence

import msgspec

from registry.domain.group import CODE_LISTS
from registry.domain.mix import split_change
from registry.domain.point import Point, Terms, scale_of
from registry.domain.rollup_answer import ShownSeries, SplitTold
from registry.domain.value import figure

Name = tuple[str, str]


def with_split(series: Sequence[ShownSeries], dimension: str | None, terms: Terms) -> tuple[ShownSeries, ...]:
    """The series, everybody's change taken apart by the groups of a dimension, where that can be asked."""
    if dimension is None or not CODE_LISTS[dimension].disjoint or scale_of(terms) is None:
        return tuple(series)
    parts: dict[Name, list[ShownSeries]] = {}
    for entry in series:
        if entry.group:
            parts.setdefault((entry.community, entry.variant), []).append(entry)
    return tuple(
        msgspec.structs.replace(entry, split=_split(entry, parts[name], dimension, terms))
        if not entry.group and entry.change is not None and (name := (entry.community, entry.variant)) in parts
        else entry
        for entry in series
    )


def _split(whole: ShownSeries, parts: Sequence[ShownSeries], dimension: str, terms: Terms) -> SplitTold:
    before = _counts(whole.baseline, {part.group[dimension]: part.baseline for part in parts})
    now = _counts(whole.latest, {part.group[dimension]: part.latest for part in parts})
    scale = scale_of(terms)
    if before is None or now is None or scale is None or whole.baseline is None or whole.latest is None:
        return SplitTold(dimension=dimension, reason="no_counts")
    for point, end in ((whole.baseline, before), (whole.latest, now)):
        if sum(people for _, people in end.values()) != point.denominator:
            return SplitTold(dimension=dimension, reason="no_sum")
    found = split_change(before, now, float(scale))
    return SplitTold(dimension=dimension, within=figure(found.within), mix=figure(found.mix))


def _counts(whole: Point | None, parts: dict[str, Point | None]) -> dict[str, tuple[int, int]] | None:
    """The counts of every group in the whole's own period; null where one has none."""
    found = {}
    for name, part in parts.items():
        if (
            whole is None
            or part is None
            or part.period != whole.period
            or part.numerator is None
            or part.denominator is None
        ):
            return None
        found[name] = (part.numerator, part.denominator)
    return found
