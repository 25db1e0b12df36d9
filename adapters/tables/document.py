"""JSON as it was written: numbers keep every digit, a field said twice is a fault, and no depth or size does harm.

Numbers come as Decimal, so that 0.30 stays 0.30 and an id of twenty digits stays itself. Tests: ``tests/adapters/test_json.py``.
"""

import json
from collections import Counter
from collections.abc import Mapping as Fields
from collections.abc import Sequence
from decimal import Decimal

from registry.adapters.tables.content import Content, expect
from registry.adapters.tables.rows import MOST_COLUMNS, CannotRead, Misread, Row
from registry.adapters.tables.typed import number_text

DEEPEST = 4
"""How many objects may stand in one another in a record; what is deeper stays JSON."""


def document_of(content: Content) -> object:
    """The document in a file. Raises CannotRead where it is no JSON, says a field twice, or is nested too deeply."""
    expect(content, "text")
    try:
        return json.loads(
            content.whole(), parse_int=Decimal, parse_float=Decimal, parse_constant=str, object_pairs_hook=_fields
        )
    except UnicodeError as fault:
        detail = "The document is not UTF-8 or UTF-16, in which JSON is written."
        raise CannotRead(Misread("encoding-differs", detail, "Save it as UTF-8.")) from fault
    except json.JSONDecodeError as fault:
        detail = f"The file is no JSON: {fault.msg} in line {fault.lineno}, column {fault.colno}."
        raise CannotRead(
            Misread("not-json", detail, "Check commas, quotes and brackets there; fetch it again.")
        ) from fault
    except RecursionError as fault:
        raise CannotRead(
            Misread("too-deep", "The document is nested too deeply for any table.", "Check where it comes from.")
        ) from fault


def table_rows(records: Sequence[Fields[str, object]], *, decimal_comma: bool, first: Sequence[str] = ()) -> list[Row]:
    """Records as a table: names in row 1, the first record in row 2. Names inside an object are ``outer | inner``."""
    flat = [dict(_flat(record, "", DEEPEST)) for record in records]
    names = list(dict.fromkeys([*first, *(name for record in flat for name in record)]))
    if len(names) > MOST_COLUMNS:
        detail = f"The records have {len(names)} different fields; a table has {MOST_COLUMNS} columns at most."
        raise CannotRead(Misread("too-many-columns", detail, "Check where the records stand (records in the mapping)."))
    rows = [Row(1, names)]
    rows += [
        Row(line, [_text(record.get(name), decimal_comma) for name in names])
        for line, record in enumerate(flat, start=2)
    ]
    return rows


def cell_text(value: object, *, decimal_comma: bool) -> str:
    """A value as the text of a cell: null is blank, a number keeps its digits, what is no scalar stays JSON."""
    return _text(value, decimal_comma)


def _fields(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        detail = f"One object of the document says the field {twice[:80]!r} twice."
        raise CannotRead(Misread("key-twice", detail, "Keep one of the two."))
    return fields


def _flat(record: Fields[str, object], outer: str, deep: int) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in record.items():
        if isinstance(value, dict) and value and deep > 1:
            found += _flat(value, f"{outer}{name} | ", deep - 1)
        else:
            found.append((f"{outer}{name}", value))
    return found


def _text(value: object, decimal_comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return number_text(value, decimal_comma=decimal_comma)
    return json.dumps(value, default=str, ensure_ascii=False)[:1000]
