"""What one row of the file holds: records with their place, period, group and cells; or that it is set aside; or what is wrong with it.

A long row holds one record. A wide row holds one for each combination of its column names whose cells are not all
blank; a row without any is set aside. Rows are counted as records: a row that is refused or set aside whole counts
once, a wide row as often as it has records. Blank rows are no rows.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from registry.adapters.tables.header import folded
from registry.adapters.tables.labels import trimmed
from registry.adapters.tables.layout import Figure, Label, Layout, Shape, Sieve
from registry.adapters.tables.rows import Misread, Odd, Row
from registry.domain.finding import Finding
from registry.domain.group import group_key, group_of
from registry.domain.period import Unreadable

Why = Literal["filter", "skip", "place", "blank", "component", "repeated", "end"]


class Aside(msgspec.Struct, frozen=True):
    """A row that is not read, and why: no filter wants it, the mapping skips it or none of its components, its place is not ours,

    it holds no figures, or it stands below the table's end.
    """

    line: int
    why: Why
    column: str = ""
    text: str = ""


class Refused(msgspec.Struct, frozen=True):
    """A row, or a record of it, that cannot be read. ``place`` is empty where it is not known."""

    line: int
    place: str
    findings: tuple[Finding, ...]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One data point as the file prints it, or a component of one. ``label`` is the period's own text where a column holds it.

    ``cells`` are raw texts; ``lines`` has the line of each figure's column where it is not ``line``; ``doubts`` are warnings.
    """

    line: int
    place: str
    period: str
    label: str
    group: str
    figures: tuple[tuple[Figure, str], ...]
    cells: dict[str, str]
    lines: dict[str, int] = {}
    doubts: tuple[Finding, ...] = ()


Outcome = Record | Refused | Aside

LABELS = frozenset(("all", "labels"))
"""What an odd cell fits where a label is read."""


class _Read(msgspec.Struct, frozen=True):
    """What a row's labels mean: place, period, the period's own text, group; and the findings of those that mean nothing."""

    place: str
    period: str
    label: str
    group: dict[str, str]
    faults: tuple[Finding, ...]


def records_of(row: Row, layout: Layout, places: frozenset[str] | None) -> Iterator[Outcome]:
    """Every record of a row that is not blank. ``places``: whose rows are wanted; null for everybody's."""
    if any(cell.strip() for cell in row.cells[layout.header.width :]):
        yield Refused(row.line, "", (_too_long(row, layout),))
        return
    odd = _unexplained(row, layout) if row.odd else row.odd
    unsure = _unsure(row, layout, odd) if odd else ()
    if unsure:  # a row is wanted or not by what a person typed, which nobody can tell here
        yield Refused(row.line, "", unsure)
        return
    aside = _set_aside(row, layout)
    if aside is not None:
        yield aside
        return
    if len(row.cells) <= layout.last:
        yield Refused(row.line, "", (_too_short(row, layout),))
        return
    place = _meaning(row, layout.place)
    told = layout.place is not None and not (odd and _strange(layout.place, odd, LABELS))
    if layout.place and places is not None and told and _elsewhere(place, places):
        yield Aside(
            row.line,
            "place",
            layout.place.column.name,
            place if isinstance(place, str) else _text(row, layout.place.column.place),
        )
        return
    yield from _expanded(row, layout, _read(row, layout, place, odd), odd)


def misread(row: Row, label: Label | Figure | Sieve, why: Misread) -> Finding:
    """A cell that cannot be read, as a finding."""
    cell = row.cells[label.column.place]
    return Finding(
        rule=why.rule,
        severity="error",
        row=row.line,
        column=label.column.name,
        cell=cell,
        detail=why.detail,
        hint=why.hint,
    )


def _expanded(row: Row, layout: Layout, read: _Read, odd: dict[int, Odd]) -> Iterator[Outcome]:
    """A record for each shape; where the row's labels are at fault each is refused, and their findings stand with the first."""
    possible = layout.shapes
    if layout.component:
        text = _text(row, layout.component.place)
        possible = layout.parts.get(folded(text), ())
        if not possible:
            yield Aside(row.line, "component", layout.component.name, text)
            return
    shapes = [shape for shape in possible if not (layout.wide and _is_blank(row, shape))]
    if not shapes:
        yield Aside(row.line, "blank")
    cells = {column.name: row.cells[column.place] for column in layout.labelled}
    for number, shape in enumerate(shapes):
        strange = tuple(_odd_figures(row, shape, odd)) if odd else ()
        if read.faults or strange:
            faults = (*(read.faults if number == 0 else ()), *strange, *_unreadable(row, shape, odd))
            yield Refused(row.line, read.place, faults)
            continue
        figures = tuple((figure, row.cells[figure.column.place]) for figure in shape.figures)
        yield Record(
            line=row.line,
            place=read.place,
            period=shape.period or read.period,
            label=read.label,
            group=group_key({**read.group, **shape.group}),
            figures=figures,
            cells={**cells, **{figure.column.name: text for figure, text in figures}},
            doubts=_doubts(row, shape, odd) if odd else (),
        )


def _odd_figures(row: Row, shape: Shape, odd: dict[int, Odd]) -> Iterator[Finding]:
    """Figures whose cells are no figures, whatever their text looks like."""
    for figure in shape.figures:
        if _wrong(odd, figure):
            yield misread(row, figure, odd[figure.column.place].why)


