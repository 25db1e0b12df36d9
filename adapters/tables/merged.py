"""Cells that stand over several rows or columns: every cell below them holds their text, as a person sees it.

A name over several rows is each row's name. A figure over several is a question: whose is it? So a cell that was filled this
way is odd where a figure is wanted.
"""

from collections.abc import Iterable, Iterator

import msgspec

from registry.adapters.tables.rows import MOST_COLUMNS, Broken, CannotRead, Misread, Odd, Row

MOST_SPANS = 100_000
MOST_FILLED = 2_000_000
"""How many cells may be filled from others; a name over several rows fills one in each."""
FILLED = Odd(
    Misread(
        "cell-merged",
        "One cell stands over several rows or columns here, so nobody can tell whose figure it is.",
        "Give each row a cell of its own.",
    ),
    fits="labels",
)


class Span(msgspec.Struct, frozen=True, order=True):
    """A cell over several: its first and last line (from 1) and its first and last place (from 0), ends included."""

    top: int
    left: int
    bottom: int
    right: int


def filled(rows: Iterable[Row | Broken], spans: Iterable[Span]) -> Iterator[Row | Broken]:
    """The same rows with what stands over several cells in each of them; rows that hold nothing of their own stay blank."""
    waiting = sorted(span for span in spans if (span.top, span.left) != (span.bottom, span.right))
    if len(waiting) > MOST_SPANS:
        detail = f"The sheet has {len(waiting)} merged cells; a table has {MOST_SPANS} at most."
        raise CannotRead(Misread("sheet-too-large", detail, "Take the merged cells apart."))
    waiting.reverse()
    open_: list[tuple[Span, str]] = []
    reach = 0
    for row in rows:
        open_ = [(span, text) for span, text in open_ if span.bottom >= row.line]
        while waiting and waiting[-1].top <= row.line:
            span = waiting.pop()
            if span.top == row.line and span.bottom >= row.line and isinstance(row, Row):
                open_.append((span, row.cells[span.left] if span.left < len(row.cells) else ""))
        reach += sum(min(span.right, MOST_COLUMNS) - span.left for span, text in open_ if text)
        if reach > MOST_FILLED:
            detail = f"The sheet's merged cells reach over more than {MOST_FILLED:,} cells."
            raise CannotRead(Misread("sheet-too-large", detail, "Take the merged cells apart."), row.line)
        yield _filled(row, open_) if open_ and isinstance(row, Row) and row.cells else row


def _filled(row: Row, open_: list[tuple[Span, str]]) -> Row:
    cells, odd = list(row.cells), dict(row.odd)
    for span, text in open_:
        if not text:
            continue
        right = min(span.right, MOST_COLUMNS - 1)
        cells.extend([""] * (right + 1 - len(cells)))
        for place in range(span.left, right + 1):
            if (row.line, place) != (span.top, span.left) and not cells[place]:
                cells[place], odd[place] = text, FILLED
    return Row(row.line, cells, odd)
