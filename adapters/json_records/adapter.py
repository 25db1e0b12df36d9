"""JSON records, alone or in an envelope: each object is a row; all above rows is shared (``registry/adapters/tables``).

Names stand in row 1 and the first record in row 2, as they would in a sheet. ``records`` in the mapping is a pointer (RFC 6901) to
the array. An envelope that counts more records than it holds, or names a next page, is doubted (user pain A51). Rules of findings, beside
those of ``tables/reading``: ``not-json`` ``too-deep`` ``key-twice`` ``records-missing`` ``records-unsaid`` ``records-more``.
Tests: ``tests/adapters/test_json.py``.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Fields
from decimal import Decimal
from pathlib import Path

from registry.adapters.contract import Adapter, Reading, Wanted
from registry.adapters.tables.content import Content
from registry.adapters.tables.document import document_of, table_rows
from registry.adapters.tables.reading import read_tables
from registry.adapters.tables.rows import CannotRead, Misread, Table
from registry.domain.mapping import Mapping
from registry.domain.rule import member

COUNTS = ("count", "total", "total_count", "totalCount", "recordsTotal")
"""Fields by which envelopes say how many records there are in all."""


def tables(content: Content, mapping: Mapping) -> Iterable[Table]:
    """The records as one table. Raises CannotRead where there are none at the place that the mapping names, or it names none."""
    document = document_of(content)
    pointer = mapping.records or ""
    found = member(document, pointer)
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise CannotRead(_missing(document, mapping))
    rows = table_rows(found, decimal_comma=mapping.decimal_comma)
    return (
        Table(
            rows if found else [],
            doubt=_more(member(document, pointer.rpartition("/")[0]), len(found)) if pointer else None,
        ),
    )


def read(files: Sequence[Path], mapping: Mapping, wanted: Wanted) -> Reading:
    """Every data point and finding of the files, in their order. Raises OSError where a file cannot be opened."""
    return read_tables(files, mapping, wanted, tables)


ADAPTER = Adapter(name="json_records", formats=("json",), read=read)


def _missing(document: object, mapping: Mapping) -> Misread:
    places = list(places_of(document))
    listed = ", ".join(repr(place) for place in places[:12])
    hint = (
        f"Records stand at {listed}: write records = ... in the mapping."
        if places
        else "The document holds no array of objects."
    )
    if isinstance(document, list) and any(isinstance(entry, list) for entry in document):
        hint = 'It is an array of arrays: write format = "census-json".'
    if mapping.records:
        return Misread("records-missing", f"There are no records at {mapping.records!r}.", hint)
    return Misread(
        "records-unsaid", "The document is no array of records, and the mapping does not say where they stand.", hint
    )


def places_of(document: object) -> Iterator[str]:
    """Where arrays of objects stand, as pointers (RFC 6901)."""
    return _places(document, "", 3)


def _places(document: object, pointer: str, deep: int) -> Iterator[str]:
    """Where arrays of objects stand."""
    if isinstance(document, list) and document and all(isinstance(entry, dict) for entry in document):
        yield pointer
    elif deep and isinstance(document, (dict, list)):
        pairs = document.items() if isinstance(document, dict) else enumerate(document[:10])
        for name, value in pairs:
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            yield from _places(value, f"{pointer}/{escaped}", deep - 1)


def _more(envelope: object, held: int) -> Misread | None:
    if not isinstance(envelope, dict):
        return None
    counted = max((int(envelope[name]) for name in COUNTS if _is_count(envelope, name)), default=held)
    if counted > held:
        detail = f"The document says that there are {counted} records, and holds {held} of them."
    elif envelope.get("next"):
        detail = f"The document holds {held} records and names a next page."
    else:
        return None
    return Misread("records-more", detail, "Fetch all pages, and load them together.")


def _is_count(envelope: Fields[str, object], name: str) -> bool:
    value = envelope.get(name)
    return isinstance(value, Decimal) and value.is_finite() and value.adjusted() < 12
