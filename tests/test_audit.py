"""What HiGHS answers is in whole numbers and extreme."""

import random
from itertools import product

import pytest

from registry.audit import highs
from registry.domain.disclosure_program import Program


def test_an_answer_is_at_the_end_of_what_is_possible():
    model = highs(Program(2, (((0, 1), (1, 1)),)))
    model.limit([(0, 9), (0, 9)], [(12, 12)])
    assert model.extreme([0], largest=False).values == (3, 9)
    assert model.extreme([0], largest=True).values == (9, 3)


def test_where_the_linear_program_is_not_whole_the_integer_program_is_solved():
    odd_cycle = Program(3, (((0, 1), (1, 1)), ((1, 1), (2, 1)), ((0, 1), (2, 1))))
    model = highs(odd_cycle)
    model.limit([(0, 1)] * 3, [(0, 1)] * 3)
    assert sum(model.extreme([0, 1, 2], largest=True).values) == 1
    model.limit([(0, 3)] * 3, [(0, 4)] * 3)
    assert sum(model.extreme([0, 1, 2], largest=True).values) == 6


def test_limits_may_change_between_questions():
    model = highs(Program(2, (((0, 1), (1, -1)),)))
    model.limit([(0, 5), (4, 4)], [(0, 0)])
    assert model.extreme([0], largest=True).values == (4, 4)
    model.limit([(0, 5), (0, 5)], [(-2, 0)])
    assert model.extreme([1], largest=True).values[1] == 5


def test_what_has_no_solution_is_no_answer():
    model = highs(Program(1, (((0, 1),),)))
    model.limit([(0, 3)], [(5, 5)])
    with pytest.raises(ArithmeticError):
        model.extreme([0], largest=True)


@pytest.mark.parametrize("seed", range(30))
def test_answers_are_those_of_trying_everything(seed: int):
    draw = random.Random(seed)
    rows = tuple(tuple((column, draw.choice((-1, 1))) for column in draw.sample(range(4), 3)) for _ in range(3))
    true = [draw.randint(0, 4) for _ in range(4)]
    sums = [sum(factor * true[column] for column, factor in row) for row in rows]
    spans = [(total - draw.randint(0, 1), total) for total in sums]
    model = highs(Program(4, rows))
    model.limit([(0, 4)] * 4, spans)
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
            found = model.extreme(columns, largest=largest).values
            assert found in worlds
            assert sum(found[column] for column in columns) == best(
                sum(world[column] for column in columns) for world in worlds
            )
