"""The ledger in one SQLite file: append-only, durable when acknowledged, never "locked", and never trusted when read.

Writers queue on a lock file; readers are never held up (write-ahead log). What `SqliteLedger.writing` has finished is
on the disk (``synchronous=FULL``). One `SqliteLedger` belongs to the thread that opened it and does not survive a fork:
open another one, which may be of the same file. Its tests are in `tests/ledger/`.

    with ledger.writing() as writer:
        writer.append([Draft(kind="template", schema="template/1", subject="template:x", body=b"{}")], actor="maria")
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from registry.domain.refusal import Damaged, NotFound
from registry.ledger.entry import COLUMNS, Entry, Verification
from registry.ledger.file import begin, connect, is_alone, is_full, make_ledger, no_room, open_ledger
from registry.ledger.instant import Clock, moment_text, read_as_of, utc_now
from registry.ledger.lock import PATIENCE, exclusive, lock_path
from registry.ledger.rows import SELECT_ENTRY, VERIFY, action_of, entries_between, last_entry, read, read_entries
from registry.ledger.verify import Stored, Walk, body_fault
from registry.ledger.writer import Writer

__all__ = ["SqliteLedger", "Writer", "read_as_of"]

_WITH_BODIES = f"{SELECT_ENTRY}, body.salt, body.bytes FROM entry LEFT JOIN body USING (body_sha256) ORDER BY seq"
_ORPHANS = "SELECT body_sha256 FROM body WHERE body_sha256 NOT IN (SELECT body_sha256 FROM entry) ORDER BY body_sha256"


class SqliteLedger:
    """An open ledger. Made by `create` or `open`, used by one thread, closed by `close`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, now: Clock, patience: float) -> None:
        self.path = path
        self._connection = connection
        self._now = now
        self._patience = patience

    @classmethod
    def create(cls, path: Path, *, network: str, now: Clock, actor: str = "operator") -> "SqliteLedger":
        """Make a new ledger for the network; its first entry says so. The file appears whole or not at all, mode 0600.

        Raises Conflict when something is there already, NotFound when the folder is missing.
        """
        make_ledger(path.absolute(), network=network, now=now, actor=actor)
        return cls.open(path, now=now)

    @classmethod
    def open(cls, path: Path, *, now: Clock = utc_now, patience: float = PATIENCE) -> "SqliteLedger":
        """Open the ledger at ``path``. A write waits at most ``patience`` seconds for its turn.

        Raises NotFound when there is nothing, NotARegistry when it is another file or was written by a newer program.
        """
        path = path.absolute()
        return cls(path, open_ledger(path, patience=patience), now, patience)

    @property
    def registry_id(self) -> str:
        """The identifier that this registry was given when it was made. Raises Damaged when its entry is."""
        return str(msgspec.json.decode(self.body(self.entry(1)))["id"])

    @property
    def network(self) -> str:
        """The network's name, as it was given when the registry was made. Raises Damaged when its entry is."""
        return str(msgspec.json.decode(self.body(self.entry(1)))["network"])

    def head(self) -> Entry:
        """The last entry. Raises Damaged when there is none at all."""
        entry = last_entry(self._connection)
        if entry is None:
            raise Damaged("The ledger has no entries, not even its first.", hint=VERIFY)
        return entry

    def entry(self, seq: int) -> Entry:
        """The entry with this number. Raises NotFound."""
        for entry in read_entries(self._connection, "WHERE seq = ?", seq):
            return entry
        raise NotFound(f"The ledger has no entry {seq}.", hint="See which there are with `outcomes ledger log`.")

    def newest(self, subject: str) -> Entry | None:
        """The subject's newest revision; None when there is none."""
        return next(
            iter(read_entries(self._connection, "WHERE subject = ? ORDER BY revision DESC LIMIT 1", subject)), None
        )

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """The entries with ``after < seq <= upto``, in order; without ``upto``, all there are when reading starts."""
        if upto is None:
            upto = self.head().seq
        yield from entries_between(self._connection, after, upto)

    def entry_at(self, as_of: datetime) -> Entry | None:
        """The last entry recorded at or before this moment; None when there was none yet."""
        rest = "WHERE recorded_at <= ? ORDER BY recorded_at DESC LIMIT 1"
        return next(iter(read_entries(self._connection, rest, moment_text(as_of))), None)

    def body(self, entry: Entry | str) -> bytes:
        """The recorded bytes of an entry, or of a ``body_sha256``, checked against the hash on every reading.

        Raises Damaged, naming the entry, when they are missing or altered; NotFound for a hash that no entry has.
        """
        digest = entry if isinstance(entry, str) else entry.body_sha256
        rows = read(self._connection, "SELECT salt, bytes FROM body WHERE body_sha256 = ?", digest)
        salt, body = rows[0] if rows else (None, None)
        fault = body_fault(digest, salt, body)
        if isinstance(body, bytes) and not fault:
            return body
        raise Damaged(f"Entry {self._seq_of(entry)}: {fault}", hint=VERIFY)

    def find_action(self, actor: str, idempotency_key: str) -> tuple[Entry, ...]:
        """All entries of the action that this actor sent with this key, in order; none when there is no such action."""
        return action_of(self._connection, actor, idempotency_key)

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
                yield Writer(self._connection, self._now)
                self._connection.execute("COMMIT")
            except sqlite3.OperationalError as fault:
                if is_full(fault):
                    raise no_room() from fault
                raise
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def verify(self, *, head: str | None = None) -> Verification:
        """Walk over everything, as it stands now, and name every fault.

        ``head`` is a chain value that somebody kept: with it, entries missing at the end are found too.
        """
        walk = Walk(kept=head)
        with self._apart() as connection:
            try:
                _walk_over(connection, walk)
            except sqlite3.DatabaseError as fault:
                walk.note(f"The file is damaged and could not be read to its end: {fault}.")
        return walk.finish()

    def close(self) -> None:
        """Give the file back. May be called again."""
        self._connection.close()

    @contextmanager
    def _apart(self) -> Iterator[sqlite3.Connection]:
        """One state of the ledger, whatever others append meanwhile, over a connection that knows nothing of it yet."""
        lonely = is_alone(self._connection)  # opened on a full disk: there can be no other connection
        connection = self._connection if lonely else connect(self.path)
        connection.text_factory = _any_text
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")
            connection.text_factory = str
            if not lonely:
                connection.close()

    def _seq_of(self, entry: Entry | str) -> int:
        if isinstance(entry, Entry):
            return entry.seq
        for named in read_entries(self._connection, "WHERE body_sha256 = ?", entry):
            return named.seq
        raise NotFound(f"No entry of this ledger has a body with the hash {entry}.")


def _any_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")  # altered bytes may be no text, and must not stop the walk


def _walk_over(connection: sqlite3.Connection, walk: Walk) -> None:
    for (report,) in connection.execute("PRAGMA integrity_check"):
        if report != "ok":
            walk.note(f"The file is damaged: {report}.")
    for row in connection.execute(_WITH_BODIES):
        *columns, salt, body = row
        walk.step(Stored(dict(zip(COLUMNS, columns, strict=True)), salt, body))
    for (digest,) in connection.execute(_ORPHANS):
        walk.note(f"The body {digest!a} belongs to no entry.")
