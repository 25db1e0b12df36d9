"""The tables of ``pace.md`` are what the registry says: the share of the gap, the path, the pace, what settles it, what is clear."""

from collections.abc import Iterator
from statistics import median

import pytest

from registry.domain.path import Aim, Pace, settled
from registry.domain.point import Terms
from registry.domain.progress import Progress, progress
from registry.domain.progress_rule import RULES
from registry.domain.words import PACES
from tests.spec.tables import NONE, WANTED, Row, case, dated, printed, table

PATHS = table("pace.md", "The path and the pace")
SETTLED = table("pace.md", "What the target's own year decides")
CLEAR = table("pace.md", "Off the path, or off by chance")


def aims(cell: str) -> Iterator[Aim]:
    """The milestones or the target of a cell: ``SY2021-22: 43``."""
    for aim in cell.split("; ") if cell != NONE else []:
        period, _, value = aim.partition(": ")
        yield Aim(period, float(value))


def told(row: Row, rule: str) -> Progress:
    """The progress of a row."""
    (target,) = aims(row["target"])
    terms = Terms(unit="percent", direction=WANTED[row["wanted"]], meaningful_change=1.0)
    latest = None if row["latest"] == "none" else dated(row["latest"])
    return progress(dated(row["baseline"]), latest, target, tuple(aims(row["milestones"])), terms, RULES[rule])


@pytest.mark.parametrize("row", PATHS, ids=case)
def test_the_path_and_the_pace(row: Row):
    found = told(row, "plain@1")
    figures = {
        "gap closed": printed(found.gap_closed, row["gap closed"]),
        "expected": printed(found.expected_value, row["expected"]),
        "pace": found.pace or NONE,
        "needed a year": printed(found.required_annual_improvement, row["needed a year"]),
    }
    assert figures == {name: row[name] for name in figures}


@pytest.mark.parametrize("row", SETTLED, ids=lambda row: " ".join(row.values()))
def test_the_target_year_settles_it(row: Row):
    names: dict[str, Pace | None] = {NONE: None, **{name: name for name in PACES}}
    found = settled(names[row["by the latest figure"]], names[row["by the target year's own"]])
    assert (found or NONE) == row["pace"]


@pytest.mark.parametrize("row", CLEAR, ids=case)
def test_the_distance_from_the_path_is_clear_where_the_table_says_so(row: Row):
    found = told({**row, "wanted": "more", "milestones": NONE}, row["rule"])
    clear = NONE if found.pace_clear is None else "yes" if found.pace_clear else "no"
    assert (printed(found.expected_value, row["expected"]), clear) == (row["expected"], row["clear?"])


def test_every_pace_is_shown():
    assert {row["pace"] for row in PATHS} == {NONE, *PACES}


def test_what_is_said_beside_battle_creek_is_so():
    shares = table("linking.md", "Why: a state's own test does not rank states")
    pairs = [(row["reading 4, own, 2017"], row["reading 4, own, 2019"]) for row in shares]
    changes = [float(after) - float(before) for before, after in pairs if "-" not in (before, after)]
    ordinary = [change / 2 for change in changes if abs(change) < 10]
    assert (len(ordinary), f"{median(ordinary):.1f}", f"{max(ordinary):.2f}") == (29, "0.9", "3.35")
    (battle_creek,) = (row for row in PATHS if row["case"].startswith("Battle Creek"))
    start, (target,) = dated(battle_creek["baseline"]), aims(battle_creek["target"])
    assert start.value is not None
    assert (target.value - start.value) / 10 == pytest.approx(3.4)
