"""Masks as a careless or a careful office would draw them by hand, for trying the attacker: no part of the product is used.

``primary`` alone is what the attacker must break; ``next_smallest`` is the common practice beside it (domain: one more cell wherever a
margin has exactly one hidden).
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from tests.attack.world import Cell, Figures, Rule, Said, Stage, World, relations

BANDS = ((30, 20), (60, 10), (300, 5))
"""Up to so many people, figures under so many percent are told as a range only; 1 percent beyond."""


class Code(NamedTuple):
    """A numerator told as a range only."""

    low: int
    high: int


Mask = Code | None
"""A range, or nothing at all."""


def primary(figures: Figures, rule: Rule) -> tuple[bool, Mask]:
    """Whether a cell may not be told as it stands, and what may be told instead."""
    n, x = figures
    if 0 < n < rule.n:
        return True, None
    most = max(next((share for people, share in BANDS if n <= people), 1) * n // 100, rule.x)
    if n == 0 or most < x < n - most:
        return False, None
    if 2 * most + 1 >= n:
        return True, None
    return True, Code(0, most) if x <= most else Code(n - most, n)


def masked_by_rule(stage: Stage, rule: Rule) -> dict[Cell, Mask]:
    """The cells that the rule itself masks."""
    found = {cell: primary(figures, rule) for cell, figures in stage.known()}
    return {cell: mask for cell, (masked, mask) in found.items() if masked}


def next_smallest(world: World, stage: Stage, masks: Mapping[Cell, Mask]) -> dict[Cell, Mask]:
    """Also the smallest other part wherever exactly one part of a whole is hidden, once through the table."""
    found = dict(masks)
    for relation in relations(world, stage):
        hidden = [part for part in relation.parts if part in found and found[part] is None]
        shown = [part for part in relation.parts if part not in found and part not in stage.silent]
        if len(hidden) == 1 and shown:
            found[min(shown, key=lambda cell: (stage.figures[cell].n, cell))] = None
    return found


def told_under(
    stage: Stage, masks: Mapping[Cell, Mask], number: int = 0, said_empty: Collection[Cell] = ()
) -> Iterator[Said]:
    """What a release of these masks says, cell by cell."""
    for cell, figures in stage.known():
        if cell in said_empty or (cell not in masks and figures.n == 0):
            yield Said(exit="release", stage=number, cells=(cell,), empty=True)
        elif cell not in masks:
            value = float(f"{100 * figures.x / figures.n:.12g}")
            yield Said(exit="release", stage=number, cells=(cell,), n=figures.n, value=value)
        elif masks[cell] is not None:
            low, high = (float(f"{100 * end / figures.n:.12g}") for end in masks[cell])
            yield Said(exit="release", stage=number, cells=(cell,), n=figures.n, low=low, high=high)
