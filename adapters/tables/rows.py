"""What every format makes of its file: tables of numbered rows of texts, with what the format knows of a cell beyond its text.

A reader of a format decides nothing about places, periods or figures: it says what stands where, as a person who opens
the file sees it. What it cannot read at all it raises as ``CannotRead``, which ``reading`` turns into a finding.

>>> table = Table(rows=[Row(1, ["place", "rate"]), Row(2, ["A", "5"])])
>>> [row.cells[0] for row in table.rows if isinstance(row, Row)]
['place', 'A']
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from registry.domain.finding import Finding

MOST_COLUMNS = 16_384
"""How many columns a table may have: as many as a spreadsheet."""
MOST_CELLS = 50_000_000
"""How many filled cells one table of a workbook or page may have; a nation of districts has a tenth of them."""
SHOWN = 200
"""How many characters of a broken cell a finding shows."""


class Misread(msgspec.Struct, frozen=True):
    """Why something means nothing here: the rule it breaks, what is wrong, and how to mend it."""

    rule: str
    detail: str
    hint: str


NUL = Misread(
    "nul-character",
    "The cell holds a NUL character, which no text has.",
    'The file is damaged, or it is saved in another encoding: try encoding = "utf-16" in the mapping.',
)


class Odd(msgspec.Struct, frozen=True):
    """What a format knows of a cell and its text does not tell: a date, a formula nobody worked out, one cell over several rows.

    ``fits`` says where the text is taken at its word all the same: where a period stands, in labels, or everywhere, with a warning.
    """

    why: Misread
    fits: Literal["nothing", "period", "labels", "all"] = "nothing"


class Row(msgspec.Struct, frozen=True):
    """One row: its number in the file (lines of a text, rows of a sheet; from 1), its cells, and the odd ones by place (from 0)."""

    line: int
    cells: list[str]
    odd: dict[int, Odd] = {}


class Broken(msgspec.Struct, frozen=True):
    """A row that cannot be taken apart. ``place`` counts the cell at fault from 0."""

    line: int
    place: int
    text: str
    why: Misread


class Table(msgspec.Struct, frozen=True):
    """One table of a file. ``rows`` can be gone through anew; ``sheet`` is its name where the format has names.

    ``named`` holds what the sheet's name says of all its rows: a ``period``, categories by dimension. ``doubt`` is a
    warning about all of it. ``ragged``: a row that ends early is a fault, as in a text; else its cells are blank.
    """

    rows: Iterable[Row | Broken]
    sheet: str | None = None
    named: dict[str, str] = {}
    doubt: Misread | None = None
    ragged: bool = False


class CannotRead(Exception):
    """A file, or the rest of it, cannot be read: why, and the row, column and cell at which that shows."""

    def __init__(
        self, why: Misread, row: int | None = None, column: str | None = None, cell: str | None = None
    ) -> None:
        super().__init__(why.detail)
        self.finding = Finding(
            rule=why.rule, severity="error", row=row, column=column, cell=cell, detail=why.detail, hint=why.hint
        )


def too_wide(line: int, cells: int) -> Broken:
    """A row of more columns than any table has."""
    why = Misread(
        "too-many-columns",
        f"The row has {cells} columns; a table has {MOST_COLUMNS} at most.",
        "Check the delimiter and the file; a table with a column for each child or day is turned into rows first.",
    )
    return Broken(line, MOST_COLUMNS, "", why)
