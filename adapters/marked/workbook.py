"""The file that a person sent, as a workbook with every cell at fault coloured and commented, and all findings on its first sheet.

An Excel workbook comes back as it was sent, with its formats; every other file becomes sheets of texts, each row under its own number.
What we write is text and never a formula. Of a file of children only the findings are written, and of one that cannot be
read too. Needs openpyxl (extra ``files``). Tests: ``tests/adapters/test_marked.py``.
"""

import io
import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any
from warnings import catch_warnings

from registry.adapters.marked.cells import cell_of
from registry.adapters.sniff.opened import candidates
from registry.adapters.tables.content import MOST_WHOLE
from registry.adapters.tables.rows import CannotRead, Row, Table
from registry.domain.finding import Finding
from registry.domain.refusal import Invalid

OF_CHILDREN = frozenset(("names-persons", "one-row-per-child"))
MOST_ROWS, MOST_CELLS = 100_000, 2_000_000
"""So much of a table is written; findings further down stand on the first sheet alone."""
MOST_COMMENTS = 5_000
LONGEST = 32_000
COLOURS = {"error": "FFC7CE", "warning": "FFEB9C"}
SUMMARY = "Findings"
WIDTHS = {
    "severity": 10,
    "file": 24,
    "sheet": 16,
    "line": 8,
    "column": 26,
    "cell": 22,
    "what is wrong": 70,
    "how to mend it": 70,
    "rule": 22,
}
"""The columns of the first sheet, and how wide they are in characters."""
_ODD = (OSError, KeyError, ValueError, TypeError, AttributeError, IndexError)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_TITLE = re.compile(r"[\\/*?:\[\]]")


def marked_workbook(files: Sequence[Path], findings: Sequence[Finding]) -> bytes:
    """The bytes of the marked workbook (xlsx). Raises Invalid where openpyxl is missing, OSError where a file cannot be opened."""
    openpyxl = writer_library()
    tables = _tables(files, findings)
    book = _own(openpyxl, files, tables)
    if book is not None:
        sheets = {key: book[key[1]] for key in tables if key[1] in book.sheetnames}
    else:
        book = openpyxl.Workbook()
        book.remove(book.active)
        sheets = {key: _sheet(book, key, rows) for key, rows in tables.items()}
    where = _mark(findings, sheets, tables)
    _summary(book, findings, where)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def writer_library() -> ModuleType:
    """The library that writes workbooks. Raises Invalid with the way to install it where it is not there."""
    try:
        import_module("openpyxl.comments")
        import_module("openpyxl.worksheet.datavalidation")
        return import_module("openpyxl")
    except ModuleNotFoundError:
        raise Invalid(
            "Writing a workbook takes the library openpyxl, which is not installed.",
            hint="Install it: pip install 'outcome-registry[files]'.",
        ) from None


