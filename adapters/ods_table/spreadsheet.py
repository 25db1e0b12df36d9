"""How an OpenDocument spreadsheet (ods) becomes sheets of rows: typed cells, repeated cells and rows, spans, formulas.

OpenDocument 1.3 part 3, ``content.xml``. A blank row that is repeated to the sheet's end is counted, not written out. A percent
is a number with a mark (0.153 is 15.3%); a number that is shown with leading zeros keeps them.
Tests: ``tests/adapters/test_workbooks.py``.
"""

import re
from collections.abc import Iterator

import msgspec

from registry.adapters.tables.content import Content, damaged, member_of, members_of
from registry.adapters.tables.markup import Event, events
from registry.adapters.tables.merged import Span, filled
from registry.adapters.tables.rows import MOST_CELLS, MOST_COLUMNS, Broken, CannotRead, Misread, Odd, Row, too_wide
from registry.adapters.tables.sheets import Sheet
from registry.adapters.tables.typed import number_text, odd_date, odd_formula, percent_text

CONTENT = "content.xml"
LONGEST_TEXT = 40_000
CELLS = frozenset(("table-cell", "covered-table-cell"))
_QUOTED = re.compile(r'="((?:[^"]|"")*)"')


class SheetRows(msgspec.Struct, frozen=True):
    """The rows of one sheet by its place among the sheets, read anew each time they are gone through."""

    content: Content
    number: int
    decimal_comma: bool

    def __iter__(self) -> Iterator[Row | Broken]:
        """Every row that holds anything. Raises CannotRead where the sheet is damaged, unsafe or too large."""
        spans: list[Span] = []
        for _ in self._rows(spans):
            pass
        yield from filled(self._rows([]), spans)

    def _rows(self, spans: list[Span]) -> Iterator[Row | Broken]:
        with member_of(self.content, CONTENT) as stream:
            yield from _rows(_of_sheet(events(stream), self.number), spans, decimal_comma=self.decimal_comma)


def sheets_of(content: Content, *, decimal_comma: bool) -> tuple[Sheet, ...]:
    """Every sheet of the document, in its order. Raises CannotRead where it is damaged, locked, or like a bomb."""
    if CONTENT not in members_of(content):
        raise damaged(f"it has no {CONTENT}")
    hidden: set[str] = set()
    style = ""
    found: list[tuple[str, str]] = []
    depth = 0
    with member_of(content, CONTENT) as stream:
        for event in events(stream):
            if event.what == "start" and event.name == "style":
                style = event.attributes.get("name", "")
            elif (
                event.what == "start"
                and event.name == "table-properties"
                and event.attributes.get("display") == "false"
            ):
                hidden.add(style)
            elif event.name == "table":
                depth += 1 if event.what == "start" else -1
                if event.what == "start" and depth == 1:
                    found.append((event.attributes.get("name", ""), event.attributes.get("style-name", "")))
    return tuple(
        Sheet(name, own in hidden, SheetRows(content, number, decimal_comma))
        for number, (name, own) in enumerate(found)
    )


def _of_sheet(found: Iterator[Event], number: int) -> Iterator[Event]:
    """The events inside one sheet, those of tables inside a cell left out."""
    at, depth = -1, 0
    for event in found:
        if event.name == "table":
            depth += 1 if event.what == "start" else -1
            at += event.what == "start" and depth == 1
        elif at == number and depth == 1:
            yield event
        elif at > number:
            return


def _rows(found: Iterator[Event], spans: list[Span], *, decimal_comma: bool) -> Iterator[Row | Broken]:
    line = times = count = 0
    cells: list[str] = []
    odd: dict[int, Odd] = {}
    place = 0
    for event in found:
        if event.name == "table-row" and event.what == "start":
            times, place, cells, odd = _times(event, "number-rows-repeated"), 0, [], {}
        elif event.name == "table-row" and event.what == "end":
            filled_times = times if cells else 0
            count += filled_times * len(cells)
            if count > MOST_CELLS:
                detail = f"The sheet has more than {MOST_CELLS:,} cells."
                raise CannotRead(Misread("sheet-too-large", detail, "Load it in parts, or as CSV."), line + 1)
            for further in range(filled_times):
                yield Row(line + 1 + further, list(cells), dict(odd))
            line += times
        elif event.name in CELLS and event.what == "start":
            repeated = _times(event, "number-columns-repeated")
            text, question = _said(event, _text_of(found, event.name), decimal_comma=decimal_comma)
            if text and place + repeated > MOST_COLUMNS:
                yield too_wide(line + 1, place + repeated)
            elif text:
                cells.extend([""] * (place - len(cells)) + [text] * repeated)
                odd |= dict.fromkeys(range(place, place + repeated), question) if question else {}
            right, down = _times(event, "number-columns-spanned"), _times(event, "number-rows-spanned")
            if text and (right, down) != (1, 1):
                spans.append(Span(line + 1, place, line + down, place + right - 1))
            place += repeated


def _text_of(found: Iterator[Event], cell: str) -> str:
    """What is written in a cell, a line for each paragraph, without its notes."""
    lines: list[str] = []
    aside = size = 0
    for event in found:
        if event.name == "annotation":
            aside += 1 if event.what == "start" else -1
        elif event.what == "end" and event.name == cell:
            break
        elif aside:
            continue
        elif event.what == "start" and event.name == "p":
            lines.append("")
        elif lines and size < LONGEST_TEXT:
            blanks = _times(event, "c") if event.what == "start" and event.name == "s" else 0
            lines[-1] += event.text or " " * min(blanks, 100)
            size += len(event.text) + blanks
    return "\n".join(lines)[:LONGEST_TEXT]


def _said(cell: Event, written: str, *, decimal_comma: bool) -> tuple[str, Odd | None]:
    """The text that a person sees in a cell, and the question it asks."""
    own = cell.attributes
    kind, value, formula = own.get("value-type", ""), own.get("value", ""), own.get("formula", "")
    if formula and not kind:
        bare = formula.partition(":")[2] or formula
        literal = _QUOTED.fullmatch(bare)
        return (literal[1].replace('""', '"'), None) if literal else (bare, odd_formula(bare[1:80], worked_out=False))
    if kind == "date":
        day = own.get("date-value", "")[:10]
        return day, odd_date(day)
    if kind not in {"float", "percentage", "currency"} or written.startswith(("#", "Err:")):
        return written, None
    try:
        number = float(value)
    except ValueError:
        return written, None
    question = odd_formula(formula, worked_out=True) if formula and not number else None
    if kind == "percentage":
        return percent_text(number, decimal_comma=decimal_comma), question
    text = number_text(number, decimal_comma=decimal_comma)
    padded = re.fullmatch(r"0+[0-9]+", written) and written.lstrip("0") == text.lstrip("0")
    return written if padded else text, question


def _times(event: Event, name: str) -> int:
    text = event.attributes.get(name, "1")
    return max(1, int(text)) if text.isdigit() and len(text) < 9 else 1
