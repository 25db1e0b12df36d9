"""Which file is a ledger that this program can open, and how a new one comes to be: whole or not at all.

Nothing but SQLite may open the database file: closing any descriptor of it would drop the locks that SQLite holds for
this process. So the file is recognised by asking SQLite, not by reading its first bytes.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.domain.refusal import Busy, Conflict, Damaged, NoRoom, NotARegistry, NotFound, Refusal
from registry.ledger.lock import PATIENCE, exclusive, lock_path
from registry.ledger.sqlite_store import SqliteStore
from registry.ledger.store import Store
from registry.ledger.tables import APPLICATION_ID, BODY_NEVER_LEAVES, FORMAT, GUARDS, OLDEST, REDACTION, TABLES, UPGRADE
from registry.version import __version__

_CHOOSE = "Name the file of a registry, or make a new one with `outcomes init`."
_HELD = "Another database program has held this registry for very long, without waiting its turn."
_FULL = "There is no room left on the disk of this registry. Nothing was written; what was recorded before is there."
_MAKE_ROOM = "Make room on that disk, then do the same again."
_RELEASE = "Close other programs that have the file open, then try again."
_REMNANTS = ("-wal", "-shm", "-journal")  # SQLite would take them for the new file's own


def make_file(path: Path, fill: Callable[[Store], None]) -> None:
    """Make a ledger's file, mode 0600, of what ``fill`` puts into its empty tables; the guards come after that.

    Raises Conflict when something is there already, NotFound when the folder is missing.
    """
    refuse_existing(path)
    with exclusive(lock_path(path)):
        refuse_existing(path)
        with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as room:
            fresh = Path(room) / path.name
            _write(fresh, fill)
            fresh.rename(path)
        sync_folder(path.parent)


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
        recognise(connection, path)
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
            raise file_refusal(path, fault) from fault
    try:
        return _connected(path, alone=True)
    except sqlite3.DatabaseError as fault:
        raise file_refusal(path, fault) from fault


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
        connection.execute("PRAGMA secure_delete=ON")  # what is redacted becomes zeros, not free space
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


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring a ledger of an older format up to this program's, inside the write transaction that has just begun."""
    if connection.execute("PRAGMA user_version").fetchone() == (FORMAT,):
        return
    statement = ""
    for part in UPGRADE.split(";"):  # `executescript` would commit first
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
    connection.execute(f"PRAGMA user_version={FORMAT}")


def recognise(connection: sqlite3.Connection, path: Path) -> None:
    """Ask whose file this is. Raises NotARegistry for another program's, or a newer one's."""
    ((application,),) = connection.execute("PRAGMA application_id").fetchall()
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if application != APPLICATION_ID:
        raise NotARegistry(f"{path} is not a registry but the database of another program.", hint=_CHOOSE)
    if not OLDEST <= version <= FORMAT:
        raise NotARegistry(
            f"{path} has format {version}; this program, version {__version__}, reads formats {OLDEST} to {FORMAT}.",
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


def _write(path: Path, fill: Callable[[Store], None]) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={FORMAT}")
        connection.executescript(TABLES + REDACTION)
        connection.execute("BEGIN IMMEDIATE")
        fill(SqliteStore(connection))
        connection.execute("COMMIT")
        connection.executescript(BODY_NEVER_LEAVES + GUARDS)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it into the one file that is then moved


def refuse_existing(path: Path) -> None:
    """Make sure that a new ledger may stand at ``path``. Raises NotFound for a missing folder, Conflict where anything is there."""
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


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_refusal(path: Path, fault: sqlite3.DatabaseError) -> Refusal:
    """Why SQLite cannot use the file at ``path``, as a refusal with the way out."""
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
