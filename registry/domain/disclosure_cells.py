"""Which cells of a release hang together: of now and of every earlier release, each once, joined by the equations.

A cell that an earlier release had with the same figures is one cell, masked at most as it was then, whatever is hidden now. A cell with
other figures is another one; nothing can change its mask, but what is hidden of it must stay hidden beside what is shown now. Cells that no
equation joins need not be audited together. Tests: ``tests/domain/test_disclosure_masks.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal

import msgspec

from registry.domain.disclosure import HIDDEN, Kind, MaskRule, Primary, Table, primary
from registry.domain.disclosure_audit import CODED, MASKED, SHOWN, Component, Item, Level, Row
from registry.domain.disclosure_tables import Figures, Key, Nested, Sum, figures_of, nested_sums, table_sums

Why = Literal["", "primary", "complementary", "nobody"]
LEVELS: dict[Kind, Level] = {"open": SHOWN, "coded": CODED, "hidden": MASKED}
KINDS: tuple[Kind, ...] = ("open", "coded", "hidden")


class Mask(msgspec.Struct, frozen=True, kw_only=True):
    """What one release shows of one cell; ``low`` and ``high`` are the range of the numerator that a coded cell carries."""

    community: str
    variant: str
    period: str
    group: str
    kind: Kind
    low: int | None = None
    high: int | None = None
    eligible: bool = False
    why: Why = ""


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A table as an earlier release had it: its true figures then, and what was shown of them."""

    release: str
    table: Table
    masks: tuple[Mask, ...]


class Cells(msgspec.Struct, frozen=True):
    """Every cell whose size is known, and the earlier releases that had it."""

    items: Mapping[Figures, Item]
    releases: Mapping[Figures, tuple[str, ...]]


def cells_of(tables: Iterable[Table], earlier: Iterable[Earlier]) -> Cells:
    """The cells of now and of then. A cell of an earlier table that has no mask there was not shown."""
    items: dict[Figures, Item] = {}
    for table in tables:
        figures = figures_of(table)
        for cell in table.cells:
            known = figures[cell.group]
            if known is not None:
                shown = primary(cell, table.rule) if cell.published and cell.stated else HIDDEN
                items[known] = _item(known, table.rule, shown, owed=cell.stated)
    now = frozenset(items)
    releases: dict[Figures, tuple[str, ...]] = {}
    for past in earlier:
        marks = {mask.group: Primary(mask.kind, mask.low, mask.high) for mask in past.masks}
        figures = figures_of(past.table)
        for cell in past.table.cells:
            known = figures[cell.group]
            if known is not None:
                shown = marks.get(cell.group, HIDDEN) if cell.published and cell.stated else HIDDEN
                then = _item(known, past.table.rule, shown, owed=cell.stated)
                items[known] = _known_since(items.get(known), then, here=known in now)
                releases[known] = (*releases.get(known, ()), past.release)
    return Cells(items, releases)


def _item(figures: Figures, rule: MaskRule, shown: Primary, *, owed: bool) -> Item:
    return Item(
        figures=figures,
        minimum_n=rule.minimum_n,
        minimum_numerator=rule.minimum_numerator,
        least=LEVELS[shown.kind],
        low=0 if shown.low is None else shown.low,
        high=figures.people if shown.high is None else shown.high,
        owed=owed and figures.people > 0,
    )


def _known_since(now: Item | None, then: Item, *, here: bool) -> Item:
    """A cell that an earlier release had: masked at most as then; one that is no cell of now keeps its mask."""
    if now is None:
        return msgspec.structs.replace(then, most=then.least, movable=False)
    most = min(now.most, then.least)
    low, high = max(now.low, then.low), min(now.high, then.high)
    least = now.least if here and now.owed else most
    return msgspec.structs.replace(now, most=most, least=least, low=low, high=high, owed=now.owed or then.owed)


def standing(earlier: Iterable[Earlier], nested: Iterable[Nested]) -> Iterator[list[Earlier]]:
    """What stood at each earlier release: its tables, and those of nested places that did not change since the release before."""
    joined = {measure for pair in nested for measure in (pair.holder, pair.held)}
    kept: dict[tuple[str, str, str], Earlier] = {}
    for release, entries in groupby(earlier, key=lambda past: past.release):
        now = {(past.table.community, past.table.variant, past.table.period): past for past in entries}
        then = (msgspec.structs.replace(past, release=release) for name, past in kept.items() if name not in now)
        yield [*now.values(), *then]
        kept |= {name: past for name, past in now.items() if name[:2] in joined}


def sums_of(tables: Sequence[Table], nested: Sequence[Nested], earlier: Iterable[Earlier]) -> list[Sum]:
    """All equations, of now and inside every earlier release, each once, in an order of their own."""
    by_release: dict[str, list[Table]] = defaultdict(list)
    for past in earlier:
        by_release[past.release].append(past.table)
    found: set[Sum] = set()
    for group in (tables, *by_release.values()):
        found.update(entry for table in group for entry in table_sums(table))
        found.update(nested_sums(group, nested))
    return sorted(found, key=lambda entry: (order(entry.margin), entry.quantity, [order(part) for part in entry.parts]))


def order(cell: Figures) -> tuple[Key, int, int]:
    """Cells in the order of their names, then of their figures."""
    return cell.key, cell.people, -1 if cell.numerator is None else cell.numerator


def components(items: Mapping[Figures, Item], sums: Sequence[Sum]) -> Iterator[Component]:
    """The cells that equations join, with these equations; a cell that none speaks of is in no component."""
    root: dict[Figures, Figures] = {}

    def found(cell: Figures) -> Figures:
        while root.setdefault(cell, cell) != cell:
            root[cell] = cell = root[root[cell]]
        return cell

    for entry in sums:
        for part in entry.parts:
            root[found(part)] = found(entry.margin)
    members: dict[Figures, list[Figures]] = defaultdict(list)
    for cell in sorted(root, key=order):
        members[found(cell)].append(cell)
    rows: dict[Figures, list[Sum]] = defaultdict(list)
    for entry in sums:
        rows[found(entry.margin)].append(entry)
    for name, cells in members.items():
        yield _component([items[cell] for cell in cells], rows[name])


def _component(items: Sequence[Item], sums: Iterable[Sum]) -> Component:
    place = {item.figures: number for number, item in enumerate(items)}
    rows = (_row(entry, place[entry.margin], tuple(place[part] for part in entry.parts)) for entry in sums)
    return Component(tuple(items), tuple(rows))


def _row(entry: Sum | Row, margin: int, parts: tuple[int, ...]) -> Row:
    return Row(entry.quantity, margin, parts, entry.slack, entry.shift, (margin, *parts))


def split(component: Component, margin: int) -> Iterator[Component]:
    """A star whose margin is shown and stays shown, dimension by dimension: one knows nothing of the other."""
    by_parts: dict[tuple[int, ...], list[Row]] = defaultdict(list)
    for row in component.rows:
        by_parts[row.parts].append(row)
    fixed = msgspec.structs.replace(component.items[margin], movable=False)
    for parts, rows in by_parts.items():
        items = (fixed, *(component.items[place] for place in parts))
        inside = tuple(range(1, len(items)))
        yield Component(items, tuple(_row(row, 0, inside) for row in rows))
