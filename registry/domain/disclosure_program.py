"""What is possible of each masked cell where equations overlap: by linear and integer programs, one model for each component.

Every cell has two columns, its numerator and the rest; a figure that is no share has its people in the first and nothing in the second.
Nothing here solves a program: a ``Solver`` is handed in (``registry/audit.py``). What linear programs prove narrow is narrow; where they
leave it open but not in whole numbers, the integer program decides. Each answer in whole numbers is one world that an attacker cannot
rule out, for every cell at once, and each bound holds until one of a few cells is hidden (``disclosure_proofs.py``), so that most
questions need no program. Whether a cell is wide enough never depends on which of several such answers a solver finds.

What an editor can tell from her own cells alone, such as the county's figure of a group that lives in her district only, the release does
not tell her: a cell counts as narrow where something that the release shows has a part in it. Tests:
``tests/domain/test_disclosure_audit.py``.
"""

from collections.abc import Callable, Iterable, Sequence, Set
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
    asked,
    wide_in,
)
from registry.domain.disclosure_proofs import Bound, Proofs, true_pair
from registry.domain.disclosure_tables import Quantity

Term = tuple[int, int]
"""A column and its coefficient."""
WITHOUT_END = 1 << 30
"""No limit to a row."""


class Program(msgspec.Struct, frozen=True):
    """So many columns of whole numbers from 0 up, and the rows of their equations; all limits are set later."""

    columns: int
    rows: tuple[tuple[Term, ...], ...]


class Extreme(msgspec.Struct, frozen=True):
    """How large or small a sum can be, and where: one number for each column, within all limits.

    No whole number beyond ``end`` is possible. ``values`` is null where the columns are not all whole. ``columns`` and ``rows`` are those
    whose limits keep the sum there: moving any others would change nothing.
    """

    end: int
    values: tuple[int, ...] | None
    columns: frozenset[int]
    rows: frozenset[int]


class Model(Protocol):
    """A program that a solver holds ready."""

    def limit(self, columns: Sequence[Span], rows: Sequence[Span]) -> None:
        """Set the least and greatest value of every column and every row."""
        ...  # pragma: no cover

    def extreme(self, columns: Sequence[int], *, largest: bool) -> Extreme:
        """Where the sum of these columns is largest, or smallest, when columns need not be whole."""
        ...  # pragma: no cover

    def whole(self, columns: Sequence[int], *, largest: bool) -> tuple[int, ...]:
        """The whole numbers at which the sum of these columns is largest, or smallest."""
        ...  # pragma: no cover


Solver = Callable[[Program], Model]
Question = tuple[int, Quantity]
"""A cell, and the quantity of it that may be narrow."""


