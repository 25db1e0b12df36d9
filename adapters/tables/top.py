"""Where a table's header stands and where its rows end: by line, by names it holds, or at the first row that is not blank.

Publishers put titles above a table and notes below it, and move both from year to year. What a mapping says of it is
kept to; what it does not say is not guessed.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from registry.adapters.tables.header import Header, folded, header_of
from registry.adapters.tables.rows import NUL, Broken, CannotRead, Misread, Row, Table
from registry.domain.children import SAMPLE
from registry.domain.mapping import Mapping


def has_text(row: Row) -> bool:
    """Whether any cell of a row holds anything."""
    return any(cell.strip() for cell in row.cells)


def sample_of(table: Table, mapping: Mapping) -> tuple[list[tuple[int, list[str]]], int]:
    """The first rows that hold anything, each with its line, and the line of the lowest header row."""
    written = (row for row in table.rows if isinstance(row, Row) and has_text(row))
    top = list(islice(written, SAMPLE))
    found = max(mapping.header_rows, default=0) or next((row.line for row in top if _holds(row, mapping)), 0)
    return [(row.line, row.cells) for row in top], found or (top[0].line if top else 1)


def take_header(rows: Iterable[Row | Broken], mapping: Mapping) -> tuple[Header, Iterator[Row | Broken]]:
    """The header and the rows below it. Raises CannotRead where there is none or it is damaged."""
    below = iter(rows)
    if mapping.header_rows:
        found = _by_lines(below, mapping.header_rows)
    elif mapping.header_with:
        found, below = _by_names(below, mapping)
    else:
        found = [_first(below)]
    for row in found:
        if (place := nul_place(row)) is not None:
            raise CannotRead(NUL, row.line, f"column {place + 1}", without_nul(row.cells[place]))
    header = header_of([row.cells for row in found], found[-1].line)
    return header, below


def ends(row: Row, mapping: Mapping) -> bool:
    """Whether the table ends before this row: its first filled cell begins with one of the texts that the mapping names."""
    first = folded(next((cell for cell in row.cells if cell.strip()), ""))
    return any(first.startswith(folded(text)) for text in mapping.ends_before)


def padded(rows: Iterable[Row | Broken], width: int) -> Iterator[Row | Broken]:
    """The same rows, each at least as wide as the header."""
    for row in rows:
        if isinstance(row, Row) and len(row.cells) < width:
            row.cells.extend([""] * (width - len(row.cells)))
        yield row


def nul_place(row: Row) -> int | None:
    """In which cell of a row a NUL character stands, counted from 0; null where there is none."""
    return next((place for place, cell in enumerate(row.cells) if "\0" in cell), None)


def without_nul(cell: str) -> str:
    """The cell with a sign where no character can be shown."""
    return cell.replace("\0", "␀")


def _by_lines(rows: Iterator[Row | Broken], lines: tuple[int, ...]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if row.line in lines:
            found.append(_sound(row))
        if row.line >= max(lines):
            break
    if len(found) < len(set(lines)):
        detail = f"The file has no header at line {max(lines)}."
        raise CannotRead(Misread("header-missing", detail, "Check header_rows in the mapping, and the file."))
    return found


def _first(rows: Iterator[Row | Broken]) -> Row:
    """The first row that is not blank."""
    for entry in rows:
        row = _sound(entry)
        if has_text(row):
            return row
    raise CannotRead(Misread("file-empty", "The file is empty.", "Check the file."))


def _by_names(rows: Iterator[Row | Broken], mapping: Mapping) -> tuple[list[Row], Iterator[Row | Broken]]:
    """The first row that holds all the names of ``header_with``, with the rows above that belong to it, and the rows below.

    Names that stand over two rows of the header are found in both: the lower one is meant.
    """
    above: list[Row] = []
    for entry in rows:
        if not isinstance(entry, Row):
            continue
        if above and _holds(above[-1], mapping) and not _holds(entry, mapping):
            return above, chain((entry,), rows)
        above = [*above, entry][-mapping.header_height :]
    if above and _holds(above[-1], mapping):
        return above, rows
    names = ", ".join(repr(name) for name in mapping.header_with)
    detail = f"No row holds all of {names}."
    raise CannotRead(Misread("header-missing", detail, "Check header_with in the mapping, and the file."))


def _holds(row: Row, mapping: Mapping) -> bool:
    wanted = {folded(name) for name in mapping.header_with}
    return bool(wanted) and wanted <= {folded(cell) for cell in row.cells}


def _sound(row: Row | Broken) -> Row:
    if isinstance(row, Broken):
        raise CannotRead(row.why, row.line, f"column {row.place + 1}", row.text)
    return row
