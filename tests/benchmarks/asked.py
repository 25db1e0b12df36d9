"""The questions of the benchmark, each asked of the product and of hand-written SQL, and both answers in one form that can be compared.

The SQL under ``by_hand/`` reads the same tables of the same projection and gives the same trends, counts, levels and gaps. It may know
what the product may not: that this network has counts and hidden cells only, in every period, and no break, sample or target of a group.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from registry import duck
from registry.domain.rollup_rows import Count, GapCount, PlaceGaps, PooledLevel, TrendLine
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from registry.projection.framework_rollup import framework_rollup
from tests.benchmarks.network_of import GROUPS, THIRTEEN, WHOLE, name_of_outcome

BY_HAND = Path(__file__).parent / "by_hand"
RACE = ("race_ethnicity",)
DIMENSIONS = tuple(sorted({key.partition("=")[0] for key in GROUPS if key}))


class Line(msgspec.Struct, frozen=True):
    """One line of an answer, whoever gave it: what it is about, what it says in words, in whole numbers, and in figures."""

    part: str
    name: tuple[str | None, ...]
    words: tuple[str | None, ...] = ()
    whole: tuple[int | None, ...] = ()
    figures: tuple[float | None, ...] = ()


class Ask(msgspec.Struct, frozen=True):
    """One question: the product's whole answer (null where it has none of its own), its queries alone, and the SQL by hand."""

    title: str
    whole: Callable[[Projection], object] | None
    queries: Callable[[Projection], object]
    by_hand: tuple[tuple[str, Mapping[str, object]], ...]
    lines: Callable[[object], Iterator[Line]]


def asks(outcomes: int) -> tuple[Ask, ...]:
    """Every question to a network of so many outcomes."""
    one, every = (name_of_outcome(0),), tuple(map(name_of_outcome, range(outcomes)))
    return (
        _of_one("one outcome, everybody", one[0], ()),
        _of_one("one outcome, by race and ethnicity", one[0], RACE),
        Ask("its level alone", None, _level_of(one[0]), (_hand("level", one, dimensions=[]),), _levels),
        Ask("its trends alone", None, _trends_of(one[0]), (_hand("trends", one),), _trends_and_counts),
        Ask("trends of every outcome alone", None, _trends_of(None), (_hand("trends", every),), _trends_and_counts),
        _of_framework("framework of thirteen outcomes", THIRTEEN, every[:13]),
        _of_framework("framework of every outcome", WHOLE, every),
    )


def told_by_hand(cursor: duck.Connection, ask: Ask) -> list[Line]:
    """What the hand-written SQL says to a question, ordered."""
    return sorted(_lines_by_hand(cursor, ask), key=_named)


def told_by_product(projection: Projection, ask: Ask) -> list[Line]:
    """What the product's queries say to a question, ordered."""
    return sorted(ask.lines(ask.queries(projection)), key=_named)


def run_by_hand(cursor: duck.Connection, ask: Ask) -> list[tuple[object, ...]]:
    """Run the hand-written SQL and fetch its rows."""
    found: list[tuple[object, ...]] = []
    for name, parameters in ask.by_hand:
        cursor.execute(_text(name), dict(parameters))
        found += cursor.fetchall()
    return found


def unlike(ours: Iterable[Line], theirs: Iterable[Line]) -> Iterator[str]:
    """Where two ordered answers differ: figures by more than a billionth of themselves, anything else at all."""
    for one, other in zip(ours, theirs, strict=True):
        same = (
            one.part == other.part and one.name == other.name and one.words == other.words and one.whole == other.whole
        )
        if not same or not all(map(_near, one.figures, other.figures)) or len(one.figures) != len(other.figures):
            yield f"{one} is not {other}"


def question(projection: Projection, template: str | None, dimensions: tuple[str, ...]) -> read.Question:
    """A question about today, as ``answer.py`` asks it of one outcome (or of every one)."""
    head = projection.catch_up()
    pins = None if template is None else (f"{template}@1",)
    day = head.recorded_at[:10]
    return read.Question(line=head.seq, day=day, template=template, pins=pins, current=True, dimensions=dimensions)


def _of_one(title: str, template: str, dimensions: tuple[str, ...]) -> Ask:
    def whole(projection: Projection) -> object:
        return rollup(projection, RollupRequest(template=template, by=dimensions[0] if dimensions else None))

    def queries(projection: Projection) -> object:
        return read.rollup_rows(projection.rollup_cursor(), question(projection, template, dimensions))

    wanted = list(dimensions)
    sql = [_hand("level", (template,), dimensions=wanted), _hand("trends", (template,))]
    if dimensions:
        sql.append(_hand("gaps", (template,), dimensions=wanted, each=True))
    return Ask(title, whole, queries, tuple(sql), _of_rollup)


