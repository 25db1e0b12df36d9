"""A whole copy of a ledger, taken while others write, and a ledger made from one: each verified before it is there at all.

SQLite itself writes the copy, from one state of the ledger and without its free pages; copying the file would miss what
is still in the write-ahead log, or catch half of a write. A copy is one plain file that opens in a read-only folder too.
Tests: ``tests/ledger/test_copies.py``.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.domain.refusal import Conflict, Damaged, NotFound, Refusal
from registry.ledger.entry import Verification
from registry.ledger.file import connect, file_refusal, recognise, refuse_existing, sync_folder
from registry.ledger.lock import exclusive, lock_path
from registry.ledger.sqlite import SqliteLedger, walk_file
from registry.ledger.tables import APPLICATION_ID

_SHOWN = 5  # faults named in a refusal; `outcomes verify` names them all
_HEADER = 100  # bytes at the beginning of every SQLite file
_MAGIC = b"SQLite format 3\0"
_APPLICATION = slice(68, 72)  # where that header says what kind of file this is

Closing = Callable[[Path], None]


def back_up(ledger: Path, target: Path) -> Verification:
    """Write a verified copy of the ledger's file, mode 0600, and say what it holds: whole, or not at all.

    Raises Conflict where something is at ``target``, NotFound where its folder is missing, Damaged where the copy has faults.
    """
    target = target.absolute()
    refuse_existing(target)
    with TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as room:
        aside = Path(room) / target.name
        with closing(connect(ledger.absolute())) as source:
            found = _copied(source, aside, f"The registry {ledger}")
        _put(aside, target)
    return found


def restore(backup: Path, target: Path, *, finish: Closing) -> Verification:
    """Make a ledger at ``target`` from a backup; ``finish`` may append to it before it is there for others to see.

    Raises Conflict where something is at ``target``, NotFound, NotARegistry, and Damaged where the backup does not verify.
    """
    target = target.absolute()
    refuse_existing(target)
    with exclusive(lock_path(target)):
        refuse_existing(target)
        with TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as room:
            aside = Path(room) / target.name
            with _opened_copy(backup.absolute()) as source:
                recognise(source, backup)
                found = _copied(source, aside, f"The backup {backup}")
            with closing(SqliteLedger.open(aside)):
                pass  # a write-ahead log from now on, and the newest format
            finish(aside)
            aside.rename(target)
        sync_folder(target.parent)
    return found


def copies_beside(ledger: Path) -> tuple[Path, ...]:
    """The other files in the ledger's folder that hold a copy of the same registry; where else there may be some nobody can tell."""
    ledger = ledger.absolute()
    if not ledger.exists():
        return ()
    with closing(connect(ledger)) as source:
        ours = _first_chain(source)
    return tuple(path for path in sorted(ledger.parent.iterdir()) if _is_copy(path, ledger, ours))


def holds_body(copy: Path, digests: set[str]) -> bool:
    """Whether a copy still holds one of these bodies; True where it cannot be told."""
    try:
        with _opened_copy(copy) as connection:
            held = {str(digest) for (digest,) in connection.execute("SELECT body_sha256 FROM body")}
    except (sqlite3.Error, Refusal):
        return True
    return not digests.isdisjoint(held)


def _copied(source: sqlite3.Connection, aside: Path, whose: str) -> Verification:
    """One state of the source as a file of its own, walked from its first entry to its last."""
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        source.execute("VACUUM INTO ?", (str(aside),))
    except sqlite3.DatabaseError as fault:
        if fault.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise
        raise Damaged(f"{whose} is damaged and cannot be copied: {fault}.", hint=_ANOTHER) from fault
    found = walk_file(aside)
    if found.faults:
        named = " ".join(
            f"Entry {fault.seq}: {fault.what}" if fault.seq else fault.what for fault in found.faults[:_SHOWN]
        )
        more = len(found.faults) - _SHOWN
        raise Damaged(f"{whose} has faults. {named}" + (f" And {more} more." if more > 0 else ""), hint=_ANOTHER)
    return found


_ANOTHER = "Nothing was written. Look at it with `outcomes verify`, keep it, and use another backup."


def _put(aside: Path, target: Path) -> None:
    """Give the finished file its name, never over another file, and make sure that it outlives a power cut."""
    descriptor = os.open(aside, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(aside, target)
    except FileExistsError as fault:
        raise Conflict(f"There is a file at {target} already.", hint="Name another file.") from fault
    except OSError:  # a disk without hard links
        refuse_existing(target)
        aside.rename(target)
    sync_folder(target.parent)


@contextmanager
def _opened_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """A file that nobody writes to, opened to be read only. Raises NotFound, NotARegistry, Damaged."""
    if not path.is_file():
        raise NotFound(f"There is no file {path}.", hint="Name the backup that `outcomes backup` wrote.")
    beside = any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-journal"))
    way = "mode=ro" if beside else "mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?{way}", uri=True, isolation_level=None)
    except sqlite3.DatabaseError as fault:
        raise file_refusal(path, fault) from fault
    with closing(connection):
        try:
            connection.execute("PRAGMA schema_version")
        except sqlite3.DatabaseError as fault:
            raise file_refusal(path, fault) from fault
        yield connection


def _is_copy(path: Path, ledger: Path, ours: object) -> bool:
    try:
        # The ledger's own file is left alone: whoever closes a descriptor of it drops the locks of this process.
        if not path.is_file() or path.samefile(ledger):
            return False
        with path.open("rb") as file:
            header = file.read(_HEADER)
        if not header.startswith(_MAGIC) or int.from_bytes(header[_APPLICATION], "big") != APPLICATION_ID:
            return False
        with _opened_copy(path) as connection:
            return _first_chain(connection) == ours
    except (OSError, sqlite3.Error, Refusal):
        return False


def _first_chain(connection: sqlite3.Connection) -> object:
    return connection.execute("SELECT chain FROM entry WHERE seq = 1").fetchone()
