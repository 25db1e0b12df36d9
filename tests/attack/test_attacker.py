"""The attacker finds all that can be found and nothing that cannot, before anybody trusts her with the product."""

from collections.abc import Iterable, Mapping
from random import Random

import msgspec
import pytest

from tests.attack.attacker import Attack, attack
from tests.attack.every_world import possible
from tests.attack.masking import Mask, masked_by_rule, next_smallest, told_under
from tests.attack.random_tables import table
from tests.attack.world import Cell, Figures, Rule, Said, Stage, World

ENDLESS = Rule(n=10**9, x=10**9)
"""A rule that nothing fulfils: every cell that was not told is named with all that it can be."""
TINY = Rule(n=3, x=2)


def place(figures: Mapping[str, tuple[int, int]], community: str = "place") -> dict[Cell, Figures]:
    """One table of one community."""
    return {Cell(community, "measure", "SY2018-19", group): Figures(*entry) for group, entry in figures.items()}


def hidden(world: World, *groups: str) -> dict[Cell, Mask]:
    """The cells of those groups, in every community."""
    return {cell: None for stage in world.stages for cell in stage.figures if cell.group in groups}


def said_of(world: World, masks: Mapping[Cell, Mask], stage: int = 0) -> list[Said]:
    return list(told_under(world.stages[stage], masks, stage))


def found(result: Attack) -> dict[str, tuple[str, int, int]]:
    """What was found, group by group."""
    return {breach.cell.group: (breach.owed, breach.low, breach.high) for breach in result.breaches}


ONE_WAY = {"": (100, 50), "race=a": (60, 30), "race=b": (37, 18), "race=c": (3, 2)}


def test_total_minus_the_shown_parts_gives_the_hidden_three():
    world = World((Stage(place(ONE_WAY)),))
    assert found(attack(world, said_of(world, hidden(world, "race=c")))) == {"race=c": ("size", 3, 3)}


def test_two_hidden_parts_of_forty_people_stay_open():
    world = World((Stage(place(ONE_WAY)),))
    assert attack(world, said_of(world, hidden(world, "race=b", "race=c"))) == Attack(hidden=2, breaches=())


def test_two_hidden_parts_of_too_few_people_are_both_found():
    world = World((Stage(place({"": (100, 50), "race=a": (92, 46), "race=b": (5, 2), "race=c": (3, 2)})),))
    told = said_of(world, hidden(world, "race=b", "race=c"))
    assert found(attack(world, told)) == {"race=b": ("size", 0, 8), "race=c": ("size", 0, 8)}


def test_where_empty_cells_are_told_apart_a_hidden_one_is_known_to_hold_somebody():
    world = World((Stage(place({**ONE_WAY, "": (70, 36), "race=b": (7, 4), "race=d": (0, 0)})),))
    masks = hidden(world, "race=b", "race=c")
    assert found(attack(world, said_of(world, masks))) == {"race=b": ("size", 1, 9), "race=c": ("size", 1, 9)}
    assert found(attack(world, said_of(world, hidden(world, "race=b", "race=c", "race=d")))) == {}


def test_overlapping_dimensions_give_away_what_each_alone_would_not():
    """Two hidden in each row and column of a table, but a corner hidden alone in its column."""
    groups = {(race, sex): (30, 15) for race in "abc" for sex in "fm"} | {("c", "f"): (4, 1)}
    cells = {f"race={race};sex={sex}": figures for (race, sex), figures in groups.items()}
    for names, at in ((("a", "b", "c"), 0), (("f", "m"), 1)):
        for name in names:
            parts = [figures for key, figures in groups.items() if key[at] == name]
            cells[f"{('race', 'sex')[at]}={name}"] = (sum(n for n, _ in parts), sum(x for _, x in parts))
    cells[""] = (sum(n for n, _ in groups.values()), sum(x for _, x in groups.values()))
    world = World((Stage(place(cells)),))
    square = ("race=a;sex=f", "race=a;sex=m", "race=c;sex=f", "race=c;sex=m")
    assert found(attack(world, said_of(world, hidden(world, *square)))) == {}
    assert set(found(attack(world, said_of(world, hidden(world, *square[1:]))))) == set(square[1:])


def test_percent_times_people_gives_the_numerator():
    world = World((Stage(place({"": (400, 200), "race=a": (370, 198), "race=b": (30, 2)})),))
    group = Cell("place", "measure", "SY2018-19", "race=b")
    rest = said_of(world, {group: None})
    coded = Said(exit="release", stage=0, cells=(group,), n=30, low=0.0, high=20.0)
    assert found(attack(world, [*rest, coded])) == {"race=b": ("numerator", 2, 2)}
    told = Said(exit="chart", stage=0, cells=(group,), value=6.66666666667)
    alone = [entry for entry in rest if entry.cells[0].group == ""]
    assert found(attack(world, [*alone, coded, told])) == {"race=b": ("told", 2, 2), "race=a": ("size", 370, 370)}


