"""A workbook of old Excel (xls): its sheets become rows (``workbook``); all above rows is shared (``registry/adapters/tables``).

Rows are numbered as in the sheet. Rules of findings, beside those of ``tables/reading``: ``sheet-unsaid`` ``sheet-missing``
``sheet-too-large`` ``cell-is-date`` ``cell-merged`` ``library-missing`` ``file-locked``.
Tests: ``tests/adapters/test_workbooks.py``.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from registry.adapters.contract import Adapter, Reading, Wanted
from registry.adapters.tables.content import Content, expect
from registry.adapters.tables.reading import read_tables
from registry.adapters.tables.rows import Table
from registry.adapters.tables.sheets import meant
from registry.adapters.xls_table.workbook import sheets_of
from registry.domain.mapping import Mapping


def tables(content: Content, mapping: Mapping) -> Iterable[Table]:
    """The sheets that the mapping means. Raises CannotRead where the file is no such workbook or the mapping leaves it open."""
    expect(content, "old-office")
    return meant(sheets_of(content, decimal_comma=mapping.decimal_comma), mapping)


def read(files: Sequence[Path], mapping: Mapping, wanted: Wanted) -> Reading:
    """Every data point and finding of the files, in their order. Raises OSError where a file cannot be opened."""
    return read_tables(files, mapping, wanted, tables)


ADAPTER = Adapter(name="xls_table", formats=("xls",), read=read)
