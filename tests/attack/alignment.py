"""Of which release's truth a statement speaks: a table that changed by too little may keep its earlier figures for a while.

The attacker is taken to know which tables were kept back so. It is read from the single cells of a table: the newest truth, up to the
release in which they were said, that makes all of them true.
"""

from collections.abc import Sequence

import msgspec

from tests.attack.readings import NEAR, Told, together
from tests.attack.world import Cell, Figures, Said, World

Table = tuple[str, str, str]


def aligned(world: World, said: Sequence[Said]) -> list[Said]:
    """The statements, each cell with the release of whose truth it speaks; those that are aligned already as they are."""
    if all(entry.stages for entry in said):
        return list(said)
    single: dict[tuple[Table, int], dict[Cell, list[Said]]] = {}
    for entry in said:
        if len(entry.cells) == 1:
            single.setdefault((entry.cells[0][:3], entry.stage), {}).setdefault(entry.cells[0], []).append(entry)
    kept = {
        key: _newest(world, key[1], {cell: together(entries) for cell, entries in cells.items()})
        for key, cells in single.items()
    }
    return [
        msgspec.structs.replace(
            entry, stages=tuple(kept.get((cell[:3], entry.stage), entry.stage) for cell in entry.cells)
        )
        for entry in said
    ]


def _newest(world: World, stage: int, told: dict[Cell, Told]) -> int:
    """The newest release at which everything told of a table was true; the one in which it was said where there is none."""
    for number in range(stage, -1, -1):
        figures = world.stages[number].figures
        if all(cell in figures and _true(entry, figures[cell]) for cell, entry in told.items()):
            return number
    return stage


def _true(told: Told, figures: Figures) -> bool:
    n, x = figures
    if told.ratio is not None and n and abs(told.ratio - told.ratio.__class__(x, n)) > NEAR:
        return False
    if told.n is not None and told.n != n:
        return False
    return (told.x is None or told.x == x) and (told.x_low or 0) <= x and (told.x_high is None or x <= told.x_high)
