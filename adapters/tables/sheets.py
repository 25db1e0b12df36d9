"""Which sheets of a workbook a mapping means: one by name, several by a pattern, or the only one that holds anything.

What a sheet's name says of its rows (a year, a group) is read by the pattern's named parts.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec

from registry.adapters.tables.header import folded
from registry.adapters.tables.rows import Broken, CannotRead, Misread, Row, Table
from registry.adapters.tables.top import has_text
from registry.domain.mapping import Mapping


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a workbook: its name, whether the workbook hides it, and its rows."""

    name: str
    hidden: bool
    rows: Iterable[Row | Broken]


def meant(sheets: Sequence[Sheet], mapping: Mapping) -> tuple[Table, ...]:
    """The sheets that a mapping means, as tables. Raises CannotRead where there is none, or nobody can tell which."""
    if mapping.sheet is not None:
        called = [sheet for sheet in sheets if folded(sheet.name) == folded(mapping.sheet)]
        return _tables([(sheet, {}) for sheet in called], sheets, repr(mapping.sheet))
    if mapping.sheets is not None:
        return _tables(_fitting(sheets, mapping.sheets), sheets, f"the pattern {mapping.sheets!r}")
    filled = [sheet for sheet in sheets if not sheet.hidden and _holds_anything(sheet)]
    if len(filled) > 1:
        detail = (
            f"The workbook has {len(filled)} sheets, and the mapping does not say which is meant: {_listed(filled)}."
        )
        hint = 'Write sheet = "..." in the mapping, or sheets = "a pattern over their names" to read several.'
        raise CannotRead(Misread("sheet-unsaid", detail, hint))
    return _tables([(sheet, {}) for sheet in filled or sheets[:1]], sheets, "a sheet")


def _fitting(sheets: Sequence[Sheet], pattern: str) -> list[tuple[Sheet, dict[str, str]]]:
    try:
        matched = [(sheet, re.fullmatch(pattern, sheet.name, re.IGNORECASE)) for sheet in sheets]
    except re.error as fault:
        detail = f"The pattern over the names of sheets cannot be read: {fault}."
        raise CannotRead(Misread("pattern-unreadable", detail, "Correct sheets.")) from fault
    return [
        (sheet, {part: text for part, text in found.groupdict().items() if text}) for sheet, found in matched if found
    ]


def _tables(found: Sequence[tuple[Sheet, dict[str, str]]], sheets: Sequence[Sheet], wanted: str) -> tuple[Table, ...]:
    if not found:
        detail = f"The workbook has no sheet that is {wanted}: it has {_listed(sheets)}."
        raise CannotRead(Misread("sheet-missing", detail, "Correct sheet or sheets in the mapping."))
    return tuple(Table(rows=sheet.rows, sheet=sheet.name, named=named) for sheet, named in found)


def _holds_anything(sheet: Sheet) -> bool:
    return any(isinstance(row, Broken) or has_text(row) for row in sheet.rows)


def _listed(sheets: Sequence[Sheet]) -> str:
    return ", ".join(repr(sheet.name) for sheet in sheets[:12]) or "none"
