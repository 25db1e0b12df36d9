"""Which data points a release masks: the true figures of a line of the ledger, held against the rules of ``domain/disclosure.py``."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from registry import duck
from registry.domain.disclosure import Cell, MaskRule, Table, primary
from registry.domain.release import CellLine, MaskRow, ReleaseCounts
from registry.projection.files import Projection


class ExposedCell(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that has to be hidden, and that earlier releases give away all the same."""

    name: str
    why: str
    hint: str


class Masking(msgspec.Struct, frozen=True, kw_only=True):
    """What a release made at a line would mask."""

    masks: tuple[MaskRow, ...]
    counts: ReleaseCounts
    exposed: tuple[ExposedCell, ...] = ()


def masking_at(projection: Projection, line: int) -> Masking:
    """Work out what a release of the registry as it stood at a line masks."""
    cells = duck.rows(projection.cursor(), "lists/cells", CellLine, {"line": line})
    masks: list[MaskRow] = []
    for table in _tables(cells):
        for cell in table.cells:
            found = primary(cell, table.rule)
            if found.kind != "open":
                masks.append(
                    MaskRow(table.community, table.variant, table.period, cell.group, found.kind, found.low, found.high)
                )
    hidden = sum(row.kind == "hidden" for row in masks)
    counts = ReleaseCounts(cells=len(cells), open=len(cells) - len(masks), coded=len(masks) - hidden, hidden=hidden)
    return Masking(masks=tuple(masks), counts=counts)


def _tables(cells: Sequence[CellLine]) -> Iterator[Table]:
    for (community, variant, period), lines in groupby(
        cells, key=lambda line: (line.community, line.variant, line.period)
    ):
        same = [line for line in lines if line.missing is None]
        if same:
            first = same[0]
            rule = MaskRule(
                unit=first.unit, per=first.per, minimum_n=first.minimum_n, minimum_numerator=first.minimum_numerator
            )
            yield Table(community=community, variant=variant, period=period, rule=rule, cells=tuple(map(_cell, same)))


def _cell(line: CellLine) -> Cell:
    return Cell(
        group=line.group_key,
        value=line.value,
        numerator=line.numerator,
        denominator=line.denominator,
        eligible=line.eligible,
    )
