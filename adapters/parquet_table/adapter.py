"""A Parquet file, read by DuckDB: each row is a row, every value as text; all above rows is shared (``registry/adapters/tables``).

Names stand in row 1 and the first record in row 2, as they would in a sheet. A date is odd where no period stands; NaN is no figure until
the mapping names it. Rules of findings, beside those of ``tables/reading``: ``cell-is-date`` ``file-damaged``.
Tests: ``tests/adapters/test_parquet.py``.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from registry import duck
from registry.adapters.contract import Adapter, Reading, Wanted
from registry.adapters.tables.content import Content, damaged, expect
from registry.adapters.tables.reading import read_tables
from registry.adapters.tables.rows import MOST_COLUMNS, Broken, CannotRead, Misread, Odd, Row, Table
from registry.adapters.tables.typed import day_text, number_text, odd_date
from registry.domain.mapping import Mapping


class ParquetRows(msgspec.Struct, frozen=True):
    """The rows of a Parquet file, read anew each time they are gone through."""

    body: bytes
    names: tuple[str, ...]
    decimal_comma: bool

    def __iter__(self) -> Iterator[Row | Broken]:
        """The names, then every row. Raises CannotRead where the file is damaged."""
        yield Row(1, list(self.names))
        try:
            for line, values in enumerate(duck.parquet_rows(self.body), start=2):
                yield self._row(line, values)
        except duck.Error as fault:
            raise damaged(_told(fault)) from fault

    def _row(self, line: int, values: Sequence[object]) -> Row:
        odd: dict[int, Odd] = {}
        cells: list[str] = []
        for place, value in enumerate(values):
            text = _text(value, decimal_comma=self.decimal_comma)
            question = odd_date(text) if isinstance(value, date) else None
            odd |= {place: question} if question else {}
            cells.append(text)
        return Row(line, cells, odd)


def tables(content: Content, mapping: Mapping) -> Iterable[Table]:
    """The one table of the file. Raises CannotRead where it is damaged or has too many columns."""
    expect(content, "parquet")
    body = content.whole()
    try:
        names = duck.parquet_names(body)
    except duck.Error as fault:
        raise damaged(_told(fault)) from fault
    if len(names) > MOST_COLUMNS:
        detail = f"The file has {len(names)} columns; a table has {MOST_COLUMNS} at most."
        raise CannotRead(Misread("too-many-columns", detail, "Keep the columns that are needed."))
    return (Table(ParquetRows(body, names, mapping.decimal_comma)),)


def read(files: Sequence[Path], mapping: Mapping, wanted: Wanted) -> Reading:
    """Every data point and finding of the files, in their order. Raises OSError where a file cannot be opened."""
    return read_tables(files, mapping, wanted, tables)


ADAPTER = Adapter(name="parquet_table", formats=("parquet",), read=read)


def _text(value: object, *, decimal_comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        value = int(value) if value.is_integer() else Decimal(repr(value))  # 150011.0 is what programs make of 150011
    if isinstance(value, int | Decimal):
        return number_text(Decimal(value), decimal_comma=decimal_comma)
    return day_text(value) if isinstance(value, date) else str(value)


def _told(fault: Exception) -> str:
    """The first line of what DuckDB says, without the paths and values that may follow."""
    return str(fault).partition("\n")[0].partition(":")[0][:120]
