"""Which further cells are hidden, so that nothing masked can be worked out: by heuristic, audited, repeated until it holds.

Hiding the next smallest cell where one in a margin is hidden, which is common practice, left 229 of 760 small cells open in random tables
(domain.md 5.4). Here every choice is audited (``disclosure_audit.py``):

1. While a masked cell comes out too narrow, hide one more: the one that closes most of the equations in which such a cell stands alone; of
   equals the one with most dimensions, then the fewest people, then the first by name. So everybody's figure goes last.
2. Give back, largest first, every cell that turns out not to be needed.
3. Look for a smaller choice, by number of cells: every one on small components, a bounded number of audits on large ones.

The same cells give the same choice, in whatever order they come: nothing is drawn by lot (sdcTools/UserSupport#315). A cell that no
choice can protect, because earlier releases have shown too much, is *exposed*; the others are protected all the same. Tests:
``tests/domain/test_disclosure_hide.py``.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from registry.domain.disclosure_audit import MASKED, SHOWN, Auditor, Component, Item, Level, Row

TRIES = 400
"""So many smaller choices are tried at most: all of them where there are a dozen cells to choose from."""


class Choice(msgspec.Struct, frozen=True):
    """How each cell of a component is masked, and the positions of those that nothing can protect."""

    levels: tuple[Level, ...]
    exposed: frozenset[int] = frozenset()


def least_choice(component: Component) -> Choice:
    """Each cell by itself."""
    items = component.items
    return Choice(
        tuple(item.least for item in items), frozenset(place for place, item in enumerate(items) if item.exposed)
    )


def protected(component: Component, auditor: Auditor) -> Choice:
    """The cells that are hidden so that everything masked stays wide, with what cannot be protected."""
    found = _given_back(component, auditor, _hidden(component, auditor, least_choice(component)))
    return _smaller(component, auditor, found)


def _hidden(component: Component, auditor: Auditor, choice: Choice) -> Choice:
    """More and more hidden, until everything holds or nothing is left to hide."""
    levels, exposed = list(choice.levels), set(choice.exposed)
    held: set[int] = set()
    while True:
        targets = [place for place in _masked(component, levels) if place not in held | exposed]
        failing = auditor.failing(levels, targets)
        held.update(set(targets).difference(failing))
        if not failing:
            return Choice(tuple(levels), frozenset(exposed))
        best = _best(component, levels, failing)
        if best is None:
            exposed.update(failing)
        else:
            levels[best] = MASKED
            held.discard(best)


def _masked(component: Component, levels: Sequence[Level]) -> list[int]:
    return [place for place, item in enumerate(component.items) if item.known(levels[place]) != SHOWN]


def _best(component: Component, levels: Sequence[Level], failing: Sequence[int]) -> int | None:
    """The cell to hide next; null where none is left."""
    gains: dict[int, int] = {}
    for alone, row in _narrow(component, levels, failing):
        for place in row.members:
            if _can_hide(component.items[place], levels[place]):
                gains[place] = gains.get(place, 0) + alone
    places: Iterable[int] = gains or _reached(component, levels, failing)
    return min(places, key=lambda place: (-gains.get(place, 0), _cost(component.items[place])), default=None)


def _narrow(component: Component, levels: Sequence[Level], failing: Sequence[int]) -> Iterator[tuple[int, Row]]:
    """The equations of failing cells, and for how many of these each counts: all, where nothing else in it is unknown; else a trifle."""
    wanted = set(failing)
    for row in component.rows:
        inside = wanted.intersection(row.members)
        if not inside:
            continue
        unknown = sum(component.items[place].known(levels[place]) != SHOWN for place in row.members) + row.slack
        yield (len(component.rows) + 1 if unknown == 1 else 1) * len(inside), row


def _reached(component: Component, levels: Sequence[Level], failing: Sequence[int]) -> set[int]:
    """Where the failing cells' own equations have nothing left to hide: whatever lies nearest, equation by equation."""
    near, before = set(failing), 0
    while len(near) > before:
        before = len(near)
        near.update(*(row.members for row in component.rows if near.intersection(row.members)))
        free = {place for place in near if _can_hide(component.items[place], levels[place])}
        if free:
            return free
    return set()


def _can_hide(item: Item, level: Level) -> bool:
    return item.movable and level != MASKED and item.most == MASKED


def _cost(item: Item) -> tuple[int, int, tuple[str, str, str, str]]:
    """What is hidden first: many dimensions, few people, the name."""
    group = item.figures.key[3]
    return -(group.count(";") + 1 if group else 0), item.figures.people, item.figures.key


def _added(component: Component, levels: Sequence[Level]) -> list[int]:
    """The cells that are hidden for others' sake, most expensive first."""
    added = [place for place, item in enumerate(component.items) if levels[place] > item.least]
    return sorted(added, key=lambda place: _cost(component.items[place]), reverse=True)


def _holds(component: Component, auditor: Auditor, choice: Choice) -> bool:
    targets = [place for place in _masked(component, choice.levels) if place not in choice.exposed]
    return not auditor.failing(choice.levels, targets)


def _given_back(component: Component, auditor: Auditor, choice: Choice) -> Choice:
    """The same with every cell shown again that is not needed."""
    for place in _added(component, choice.levels):
        fewer = list(choice.levels)
        fewer[place] = component.items[place].least
        tried = Choice(tuple(fewer), choice.exposed)
        if _holds(component, auditor, tried):
            choice = tried
    return choice


def _smaller(component: Component, auditor: Auditor, choice: Choice) -> Choice:
    """A choice with fewer cells, where one is found within ``TRIES`` audits; the cheapest of its size comes first."""
    most = len(_added(component, choice.levels))
    least = [item.least for item in component.items]
    free = [place for place, item in enumerate(component.items) if _can_hide(item, item.least)]
    free.sort(key=lambda place: _cost(component.items[place]))
    tries = (chosen for size in range(1, most) for chosen in combinations(free, size))
    for _, chosen in zip(range(TRIES), tries, strict=False):
        tried = Choice(
            tuple(MASKED if place in chosen else least[place] for place in range(len(least))), choice.exposed
        )
        if _holds(component, auditor, tried):
            return tried
    return choice