def test_a_percent_alone_tells_by_what_the_people_are_divided():
    world = World((Stage(place({"": (60, 20), "race=a": (53, 19), "race=b": (7, 1)})),))
    group = Cell("place", "measure", "SY2018-19", "race=b")
    everybody = Said(exit="release", stage=0, cells=(group._replace(group=""),), n=60)
    result = attack(world, [everybody, Said(exit="chart", stage=0, cells=(group,), value=14.2857142857)])
    sizes = [breach for breach in result.breaches if breach.owed == "size" and breach.cell == group]
    assert [(breach.low, breach.high) for breach in sizes] == [(0, 56)]


def test_a_range_that_the_margin_cuts_short_is_found():
    """Of 60 people 3 to 9 percent: the margin leaves one child, so the range of 0 to 6 tells it."""
    world = World((Stage(place({"": (200, 101), "race=a": (140, 100), "race=b": (60, 1)})),))
    masks: dict[Cell, Mask] = dict.fromkeys(hidden(world, "race=b"), (0, 6))
    assert found(attack(world, said_of(world, masks))) == {"race=b": ("numerator", 1, 1)}


def test_a_numerator_at_the_end_of_its_range_is_found():
    """Two coded parts share what is left, 12 of the numerator: each range starts where the other's ends."""
    world = World((Stage(place({"": (220, 72), "race=a": (100, 60), "race=b": (60, 6), "race=c": (60, 6)})),))
    masks: dict[Cell, Mask] = dict.fromkeys(hidden(world, "race=b", "race=c"), (0, 6))
    assert found(attack(world, said_of(world, masks))) == {"race=b": ("numerator", 6, 6), "race=c": ("numerator", 6, 6)}


def nested() -> World:
    return World(
        (Stage(place({"": (105, 60)}, "county") | place({"": (98, 56)}, "north") | place({"": (7, 4)}, "south")),),
        holds={"county": ("north", "south")},
    )


def test_places_give_away_the_one_that_is_hidden():
    world = nested()
    south = {cell: None for cell in world.stages[0].figures if cell.community == "south"}
    assert [breach.cell.community for breach in attack(world, said_of(world, south)).breaches] == ["south"]


def test_an_editor_knows_her_own_cells_and_finds_what_others_do_not():
    world = nested()
    masks = {cell: None for cell in world.stages[0].figures if cell.community != "county"}
    told = said_of(world, masks)
    assert attack(world, told).breaches == ()
    assert [breach.cell.community for breach in attack(world, told, own=["north"]).breaches] == ["south"]
    assert [breach.cell.community for breach in attack(world, told, own=["south"]).breaches] == ["north"]
    assert attack(world, told, own=["north", "south"]).breaches == ()


def test_the_network_minus_the_others_gives_a_hidden_place():
    stage = Stage(place({"": (50, 20)}, "east") | place({"": (6, 3)}, "west") | place({"": (80, 31)}, "middle"))
    world = World((stage,))
    cells = tuple(stage.figures)
    masks = {cell: None for cell in cells if cell.community == "west"}
    pooled = Said(exit="rollup", stage=0, cells=cells, n=136, x=54)
    assert found(attack(world, said_of(world, masks))) == {}
    assert found(attack(world, [*said_of(world, masks), pooled])) == {"": ("size", 6, 6)}


def test_an_earlier_release_gives_away_what_a_later_one_hides():
    world = World((Stage(place(ONE_WAY)), Stage(place(ONE_WAY))))
    first, second = (
        said_of(world, hidden(world, "race=a", "race=c")),
        said_of(world, hidden(world, "race=b", "race=c"), 1),
    )
    assert found(attack(world, first)) == found(attack(world, second)) == {}
    assert found(attack(world, [*first, *second])) == {"race=c": ("size", 3, 3)}


def test_an_earlier_figure_of_a_revised_cell_gives_away_nothing_else():
    world = World((Stage(place(ONE_WAY)), Stage(place({**ONE_WAY, "": (120, 60), "race=a": (80, 40)}))))
    masks = hidden(world, "race=b", "race=c")
    assert found(attack(world, [*said_of(world, masks), *said_of(world, masks, 1)])) == {}


