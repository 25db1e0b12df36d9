"""From any figure back to its arithmetic and to the cells that somebody loaded: load, file, hash, line, column."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from registry.domain.group import group_key
from registry.domain.listing import OriginLine
from registry.domain.point import Point
from registry.domain.report import Batch
from registry.domain.rollup import LevelPart
from registry.domain.rollup_answer import Explained, ShownLevel, ShownSeries, Source
from registry.domain.value import shown


def explain_levels(
    levels: Sequence[ShownLevel], parts: Sequence[LevelPart], origins: Sequence[OriginLine]
) -> Iterator[Explained]:
    """The arithmetic of every pooled level in one line, and the cells of each part."""
    for level in levels:
        group = group_key(level.group)
        own = [
            part
            for part in parts
            if (part.level_key, part.group_key, part.period) == (level.key, group, level.period)
            and part.status in {"exact", "bounded"}
        ]
        named = {(part.community, part.variant) for part in own}
        yield Explained(
            figure=f"level {level.period}{f' {group}' if group else ''} over {', '.join(level.communities)}",
            arithmetic=_pooling(level, own),
            sources=tuple(_sources(origins, named, group, {level.period})),
        )


def explain_series(series: Sequence[ShownSeries], origins: Sequence[OriginLine]) -> Iterator[Explained]:
    """The arithmetic of every series' change in one line, and the cells of its two ends."""
    for entry in series:
        periods = {point.period for point in (entry.baseline, entry.latest) if point is not None}
        group = group_key(entry.group)
        yield Explained(
            figure=f"{entry.community}/{entry.variant}{f' {group}' if group else ''}",
            arithmetic=f"{_figure(entry.latest)} - {_start(entry)} = {_points(entry.change)}",
            sources=tuple(_sources(origins, {(entry.community, entry.variant)}, group, periods)),
        )


def _pooling(level: ShownLevel, parts: Iterable[LevelPart]) -> str:
    own = list(parts)
    below = " + ".join(str(part.denominator) for part in own)
    if level.value is None:
        if level.low is None or level.high is None:
            return "nothing can be pooled"
        ends = f"between {shown(level.low, decimals=2)} and {shown(level.high, decimals=2)}"
        return f"{ends}: a part is bounded; people {below} = {level.denominator}"
    above = " + ".join(str(part.numerator) for part in own)
    return f"({above}) / ({below}) = {level.numerator} / {level.denominator} = {shown(level.value, decimals=2)}"


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
    return "not told" if change is None else f"{'+' if change > 0 else ''}{shown(change, decimals=2)} points"


def _sources(
    origins: Iterable[OriginLine], named: set[tuple[str, str]], group: str, periods: set[str]
) -> Iterator[Source]:
    for origin in origins:
        if (origin.community, origin.variant) in named and origin.group_key == group and origin.period in periods:
            batch = msgspec.json.decode(origin.body, type=Batch)
            yield Source(
                community=origin.community,
                variant=origin.variant,
                period=origin.period,
                batch=origin.batch,
                file=origin.file,
                sha256=next((file.sha256 for file in batch.files if file.name == origin.file), ""),
                row=origin.row,
                cells=msgspec.json.decode(origin.cells, type=dict[str, str]),
            )
