"""What adds up to what: the equations by which one shown figure tells of another that is hidden.

Whoever reads a release knows that the categories of a dimension are parts of their margin, in every table and at every depth, and that
the people of held places are among those of the place that holds them. An equation is taken from the true cells:

- parts that are all known and add up to their margin exactly are an equality; parts that add up to less leave room (people whose category
  nobody stated), and are at most the margin;
- parts that add up to a little more than their margin (fewer than ``minimum_n`` people: somebody counted twice) are still an equality,
  whose excess the reader is taken to know; more than that, and the categories overlap, so that there is no equation;
- numerators worked out from rounded values may miss their margin by a few; that difference, too, the reader is taken to know;
- held places that add up to more than their holder overlap each other: each alone is at most the holder. Of places inside places only the
  nearest holder counts. The people of a holder who are in none of its held places are no cell of anybody's: they leave room, and what the
  difference tells of them is not protected.

A code list of which a table has every category but one gives that one away: nobody need publish the two students of a third sex, or
those who are no English learners, for the total minus the others to tell them. Such a cell is *implied*. Where it is too small or too
extreme to be shown it is hidden like any other, and the others protect it; two absent categories stay as they are.

Taking more for known than a reader knows only hides more. Numerators and the people outside them (``rest``) are two systems of equations
that meet where n is known; a figure that is no share has its people only. Tests: ``tests/domain/test_disclosure_tables.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from registry.domain.disclosure import Cell, Table, counted, people, primary
from registry.domain.group import CODE_LISTS, group_key, group_of

Measure = tuple[str, str]
"""Community and variant."""
Key = tuple[str, str, str, str]
"""Community, variant, period and group key: what names a cell."""
Quantity = Literal["people", "numerator", "rest"]


class Figures(msgspec.Struct, frozen=True):
    """A cell that equations speak of: its name, its people, and its numerator where it is a share of them."""

    key: Key
    people: int
    numerator: int | None

    def of(self, quantity: Quantity) -> int:
        """How much of one quantity the cell has; a cell that is no share has its people only."""
        if quantity == "people" or self.numerator is None:
            return self.people if quantity == "people" else 0
        return self.numerator if quantity == "numerator" else self.people - self.numerator


class Nested(msgspec.Struct, frozen=True):
    """One measure whose place holds another measure's place; both count the same thing (equal level keys)."""

    holder: Measure
    held: Measure


class Sum(msgspec.Struct, frozen=True):
    """Parts add up to their margin plus ``shift``; with ``slack`` they may be less."""

    quantity: Quantity
    margin: Figures
    parts: tuple[Figures, ...]
    slack: bool
    shift: int


def figures_of(table: Table) -> dict[str, Figures | None]:
    """The cells of a table by group; null where nobody knows how many people there are."""
    found: dict[str, Figures | None] = {}
    for cell in table.cells:
        size = people(cell, table.rule)
        key = (table.community, table.variant, table.period, cell.group)
        found[cell.group] = None if size is None else Figures(key, size, counted(cell, table.rule))
    return found


def implied(table: Table) -> tuple[Cell, ...]:
    """The cells that stand in no file, are too small or too extreme to be shown, and are the only absent ones of their code list."""
    cells = figures_of(table)
    found: dict[str, Cell] = {}
    for margin_key, dimension, parts in margins(cells):
        absent = _absent(dimension, parts)
        margin = cells.get(margin_key)
        if absent is None or margin is None:
            continue
        known = [part for part in parts.values() if part is not None]
        size = margin.people - sum(part.people for part in known)
        inside = margin.of("numerator") - sum(part.of("numerator") for part in known)
        counts = margin.numerator is not None and all(part.numerator is not None for part in known)
        group = group_key(group_of(margin_key) | {dimension: absent})
        cell = Cell(
            group=group,
            numerator=min(max(inside, 0), size) if counts else None,
            denominator=size,
            published=False,
        )
        if size > 0 and primary(cell, table.rule).kind != "open":
            found.setdefault(group, cell)
    return tuple(found.values())


def completed(table: Table) -> Table:
    """The table with the cells that it implies, in the place of those that its source keeps back."""
    extra = implied(table)
    groups = {cell.group for cell in extra}
    kept = tuple(cell for cell in table.cells if cell.group not in groups)
    return msgspec.structs.replace(table, cells=(*kept, *extra)) if extra else table


