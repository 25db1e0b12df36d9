"""What HiGHS answers is in whole numbers and extreme."""

import random
from itertools import product

import pytest

from registry.audit import highs
from registry.domain.disclosure_part import Program


def test_an_answer_is_at_the_end_of_what_is_possible():
    model = highs(Program(2, (((0, 1), (1, 1)),)))
    model.limit([(0, 9), (0, 9)], [(12, 12)])
    least, most = model.extreme([0], largest=False), model.extreme([0], largest=True)
    assert (least.end, least.values) == (3, (3, 9))
    assert (most.end, most.values) == (9, (9, 3))


def test_where_the_linear_program_is_not_whole_it_bounds_the_integer_program():
    odd_cycle = Program(3, (((0, 1), (1, 1)), ((1, 1), (2, 1)), ((0, 1), (2, 1))))
    model = highs(odd_cycle)
    model.limit([(0, 3)] * 3, [(0, 3)] * 3)
    most = model.extreme([0, 1, 2], largest=True)
    assert (most.end, most.values) == (4, None)
    assert sum(model.whole([0, 1, 2], largest=True)) == 4
    model.limit([(0, 1)] * 3, [(0, 1)] * 3)
    assert model.extreme([0, 1, 2], largest=True).end == 1
    assert sum(model.whole([0, 1, 2], largest=True)) == 1
    model.limit([(0, 3)] * 3, [(0, 4)] * 3)
    assert sum(model.extreme([0, 1, 2], largest=True).values) == 6


def test_only_limits_that_hold_an_answer_are_named():
    model = highs(Program(3, (((0, 1), (1, 1)), ((1, 1), (2, 1)))))
    model.limit([(0, 9), (0, 9), (0, 9)], [(12, 12), (0, 99)])
    most = model.extreme([1], largest=True)
    assert most.end == 9
    assert (most.columns, most.rows) in (({1}, set()), ({0}, {0}))


def test_limits_may_change_between_questions():
    model = highs(Program(2, (((0, 1), (1, -1)),)))
    model.limit([(0, 5), (4, 4)], [(0, 0)])
    assert model.extreme([0], largest=True).values == (4, 4)
    model.limit([(0, 5), (0, 5)], [(-2, 0)])
    assert model.extreme([1], largest=True).values[1] == 5


def test_what_has_no_solution_is_no_answer():
    model = highs(Program(1, (((0, 1),),)))
    model.limit([(0, 3)], [(5, 5)])
    for asked in (model.extreme, model.whole):
        with pytest.raises(ArithmeticError):
            asked([0], largest=True)


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
            end = best(sum(world[column] for column in columns) for world in worlds)
            linear = model.extreme(columns, largest=largest)
            assert linear.end == end if linear.values else best(linear.end, end) == linear.end
            for found in (
                linear.values or model.whole(columns, largest=largest),
                model.whole(columns, largest=largest),
            ):
                assert found in worlds
                assert sum(found[column] for column in columns) == end
