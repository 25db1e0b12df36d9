"""The program of masked cells that hang together for one reader: what each of them may be, everything else being known to her.

A cell is its numerator and the rest; a figure that is no share has its people in the first and nothing in the second. Each has two
columns: how much more and how much less it may be than it truly is. A solver leaves at nothing what need not move, so that its answers
depart from the truth in few cells and stay possible when others are shown. Nothing here solves a program: a ``Solver`` is handed in
(``registry/audit.py``). Tests: ``tests/domain/test_disclosure_audit.py``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from registry.domain.disclosure_audit import CODED, MASKED, Component, Item, Level, Row, Span
from registry.domain.disclosure_proofs import World, true_pair
from registry.domain.disclosure_tables import Quantity

Term = tuple[int, int]
"""A column and its coefficient."""
WITHOUT_END = 1 << 30
"""No limit to a row."""


class Program(msgspec.Struct, frozen=True):
    """Columns of whole numbers and rows of sums of them, each with its least and greatest value."""

    columns: tuple[Span, ...]
    rows: tuple[tuple[tuple[Term, ...], Span], ...]


class Extreme(msgspec.Struct, frozen=True):
    """How large or small a sum can be, and where: one number for each column, within all limits.

    No whole number beyond ``end`` is possible. ``values`` is null where the columns are not all whole. ``columns`` and ``rows`` are those
    whose limits keep the sum there, rows with their prices: moving any others would change nothing.
    """

    end: int
    values: tuple[int, ...] | None
    columns: frozenset[int]
    rows: Mapping[int, float]


class Model(Protocol):
    """A program that a solver holds ready."""

    def extreme(self, columns: Mapping[int, int], *, largest: bool) -> Extreme:
        """Where the sum of these columns by their factors is largest, or smallest, when columns need not be whole."""
        ...  # pragma: no cover

    def whole(self, columns: Mapping[int, int], *, largest: bool) -> tuple[int, ...]:
        """The whole numbers at which the sum of these columns by their factors is largest, or smallest."""
        ...  # pragma: no cover


Solver = Callable[[Program], Model]

SIDES: Mapping[Quantity, tuple[int, ...]] = {"people": (0, 1), "numerator": (0,), "rest": (1,)}
"""The columns of a cell that make up each quantity."""
FREE = 1e-6
"""A smaller price is none."""


class Part:
    """The masked cells at ``places`` and the equations that they belong to."""

    def __init__(self, component: Component, known: Sequence[Level], places: Sequence[int], solver: Solver) -> None:
        self._items, self._places = component.items, places
        self._column = {place: 4 * number for number, place in enumerate(places)}
        self._rows = [row for row in component.rows if not self._column.keys().isdisjoint(row.members)]
        self._sized = [place for place in places if known[place] == CODED or self._items[place].fewest]
        self._cap = sum(item.figures.people + item.minimum_n for item in self._items) + 1
        columns = [span for place in places for span in self._spans(self._items[place], known[place])]
        rows = [*map(self._equation, self._rows), *(self._size(place, known[place]) for place in self._sized)]
        self._model = solver(Program(tuple(columns), tuple(rows)))

    def extreme(self, place: int, quantity: Quantity, *, largest: bool) -> Extreme:
        """How large or small a quantity of a cell can be, whole or not."""
        answer = self._model.extreme(self._asked(place, quantity), largest=largest)
        return msgspec.structs.replace(answer, end=answer.end + self._items[place].figures.of(quantity))

    def whole(self, place: int, quantity: Quantity, *, largest: bool) -> World:
        """A world in which a quantity of a cell is largest, or smallest."""
        return self.world(self._model.whole(self._asked(place, quantity), largest=largest))

    def world(self, values: Sequence[int]) -> World:
        """The numerators and rests of an answer by cell."""
        found = {}
        for place, column in self._column.items():
            inside, rest = true_pair(self._items[place])
            more, less, rest_more, rest_less = values[column : column + 4]
            found[place] = inside + more - less, rest + rest_more - rest_less
        return found

    @property
    def every(self) -> set[int]:
        """All cells that have a part in the equations."""
        return {*self._places, *(place for row in self._rows for place in row.members)}

    def near(self, answer: Extreme) -> set[int]:
        """The cells whose limits keep an answer from being more extreme."""
        found = {self._places[column // 4] for column in answer.columns}
        prices: dict[tuple[int, int], float] = defaultdict(float)
        for number, price in answer.rows.items():
            if number >= len(self._rows):
                found.add(self._sized[number - len(self._rows)])
                continue
            for place, side, factor in _terms(self._rows[number]):
                if place not in self._column:
                    prices[place, side] += factor * price
        return found | {place for (place, _), price in prices.items() if abs(price) > FREE}

    def _asked(self, place: int, quantity: Quantity) -> dict[int, int]:
        return dict(term for side in SIDES[quantity] for term in self._split(place, side, 1))

    def _split(self, place: int, side: int, factor: int) -> tuple[Term, Term]:
        column = self._column[place] + 2 * side
        return (column, factor), (column + 1, -factor)

    def _spans(self, item: Item, level: Level) -> Iterator[Span]:
        if level == CODED:
            ends = (item.low, item.high), (item.figures.people - item.high, item.figures.people - item.low)
        else:
            ends = (0, self._cap), (0, self._cap if item.figures.numerator is not None else 0)
        for (low, high), count in zip(ends, true_pair(item), strict=True):
            yield from ((0, high - count), (0, count - low))

    def _equation(self, row: Row) -> tuple[tuple[Term, ...], Span]:
        terms: list[Term] = []
        left = row.shift
        for place, side, factor in _terms(row):
            left -= factor * true_pair(self._items[place])[side]
            if place in self._column:
                terms += self._split(place, side, factor)
        return tuple(terms), (-WITHOUT_END if row.slack else left, left)

    def _size(self, place: int, level: Level) -> tuple[tuple[Term, ...], Span]:
        item = self._items[place]
        terms = (*self._split(place, 0, 1), *self._split(place, 1, 1))
        return terms, (item.fewest - item.figures.people, WITHOUT_END) if level == MASKED else (0, 0)


def _terms(row: Row) -> Iterator[tuple[int, int, int]]:
    """Each cell of an equation, which of its columns, and the coefficient."""
    for place in row.members:
        for side in SIDES[row.quantity]:
            yield place, side, -1 if place == row.margin else 1