def test_two_releases_that_differ_by_one_child_tell_that_child():
    world = World((Stage(place({"": (100, 50)})), Stage(place({"": (101, 51)}))))
    told = [*said_of(world, {}), *said_of(world, {}, 1)]
    assert found(attack(world, told)) == {"": ("difference", 1, 1)}
    assert found(attack(world, told[:1])) == {}


def test_a_table_that_keeps_its_earlier_figures_tells_nothing_new_unless_others_do():
    """The south gains three children. Its own table keeps still, but the county's, which holds it, does not."""
    held = place({"": (98, 56)}, "north")
    world = World(
        (
            Stage(place({"": (138, 78)}, "county") | held | place({"": (40, 22)}, "south")),
            Stage(place({"": (141, 81)}, "county") | held | place({"": (43, 25)}, "south")),
        ),
        holds={"county": ("north", "south")},
    )
    first = said_of(world, {})
    again = [Said(exit=entry.exit, stage=1, cells=entry.cells, n=entry.n, value=entry.value) for entry in first]
    assert attack(world, [*first, *again]).breaches == ()
    moved = [entry for entry in said_of(world, {}, 1) if entry.cells[0].community == "county"]
    kept = [entry for entry in again if entry.cells[0].community != "county"]
    result = attack(world, [*first, *kept, *moved])
    assert {(breach.owed, breach.cell.community, breach.low, breach.high) for breach in result.breaches} >= {
        ("difference", "county", 3, 3),
        ("difference", "south", 3, 3),
    }


def test_what_is_not_true_is_noticed_before_it_proves_anything():
    world = World((Stage(place(ONE_WAY)),))
    with pytest.raises(AssertionError, match="not true"):
        attack(world, [Said(exit="release", stage=0, cells=(next(iter(world.stages[0].figures)),), n=99)])


SHAPES = {
    "one way": ({"race": "abc"}, 1, (0, 1, 2, 3, 4, 5), 25),
    "two ways": ({"race": "ab", "sex": "fm"}, 2, (0, 1, 2, 3, 4), 25),
    "three ways": ({"race": "ab", "sex": "fm", "disability": "no"}, 3, (0, 1, 2), 6),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_range_is_what_counting_out_all_tables_gives(shape: str):
    categories, ways, sizes, tables = SHAPES[shape]
    narrow = 0
    for seed in range(tables):
        chance = Random(seed)
        world = table(chance, {name: list(parts) for name, parts in categories.items()}, ways=ways, sizes=sizes)
        stage = world.stages[0]
        masks = masked_by_rule(stage, TINY) | {
            cell: None for cell in stage.figures if cell.group and chance.random() < 0.15
        }
        masks = {cell: mask for cell, mask in masks.items() if cell.group}
        said = said_of(world, masks)
        everybody = stage.figures[Cell("place", "measure", "SY2018-19", "")].n
        empty = {cell for cell, figures in stage.figures.items() if not figures.n}
        told_apart = bool(empty) and not empty & masks.keys()
        open_to = possible(list(stage.figures), said, everybody, least=int(told_apart))
        result = attack(msgspec.structs.replace(world, rule=ENDLESS), said)
        for breach in result.breaches:
            if breach.owed != "told":
                values = open_to[breach.cell][0 if breach.owed == "size" else 1]
                assert (breach.low, breach.high) == (min(values), max(values)), (seed, breach)
                assert len(values) == breach.high - breach.low + 1, "a range with holes"
                narrow += 1
    assert narrow > 20


def opened(tables: Iterable[World], *, common: bool) -> tuple[int, int]:
    """How many cells the rule hides, and how many of those are found, with one more cell hidden as is common practice or without."""
    hidden_cells, open_cells = 0, 0
    for world in tables:
        own = masked_by_rule(world.stages[0], world.rule)
        masks = next_smallest(world, world.stages[0], own) if common else own
        said = [entry for entry in said_of(world, masks) if not entry.empty]
        found_cells = {breach.cell for breach in attack(world, said).breaches}
        by_rule = {cell for cell, mask in own.items() if mask is None}
        hidden_cells += len(by_rule)
        open_cells += len(by_rule & found_cells)
    return hidden_cells, open_cells


def test_with_the_rule_alone_most_hidden_cells_of_random_tables_are_found():
    """The field's own figure (229 of 760 open in random 6 by 5 tables under common practice), in kind."""
    categories = {"race": list("abcdef"), "sex": list("vwxyz")}
    tables = [table(Random(seed), categories, ways=2, sizes=range(41)) for seed in range(60)]
    alone, practice = opened(tables, common=False), opened(tables, common=True)
    assert alone[0] == practice[0] > 300
    assert alone[1] > 0.6 * alone[0]
    assert 0.2 * practice[0] < practice[1] < alone[1]
