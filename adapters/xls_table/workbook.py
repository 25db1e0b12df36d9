"""How a workbook of old Excel (xls, BIFF) becomes sheets of rows, by xlrd: number formats, dates, errors, merged cells.

xlrd gives the stored result of a formula, not the formula, so nothing is said of formulas here. A workbook is held as a whole
while it is read, so its size is bounded. Tests: ``tests/adapters/test_workbooks.py``, ``test_real_states.py``.
"""

import io
from collections.abc import Iterator
from types import ModuleType
from typing import Protocol

import msgspec

from registry.adapters.tables.content import Content, damaged
from registry.adapters.tables.merged import Span, filled
from registry.adapters.tables.optional import library
from registry.adapters.tables.rows import Broken, CannotRead, Misread, Odd, Row
from registry.adapters.tables.sheets import Sheet
from registry.adapters.tables.typed import as_shown, date_text, odd_date

EMPTY, TEXT, NUMBER, DATE, TRUTH, ERROR = range(6)
"""What xlrd says a cell is."""


class _Cell(Protocol):
    ctype: int
    value: str | float
    xf_index: int


class Sheets(Protocol):
    """As much of xlrd's sheet as is used here."""

    name: str
    visibility: int
    nrows: int
    merged_cells: list[tuple[int, int, int, int]]

    def row(self, number: int) -> list[_Cell]:
        """The cells of a row, counted from 0."""


class SheetRows(msgspec.Struct, frozen=True):
    """The rows of one sheet, read anew each time they are gone through. ``formats`` has the number format of each style."""

    sheet: Sheets
    formats: tuple[str, ...]
    errors: dict[int, str]
    since_1904: bool
    decimal_comma: bool

    def __iter__(self) -> Iterator[Row | Broken]:
        """Every row of the sheet, blank ones too."""
        spans = (Span(top + 1, left, bottom, right - 1) for top, bottom, left, right in self.sheet.merged_cells)
        return filled((self._row(number) for number in range(self.sheet.nrows)), spans)

    def _row(self, number: int) -> Row:
        odd: dict[int, Odd] = {}
        cells: list[str] = []
        for place, cell in enumerate(self.sheet.row(number)):
            text = self._text(cell)
            question = odd_date(text) if cell.ctype == DATE else None
            odd |= {place: question} if question else {}
            cells.append(text)
        return Row(number + 1, cells, odd)

    def _text(self, cell: _Cell) -> str:
        if isinstance(cell.value, str):
            return cell.value
        if cell.ctype == NUMBER:
            return as_shown(cell.value, self._format(cell), decimal_comma=self.decimal_comma)
        if cell.ctype == DATE:
            return date_text(cell.value, self._format(cell), since_1904=self.since_1904)
        if cell.ctype == TRUTH:
            return "TRUE" if cell.value else "FALSE"
        return self.errors.get(int(cell.value), "#ERROR!") if cell.ctype == ERROR else ""

    def _format(self, cell: _Cell) -> str:
        return self.formats[cell.xf_index] if cell.xf_index < len(self.formats) else "General"


def sheets_of(content: Content, *, decimal_comma: bool) -> tuple[Sheet, ...]:
    """Every sheet of the workbook, in its order. Raises CannotRead where it is damaged or locked, or xlrd is not installed."""
    xlrd = library("xlrd")
    body = content.whole()
    try:
        book = xlrd.open_workbook(file_contents=body, formatting_info=True, logfile=io.StringIO())
    except Exception as fault:  # a damaged workbook makes xlrd fail in any way there is
        raise _unread(xlrd, fault) from fault
    formats = tuple(book.format_map[style.format_key].format_str for style in book.xf_list)
    errors = dict(xlrd.error_text_from_code)
    return tuple(
        Sheet(
            sheet.name,
            sheet.visibility != 0,
            SheetRows(sheet, formats, errors, bool(book.datemode), decimal_comma),
        )
        for sheet in book.sheets()
    )


def _unread(xlrd: ModuleType, fault: Exception) -> CannotRead:
    told = str(fault) if isinstance(fault, xlrd.XLRDError) else type(fault).__name__
    if "encrypted" in told.casefold() or "Can't find workbook" in told:
        return CannotRead(
            Misread("file-locked", "The workbook is locked with a password, or is none.", "Save it without a password.")
        )
    return damaged(told)
