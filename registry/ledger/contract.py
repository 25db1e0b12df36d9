"""What every ledger answers: all that the projection and the actions know of it.

There are two, `registry/ledger/sqlite.py` (one file) and `registry/ledger/postgres.py` (a server). The same tests run over
both (`tests/ledger/conftest.py`).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from registry.ledger.entry import Entry, Verification
from registry.ledger.store import Store
from registry.ledger.writer import Writer


class Ledger(Protocol):
    """An open ledger of one registry, used by one thread."""

    @property
    def name(self) -> str:
        """How messages call this registry: its file or its server's address, never with a password."""

    @property
    def path(self) -> Path | None:
        """The registry's file; null where it stands on a server."""

    @property
    def registry_id(self) -> str:
        """The identifier that this registry was given when it was made. Raises Damaged when its entry is."""

    @property
    def network(self) -> str:
        """The network's name, as it was given when the registry was made. Raises Damaged when its entry is."""

    def head(self) -> Entry:
        """The last entry. Raises Damaged when there is none at all."""

    def entry(self, seq: int) -> Entry:
        """The entry with this number. Raises NotFound."""

    def newest(self, subject: str) -> Entry | None:
        """The subject's newest revision; None when there is none."""

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """The entries with ``after < seq <= upto``, in order; without ``upto``, all there are when reading starts."""

    def latest(self, limit: int, *, upto: int, subject: str | None = None) -> tuple[Entry, ...]:
        """The last entries with ``seq <= upto``, newest first, at most ``limit``; of one subject where it is named."""

    def entry_at(self, as_of: datetime) -> Entry | None:
        """The last entry recorded at or before this moment; None when there was none yet."""

    def body(self, entry: Entry | str) -> bytes:
        """The recorded bytes of an entry, or of a ``body_sha256``, checked against the hash on every reading.

        Raises Redacted when they were taken out, Damaged, naming the entry, when they are missing or altered; NotFound for a
        hash that no entry has.
        """

    def last_redaction(self) -> int:
        """The number of the last entry that redacted others; 0 where there is none. What was read before it may hold their figures."""

    def redacted_by(self, seq: int) -> int | None:
        """The entry by which the body of this one was redacted; None where it was not."""

    def erase(self) -> None:
        """Leave no byte of a redacted body in the database's own files. Raises Busy; doing it again finishes it."""

    def find_action(self, actor: str, idempotency_key: str) -> tuple[Entry, ...]:
        """All entries of the action that this actor sent with this key, in order; none when there is no such action."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Be the one writer for the length of the block: all of it is recorded at its end, or none when it raises.

        Raises Busy when others write for longer than the patience.
        """

    def snapshot(self) -> AbstractContextManager[Store]:
        """One state of everything, whatever others append meanwhile; bytes that are no text do not stop a reading."""

    def verify(self, *, head: str | None = None) -> Verification:
        """Walk over everything, as it stands now, and name every fault.

        ``head`` is a chain value that somebody kept: with it, entries missing at the end are found too.
        """

    def close(self) -> None:
        """Give the database back. May be called again."""
