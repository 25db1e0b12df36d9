"""The ledger on a PostgreSQL server: the same entries, guards and answers as in a file, for any number of computers.

Writers queue on the server; readers are never held up. What `PostgresLedger.writing` has finished is on the server's disk
(``synchronous_commit``). One `PostgresLedger` belongs to the thread that opened it and does not survive a fork. It needs the
extra ``postgres`` and is found by name (`registry/app.py`), so that nobody else has to install it. Its tests are those of
`registry/ledger/sqlite.py`, run over both, and `tests/ledger/test_postgres*.py`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from registry.domain.refusal import Conflict, Damaged, NotARegistry, NotFound
from registry.ledger.entry import Entry, Verification
from registry.ledger.instant import Clock, utc_now
from registry.ledger.lock import PATIENCE
from registry.ledger.postgres_store import PostgresStore
from registry.ledger.postgres_tables import FORMAT, GUARDS, MARK, TABLES
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
from registry.ledger.store import Store
from registry.ledger.verify import Walk, walk_over
from registry.ledger.writer import Writer, found
from registry.version import __version__

_CHOOSE = "Give the address of another database, or of a schema of its own: add ?options=-csearch_path%3DNAME."
_MARK = "SELECT obj_description(to_regclass(quote_ident(current_schema()) || '.entry'), 'pg_class')"
_RELATIONS = """
SELECT relname FROM pg_class
 WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
   AND NOT EXISTS (SELECT 1 FROM pg_depend
                    WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
 ORDER BY relname"""


class PostgresLedger:
    """An open ledger. Made by `create` or `open`, used by one thread, closed by `close`."""

    def __init__(self, store: PostgresStore, now: Clock, patience: float) -> None:
        self._store = store
        self._now = now
        self._patience = patience

    @classmethod
    def create(cls, url: str, *, network: str, now: Clock, actor: str = "operator") -> "PostgresLedger":
        """Make a new ledger for the network in an empty schema; its first entry says so. It appears whole or not at all.

        Raises Conflict when something is there already, Unreachable and NotARegistry when the database cannot be used.
        """
        return cls.make(url, lambda store: found(store, network=network, now=now, actor=actor), now=now)

    @classmethod
    def make(cls, url: str, fill: Callable[[Store], None], *, now: Clock = utc_now) -> "PostgresLedger":
        """Make a ledger of what ``fill`` puts into its empty tables, whole or not at all; else as `create`."""
        store = PostgresStore(url)
        try:
            with store.transaction(PATIENCE):
                _refuse_existing(store)
                store.script(TABLES)
                fill(store)
                store.script(GUARDS)
        except BaseException:
            store.close()
            raise
        return cls(store, now, PATIENCE)

    @classmethod
    def open(cls, url: str, *, now: Clock = utc_now, patience: float = PATIENCE) -> "PostgresLedger":
        """Open the ledger at an address. A write waits at most ``patience`` seconds for its turn.

        Raises NotFound when there is nothing, NotARegistry when it is another database or was written by a newer program,
        Unreachable when no server lets us in.
        """
        store = PostgresStore(url)
        try:
            _recognise(store)
        except BaseException:
            store.close()
            raise
        return cls(store, now, patience)

    @property
    def name(self) -> str:
        """The address, without a password."""
        return self._store.name

    @property
    def path(self) -> None:
        """There is no file."""
        return

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

    def erase(self) -> None:
        """Leave no byte of a redacted body in the table's own files: they are written anew. The server's log is its own matter.

        Raises Busy when another program goes on reading what was redacted; then the files keep traces.
        """
        self._store.vacuum("body", self._patience)

    def find_action(self, actor: str, idempotency_key: str) -> tuple[Entry, ...]:
        """All entries of the action that this actor sent with this key, in order; none when there is no such action."""
        return action_of(self._store, actor, idempotency_key)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Be the one writer for the length of the block: all of it is recorded at its end, or none when it raises.

        Raises Busy when others write for longer than the patience, Unreachable when the connection is lost.
        """
        if self._store.writing:
            raise RuntimeError("This ledger is being written already, further out in the same thread.")
        with self._store.transaction(self._patience):
            yield Writer(self._store, self._now)

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        """One state of everything, whatever others append meanwhile."""
        with self._store.snapshot() as store:
            yield store

    def verify(self, *, head: str | None = None) -> Verification:
        """Walk over everything, as it stands now, and name every fault.

        ``head`` is a chain value that somebody kept: with it, entries missing at the end are found too.
        """
        walk = Walk(kept=head)
        with self._store.snapshot() as store:
            try:
                walk_over(store, walk)
            except Damaged as fault:
                walk.note(f"The ledger could not be read to its end. {fault.detail}")
        return walk.finish()

    def close(self) -> None:
        """Give the connection back. May be called again."""
        self._store.close()


def _format_of(store: PostgresStore) -> int | None:
    ((comment,),) = store.select(_MARK)
    marked = re.fullmatch(re.escape(MARK) + "([0-9]+)", str(comment))
    return int(marked[1]) if marked else None


def _recognise(store: PostgresStore) -> None:
    version = _format_of(store)
    if version is None and store.select(_RELATIONS):
        raise NotARegistry(f"{store.name} is not a registry but holds the tables of another program.", hint=_CHOOSE)
    if version is None:
        raise NotFound(
            f"There is no registry at {store.name}.",
            hint="Make one with `outcomes init`, or look at the demonstration network with `outcomes demo`.",
        )
    if version != FORMAT:
        raise NotARegistry(
            f"{store.name} has format {version}; this program, version {__version__}, reads format {FORMAT}.",
            hint="Install the newest version of this program and open it with that.",
        )


def _refuse_existing(store: PostgresStore) -> None:
    if _format_of(store) is not None:
        raise Conflict(f"There is a registry at {store.name} already.", hint=f"Open it as it is. Or: {_CHOOSE}")
    if names := [str(name) for (name,) in store.select(_RELATIONS)]:
        raise Conflict(f"{store.name} is not empty: there is {', '.join(names[:3])}.", hint=_CHOOSE)
