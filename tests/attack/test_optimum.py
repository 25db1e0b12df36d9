"""The exact optimum for small tables is what trying every set of cells gives."""

from itertools import chain, combinations
from random import Random

from tests.attack.masking import masked_by_rule, told_under
from tests.attack.optimum import Search, beside_the_rule
from tests.attack.random_tables import table
from tests.attack.world import Cell

EVERYBODY = Cell("place", "measure", "SY2018-19", "")


def smallest_by_trying(search: Search, most: int) -> int | None:
    """The size of the smallest set that is safe, every set tried."""
    sets = chain.from_iterable(combinations(search.free, size) for size in range(most + 1))
    return next((len(cells) for cells in sets if search.found(cells) is None), None)


def test_the_search_finds_what_trying_every_set_of_cells_finds():
    sizes = []
    for seed in range(20):
        ways = 1 + seed % 2
        world = table(Random(seed), {"race": list("abc"), "sex": list("fm")}, ways=ways, sizes=(0, 4, 8, 15, 30, 60))
        masks = masked_by_rule(world.stages[0], world.rule)
        keep = [EVERYBODY] if seed % 3 else []
        search = Search(world, masks, keep)
        best = search.fewest(3)
        assert (None if best is None else len(best)) == smallest_by_trying(search, 3), seed
        assert best is None or search.found(best) is None
        sizes.append(None if best is None else len(best))
    assert {0, 1, 2, 3} <= set(sizes)


def test_what_is_hidden_beside_the_rule_is_counted():
    world = table(Random(1), {"race": list("abcde")}, ways=1, sizes=(0, 5, 40, 60))
    by_rule = masked_by_rule(world.stages[0], world.rule)
    more = [cell for cell, figures in world.stages[0].known() if figures.n >= 40 and cell.group][:1]
    said = list(told_under(world.stages[0], by_rule | dict.fromkeys(more)))
    hidden, masks = beside_the_rule(world, said)
    assert hidden == set(more) != set()
    assert masks == by_rule


def test_a_corner_hidden_alone_takes_three_more_cells():
    """One small cell in a table of two ways: its row, its column and the corner across must be hidden with it."""
    world = table(Random(3), {"race": list("abcd"), "sex": list("fm")}, ways=2, sizes=(60, 80))
    search = Search(world, {EVERYBODY._replace(group="race=b;sex=f"): None}, [EVERYBODY])
    best = search.fewest(4)
    assert best is not None
    assert len(best) == 3
    assert search.found(list(best)[1:]) is not None
