"""A DHIS2 dataValueSet, in XML or JSON: each value is a row; all above rows is shared (``registry/adapters/tables``).

Names stand in row 1 and the first value in row 2. What the set says once (period, orgUnit) holds for values that are silent; a
missing categoryOptionCombo or attributeOptionCombo is ``default``. Numerators and denominators are data elements of their own:
``components`` puts them together. A value that DHIS2 marks as deleted is a question until the mapping skips it. Rules of findings,
beside those of ``tables/reading``: ``value-deleted`` ``records-missing`` ``xml-unsafe`` ``not-json`` ``too-deep`` ``key-twice``.
Tests: ``tests/adapters/test_dhis2.py``.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Fields
from pathlib import Path

import msgspec

from registry.adapters.contract import Adapter, Reading, Wanted
from registry.adapters.tables.content import MOST_WHOLE, Content, expect
from registry.adapters.tables.document import document_of, table_rows
from registry.adapters.tables.markup import events
from registry.adapters.tables.reading import read_tables
from registry.adapters.tables.rows import CannotRead, Misread, Odd, Row, Table
from registry.domain.mapping import Mapping

NAMES = (
    "dataElement",
    "period",
    "orgUnit",
    "categoryOptionCombo",
    "attributeOptionCombo",
    "value",
    "comment",
    "deleted",
)
COMBINED = ("categoryOptionCombo", "attributeOptionCombo")
OF_SET = ("dataSet", "period", "orgUnit", "attributeOptionCombo")
"""What a set may say once for all its values."""
DELETED = Odd(
    Misread(
        "value-deleted",
        "DHIS2 marks this value as deleted.",
        'Set such rows aside in the mapping: skip = { deleted = ["true"] }.',
    )
)


def tables(content: Content, mapping: Mapping) -> Iterable[Table]:
    """The values as one table. Raises CannotRead where the file holds no such set."""
    expect(content, "text", "markup")
    shared, values = _of_xml(content) if content.kind == "markup" else _of_json(content)
    defaults = {**dict.fromkeys(COMBINED, "default"), **{name: shared[name] for name in OF_SET if shared.get(name)}}
    filled = [
        {**defaults, **{name: text for name, text in value.items() if text not in {None, ""}}} for value in values
    ]
    rows = table_rows(filled, decimal_comma=mapping.decimal_comma, first=NAMES)
    return (Table([rows[0], *(_marked(row) for row in rows[1:])] if filled else []),)


def read(files: Sequence[Path], mapping: Mapping, wanted: Wanted) -> Reading:
    """Every data point and finding of the files, in their order. Raises OSError where a file cannot be opened."""
    return read_tables(files, mapping, wanted, tables)


ADAPTER = Adapter(name="dhis2_values", formats=("dhis2",), read=read)


def _of_xml(content: Content) -> tuple[Fields[str, object], list[Fields[str, object]]]:
    shared: Fields[str, object] = {}
    values: list[Fields[str, object]] = []
    known, size = False, 0
    with content.open() as stream:
        for event in events(stream):
            if event.what == "start" and event.name == "dataValueSet":
                shared, known = event.attributes, True
            elif event.what == "start" and event.name == "dataValue":
                values.append(event.attributes)
                size += sum(map(len, event.attributes.values()))
            if size > MOST_WHOLE:
                raise CannotRead(Misread("file-too-large", "The set holds too many values.", "Export it in parts."))
    if not known:
        raise CannotRead(_no_set())
    return shared, values


def _of_json(content: Content) -> tuple[Fields[str, object], list[Fields[str, object]]]:
    document = document_of(content)
    values = document.get("dataValues") if isinstance(document, dict) else None
    if (
        not isinstance(document, dict)
        or not isinstance(values, list)
        or not all(isinstance(entry, dict) for entry in values)
    ):
        raise CannotRead(_no_set())
    return document, values


def _no_set() -> Misread:
    return Misread(
        "records-missing", "The file holds no dataValueSet.", "Export data values from DHIS2 as XML or JSON."
    )


def _marked(row: Row) -> Row:
    """The row with its value marked where it was deleted."""
    if row.cells[NAMES.index("deleted")].casefold() != "true":
        return row
    return msgspec.structs.replace(row, odd={NAMES.index("value"): DELETED})
