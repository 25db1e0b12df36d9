"""The network's figures beside its counts: what chance alone would give, how far places came, and how far that can be told apart.

Only what one key holds is put together: effects over the places whose progress can be compared, points over those of one level key. A
mean is by random effects and from five places on; a place is ranked only where the places' differences are mostly no chance.
"""

from collections.abc import Iterator, Sequence

import msgspec

from registry.domain.benchmark import Ends, Relative, relative
from registry.domain.chance import at_least, chance_of_verdict, expected_by_chance
from registry.domain.curve import curve_of
from registry.domain.group import group_key, group_of
from registry.domain.network_answer import GapsTold, MeetingTarget, Network, Overlap, PointsTold, Spread
from registry.domain.network_mean import MeanChange, Shrunk, mean_change, quartiles, ranks, shrunk
from registry.domain.overlap import CountedElsewhere, CountedPlace, in_words, untold_pairs
from registry.domain.point import Point, Terms
from registry.domain.progress_rule import ProgressRule
from registry.domain.proof_point import gaps_closing
from registry.domain.rollup import rounded
from registry.domain.rollup_answer import ShownGap, ShownSeries
from registry.domain.rollup_rows import AtTarget, Before, BenchmarkEnds, Gap, GapCount
from registry.domain.rollup_series import end_of
from registry.domain.value import figure

Name = tuple[str, str]


def with_figures(network: Network, series: Sequence[ShownSeries], terms: Terms) -> Network:
    """The joint count with the figures over the very series that it counts."""
    counted = _counted(network, series)
    chance = expected_by_chance((entry.se, terms.meaningful_change) for entry in counted)
    chances = [chance_of_verdict(entry.se, terms.meaningful_change) for entry in counted]
    known = [value for value in chances if value is not None]
    told = sum(entry.trend == "improving" for entry, value in zip(counted, chances, strict=True) if value is not None)
    return msgspec.structs.replace(
        network,
        by_chance=rounded(chance),
        improving_by_luck=figure(at_least(told, known)) if known else None,
        effect=spread_of([entry.effect for entry in counted if entry.effect is not None]),
        effect_per_year=spread_of([entry.effect_per_year for entry in counted if entry.effect_per_year is not None]),
        mean_effect_per_year=mean_of(_effects(counted)),
        points=tuple(_points(counted)),
    )


def with_shrunk(network: Network, series: Sequence[ShownSeries]) -> tuple[ShownSeries, ...]:
    """The series, each of those counted together with its effect per year drawn toward their mean, and ranked inside its own level.

    Places of two levels are never ranked beside one another, nor are those of a level whose places cannot be told apart.
    """
    counted = [entry for entry in _counted(network, series) if entry.effect_per_year is not None and entry.effect_se]
    found = mean_change(_effects(counted))
    told: dict[Name, Shrunk] = {}
    if found is not None:
        drawn = shrunk(_effects(counted), found)
        told = {(entry.community, entry.variant): rounded(place) for entry, place in zip(counted, drawn, strict=True)}
    ranked = dict(_ranks(_counted(network, series)))
    return tuple(
        msgspec.structs.replace(entry, shrunk=told.get(name), rank=ranked.get(name))
        if not entry.group and (name := (entry.community, entry.variant)) in {*told, *ranked}
        else entry
        for entry in series
    )


def _ranks(counted: Sequence[ShownSeries]) -> Iterator[tuple[Name, int | None]]:
    """The rank of each place inside its level, by its improvement a year in points, drawn toward the level's mean."""
    for key in sorted({entry.key for entry in counted if entry.tier == "level" and entry.key}):
        own = [entry for entry in counted if entry.key == key and _yearly(entry) is not None]
        estimates = [estimate for entry in own if (estimate := _yearly(entry)) is not None]
        found = mean_change(estimates)
        if found is not None:
            for entry, rank in zip(own, ranks(shrunk(estimates, found), found), strict=True):
                yield (entry.community, entry.variant), rank


def _yearly(entry: ShownSeries) -> tuple[float, float] | None:
    """A place's improvement a year with its error, where both are known."""
    if entry.annual_improvement is None or not entry.se or not entry.years:
        return None
    return entry.annual_improvement, entry.se / entry.years


def with_curves(series: Sequence[ShownSeries], rows: Sequence[Before], terms: Terms) -> tuple[ShownSeries, ...]:
    """The series, each with where its years before the baseline were heading and whether it has turned since."""
    told = {
        (row.community, row.variant): curve_of(
            list(zip(row.years, row.figures, strict=True)), row.people, (row.latest_year, row.latest), terms.direction
        )
        for row in rows
    }
    return tuple(
        msgspec.structs.replace(entry, curve=rounded(told[name]))
        if not entry.group and (name := (entry.community, entry.variant)) in told
        else entry
        for entry in series
    )


def with_benchmark(
    series: Sequence[ShownSeries], rows: Sequence[BenchmarkEnds], terms: Terms, rule: ProgressRule
) -> tuple[ShownSeries, ...]:
    """The series, each with its improvement less that of its benchmark, or why that is not told."""
    beside = {(row.community, row.variant, row.group_key): row for row in rows}
    return tuple(
        _beside(entry, beside[name], terms, rule)
        if (name := (entry.community, entry.variant, group_key(entry.group))) in beside
        else entry
        for entry in series
    )


