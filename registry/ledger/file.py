"""Which file is a ledger that this program can open, and how a new one comes to be: whole or not at all.

Nothing but SQLite may open the database file: closing any descriptor of it would drop the locks that SQLite holds for
this process. So the file is recognised by asking SQLite, not by reading its first bytes.
"""

import os
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.domain.refusal import Busy, Conflict, Damaged, NoRoom, NotARegistry, NotFound, Refusal
from registry.ledger.entry import Draft, canonical
from registry.ledger.instant import Clock
from registry.ledger.lock import PATIENCE, exclusive, lock_path
from registry.ledger.tables import APPLICATION_ID, FORMAT, GUARDS, TABLES
from registry.ledger.writer import Writer
from registry.version import __version__

_CHOOSE = "Name the file of a registry, or make a new one with `outcomes init`."
_HELD = "Another database program has held this registry for very long, without waiting its turn."
_FULL = "There is no room left on the disk of this registry. Nothing was written; what was recorded before is there."
_MAKE_ROOM = "Make room on that disk, then do the same again."
_RELEASE = "Close other programs that have the file open, then try again."
_REMNANTS = ("-wal", "-shm", "-journal")  # SQLite would take them for the new file's own


def make_ledger(path: Path, *, network: str, now: Clock, actor: str) -> None:
    """Make a ledger's file, mode 0600, with its first entry, which names the network.

    Raises Conflict when something is there already, NotFound when the folder is missing.
    """
    _refuse_existing(path)
    with exclusive(lock_path(path)):
        _refuse_existing(path)
        with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as room:
            fresh = Path(room) / path.name
            _fill(fresh, network, now, actor)
            fresh.rename(path)
        _sync_folder(path.parent)


def open_ledger(path: Path, *, patience: float) -> sqlite3.Connection:
    """A connection to the ledger at ``path``, for the thread that asks.

    Raises NotFound when there is nothing, NotARegistry when it is another file or was written by a newer program.
    """
    if not path.exists():
        raise NotFound(
            f"There is no registry at {path}.",
            hint="Make one with `outcomes init`, or look at the demonstration network with `outcomes demo`.",
        )
    connection = connect(path)
    try:
        _recognise(connection, path)
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            _turn_to_wal(connection, path, patience)
    except BaseException:
        connection.close()
        raise
    return connection


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a database file that exists, without asking whose it is.

    On a full disk it is opened for this process alone (`is_alone`), because what processes share needs room of its own.
    Raises NotARegistry when it is none or may not be opened, Damaged when it is broken, Busy when others hold it.
    """
    try:
        return _connected(path, alone=False)
    except sqlite3.DatabaseError as fault:
        if not is_full(fault):
            raise _refusal(path, fault) from fault
    try:
        return _connected(path, alone=True)
    except sqlite3.DatabaseError as fault:
        raise _refusal(path, fault) from fault


def is_alone(connection: sqlite3.Connection) -> bool:
    """Whether no other connection can be opened beside this one, since the disk was full when it was opened."""
    return bool(connection.execute("PRAGMA locking_mode").fetchone() == ("exclusive",))


def _connected(path: Path, *, alone: bool) -> sqlite3.Connection:
    # The timeout is for what the lock file does not order: recovery after a crash, checkpoints, foreign programs.
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=PATIENCE)
    try:
        if alone:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchone()
        connection.execute("PRAGMA synchronous=FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def begin(connection: sqlite3.Connection) -> None:
    """Begin to write. Raises Busy when a program that does not know the lock file is writing for too long."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as fault:
        if not _is_busy(fault):
            raise
        raise Busy(_HELD, hint=_RELEASE) from fault


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    ((application,),) = connection.execute("PRAGMA application_id").fetchall()
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if application != APPLICATION_ID:
        raise NotARegistry(f"{path} is not a registry but the database of another program.", hint=_CHOOSE)
    if version != FORMAT:
        raise NotARegistry(
            f"{path} has format {version}; this program, version {__version__}, reads format {FORMAT}.",
            hint="Install the newest version of this program and open it with that.",
        )


def _turn_to_wal(connection: sqlite3.Connection, path: Path, patience: float) -> None:
    # A ledger has a write-ahead log from its making; only a copy made by other programs may lack it. Where others are
    # reading that copy right now it stays as it is, durable all the same, until it is next opened.
    with exclusive(lock_path(path), patience=patience):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as fault:
            if not _is_busy(fault):
                raise


def _fill(path: Path, network: str, now: Clock, actor: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={FORMAT}")
        connection.executescript(TABLES + GUARDS)
        document = {"id": uuid.uuid4().hex, "network": network, "program": __version__}
        draft = Draft(kind="registry", schema="registry/1", subject="registry", body=canonical(document))
        connection.execute("BEGIN IMMEDIATE")
        Writer(connection, now).append([draft], actor=actor)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it into the one file that is then moved


def _refuse_existing(path: Path) -> None:
    if not path.parent.is_dir():
        raise NotFound(f"There is no folder {path.parent}.", hint="Make the folder first, or name another one.")
    if path.exists() or path.is_symlink():
        raise Conflict(f"There is a file at {path} already.", hint="Name another file, or open this one as it is.")
    for ending in _REMNANTS:
        remnant = path.with_name(path.name + ending)
        if remnant.exists():
            raise Conflict(
                f"{remnant} is left from an earlier registry of this name and may hold its last entries.",
                hint="Put it back beside that registry, or move it away; then try again.",
            )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refusal(path: Path, fault: sqlite3.DatabaseError) -> Refusal:
    match fault.sqlite_errorcode & 0xFF:
        case sqlite3.SQLITE_NOTADB:
            return NotARegistry(f"{path} is not a registry, nor any other database.", hint=_CHOOSE)
        case sqlite3.SQLITE_CORRUPT:
            return Damaged(f"{path} is damaged and cannot be opened: {fault}.", hint="Restore a backup.")
        case sqlite3.SQLITE_BUSY:
            return Busy(_HELD, hint=_RELEASE)
        case _ if is_full(fault):
            return no_room()
    hint = "It must be a file that you may read and write, in a folder where you may write."
    return NotARegistry(f"{path} cannot be opened: {fault}.", hint=hint)


def no_room() -> NoRoom:
    """What is said where nothing can be written because the disk is full."""
    return NoRoom(_FULL, hint=_MAKE_ROOM)


def is_full(fault: sqlite3.DatabaseError) -> bool:
    """Whether a write failed because there is no room on the disk."""
    return (
        fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL or fault.sqlite_errorcode == sqlite3.SQLITE_IOERR_SHMSIZE
    )


def _is_busy(fault: sqlite3.OperationalError) -> bool:
    return fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
