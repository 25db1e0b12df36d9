"""A roll-up as CSV text or a Parquet file: the flat records of ``domain/export.py``, columns in their order."""

import csv
import io

from registry import duck
from registry.domain.export import Flat, flat
from registry.domain.rollup_answer import RollupAnswer


def csv_text(answer: RollupAnswer) -> str:
    """The records as CSV (RFC 4180, UTF-8, a header line); an absent figure is an empty field, 0 is 0, yes is true."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Flat.__struct_fields__)
    for record in flat(answer):
        writer.writerow([_cell(getattr(record, name)) for name in Flat.__struct_fields__])
    return out.getvalue()


def parquet_bytes(answer: RollupAnswer) -> bytes:
    """The records as one Parquet file with typed columns."""
    connection = duck.connect()
    try:
        duck.run(connection, "export/flat")
        duck.insert(connection, "flat", flat(answer))
        return duck.parquet_of(connection, "flat")
    finally:
        connection.close()


def _cell(value: str | float | None) -> str | float:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value
