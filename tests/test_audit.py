"""What HiGHS answers is in whole numbers and extreme."""

import random
from itertools import product

import pytest

from registry.audit import highs
from registry.domain.disclosure_part import WITHOUT_END, Program


def asked(*columns: int) -> dict[int, int]:
    """The plain sum of these columns."""
    return dict.fromkeys(columns, 1)


def test_an_answer_is_at_the_end_of_what_is_possible():
    model = highs(Program(((0, 9), (0, 9)), ((((0, 1), (1, 1)), (12, 12)),)))
    least, most = model.extreme(asked(0), largest=False), model.extreme(asked(0), largest=True)
    assert (least.end, least.values) == (3, (3, 9))
    assert (most.end, most.values) == (9, (9, 3))
    assert model.extreme({0: 1, 1: -1}, largest=True).end == 6


def odd_cycle(column: tuple[int, int], row: tuple[int, int]) -> Program:
    pairs = (((0, 1), (1, 1)), ((1, 1), (2, 1)), ((0, 1), (2, 1)))
    return Program((column,) * 3, tuple((pair, row) for pair in pairs))


def test_where_the_linear_program_is_not_whole_it_bounds_the_integer_program():
    every = asked(0, 1, 2)
    model = highs(odd_cycle((0, 3), (0, 3)))
    most = model.extreme(every, largest=True)
    assert (most.end, most.values) == (4, None)
    assert sum(model.whole(every, largest=True)) == 4
    assert model.extreme(every, largest=True) == most
    assert sum(highs(odd_cycle((0, 1), (0, 1))).whole(every, largest=True)) == 1
    assert highs(odd_cycle((0, 3), (0, 4))).extreme(every, largest=True).values == (2, 2, 2)


def test_only_limits_that_hold_an_answer_are_named():
    rows = ((((0, 1), (1, 1)), (12, 12)), (((1, 1), (2, 1)), (0, WITHOUT_END)))
    most = highs(Program(((0, 9), (0, 9), (0, 9)), rows)).extreme(asked(1), largest=True)
    assert most.end == 9
    assert (most.columns, set(most.rows)) in (({1}, set()), ({0}, {0}))


def test_what_has_no_solution_is_no_answer():
    model = highs(Program(((0, 3),), ((((0, 1),), (5, 5)),)))
    for ask in (model.extreme, model.whole):
        with pytest.raises(ArithmeticError):
            ask(asked(0), largest=True)


@pytest.mark.parametrize("seed", range(30))
def test_answers_are_those_of_trying_everything(seed: int):
    draw = random.Random(seed)
    rows = tuple(tuple((column, draw.choice((-1, 1))) for column in draw.sample(range(4), 3)) for _ in range(3))
    true = [draw.randint(0, 4) for _ in range(4)]
    sums = [sum(factor * true[column] for column, factor in row) for row in rows]
    spans = [(total - draw.randint(0, 1), total) for total in sums]
    model = highs(Program(((0, 4),) * 4, tuple(zip(rows, spans, strict=True))))
    worlds = [
        world
        for world in product(range(5), repeat=4)
        if all(
            low <= sum(factor * world[column] for column, factor in row) <= high
            for row, (low, high) in zip(rows, spans, strict=True)
        )
    ]
    for columns in ([0], [1, 2], [3]):
        for largest, best in ((True, max), (False, min)):
            end = best(sum(world[column] for column in columns) for world in worlds)
            linear = model.extreme(asked(*columns), largest=largest)
            assert linear.end == end if linear.values else best(linear.end, end) == linear.end
            for found in (
                linear.values or model.whole(asked(*columns), largest=largest),
                model.whole(asked(*columns), largest=largest),
            ):
                assert found in worlds
                assert sum(found[column] for column in columns) == end
