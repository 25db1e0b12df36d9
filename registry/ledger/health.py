"""What can be told of a ledger's file from outside: its format, who may read it, the room around it, and where the clock stands.

Nothing is written. What a computer cannot know (backups kept elsewhere, whether a clock is right) is not made up.
"""

import shutil
import stat
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec

from registry.ledger.copies import copies_beside
from registry.ledger.file import connect
from registry.ledger.instant import moment_text
from registry.ledger.tables import FORMAT

ROOM = 200_000_000
"""Bytes on the disk below which somebody is to be told; a backup or a redaction needs twice the ledger's size besides."""


class Problem(msgspec.Struct, frozen=True):
    """One thing to mend: what it is, and the way out."""

    what: str
    hint: str


class FileHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger's file as it lies there. ``mode`` is octal, sizes are bytes; ``copies`` are files beside it that hold this registry too."""

    format: int
    journal: str
    mode: str
    size: int
    free: int
    last_recorded_at: str
    copies: tuple[str, ...]
    problems: tuple[Problem, ...]


def look_at(path: Path, last: str, now: datetime) -> FileHealth:
    """Everything that can be told of a ledger's file, whose last entry was recorded at ``last``, at the moment ``now``."""
    with closing(connect(path)) as connection:
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        ((journal,),) = connection.execute("PRAGMA journal_mode").fetchall()
    about = path.stat()
    free = shutil.disk_usage(path.parent).free
    copies = tuple(str(copy) for copy in copies_beside(path))
    problems = (
        *_of_format(int(version), str(journal)),
        *_of_mode(path),
        *_of_room(about.st_size, free),
        *_of_clock(last, now),
        *(() if copies else _NO_COPY),
    )
    return FileHealth(
        format=int(version),
        journal=str(journal),
        mode=f"{stat.S_IMODE(about.st_mode):04o}",
        size=about.st_size,
        free=free,
        last_recorded_at=last,
        copies=copies,
        problems=problems,
    )


_NO_COPY = (
    Problem(
        "No backup lies beside the registry; whether there is one elsewhere cannot be known here.",
        "Make one with `outcomes backup FILE`, and keep it on another computer.",
    ),
)


def _of_format(version: int, journal: str) -> tuple[Problem, ...]:
    found = []
    if version < FORMAT:
        what = f"The ledger has format {version}; this program writes format {FORMAT}."
        found.append(
            Problem(what, "Nothing needs doing: the next thing that is written brings it up; back it up first.")
        )
    if journal != "wal":
        what = f"The ledger has no write-ahead log (its journal is {journal!r}), so readers and writers hold each other up."
        found.append(Problem(what, "Close other programs that have it open; it gets one when it is next opened."))
    return tuple(found)


def _of_mode(path: Path) -> tuple[Problem, ...]:
    beside = (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm")))
    open_ones = [file for file in beside if file.exists() and file.stat().st_mode & 0o077]
    if not open_ones:
        return ()
    names = " and ".join(file.name for file in open_ones)
    what = f"Other users of this computer can read {names}, where small cells of children stand."
    return (Problem(what, "chmod 600 " + " ".join(file.name for file in open_ones)),)


def _of_room(size: int, free: int) -> tuple[Problem, ...]:
    if free >= max(ROOM, 2 * size):
        return ()
    what = f"{free / 1e6:,.0f} MB are left on the disk; the ledger has {size / 1e6:,.0f} MB."
    return (
        Problem(what, "Make room: a load is refused whole when the disk is full, and a backup needs as much again."),
    )


def _of_clock(last: str, now: datetime) -> tuple[Problem, ...]:
    if moment_text(now) >= last:
        return ()
    what = f"The clock of this computer ({moment_text(now)}) is behind the last entry ({last})."
    hint = "Set the clock. Until then entries are dated a microsecond apart, and `--as-of` takes them for later than they are."
    return (Problem(what, hint),)
