"""A cell that its source keeps back is one unknown in all its equations, and nothing is owed to it."""

import random

import msgspec
import pytest
from disclosure_made import Attacker, cell, made, table

from registry.audit import highs
from registry.domain.disclosure import Table
from registry.domain.disclosure_masks import masks
from registry.domain.disclosure_supposed import with_supposed
from registry.domain.disclosure_tables import Nested
from registry.domain.group import group_of

KEPT = "race=a;sex=a"


def keeping_back(one: Table, *groups: str) -> Table:
    return table(*(cell(entry.group, None, None) if entry.group in groups else entry for entry in one.cells))


def supposed(one: Table) -> dict[str, tuple[int | None, int | None]]:
    (found,) = with_supposed([one], ())
    return {entry.group: (entry.numerator, entry.denominator) for entry in found.cells if not entry.stated}


CROSSED = table(
    cell("", 90, 180),
    cell("race=a", 22, 44),
    cell("race=b", 68, 136),
    cell("sex=a", 52, 104),
    cell("sex=b", 38, 76),
    cell("race=a;sex=a", 12, 24),
    cell("race=a;sex=b", 10, 20),
    cell("race=b;sex=a", 40, 80),
    cell("race=b;sex=b", 28, 56),
)


def test_what_a_row_and_a_column_leave_is_supposed_once():
    assert supposed(keeping_back(CROSSED, KEPT)) == {KEPT: (12, 24)}
    assert supposed(keeping_back(CROSSED, KEPT, "race=a", "sex=b")) == {
        KEPT: (12, 24),
        "race=a": (22, 44),
        "sex=b": (38, 76),
    }


def test_the_least_is_supposed_where_the_margins_leave_different_numbers():
    lost = table(*(cell("race=a", 30, 60) if entry.group == "race=a" else entry for entry in CROSSED.cells))
    assert supposed(keeping_back(lost, KEPT)) == {KEPT: (12, 24)}


def test_several_cells_that_share_what_is_left_fit_together():
    all_four = supposed(keeping_back(CROSSED, *(entry.group for entry in CROSSED.cells if ";" in entry.group)))
    assert {group: sum(all_four[f"{group};sex={sex}"][1] or 0 for sex in "ab") for group in ("race=a", "race=b")} == {
        "race=a": 44,
        "race=b": 136,
    }


def test_a_table_without_unknown_cells_stays_as_it_is():
    assert with_supposed([CROSSED], ()) == [CROSSED]


def test_an_unknown_cell_of_a_district_is_what_its_county_leaves():
    county = table(cell("", 60, 120), cell("sex=male", 20, 40), community="county")
    north = table(cell("", 30, 60), cell("sex=male", None, None), community="north")
    south = table(cell("", 30, 60), cell("sex=male", 14, 28), community="south")
    nested = [Nested(("county", "v"), (place, "v")) for place in ("north", "south")]
    _, found, _ = with_supposed([county, north, south], nested)
    assert [(entry.numerator, entry.denominator) for entry in found.cells if not entry.stated] == [(6, 12)]


def lost_of(draw: random.Random, one: Table) -> list[str]:
    """One group of each kind, now and then."""
    found = []
    for names in ({"r"}, {"s"}, {"r", "s"}):
        groups = [entry.group for entry in one.cells if group_of(entry.group).keys() == names]
        if draw.random() < 0.6:
            found.append(draw.choice(groups))
    return found


@pytest.mark.parametrize("seed", [1, 8, 38, 64, 71, 260, 279, 299])
def test_one_unknown_cell_in_several_sums_protects_nothing_that_it_would_if_it_were_several(seed: int):
    """Each of these was found out while every sum was taken to have an unknown of its own."""
    draw = random.Random(seed)
    one = made(random.Random(seed), {"r": 3, "s": 2}, 2, people=draw.choice((8, 12, 20)))
    lost = lost_of(draw, one)
    masking = masks([keeping_back(one, *lost)], solver=highs)
    assert masking.exposed == ()
    assert {mask.kind for mask in masking.masks if mask.group in lost} == {"open"}
    marks = [msgspec.structs.replace(mask, kind="hidden") if mask.group in lost else mask for mask in masking.masks]
    assert [name for name, *_ in Attacker([one], marks).narrow() if name[3] not in lost] == []
