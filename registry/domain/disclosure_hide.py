"""Which further cells are hidden, so that nothing masked can be worked out: by heuristic, audited, repeated until it holds.

Hiding the next smallest cell where one in a margin is hidden, which is common practice, left 229 of 760 small cells open in random tables
(domain.md 5.4). Here every choice is audited (``disclosure_audit.py``):

1. While masked cells come out too narrow, hide one more. The audit says for each of them which cells keep it narrow, so that one of these
   must go: the one that is named most often; of equals the one with most dimensions, then the fewest people, then the first by name. So
   everybody's figure goes last.
2. Give back, largest first, every cell that turns out not to be needed.
3. Look for a smaller choice, by number of cells: every one on small components, a bounded number of audits on large ones.

The same cells give the same choice, in whatever order they come: nothing is drawn by lot (sdcTools/UserSupport#315). Another version of
the solver may name other cells in step 1, and so choose another set that holds: a release therefore keeps its masks. A cell that no
choice can protect, because earlier releases have shown too much, is *exposed*: in one quantity, to one reader; in all else it is
protected, and so are the others. Tests:
``tests/domain/test_disclosure_hide.py``.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from registry.domain.disclosure_audit import MASKED, SHOWN, Auditor, Claim, Component, Item, Level, Narrow

TRIES, CHEAP_TRIES = 40, 400
"""So many smaller choices are audited at most, by programs and by the closed form; most are out at a glance."""
MANY = 12
"""From so many failing cells on, several are hidden before the next audit."""
STEPS = 2000
"""So many are looked at."""


class Choice(msgspec.Struct, frozen=True):
    """How each cell of a component is masked, and what nothing can keep: the positions of cells that stood open, and claims of others."""

    levels: tuple[Level, ...]
    shown: frozenset[int] = frozenset()
    lost: frozenset[Claim] = frozenset()

    @property
    def exposed(self) -> frozenset[int]:
        """The positions of the cells that nothing can protect against everybody."""
        return self.shown | {place for place, *_ in self.lost}


def least_choice(component: Component) -> Choice:
    """Each cell by itself."""
    items = component.items
    return Choice(
        tuple(item.least for item in items), frozenset(place for place, item in enumerate(items) if item.exposed)
    )


def protected(component: Component, auditor: Auditor, *, tries: int = TRIES) -> Choice:
    """The cells that are hidden so that everything masked stays wide, with what cannot be protected."""
    glance = _Glance(component)
    found = _given_back(component, auditor, glance, _hidden(component, auditor, glance, least_choice(component)))
    return _smaller(component, found, _Search(component, auditor, glance, found, tries))


def _hidden(component: Component, auditor: Auditor, glance: "_Glance", choice: Choice) -> Choice:
    """More and more hidden, until everything holds or nothing is left to hide."""
    held: set[int] = set()
    while True:
        failing = list(glance.lone(choice))
        if not failing:
            targets = [place for place in _masked(component, choice.levels) if place not in held | choice.shown]
            failing = auditor.failing(choice.levels, targets, lost=choice.lost)
            held.update(set(targets).difference(one.place for one in failing))
        if not failing:
            return choice
        lost = {one.claim for one in failing if not _free(component, choice.levels, one)}
        if lost:
            choice = msgspec.structs.replace(choice, lost=choice.lost | lost)
        else:
            more = _next(component, choice.levels, failing)
            levels = tuple(MASKED if place in more else level for place, level in enumerate(choice.levels))
            choice = msgspec.structs.replace(choice, levels=levels)
            held -= more


def _masked(component: Component, levels: Sequence[Level]) -> list[int]:
    return [place for place, item in enumerate(component.items) if item.owed and item.known(levels[place]) != SHOWN]


def _next(component: Component, levels: Sequence[Level], failing: Sequence[Narrow]) -> set[int]:
    """The cells to hide next: one, or where very many fail one for each that those before it do not mend."""
    chosen: set[int] = set()
    left = list(failing)
    while left and (not chosen or len(failing) >= MANY):
        best = _best(component, levels, left)
        chosen.add(best)
        left = [one for one in left if best not in one.near]
    return chosen


def _best(component: Component, levels: Sequence[Level], failing: Sequence[Narrow]) -> int:
    """The cell to hide next: it can mend most, and costs least."""
    gains = Counter(place for one in failing for place in _free(component, levels, one))
    return min(gains, key=lambda place: (-gains[place], _cost(component.items[place])))


def _free(component: Component, levels: Sequence[Level], narrow: Narrow) -> list[int]:
    """The cells that may be hidden to mend one, the cheapest first."""
    free = (place for place in narrow.near if _can_hide(component.items[place], levels[place]))
    return sorted(free, key=lambda place: _cost(component.items[place]))


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


def _first(component: Component, auditor: Auditor, glance: "_Glance", choice: Choice) -> Narrow | None:
    """A cell that comes out too narrow; null where everything holds. What can be seen at a glance is not audited."""
    broken = next(glance.lone(choice), None)
    if broken is not None:
        return broken
    targets = [place for place in _masked(component, choice.levels) if place not in choice.shown]
    return next(iter(auditor.failing(choice.levels, targets, lost=choice.lost, first=True)), None)


class _Glance:
    """What can be seen of a component's equations at a glance, its cells as bits."""

    def __init__(self, component: Component) -> None:
        self._items = component.items
        exact = [row for row in component.rows if not row.slack]
        self._rows = [(sum(1 << place for place in row.members), row) for row in exact]

    def lone(self, choice: Choice) -> Iterator[Narrow]:
        """The cells that an equation tells at once, because nothing else in it is masked.

        A coded cell counts in equations of numerators and rests only: its people are shown.
        """
        hidden = masked = 0
        for place, (item, level) in enumerate(zip(self._items, choice.levels, strict=True)):
            if level != SHOWN and item.most != SHOWN:
                masked |= 1 << place
                hidden |= (level == item.most == MASKED) << place
        for members, row in self._rows:
            unknown = members & (hidden if row.quantity == "people" else masked)
            if unknown and not unknown & unknown - 1:
                place = unknown.bit_length() - 1
                narrow = Narrow(place, frozenset(row.members), row.quantity)
                if self._items[place].owed and place not in choice.shown and narrow.claim not in choice.lost:
                    yield narrow


