"""The sheet to fill in as an Excel workbook, and what such a workbook says of itself when it comes back.

How it is read stands in a hidden sheet of the workbook, not with the local measure: there the mapping of the publisher's own file is
kept, and a sheet that somebody filled in must not take its place. Headers and labels are protected (without a
password: against slips, not against people). Needs openpyxl to write (extra ``files``), nothing to read.
Tests: ``tests/cli/test_sheet_command.py``.
"""

import io
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from registry.adapters.marked.workbook import put, writer_library
from registry.adapters.sniff.draft import Choice
from registry.adapters.sniff.written import toml_of
from registry.adapters.tables.content import content_of
from registry.adapters.tables.rows import CannotRead, Row
from registry.adapters.xlsx_table.workbook import sheets_of
from registry.domain.sheet import EVERYBODY, REASONS, Sheet, label

HIDDEN = "outcomes mapping"
MARK = "outcome-registry sheet 1"
HEADER, FIRST = 4, 5
NAME = "Fill in"
MOST_LINES = 2_000


class Inside(msgspec.Struct, frozen=True):
    """What a filled-in workbook says of itself: for which local measure it was made, and how it is read (TOML)."""

    variant: str
    mapping: bytes


def sheet_workbook(sheet: Sheet) -> bytes:
    """The bytes of the workbook (xlsx). Raises Invalid where openpyxl is missing."""
    openpyxl = writer_library()
    book = openpyxl.Workbook()
    page = book.active
    page.title = NAME
    _fill(page, sheet)
    _guard(page, sheet)
    hidden = book.create_sheet(HIDDEN)
    hidden.sheet_state = "hidden"
    for line, text in enumerate((MARK, sheet.variant, *_mapping(sheet).splitlines()), start=1):
        put(hidden, line, 1, text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def inside(path: Path) -> Inside | None:
    """What the workbook says of itself; null for any other file. Raises OSError where it cannot be opened."""
    try:
        content = content_of(path)
        sheets = sheets_of(content, decimal_comma=False) if content.kind == "xlsx" else ()
        lines = next(([*_texts(sheet.rows)] for sheet in sheets if sheet.hidden and sheet.name == HIDDEN), [])
    except CannotRead:
        return None
    if len(lines) < 3 or lines[0] != MARK:
        return None
    return Inside(lines[1], "\n".join(lines[2:]).encode())


def _texts(rows: Any) -> Iterator[str]:
    """The first cell of each row, blank rows too."""
    last = 0
    for row in islice(rows, MOST_LINES):
        if isinstance(row, Row):
            yield from [""] * (row.line - last - 1)
            yield row.cells[0] if row.cells else ""
            last = row.line


def _fill(page: Any, sheet: Sheet) -> None:
    styles = import_module("openpyxl.styles")
    put(page, 1, 1, f"{sheet.title} ({sheet.variant})").font = styles.Font(bold=True, size=14)
    put(
        page,
        2,
        1,
        f"Fill in the white cells for {sheet.period.code}. Where there is no figure, choose why. Rows left blank are not loaded.",
    )
    names = _names(sheet)
    for column, name in enumerate(names, start=1):
        cell = put(page, HEADER, column, name)
        cell.font, cell.fill = styles.Font(bold=True), styles.PatternFill("solid", start_color="D9E1F2")
        page.column_dimensions[cell.column_letter].width = max(14, min(34, len(name) + 4))
    for row, line in enumerate(sheet.lines, start=FIRST):
        labels = [sheet.period.code, *(label(line, name) for name, _ in sheet.dimensions)]
        texts = [*labels, *("" for _ in sheet.figures), *(line.before if sheet.before else ())]
        for column, text in enumerate(texts, start=1):
            cell = put(page, row, column, text) if text else page.cell(row=row, column=column)
            own = len(labels) < column <= len(labels) + len(sheet.figures)
            cell.protection = styles.Protection(locked=not own)
            if not own:
                cell.fill = styles.PatternFill("solid", start_color="F2F2F2")
    page.freeze_panes = page.cell(row=FIRST, column=2 + len(sheet.dimensions))


def _names(sheet: Sheet) -> list[str]:
    before = [f"{title} in {sheet.before.code}" for title, _ in sheet.figures] if sheet.before else []
    return ["Period", *(title for _, title in sheet.dimensions), *(title for title, _ in sheet.figures), *before]


def _guard(page: Any, sheet: Sheet) -> None:
    """Protect all but the cells to fill in; a drop-down of reasons where the figure goes, and counts that are counts."""
    validation = import_module("openpyxl.worksheet.datavalidation").DataValidation
    last = FIRST + len(sheet.lines) - 1
    for place, (title, role) in enumerate(sheet.figures, start=2 + len(sheet.dimensions)):
        letter = page.cell(row=HEADER, column=place).column_letter
        if role == "value":
            rule = validation(type="list", formula1=f'"{",".join(REASONS)}"', allow_blank=True, showErrorMessage=False)
            rule.promptTitle, rule.prompt = title, "Type the figure, or choose why there is none."
        elif role == "standard_error":
            rule = validation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        else:
            rule = validation(type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
            rule.errorTitle, rule.error = title, "A number of people is whole, and 0 or more."
        rule.showInputMessage = True
        page.add_data_validation(rule)
        rule.add(f"{letter}{FIRST}:{letter}{last}")
    page.protection.sheet = True
    page.protection.formatColumns = False


def _mapping(sheet: Sheet) -> str:
    made = "as the registry made this sheet"
    choices = [
        Choice("format", "xlsx", made),
        Choice("sheet", NAME, made),
        Choice("header_rows", [HEADER], made),
        Choice("title", f"Sheet filled in for {sheet.variant}", made),
        Choice("period.column", "Period", made),
        Choice(
            "wide.columns",
            f"(?P<role>{'|'.join(title for title, _ in sheet.figures)})",
            "so that rows left blank are set aside",
        ),
        Choice("wide.roles", dict(sheet.figures), made),
        Choice("codes", dict(REASONS), made),
    ]
    groups = [{"dimension": name, "column": title, "everybody": [EVERYBODY]} for name, title in sheet.dimensions]
    return toml_of([*choices, *([Choice("groups", list(groups), made)] if groups else [])], (), (), "this sheet")
