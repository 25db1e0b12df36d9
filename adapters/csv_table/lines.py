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
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TextIO

from registry.adapters.tables.content import Content
from registry.adapters.tables.rows import MOST_COLUMNS, NUL, SHOWN, Broken, CannotRead, Misread, Row, too_wide
from registry.domain.children import SAMPLE, children_in

CHUNK = 1 << 20
LONGEST_LINE = 4_000_000
"""How many characters a line may have; a table as wide as a spreadsheet has fewer."""

BYTE_ORDER_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (codecs.BOM_UTF8, "utf-8-sig"))
UTF_8 = frozenset(codecs.lookup(name).name for name in ("utf-8", "utf-8-sig"))
ONE_BYTE = frozenset(codecs.lookup(name).name for name in ("cp1252", "latin-1", "iso8859-15"))

LONGEST_CELL = 131_072
"""How many characters a cell may have; a quotation mark that never closes would make one of the whole file."""
TOO_LONG = Misread(
    "cell-too-long",
    f"The cell has more than {LONGEST_CELL:,} characters.",
    "Check its quotation marks and the delimiter.",
)
UNBALANCED = Misread(
    "quotes-unbalanced",
    "A quotation mark here has no partner, or text follows it where the cell should end.",
    'Put the whole cell in quotation marks and double those inside it: "the ""old"" school"; or take the mark out.',
)


def encoding_of(content: Content, declared: str) -> str:
    """The encoding in which the file is text: as declared, or by its byte order mark. Raises CannotRead where it is not.

    UTF-8 is what a silent mapping means; a file that begins with the mark of UTF-16 cannot be UTF-8, so it is read as what it is.
    """
    if _decoder(declared) is None:
        hint = 'Write encoding = "utf-8-sig", "cp1252" or "utf-16" in the mapping.'
        raise _differs(f"There is no encoding {declared!r} of text.", hint)
    with content.open() as file:
        start = file.read(4)
    marked = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
    encoding = marked if marked and codecs.lookup(declared).name in UTF_8 else declared
    _check(content, encoding, marked)
    return encoding


def _check(content: Content, encoding: str, marked: str | None) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with content.open() as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk).encode()  # half a surrogate pair is no text either
            decoder.decode(b"", final=True)
    except UnicodeError:
        other = "latin-1" if codecs.lookup(encoding).name == "cp1252" else "cp1252"
        likely = marked if marked and marked != encoding else other
        line, text = _first_bad_line(content, encoding)
        where = "The file" if line is None else f"Line {line}"
        shown = f"; as {likely} it reads {text!r}" if text and likely == "cp1252" else ""
        hint = f'Write encoding = "{likely}" in the mapping if that is how the file was saved, or save it as UTF-8.'
        raise _differs(f"{where} is not text in the encoding {encoding!r}{shown}.", hint, line) from None


def mixed_line(content: Content, encoding: str) -> Misread | None:
    """A doubt about a file declared to have one byte a letter that holds a line of UTF-8: it may be mixed, or misdeclared.

    ``Doña`` in UTF-8 reads ``DoÃ±a`` in cp1252, and hardly any text in cp1252 is UTF-8 by chance. Null where there is none.
    """
    if codecs.lookup(encoding).name not in ONE_BYTE:
        return None
    with content.open() as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
            if not line.isascii() and _is_utf_8(line):
                detail = f"Line {number} is UTF-8, though the mapping says {encoding}: letters with accents are misread there."
                hint = 'Write encoding = "utf-8-sig" if all of the file is; a file that mixes both is saved anew from its source.'
                return Misread("encoding-doubtful", detail, hint)
    return None


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read_rows(content: Content, encoding: str, delimiter: str) -> Iterator[Row | Broken]:
    """Every row of a file that ``encoding_of`` found sound, blank ones too. Raises CannotRead at a line without end."""
    with io.TextIOWrapper(content.open(), encoding=encoding, newline="") as text:
        for row in split_rows(_lines(text), delimiter):
            yield too_wide(row.line, len(row.cells)) if isinstance(row, Row) and len(row.cells) > MOST_COLUMNS else row


def _lines(text: TextIO) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), start=1):
        if len(line) >= LONGEST_LINE:
            detail = f"Line {number} does not end within {LONGEST_LINE:,} characters, starting {line[:40]!r}."
            hint = "Check that the file is a table of text, and how its lines end; export it again."
            raise CannotRead(Misread("line-too-long", detail, hint), number)
        yield line


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
        except csv.Error as fault:
            first = tape.rewind()
            place, text = faulty_cell(first, delimiter)
            why = NUL if "\0" in first else TOO_LONG if "larger than" in str(fault) and '"' not in first else UNBALANCED
            yield Broken(line, place, text.replace("\0", "␀"), why)
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


def _differs(detail: str, hint: str, row: int | None = None) -> CannotRead:
    return CannotRead(Misread("encoding-differs", detail, hint), row)


def _first_bad_line(content: Content, encoding: str) -> tuple[int | None, str]:
    """The first line that holds a byte the encoding does not know, and how it reads as cp1252; null where nobody can tell.

    What stands in it is shown only where the file is none of children.
    """
    try:
        line = next((line for line, text in _numbered(content, encoding) if "\ufffd" in text), None)
    except UnicodeError:
        return None, ""
    if line is None or codecs.lookup(encoding).name not in UTF_8 or _of_children(content):
        return line, ""
    return line, next((text.strip()[:SHOWN] for at, text in _numbered(content, "cp1252") if at == line), "")


def _numbered(content: Content, encoding: str) -> Iterator[tuple[int, str]]:
    with io.TextIOWrapper(content.open(), encoding=encoding, errors="replace") as text:
        yield from enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), start=1)


def _of_children(content: Content) -> bool:
    """Whether the first rows, separated by any usual mark, speak of single children."""
    lines = [text for _, text in islice(_numbered(content, "cp1252"), SAMPLE)]
    tables = ([row for row in split_rows(lines, mark) if isinstance(row, Row) and any(row.cells)] for mark in ",;\t|")
    return any(children_in([(row.line, row.cells) for row in rows], 1) for rows in tables)
