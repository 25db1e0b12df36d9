"""How the members of an Excel workbook (xlsx) become sheets of rows: shared texts, number formats, formulas, merged cells.

ECMA-376 parts 1 and 3: a workbook is a zip of XML documents. Each cell is read as a person sees it who opens the file, but
for digits that its format only hides. A sheet is streamed; its declared size is not believed.
Tests: ``tests/adapters/test_workbooks.py``, beside openpyxl, which writes and reads the same files.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import IO

import msgspec

from registry.adapters.tables.content import MOST_WHOLE, Content, damaged, member_of, members_of
from registry.adapters.tables.markup import Event, events
from registry.adapters.tables.merged import Span, filled
from registry.adapters.tables.rows import MOST_CELLS, MOST_COLUMNS, Broken, CannotRead, Misread, Odd, Row, too_wide
from registry.adapters.tables.sheets import Sheet
from registry.adapters.tables.typed import as_shown, date_text, odd_date, odd_formula, shows_date

BUILT_IN = {
    9: "0%",
    10: "0.00%",
    49: "@",
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "yyyy-mm-dd"),
}
"""Number formats that a workbook need not declare; those not named here print a number as it is."""
LONGEST_TEXT = 40_000
"""Longer texts are cut: a cell of Excel holds 32,767 characters."""
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


class Styles(msgspec.Struct, frozen=True):
    """What a sheet's cells refer to: shared texts, the number format of each style, and from which day dates count."""

    texts: tuple[str, ...]
    formats: tuple[str, ...]
    since_1904: bool
    decimal_comma: bool


class SheetRows(msgspec.Struct, frozen=True):
    """The rows of one sheet, read anew each time they are gone through."""

    content: Content
    member: str
    styles: Styles

    def __iter__(self) -> Iterator[Row | Broken]:
        """Every row that holds a cell. Raises CannotRead where the sheet is damaged, unsafe or too large."""
        spans = tuple(self._spans())
        with member_of(self.content, self.member) as stream:
            yield from filled(_rows(events(stream), self.styles), spans)

    def _spans(self) -> Iterator[Span]:
        """The merged cells, which stand behind the rows; a sheet that does not name them is not gone through twice."""
        with member_of(self.content, self.member) as stream:
            if not any(b"mergeCell " in part for part in _overlapping(stream)):
                return
        with member_of(self.content, self.member) as stream:
            for event in events(stream):
                if event.what == "start" and event.name == "mergeCell":
                    ends = _REFERENCE.findall(event.attributes.get("ref", ""))
                    if len(ends) == 2:
                        (left, top), (right, bottom) = ends
                        yield Span(int(top), _place(left), int(bottom), _place(right))


def sheets_of(content: Content, *, decimal_comma: bool) -> tuple[Sheet, ...]:
    """Every sheet of cells in the workbook, in its order. Raises CannotRead where it is none, damaged, or like a bomb."""
    names = members_of(content)
    workbook = next(
        (name for _, kind, name in _relations(content, "", names) if kind == "officeDocument"), "xl/workbook.xml"
    )
    if workbook not in names:
        raise damaged("it names no workbook")
    targets = {key: (kind, name) for key, kind, name in _relations(content, workbook, names)}
    parts = dict(targets.values())
    found = list(_events(content, workbook))
    styles = Styles(
        texts=tuple(_texts(content, parts.get("sharedStrings"))),
        formats=_formats(content, parts.get("styles")),
        since_1904=any(
            event.attributes.get("date1904") in {"1", "true"} for event in found if event.name == "workbookPr"
        ),
        decimal_comma=decimal_comma,
    )
    named = (event.attributes for event in found if event.what == "start" and event.name == "sheet")
    return tuple(
        Sheet(
            entry.get("name", ""),
            entry.get("state", "visible") != "visible",
            SheetRows(content, targets[entry["id"]][1], styles),
        )
        for entry in named
        if targets.get(entry.get("id", ""), ("",))[0] == "worksheet"
    )


def _events(content: Content, member: str) -> Iterator[Event]:
    with member_of(content, member) as stream:
        yield from events(stream)


