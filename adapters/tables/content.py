"""What is inside a file: gzip and zip are opened here, once for every format, and nothing is unpacked without end.

What a file is shows in its first bytes, not in its name: publishers call a page of HTML ``.xls``. A zip that holds one
table is that table; where it holds several the mapping says which (``member``). Nothing is written to a disk: what
is packed is unpacked as it is read, up to ``MOST_UNPACKED`` bytes, and no further where it swells like a bomb.
Tests: ``tests/adapters/test_hostile_files.py``, ``test_packed_files.py``.
"""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO, BinaryIO, Literal

import msgspec

from registry.adapters.tables.rows import CannotRead, Misread

MOST_UNPACKED = 1 << 30
"""How many bytes may come out of a packed file."""
MOST_WHOLE = 32 << 20
"""How many bytes a file may have that has to be held as a whole: a workbook, a page, a JSON document."""
RATIO, HARMLESS = 200, 16 << 20
"""What comes out may be so many times what went in; less than so many bytes do no harm."""
MOST_MEMBERS = 10_000
HEAD = 4096

Kind = Literal["text", "markup", "zip", "gzip", "xlsx", "xlsb", "ods", "old-office", "parquet", "pdf"]
NAMES: dict[Kind, str] = {
    "text": "a text without markup",
    "markup": "a page or document of markup (HTML or XML)",
    "zip": "a zip archive",
    "gzip": "a gzip archive",
    "xlsx": "an Excel workbook (xlsx)",
    "xlsb": "a binary Excel workbook (xlsb), which is not read",
    "ods": "an OpenDocument spreadsheet (ods)",
    "old-office": "a workbook of old Excel (xls), or one locked with a password",
    "parquet": "a Parquet file",
    "pdf": "a PDF, which holds no table that can be read safely",
}
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"),
    (b"PAR1", "parquet"),
    (b"%PDF-", "pdf"),
)
_ELEMENT = re.compile(rb"<[!?/A-Za-z]")
_WAY_OUT = "Unpack it by hand, look at what is inside, and load that."


class Content(msgspec.Struct, frozen=True):
    """The bytes of one table's file: its name, what it is, and a way to read it from the start, as often as needed."""

    name: str
    kind: Kind
    open: Callable[[], BinaryIO]

    def whole(self) -> bytes:
        """All bytes at once. Raises CannotRead beyond ``MOST_WHOLE``."""
        with self.open() as stream:
            body = stream.read(MOST_WHOLE + 1)
        if len(body) > MOST_WHOLE:
            detail = f"The file has more than {MOST_WHOLE >> 20} MB, and a file of this format is read as a whole."
            raise CannotRead(
                Misread("file-too-large", detail, "Load it in parts, or as CSV, which may be of any size.")
            )
        return body


def content_of(path: Path, member: str | None = None) -> Content:
    """What a file holds, unpacked where it is packed. Raises CannotRead, and OSError where it cannot be opened."""
    outer = Content(path.name, _kind(lambda: path.open("rb")), lambda: path.open("rb"))
    if outer.kind == "gzip":
        packed = path.stat().st_size
        return _inner(path.name.removesuffix(".gz"), lambda: _measured(gzip.GzipFile(path), packed))
    if outer.kind != "zip":
        return outer
    with damage_told(), zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    kind = office_kind([info.filename for info in infos])
    if kind is not None:
        check_members(infos)
        return Content(path.name, kind, outer.open)
    chosen = _chosen(infos, member)
    return _inner(chosen.filename, lambda: _member(path, chosen))


def seekable(content: Content) -> BinaryIO:
    """The content as a stream in which one can go back. Raises CannotRead where it is too large to be held."""
    stream = content.open()
    if stream.seekable():
        return stream
    stream.close()
    return io.BytesIO(content.whole())


@contextmanager
def member_of(content: Content, name: str) -> Iterator[IO[bytes]]:
    """A member of an office file, open. Raises CannotRead where it is not there or damaged."""
    with damage_told(), seekable(content) as stream, zipfile.ZipFile(stream) as archive:
        if name not in archive.namelist():
            raise damaged(f"it has no {name}")
        with archive.open(name) as member:
            yield member


def members_of(content: Content) -> frozenset[str]:
    """The names of an office file's members, once they are known to be harmless. Raises CannotRead."""
    with damage_told(), seekable(content) as stream, zipfile.ZipFile(stream) as archive:
        check_members(archive.infolist())
        return frozenset(archive.namelist())


