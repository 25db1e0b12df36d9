"""From any figure back to its arithmetic and to the cells that somebody loaded: load, file, hash, line, column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from registry.domain.group import group_key
from registry.domain.ids import variant_reference
from registry.domain.listing import OriginLine
from registry.domain.network_explained import explained_network
from registry.domain.normal import quantile
from registry.domain.period import period_of
from registry.domain.point import Point
from registry.domain.report import Batch
from registry.domain.rollup_answer import Explained, RollupAnswer, ShownGap, ShownLevel, ShownSeries, Source
from registry.domain.rollup_rows import LevelPart
from registry.domain.value import shown
from registry.domain.words import CURVES, GAPS, TRENDS, reason_in_words

Named = set[tuple[str, str]]


class Cells(msgspec.Struct, frozen=True):
    """The cells behind the series of one answer, by community, variant and group; the hash of each file of each load."""

    origins: Mapping[tuple[str, str, str], Sequence[OriginLine]]
    sha256: Mapping[tuple[str, str], str]


def explained(answer: RollupAnswer, parts: Sequence[LevelPart], origins: Sequence[OriginLine]) -> Iterator[Explained]:
    """Every figure of a roll-up: its arithmetic in one line, and the cells behind it."""
    behind = cells_of(origins)
    yield from _levels(answer, parts, behind)
    yield from _changes(answer)
    for entry in answer.series:
        yield from _series(entry, answer, behind)
    for gap in answer.gaps:
        yield _gap(gap, answer, behind)
    yield from explained_network(answer)


def _levels(answer: RollupAnswer, parts: Sequence[LevelPart], behind: Cells) -> Iterator[Explained]:
    for level in answer.levels:
        group = group_key(level.group)
        own = [
            part
            for part in parts
            if (part.level_key, part.group_key, part.period) == (level.key, group, level.period)
            and part.status in {"exact", "bounded"}
        ]
        linked = level.tier == "linked"
        named = _brought(answer.series, level) if linked else {(part.community, part.variant) for part in own}
        yield Explained(
            figure=f"{level.tier} {level.period}{_behind(group)} over {', '.join(level.communities)}",
            arithmetic=_on_scale(level) if linked else _pooling(level, own, answer),
            sources=tuple(_sources(behind, named, group, {level.period})),
        )


def _brought(series: Sequence[ShownSeries], level: ShownLevel) -> Named:
    """The measures that a link brings to one scale and whose means are in a level."""
    return {
        (entry.community, entry.variant)
        for entry in series
        if entry.linked is not None and entry.linked.key == level.key and entry.community in level.communities
    }


def _on_scale(level: ShownLevel) -> str:
    """How a mean over linked places comes about; each place's own line says how its part does."""
    return (
        f"sum(people x mean) / sum(people) = {_told(level.value, 2)} over {level.denominator} people, 95 % interval "
        f"{_told(level.low, 2)} to {_told(level.high, 2)}; the error of a cut that places share counts once"
    )


def _changes(answer: RollupAnswer) -> Iterator[Explained]:
    """Each level's move over a window, from the levels of its two ends."""
    earlier, _, later = (answer.window or "").partition("..")
    by_end = {(level.key, group_key(level.group), level.period): level for level in answer.levels}
    for row in answer.changes:
        group = group_key(row.group)
        first, last = (by_end.get((row.key, group, period)) for period in (earlier, later))
        if first is not None and last is not None and row.change is not None:
            yield Explained(
                figure=f"change {earlier} to {later}{_behind(group)} over {', '.join(row.communities)}",
                arithmetic=f"{_ratio(last)} - {_ratio(first)} = {_points(row.change)}, the same places at both ends",
                sources=(),
            )


def _ratio(level: ShownLevel) -> str:
    return f"{level.numerator}/{level.denominator} = {_told(level.value, 2)}"


def _series(entry: ShownSeries, answer: RollupAnswer, behind: Cells) -> Iterator[Explained]:
    """The change of one series, its trend, and what else is worked out from its figures."""
    group = group_key(entry.group)
    name = f"{entry.community}/{entry.variant}{_behind(group)}"
    own = {(entry.community, entry.variant)}
    ends = {point.period for point in (entry.baseline, entry.latest) if point is not None}
    since = {entry.segment.baseline.period} if entry.segment and entry.segment.baseline else set[str]()
    cells = tuple(_sources(behind, own, group, ends | since))
    yield Explained(
        figure=name,
        arithmetic=f"{_figure(entry.latest)} - {_start(entry)} = {_points(entry.change)}",
        sources=cells,
    )
    beside = {variant_reference(entry.benchmark)} if entry.benchmark else set[tuple[str, str]]()
    year = {entry.linked.period} if entry.linked else set[str]()
    for what, arithmetic, sources in (
        ("trend", _trend(entry, answer.progress_rule), cells),
        ("gap closed", _closed(entry), cells),
        ("effect", _effect(entry), cells),
        ("effect over its segments", _chained(entry), cells),
        ("effect per year toward the mean", _drawn(entry), cells),
        ("rank inside its level", _ranked(entry), cells),
        ("change beside the benchmark", _relative(entry), (*cells, *_sources(behind, beside, group, ends))),
        ("mean on the common scale", _linked(entry), tuple(_sources(behind, own, group, year))),
        ("forecast", _forecast(entry), tuple(_sources(behind, own, group, _past(entry, behind)))),
        ("within groups and mix", _split(entry), ()),
    ):
        if arithmetic:
            yield Explained(figure=f"{name}: {what}", arithmetic=arithmetic, sources=sources)


