"""A roll-up as CSV text or a Parquet file: the flat records of ``domain/export.py`` or ``framework_export.py``, columns in their order."""

import csv
import io

from registry import duck
from registry.domain.export import Flat, flat
from registry.domain.framework_answer import FrameworkRollup
from registry.domain.framework_export import FrameworkFlat, flat_framework
from registry.domain.rollup_answer import RollupAnswer

Records = tuple[Flat, ...] | tuple[FrameworkFlat, ...]


def csv_text(answer: RollupAnswer | FrameworkRollup) -> str:
    """The records as CSV (RFC 4180, UTF-8, a header line); an absent figure is an empty field, 0 is 0, yes is true."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    kind, _, records = _records(answer)
    writer.writerow(kind.__struct_fields__)
    for record in records:
        writer.writerow([_cell(getattr(record, name)) for name in kind.__struct_fields__])
    return out.getvalue()


def parquet_bytes(answer: RollupAnswer | FrameworkRollup) -> bytes:
    """The records as one Parquet file with typed columns."""
    connection = duck.connect()
    try:
        _, relation, records = _records(answer)
        duck.run(connection, f"export/{relation}")
        duck.insert(connection, relation, records)
        return duck.parquet_of(connection, relation)
    finally:
        connection.close()


def _records(answer: RollupAnswer | FrameworkRollup) -> tuple[type[Flat] | type[FrameworkFlat], str, Records]:
    """The kind of record, the relation that has its columns, and the records."""
    if isinstance(answer, FrameworkRollup):
        return FrameworkFlat, "framework_flat", flat_framework(answer)
    return Flat, "flat", flat(answer)


def _cell(value: str | float | None) -> str | float:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value
