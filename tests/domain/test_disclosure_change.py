"""Two releases are never subtracted."""

import pytest
from disclosure_made import cell, table

from registry.domain.disclosure import Cell, Table
from registry.domain.disclosure_cells import Earlier
from registry.domain.disclosure_change import Delay, delayed, waiting
from registry.domain.disclosure_masks import masks
from registry.domain.disclosure_tables import Nested


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


def place(community: str, *cells: Cell) -> Table:
    return table(*cells, community=community)


def shown_whole(*tables: Table) -> list[Earlier]:
    return [Earlier(release="r1", table=one, masks=masks([one]).masks) for one in tables]


def named(*tables: Table) -> dict[tuple[str, str, str], Table]:
    return {(one.community, one.variant, one.period): one for one in tables}


COUNTY = place("county", cell("", 100, 200))
NORTH, SOUTH = place("north", cell("", 50, 100)), place("south", cell("", 50, 100))
NESTED = [Nested(("county", "v"), (name, "v")) for name in ("north", "south")]


def waiting_places(*now: Table, nested: list[Nested] = NESTED) -> set[str]:
    return {community for community, *_ in waiting(named(*now), shown_whole(COUNTY, NORTH, SOUTH), nested)}


def test_a_district_that_changed_by_too_little_makes_its_county_and_the_other_districts_wait():
    county, south = place("county", cell("", 121, 241)), place("south", cell("", 51, 101))
    north = place("north", cell("", 70, 140))
    assert waiting_places(county, north, south) == {"county", "north", "south"}
    assert waiting_places(county, north, south, nested=[]) == {"south"}


def test_places_that_all_changed_by_many_are_shown():
    county = place("county", cell("", 140, 280))
    north, south = place("north", cell("", 70, 140)), place("south", cell("", 70, 140))
    assert waiting_places(county, north, south) == set()


def test_a_change_of_a_hidden_district_counts_by_what_is_left_of_its_county():
    """North's change and its county's are many people, but three in the south stand between them."""
    county, north = place("county", cell("", 121, 243)), place("north", cell("", 70, 140))
    hidden = [Earlier(release="r1", table=SOUTH, masks=())]
    found = waiting(
        named(county, north, place("south", cell("", 51, 103))), shown_whole(COUNTY, NORTH) + hidden, NESTED
    )
    assert {community for community, *_ in found} == {"county", "north", "south"}


def test_a_place_that_no_release_had_yet_waits_for_nobody():
    county, west = place("county", cell("", 101, 201)), place("west", cell("", 30, 60))
    nested = [*NESTED, Nested(("county", "v"), ("west", "v"))]
    assert waiting_places(county, NORTH, SOUTH, west, nested=nested) == {"county", "north", "south"}