def _past(entry: ShownSeries, behind: Cells) -> set[str]:
    """The periods of a series up to its baseline, from which its forecast is drawn, and the latest one beside it."""
    if entry.baseline is None or entry.latest is None:
        return set()
    start = period_of(entry.baseline.period).ordinal
    own = {origin.period for origin in behind.origins.get((entry.community, entry.variant, ""), ())}
    return {period for period in own if period_of(period).ordinal <= start} | {entry.latest.period}


def _trend(entry: ShownSeries, rule: str) -> str:
    since = f" since {entry.segment.since}" if entry.segment else ""
    if entry.z is None or entry.se is None:
        return f"{TRENDS[entry.trend]}{since} by {rule}{_because(entry.reason)}"
    gain = entry.segment.improvement if entry.segment else entry.improvement
    low, high = entry.improvement_ci90 or (0.0, 0.0)
    return (
        f"z = {_told(gain, 2)} / {_told(entry.se, 2)} = {_told(entry.z, 2)}, 90 % interval "
        f"{_told(low, 2)} to {_told(high, 2)}: {TRENDS[entry.trend]}{since} by {rule}{_because(entry.reason)}"
    )


def _closed(entry: ShownSeries) -> str:
    if entry.gap_closed is None or entry.target is None or entry.baseline is None:
        return ""
    return (
        f"(latest - baseline) / (target - baseline): {_points(entry.change)} of the way from {_figure(entry.baseline)} "
        f"to {entry.target.value:.12g} "
        f"= {_told(100 * entry.gap_closed, 1)} % of it"
    )


def _effect(entry: ShownSeries) -> str:
    first, last = (_probit(point) for point in (entry.baseline, entry.latest))
    if entry.effect is None:
        return ""
    return (
        f"probits {_told(last, 3)} and {_told(first, 3)} of (x + .5)/(n + 1): "
        f"{_told(entry.effect, 3)}, error {_told(entry.effect_se, 3)}"
    )


def _chained(entry: ShownSeries) -> str:
    if entry.chained_effect is None:
        return ""
    error = _told(entry.chained_effect_se, 3)
    return (
        f"the effects of {entry.segments} unbroken stretches added up: {_told(entry.chained_effect, 3)}, error {error}"
    )


def _drawn(entry: ShownSeries) -> str:
    """An effect drawn toward the network's mean by as much as it is chance."""
    found = entry.shrunk
    if found is None or entry.effect_per_year is None:
        return ""
    own = f"{_told(found.reliability, 2)} x {_told(entry.effect_per_year, 3)}"
    return f"{own} + {_told(1 - found.reliability, 2)} x the mean = {_told(found.value, 3)}, error {_told(found.se, 3)}"


def _ranked(entry: ShownSeries) -> str:
    if entry.rank is None:
        return ""
    yearly = f"{_points(entry.annual_improvement)} better a year"
    return f"{yearly}, drawn toward the mean of its level by as much as that is chance: rank {entry.rank}"


def _probit(point: Point | None) -> float | None:
    if point is None or point.numerator is None or not point.denominator:
        return None
    return quantile((point.numerator + 0.5) / (point.denominator + 1))


def _relative(entry: ShownSeries) -> str:
    found = entry.relative
    if found is None or found.relative_change is None or entry.improvement is None:
        return ""
    beside = entry.improvement - found.relative_change
    return f"{_told(entry.improvement, 2)} - {_told(beside, 2)} = {_points(found.relative_change)}"


def _linked(entry: ShownSeries) -> str:
    found = entry.linked
    if found is None or found.mean is None or found.score is None or found.share is None:
        return ""
    z = quantile(found.share)
    low, high = found.ci95 or (0.0, 0.0)
    return (
        f"cut {found.score:.12g} + sd x {_told(z, 3)} (the probit of {_told(100 * found.share, 1)} %) = "
        f"{_told(found.mean, 1)}, 95 % interval {_told(low, 1)} to {_told(high, 1)}, by {found.link}"
    )


