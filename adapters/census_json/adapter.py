"""JSON as the Census API gives it: an array of arrays whose first holds the names; all above rows is shared (``registry/adapters/tables``).

The array of names is row 1. Codes stand in parts (state and county): ``place.then`` puts them together. The year is not in the file: it is
``period.fixed`` or stands in the file's name. Annotations such as -555555555 are findings until the mapping names them.
Rules of findings, beside those of ``tables/reading``: ``not-json`` ``too-deep`` ``key-twice`` ``records-missing``.
Tests: ``tests/adapters/test_json.py``.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from registry.adapters.contract import Adapter, Reading, Wanted
from registry.adapters.tables.content import Content
from registry.adapters.tables.document import cell_text, document_of
from registry.adapters.tables.reading import read_tables
from registry.adapters.tables.rows import MOST_COLUMNS, CannotRead, Misread, Row, Table, too_wide
from registry.domain.mapping import Mapping


def tables(content: Content, mapping: Mapping) -> Iterable[Table]:
    """The arrays as one table. Raises CannotRead where the document is no array of arrays."""
    document = document_of(content)
    if not isinstance(document, list) or not all(isinstance(entry, list) for entry in document):
        hint = 'For objects with named fields write format = "json"; the API answers with a text where a question is wrong.'
        raise CannotRead(Misread("records-missing", "The document is no array of arrays.", hint))
    rows = [_row(line, entry, mapping) for line, entry in enumerate(document, start=1) if len(entry) <= MOST_COLUMNS]
    wide = [too_wide(line, len(entry)) for line, entry in enumerate(document, start=1) if len(entry) > MOST_COLUMNS]
    return (Table([*wide, *rows], ragged=True),)


def read(files: Sequence[Path], mapping: Mapping, wanted: Wanted) -> Reading:
    """Every data point and finding of the files, in their order. Raises OSError where a file cannot be opened."""
    return read_tables(files, mapping, wanted, tables)


ADAPTER = Adapter(name="census_json", formats=("census-json",), read=read)


def _row(line: int, entry: Sequence[object], mapping: Mapping) -> Row:
    return Row(line, [cell_text(value, decimal_comma=mapping.decimal_comma) for value in entry])
