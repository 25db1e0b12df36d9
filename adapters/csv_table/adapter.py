"""A table of text with separators (CSV, TSV): its bytes become rows (``lines``); all above rows is shared (``registry/adapters/tables``).

A file that cannot be decoded is not read at all. Lines count from 1; a row that spans lines is named by its first.
Rules of findings: ``encoding-differs`` ``encoding-doubtful`` ``delimiter-unusable`` ``line-too-long``
``quotes-unbalanced``, and those of ``tables/reading``. Tests: ``tests/adapters/test_csv_table.py``.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from registry.adapters.contract import Adapter, Reading, Wanted
from registry.adapters.csv_table.lines import encoding_of, mixed_line, read_rows
from registry.adapters.tables.content import Content, expect
from registry.adapters.tables.reading import read_tables
from registry.adapters.tables.rows import Broken, CannotRead, Misread, Row, Table
from registry.domain.mapping import Mapping

UNUSABLE = frozenset('"\r\n\0 ')
"""Characters that cannot separate cells: they mean something else in such a file."""


class Lines(msgspec.Struct, frozen=True):
    """The rows of a file of text, read anew each time they are gone through."""

    content: Content
    encoding: str
    delimiter: str

    def __iter__(self) -> Iterator[Row | Broken]:
        """Every row, blank ones too. Raises CannotRead at a line without end."""
        return read_rows(self.content, self.encoding, self.delimiter)


def tables(content: Content, mapping: Mapping) -> Iterable[Table]:
    """The one table of the file. Raises CannotRead where it is no text in the encoding that the mapping names."""
    if mapping.delimiter in UNUSABLE:
        hint = 'Write delimiter = "," or ";" or "\\t".'
        raise CannotRead(Misread("delimiter-unusable", f"{mapping.delimiter!r} cannot separate cells.", hint))
    expect(content, "text")
    encoding = encoding_of(content, mapping.encoding)
    return (Table(Lines(content, encoding, mapping.delimiter), doubt=mixed_line(content, encoding), ragged=True),)


def read(files: Sequence[Path], mapping: Mapping, wanted: Wanted) -> Reading:
    """Every data point and finding of the files, in their order. Raises OSError where a file cannot be opened."""
    return read_tables(files, mapping, wanted, tables)


ADAPTER = Adapter(name="csv_table", formats=("csv",), read=read)
