"""Where a table's header stands, where its rows end, and which columns it has, from the rows alone."""

from collections.abc import Iterable, Sequence

import msgspec

from registry.adapters.sniff.evidence import BARE_YEAR, CELLS_LOOKED_AT, ROWS_LOOKED_AT, TOTAL, Seen, figure_like, seen
from registry.adapters.tables.header import columns_of, header_of
from registry.adapters.tables.rows import Broken, Row
from registry.adapters.tables.top import has_text

HEADER_WITHIN = 40
"""The header stands among so many first rows that hold anything."""
MOST_HEIGHT = 4


class Top(msgspec.Struct, frozen=True):
    """A table taken apart: titles above, lines of the header, columns below, the number of rows, the first line of notes,

    and whether there are more rows than were looked at.
    """

    titles: tuple[str, ...]
    lines: tuple[int, ...]
    first: bool
    columns: tuple[Seen, ...]
    rows: int
    ends: str | None
    cut: bool


def top_of(rows: Iterable[Row | Broken]) -> Top | None:
    """The table that stands in these rows; null where no header stands above figures."""
    sound, cut = _looked_at(rows)
    data = _first_data(sound[: HEADER_WITHIN + 3])
    if data is None:
        return None
    at = next((place for place in range(data - 1, -1, -1) if len(_texts(sound[place])) >= 2), None)
    if at is None:
        return None
    height = _height(sound, at)
    header = header_of([row.cells for row in sound[at - height + 1 : at + 1]], sound[at].line)
    body, ends = _until_notes(sound[at + 1 :], header.width)
    columns = tuple(
        seen(column.place, column.name, header.levels[column.place], [_cell(row, column.place) for row in body])
        for column in columns_of(header)
    )
    titles = tuple(
        dict.fromkeys(cell.strip() for row in sound[: at - height + 1] for cell in row.cells if cell.strip())
    )
    lines = tuple(row.line for row in sound[at - height + 1 : at + 1])
    return Top(titles, lines, at == 0 and height == 1, columns, len(body), None if cut else ends, cut)


def _looked_at(rows: Iterable[Row | Broken]) -> tuple[list[Row], bool]:
    """The first rows that hold anything, as many as are looked at, and whether there are more."""
    sound: list[Row] = []
    cells = 0
    for row in rows:
        if not isinstance(row, Row) or not has_text(row):
            continue
        cells += len(row.cells)
        if len(sound) == ROWS_LOOKED_AT or cells > CELLS_LOOKED_AT:
            return sound, True
        sound.append(row)
    return sound, False


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _texts(row: Row) -> set[str]:
    return {cell.strip() for cell in row.cells if cell.strip()}


def _first_data(rows: Sequence[Row]) -> int | None:
    """The first row of figures that the rows below it are like."""
    for place, row in enumerate(rows):
        below = rows[place + 1 : place + 3]
        if place > 0 and _is_data(row) and all(_is_data(entry) for entry in below):
            return place
    return None


def _is_data(row: Row) -> bool:
    """A row of at least two cells one of which is a figure; names of columns that are all years are none."""
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    figures = [cell for cell in filled if figure_like(cell)]
    years = len(set(figures)) > 1 and all(BARE_YEAR.fullmatch(cell) for cell in figures)
    return len(filled) > 1 and bool(figures) and not years


def _height(rows: Sequence[Row], at: int) -> int:
    """How many rows the header has: those directly above that print several names and are no title over everything."""
    height = 1
    while height < MOST_HEIGHT and at - height >= 0:
        above = rows[at - height]
        filled = [place for place, cell in enumerate(above.cells) if cell.strip()]
        if above.line != rows[at - height + 1].line - 1 or max(filled) == 0 or _title(above):
            break
        height += 1
    return height


def _title(row: Row) -> bool:
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    return row.cells[0].strip() != "" and len(set(filled)) == 1


def _until_notes(rows: Sequence[Row], width: int) -> tuple[list[Row], str | None]:
    """The rows of the table, and the first words of the notes below it."""
    last = max((place for place, row in enumerate(rows) if _like_the_rest(row, width)), default=len(rows) - 1)
    below = rows[last + 1 :]
    ends = next((cell.strip() for cell in below[0].cells if cell.strip()), "") if below else ""
    return list(rows[: last + 1]), " ".join(ends.split())[:60] or None


def _like_the_rest(row: Row, width: int) -> bool:
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    if filled and TOTAL.fullmatch(filled[0]):
        return True
    return len(set(filled)) >= min(3, width) or (len(filled) > 1 and any(figure_like(cell) for cell in filled))
