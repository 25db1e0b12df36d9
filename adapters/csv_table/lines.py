r"""How the bytes of a file become numbered rows of text: encoding, line ends, quotation marks.

A file is decoded as its mapping says or not at all: a wrong letter in a name is worse than a question. Line ends
may be LF, CRLF or CR. A row whose quotation marks do not match is set apart with its line number, and reading goes
on at the next line, so that one stray mark does not swallow the rest of the file. Rows are streamed; no more than
the row at hand is held. Tests: ``tests/adapters/test_csv_table.py``.

>>> [row.cells for row in split_rows(["a,b\n", '1,"2,3"\n'], ",")]
[['a', 'b'], ['1', '2,3']]
"""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from registry.adapters.contract import SourceFile
from registry.domain.finding import Finding

CHUNK = 1 << 20
SHOWN = 200
"""How many characters of a broken line a finding shows."""

BYTE_ORDER_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (codecs.BOM_UTF8, "utf-8-sig"))


class Row(msgspec.Struct, frozen=True):
    """One row of the file: the line on which it starts (counted from 1) and its cells as they stand."""

    line: int
    cells: list[str]


class Broken(msgspec.Struct, frozen=True):
    """A line that is no row: its quotation marks do not match. ``place`` counts the cell at fault from 0."""

    line: int
    place: int
    text: str


def source_of(path: Path) -> SourceFile:
    """The file's name, size in bytes and SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return SourceFile(name=path.name, size=file.tell(), sha256=digest.hexdigest())


def decoding_fault(path: Path, encoding: str) -> Finding | None:
    """Why the file is not text in the encoding that the mapping names; null where it is."""
    decoder = _decoder(encoding)
    if decoder is None:
        hint = 'Write encoding = "utf-8-sig", "cp1252" or "utf-16" in the mapping.'
        return _fault(path, f"There is no encoding {encoding!r} of text.", hint)
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk).encode()  # half a surrogate pair is no text either
            decoder.decode(b"", final=True)
    except UnicodeError:
        line = _first_bad_line(path, encoding)
        where = "The file" if line is None else f"Line {line}"
        return _fault(
            path, f"{where} is not text in the encoding {encoding!r}.", _other_encoding(path, encoding), row=line
        )
    return None


def read_rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row | Broken]:
    """Every row of a file that ``decoding_fault`` found sound, blank ones too."""
    with path.open(encoding=encoding, newline="") as text:
        yield from split_rows(text, delimiter)


def split_rows(lines: Iterable[str], delimiter: str) -> Iterator[Row | Broken]:
    """Lines of text as rows. After a broken row reading goes on at the line that follows its first."""
    tape = _Tape(lines)
    reader = csv.reader(tape, delimiter=delimiter, strict=True)
    while True:
        line = tape.start_row()
        try:
            yield Row(line, next(reader))
        except StopIteration:
            return
        except csv.Error:
            place, text = faulty_cell(tape.rewind(), delimiter)
            yield Broken(line, place, text)
            reader = csv.reader(tape, delimiter=delimiter, strict=True)


def faulty_cell(line: str, delimiter: str) -> tuple[int, str]:
    """Which cell of a line has quotation marks that do not match, counted from 0, and the text from there on.

    >>> faulty_cell('A,"12,2019', ",")
    (1, '"12,2019')
    """
    mark = re.escape(delimiter)
    sound = re.compile(rf'(?:"(?:[^"]|"")*"|(?!")[^{mark}]*)(?:{mark}|$)')
    rest, at, place = line.rstrip("\r\n"), 0, 0
    while (found := sound.match(rest, at)) is not None and found.end() < len(rest):
        at, place = found.end(), place + 1
    return place, rest[at : at + SHOWN]


class _Tape:
    """Lines that remembers those of the row at hand, so that a broken row can be read anew from its second line."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: list[str] = []
        self._held: list[str] = []
        self._given = 0

    def __iter__(self) -> "_Tape":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        if not self._given:
            line = line.removeprefix("\ufeff")
        self._held.append(line)
        self._given += 1
        return line

    def start_row(self) -> int:
        """The number of the line at which the next row starts."""
        self._held.clear()
        return self._given + 1

    def rewind(self) -> str:
        """Give back all lines of this row but the first, which is returned."""
        first, *others = self._held
        self._again.extend(reversed(others))
        self._given -= len(others)
        self._held.clear()
        return first


def _decoder(encoding: str) -> codecs.IncrementalDecoder | None:
    try:
        b" ".decode(encoding)
    except UnicodeError:
        pass  # an encoding of text, of which one blank is not a whole character
    except (LookupError, ValueError):
        return None
    return codecs.getincrementaldecoder(encoding)()


def _fault(path: Path, detail: str, hint: str, *, row: int | None = None) -> Finding:
    return Finding(rule="encoding-differs", severity="error", file=path.name, row=row, detail=detail, hint=hint)


def _first_bad_line(path: Path, encoding: str) -> int | None:
    """The first line that holds a byte the encoding does not know; null where the encoding cannot say."""
    try:
        with path.open(encoding=encoding, errors="replace") as text:
            return next((number for number, line in enumerate(text, start=1) if "\ufffd" in line), None)
    except UnicodeError:
        return None


def _other_encoding(path: Path, encoding: str) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark) and name != encoding), None)
    likely = marked or ("cp1252" if codecs.lookup(encoding).name != "cp1252" else "latin-1")
    return f'Write encoding = "{likely}" in the mapping if that is how the file was saved, or save it as UTF-8.'
