"""What is remembered of earlier answers changes no later one."""

import random

import pytest
from disclosure_made import cell, made, table

from registry.audit import highs
from registry.domain.disclosure_audit import CODED, MASKED, SHOWN, Component, Item, Level
from registry.domain.disclosure_cells import cells_of, components, sums_of
from registry.domain.disclosure_program import Audit
from registry.domain.disclosure_proofs import Proofs
from registry.domain.disclosure_tables import Figures, Nested


def county(draw: random.Random) -> Component:
    """A county and the two districts that make it up, by two dimensions."""
    held = [made(draw, {"r": 3, "s": 2}, 2, people=30, community=name) for name in ("east", "north")]
    counts: dict[str, tuple[int, int]] = {}
    for entry in (entry for one in held for entry in one.cells):
        inside, size = counts.get(entry.group, (0, 0))
        counts[entry.group] = inside + (entry.numerator or 0), size + (entry.denominator or 0)
    whole = table(*(cell(group, *pair) for group, pair in sorted(counts.items())), community="county")
    nested = [Nested(("county", "v"), (one.community, "v")) for one in held]
    tables = [whole, *held]
    (found,) = components(cells_of(tables, []).items, sums_of(tables, nested, []))
    return found


def wandering(draw: random.Random, component: Component, steps: int) -> list[list[Level]]:
    """One choice after the other, each a cell or two from the last."""
    levels = [MASKED if draw.random() < 0.4 else item.least for item in component.items]
    found = [levels]
    for _ in range(steps):
        levels = list(levels)
        for place in draw.sample(range(len(levels)), draw.choice((1, 1, 2))):
            levels[place] = component.items[place].least if levels[place] == MASKED else MASKED
        found.append(levels)
    return found


def alone(draw: random.Random) -> Component:
    """One table, which only the public reads."""
    one = made(draw, {"r": 4, "s": 3}, 2, people=draw.choice((15, 40, 200)))
    (found,) = components(cells_of([one], []).items, sums_of([one], [], []))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_an_audit_that_has_seen_other_choices_answers_as_a_fresh_one(seed: int):
    draw = random.Random(seed)
    component = alone(draw)
    seasoned = Audit(component, highs)
    narrow = 0
    for levels in wandering(draw, component, 25):
        masked = [place for place, level in enumerate(levels) if level != SHOWN]
        found = [one.place for one in seasoned.failing(levels, masked)]
        assert found == [one.place for one in Audit(component, highs).failing(levels, masked)]
        assert [one.place in found for one in seasoned.failing(levels, masked, first=True)] == [True] * bool(found)
        narrow += len(found)
    assert narrow > 0


@pytest.mark.parametrize("seed", range(6))
def test_what_is_named_as_near_must_be_hidden_for_a_cell_to_come_out_wide(seed: int):
    draw = random.Random(seed)
    component = county(draw)
    levels = wandering(draw, component, 0)[0]
    masked = [place for place, level in enumerate(levels) if level != SHOWN]
    for narrow in Audit(component, highs).failing(levels, masked):
        far = [
            MASKED if place not in narrow.near and place != narrow.place else level
            for place, level in enumerate(levels)
        ]
        again = Audit(component, highs).failing(far, [narrow.place])
        assert [one.place for one in again] == [narrow.place]


def item(people: int, numerator: int, **more: int) -> Item:
    figures = Figures(("a", "v", "SY2018-19", ""), people, numerator)
    return Item(figures=figures, minimum_n=10, minimum_numerator=3, **more)


def test_a_world_counts_while_every_cell_that_moves_is_masked_enough():
    proofs = Proofs([item(40, 2, least=CODED, high=4), item(8, 4), item(9, 5)])
    proofs.add_world({0: (0, 40), 1: (6, 12)})
    proofs.add_world({0: (3, 37), 1: (0, 8), 2: (5, 4)})
    for known, wide in (
        ([CODED, MASKED, SHOWN], True),
        ([MASKED, MASKED, MASKED], True),
        ([SHOWN, MASKED, MASKED], False),
    ):
        assert proofs.wide(1, MASKED, "people", proofs.opened(known)) is wide


def test_a_bound_holds_while_nothing_that_keeps_it_is_masked_more():
    proofs = Proofs([item(40, 2, least=CODED, high=4), item(8, 4), item(9, 5)])
    bound = proofs.add_bound(1, "people", [CODED, MASKED, SHOWN], {0, 1, 2})
    assert bound.near == {0, 2}
    for known, holds in (
        ([CODED, MASKED, SHOWN], True),
        ([SHOWN, MASKED, SHOWN], True),
        ([MASKED, MASKED, SHOWN], False),
        ([CODED, MASKED, CODED], False),
    ):
        assert list(proofs.narrow(1, MASKED, "people", proofs.opened(known))) == [bound] * holds