def _beside(entry: ShownSeries, row: BenchmarkEnds, terms: Terms, rule: ProgressRule) -> ShownSeries:
    if not row.same:
        return msgspec.structs.replace(entry, benchmark=row.benchmark, relative=Relative(reason="benchmark_differs"))
    theirs = Ends(_point(end_of(row, "b")), _point(end_of(row, "l")), row.broken_at)
    found = relative(_ends(entry), theirs, terms, rule)
    return msgspec.structs.replace(entry, benchmark=row.benchmark, relative=rounded(found))


def told_overlaps(rows: Sequence[CountedElsewhere]) -> tuple[Overlap, ...]:
    """Who is counted with another place, each pair with the same reason once, whatever the spans of days."""
    told = (
        Overlap(community=row.community, other=row.counted_with, verdict="counted_once", reason=in_words(row))
        for row in rows
    )
    return tuple(dict.fromkeys(told))


def untold_overlaps(rows: Sequence[CountedPlace]) -> tuple[Overlap, ...]:
    """Of whom nobody can tell whether they share people."""
    return tuple(
        Overlap(
            community=pair.community,
            other=pair.other,
            verdict="cannot_be_told",
            reason=f"{pair.code} and {pair.other_code} lie in one state, and nobody has declared whether one holds the other; "
            "add `within` to the community's place code",
        )
        for pair in untold_pairs(rows)
    )


def reported(series: Sequence[ShownSeries]) -> int:
    """How many communities have reported any figure for the outcome, whether or not it can be added up."""
    return len({entry.community for entry in series if entry.latest is not None or entry.baseline is not None})


def shown_gaps(gaps: Sequence[Gap]) -> tuple[ShownGap, ...]:
    """Every gap with the two groups it lies between."""
    return tuple(
        ShownGap(
            community=row.community,
            variant=row.variant,
            group=group_of(row.group_key),
            reference=group_of(row.reference_key),
            **msgspec.structs.asdict(row.disparity),
        )
        for row in gaps
    )


def gaps_told(rows: Sequence[GapCount], key: str | None) -> tuple[GapsTold, ...]:
    """How many gaps are closing, group by group, over the communities of one progress key."""
    return tuple(told_of(row) for row in rows if row.progress_key == key)


def told_of(row: GapCount) -> GapsTold:
    """One count with its share and the share's bounds: what cannot be told may be closing or not."""
    found = gaps_closing(row.measured, closing=row.closing, undetermined=row.indeterminate)
    counts = {name: getattr(row, name) for name in GapCount.__struct_fields__ if name in GapsTold.__struct_fields__}
    low, high = found or (None, None)
    return GapsTold(
        group=group_of(row.group_key),
        share_low=None if low is None else figure(low),
        share_high=None if high is None else figure(high),
        **counts,
    )


def meeting_target(rows: Sequence[AtTarget]) -> MeetingTarget | None:
    """How many places have reached their own targets; null where the outcome does not count them."""
    if not rows:
        return None
    with_target = [row for row in rows if row.status != "no_target"]
    tally = [row.status for row in with_target]
    return MeetingTarget(
        n=len(with_target),
        met=tally.count("met"),
        not_met=tally.count("not_met"),
        cannot_be_told=tally.count("cannot_be_told"),
        communities_met=[row.community for row in with_target if row.status == "met"],
        without_target=[row.community for row in rows if row.status == "no_target"],
    )


def _counted(network: Network, series: Sequence[ShownSeries]) -> list[ShownSeries]:
    """The series behind the joint count: headline measures, everybody, one for each community counted."""
    return [entry for entry in series if not entry.group and entry.headline and entry.community in network.communities]


def _ends(entry: ShownSeries) -> Ends:
    return Ends(_point(entry.baseline), _point(entry.latest), entry.broken_at)


def _point(point: Point | None) -> Point | None:
    """A hidden figure for the test: a range, and not a reason for absence."""
    return msgspec.structs.replace(point, missing=None) if point and point.missing == "suppressed" else point


def _effects(counted: Sequence[ShownSeries]) -> list[tuple[float, float]]:
    return [
        (entry.effect_per_year, entry.effect_se / entry.years)
        for entry in counted
        if entry.effect_per_year is not None and entry.effect_se and entry.years
    ]


def spread_of(values: Sequence[float]) -> Spread | None:
    """Quartiles as they leave the registry; null where there is no place."""
    found = quartiles(values)
    return None if found is None else Spread(len(values), *(figure(value) or 0.0 for value in found))


def mean_of(estimates: Sequence[tuple[float, float]]) -> MeanChange | None:
    """The mean by random effects as it leaves the registry; null with fewer than five places."""
    found = mean_change(estimates)
    return None if found is None else rounded(found)


def _points(counted: Sequence[ShownSeries]) -> list[PointsTold]:
    told = []
    for key in sorted({entry.key for entry in counted if entry.tier == "level" and entry.key}):
        own = [entry for entry in counted if entry.key == key]
        spread = spread_of([entry.annual_improvement for entry in own if entry.annual_improvement is not None])
        if spread is not None:
            estimates = [estimate for entry in own if (estimate := _yearly(entry)) is not None]
            told.append(PointsTold(key=key, spread=spread, mean=mean_of(estimates)))
    return told
