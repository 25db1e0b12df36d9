"""Chronic absence by race in Connecticut: percents without denominators, so a gap is shown and no verdict on it is given.

Known answers: SOURCE.md of ``ct-chronic-absence-race``, worked out there with plain Python.
"""

import csv
from functools import cache
from pathlib import Path

import pytest

from registry.domain.disparity import Disparity, disparity
from registry.domain.point import Point, Terms
from registry.domain.progress import progress
from registry.domain.progress_rule import RULES
from registry.domain.value import Cell, CellRules, read_cell

YEARS = ("2011-12", "2014-15", "2016-17", "2017-18", "2018-19", "2019-20")
HARTFORD = "Hartford School District"
BLACK, HISPANIC, WHITE = "Black or African American", "Hispanic/Latino of any race", "White"
ABSENT = Terms(unit="percent", direction="decrease", meaningful_change=1.0)
RATES = {
    BLACK: (21.7, 22.1, 18.8, 21.8, 22.1, 24.4),
    HISPANIC: (32.6, 32.4, 27.8, 30.7, 30.9, 32.9),
    WHITE: (10.1, 12.7, 7.8, 11.8, 9.9, 14.3),
}
"""Hartford's percents, year by year."""
ROWS = {
    "2011-12": (1195, 662),
    "2014-15": (1239, 691),
    "2016-17": (1244, 761),
    "2017-18": (1245, 745),
    "2018-19": (1242, 739),
    "2019-20": (1242, 707),
}
NOBODY = {"2018-19": 321, "2019-20": 293}
"""Rows with a count of 0 beside a hidden rate; before 2018-19 there is no count."""
CHANGES = {BLACK: 2.7, WHITE: 4.2, HISPANIC: 0.3}


@cache
def rows(folder: Path, year: str) -> list[tuple[str, str, str | None, Cell]]:
    """District, group, count as printed, and what the rate says."""
    path = folder / "ct-chronic-absence-race" / f"chronic-absenteeism__{year}_race.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    header = next(place for place, line in enumerate(lines) if line and line[0] == "District")
    counted = lines[header][-1] == "%"
    found = []
    for line in lines[header + 1 :]:
        if len(line) >= 4:
            said = read_cell(line[-1], CellRules(unit="percent"))
            assert isinstance(said, Cell), line
            found.append((line[0], line[2], line[3] if counted else None, said))
    return found


def hartford(folder: Path, year: str, group: str) -> Point:
    ((_, _, _, said),) = (row for row in rows(folder, year) if row[:2] == (HARTFORD, group))
    return Point(period=f"SY{year}", value=said.value)


def gap(folder: Path, group: str, first: str = "2011-12", last: str = "2019-20", rule: str = "plain@1") -> Disparity:
    ends = ((hartford(folder, year, group), hartford(folder, year, WHITE)) for year in (first, last))
    return disparity(*ends, ABSENT, RULES[rule])


@pytest.mark.parametrize("year", YEARS)
def test_rows_and_hidden_rates_are_as_many_as_the_sheet_says(real: Path, year: str):
    found = rows(real, year)
    hidden = [said for *_, said in found if said.missing == "suppressed"]
    assert (len(found), len(hidden)) == ROWS[year]
    assert {(said.value, said.low, said.high) for said in hidden} == {(None, None, None)}
    assert sum(count == "0" and said.missing == "suppressed" for _, _, count, said in found) == NOBODY.get(year, 0)
    assert {count is None for _, _, count, _ in found} == {year not in NOBODY}


@pytest.mark.parametrize("group", RATES)
def test_hartfords_rates_are_read_as_printed(real: Path, group: str):
    assert tuple(hartford(real, year, group).value for year in YEARS) == RATES[group]


def test_hartfords_counts_stand_beside_the_rate_from_2018_on(real: Path):
    counts = {
        (year, group): count
        for year in NOBODY
        for district, group, count, _ in rows(real, year)
        if district == HARTFORD and group in RATES
    }
    assert counts == {
        ("2018-19", BLACK): "1214",
        ("2018-19", HISPANIC): "3063",
        ("2018-19", WHITE): "165",
        ("2019-20", BLACK): "1270",
        ("2019-20", HISPANIC): "3165",
        ("2019-20", WHITE): "213",
    }


@pytest.mark.parametrize("group", CHANGES)
def test_a_change_is_told_and_no_verdict_since_nobody_knows_how_many_there_are(real: Path, group: str):
    found = progress(
        hartford(real, "2011-12", group), hartford(real, "2019-20", group), None, (), ABSENT, RULES["cohort@1"]
    )
    assert found.change == pytest.approx(CHANGES[group], abs=1e-9)
    assert found.improvement == pytest.approx(-CHANGES[group], abs=1e-9)
    assert (found.trend, found.reason, found.z, found.se) == ("indeterminate", "no_error_known", None, None)


@pytest.mark.parametrize(("group", "then", "now"), [(BLACK, 11.6, 10.1), (HISPANIC, 22.5, 18.6)])
def test_a_gap_is_measured_then_and_now_and_whether_it_closes_cannot_be_told(
    real: Path, group: str, then: float, now: float
):
    """Both gaps are narrower in 2019-20, because white children were absent more often: without an error that is no verdict."""
    found = gap(real, group)
    assert (found.gap_baseline, found.gap_latest) == pytest.approx((then, now), abs=1e-9)
    assert found.gap_change == pytest.approx(now - then, abs=1e-9)
    assert (found.verdict, found.reason, found.how, found.closing) == ("indeterminate", "no_error_known", None, False)
    assert (found.se, found.z, found.gap_effect_baseline, found.gap_effect_latest) == (None, None, None, None)


def test_by_a_threshold_alone_the_gap_narrows_because_the_reference_fell_and_is_not_called_closing(real: Path):
    found = gap(real, BLACK, rule="threshold@1")
    assert (found.verdict, found.how, found.closing) == ("narrowing", "reference_fell", False)


def test_a_hidden_rate_gives_no_gap():
    absent = Point(period="SY2011-12", missing="suppressed")
    later = Point(period="SY2019-20", value=24.4), Point(period="SY2019-20", value=14.3)
    found = disparity((absent, absent), later, ABSENT, RULES["plain@1"])
    assert (found.gap_baseline, found.gap_change, found.verdict) == (None, None, "indeterminate")
