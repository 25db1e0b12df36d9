"""Where the projection lives: immutable files beside the ledger, and the newest lines in memory behind them.

``projection-<program>-<seq>.duckdb`` holds everything the ledger said up to that line. It is written aside and put in place by a
rename, so any number of processes read it while another writes the next one; it can be deleted at any time and the answers stay
the same to the byte. A file that is damaged, or that belongs to another ledger or to another program, is passed over, and written anew
when the ledger reaches its line. Tests: ``tests/projection/test_files.py``.
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from threading import RLock

import msgspec

from registry import duck
from registry.domain.refusal import Busy
from registry.domain.template import Template
from registry.ledger.contract import Ledger
from registry.ledger.entry import Entry
from registry.ledger.instant import moment_text, read_as_of
from registry.ledger.lock import exclusive
from registry.projection.apply import Templates, apply
from registry.projection.bodies import Bodies
from registry.projection.caches import cache_files, drop_redacted
from registry.projection.reading import Moment, entry_as_of
from registry.version import __version__

PUBLISH_AFTER = 16
"""After how many entries in memory the next file is written: replaying so many takes about as long as writing the file."""

_UNFINISHED = "next-"
"""How the folder is called in which a file is written before it is put in place."""

_TABLES = (
    "template",
    "template_status",
    "framework",
    "link",
    "rule",
    "instrument",
    "community",
    "variant",
    "signature",
    "decision",
    "restatement",
    "token",
    "tokens_voided",
    "grant",
    "mapping",
    "release",
    "mask",
    "batch",
    "observation",
    "series",
    "origin",
)


class Origin(msgspec.Struct, frozen=True):
    """Up to which line of which ledger a projection file reaches, and which program wrote it."""

    registry_id: str
    program: str
    seq: int
    chain: str


class FoundFile(msgspec.Struct, frozen=True):
    """A file of the projection's folder and what it is good for: in use, old, of another program, or left by a writer cut off."""

    name: str
    state: str


