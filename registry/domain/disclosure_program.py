"""What is possible of each masked cell where equations overlap: by linear and integer programs, for each reader.

A program is about the cells that a reader does not know and that hang together (``disclosure_part.py``): what is shown joins nothing, so
that most readers share most programs. What linear programs prove narrow is narrow; where they leave it open but not in whole numbers, the
integer program decides. Each answer in whole numbers is one world that an attacker cannot rule out, and each bound holds until one of a few
cells is hidden (``disclosure_proofs.py``), so that most questions need no program. Whether a cell is wide enough never depends on which
of several such answers a solver finds.

What an editor can tell from her own cells alone, such as the county's figure of a group that lives in her district only, the release does
not tell her: a cell counts as narrow where something that the release shows has a part in what keeps it as narrow as it is. Tests:
``tests/domain/test_disclosure_audit.py``.
"""

from collections.abc import Iterable, Sequence, Set

import msgspec

from registry.domain.disclosure_audit import (
    SHOWN,
    Claim,
    Component,
    Level,
    Narrow,
    asked,
    wide_in,
)
from registry.domain.disclosure_part import Part, Solver
from registry.domain.disclosure_proofs import Bound, Proofs, World
from registry.domain.disclosure_tables import Quantity

MOST_PARTS = 60
"""So many programs are held ready."""
Question = tuple[int, Quantity]
"""A cell, and the quantity of it that may be narrow."""


class Audit:
    """The audit of one component by a solver, against everybody who can read it. ``attackers`` are sets of communities known jointly."""

    def __init__(self, component: Component, solver: Solver, attackers: Iterable[frozenset[str]] = ()) -> None:
        self._items, self._component, self._solver = component.items, component, solver
        self._owned = _owned(component, attackers)
        self._near = [0] * len(self._items)
        for row in component.rows:
            members = sum(1 << place for place in row.members)
            for place in row.members:
                self._near[place] |= members
        self._proofs = Proofs(self._items)
        self._parts: dict[int, Part] = {}
        self._alone: dict[tuple[int, int, Quantity], int] = {}
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
                if bounds and all(map(view.told, bounds)):
                    failed[place] = view.narrow(place, quantity, bounds[0])
                    break
                needed = self._alone.get((view.reader, place, quantity)) if bounds else None
                if needed is None or needed & ~view.opened:
                    left.append((place, quantity))
        return left

    def _settle(self, view: "_View", questions: Sequence[Question], failed: dict[int, Narrow], *, first: bool) -> None:
        """Ask the solver what nothing proves."""
        for place, quantity in sorted(questions, key=lambda one: one[0] != self._suspect):
            if place not in failed and not self._proofs.wide(place, view.known[place], quantity, view.opened):
                bound = self._narrowed(view, place, quantity)
                if bound is not None and view.told(bound):
                    self._suspect = place
                    failed[place] = view.narrow(place, quantity, bound)
                    if first:
                        return

    def _narrowed(self, view: "_View", place: int, quantity: Quantity) -> Bound | None:
        """What keeps a quantity of a cell too narrow; null where it proves wide.

        Where her own cells alone keep it there, that stays so as long as both ends can be reached.
        """
        item, level = self._items[place], view.known[place]
        part = self._part(place, view)
        broken: list[bool] = []
        near: set[int] = set()
        ends = []
        needed = 0
        for largest in (True, False):
            answer = part.extreme(place, quantity, largest=largest)
            if answer.values is None:
                broken.append(largest)
            else:
                needed |= self._proofs.add_world(part.world(answer.values))
                if self._proofs.wide(place, level, quantity, view.opened):
                    return None
            near |= part.near(answer)
            ends.append(answer.end)
        if not broken:
            self._alone[view.reader, place, quantity] = needed
        if wide_in(item, level, quantity, (ends[1], ends[0])):
            for largest in broken:
                if self._proves(part.whole(place, quantity, largest=largest), view, place, quantity):
                    return None
            near = part.every
        return self._proofs.add_bound(place, quantity, view.known, near)

    def _proves(self, world: World, view: "_View", place: int, quantity: Quantity) -> bool:
        self._proofs.add_world(world)
        return self._proofs.wide(place, view.known[place], quantity, view.opened)

    def _part(self, place: int, view: "_View") -> Part:
        """The masked cells that hang together with one of them; what is shown between two others joins them to nothing."""
        masked = view.opened >> len(self._items)
        found = fresh = 1 << place
        while fresh:
            more = self._near[fresh.bit_length() - 1] & masked & ~found
            fresh = (fresh ^ 1 << fresh.bit_length() - 1) | more
            found |= more
        name = view.opened & (found | found << len(self._items))
        if name not in self._parts:
            if len(self._parts) >= MOST_PARTS:
                del self._parts[next(iter(self._parts))]
            places = [cell for cell in range(len(self._items)) if found >> cell & 1]
            self._parts[name] = Part(self._component, view.known, places, self._solver)
        return self._parts[name]


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
