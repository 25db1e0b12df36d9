"""What is possible of each masked cell where equations overlap: by linear and integer programs, one model for each component.

Every cell has two columns, its numerator and the rest; a figure that is no share has its people in the first and nothing in the second.
Nothing here solves a program: a ``Solver`` is handed in (``registry/audit.py``), and answers with whole numbers that are the true extremes.
Each answer is one world that the attacker cannot rule out, for every cell at once; it is kept, so that most cells need no program of their
own. Whether a cell is wide enough never depends on which of several such worlds a solver finds.

What an editor can tell from her own cells alone, such as the county's figure of a group that lives in her district only, the release does
not tell her: a cell counts as narrow where something that the release shows has a part in it. Tests:
``tests/domain/test_disclosure_audit.py``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import Protocol

import msgspec

from registry.domain.disclosure_audit import (
    CODED,
    MASKED,
    SHOWN,
    Claim,
    Component,
    Item,
    Level,
    Narrow,
    Row,
    Span,
    Spans,
    asked,
    wide,
    wide_in,
)
from registry.domain.disclosure_tables import Quantity

Term = tuple[int, int]
"""A column and its coefficient."""
MOST_WORLDS = 100
"""So many worlds are kept; older ones seldom fit any more."""
TOGETHER = 6
"""From so many cells on, some are first pushed up together, which pushes others down."""
WITHOUT_END = 1 << 30
"""No limit to a row."""


class Program(msgspec.Struct, frozen=True):
    """So many columns of whole numbers from 0 up, and the rows of their equations; all limits are set later."""

    columns: int
    rows: tuple[tuple[Term, ...], ...]


class Extreme(msgspec.Struct, frozen=True):
    """Whole numbers within all limits, one for each column, at which a sum is extreme.

    ``columns`` and ``rows`` are those whose limits keep it there: moving any others would change nothing.
    """

    values: tuple[int, ...]
    columns: frozenset[int]
    rows: frozenset[int]


class Model(Protocol):
    """A program that a solver holds ready."""

    def limit(self, columns: Sequence[Span], rows: Sequence[Span]) -> None:
        """Set the least and greatest value of every column and every row."""
        ...  # pragma: no cover

    def extreme(self, columns: Sequence[int], *, largest: bool) -> Extreme:
        """The answer in whole numbers for which the sum of these columns is largest, or smallest."""
        ...  # pragma: no cover


Solver = Callable[[Program], Model]
World = dict[int, tuple[int, int]]
"""Numerator and rest of the cells in which a possible world differs from the true one."""


class Audit:
    """The audit of one component by a solver, against everybody who can read it. ``attackers`` are sets of communities known jointly."""

    def __init__(self, component: Component, solver: Solver, attackers: Iterable[frozenset[str]] = ()) -> None:
        self._items, self._rows = component.items, component.rows
        places = frozenset(item.figures.key[0] for item in self._items)
        held: set[frozenset[str]] = (
            {places & attacker for attacker in attackers} | {frozenset({place}) for place in places} | {frozenset()}
        )
        self._attackers = sorted(held - {places}, key=lambda known: (-len(known), sorted(known)))
        self._model = solver(_program(component))
        self._cap = sum(item.figures.people + item.minimum_n for item in self._items) + 1
        self._worlds: list[World] = []
        self._suspect = -1  # the cell that failed last is asked first

    def failing(
        self, levels: Sequence[Level], targets: Sequence[int], *, lost: Set[Claim] = frozenset(), first: bool = False
    ) -> list[Narrow]:
        """Those of ``targets`` that the public, an editor or a granted role can narrow too far, in their order; or only one."""
        known = [item.known(level) for item, level in zip(self._items, levels, strict=True)]
        failed: dict[int, Narrow] = {}
        for reader, attacker in enumerate(self._attackers):
            own = {place for place, item in enumerate(self._items) if item.figures.key[0] in attacker}
            mine = [SHOWN if place in own else level for place, level in enumerate(known)]
            view = _View(reader, frozenset(own), mine, lost)
            for found in self._failing(
                view, [place for place in targets if place not in failed and mine[place] != SHOWN]
            ):
                failed[found.place] = found
                if first:
                    return list(failed.values())
        return [failed[place] for place in targets if place in failed]

    def _failing(self, view: "_View", targets: Sequence[int]) -> Iterator[Narrow]:
        known = view.known
        seen = _Seen(self._items, known, targets)
        for world in reversed(self._worlds):
            if seen.narrow and self._fits(world, known):
                seen.add(world)
        if seen.narrow:
            self._limit(known)
        suspects = sorted(seen.narrow, key=lambda place: (place != self._suspect, place))
        for number, place in enumerate(suspects):
            if number == 1 and len(seen.narrow) >= TOGETHER:
                for columns in _together(sorted(seen.narrow)):
                    self._ask(columns, seen, largest=True)
            narrow = self._narrowed(place, view, seen) if place in seen.narrow else None
            if narrow is not None:
                self._suspect = place
                yield narrow

    def _narrowed(self, place: int, view: "_View", seen: "_Seen") -> Narrow | None:
        """A quantity of a cell that a reader narrows, with what keeps it narrow; null where all prove wide, world by world."""
        for quantity in asked(self._items[place], view.known[place]):
            near: frozenset[int] = frozenset()
            for largest in (True, False):
                if (place, view.reader, quantity) in view.lost or seen.wide(place, quantity):
                    break
                near |= self._ask(_columns(place, self._items[place], quantity), seen, largest=largest)
            else:
                if not seen.wide(place, quantity) and view.told(near):
                    return Narrow(place, near - view.own, quantity, view.reader)
        return None

    def _ask(self, columns: Sequence[int], seen: "_Seen", *, largest: bool) -> frozenset[int]:
        """One more world that nobody can rule out; the cells whose limits keep it from being more extreme."""
        answer = self._model.extreme(columns, largest=largest)
        world = self._world(answer.values)
        seen.add(world)
        self._worlds = [*self._worlds[1 - MOST_WORLDS :], world]
        sizes = (row - len(self._rows) for row in answer.rows)
        return frozenset((*(column // 2 for column in answer.columns), *(place for place in sizes if place >= 0)))

    def _world(self, solution: tuple[int, ...]) -> World:
        pairs = ((place, (solution[2 * place], solution[2 * place + 1])) for place in range(len(self._items)))
        return {place: pair for place, pair in pairs if pair != _true(self._items[place])}

    def _fits(self, world: World, known: Sequence[Level]) -> bool:
        return all(
            known[place] == MASKED
            or (
                known[place] == CODED
                and inside + rest == self._items[place].figures.people
                and self._items[place].low <= inside <= self._items[place].high
            )
            for place, (inside, rest) in world.items()
        )

    def _limit(self, known: Sequence[Level]) -> None:
        columns: list[Span] = []
        sizes: list[Span] = []
        for item, level in zip(self._items, known, strict=True):
            inside, rest = _true(item)
            size = item.figures.people
            if level == SHOWN:
                columns += ((inside, inside), (rest, rest))
            elif level == CODED:
                columns += ((item.low, item.high), (size - item.high, size - item.low))
            else:
                columns += ((0, self._cap), (0, self._cap if item.figures.numerator is not None else 0))
            sizes.append((item.fewest, WITHOUT_END) if level == MASKED else (size, size))
        equations = [(-WITHOUT_END if row.slack else row.shift, row.shift) for row in self._rows]
        self._model.limit(columns, equations + sizes)


class _View(msgspec.Struct, frozen=True):
    """Who reads: her number, her own cells, how far she is kept from each cell, and which claims against her are lost."""

    reader: int
    own: frozenset[int]
    known: list[Level]
    lost: Set[Claim]

    def told(self, near: frozenset[int]) -> bool:
        """Whether the release has a part in what these cells keep narrow; else her own cells tell her, and what everybody knows."""
        return not self.own or any(self.known[place] != MASKED for place in near - self.own)


class _Seen:
    """The spans of the cells asked for over the worlds that fit, and which of these cells are still ``narrow``."""

    def __init__(self, items: Sequence[Item], known: Sequence[Level], places: Sequence[int]) -> None:
        self._items, self._known = items, known
        self.spans = {place: _spans(_true(items[place])) for place in places}
        self.narrow = {place for place in places if not self._wide(place)}

    def add(self, world: World) -> None:
        for place in world.keys() & self.narrow:
            old, new = self.spans[place], _spans(world[place])
            joined = (
                _joined(old.people, new.people),
                _joined(old.numerator, new.numerator),
                _joined(old.rest, new.rest),
            )
            self.spans[place] = Spans(*joined)
            if self._wide(place):
                self.narrow.discard(place)

    def wide(self, place: int, quantity: Quantity) -> bool:
        """Whether one quantity of a cell has proved wide."""
        return wide_in(self._items[place], self._known[place], quantity, self.spans[place])

    def _wide(self, place: int) -> bool:
        return wide(self._items[place], self._known[place], self.spans[place])


def _spans(pair: tuple[int, int]) -> Spans:
    inside, rest = pair
    return Spans((inside + rest, inside + rest), (inside, inside), (rest, rest))


def _joined(one: Span, other: Span) -> Span:
    return min(one[0], other[0]), max(one[1], other[1])


def _true(item: Item) -> tuple[int, int]:
    """A cell's two columns as they truly are."""
    if item.figures.numerator is None:
        return item.figures.people, 0
    return item.figures.numerator, item.figures.of("rest")