class Projection:
    """The questions' side of a registry: catch up with the ledger, then ask (``read.py``)."""

    def __init__(self, ledger: Ledger, folder: Path | None) -> None:
        """``folder`` is where files are kept (made when first needed); null keeps everything in memory."""
        self.ledger = ledger
        self.folder = folder
        self.templates: Templates = {}
        self.seq = 0
        self._base_seq = 0
        self._lock = RLock()
        self._connection = duck.connect()
        duck.attach(self._connection, Path(":memory:"), "tail", read_only=False)
        self._laid_out = self._has_macros = False
        drop_redacted(folder, ledger.last_redaction())
        self._start(self._newest())

    def catch_up(self) -> Entry:
        """Bring the projection up to the ledger's head and return that head. Only the new lines are read."""
        with self._lock:
            head = self.ledger.head()
            if head.seq > self.seq:
                if self.ledger.last_redaction() > self.seq:
                    self.forget()
                self._apply(head)
                if head.seq - self._base_seq >= PUBLISH_AFTER:
                    self.publish()
            return head

    def forget(self) -> None:
        """Begin anew from the ledger, because a redaction took bodies out of it: the tables and every file may hold their figures."""
        with self._lock:
            self._start(None)
            drop_redacted(self.folder, self.ledger.last_redaction())

    def cursor(self) -> duck.Connection:
        """A connection of its own for one read: temporary relations are seen by nobody else."""
        return self._connection.cursor()

    def rollup_cursor(self) -> duck.Connection:
        """A cursor that has the macros of roll-ups beside the tables. They are made when first needed."""
        with self._lock:
            if not self._has_macros:
                make_macros(self._connection)
                self._has_macros = True
        return self.cursor()

    def moment(self, as_of: str | None) -> Moment:
        """Resolve an as-of once. Raises Invalid for a text that is no moment, NotFound where there was no registry yet."""
        head = self.catch_up()
        if as_of is None:
            return Moment(head, head.recorded_at, current=True)
        entry = entry_as_of(self.ledger, as_of)
        return Moment(entry, moment_text(read_as_of(as_of)), current=entry.seq == head.seq)

    @contextlib.contextmanager
    def attached(self, path: Path, name: str, *, read_only: bool = False) -> Iterator[None]:
        """Another database file beside this one, for the length of the block; nobody else attaches one meanwhile."""
        with self._lock:
            duck.attach(self._connection, path, name, read_only=read_only)
            try:
                yield
            finally:
                duck.detach(self._connection, name)

    def publish(self) -> Path | None:
        """Write what is known as the next file and read from it from now on.

        Null where the folder cannot be written, or where another process is writing there: what is known stays in memory then.
        """
        with self._lock:
            if self.folder is None or self.seq == self._base_seq:
                return None
            reached = self.seq
            target = self.folder / f"projection-{__version__}-{reached}.duckdb"
            try:
                self.folder.mkdir(mode=0o700, exist_ok=True)
                with exclusive(self.folder, patience=0):
                    _drop_unfinished(self.folder)
                    if not self._usable(reached, target):
                        self._write(target)
            except (OSError, duck.IOFault, Busy):
                return None
            if self.ledger.last_redaction() > reached:  # it came while the file was written
                with contextlib.suppress(OSError):
                    target.unlink()
                return None
            self._start(target)
            if self.seq < reached:
                self._apply(self.ledger.entry(reached))
                return None
            self._drop_older()
            return target

    def found(self) -> tuple[FoundFile, ...]:
        """Every file of the folder, and what it is good for; each may be deleted at any time."""
        ours = {path: seq for seq, path in self._files()}
        return tuple(FoundFile(path.name, self._state(path, ours.get(path))) for path in cache_files(self.folder))

    def _state(self, path: Path, seq: int | None) -> str:
        if path.parent != self.folder:
            return "left by a writer that was cut off, or being written"
        if path.name.startswith("disclosed-"):
            return "what whoever does not own the figures may read"
        if seq is None:
            return "of another program or another kind"
        if seq == self._base_seq:
            return "in use"
        return "old; dropped when the next is written" if seq < self._base_seq else "not usable; passed over"

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    def _apply(self, head: Entry) -> None:
        entries = self.ledger.entries(after=self.seq, upto=head.seq)
        if apply(self._connection, entries, Bodies(self.ledger), self.templates):
            duck.run(self._connection, "apply/series", {"line": head.seq})
        self.seq = head.seq

    def _write(self, target: Path) -> None:
        """Write the file in a folder that nobody else can enter, then put it in place whole."""
        with TemporaryDirectory(prefix=_UNFINISHED, dir=target.parent) as private:
            aside = Path(private) / target.name
            duck.attach(self._connection, aside, "next", read_only=False)
            try:
                make_tables(self._connection, "next")
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

    def _start(self, path: Path | None) -> None:
        """Start from a published file, or from nothing, also where another process has just taken the file away; the tail is emptied."""
        duck.detach(self._connection, "base")
        if path is None or not self._attached(path):
            duck.attach(self._connection, Path(":memory:"), "base", read_only=False)
            make_tables(self._connection, "base")
        make_tables(self._connection, "tail")
        if not self._laid_out:  # views and macros name their tables, and find those of whatever is attached later
            lay_out(self._connection)
            self._laid_out = True
        origin = origin_of(self._connection, "base")
        self.seq = self._base_seq = origin.seq if origin else 0
        self.templates = templates_in(self._connection)

    def _attached(self, path: Path) -> bool:
        try:
            duck.attach(self._connection, path, "base", read_only=True)
            ours = self._is_ours(origin_of(self._connection, "base"))
        except duck.Error:
            ours = False
        if not ours:  # it was taken away, or a copy of this registry that went its own way has put its own there
            duck.detach(self._connection, "base")
        return ours

    def _is_ours(self, origin: Origin | None) -> bool:
        if origin is None or origin.program != __version__ or origin.seq > self.ledger.head().seq:
            return False
        return origin.registry_id == self.ledger.registry_id and origin.chain == self.ledger.entry(origin.seq).chain

    def _newest(self) -> Path | None:
        """The newest file that really is a projection of this ledger by this program."""
        for seq, path in sorted(self._files(), reverse=True):
            if self._usable(seq, path):
                return path
        return None

    def _usable(self, seq: int, path: Path) -> bool:
        """Whether a file is there, whole to its last row, of this program, and of this ledger up to that line."""
        if not path.is_file():
            return False
        try:
            duck.attach(self._connection, path, "next", read_only=True)
            origin = origin_of(self._connection, "next")
            duck.run(self._connection, "apply/readable")
        except duck.Error:
            return False
        finally:
            duck.detach(self._connection, "next")
        if origin is None or origin.seq != seq or not self._is_ours(origin):
            return False
        return seq >= self.ledger.last_redaction()  # else written by somebody who had not heard of it

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


def _drop_unfinished(folder: Path) -> None:
    """Take away what a process left that was killed while it wrote; whoever holds the folder's lock knows that nobody writes now."""
    for path in folder.glob(f"{_UNFINISHED}*"):
        rmtree(path, ignore_errors=True)


def make_tables(connection: duck.Connection, database: str) -> None:
    """Make every table of a projection in an attached database, empty."""
    connection.execute(f"use {database}")
    try:
        with duck.at_once(connection):
            for table in _TABLES:
                duck.run(connection, f"tables/{table}")
    finally:
        connection.execute("use memory")


def lay_out(connection: duck.Connection) -> None:
    """Make the views and macros that questions are asked of, over the attached ``base`` and ``tail``."""
    with duck.at_once(connection):
        for name in ("views/whole", "views/at", "views/series_at"):
            duck.run(connection, name)


def make_macros(connection: duck.Connection) -> None:
    """Make the macros that roll-ups are worked out with; nothing else needs them."""
    with duck.at_once(connection):
        for name in duck.names_under("macros"):
            duck.run(connection, name)


def templates_in(connection: duck.Connection) -> Templates:
    """The published templates by ``id@version``."""
    bodies = connection.execute("select id || '@' || version, body from registry.template").fetchall()
    return {str(name): msgspec.json.decode(str(body), type=Template) for name, body in bodies}


def origin_of(connection: duck.Connection, database: str) -> Origin | None:
    """Up to where an attached projection reaches; null where nobody has said so yet."""
    row = connection.execute(f"select registry_id, program, seq, chain from {database}.origin").fetchone()  # noqa: S608  # a name of ours
    return Origin(*row) if row else None
