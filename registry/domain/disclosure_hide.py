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

import msgspec

from registry.domain.disclosure_audit import MASKED, SHOWN, Auditor, Component, Item, Level, Row

TRIES = 40
"""So many smaller choices are audited at most; most are out at a glance."""
STEPS = 2000
"""So many are looked at."""


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
    held: set[int] = set()
    while True:
        broken = _alone(component, choice)
        targets = [place for place in _masked(component, choice.levels) if place not in held | choice.exposed]
        failing = auditor.failing(choice.levels, targets) if broken is None else _telling(component, choice)
        if not failing:
            return choice
        if broken is None:
            held.update(set(targets).difference(failing))
        best = _best(component, choice.levels, failing)
        if best is None:
            choice = Choice(choice.levels, choice.exposed | set(failing))
        else:
            choice = Choice((*choice.levels[:best], MASKED, *choice.levels[best + 1 :]), choice.exposed)
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
    return _alone(component, choice) is None and not auditor.failing(choice.levels, targets, first=True)


def _alone(component: Component, choice: Choice) -> tuple[int, Row] | None:
    """An equation that tells of its only masked cell at once, and that cell; null where there is none."""
    return next(_lone(component, choice), None)


def _telling(component: Component, choice: Choice) -> list[int]:
    """Every cell that some equation tells at once."""
    return sorted({place for place, _ in _lone(component, choice)})


def _lone(component: Component, choice: Choice) -> Iterator[tuple[int, Row]]:
    """A coded cell counts in equations of numerators and rests only: its people are shown."""
    known = [item.known(level) for item, level in zip(component.items, choice.levels, strict=True)]
    hidden = {place for place, level in enumerate(known) if level == MASKED}
    masked = {place for place, level in enumerate(known) if level != SHOWN}
    for row in component.rows:
        if not row.slack:
            unknown = (hidden if row.quantity == "people" else masked).intersection(row.members)
            if len(unknown) == 1 and not unknown <= choice.exposed:
                yield min(unknown), row


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
    """A choice with fewer cells, where one is found within ``TRIES`` audits; of one size the cheapest cells are tried first."""
    search = _Search(component, auditor, choice.exposed)
    least = tuple(item.least for item in component.items)
    for size in range(1, len(_added(component, choice.levels))):
        found = search.within(least, size)
        if found is not None:
            return found
    return choice


class _Search:
    """Looks for a choice of so many cells, from one broken equation or failing cell to the next."""

    def __init__(self, component: Component, auditor: Auditor, exposed: frozenset[int]) -> None:
        self._component, self._auditor, self._exposed = component, auditor, exposed
        self._left, self._steps = TRIES, STEPS
        self._met: set[tuple[int, tuple[Level, ...]]] = set()

    def within(self, levels: tuple[Level, ...], size: int) -> Choice | None:
        """A choice that hides at most ``size`` more cells than ``levels`` and holds; null where none is found."""
        self._steps -= 1
        if (size, levels) in self._met or min(self._left, self._steps) <= 0:
            return None
        self._met.add((size, levels))
        choice = Choice(levels, self._exposed)
        broken = _alone(self._component, choice)
        if broken is None:
            self._left -= 1
            targets = [place for place in _masked(self._component, levels) if place not in self._exposed]
            failing = self._auditor.failing(levels, targets, first=True)
            if not failing:
                return choice
            near = {place for row in self._component.rows if failing[0] in row.members for place in row.members}
        else:
            near = set(broken[1].members)
        free = [place for place in near if size and _can_hide(self._component.items[place], levels[place])]
        for place in sorted(free, key=lambda place: _cost(self._component.items[place])):
            found = self.within((*levels[:place], MASKED, *levels[place + 1 :]), size - 1)
            if found is not None:
                return found
        return None
