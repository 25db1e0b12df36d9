"""How a series leaves a roll-up: its two ends, its progress, and, where it is broken, what its latest unbroken segment says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from registry.domain.agreement import State
from registry.domain.group import group_of
from registry.domain.path import Aim
from registry.domain.point import Point
from registry.domain.progress import Progress
from registry.domain.rollup import shown_figure
from registry.domain.rollup_answer import LatestSegment, ShownSeries
from registry.domain.rollup_rows import BenchmarkEnds, Chain, Picked, Place, Progressed
from registry.domain.value import figure

Name = tuple[str, str, str]
"""A community, its variant, and a group's key."""


class Stretches(msgspec.Struct, frozen=True):
    """The segments of broken series by name and first period: between which ends, how far each came, and what they come to together."""

    picked: Mapping[tuple[Name, str], Picked]
    progress: Mapping[tuple[Name, str], Progress]
    chained: Mapping[Name, Chain]


def stretches_of(segments: Iterable[Picked], progressed: Iterable[Progressed], chains: Iterable[Chain]) -> Stretches:
    """The rows of three queries, by what they are asked by."""
    return Stretches(
        {(_name(row), row.stretch): row for row in segments},
        {(_name(row), row.stretch): row.progress for row in progressed},
        {_name(row): row for row in chains},
    )


def shown_series(
    places: Sequence[Place],
    picked: Sequence[Picked],
    judged: Sequence[Progressed],
    states: Mapping[tuple[str, str], State],
    stretches: Stretches,
) -> Iterator[tuple[Place, ShownSeries]]:
    """Every series with its place, in order of community, variant and group; one that can be shown nowhere is left to ``excluded``.

    ``states`` tells, by community and variant, how far each measure is agreed. What is counted by its direction alone shows no figure.
    """
    by_name = {(place.community, place.variant): place for place in places}
    verdicts = {_name(row): row for row in judged}
    for pick in picked:
        place = by_name[pick.community, pick.variant]
        if place.tier not in {"none", "direction"} and place.left_out is None:
            yield place, _shown(place, pick, verdicts[_name(pick)], states[pick.community, pick.variant], stretches)


def _shown(place: Place, pick: Picked, row: Progressed, state: State, stretches: Stretches) -> ShownSeries:
    name, progress = _name(pick), row.progress
    chain, segment = stretches.chained.get(name), stretches.picked.get((name, row.stretch))
    yearly = None if progress.effect is None or not progress.years else figure(progress.effect / progress.years)
    target = None if pick.t_period is None or pick.t_value is None else Aim(pick.t_period, float(pick.t_value))
    return ShownSeries(
        community=pick.community,
        name=place.name,
        variant=pick.variant,
        group=group_of(pick.group_key),
        state=state,
        tier=place.tier,
        key=place.level_key or place.progress_key,
        baseline=end_of(pick, "b"),
        declared_baseline=_declared(pick),
        latest=end_of(pick, "l"),
        target=target,
        broken_at=pick.broken_at,
        baseline_declared=pick.b_declared,
        headline=place.headline,
        segment=None if segment is None else _segment(segment, stretches.progress[name, row.stretch]),
        segments=1 if chain is None else chain.segments,
        chained_effect=None if chain is None else chain.chained_effect,
        chained_effect_se=None if chain is None else chain.chained_effect_se,
        chained_effect_reason=None if chain is None else chain.chained_effect_reason,
        effect_per_year=yearly,
        **{member: getattr(progress, member) for member in Progress.__struct_fields__},
    )


def _name(row: Picked | Progressed | Chain) -> Name:
    return row.community, row.variant, row.group_key


def _segment(pick: Picked, progress: Progress) -> LatestSegment:
    return LatestSegment(
        since=pick.stretch,
        baseline=end_of(pick, "b"),
        years=progress.years,
        change=progress.change,
        improvement=progress.improvement,
        annual_improvement=progress.annual_improvement,
    )


def end_of(pick: Picked | BenchmarkEnds, letter: Literal["b", "l"]) -> Point | None:
    """One end of a picked series: b the baseline, l the latest; null where there is none."""
    if getattr(pick, f"{letter}_period") is None:
        return None
    names = ("period", "n", "d", "eligible", "missing")
    period, numerator, denominator, eligible, missing = (getattr(pick, f"{letter}_{name}") for name in names)
    value, low, high, error = (
        shown_figure(getattr(pick, f"{letter}_{name}")) for name in ("value", "low", "high", "se")
    )
    return Point(
        period=period,
        value=value,
        numerator=numerator,
        denominator=denominator,
        low=low,
        high=high,
        standard_error=error,
        eligible=eligible,
        missing=missing,
    )


def _declared(pick: Picked) -> Point | None:
    """The baseline as the community declared it, where the loaded data say otherwise (or nothing)."""
    if pick.declared_period is None or pick.b_period != pick.declared_period:
        return None
    if pick.declared_value is None and pick.declared_n is None:
        return None
    declared = Point(
        period=pick.declared_period,
        value=shown_figure(pick.declared_value),
        numerator=pick.declared_n,
        denominator=pick.declared_d,
    )
    same_counts = declared.numerator in {None, pick.b_n} and declared.denominator in {None, pick.b_d}
    return None if same_counts and declared.value == shown_figure(pick.b_value) else declared
