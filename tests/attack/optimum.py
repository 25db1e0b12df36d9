"""The fewest cells that must be hidden beside those that the rule hides, so that the attacker finds nothing: exact, for small tables.

Hiding more never tells more of a cell that is hidden already. So where a hidden cell is found, everything that may be hidden in vain is
gathered (the cell is still found with all of that hidden), and one of the remaining cells must be hidden in any answer. The search goes
through these, one more hidden cell at a time, until an answer of that size is there. Cells that were hidden on the way are to be safe
themselves.
"""

from collections.abc import Collection, Mapping, Sequence

from tests.attack.attacker import Seen, attack
from tests.attack.masking import Code, Mask, masked_by_rule, told_under
from tests.attack.readings import Told, told_of
from tests.attack.world import Cell, Said, World


def beside_the_rule(world: World, said: Sequence[Said]) -> tuple[frozenset[Cell], dict[Cell, Mask]]:
    """The cells of one release that are hidden and that the rule would have shown, and what the rule masks.

    Who says nothing of cells with nobody in them counts these among the cells that the rule hides.
    """
    stage, told = world.stages[0], told_of(said)
    masks = masked_by_rule(stage, world.rule)
    hidden = {cell for cell, _ in stage.known() if told.get(((cell,), 0), Told()).n is None}
    masks |= {cell: None for cell in hidden if stage.figures[cell].n == 0}
    return frozenset(cell for cell in hidden if masks.get(cell, SHOWN) is not None), masks


SHOWN = Code(0, 0)
"""Stands for a cell that the rule leaves as it is."""


class Search:
    """What is asked of one world of one release: which cells the rule masks, and which stay open whatever it costs."""

    def __init__(self, world: World, masks: Mapping[Cell, Mask], keep: Collection[Cell]) -> None:
        self.world = world
        self.masks = dict(masks)
        self.free = tuple(
            cell
            for cell, _ in world.stages[0].known()
            if cell not in keep and not (cell in masks and masks[cell] is None)
        )
        self.seen: Seen = {}

    def found(self, hidden: Collection[Cell], only: Collection[Cell] | None = None) -> Cell | None:
        """A hidden cell that the attacker finds; null where there is none."""
        said = list(told_under(self.world.stages[0], self.masks | dict.fromkeys(hidden)))
        breaches = attack(self.world, said, seen=self.seen, only=only).breaches
        return breaches[0].cell if breaches else None

    def fewest(self, most: int) -> frozenset[Cell] | None:
        """The smallest set of further cells to hide; null where that takes more than ``most``."""
        for size in range(most + 1):
            answer = self._within(frozenset(), frozenset(), size)
            if answer is not None:
                return answer
        return None

    def _within(self, hidden: frozenset[Cell], shown: frozenset[Cell], left: int) -> frozenset[Cell] | None:
        """An answer that hides these and not those, with so many more cells at most."""
        cell = self.found(hidden)
        if cell is None:
            return hidden
        if left == 0:
            return None
        for choice in self._choices(cell, hidden, shown):
            answer = self._within(hidden | {choice}, shown, left - 1)
            if answer is not None:
                return answer
            shown |= {choice}
        return None

    def _choices(self, cell: Cell, hidden: frozenset[Cell], shown: frozenset[Cell]) -> list[Cell]:
        """Cells one of which any answer hides."""
        vain = hidden
        for other in self.free:
            if other not in vain and other not in shown and self.found(vain | {other}, [cell]) is not None:
                vain |= {other}
        return [other for other in self.free if other not in vain and other not in shown]