def _overlapping(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in parts that share their ends, so that no word is cut in two."""
    last = b""
    while part := stream.read(1 << 20):
        yield last + part
        last = part[-32:]


def _relations(content: Content, of: str, names: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """What a member refers to: the key, the kind's last word, and the member's name."""
    folder, name = posixpath.split(of)
    member = posixpath.join(folder, "_rels", f"{name}.rels")
    for event in _events(content, member) if member in names else ():
        if event.what == "start" and event.name == "Relationship":
            own = event.attributes
            target = posixpath.normpath(posixpath.join("/", folder, own.get("Target", ""))).lstrip("/")
            if own.get("TargetMode") != "External" and target in names:
                yield own.get("Id", ""), own.get("Type", "").rpartition("/")[2], target


def _texts(content: Content, member: str | None) -> Iterator[str]:
    """The shared texts, without the readings that stand above Japanese ones."""
    if member is None:
        return
    held: list[str] = []
    size = above = 0
    open_ = False
    for event in _events(content, member):
        if event.name == "si":
            if event.what == "end":
                text = _plain("".join(held))
                size += len(text)
                yield text
            held.clear()
        elif event.name == "rPh":
            above += 1 if event.what == "start" else -1
        elif event.name == "t":
            open_ = event.what == "start"
        elif event.what == "text" and open_ and not above:
            held.append(event.text)
        if size > MOST_WHOLE:
            raise CannotRead(
                Misread("file-too-large", "The workbook holds too much text.", "Load it in parts, or as CSV.")
            )


def _formats(content: Content, member: str | None) -> tuple[str, ...]:
    """The number format of each style."""
    declared: dict[str, str] = {}
    formats: list[str] = []
    inside = False
    for event in _events(content, member) if member else ():
        own = event.attributes
        if event.name == "cellXfs":
            inside = event.what == "start"
        elif event.what == "start" and event.name == "numFmt":
            declared[own.get("numFmtId", "")] = own.get("formatCode", "")
        elif event.what == "start" and event.name == "xf" and inside:
            key = own.get("numFmtId", "0")
            formats.append(declared.get(key) or BUILT_IN.get(int(key) if key.isdigit() else 0, "General"))
    return tuple(formats)


class _Cell(msgspec.Struct):
    """A cell while its elements are read."""

    place: int
    kind: str
    style: int
    value: str | None = None
    formula: str | None = None


def _rows(found: Iterator[Event], styles: Styles) -> Iterator[Row | Broken]:
    line = place = count = 0
    cells: list[str] = []
    odd: dict[int, Odd] = {}
    for event in found:
        if event.name == "row" and event.what == "start":
            line, place, cells, odd = _number(event.attributes.get("r"), line + 1), -1, [], {}
        elif event.name == "row" and event.what == "end" and cells:
            yield Row(line, cells, odd)
        elif event.name == "c" and event.what == "start":
            cell = _read_cell(event, found, place)
            place, count = cell.place, count + 1
            text, question = _said(cell, styles)
            if place >= MOST_COLUMNS:
                yield too_wide(line, place + 1)
                cells = []
            elif text:
                cells.extend([""] * (place - len(cells)))
                cells.append(text)
                odd |= {place: question} if question else {}
            if count > MOST_CELLS:
                detail = f"The sheet has more than {MOST_CELLS:,} cells."
                raise CannotRead(Misread("sheet-too-large", detail, "Load it in parts, or as CSV."), line)


def _read_cell(start: Event, found: Iterator[Event], before: int) -> _Cell:
    """A cell, up to the end of its element."""
    own = start.attributes
    reference = _REFERENCE.fullmatch(own.get("r", ""))
    style = own.get("s", "0")
    cell = _Cell(
        _place(reference[1]) if reference else before + 1, own.get("t", "n"), int(style) if style.isdigit() else 0
    )
    inside, above = "", False
    for event in found:
        if event.what == "text":
            if inside in {"v", "t"} and not above:
                cell.value = f"{cell.value or ''}{event.text}"[:LONGEST_TEXT]
            elif inside == "f":
                cell.formula = f"{cell.formula or ''}{event.text}"[:LONGEST_TEXT]
            continue
        inside = event.name if event.what == "start" else ""
        above = event.what == "start" if event.name == "rPh" else above
        if event.name == "f" and cell.formula is None:
            cell.formula = ""
        if event.name == "c":
            break
    return cell


def _said(cell: _Cell, styles: Styles) -> tuple[str, Odd | None]:
    """The text that a person sees in a cell, and the question it asks."""
    value = cell.value
    if not value and cell.formula and cell.kind != "str":
        literal = _QUOTED.fullmatch(cell.formula)
        return (
            (literal[1].replace('""', '"'), None)
            if literal
            else (f"={cell.formula}", odd_formula(cell.formula[:80], worked_out=False))
        )
    if value is None:
        return "", None
    text, question = _KINDS.get(cell.kind, _number_said)(value, cell, styles)
    if cell.formula is not None and cell.kind == "n" and text.strip("0.,%") == "" and text and question is None:
        question = odd_formula(cell.formula[:80], worked_out=True)
    return text, question


def _number_said(value: str, cell: _Cell, styles: Styles) -> tuple[str, Odd | None]:
    shown_as = styles.formats[cell.style] if cell.style < len(styles.formats) else "General"
    try:
        number = float(value)
    except ValueError:
        return value, None
    if shows_date(shown_as):
        text = date_text(number, shown_as, since_1904=styles.since_1904)
        return text, odd_date(text)
    return as_shown(number, shown_as, decimal_comma=styles.decimal_comma), None


def _shared(value: str, _: _Cell, styles: Styles) -> tuple[str, Odd | None]:
    place = _number(value, -1)
    if not 0 <= place < len(styles.texts):
        raise damaged(f"a cell refers to the shared text {value!r}, which is not there")
    return styles.texts[place], None


_KINDS: dict[str, Callable[[str, _Cell, Styles], tuple[str, Odd | None]]] = {
    "s": _shared,
    "str": lambda value, *_: (_plain(value), None),
    "inlineStr": lambda value, *_: (_plain(value), None),
    "b": lambda value, *_: ("TRUE" if value == "1" else "FALSE", None),
    "e": lambda value, *_: (value, None),
    "d": lambda value, *_: (value[:10], odd_date(value[:10])),
}


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _place(letters: str) -> int:
    """The place of a column, counted from 0.

    >>> _place("A"), _place("XFD")
    (0, 16383)
    """
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdigit() and len(text) < 10 else otherwise