def _absent(dimension: str, parts: Mapping[str, Figures | None]) -> str | None:
    """The one category of a code list of which nobody knows the people; null where there are more, or none."""
    code_list = CODE_LISTS.get(dimension)
    if code_list is None or not code_list.disjoint:
        return None
    absent = [category.code for category in code_list.categories if parts.get(category.code) is None]
    return absent[0] if len(absent) == 1 else None


def margins(cells: Mapping[str, Figures | None]) -> list[tuple[str, str, dict[str, Figures | None]]]:
    """Every margin and dimension, with its parts by category."""
    below: dict[tuple[str, str], dict[str, Figures | None]] = defaultdict(dict)
    for key, cell in cells.items():
        group = group_of(key)
        for dimension, category in group.items():
            rest = {name: code for name, code in group.items() if name != dimension}
            below[group_key(rest), dimension][category] = cell
    return [(margin, dimension, parts) for (margin, dimension), parts in sorted(below.items())]


def table_sums(table: Table) -> list[Sum]:
    """The equations inside one table: over each dimension, to the cell without it."""
    cells = figures_of(table)
    found: list[Sum] = []
    for margin_key, _, parts in margins(cells):
        margin = cells.get(margin_key)
        if margin is not None:
            found.extend(_sums(margin, list(parts.values()), table.rule.minimum_n))
    return found


def nested_sums(tables: Iterable[Table], nested: Iterable[Nested]) -> list[Sum]:
    """The equations between places: per period and group, the held places' cells and their holder's."""
    places: dict[tuple[Measure, str], dict[str, Figures | None]] = {}
    minimum: dict[tuple[Measure, str], int] = {}
    for table in tables:
        name = ((table.community, table.variant), table.period)
        places[name], minimum[name] = figures_of(table), table.rule.minimum_n
    held_by = nearest(nested)
    found: list[Sum] = []
    for (holder, period), cells in sorted(places.items(), key=lambda entry: entry[0]):
        inside = [places[held, period] for held in held_by.get(holder, ()) if (held, period) in places]
        for group, margin in sorted(cells.items()):
            parts = [place[group] for place in inside if group in place]
            if margin is not None and parts:
                found.extend(_place_sums(margin, parts, minimum[holder, period]))
    return found


def nearest(nested: Iterable[Nested]) -> dict[Measure, list[Measure]]:
    """Whom each measure holds, without those that another held measure holds in turn."""
    every: dict[Measure, set[Measure]] = defaultdict(set)
    for pair in nested:
        if pair.holder != pair.held:
            every[pair.holder].add(pair.held)
    return {
        holder: sorted(
            one
            for one in held
            if not any(one in every.get(other, ()) and holder not in every.get(other, ()) for other in held - {one})
        )
        for holder, held in every.items()
    }


def _place_sums(margin: Figures, parts: Sequence[Figures | None], minimum_n: int) -> Iterator[Sum]:
    known = [part for part in parts if part is not None]
    if sum(part.people for part in known) <= margin.people:
        yield from _sums(margin, parts, minimum_n)
        return
    for part in known:
        if part.people <= margin.people:
            yield from _sums(margin, (part, None), minimum_n)


def _sums(margin: Figures, parts: Sequence[Figures | None], minimum_n: int) -> Iterator[Sum]:
    """The equations of one margin and its parts, one for each quantity that tells something."""
    known = tuple(sorted((part for part in parts if part is not None), key=lambda part: part.key))
    excess = sum(part.people for part in known) - margin.people
    if not known or excess >= minimum_n:
        return
    slack = len(known) < len(parts) or excess < 0
    shares = tuple(part for part in known if part.numerator is not None) if margin.numerator is not None else ()
    if len(shares) < len(known):
        yield _sum("people", margin, known, slack)
    if shares:
        loose = slack or len(shares) < len(known)
        yield _sum("numerator", margin, shares, loose)
        yield _sum("rest", margin, shares, loose)


def _sum(quantity: Quantity, margin: Figures, parts: tuple[Figures, ...], slack: bool) -> Sum:
    shift = sum(part.of(quantity) for part in parts) - margin.of(quantity)
    return Sum(quantity, margin, parts, slack, max(0, shift) if slack else shift)
