"""How entries are read out of an SQLite ledger: by number, by time, by action; the same inside and outside a write.

What cannot be read as an entry is Damaged, never skipped.
"""

import sqlite3
from collections.abc import Iterator

import msgspec

from registry.domain.refusal import Damaged
from registry.ledger.entry import COLUMNS, Entry

Value = int | str | bytes | None

SELECT_ENTRY = f"SELECT {', '.join(f'entry.{name}' for name in COLUMNS)}"
VERIFY = "Run `outcomes verify` to see every fault, and restore a backup."
_PAGE = 500  # entries at once: no read stays open between them, which would hold up checkpoints and our own writes
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def read(connection: sqlite3.Connection, query: str, *parameters: Value) -> list[tuple[Value, ...]]:
    """All rows that answer the query. Raises Damaged when the file cannot be read."""
    try:
        return connection.execute(query, parameters).fetchall()
    except sqlite3.DatabaseError as fault:
        # Text that is not UTF-8 has no code: Python finds it, not SQLite.
        if getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _CORRUPT:
            raise
        raise Damaged(f"The ledger's file cannot be read: {fault}.", hint=VERIFY) from fault


def read_entries(connection: sqlite3.Connection, rest: str, *parameters: Value) -> tuple[Entry, ...]:
    """The entries that ``rest``, the query from its WHERE on, asks for. Raises Damaged."""
    rows = read(connection, f"{SELECT_ENTRY} FROM entry {rest}", *parameters)
    try:
        return tuple(msgspec.convert(dict(zip(COLUMNS, row, strict=True)), Entry) for row in rows)
    except msgspec.ValidationError as fault:
        raise Damaged(f"An entry cannot be read: {fault}.", hint=VERIFY) from fault


def last_entry(connection: sqlite3.Connection) -> Entry | None:
    """The last entry; None only while a ledger is made, or when somebody emptied it."""
    return next(iter(read_entries(connection, "ORDER BY seq DESC LIMIT 1")), None)


def entries_between(connection: sqlite3.Connection, after: int, upto: int) -> Iterator[Entry]:
    """The entries with ``after < seq <= upto``, in order."""
    while page := read_entries(connection, f"WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT {_PAGE}", after, upto):
        yield from page
        after = page[-1].seq


def action_of(connection: sqlite3.Connection, actor: str, idempotency_key: str) -> tuple[Entry, ...]:
    """All entries of the action that this actor sent with this key, in order; none when there is no such action."""
    rest = """
        JOIN (SELECT seq AS first, action_id AS action FROM entry WHERE actor = ? AND idempotency_key = ?)
          ON seq >= first AND action_id = action
        ORDER BY seq"""
    return read_entries(connection, rest, actor, idempotency_key)


def last_revision(connection: sqlite3.Connection, subject: str) -> int:
    """The subject's last revision; 0 when there is none."""
    ((revision,),) = read(connection, "SELECT coalesce(max(revision), 0) FROM entry WHERE subject = ?", subject)
    return revision if isinstance(revision, int) else 0


def has_redactions(connection: sqlite3.Connection) -> bool:
    """Whether the ledger's format knows redactions at all; format 1 did not."""
    return bool(read(connection, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'redaction'"))


def redacted_by(connection: sqlite3.Connection, seq: int) -> int | None:
    """The entry by which the body of this one was redacted; None where it was not."""
    rows = read(connection, "SELECT by_seq FROM redaction WHERE seq = ?", seq) if has_redactions(connection) else []
    return rows[0][0] if rows and isinstance(rows[0][0], int) else None


def last_redaction(connection: sqlite3.Connection) -> int:
    """The number of the last entry that redacted others; 0 where there is none."""
    if not has_redactions(connection):
        return 0
    ((seq,),) = read(connection, "SELECT coalesce(max(by_seq), 0) FROM redaction")
    return seq if isinstance(seq, int) else 0
