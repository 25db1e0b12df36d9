"""Where a ledger of a test stands, in a file or on a server, and how it is opened there: in this process or in another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import psycopg

from registry.ledger.contract import Ledger
from registry.ledger.postgres import PostgresLedger
from registry.ledger.sqlite import SqliteLedger
from registry.settings import on_server

GUARDS = {
    "entry": ("entry_never_changes", "entry_never_leaves", "entry_only_follows"),
    "body": ("body_never_changes", "body_never_leaves", "body_only_comes_new"),
    "redaction": ("redaction_never_changes", "redaction_never_leaves", "redaction_only_comes_new"),
}
INDEXES = ("entry_revision", "entry_recorded_at", "entry_body", "entry_request")


class Raw:
    """A connection as any other program would open it: each statement is kept at once, ``?`` stands for a value."""

    def __init__(self, connection: sqlite3.Connection | psycopg.Connection, *, server: bool) -> None:
        self._connection = connection
        self._server = server

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """Run one statement; the rows it answers with, if any."""
        if not self._server:
            return self._connection.execute(statement, values).fetchall()
        cursor = self._connection.execute(statement.replace("?", "%s").encode(), values or None)
        return cursor.fetchall() if cursor.description else []

    def drop_guards(self) -> None:
        """Take away the guards, and the indexes that would stop one value or another, as an owner can."""
        for table, guards in GUARDS.items():
            for guard in guards:
                self.execute(f"DROP TRIGGER {guard}{f' ON {table}' if self._server else ''}")
        for index in INDEXES:
            self.execute(f"DROP INDEX {index}")


class Place(msgspec.Struct, frozen=True):
    """A ledger's file, or its address on a server."""

    address: str

    @property
    def server(self) -> bool:
        return on_server(self.address)

    def create(self, **options: object) -> Ledger:
        if self.server:
            return PostgresLedger.create(self.address, **options)
        return SqliteLedger.create(Path(self.address), **options)

    def open(self, **options: object) -> Ledger:
        if self.server:
            return PostgresLedger.open(self.address, **options)
        return SqliteLedger.open(Path(self.address), **options)

    @contextmanager
    def raw(self) -> Iterator[Raw]:
        """A connection past the program."""
        kind, more = (psycopg, {"autocommit": True}) if self.server else (sqlite3, {"isolation_level": None})
        with closing(kind.connect(self.address, **more)) as connection:
            yield Raw(connection, server=self.server)
