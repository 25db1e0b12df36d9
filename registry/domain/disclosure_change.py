"""When a table that was released before has changed by too little to be shown anew: two releases must not be subtracted.

Somebody who has both releases sees every change of a shown figure, and of what is left of a margin when the shown parts are taken off. A
correction of one student's record would tell that student's result (reliability.md, T7.4; NIST SI-19(05) on tables that differ by a month).
So the whole table keeps its earlier figures where, of a group that was shown then, the people, the numerator or the rest change, but by
fewer than the minimum; or where that happens to the parts of a margin that were not shown in both. A later release compares anew, so that
small corrections wait until they are many. Tables of the same period of places inside each other wait together, also where only the
difference between a place and those of its held places that were shown is too small: who has all but one of them in both releases has the
change of that one. A table that no release had yet is shown with its own figures meanwhile. Why a table waits is for the registry only: it
would tell the change. Tests:
``tests/domain/test_disclosure_change.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from registry.domain.disclosure import Cell, MaskRule, Table
from registry.domain.disclosure_cells import Earlier, standing
from registry.domain.disclosure_tables import Figures, Measure, Nested, Quantity, figures_of, nearest
from registry.domain.group import group_key, group_of

Name = tuple[str, str, str]
"""Community, variant and period: what names a table."""
QUANTITIES: tuple[Quantity, ...] = ("people", "numerator", "rest")


class Delay(msgspec.Struct, frozen=True):
    """A table that keeps the figures of an earlier release, with the groups that changed by too little."""

    release: str
    groups: tuple[str, ...]


def delayed(earlier: Iterable[Earlier], now: Table) -> Delay | None:
    """Why a table must keep its earlier figures, by the first release that asks for it; null where it may be shown as it is.

    ``earlier`` are that table's own states in earlier releases, oldest first.
    """
    found = ((past.release, _too_little(past, now)) for past in earlier)
    return next((Delay(release, groups) for release, groups in found if groups), None)


def too_near(one: Cell, other: Cell, rule: MaskRule) -> bool:
    """Whether two figures of the same people differ, and by too few of them for both to be told.

    >>> rule = MaskRule(unit="percent")
    >>> first = Cell(group="", numerator=62, denominator=104)
    >>> [too_near(first, Cell(group="", numerator=x, denominator=n), rule) for x, n in ((62, 104), (63, 105), (80, 160))]
    [False, True, False]
    """
    before, after = (
        figures_of(
            Table(community="", variant="", period="", rule=rule, cells=(msgspec.structs.replace(cell, group=""),))
        )[""]
        for cell in (one, other)
    )
    return before is not None and after is not None and _isolates(_difference((before,), (after,)), rule)


def _too_little(past: Earlier, now: Table) -> tuple[str, ...]:
    before = _known(past.table)
    after = _known(now)
    shown = _shown(past) & before.keys()
    changed = {
        group for group in shown & after.keys() if _isolates(_difference((before[group],), (after[group],)), now.rule)
    }
    for margin, parts in _parts(before.keys() | after.keys()):
        kept = parts & shown & after.keys()
        if margin in before and margin in after:
            then = (before[margin], *(before[part] for part in kept))
            here = (after[margin], *(after[part] for part in kept))
            if _isolates(_difference(then, here), now.rule):
                changed.add(margin)
    return tuple(sorted(changed))


def _name(table: Table) -> Name:
    return table.community, table.variant, table.period


def _shown(past: Earlier) -> set[str]:
    return {mask.group for mask in past.masks if mask.kind != "hidden"}


def _known(table: Table) -> Mapping[str, Figures]:
    return {group: cell for group, cell in figures_of(table).items() if cell is not None}


def _parts(groups: Iterable[str]) -> Iterator[tuple[str, set[str]]]:
    """Every group that others are part of, dimension by dimension."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key in groups:
        group = group_of(key)
        for dimension in group:
            margin = group_key({name: category for name, category in group.items() if name != dimension})
            found[margin, dimension].add(key)
    return ((margin, parts) for (margin, _), parts in sorted(found.items()))


def _difference(before: tuple[Figures, ...], after: tuple[Figures, ...]) -> dict[Quantity, int]:
    """By how much the first cell without the others has changed; a numerator only where all cells have one."""
    shares = all(cell.numerator is not None for cell in (*before, *after))
    asked = QUANTITIES if shares else QUANTITIES[:1]
    return {quantity: _left(after, quantity) - _left(before, quantity) for quantity in asked}


def _left(cells: tuple[Figures, ...], quantity: Quantity) -> int:
    return cells[0].of(quantity) - sum(cell.of(quantity) for cell in cells[1:])


def _isolates(difference: Mapping[Quantity, int], rule: MaskRule) -> bool:
    """Whether a change is there, and smaller than the minimum."""
    least = dict.fromkeys(QUANTITIES, rule.minimum_numerator) | {"people": rule.minimum_n}
    return any(0 < abs(change) < least[quantity] for quantity, change in difference.items())


def waiting(now: Mapping[Name, Table], earlier: Sequence[Earlier], nested: Sequence[Nested]) -> frozenset[Name]:
    """The tables, by name, that keep the figures they had in the release before; ``earlier`` is in the order of releases.

    Tables of nested places wait together: a district's new figures would follow from those of its county and of the other districts.
    """
    states: dict[Name, list[Earlier]] = defaultdict(list)
    for past in earlier:
        states[_name(past.table)].append(past)
    found = {name for name, table in now.items() if name in states and delayed(states[name], table)}
    held_by = nearest(nested)
    for then in standing(earlier, nested):
        before = {_name(past.table): past for past in then}
        found.update(name for name in now if _parted(name, held_by.get(name[:2], ()), before, now))
    return together(found, now, nested) & states.keys()


def together(names: Iterable[Name], now: Iterable[Name], nested: Iterable[Nested]) -> frozenset[Name]:
    """These tables and all that nested places join to them."""
    joined = _joined(now, nearest(nested))
    apart = {joined[name] for name in names}
    return frozenset(name for name in joined if joined[name] in apart)


def _parted(name: Name, held: Iterable[Measure], before: Mapping[Name, Earlier], now: Mapping[Name, Table]) -> bool:
    """Whether the places that were not shown in both, and whoever is in none, have changed by too little together, in some group."""
    places = [place for measure in held if (place := (*measure, name[2])) in before and place in now]
    if not places or name not in before:
        return False
    then, here = _known(before[name].table), _known(now[name])
    parts = [(_known(before[place].table), _known(now[place]), _shown(before[place])) for place in places]
    for group in then.keys() & here.keys():
        kept = [(old[group], new[group]) for old, new, shown in parts if group in shown and group in old.keys() & new]
        difference = _difference((then[group], *(old for old, _ in kept)), (here[group], *(new for _, new in kept)))
        if len(kept) < len(places) and _isolates(difference, now[name].rule):
            return True
    return False


def _joined(now: Iterable[Name], held_by: Mapping[Measure, Iterable[Measure]]) -> Mapping[Name, Name]:
    """For every table, one name for all that nested places join it to."""
    root = {name: name for name in now}

    def found(name: Name) -> Name:
        while root[name] != name:
            root[name] = name = root[root[name]]
        return name

    for name in sorted(root):
        for measure in held_by.get(name[:2], ()):
            if (*measure, name[2]) in root:
                root[found((*measure, name[2]))] = found(name)
    return {name: found(name) for name in root}
