"""The ledger in one SQLite file: append-only, durable when acknowledged, never "locked", and never trusted when read.

Writers queue on a lock file; readers are never held up (write-ahead log). What `SqliteLedger.writing` has finished is
on the disk (``synchronous=FULL``). One `SqliteLedger` belongs to the thread that opened it and does not survive a fork:
open another one, which may be of the same file. Its tests are in `tests/ledger/`.

    with ledger.writing() as writer:
        writer.append([Draft(kind="template", schema="template/1", subject="template:x", body=b"{}")], actor="maria")
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from registry.domain.refusal import Busy, Damaged
from registry.ledger.entry import Entry, Verification
from registry.ledger.file import begin, connect, is_alone, is_full, make_file, no_room, open_ledger, upgrade
from registry.ledger.instant import Clock, read_as_of, utc_now
from registry.ledger.lock import PATIENCE, exclusive, lock_path
from registry.ledger.rows import (
    action_of,
    body_of,
    entries_between,
    entry_of,
    founding_of,
    head_of,
    last_at,
    last_redaction,
    latest_entries,
    newest_of,
    redacted_by,
)
from registry.ledger.sqlite_store import SqliteStore
from registry.ledger.store import Store
from registry.ledger.verify import Walk, walk_over
from registry.ledger.writer import Writer, found

__all__ = ["SqliteLedger", "Writer", "read_as_of"]


class SqliteLedger:
    """An open ledger. Made by `create` or `open`, used by one thread, closed by `close`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, now: Clock, patience: float) -> None:
        self.path = path
        self._connection = connection
        self._store = SqliteStore(connection)
        self._now = now
        self._patience = patience

    @classmethod
    def create(cls, path: Path, *, network: str, now: Clock, actor: str = "operator") -> "SqliteLedger":
        """Make a new ledger for the network; its first entry says so. The file appears whole or not at all, mode 0600.

        Raises Conflict when something is there already, NotFound when the folder is missing.
        """
        return cls.make(path, lambda store: found(store, network=network, now=now, actor=actor), now=now)

    @classmethod
    def make(cls, path: Path, fill: Callable[[Store], None], *, now: Clock = utc_now) -> "SqliteLedger":
        """Make a ledger of what ``fill`` puts into its empty tables, whole or not at all; else as `create`."""
        make_file(path.absolute(), fill)
        return cls.open(path, now=now)

    @classmethod
    def open(cls, path: Path, *, now: Clock = utc_now, patience: float = PATIENCE) -> "SqliteLedger":
        """Open the ledger at ``path``. A write waits at most ``patience`` seconds for its turn.

        Raises NotFound when there is nothing, NotARegistry when it is another file or was written by a newer program.
        """
        path = path.absolute()
        return cls(path, open_ledger(path, patience=patience), now, patience)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def registry_id(self) -> str:
        """The identifier that this registry was given when it was made. Raises Damaged when its entry is."""
        return founding_of(self._store).id

    @property
    def network(self) -> str:
        """The network's name, as it was given when the registry was made. Raises Damaged when its entry is."""
        return founding_of(self._store).network

    def head(self) -> Entry:
        """The last entry. Raises Damaged when there is none at all."""
        return head_of(self._store)

    def entry(self, seq: int) -> Entry:
        """The entry with this number. Raises NotFound."""
        return entry_of(self._store, seq)

    def newest(self, subject: str) -> Entry | None:
        """The subject's newest revision; None when there is none."""
        return newest_of(self._store, subject)

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """The entries with ``after < seq <= upto``, in order; without ``upto``, all there are when reading starts."""
        return entries_between(self._store, after, upto)

    def latest(self, limit: int, *, upto: int, subject: str | None = None) -> tuple[Entry, ...]:
        """The last entries with ``seq <= upto``, newest first, at most ``limit``; of one subject where it is named."""
        return latest_entries(self._store, limit, upto, subject)

    def entry_at(self, as_of: datetime) -> Entry | None:
        """The last entry recorded at or before this moment; None when there was none yet."""
        return last_at(self._store, as_of)

    def body(self, entry: Entry | str) -> bytes:
        """The recorded bytes, checked against their hash. Raises Redacted, Damaged, and NotFound for a hash no entry has."""
        return body_of(self._store, entry)

    def last_redaction(self) -> int:
        """The number of the last entry that redacted others; 0 where there is none. What was read before it may hold their figures."""
        return last_redaction(self._store)

    def redacted_by(self, seq: int) -> int | None:
        """The entry by which the body of this one was redacted; None where it was not."""
        return redacted_by(self._store, seq)

    def find_action(self, actor: str, idempotency_key: str) -> tuple[Entry, ...]:
        """All entries of the action that this actor sent with this key, in order; none when there is no such action."""
        return action_of(self._store, actor, idempotency_key)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Be the one writer for the length of the block: all of it is recorded at its end, or none when it raises.

        Raises Busy when others write for longer than the patience, NoRoom when the disk is full.
        """
        if self._connection.in_transaction:
            raise RuntimeError("This ledger is being written already, further out in the same thread.")
        with exclusive(lock_path(self.path), patience=self._patience):
            begin(self._connection)
            try:
                upgrade(self._connection)
                yield Writer(self._store, self._now)
                self._connection.execute("COMMIT")
            except sqlite3.OperationalError as fault:
                if is_full(fault):
                    raise no_room() from fault
                raise
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        """One state of everything, whatever others append meanwhile; bytes that are no text do not stop a reading."""
        with self._apart() as store:
            yield store

    def erase(self) -> None:
        """Leave no byte of a redacted body in the file or its log: every page is written anew and the log emptied.

        Raises Busy where others write, or read for longer than anybody should; doing it again finishes it.
        """
        with exclusive(lock_path(self.path), patience=self._patience):
            try:
                self._connection.execute("VACUUM")  # pages keep what stood there before a split or a move
                ((held, *_),) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                held = 1
        if held:
            raise Busy(
                "The redacted bodies are gone from the ledger, but its log (the file ending in -wal) still holds traces of them, "
                "because another program is reading.",
                hint="Close other programs that have the registry open and give the same command again.",
            )

    def verify(self, *, head: str | None = None) -> Verification:
        """Walk over everything, as it stands now, and name every fault.

        ``head`` is a chain value that somebody kept: with it, entries missing at the end are found too.
        """
        with self._apart() as store:
            return _walked(store, head)

    def close(self) -> None:
        """Give the file back. May be called again."""
        self._connection.close()

    @contextmanager
    def _apart(self) -> Iterator[SqliteStore]:
        """One state of the ledger, whatever others append meanwhile, over a connection that knows nothing of it yet."""
        lonely = is_alone(self._connection)  # opened on a full disk: there can be no other connection
        if not lonely:
            with _state_of(self.path) as store:
                yield store
            return
        self._connection.text_factory = _any_text
        self._connection.execute("BEGIN")
        try:
            yield self._store
        finally:
            self._connection.execute("ROLLBACK")
            self._connection.text_factory = str


def walk_file(path: Path, *, head: str | None = None) -> Verification:
    """Walk over everything in a ledger's file, as it stands now, and name every fault."""
    with _state_of(path) as store:
        return _walked(store, head)


def _walked(store: SqliteStore, head: str | None) -> Verification:
    walk = Walk(kept=head)
    try:
        for (report,) in store.stream("PRAGMA integrity_check"):
            if report != "ok":
                walk.note(f"The file is damaged: {report!s}.")
        walk_over(store, walk)
    except (Damaged, sqlite3.DatabaseError) as fault:
        walk.note(f"The file is damaged and could not be read to its end. {fault}")
    return walk.finish()


def _any_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")  # altered bytes may be no text, and must not stop the walk


@contextmanager
def _state_of(path: Path) -> Iterator[SqliteStore]:
    with closing(connect(path)) as connection:
        connection.text_factory = _any_text
        connection.execute("BEGIN")
        yield SqliteStore(connection)
