"""The audit finds exactly the cells that an attacker can narrow: by the closed form, by programs, and by an attacker of another make."""

import random

import pytest
from disclosure_made import Attacker, made

from registry.audit import highs
from registry.domain.disclosure import Kind, Table, primary
from registry.domain.disclosure_audit import CODED, MASKED, SHOWN, Component, Item, Level, Spans, star_of, wide
from registry.domain.disclosure_cells import Mask, cells_of, components, sums_of
from registry.domain.disclosure_program import Audit
from registry.domain.disclosure_tables import Figures

KINDS: tuple[Kind, ...] = ("open", "coded", "hidden")


def whole(one: Table) -> Component:
    (component,) = components(cells_of([one], []).items, sums_of([one], [], []))
    return component


def drawn(draw: random.Random, component: Component, *, margin: bool) -> tuple[Level, ...]:
    """Some of the cells hidden beyond what must be."""
    shown = [item.least if draw.random() < 0.7 else MASKED for item in component.items]
    everybody = next(place for place, item in enumerate(component.items) if not item.figures.key[3])
    return tuple(
        level if margin or place != everybody else component.items[place].least for place, level in enumerate(shown)
    )


def masks_of(one: Table, component: Component, levels: tuple[Level, ...]) -> list[Mask]:
    of_group = {item.figures.key[3]: (item, level) for item, level in zip(component.items, levels, strict=True)}
    found = []
    for entry in one.cells:
        item, level = of_group[entry.group]
        low, high = (item.low, item.high) if level == CODED else (None, None)
        found.append(
            Mask(
                community="a", variant="v", period=one.period, group=entry.group, kind=KINDS[level], low=low, high=high
            )
        )
    return found


def narrowed(one: Table, component: Component, levels: tuple[Level, ...]) -> list[str]:
    return sorted({name[3] for name, _, _ in Attacker([one], masks_of(one, component, levels)).narrow()})


def audited(component: Component, levels: tuple[Level, ...], *, closed: bool) -> list[str]:
    auditor = star_of(component) if closed else Audit(component, highs)
    assert auditor is not None
    masked = [place for place, level in enumerate(levels) if level != SHOWN]
    found = [one.place for one in auditor.failing(levels, masked)]
    first = [one.place for one in auditor.failing(levels, masked, first=True)]
    assert set(first) <= set(found)
    assert len(first) == min(1, len(found))
    return sorted(component.items[place].figures.key[3] for place in found)


@pytest.mark.parametrize("seed", range(24))
def test_the_closed_form_finds_what_programs_and_the_attacker_find(seed: int):
    draw = random.Random(seed)
    one = made(draw, {"r": 4, "s": 2}, 1, people=draw.choice((15, 40, 200)), unknown=draw.choice((0, 0.1)))
    component = whole(one)
    if component.items[0].least == MASKED:
        return
    levels = drawn(draw, component, margin=False)
    found = audited(component, levels, closed=True)
    assert found == audited(component, levels, closed=False) == narrowed(one, component, levels)


@pytest.mark.parametrize(("dimensions", "deepest"), [({"r": 3, "s": 2}, 2), ({"r": 2, "s": 2, "e": 2}, 3)])
@pytest.mark.parametrize("seed", range(8))
def test_programs_find_what_the_attacker_finds(seed: int, dimensions: dict[str, int], deepest: int):
    draw = random.Random(seed)
    one = made(draw, dimensions, deepest, people=draw.choice((15, 40, 200)), unknown=draw.choice((0, 0.1)))
    component = whole(one)
    levels = drawn(draw, component, margin=True)
    assert audited(component, levels, closed=False) == narrowed(one, component, levels)


def item(people: int, numerator: int | None, low: int = 0, high: int = 0) -> Item:
    figures = Figures(("a", "v", "SY2018-19", ""), people, numerator)
    return Item(figures=figures, minimum_n=10, minimum_numerator=3, low=low, high=high)


@pytest.mark.parametrize(
    ("numerator", "span", "enough"),
    [
        (0, (0, 2), True),
        (0, (0, 1), False),
        (2, (0, 4), True),
        (2, (0, 2), False),
        (2, (2, 4), False),
        (4, (2, 4), True),
        (4, (4, 4), False),
        (3, (1, 3), False),
    ],
)
def test_a_coded_numerator_has_room_at_both_ends_but_for_those_of_its_code(
    numerator: int, span: tuple[int, int], enough: bool
):
    spans = Spans((40, 40), span, (40 - span[1], 40 - span[0]))
    assert wide(item(40, numerator, 0, 4), CODED, spans) is enough


@pytest.mark.parametrize(
    ("people", "numerator", "rest", "enough"),
    [
        ((0, 9), (0, 5), (0, 9), True),
        ((1, 9), (0, 5), (0, 9), False),
        ((0, 30), (0, 1), (0, 30), False),
        ((0, 30), (0, 30), (4, 5), False),
    ],
)
def test_a_hidden_group_is_open_in_its_size_and_in_both_its_sides(
    people: tuple[int, int], numerator: tuple[int, int], rest: tuple[int, int], enough: bool
):
    assert wide(item(8, 4), MASKED, Spans(people, numerator, rest)) is enough
    assert wide(item(8, None), MASKED, Spans(people, people, (0, 0))) is (people == (0, 9) or people == (0, 30))


def test_a_table_whose_everybody_is_too_small_is_no_star():
    one = made(random.Random(3), {"r": 2}, 1, people=2)
    assert primary(one.cells[0], one.rule).kind == "hidden"
    assert star_of(whole(one)) is None