class Audit:
    """The audit of one component by a solver, against everybody who can read it. ``attackers`` are sets of communities known jointly."""

    def __init__(self, component: Component, solver: Solver, attackers: Iterable[frozenset[str]] = ()) -> None:
        self._items, self._rows = component.items, component.rows
        self._owned = _owned(component, attackers)
        self._model = solver(_program(component))
        self._cap = sum(item.figures.people + item.minimum_n for item in self._items) + 1
        self._proofs = Proofs(self._items)
        self._suspect = -1  # the cell that failed last is asked first

    def failing(
        self, levels: Sequence[Level], targets: Sequence[int], *, lost: Set[Claim] = frozenset(), first: bool = False
    ) -> list[Narrow]:
        """Those of ``targets`` that the public, an editor or a granted role can narrow too far, in their order; or only one."""
        known = [item.known(level) for item, level in zip(self._items, levels, strict=True)]
        failed: dict[int, Narrow] = {}
        left: list[tuple[_View, list[Question]]] = []
        for reader, own in enumerate(self._owned):
            mine = [SHOWN if place in own else level for place, level in enumerate(known)]
            view = _View(reader, own, mine, self._proofs.opened(mine), lost)
            left.append((view, self._left(view, targets, failed)))
        for view, questions in left:
            if not (failed and first):
                self._settle(view, questions, failed, first=first)
        found = [failed[place] for place in targets if place in failed]
        return found[:1] if first else found

    def _left(self, view: "_View", targets: Sequence[int], failed: dict[int, Narrow]) -> list[Question]:
        """What nothing proves yet; what proves narrow by what is known already has ``failed``."""
        left = []
        for place in targets:
            level = view.known[place]
            for quantity in asked(self._items[place], level) if place not in failed else ():
                lost = (place, view.reader, quantity) in view.lost
                if lost or self._proofs.wide(place, level, quantity, view.opened):
                    continue
                bounds = list(self._proofs.narrow(place, level, quantity, view.opened))
                if not bounds:
                    left.append((place, quantity))
                elif all(map(view.told, bounds)):
                    failed[place] = view.narrow(place, quantity, bounds[0])
                    break
        return left

    def _settle(self, view: "_View", questions: Sequence[Question], failed: dict[int, Narrow], *, first: bool) -> None:
        """Ask the solver what nothing proves."""
        if questions:
            self._limit(view.known)
        for place, quantity in sorted(questions, key=lambda one: one[0] != self._suspect):
            if place not in failed and not self._proofs.wide(place, view.known[place], quantity, view.opened):
                bound = self._narrowed(view, place, quantity)
                if bound is not None and view.told(bound):
                    self._suspect = place
                    failed[place] = view.narrow(place, quantity, bound)
                    if first:
                        return

    def _narrowed(self, view: "_View", place: int, quantity: Quantity) -> Bound | None:
        """What keeps a quantity of a cell too narrow; null where it proves wide."""
        item, level = self._items[place], view.known[place]
        columns = _columns(place, item, quantity)
        broken: list[bool] = []
        near: set[int] = set()
        ends = []
        for largest in (True, False):
            answer = self._model.extreme(columns, largest=largest)
            if answer.values is None:
                broken.append(largest)
            elif self._proves(answer.values, view, place, quantity):
                return None
            near |= self._near(answer)
            ends.append(answer.end)
        if wide_in(item, level, quantity, (ends[1], ends[0])):
            for largest in broken:
                if self._proves(self._model.whole(columns, largest=largest), view, place, quantity):
                    return None
            near = set(range(len(self._items)))
        return self._proofs.add_bound(place, quantity, view.known, near)

    def _proves(self, values: Sequence[int], view: "_View", place: int, quantity: Quantity) -> bool:
        self._proofs.add_world(values)
        return self._proofs.wide(place, view.known[place], quantity, view.opened)

    def _near(self, answer: Extreme) -> set[int]:
        """The cells whose limits keep an answer from being more extreme."""
        sizes = (row - len(self._rows) for row in answer.rows)
        return {*(column // 2 for column in answer.columns), *(place for place in sizes if place >= 0)}

    def _limit(self, known: Sequence[Level]) -> None:
        columns: list[Span] = []
        sizes: list[Span] = []
        for item, level in zip(self._items, known, strict=True):
            inside, rest = true_pair(item)
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
    """Who reads: her number, her own cells, how far she is kept from each cell, also as bits, and which claims against her are lost."""

    reader: int
    own: frozenset[int]
    known: list[Level]
    opened: int
    lost: Set[Claim]

    def told(self, bound: Bound) -> bool:
        """Whether the release has a part in what keeps a cell narrow; else her own cells tell her, and what everybody knows."""
        return not self.own or not bound.near <= self.own

    def narrow(self, place: int, quantity: Quantity, bound: Bound) -> Narrow:
        """A cell that she can narrow."""
        return Narrow(place, bound.near - self.own, quantity, self.reader)


def _owned(component: Component, attackers: Iterable[frozenset[str]]) -> list[frozenset[int]]:
    """The cells that each reader knows as her own; whoever knows most comes first, who knows nothing last."""
    places = frozenset(item.figures.key[0] for item in component.items)
    held: set[frozenset[str]] = (
        {places & attacker for attacker in attackers} | {frozenset({place}) for place in places} | {frozenset()}
    )
    return [
        frozenset(place for place, item in enumerate(component.items) if item.figures.key[0] in attacker)
        for attacker in sorted(held - {places}, key=lambda known: (-len(known), sorted(known)))
    ]


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
