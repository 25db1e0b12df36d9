"""A table on a page of HTML, whatever its file is called (``page``); all above rows is shared (``registry/adapters/tables``).

Rows are counted within their table, from 1. The encoding is the mapping's, else the one that the page declares. Rules of findings, beside
those of ``tables/reading``: ``table-unsaid`` ``table-missing`` ``sheet-too-large`` ``cell-merged``.
Tests: ``tests/adapters/test_pages.py``.
"""

import codecs
from collections.abc import Iterable, Sequence
from pathlib import Path

from registry.adapters.contract import Adapter, Reading, Wanted
from registry.adapters.html_table.page import declared_charset, tables_of
from registry.adapters.tables.content import Content, expect
from registry.adapters.tables.reading import read_tables
from registry.adapters.tables.rows import CannotRead, Misread, Table
from registry.domain.mapping import Mapping

SILENT = "utf-8-sig"
"""What a mapping says of the encoding that says nothing."""


def tables(content: Content, mapping: Mapping) -> Iterable[Table]:
    """The table that the mapping means. Raises CannotRead where the page has none, or several and the mapping leaves it open."""
    expect(content, "markup")
    found = tables_of(_text(content.whole(), mapping.encoding))
    if mapping.table is not None:
        if mapping.table > len(found):
            detail = f"The page has {len(found)} tables, and the mapping wants number {mapping.table}."
            raise CannotRead(Misread("table-missing", detail, "Correct table in the mapping."))
        return (Table(found[mapping.table - 1]),)
    filled = [(number, table) for number, table in enumerate(found, start=1) if len(table.rows) > 1]
    if len(filled) != 1:
        listed = ", ".join(f"number {number} has {len(table.rows)} rows" for number, table in filled[:12])
        detail = f"The page has {len(filled)} tables, and the mapping does not say which is meant{': ' if listed else ''}{listed}."
        raise CannotRead(Misread("table-unsaid", detail, "Write table = 1 (or 2 ...) in the mapping."))
    return (Table(filled[0][1]),)


def read(files: Sequence[Path], mapping: Mapping, wanted: Wanted) -> Reading:
    """Every data point and finding of the files, in their order. Raises OSError where a file cannot be opened."""
    return read_tables(files, mapping, wanted, tables)


ADAPTER = Adapter(name="html_table", formats=("html",), read=read)


def _text(body: bytes, declared: str) -> str:
    encoding = declared
    if declared == SILENT:
        marked = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        encoding = "utf-16" if marked else declared_charset(body) or declared
    try:
        return body.decode("utf-8-sig" if encoding.casefold() == "utf-8" else encoding)
    except (LookupError, UnicodeError) as fault:
        detail = f"The page is not text in the encoding {encoding!r}."
        hint = 'Write encoding = "cp1252" in the mapping if that is how the page was saved.'
        raise CannotRead(Misread("encoding-differs", detail, hint)) from fault