def _doubts(row: Row, shape: Shape, odd: dict[int, Odd]) -> tuple[Finding, ...]:
    """Warnings about figures that are read all the same."""
    found = (
        misread(row, figure, odd[figure.column.place].why) for figure in shape.figures if figure.column.place in odd
    )
    return tuple(msgspec.structs.replace(finding, severity="warning") for finding in found)


def _unreadable(row: Row, shape: Shape, odd: dict[int, Odd]) -> Iterator[Finding]:
    for figure in shape.figures:
        cell = figure.read(row.cells[figure.column.place])
        if isinstance(cell, Unreadable) and not _wrong(odd, figure):
            yield misread(row, figure, Misread("cell-unreadable", cell.detail, cell.hint))


def _wrong(odd: dict[int, Odd], figure: Figure) -> bool:
    """Whether a figure's cell is no text that may be taken at its word."""
    found = odd.get(figure.column.place)
    return found is not None and found.fits != "all"


def _strange(label: Label, odd: dict[int, Odd], fitting: frozenset[str]) -> Odd | None:
    """What is odd about a label's cells, unless it fits where they stand."""
    found = (odd[column.place] for column in label.columns() if column.place in odd)
    return next((entry for entry in found if entry.fits not in fitting), None)


def _unexplained(row: Row, layout: Layout) -> dict[int, Odd]:
    """The odd cells whose text the mapping does not explain."""
    return {place: odd for place, odd in row.odd.items() if trimmed(row.cells[place]) not in layout.said}


def _unsure(row: Row, layout: Layout, odd: dict[int, Odd]) -> tuple[Finding, ...]:
    """The cells by which a row would be wanted or set aside, and which are not what was typed."""
    sieves = (sieve for sieve in (*layout.filters, *layout.skips) if sieve.column.place in odd)
    found = ((sieve, odd[sieve.column.place]) for sieve in sieves)
    return tuple(misread(row, sieve, entry.why) for sieve, entry in found if entry.fits not in LABELS)


def _read(row: Row, layout: Layout, place: str | Misread | None, odd: dict[int, Odd]) -> _Read:
    period = _meaning(row, layout.period)
    meanings = [(layout.place, place), (layout.period, period)]
    meanings += [(label, _meaning(row, label)) for label in layout.groups]
    faults: list[Finding] = []
    group: dict[str, str] = {}
    for label, meaning in meanings:
        if label is None:
            continue
        strange = _strange(label, odd, LABELS | {"period"} if label is layout.period else LABELS) if odd else None
        if strange is not None:
            faults.append(misread(row, label, strange.why))
        elif isinstance(meaning, Misread):
            faults.append(misread(row, label, meaning))
        elif meaning is not None and (label.dimension or label.whole_group):
            group |= group_of(meaning) if label.whole_group else {label.dimension: meaning}
    own = _text(row, layout.period.column.place) if layout.period else ""
    return _Read(
        place if isinstance(place, str) else "", period if isinstance(period, str) else "", own, group, tuple(faults)
    )


def _meaning(row: Row, label: Label | None) -> str | Misread | None:
    return None if label is None else label.means(label.text(row.cells))


def _elsewhere(place: str | Misread | None, places: frozenset[str]) -> bool:
    """Whether a row is another place's. A name that the mapping does not list is; a blank is a question."""
    if isinstance(place, Misread):
        return place.rule == "place-unknown"
    return place not in places


def _text(row: Row, place: int) -> str:
    return trimmed(row.cells[place]) if place < len(row.cells) else ""


def _is_blank(row: Row, shape: Shape) -> bool:
    return not any(trimmed(row.cells[figure.column.place]) for figure in shape.figures)


def _set_aside(row: Row, layout: Layout) -> Aside | None:
    """The first filter that does not want the row, or the first skip that names it; cells that are not there count as blank."""
    for sieve in layout.filters:
        text = _text(row, sieve.column.place)
        if text not in sieve.texts:
            return Aside(row.line, "filter", sieve.column.name, text)
    for sieve in layout.skips:
        text = _text(row, sieve.column.place)
        if text in sieve.texts:
            return Aside(row.line, "skip", sieve.column.name, text)
    return None


def _too_long(row: Row, layout: Layout) -> Finding:
    width = layout.header.width
    place = next(place for place, cell in enumerate(row.cells) if place >= width and cell.strip())
    return Finding(
        rule="row-too-long",
        severity="error",
        row=row.line,
        column=f"column {place + 1}",
        cell=row.cells[place],
        detail=f"The row has {len(row.cells)} cells under a header of {width}.",
        hint="Put figures such as 1,234 and names with a comma in quotation marks; a separator inside one moves all cells behind it.",
    )


def _too_short(row: Row, layout: Layout) -> Finding:
    missing = next((names for names in layout.header.levels[len(row.cells) :] if names), ("",))
    return Finding(
        rule="row-too-short",
        severity="error",
        row=row.line,
        column=missing[-1],
        cell="",
        detail=f"The row ends after {len(row.cells)} of {layout.header.width} cells.",
        hint="Complete the row, or take it out if it is a note; the file may have been cut off.",
    )
