"""What a cell may show by itself."""

import pytest
from disclosure_made import cell

from registry.domain.disclosure import HIDDEN, OPEN, MaskRule, Primary, code_of, code_width, counted, people, primary

PERCENT = MaskRule(unit="percent")


@pytest.mark.parametrize(
    ("group", "inside", "size", "shown"),
    [
        ("", 5, 9, HIDDEN),
        ("sex=male", 5, 10, OPEN),
        ("sex=male", 0, 10, Primary("coded", 0, 3)),
        ("sex=male", 3, 10, Primary("coded", 0, 3)),
        ("sex=male", 4, 10, OPEN),
        ("sex=male", 7, 10, Primary("coded", 7, 10)),
        ("sex=male", 30, 30, Primary("coded", 24, 30)),
        ("sex=male", 2, 60, Primary("coded", 0, 6)),
        ("sex=male", 6, 60, Primary("coded", 0, 6)),
        ("sex=male", 7, 60, OPEN),
        ("", 15, 300, Primary("coded", 0, 15)),
        ("", 4, 400, Primary("coded", 0, 4)),
        ("", 5, 400, OPEN),
        ("", 2, 301, Primary("coded", 0, 3)),
        ("", 4_999, 5_000, Primary("coded", 4_950, 5_000)),
    ],
)
def test_small_groups_are_hidden_and_extremes_coded_by_size(group: str, inside: int, size: int, shown: Primary):
    assert primary(cell(group, inside, size), PERCENT) == shown


@pytest.mark.parametrize("minimum", [3, 5, 10])
def test_every_numerator_under_the_minimum_lies_strictly_inside_a_code_that_others_carry_too(minimum: int):
    for size in (*range(10, 400), 1_000, 54_321):
        for inside in (*range(minimum), *range(size - minimum + 1, size + 1)):
            shown = code_of(inside, size, minimum)
            if shown == HIDDEN:
                assert 2 * code_width(size, minimum) + 1 >= size
                continue
            assert shown.low is not None
            assert shown.high is not None
            assert shown.high - shown.low + 1 > minimum
            assert shown.low < inside or shown.low == 0
            assert inside < shown.high or shown.high == size


@pytest.mark.parametrize("inside", range(11))
def test_where_the_codes_of_both_ends_touch_every_group_of_that_size_is_hidden(inside: int):
    assert code_of(inside, 10, 5) == HIDDEN


def test_all_and_nobody_are_told_apart_from_each_other_but_not_from_their_neighbours():
    assert primary(cell("", 0, 40), PERCENT) == primary(cell("", 2, 40), PERCENT) == Primary("coded", 0, 4)
    assert primary(cell("", 40, 40), PERCENT) == primary(cell("", 38, 40), PERCENT) == Primary("coded", 36, 40)


def test_a_rounded_percent_stands_for_its_numerator():
    assert counted(cell("", None, 40, value=2.5), PERCENT) == 1
    assert primary(cell("", None, 40, value=2.5), PERCENT).kind == "coded"
    assert counted(cell("", None, 40, value=25.0), MaskRule(unit="rate", per=1000)) == 1


def test_a_group_of_unknown_size_is_taken_as_too_small_but_everybody_is_shown():
    assert primary(cell("sex=male", None, None, value=40.0), PERCENT) == HIDDEN
    assert primary(cell("", None, None, value=40.0), PERCENT) == OPEN


def test_what_the_source_keeps_back_is_not_ours_to_hide():
    assert primary(cell("sex=male", None, None), PERCENT) == OPEN


def test_too_few_who_could_be_measured_are_hidden():
    assert primary(cell("", 6, 12, eligible=9), PERCENT) == HIDDEN


@pytest.mark.parametrize("unit", ["mean", "currency", "index"])
def test_a_figure_that_is_no_share_goes_by_its_people_alone(unit: str):
    rule = MaskRule(unit=unit)  # type: ignore[arg-type]
    assert primary(cell("", 0, 10, value=0.0), rule) == OPEN
    assert primary(cell("", 5, 9, value=50.0), rule) == HIDDEN


def test_a_count_is_its_own_number_of_people():
    rule = MaskRule(unit="count")
    assert people(cell("", None, None, value=9.0), rule) == 9
    assert primary(cell("", None, None, value=9.0), rule) == HIDDEN
    assert primary(cell("sex=male", None, None, value=10.0), rule) == OPEN
    assert primary(cell("", None, 200, value=9.0), rule) == OPEN


def test_a_numerator_beyond_its_denominator_is_no_share():
    assert primary(cell("", 30, 20), MaskRule(unit="rate", per=1000)) == OPEN


def test_a_template_may_ask_for_more():
    assert primary(cell("", 10, 19), MaskRule(unit="percent", minimum_n=20)) == HIDDEN
    assert primary(cell("", 5, 100), MaskRule(unit="percent", minimum_numerator=8)) == Primary("coded", 0, 8)