def _given_back(component: Component, auditor: Auditor, glance: _Glance, choice: Choice) -> Choice:
    """The same with every cell shown again that is not needed."""
    for place in _added(component, choice.levels):
        fewer = list(choice.levels)
        fewer[place] = component.items[place].least
        tried = msgspec.structs.replace(choice, levels=tuple(fewer))
        if _first(component, auditor, glance, tried) is None:
            choice = tried
    return choice


def _smaller(component: Component, choice: Choice, search: "_Search") -> Choice:
    """A choice with fewer cells, where one is found in time; of one size the cheapest cells are tried first."""
    least = tuple(item.least for item in component.items)
    for size in range(1, len(_added(component, choice.levels))):
        found = search.within(least, size)
        if found is not None:
            return found
    return choice


class _Search:
    """Looks for a choice of so many cells, from one broken equation or failing cell to the next."""

    def __init__(self, component: Component, auditor: Auditor, glance: _Glance, found: Choice, tries: int) -> None:
        self._component, self._auditor, self._glance, self._found = component, auditor, glance, found
        self._left, self._steps = tries, STEPS
        self._met: set[tuple[int, tuple[Level, ...]]] = set()

    def within(self, levels: tuple[Level, ...], size: int) -> Choice | None:
        """A choice that hides at most ``size`` more cells than ``levels`` and holds; null where none is found."""
        self._steps -= 1
        if (size, levels) in self._met or min(self._left, self._steps) <= 0:
            return None
        self._met.add((size, levels))
        choice = msgspec.structs.replace(self._found, levels=levels)
        narrow = next(self._glance.lone(choice), None)
        if narrow is None:
            self._left -= 1
            narrow = _first(self._component, self._auditor, self._glance, choice)
        if narrow is None:
            return choice
        for place in _free(self._component, levels, narrow) if size else ():
            found = self.within((*levels[:place], MASKED, *levels[place + 1 :]), size - 1)
            if found is not None:
                return found
        return None
