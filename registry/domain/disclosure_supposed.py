"""The cells that a source keeps back: unknown to the registry, and yet the same unknown in every equation they belong to.

A table that suppresses one crossing of two dimensions leaves its row and its column open by the same people, not each by some of its own:
what is left of the row is what is left of the column. So such a cell takes part in the equations like a hidden one, but nothing is owed to
it: its source has decided. Its true figures are not known here, so some are *supposed*: what its equations leave for it, the least where
they leave different numbers. Any figures that fit serve, because whoever reads a release may not rule out any others either. Where none
fit every equation, those that ask for more have room (``disclosure_tables.py``). Tests: ``tests/domain/test_disclosure_supposed.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from registry.domain.disclosure import Cell, Table
from registry.domain.disclosure_tables import Figures, Key, Nested, figures_of, margins, nearest
from registry.domain.group import group_key, group_of

Places = dict[Key, Figures | None]
Parts = tuple[Key, tuple[Key, ...]]
"""A margin and the cells that are parts of it."""


def with_supposed(tables: Sequence[Table], nested: Iterable[Nested]) -> list[Table]:
    """The tables of one release, each cell of unknown size with supposed figures, marked as not ``stated``, where equations leave any."""
    places = {_key(table, group): cell for table in tables for group, cell in figures_of(table).items()}
    unknown = {key for key, cell in places.items() if cell is None}
    if not unknown:
        return list(tables)
    for sums in _together(unknown, [*_within(tables), *_between(places, nested)]):
        _suppose(places, sums)
    return [_filled(table, places, unknown) for table in tables]


def _key(table: Table, group: str) -> Key:
    return table.community, table.variant, table.period, group


def _within(tables: Iterable[Table]) -> Iterable[Parts]:
    for table in tables:
        cells = figures_of(table)
        for margin, dimension, parts in margins(cells):
            if margin in cells:
                groups = (group_key(group_of(margin) | {dimension: category}) for category in parts)
                yield _key(table, margin), tuple(_key(table, group) for group in groups)


def _between(places: Places, nested: Iterable[Nested]) -> Iterable[Parts]:
    held_by = nearest(nested)
    for key in sorted(places):
        parts = tuple(part for held in held_by.get(key[:2], ()) if (part := (*held, *key[2:])) in places)
        if parts:
            yield key, parts


def _together(unknown: set[Key], sums: Iterable[Parts]) -> Iterable[list[Parts]]:
    """The equations with an unknown cell, those that share one together."""
    root: dict[Key, Key] = {}

    def found(cell: Key) -> Key:
        while root.setdefault(cell, cell) != cell:
            root[cell] = cell = root[root[cell]]
        return cell

    kept: list[tuple[Key, Parts]] = []
    for margin, parts in sums:
        mine = [cell for cell in (margin, *parts) if cell in unknown]
        for cell in mine[1:]:
            root[found(cell)] = found(mine[0])
        kept += [(cell, (margin, parts)) for cell in mine[:1]]
    groups: dict[Key, list[Parts]] = defaultdict(list)
    for cell, entry in kept:
        groups[found(cell)].append(entry)
    return groups.values()


def _suppose(places: Places, sums: Sequence[Parts]) -> None:
    """Settle one unknown cell after the other: what one equation alone leaves open first, then whatever is least free."""
    while True:
        alone = [entry for entry in sums if _unknown(places, entry) == 1]
        left = _left(places, alone) or _made_up(places, alone)
        if not left:
            free = _left(places, [entry for entry in sums if _unknown(places, entry) > 1])
            left = dict([min(free.items())]) if free else {}
        if not left:
            return
        places.update(left)


def _unknown(places: Places, entry: Parts) -> int:
    return sum(places[cell] is None for cell in (entry[0], *entry[1]))


def _left(places: Places, sums: Iterable[Parts]) -> dict[Key, Figures]:
    """What a known margin leaves for each unknown part when the other unknown parts have nobody; the least where margins differ."""
    found: dict[Key, Figures] = {}
    for margin, parts in sums:
        whole = places[margin]
        if whole is None:
            continue
        known = [cell for cell in (places[part] for part in parts) if cell is not None]
        size = max(0, whole.people - sum(cell.people for cell in known))
        inside = None
        if whole.numerator is not None and all(cell.numerator is not None for cell in known):
            inside = min(max(0, whole.numerator - sum(cell.of("numerator") for cell in known)), size)
        for part in parts:
            if places[part] is None:
                found[part] = _lesser(found.get(part), Figures(part, size, inside))
    return found


def _lesser(one: Figures | None, other: Figures) -> Figures:
    if one is None or one.numerator is None or other.numerator is None:
        return other if one is None or other.people < one.people else one
    size = min(one.people, other.people)
    return Figures(one.key, size, min(one.numerator, other.numerator, size))


def _made_up(places: Places, sums: Iterable[Parts]) -> dict[Key, Figures]:
    """What the known parts of an unknown margin make up; the most where dimensions differ."""
    found: dict[Key, Figures] = {}
    for margin, parts in sums:
        known = [cell for cell in (places[part] for part in parts) if cell is not None]
        if places[margin] is None and known:
            size = sum(cell.people for cell in known)
            shares = all(cell.numerator is not None for cell in known)
            made = Figures(margin, size, sum(cell.of("numerator") for cell in known) if shares else None)
            found[margin] = max((found.get(margin, made), made), key=lambda cell: cell.people)
    return found


def _filled(table: Table, places: Mapping[Key, Figures | None], unknown: set[Key]) -> Table:
    def filled(cell: Cell) -> Cell:
        known = places[_key(table, cell.group)] if _key(table, cell.group) in unknown else None
        if known is None:
            return cell
        return Cell(group=cell.group, numerator=known.numerator, denominator=known.people, stated=False)

    return msgspec.structs.replace(table, cells=tuple(map(filled, table.cells)))
