"""How the tables of a page of HTML become rows; publishers call such pages ``.xls`` and spreadsheets open them.

The markup is read as browsers do, without scripts, styles and hidden parts; cells over several rows or columns hold their text in
each. Entities are those of HTML, which cannot multiply. Tests: ``tests/adapters/test_pages.py``.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec

from registry.adapters.tables.merged import Span, filled
from registry.adapters.tables.rows import MOST_CELLS, MOST_COLUMNS, Broken, CannotRead, Misread, Row

MOST_TAGS = 3_000_000
"""How many elements a page may have; the largest table that a browser shows has fewer."""
UNSEEN = frozenset(("script", "style", "template", "noscript", "head"))
BREAKS = frozenset(("br", "p", "div", "li"))
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset=["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)


class PageTable(msgspec.Struct):
    """One table of a page: its rows of texts, and which cells stand over several."""

    rows: list[list[str]] = []
    spans: list[Span] = []
    taken: dict[int, int] = {}

    def __iter__(self) -> Iterator[Row | Broken]:
        """The rows, numbered from 1."""
        return filled((Row(line, list(cells)) for line, cells in enumerate(self.rows, start=1)), self.spans)


def declared_charset(body: bytes) -> str | None:
    """The encoding that a page declares in its first bytes; null where it is silent."""
    found = _CHARSET.search(body[:4096])
    return found[1].decode("ascii") if found else None


def tables_of(text: str) -> list[PageTable]:
    """Every table of a page, in the order in which they begin. Raises CannotRead beyond the cells of any table."""
    page = _Page()
    page.feed(text)
    page.close()
    return page.tables


class _Page(HTMLParser):
    """The tables that are found while a page is gone through."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[PageTable] = []
        self._open: list[PageTable] = []
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._unseen = 0
        self._count = 0
        self._tags = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self._tags += 1
        if self._tags > MOST_TAGS:
            detail = f"The page has more than {MOST_TAGS:,} elements."
            raise CannotRead(Misread("sheet-too-large", detail, "Save the table that is meant as CSV or xlsx."))
        if tag in UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._end_cell()
            table = PageTable()
            self.tables.append(table)
            self._open.append(table)
        elif tag == "tr" and self._open:
            self._end_cell()
            self._begin_row()
        elif tag in {"td", "th"} and self._open:
            self._end_cell()
            if not self._open[-1].rows:
                self._begin_row()
            own = dict(attrs)
            self._spans = _number(own.get("rowspan")), _number(own.get("colspan"))
            self._cell = []
        elif tag in BREAKS and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if tag in UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in {"td", "th", "tr"}:
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text stands in an element."""
        if self._cell is not None and not self._unseen:
            self._cell.append(data)

    def close(self) -> None:
        """The page ends, whatever is still open."""
        super().close()
        self._end_cell()

    def _begin_row(self) -> None:
        table = self._open[-1]
        table.rows.append([])
        table.taken = {place: last for place, last in table.taken.items() if last >= len(table.rows)}

    def _end_cell(self) -> None:
        """Put a cell where the row has room for it: not below a cell that reaches down to here."""
        if self._cell is None or not self._open:
            self._cell = None
            return
        table = self._open[-1]
        cells, line = table.rows[-1], len(table.rows)
        while len(cells) in table.taken:
            cells.append("")
        down, right = self._spans
        place = len(cells)
        cells.append(" ".join("".join(self._cell).split()))
        cells.extend([""] * (right - 1))
        if (down, right) != (1, 1):
            table.spans.append(Span(line, place, line + down - 1, place + right - 1))
            table.taken |= dict.fromkeys(range(place, place + right), line + down - 1) if down > 1 else {}
        self._cell = None
        self._count += right
        if self._count > MOST_CELLS or len(cells) > MOST_COLUMNS:
            detail = f"A table of the page has more than {MOST_COLUMNS:,} columns or {MOST_CELLS:,} cells."
            raise CannotRead(Misread("sheet-too-large", detail, "Save the table that is meant as CSV or xlsx."), line)


def _number(text: str | None) -> int:
    """How many rows or columns a cell takes; browsers stop at a thousand columns."""
    return min(1000, max(1, int(text))) if text is not None and text.strip().isdigit() and len(text) < 9 else 1
