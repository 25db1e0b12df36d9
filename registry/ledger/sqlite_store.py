"""Rows in and out of one SQLite connection: the seam by which the ledger's queries reach a file."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from registry.domain.refusal import Damaged
from registry.ledger.store import VERIFY, Row, Value

_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class SqliteStore:
    """Rows of the two tables in one SQLite file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def select(self, query: str, *values: Value) -> list[Row]:
        """All rows that answer the query. Raises Damaged when the file cannot be read."""
        with _damage_in_words():
            return self._connection.execute(query, values).fetchall()

    def stream(self, query: str) -> Iterator[Row]:
        """The rows that answer the query, one at a time. Raises Damaged when the file cannot be read to its end."""
        with _damage_in_words():
            yield from self._connection.execute(query)

    def knows_redactions(self) -> bool:
        """Whether there is a table ``redaction``; the first format of a file had none."""
        return bool(self.select("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'redaction'"))

    def extend(self, statement: str, rows: Iterable[Row]) -> None:
        """Add rows, in order, inside the transaction that is open. Raises what SQLite raises."""
        self._connection.executemany(statement, rows)


@contextmanager
def _damage_in_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as fault:
        # Text that is not UTF-8 has no code: Python finds it, not SQLite.
        if getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _CORRUPT:
            raise
        raise Damaged(f"The ledger's file cannot be read: {fault}.", hint=VERIFY) from fault
