"""Two releases are never subtracted."""

import pytest
from disclosure_made import cell, table

from registry.domain.disclosure import Table
from registry.domain.disclosure_cells import Earlier
from registry.domain.disclosure_change import Delay, delayed
from registry.domain.disclosure_masks import masks


def released(one: Table, name: str = "r1") -> Earlier:
    return Earlier(release=name, table=one, masks=masks([one]).masks)


BEFORE = table(cell("", 60, 120), cell("sex=female", 30, 70), cell("sex=male", 30, 50))


def test_a_table_that_has_not_changed_is_shown():
    assert delayed([released(BEFORE)], BEFORE) is None


def test_one_student_whose_result_was_corrected_waits():
    after = table(cell("", 61, 120), cell("sex=female", 31, 70), cell("sex=male", 30, 50))
    assert delayed([released(BEFORE)], after) == Delay("r1", ("", "sex=female"))


def test_one_student_who_came_waits():
    after = table(cell("", 60, 121), cell("sex=female", 30, 71), cell("sex=male", 30, 50))
    assert delayed([released(BEFORE)], after) == Delay("r1", ("", "sex=female"))


def test_many_who_came_and_were_corrected_are_shown():
    after = table(cell("", 66, 140), cell("sex=female", 36, 90), cell("sex=male", 30, 50))
    assert delayed([released(BEFORE)], after) is None


def test_a_change_of_what_is_hidden_counts_by_what_is_left_of_its_margin():
    before = table(cell("", 60, 122), cell("race=a", 50, 100), cell("race=b", 5, 12), cell("race=c", 5, 10))
    hidden = Earlier(
        release="r1", table=before, masks=tuple(mask for mask in masks([before]).masks if mask.group in {"", "race=a"})
    )
    after = table(cell("", 75, 152), cell("race=a", 62, 125), cell("race=b", 8, 17), cell("race=c", 5, 10))
    assert delayed([hidden], after) == Delay("r1", ("",))


def test_a_group_that_appears_where_little_else_changed_waits():
    before = table(cell("", 60, 120), cell("race=a", 30, 60))
    after = table(cell("", 65, 130), cell("race=a", 30, 60), cell("race=b", 35, 70))
    assert delayed([released(before)], after) is None
    assert (
        delayed([released(before)], table(cell("", 62, 124), cell("race=a", 30, 60), cell("race=b", 32, 64)))
        is not None
    )


def test_every_earlier_release_is_compared_with():
    far = table(cell("", 90, 180), cell("sex=female", 50, 110), cell("sex=male", 40, 70))
    near_the_first = table(cell("", 60, 121), cell("sex=female", 30, 71), cell("sex=male", 30, 50))
    assert delayed([released(BEFORE), released(far, "r2")], near_the_first) == Delay("r1", ("", "sex=female"))


@pytest.mark.parametrize(("inside", "size"), [(1, 0), (-1, 0), (2, 2), (0, 9), (0, -9), (1, 1)])
def test_no_small_change_of_everybody_passes(inside: int, size: int):
    after = table(cell("", 60 + inside, 120 + size))
    assert delayed([released(table(cell("", 60, 120)))], after) is not None
