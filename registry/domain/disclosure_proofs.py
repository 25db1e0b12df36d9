"""What the answers to earlier programs prove of a component whose cells are now masked otherwise.

- A *world* that nobody could rule out cannot be ruled out as long as every cell in which it departs from the truth is masked enough.
  A least and a greatest one prove a quantity wide.
- A *bound* holds as long as no cell whose limits keep it there is masked more than it was (linear programming duality). A least and a
  greatest one prove a quantity narrow, and one of these cells must be hidden to mend that.

Neither depends on who reads: whoever knows a cell has it shown. So what is proved against one reader serves against all others, and
what is proved of one choice serves for the next. Cells are bits: bit ``place`` says that a cell is hidden, bit ``place`` plus the number
of cells that it is masked at all. Tests: ``tests/domain/test_disclosure_proofs.py``.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from registry.domain.disclosure_audit import MASKED, SHOWN, Item, Level, wide_in
from registry.domain.disclosure_tables import Quantity

QUANTITIES: tuple[Quantity, ...] = ("people", "numerator", "rest")
World = Mapping[int, tuple[int, int]]
"""Numerator and rest of some cells; all others are as they truly are."""
KEPT, KEPT_PAIRS = 30, 12
"""So many ends and bounds of one quantity are kept, and so many pairs of ends that proved wide; older ones seldom fit any more."""


class Bound(msgspec.Struct, frozen=True):
    """Cells whose limits keep a quantity narrow, and the bits of which none may be open for that to hold."""

    near: frozenset[int]
    closed: int


class Proofs:
    """What is proved of the cells of one component."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._true = [true_pair(item) for item in items]
        self._ends: dict[tuple[int, Quantity], deque[tuple[int, int]]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._bounds: dict[tuple[int, Level, Quantity], deque[Bound]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._pairs: dict[tuple[int, Level, Quantity], deque[int]] = defaultdict(lambda: deque(maxlen=KEPT_PAIRS))

    def opened(self, known: Sequence[Level]) -> int:
        """The bits of cells of which so much is known."""
        bits = 0
        for place, level in enumerate(known):
            if level != SHOWN:
                bits |= (level == MASKED) << place | 1 << place + len(known)
        return bits

    def add_world(self, world: World) -> int:
        """A world that was possible, and the bits that must be open for it to be so still."""
        moved = {place: pair for place, pair in world.items() if pair != self._true[place]}
        needed = 0
        for place, pair in moved.items():
            needed |= 1 << place + (len(self._items) if self._fits_code(place, pair) else 0)
        for place, (inside, rest) in moved.items():
            for quantity, count in zip(QUANTITIES, (inside + rest, inside, rest), strict=True):
                self._ends[place, quantity].appendleft((count, needed))
        return needed

    def _fits_code(self, place: int, pair: tuple[int, int]) -> bool:
        item = self._items[place]
        return sum(pair) == item.figures.people and item.low <= pair[0] <= item.high

    def add_bound(self, place: int, quantity: Quantity, known: Sequence[Level], near: Collection[int]) -> Bound:
        """A quantity is too narrow as long as these cells are masked no more than they are known to be."""
        kept = frozenset(cell for cell in near if known[cell] != MASKED)
        closed = sum(1 << cell + (len(known) if known[cell] == SHOWN else 0) for cell in kept)
        bound = Bound(kept, closed)
        self._bounds[place, known[place], quantity].appendleft(bound)
        return bound

    def wide(self, place: int, level: Level, quantity: Quantity, opened: int) -> bool:
        """Whether worlds that fit prove that a quantity of a cell stays open enough."""
        pairs = self._pairs[place, level, quantity]
        shut = ~opened
        for needed in pairs:
            if not needed & shut:
                return True
        item = self._items[place]
        low = high = item.figures.of(quantity)
        low_needs = high_needs = 0
        if wide_in(item, level, quantity, (low, high)):
            return True
        for count, needed in self._ends[place, quantity]:
            if low <= count <= high or needed & shut:
                continue
            if count < low:
                low, low_needs = count, needed
            else:
                high, high_needs = count, needed
            if wide_in(item, level, quantity, (low, high)):
                pairs.appendleft(low_needs | high_needs)
                return True
        return False

    def narrow(self, place: int, level: Level, quantity: Quantity, opened: int) -> Iterator[Bound]:
        """The bounds that hold now and prove a quantity too narrow."""
        return (bound for bound in self._bounds[place, level, quantity] if not bound.closed & opened)


def true_pair(item: Item) -> tuple[int, int]:
    """A cell's numerator and rest as they truly are; one that is no share has its people in the first."""
    if item.figures.numerator is None:
        return item.figures.people, 0
    return item.figures.numerator, item.figures.of("rest")
