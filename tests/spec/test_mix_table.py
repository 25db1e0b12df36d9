"""The tables of ``mix.md`` are what the registry makes of a change: within the groups, by their sizes, and group by group."""

import re

import pytest

from registry.domain.mix import Counts, Split, split_change
from tests.spec.tables import Row, case, printed, table

WHOLE = {row["case"]: row for row in table("mix.md", "The whole")}
PARTS = table("mix.md", "Group by group")


def counts(cell: str) -> dict[str, Counts]:
    """``town 40 of 50; hills 20 of 50``."""
    found = [re.fullmatch(r"(\w+) (\d+) of (\d+)", group) for group in cell.split("; ")]
    return {match[1]: (int(match[2]), int(match[3])) for match in found if match}


def split(row: Row) -> Split:
    return split_change(counts(row["then"]), counts(row["now"]), 100)


@pytest.mark.parametrize("row", WHOLE.values(), ids=case)
def test_a_change_is_split_without_remainder(row: Row):
    found = split(row)
    figures = {"change": found.total, "within the groups": found.within, "mix": found.mix}
    assert {name: printed(value, row[name]) for name, value in figures.items()} == {name: row[name] for name in figures}
    assert float(row["change"]) == pytest.approx(float(row["within the groups"]) + float(row["mix"]), abs=0.02)


@pytest.mark.parametrize("row", PARTS, ids=lambda row: f"{row['case']}, {row['group']}")
def test_each_group_has_its_part(row: Row):
    (part,) = (part for part in split(WHOLE[row["case"]]).groups if part.group == row["group"])
    figures = {
        "its figure then": part.figure_baseline,
        "its figure now": part.figure_latest,
        "within": part.within,
        "mix": part.mix,
    }
    assert {name: printed(value, row[name]) for name, value in figures.items()} == {name: row[name] for name in figures}
    shares = [f"{100 * share:.1f} %" for share in (part.share_baseline, part.share_latest)]
    assert shares == [row["share of all then"], row["now"]]


def test_a_paradox_is_among_them():
    row = WHOLE["both better, the whole worse"]
    then, now = counts(row["then"]), counts(row["now"])
    assert all(now[group][0] / now[group][1] > then[group][0] / then[group][1] for group in then)
    assert split(row).total < 0
