"""Which equations are read off the true cells."""

from disclosure_made import PERCENT, cell, table

from registry.domain.disclosure import MaskRule, Table
from registry.domain.disclosure_tables import Nested, Sum, nested_sums, table_sums


def said(sums: list[Sum]) -> set[tuple[str, str, tuple[str, ...], bool, int]]:
    return {
        (one.quantity, one.margin.key[3], tuple(part.key[3] for part in one.parts), one.slack, one.shift)
        for one in sums
    }


SEXES = ("sex=female", "sex=male")


def test_parts_that_add_up_are_equal_to_their_margin_in_the_numerator_and_the_rest():
    sums = table_sums(table(cell("", 50, 100), cell(SEXES[0], 30, 60), cell(SEXES[1], 20, 40)))
    assert said(sums) == {("numerator", "", SEXES, False, 0), ("rest", "", SEXES, False, 0)}


def test_every_depth_adds_up_over_each_of_its_dimensions():
    cells = [
        cell("", 8, 16),
        cell("a=1", 8, 16),
        cell("b=1", 8, 16),
        cell("a=1;b=1", 8, 16),
        cell("a=1;b=1;c=1", 8, 16),
    ]
    margins = {(margin, parts) for _, margin, parts, _, _ in said(table_sums(table(*cells)))}
    assert margins == {
        ("", ("a=1",)),
        ("", ("b=1",)),
        ("a=1", ("a=1;b=1",)),
        ("b=1", ("a=1;b=1",)),
        ("a=1;b=1", ("a=1;b=1;c=1",)),
    }


def test_people_of_no_stated_category_and_cells_the_source_keeps_back_leave_room():
    unstated = table_sums(table(cell("", 50, 100), cell(SEXES[0], 30, 60), cell(SEXES[1], 20, 35)))
    assert said(unstated) == {("numerator", "", SEXES, True, 0), ("rest", "", SEXES, True, 0)}
    kept_back = table_sums(table(cell("", 50, 100), cell(SEXES[0], 50, 100), cell(SEXES[1], None, None)))
    assert said(kept_back) == {("numerator", "", SEXES[:1], True, 0), ("rest", "", SEXES[:1], True, 0)}


def test_somebody_counted_twice_does_not_undo_an_equation_but_overlapping_categories_do():
    twice = table_sums(table(cell("", 50, 100), cell(SEXES[0], 30, 60), cell(SEXES[1], 20, 41)))
    assert said(twice) == {("numerator", "", SEXES, False, 0), ("rest", "", SEXES, False, 1)}
    assert table_sums(table(cell("", 50, 100), cell(SEXES[0], 30, 60), cell(SEXES[1], 30, 60))) == []


def test_numerators_that_were_rounded_keep_their_equation_and_its_difference():
    sums = table_sums(table(cell("", 50, 100), cell(SEXES[0], 31, 60), cell(SEXES[1], 20, 40)))
    assert said(sums) == {("numerator", "", SEXES, False, 1), ("rest", "", SEXES, False, -1)}


def test_figures_that_are_no_shares_add_their_people_only():
    rule = MaskRule(unit="mean")
    sums = table_sums(
        table(cell("", None, 100, value=1.0), cell(SEXES[0], None, 60, value=1.0), cell(SEXES[1], None, 40), rule=rule)
    )
    assert said(sums) == {("people", "", SEXES, False, 0)}


def test_a_share_that_is_not_known_leaves_room_for_the_others_numerators():
    sums = table_sums(table(cell("", 50, 100), cell(SEXES[0], 30, 60), cell(SEXES[1], None, 40)))
    assert said(sums) == {
        ("people", "", SEXES, False, 0),
        ("numerator", "", SEXES[:1], True, 0),
        ("rest", "", SEXES[:1], True, 0),
    }


def place(community: str, inside: int, size: int, period: str = "SY2018-19") -> Table:
    return table(cell("", inside, size), community=community, period=period, rule=PERCENT)


def held(holder: str, *inside: str) -> list[Nested]:
    return [Nested((holder, "v"), (one, "v")) for one in inside]


def between(tables: list[Table], nested: list[Nested]) -> set[tuple[str, tuple[str, ...], bool]]:
    return {
        (one.margin.key[0], tuple(part.key[0] for part in one.parts), one.slack) for one in nested_sums(tables, nested)
    }


def test_held_places_are_at_most_their_holder_and_equal_to_it_where_they_add_up():
    county, north, south = place("county", 50, 100), place("north", 30, 60), place("south", 20, 40)
    nested = held("county", "north", "south")
    assert between([county, north, south], nested) == {("county", ("north", "south"), False)}
    assert between([county, north], nested) == {("county", ("north",), True)}
    assert between([county, place("north", 30, 60, "SY2017-18")], nested) == set()


def test_places_inside_places_are_added_once():
    tables = [place("state", 70, 150), place("county", 50, 100), place("district", 30, 60)]
    nested = [*held("state", "county", "district"), *held("county", "district")]
    assert between(tables, nested) == {("state", ("county",), True), ("county", ("district",), True)}


def test_held_places_that_overlap_each_other_are_each_at_most_their_holder():
    tables = [place("county", 50, 100), place("north", 40, 80), place("city", 30, 60)]
    assert between(tables, held("county", "north", "city")) == {
        ("county", ("north",), True),
        ("county", ("city",), True),
    }