def check_members(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive of too many members, of too large ones, or of one that swells like a bomb. Raises CannotRead."""
    swollen = any(info.file_size > HARMLESS and info.file_size > RATIO * info.compress_size for info in infos)
    if swollen or len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise CannotRead(_bomb())


@contextmanager
def damage_told() -> Iterator[None]:
    """Turn what archives raise where their bytes are not as they were written into CannotRead."""
    try:
        yield
    # zipfile raises NotImplementedError for a way of packing that it does not know, RuntimeError for a member with a password
    except (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError, RuntimeError) as fault:
        raise damaged(str(fault)) from fault


def damaged(why: str) -> CannotRead:
    """The file's bytes are not as its format has them."""
    detail = f"The file is damaged or cut off: {why}." if why else "The file is damaged or cut off."
    return CannotRead(
        Misread("file-damaged", detail, "Fetch or export it again; open it once to see that it is whole.")
    )


def office_kind(names: list[str]) -> Kind | None:
    """Which workbook an archive with these members is; null where it is none."""
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "[Content_Types].xml" in names:
        return "xlsx"
    return "ods" if "content.xml" in names and "mimetype" in names else None


def expect(content: Content, *kinds: Kind) -> None:
    """Refuse a file that is of another kind than its mapping says. Raises CannotRead."""
    if content.kind in kinds:
        return
    ways = {"xlsx": "xlsx", "ods": "ods", "old-office": "xls", "parquet": "parquet", "markup": "html", "text": "csv"}
    way = ways.get(content.kind)
    hint = f'Write format = "{way}" in the mapping' if way else "Save it as xlsx or CSV"
    detail = f"{content.name} is {NAMES[content.kind]}, whatever its name says."
    raise CannotRead(Misread("format-differs", detail, f"{hint}, or give the file that was meant."))


def _inner(name: str, open_: Callable[[], BinaryIO]) -> Content:
    kind = _kind(open_)
    if kind == "zip":
        with (
            damage_told(),
            io.BytesIO(Content(name, kind, open_).whole()) as stream,
            zipfile.ZipFile(stream) as archive,
        ):
            office = office_kind(archive.namelist())
            check_members(archive.infolist())
        if office is not None:
            return Content(name, office, open_)
    if kind in {"zip", "gzip"}:
        detail = f"The archive holds another archive, {name}."
        raise CannotRead(Misread("archive-in-archive", detail, _WAY_OUT))
    return Content(name, kind, open_)


def _kind(open_: Callable[[], BinaryIO]) -> Kind:
    with open_() as stream:
        head = stream.read(HEAD)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return "markup" if _ELEMENT.match(text) else "text"


def _chosen(infos: list[zipfile.ZipInfo], member: str | None) -> zipfile.ZipInfo:
    """The member of an archive to read: the one that the mapping names, else the only one. Raises CannotRead."""
    files = [info for info in infos if not info.is_dir() and not _clutter(info.filename)]
    wanted = [info for info in files if member is None or _fits(info.filename, member)]
    if len(wanted) != 1:
        said = "The mapping does not say which file of the archive is meant"
        said = said if member is None else f"{len(wanted)} files of the archive fit {member!r}"
        listed = ", ".join(repr(info.filename) for info in (wanted or files)[:12]) or "nothing"
        hint = 'Write member = "..." in the mapping; * stands for any characters.'
        raise CannotRead(Misread("archive-member", f"{said}: it holds {listed}.", hint))
    check_members(wanted)
    if wanted[0].flag_bits & 1:
        raise CannotRead(
            Misread("file-locked", f"{wanted[0].filename} is locked with a password.", "Save it without one.")
        )
    return wanted[0]


def _clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


def _fits(name: str, member: str) -> bool:
    return any(fnmatchcase(entry.casefold(), member.casefold()) for entry in (name, name.rpartition("/")[2]))


def _member(path: Path, info: zipfile.ZipInfo) -> BinaryIO:
    with damage_told(), zipfile.ZipFile(path) as archive:  # its file stays open until the member is closed
        return _measured(archive.open(info), info.compress_size)


def _measured(stream: IO[bytes] | gzip.GzipFile, packed: int) -> BinaryIO:
    return io.BufferedReader(_Measured(stream, packed))


def _bomb() -> Misread:
    detail = f"What is packed here swells to more than {MOST_UNPACKED >> 20} MB, or to {RATIO} times its size."
    return Misread("unpacks-too-large", detail, f"No table does that. {_WAY_OUT}")


class _Measured(io.RawIOBase):
    """What comes out of a packed file, which ends in CannotRead where it is damaged or grows without end."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile, packed: int) -> None:
        self._inner = inner
        self._most = min(MOST_UNPACKED, max(HARMLESS, RATIO * packed))
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer that BufferedReader gives
        with damage_told():
            part = self._inner.read(len(buffer))
        self._given += len(part)
        if self._given > self._most:
            raise CannotRead(_bomb())
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._inner.close()
        super().close()
