"""Where the projection lives: immutable files beside the ledger, and the newest lines in memory behind them.

``projection-<program>-<seq>.duckdb`` holds everything the ledger said up to that line. It is written aside and put in place by a
rename, so any number of processes read it while another writes the next one; it can be deleted at any time and the answers stay
the same to the byte. A file that cannot be read, that belongs to another ledger or to another program is passed over.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from threading import RLock

import msgspec

from registry import duck
from registry.domain.template import Template
from registry.ledger.entry import Entry
from registry.ledger.sqlite import SqliteLedger
from registry.projection.apply import Templates, apply
from registry.version import __version__

PUBLISH_AFTER = 16
"""After how many entries in memory the next file is written: replaying so many takes about as long as writing the file."""

_TABLES = ("template", "instrument", "community", "variant", "mapping", "batch", "observation", "series", "origin")


class Origin(msgspec.Struct, frozen=True):
    """Up to which line of which ledger a projection file reaches, and which program wrote it."""

    registry_id: str
    program: str
    seq: int
    chain: str


class Projection:
    """The questions' side of a registry: catch up with the ledger, then ask (``read.py``)."""

    def __init__(self, ledger: SqliteLedger, folder: Path | None) -> None:
        """``folder`` is where files are kept (made when first needed); null keeps everything in memory."""
        self.ledger = ledger
        self.folder = folder
        self.templates: Templates = {}
        self.seq = 0
        self._base_seq = 0
        self._lock = RLock()
        self._connection = duck.connect()
        duck.attach(self._connection, Path(":memory:"), "tail", read_only=False)
        self._attach_base(self._newest())

    def catch_up(self) -> Entry:
        """Bring the projection up to the ledger's head and return that head. Only the new lines are read."""
        with self._lock:
            head = self.ledger.head()
            if head.seq > self.seq:
                self._apply(head)
                if head.seq - self._base_seq >= PUBLISH_AFTER:
                    self.publish()
            return head

    def cursor(self) -> duck.Connection:
        """A connection of its own for one read: temporary relations are seen by nobody else."""
        return self._connection.cursor()

    def publish(self) -> Path | None:
        """Write what is known as the next file and read from it from now on; null where the folder cannot be written."""
        with self._lock:
            if self.folder is None or self.seq == self._base_seq:
                return None
            target = self.folder / f"projection-{__version__}-{self.seq}.duckdb"
            try:
                self.folder.mkdir(mode=0o700, exist_ok=True)
                if not target.exists():
                    self._write(target)
            except (OSError, duck.IOFault):
                return None
            self._attach_base(target)
            self._drop_older()
            return target

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    def _apply(self, head: Entry) -> None:
        entries = self.ledger.entries(after=self.seq, upto=head.seq)
        apply(self._connection, entries, self.ledger.body, self.templates)
        duck.run(self._connection, "apply/series", {"line": head.seq})
        self.seq = head.seq

    def _write(self, target: Path) -> None:
        aside = target.with_suffix(f".{os.getpid()}.tmp")
        aside.unlink(missing_ok=True)
        try:
            duck.attach(self._connection, aside, "next", read_only=False)
            try:
                self._make_tables("next")
                duck.run(self._connection, "apply/publish")
                head = self.ledger.entry(self.seq)
                origin = Origin(
                    registry_id=self.ledger.registry_id, program=__version__, seq=self.seq, chain=head.chain
                )
                duck.insert(self._connection, "next.origin", [origin])
            finally:
                duck.detach(self._connection, "next")
            aside.chmod(0o600)
            aside.replace(target)
        finally:
            for left in (aside, Path(f"{aside}.wal")):
                left.unlink(missing_ok=True)

    def _attach_base(self, path: Path | None) -> None:
        """Start from a published file, or from nothing; the tail is emptied."""
        duck.detach(self._connection, "base")
        duck.attach(self._connection, path or Path(":memory:"), "base", read_only=path is not None)
        if path is None:
            self._make_tables("base")
        self._make_tables("tail")
        for name in (*duck.names_under("macros"), "views/whole", "views/at", "views/series_at"):
            duck.run(self._connection, name)
        origin = self._origin("base")
        self.seq = self._base_seq = origin.seq if origin else 0
        bodies = self._connection.execute("select id || '@' || version, body from registry.template").fetchall()
        self.templates = {str(name): msgspec.json.decode(str(body), type=Template) for name, body in bodies}

    def _make_tables(self, database: str) -> None:
        self._connection.execute(f"use {database}")
        try:
            for table in _TABLES:
                self._connection.execute(f"drop table if exists {table}")
                duck.run(self._connection, f"tables/{table}")
        finally:
            self._connection.execute("use memory")

    def _origin(self, database: str) -> Origin | None:
        row = self._connection.execute(f"select registry_id, program, seq, chain from {database}.origin").fetchone()  # noqa: S608  # a name of ours
        return Origin(*row) if row else None

    def _newest(self) -> Path | None:
        """The newest file that really is a projection of this ledger by this program."""
        for seq, path in sorted(self._files(), reverse=True):
            if self._usable(seq, path):
                return path
        return None

    def _usable(self, seq: int, path: Path) -> bool:
        try:
            duck.attach(self._connection, path, "next", read_only=True)
        except duck.Error:
            return False
        try:
            origin = self._origin("next")
            if (
                origin is None
                or origin.seq != seq
                or origin.registry_id != self.ledger.registry_id
                or seq > self.ledger.head().seq
            ):
                return False
            return self.ledger.entry(seq).chain == origin.chain
        except duck.Error:
            return False
        finally:
            duck.detach(self._connection, "next")

    def _files(self) -> Iterator[tuple[int, Path]]:
        named = re.compile(rf"projection-{re.escape(__version__)}-([0-9]+)\.duckdb")
        if self.folder is None or not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            match = named.fullmatch(path.name)
            if match:
                yield int(match[1]), path

    def _drop_older(self) -> None:
        for seq, path in self._files():
            if seq < self._base_seq:
                with contextlib.suppress(OSError):
                    path.unlink()
