"""What whoever does not own the figures may read: a database of its own that holds only what a release shows.

Hidden cells are not in it, so no question, format or page can show them: a change, verdict, gap, mean or rank is worked out of what is
there, and where an input is missing it is told as for any suppressed figure. It is a file beside the projection's, made when first
asked for, and may be deleted at any time. Which cells are masked is decided in ``masking.py``.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Literal

import msgspec

from registry import duck
from registry.domain.refusal import Busy
from registry.domain.release import MaskRow
from registry.domain.template import Template
from registry.ledger.entry import Entry
from registry.ledger.instant import moment_text, read_as_of
from registry.ledger.lock import exclusive
from registry.projection.files import Origin, Projection, lay_out, make_macros, make_tables, origin_of, templates_in
from registry.projection.reading import Moment
from registry.version import __version__

PATIENCE = 5.0  # seconds that this waits for another process that writes into the folder
Masks = Callable[[], Sequence[MaskRow]]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader may see: the registry at ``entry``, less what is masked, but the ``opened`` communities' own figures as they stand.

    ``as_of`` is the moment it stands for where none is asked; ``release`` its id, null where this is no release. ``figures`` of others are
    then those that a release made at ``entry`` would show, or those of the last release.
    """

    entry: Entry
    as_of: str
    release: str | None
    opened: tuple[str, ...] = ()
    figures: Literal["as_now", "as_released"] = "as_now"

    @property
    def name(self) -> str:
        """How its file is told from others: by the release or the line, and by who is opened."""
        told = self.release or f"line{self.entry.seq}" + ("-beside" if self.figures == "as_released" else "")
        opened = hashlib.sha256("/".join(sorted(self.opened)).encode()).hexdigest()[:12] if self.opened else "none"
        return f"disclosed-{__version__}-{told}-{opened}"


class Disclosed:
    """A reading for whoever does not own the figures. It shows one line of the ledger and never catches up with a later one."""

    def __init__(self, shown: Shown, path: Path, room: TemporaryDirectory[str] | None = None) -> None:
        """``path`` is the file made for it; ``room`` a folder that is to last as long as this."""
        self.shown = shown
        self._room = room
        self._lock = Lock()
        self._has_macros = False
        self._connection = duck.connect()
        duck.attach(self._connection, path, "base", read_only=True)
        duck.attach(self._connection, Path(":memory:"), "tail", read_only=False)
        make_tables(self._connection, "tail")
        lay_out(self._connection)
        self.templates: Mapping[str, Template] = templates_in(self._connection)

    def cursor(self) -> duck.Connection:
        """A connection of its own for one read."""
        return self._connection.cursor()

    def rollup_cursor(self) -> duck.Connection:
        """A cursor that has the macros of roll-ups beside the tables. They are made when first needed."""
        with self._lock:
            if not self._has_macros:
                make_macros(self._connection)
                self._has_macros = True
        return self.cursor()

    def catch_up(self) -> Entry:
        """The entry up to which it reads."""
        return self.shown.entry

    def moment(self, as_of: str | None) -> Moment:
        """The moment of this reading; an as-of only says for which day pace and membership are judged. Raises Invalid."""
        told = self.shown.as_of if as_of is None else moment_text(read_as_of(as_of))
        return Moment(self.shown.entry, told, current=True, masked=True, release=self.shown.release)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        if self._room is not None:
            self._room.cleanup()


def disclose(projection: Projection, shown: Shown, masks: Masks) -> Disclosed:
    """Open what a reader may see, made anew where it is not there or is not whole; only then the masks are asked for."""
    if projection.folder is not None:
        path = projection.folder / f"{shown.name}.duckdb"
        try:
            projection.folder.mkdir(mode=0o700, exist_ok=True)
            if not _usable(projection, shown, path):
                with exclusive(projection.folder, patience=PATIENCE):
                    _write(projection, shown, masks(), path)
                    _drop_older(projection.folder, shown)
            if projection.ledger.last_redaction() <= max(shown.entry.seq, projection.seq):
                return Disclosed(shown, path)
            path.unlink(missing_ok=True)  # a redaction came while the file was written
        except (OSError, duck.IOFault, Busy):  # a folder that cannot be written: this reading keeps a file of its own
            pass
    room = TemporaryDirectory(prefix="outcomes-")
    path = Path(room.name) / f"{shown.name}.duckdb"
    _write(projection, shown, masks(), path)
    return Disclosed(shown, path, room)


def _write(projection: Projection, shown: Shown, masks: Sequence[MaskRow], target: Path) -> None:
    """Write the file in a folder that nobody else can enter, then put it in place whole."""
    with TemporaryDirectory(prefix="next-", dir=target.parent) as private:
        aside = Path(private) / target.name
        cursor = projection.cursor()
        with projection.attached(aside, "next"):
            make_tables(cursor, "next")
            duck.run(cursor, "apply/mask_now")
            duck.insert(cursor, "mask_now", masks)
            line, opened = shown.entry.seq, list(shown.opened)
            secret = shown.entry.body_sha256  # salted, so nobody can guess it from what the entry says
            duck.run(cursor, "disclose/documents", {"line": line, "opened": opened, "secret": secret})
            duck.run(cursor, "disclose/figures", {"line": line, "opened": opened})
            duck.run(cursor, "disclose/loads", {"line": line, "opened": opened})
            duck.insert(cursor, "next.origin", [_origin(projection, shown)])
        aside.chmod(0o600)
        aside.replace(target)


def _drop_older(folder: Path, shown: Shown) -> None:
    """Take away what is no release and was shown as of other lines; whoever has such a file open reads on from it."""
    for path in folder.glob("disclosed-*-line*.duckdb"):
        if f"-line{shown.entry.seq}-" not in path.name:
            with contextlib.suppress(OSError):
                path.unlink()


def _usable(projection: Projection, shown: Shown, path: Path) -> bool:
    """Whether the file is there, whole to its last row, and shows this very line of this very ledger."""
    if not path.is_file():
        return False
    cursor = projection.cursor()
    try:
        with projection.attached(path, "next", read_only=True):
            duck.run(cursor, "apply/readable")
            return origin_of(cursor, "next") == _origin(projection, shown)
    except duck.Error:
        return False


def _origin(projection: Projection, shown: Shown) -> Origin:
    return Origin(projection.ledger.registry_id, __version__, shown.entry.seq, _digest(shown))


def _digest(shown: Shown) -> str:
    """What a file was made of: the chain up to its line, the release, and who is opened. The masks follow from these."""
    digest = hashlib.sha256(shown.entry.chain.encode())
    digest.update(msgspec.json.encode((shown.release, sorted(shown.opened))))
    return digest.hexdigest()