def _together(places: Sequence[int]) -> Iterator[list[int]]:
    """Halves of the cells, by each binary digit of their place in the list: the numerators of a half, then the rests."""
    for digit in range(len(places).bit_length()):
        for value in (0, 1):
            half = [place for number, place in enumerate(places) if number >> digit & 1 == value]
            if half:
                yield [2 * place for place in half]
                yield [2 * place + 1 for place in half]


def _columns(place: int, item: Item, quantity: Quantity) -> tuple[int, ...]:
    """The columns that make up a quantity of a cell."""
    inside, rest = 2 * place, 2 * place + 1
    if quantity == "people":
        return (inside,) if item.figures.numerator is None else (inside, rest)
    return (inside,) if quantity == "numerator" else (rest,)


def _program(component: Component) -> Program:
    """The rows of all equations, then each cell's people."""
    equations = tuple(_terms(row) for row in component.rows)
    sizes = tuple(((2 * place, 1), (2 * place + 1, 1)) for place in range(len(component.items)))
    return Program(2 * len(component.items), equations + sizes)


def _terms(row: Row) -> tuple[Term, ...]:
    sides: dict[Quantity, tuple[int, ...]] = {"people": (0, 1), "numerator": (0,), "rest": (1,)}
    return tuple(
        (2 * place + side, -1 if place == row.margin else 1) for place in row.members for side in sides[row.quantity]
    )