def _of_framework(title: str, name: str, outcomes: tuple[str, ...]) -> Ask:
    def whole(projection: Projection) -> object:
        return framework_rollup(projection, RollupRequest(template=name))

    def queries(projection: Projection) -> object:
        asked = question(projection, None, DIMENSIONS)
        asked = msgspec.structs.replace(asked, pins=tuple(f"{outcome}@1" for outcome in outcomes))
        return read.framework_rows(projection.rollup_cursor(), asked)

    sql = (_hand("trends", outcomes), _hand("gaps", outcomes, dimensions=list(DIMENSIONS), each=False))
    return Ask(title, whole, queries, sql, _of_framework_rows)


def _level_of(template: str) -> Callable[[Projection], object]:
    def queries(projection: Projection) -> object:
        cursor, asked = projection.rollup_cursor(), question(projection, template, ())
        read._choose(cursor, asked)
        read._counted_elsewhere(cursor, asked)
        read._level(cursor, asked)
        return duck.kept(cursor, "level", PooledLevel)

    return queries


def _trends_of(template: str | None) -> Callable[[Projection], object]:
    def queries(projection: Projection) -> object:
        cursor, asked = projection.rollup_cursor(), question(projection, template, ())
        read._choose(cursor, asked)
        read._counted_elsewhere(cursor, asked)
        read._judge(cursor, asked, groups=False)
        counts = duck.rows(cursor, "rollup/network", Count)
        return duck.rows(cursor, "rollup/trends", TrendLine), counts

    return queries


def _hand(name: str, outcomes: tuple[str, ...], **parameters: object) -> tuple[str, Mapping[str, object]]:
    return name, {"templates": list(outcomes), **parameters}


def _text(name: str) -> str:
    return (BY_HAND / f"{name}.sql").read_text("utf-8")


def _lines_by_hand(cursor: duck.Connection, ask: Ask) -> Iterator[Line]:
    for part, *lists in run_by_hand(cursor, ask):
        yield Line(str(part), *(tuple(entry or ()) for entry in lists))


def _of_rollup(rows: read.RollupRows) -> Iterator[Line]:
    outcomes = {(place.community, place.variant): place.template_id for place in rows.places}
    for found in rows.judged:
        told = found.progress
        if not found.group_key:
            per_year = [None if entry is None else entry / told.years for entry in (told.effect, told.effect_se)]
            name = (outcomes[found.community, found.variant], found.community, found.variant)
            yield Line("trend", name, (told.trend, told.reason, told.pace), (), (told.se, *per_year))
    yield from _counts(rows.counts)
    yield from _levels(rows.levels)
    yield from _gap_counts(rows.gap_counts)
    for gap in rows.gaps:
        told = gap.disparity
        name = (gap.community, gap.variant, gap.group_key, gap.reference_key)
        figures = (told.gap_baseline, told.gap_latest, told.se)
        yield Line("gap", name, (told.verdict, told.reason), (int(told.closing),), figures)


def _of_framework_rows(rows: read.FrameworkRows) -> Iterator[Line]:
    yield from _trends_and_counts((rows.trends, rows.counts))
    yield from _gap_counts(rows.gap_counts)
    yield from _place_gaps(rows.place_gaps)


def _trends_and_counts(rows: tuple[list[TrendLine], list[Count]]) -> Iterator[Line]:
    for line in rows[0]:
        figures = (line.se, line.effect_per_year, line.effect_per_year_se)
        name = (line.template_id, line.community, line.variant)
        yield Line("trend", name, (line.trend, line.reason, line.pace), (), figures)
    yield from _counts(rows[1])


def _counts(rows: Iterable[Count]) -> Iterator[Line]:
    for count in rows:
        whole = (count.n, count.improving, count.maintaining, count.declining)
        yield Line("count", (count.tier, count.template_id, count.key), tuple(count.communities), whole)


def _levels(rows: Iterable[PooledLevel]) -> Iterator[Line]:
    for level in rows:
        whole, figures = (level.numerator, level.denominator), (level.value, level.unweighted)
        yield Line("level", (level.level_key, level.group_key, level.period), tuple(level.communities), whole, figures)


def _gap_counts(rows: Iterable[GapCount]) -> Iterator[Line]:
    told = (
        "measured",
        "closing",
        "reference_fell",
        "reversed",
        "widening",
        "opened",
        "unchanged",
        "indeterminate",
        "not_behind",
    )
    for row in rows:
        whole = tuple(getattr(row, name) for name in told)
        yield Line("gap_count", (row.template_id, row.progress_key, row.group_key), (), whole)


def _place_gaps(rows: Iterable[PlaceGaps]) -> Iterator[Line]:
    for row in rows:
        yield Line("place_gaps", (row.template_id, row.community), (), (row.measured, row.closing, row.indeterminate))


def _named(line: Line) -> tuple[str, tuple[str, ...]]:
    return line.part, tuple(entry or "" for entry in line.name)


def _near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
