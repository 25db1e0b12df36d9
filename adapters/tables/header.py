"""Which column a mapping's name means: header rows become names, and a name is looked up or asked about, never guessed.

Publishers print one header row or several; the upper ones span the columns below. A column is known by its lowest
name where that is unique, else by ``upper | lower``. Blanks (line breaks and no-break spaces too) are folded and
case is ignored when comparing. Columns without a name are ignored.

>>> table = header_of([["", "Level 3", "", "Level 4", ""], ["District", "Count", "%", "Count", "%"]], row=5)
>>> locate(table, "level 4 |  %")
Column(place=4, name='Level 4 | %')
"""

from collections.abc import Iterable, Sequence

import msgspec

from registry.domain.finding import Finding
from registry.domain.near import nearest


class Column(msgspec.Struct, frozen=True):
    """One column of the file: its place (counted from 0) and the name by which people find it."""

    place: int
    name: str


class Header(msgspec.Struct, frozen=True):
    """The names above the data: the line of the lowest header row, how wide the table is, and each column's levels, top first."""

    row: int
    width: int
    levels: tuple[tuple[str, ...], ...]


def folded(name: str) -> str:
    r"""A name as it is compared: blanks folded, also around ``|``, and case ignored.

    >>> folded("Level 3&4\u00a0Met |\n%")
    'level 3&4 met | %'
    """
    return " | ".join(" ".join(part.split()) for part in name.split("|")).casefold()


def header_of(rows: Sequence[Sequence[str]], row: int) -> Header:
    """The header that one or more rows print. Upper names spread to the right over empty cells."""
    width = max((len(cells) for cells in rows), default=0)
    own = [[*(" ".join(cell.split()) for cell in cells), *[""] * (width - len(cells))] for cells in rows]
    spread = [_spread(cells) for cells in own[:-1]]
    levels = []
    for place in range(width):
        lowest = own[-1][place] if own else ""
        uppers = [cells[place] for cells in (spread if lowest else own[:-1])]
        levels.append(tuple(name for name in (*uppers, lowest) if name))
    return Header(row=row, width=width, levels=tuple(levels))


def columns_of(header: Header) -> tuple[Column, ...]:
    """Every column that has a name."""
    lowest = [folded(names[-1]) for names in header.levels if names]
    return tuple(
        Column(place, names[-1] if lowest.count(folded(names[-1])) == 1 else " | ".join(names))
        for place, names in enumerate(header.levels)
        if names
    )


def locate(header: Header, name: str, others: Sequence[str] = ()) -> Column | Finding:
    """The one column that a name or one of its ``others`` means, or why there is none: no such column, or several."""
    wanted = {folded(entry) for entry in (name, *others)}
    columns = columns_of(header)
    found = [column for column in columns if wanted & _names(header.levels[column.place])]
    if len(found) == 1:
        return found[0]
    if found:
        return _fault(
            header,
            "column-ambiguous",
            name,
            f"{len(found)} columns are called {name!r}: {_listed(header, found)}.",
            _told_apart(header, found),
        )
    return _fault(header, "column-missing", name, f"There is no column {name!r}.", near_columns(columns, name))


def near_columns(columns: Iterable[Column], name: str) -> str:
    """A hint that names the columns most like an unknown one."""
    known = {folded(column.name): column.name for column in columns}
    near = nearest(folded(name), known, least=0.5)
    listed = [known[key] for key in near] or list(known.values())[:12]
    if not listed:
        return "No column has a name here; check header_rows."
    return (
        ("Did you mean " if near else "The file has ")
        + ", ".join(repr(entry) for entry in listed)
        + ("?" if near else "; check header_rows.")
    )


def _spread(cells: Sequence[str]) -> list[str]:
    last, spread = "", []
    for cell in cells:
        last = cell or last
        spread.append(last)
    return spread


def _names(levels: Sequence[str]) -> set[str]:
    """Every name under which a column may be asked for: its lowest, and its lowest under one or more upper names."""
    return {folded(" | ".join(levels[start:])) for start in range(len(levels))}


def _listed(header: Header, found: Sequence[Column]) -> str:
    return ", ".join(f"{' | '.join(header.levels[column.place])!r} (column {column.place + 1})" for column in found)


def _told_apart(header: Header, found: Sequence[Column]) -> str:
    full = {" | ".join(header.levels[column.place]) for column in found}
    if len(full) == len(found):
        return f"Name it with its upper header: {' | '.join(header.levels[found[0].place])!r}."
    return "Name all header rows in header_rows, or give the columns names that differ."


def _fault(header: Header, rule: str, name: str, detail: str, hint: str) -> Finding:
    return Finding(rule=rule, severity="error", row=header.row, column=name, detail=detail, hint=hint)
