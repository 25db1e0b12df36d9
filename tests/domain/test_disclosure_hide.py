"""How much is hidden beyond the primary cells, and that less would not do."""

import random
from collections.abc import Iterator
from itertools import combinations

import msgspec
import pytest
from disclosure_made import cell, made, table

from registry.audit import highs
from registry.domain.disclosure import Cell, MaskRule, Table
from registry.domain.disclosure_audit import MASKED, Auditor, Component, Level, star_of
from registry.domain.disclosure_cells import cells_of, components, sums_of
from registry.domain.disclosure_hide import protected
from registry.domain.disclosure_masks import masks
from registry.domain.disclosure_program import Audit

MEAN = MaskRule(unit="mean")


def whole(one: Table) -> Component:
    (component,) = components(cells_of([one], []).items, sums_of([one], [], []))
    return component


def sizes_only(one: Table) -> Table:
    """The same people with a mean score, so that only the sizes matter."""
    cells = tuple(Cell(group=entry.group, value=50.0, denominator=entry.denominator) for entry in one.cells)
    return msgspec.structs.replace(one, rule=MEAN, cells=cells)


def next_smallest(component: Component) -> tuple[Level, ...]:
    """Common practice: where exactly one part of a margin is hidden, the next smallest is hidden too."""
    levels = [item.least for item in component.items]
    for row in component.rows:
        hidden = [place for place in row.parts if levels[place] == MASKED]
        if len(hidden) == 1:
            shown = [place for place in row.parts if levels[place] != MASKED]
            if shown:
                levels[min(shown, key=lambda place: component.items[place].figures.people)] = MASKED
    return tuple(levels)


def test_common_practice_leaves_small_cells_open_and_ours_none():
    primary = left_open = ours = 0
    for seed in range(8):
        one = sizes_only(made(random.Random(seed), {"r": 6, "s": 5}, 2, people=20))
        component = whole(one)
        audit = Audit(component, highs)
        small = [place for place, item in enumerate(component.items) if item.least == MASKED]
        primary += len(small)
        left_open += len(audit.failing(next_smallest(component), small))
        choice = protected(component, audit)
        masked = [place for place, level in enumerate(choice.levels) if level == MASKED]
        ours += len(Audit(component, highs).failing(choice.levels, masked)) + len(choice.exposed)
    assert primary > 80
    assert left_open > primary / 20
    assert ours == 0


def optimum(component: Component, auditor: Auditor, most: int) -> int:
    """The fewest further cells that will do, by trying every choice of fewer than ``most``."""
    least = [item.least for item in component.items]
    free = [place for place, level in enumerate(least) if level != MASKED]

    def holds(chosen: tuple[int, ...]) -> bool:
        levels = [MASKED if place in chosen else level for place, level in enumerate(least)]
        masked = [place for place, level in enumerate(levels) if level]
        return not auditor.failing(levels, masked, first=True)

    sizes = (size for size in range(most) for chosen in combinations(free, size) if holds(chosen))
    return next(sizes, most)


SMALL = [({"r": 6, "s": 2}, 1), ({"r": 3, "s": 2}, 2), ({"r": 2, "s": 2}, 2)]


def measured(seed: int, shape: int) -> Iterator[tuple[int, int]]:
    """Cells hidden beyond the primary ones, ours and the fewest that will do; nothing where none need be."""
    draw = random.Random(seed)
    dimensions, deepest = SMALL[shape]
    one = made(draw, dimensions, deepest, people=draw.choice((15, 25, 60)))
    component = whole(one)
    ours = masks([one], solver=highs).complementary
    if 0 < ours <= 5:
        closed = star_of(component)
        yield ours, optimum(component, closed or Audit(component, highs), ours)


@pytest.mark.parametrize("shape", range(len(SMALL)))
def test_at_most_half_as_many_again_as_the_fewest_that_will_do(shape: int):
    found = [pair for seed in range(10) for pair in measured(seed, shape)]
    assert found
    assert all(ours <= 1.5 * fewest for ours, fewest in found)


def test_of_equal_choices_the_smaller_groups_go_and_everybody_goes_last():
    one = table(cell("", 30, 63), cell("a=1", 28, 60), cell("a=2", 2, 3), cell("b=1", 15, 31), cell("b=2", 15, 32))
    levels = {mask.group: mask.kind for mask in masks([one]).masks}
    assert levels == {"": "open", "a=1": "hidden", "a=2": "hidden", "b=1": "open", "b=2": "open"}
