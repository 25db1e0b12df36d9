"""A record becomes a data point, is refused with every fault of its cells, or is set aside because a code in it says so."""

from collections.abc import Mapping as Dictionary

import msgspec

from registry.adapters.tables.figures import Clash, Terms, combined, count_of, error_of
from registry.adapters.tables.layout import Figure
from registry.adapters.tables.records import Aside, Record, Refused
from registry.adapters.tables.rows import Misread
from registry.domain.finding import Finding
from registry.domain.mapping import Role
from registry.domain.observation import Observation, Origin
from registry.domain.period import Unreadable
from registry.domain.value import Cell


class Point(msgspec.Struct, frozen=True):
    """A data point, and the cells of which it was made."""

    observation: Observation
    cells: dict[Role, Cell]


def point_of(record: Record, terms: Terms, file: str, sheet: str = "") -> Point | Refused | Aside:
    """The data point that a record holds. All unreadable cells are found before any are combined."""
    faults: list[Finding] = []
    cells: dict[Role, Cell] = {}
    for figure, text in record.figures:
        read = figure.read(text)
        if isinstance(read, Unreadable):
            faults.append(fault_at(record, figure, Misread("cell-unreadable", read.detail, read.hint)))
        else:
            cells[figure.role] = read
    skipped = next((figure for figure, _ in record.figures if figure.role in cells and cells[figure.role].skip), None)
    if skipped is not None:
        return Aside(record.line, "skip", skipped.column.name, cells[skipped.role].raw.strip())
    if faults:
        return Refused(record.line, record.place, tuple(faults))
    figures = combined(cells, terms)
    if isinstance(figures, Clash):
        figure = next(figure for figure, _ in record.figures if figure.role == figures.role)
        return Refused(record.line, record.place, (fault_at(record, figure, figures.why),))
    observation = Observation(
        period=record.period,
        group=record.group,
        value=figures.value,
        numerator=figures.numerator,
        denominator=figures.denominator,
        low=figures.low,
        high=figures.high,
        open=figures.open,
        standard_error=error_of(cells, terms),
        eligible=count_of(cells["eligible"]) if "eligible" in cells else None,
        missing=figures.missing,
        origin=Origin(file=file, sheet=sheet, row=record.line, cells=record.cells),
    )
    return Point(observation, cells)


def fault_at(record: Record, figure: Figure, why: Misread) -> Finding:
    """A fault of one cell of a record as a finding."""
    cell = record.cells[figure.column.name]
    return Finding(
        rule=why.rule,
        severity="error",
        row=record.lines.get(figure.column.name, record.line),
        column=figure.column.name,
        cell=cell,
        detail=why.detail,
        hint=why.hint,
    )


def main_figure(record: Record, cells: Dictionary[Role, Cell]) -> Figure:
    """The figure to show when two rows contradict each other: the printed value, else the first there is."""
    return next(
        (figure for figure, _ in record.figures if figure.role == "value" and figure.role in cells),
        record.figures[0][0],
    )