def _forecast(entry: ShownSeries) -> str:
    curve = entry.curve
    if curve is None or curve.forecast is None:
        return ""
    inside = curve.prediction90
    band = f", 90 % of single years between {_told(inside[0], 1)} and {_told(inside[1], 1)}" if inside else ""
    way = f"{_points(curve.slope)} a year, reach {_told(curve.forecast, 1)}"
    return f"least squares up to the baseline, {way}{band}: {CURVES[curve.verdict] if curve.verdict else 'no verdict'}"


def _split(entry: ShownSeries) -> str:
    found = entry.split
    if found is None or found.within is None:
        return ""
    return f"within groups {_points(found.within)} + change of mix {_points(found.mix)} = {_points(entry.change)}"


def _gap(gap: ShownGap, answer: RollupAnswer, behind: Cells) -> Explained:
    """The gap then and now; its cells are those of the two groups, which have lines of their own."""
    group, reference = group_key(gap.group), group_key(gap.reference)
    then, now = (_told(value, 2) if value is not None else "not told" for value in (gap.gap_baseline, gap.gap_latest))
    tested = f", z = {_told(gap.z, 2)}" if gap.z is not None else ""
    verdict = f"{GAPS[gap.verdict]} by {answer.progress_rule}{_because(gap.reason)}"
    own = {(gap.community, gap.variant)}
    periods = {origin.period for origin in behind.origins.get((gap.community, gap.variant, group), ())}
    return Explained(
        figure=f"{gap.community}/{gap.variant} gap of {group} to {reference}",
        arithmetic=f"{now} now - {then} then = {_points(gap.gap_change)}{tested}: {verdict}",
        sources=tuple(source for key in (group, reference) for source in _sources(behind, own, key, periods)),
    )


def _per(answer: RollupAnswer) -> str:
    """What stands behind a ratio: nothing for a percent, whose sign every reader supplies, so many for a rate."""
    return f" per {answer.per:,.12g}" if answer.unit == "rate" else ""


def _because(reason: str | None) -> str:
    return f", because {reason_in_words(reason)}" if reason else ""


def _told(figure: float | None, decimals: int = 2) -> str:
    return "not told" if figure is None else shown(figure, decimals=decimals)


def _behind(group: str) -> str:
    return f" {group}" if group else ""


def _pooling(level: ShownLevel, parts: Iterable[LevelPart], answer: RollupAnswer) -> str:
    own = list(parts)
    below = " + ".join(str(part.denominator) for part in own)
    if level.value is None:
        if level.low is None or level.high is None:
            return "nothing can be pooled"
        ends = f"between {_told(level.low, 2)} and {_told(level.high, 2)}"
        return f"{ends}: a part is bounded; people {below} = {level.denominator}"
    above = " + ".join(str(part.numerator) for part in own)
    return f"({above}) / ({below}) = {level.numerator} / {level.denominator} = {_told(level.value, 2)}{_per(answer)}"


def _start(entry: ShownSeries) -> str:
    """The baseline, and where it comes from when no cell stands behind it."""
    figure = _figure(entry.baseline)
    return f"{figure} (declared in the local measure, not loaded)" if entry.baseline_declared else figure


def _figure(point: Point | None) -> str:
    if point is None:
        return "no figure"
    if point.numerator is not None and point.denominator:
        return f"{point.numerator}/{point.denominator} ({point.period})"
    if point.value is not None:
        return f"{point.value:.12g} ({point.period})"
    return (
        f"{point.low:.12g} to {point.high:.12g} ({point.period})"
        if point.low is not None and point.high is not None
        else f"no figure ({point.period})"
    )


def _points(change: float | None) -> str:
    return "not told" if change is None else f"{'+' if change > 0 else ''}{_told(change, 2)} points"


def cells_of(origins: Iterable[OriginLine]) -> Cells:
    """The cells, each series' own together."""
    found: dict[tuple[str, str, str], list[OriginLine]] = {}
    batches: dict[str, str] = {}
    for origin in origins:
        found.setdefault((origin.community, origin.variant, origin.group_key), []).append(origin)
        batches[origin.batch] = origin.body
    loads = {name: msgspec.json.decode(body, type=Batch) for name, body in batches.items()}
    return Cells(found, {(name, file.name): file.sha256 for name, load in loads.items() for file in load.files})


def _sources(cells: Cells, named: Named, group: str, periods: set[str]) -> Iterator[Source]:
    for community, variant in sorted(named):
        for origin in cells.origins.get((community, variant, group), ()):
            if origin.period in periods:
                yield Source(
                    community=community,
                    variant=variant,
                    period=origin.period,
                    batch=origin.batch,
                    file=origin.file,
                    sha256=cells.sha256.get((origin.batch, origin.file), ""),
                    row=origin.row,
                    cells=msgspec.json.decode(origin.cells, type=dict[str, str]),
                    sheet=origin.sheet,
                )