def put(sheet: Any, row: int, column: int, text: str) -> Any:  # cells of a library without types
    """Write a text as a text, whatever it begins with: no cell of ours is ever a formula."""
    cell = sheet.cell(row=row, column=column)
    cell.value = _UNWRITABLE.sub("\ufffd", text)[:LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in "=+-@"
    return cell


Key = tuple[str, str]
Rows = dict[int, list[str]]


def _tables(files: Sequence[Path], findings: Sequence[Finding]) -> dict[Key, Rows]:
    """The rows of every table that may be shown, by file and sheet."""
    hidden = {finding.file for finding in findings if finding.rule in OF_CHILDREN}
    found: dict[Key, Rows] = {}
    for path in files:
        if path.name in hidden:
            continue
        try:
            for entry in candidates(path):
                found[path.name, entry.table.sheet or ""] = _rows(entry.table)
        except CannotRead:
            continue
    return found


def _rows(table: Table) -> Rows:
    found: Rows = {}
    cells = 0
    for row in islice(table.rows, MOST_ROWS):
        cells += len(row.cells) if isinstance(row, Row) else 0
        if cells > MOST_CELLS:
            break
        if isinstance(row, Row):
            found[row.line] = row.cells
    return found


def _own(openpyxl: ModuleType, files: Sequence[Path], tables: dict[Key, Rows]) -> Any:
    """The person's own workbook, where one xlsx was sent that the reader found sound; null else."""
    (path, *more) = files
    sheets = any(sheet for _, sheet in tables)
    if more or not sheets or path.suffix.casefold() not in {".xlsx", ".xlsm"} or path.stat().st_size > MOST_WHOLE:
        return None
    try:
        with catch_warnings(action="ignore"):  # about parts that openpyxl does not keep, such as pictures of headers
            return openpyxl.load_workbook(path)
    except _ODD:  # our reader takes workbooks that openpyxl does not; they come back as texts
        return None


def _sheet(book: Any, key: Key, rows: Rows) -> Any:
    file, name = key
    title = _NO_TITLE.sub(" ", name or Path(file).stem)[:28] or "table"
    sheet = book.create_sheet(title)
    for line, cells in rows.items():
        for place, text in enumerate(cells, start=1):
            if text:
                put(sheet, line, place, text)
    return sheet


def _mark(findings: Sequence[Finding], sheets: dict[Key, Any], tables: dict[Key, Rows]) -> dict[int, str]:
    """Colour and comment every cell at fault; where each finding stands, as a link into the workbook."""
    where: dict[int, str] = {}
    said: dict[tuple[Key, int, int], list[Finding]] = {}
    for place, finding in enumerate(findings):
        key = _key(finding, sheets)
        at = cell_of(finding, tables[key]) if key else None
        if key and at:
            said.setdefault((key, *at), []).append(finding)
            where[place] = f"#'{sheets[key].title}'!{sheets[key].cell(row=at[0], column=at[1]).coordinate}"
    styles, comments = import_module("openpyxl.styles"), import_module("openpyxl.comments")
    for number, ((key, row, column), here) in enumerate(said.items()):
        worst = min(here, key=lambda finding: finding.severity).severity
        cell = sheets[key].cell(row=row, column=column)
        cell = cell if hasattr(cell, "column_letter") else _first_of_span(sheets[key], row, column)
        cell.fill = styles.PatternFill("solid", start_color=COLOURS[worst])
        if number < MOST_COMMENTS:
            words = "\n\n".join(f"{finding.severity}: {finding.detail} {finding.hint}".strip() for finding in here)
            cell.comment = comments.Comment(_UNWRITABLE.sub("\ufffd", words)[:2000], "outcomes", height=160, width=360)
    return where


def _first_of_span(sheet: Any, row: int, column: int) -> Any:
    """The cell that holds the text of a span of merged cells; the others take no colour and no comment."""
    span = next(found for found in sheet.merged_cells.ranges if (row, column) in set(found.cells))
    return sheet.cell(row=span.min_row, column=span.min_col)


def _key(finding: Finding, sheets: Iterable[Key]) -> Key | None:
    mine = [key for key in sheets if key[0] == finding.file]
    return next((key for key in mine if key[1] == (finding.sheet or "")), mine[0] if len(mine) == 1 else None)


def _summary(book: Any, findings: Sequence[Finding], where: dict[int, str]) -> None:
    title = SUMMARY
    while title in book.sheetnames:
        title += "_"
    sheet = book.create_sheet(title, 0)
    styles = import_module("openpyxl.styles")
    for column, (name, width) in enumerate(WIDTHS.items(), start=1):
        put(sheet, 1, column, name).font = styles.Font(bold=True)
        sheet.column_dimensions[sheet.cell(row=1, column=column).column_letter].width = width
    sheet.freeze_panes = "A2"
    for place, finding in enumerate(findings):
        line = "" if finding.row is None else str(finding.row)
        stands = (finding.file or "", finding.sheet or "", line, finding.column or "", finding.cell or "")
        texts = (finding.severity, *stands, finding.detail, finding.hint, finding.rule)
        for column, text in enumerate(texts, start=1):
            cell = put(sheet, place + 2, column, text)
            cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
        sheet.cell(row=place + 2, column=1).fill = styles.PatternFill("solid", start_color=COLOURS[finding.severity])
        if place in where:
            sheet.cell(row=place + 2, column=4).hyperlink = where[place]
            sheet.cell(row=place + 2, column=4).font = styles.Font(underline="single", color="0563C1")
    if not findings:
        put(sheet, 2, 1, "Nothing was found.")
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
