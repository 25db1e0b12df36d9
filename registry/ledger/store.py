"""The little that a ledger asks of the database beneath it.

Each query is written once, with ``?`` for each value, and both databases give the same rows for it: `SqliteStore`
(`registry/ledger/sqlite_store.py`) and `PostgresStore` (`registry/ledger/postgres_store.py`).
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from registry.ledger.entry import COLUMNS

Value = int | str | bytes | None
Row = tuple[Value, ...]

SELECT_ENTRY = f"SELECT {', '.join(f'entry.{name}' for name in COLUMNS)}"
VERIFY = "Run `outcomes verify` to see every fault, and restore a backup."


class Store(Protocol):
    """Rows of the tables ``entry``, ``body`` and ``redaction``, in whichever database."""

    def select(self, query: str, *values: Value) -> list[Row]:
        """All rows that answer the query. Raises Damaged when they cannot be read."""

    def stream(self, query: str) -> Iterator[Row]:
        """The rows that answer the query, a few at a time; to be read to the end before anything else is asked."""

    def knows_redactions(self) -> bool:
        """Whether there is a table ``redaction``; the first format of a file had none."""

    def extend(self, statement: str, rows: Iterable[Row]) -> None:
        """Run a statement once for each row, in order. Only inside a write."""
