"""Virginia: sixteen years of one test by division, and one community's nine tables; all answers of their SOURCE.md."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from registry.adapters.contract import Reading
from tests.adapters.real_files import (
    CALENDAR,
    figures,
    mapping_named,
    mean,
    of,
    points_of,
    pooled,
    reading_of,
    share,
)

YEARS = ("SY2005-06", "SY2018-19", "SY2020-21", "SY2021-22")
KNOWN = {
    "104": ((218, 281, 77.58), (266, 378, 70.37), (151, 280, 53.93), (229, 328, 69.82)),
    "123": ((1294, 1685, 76.80), (955, 1947, 49.05), (124, 435, 28.51), (714, 1653, 43.19)),
}
"""Charlottesville and Richmond: passed, tested, percent."""
STATEWIDE = ((69581, 82108, 84.74), (65090, 92651, 70.25), (44048, 72059, 61.13), (59653, 88335, 67.53))
NETWORK = ("104", "2", "123", "118", "124")
"""Charlottesville, Albemarle, Richmond, Norfolk, Roanoke City."""


@pytest.fixture(scope="module")
def divisions(real: Path) -> Reading:
    return reading_of("va-sol", real / "va-sol-grade3/2023_thirdgrade_allstudents.csv")


class TestReading:
    def test_every_row_is_read(self, divisions: Reading):
        (tally,) = divisions.tallies
        assert (tally.rows, tally.read, tally.places, tally.bounded, divisions.findings) == (2112, 2112, 132, 2, ())

    def test_thousands_in_quotation_marks_are_counts(self, divisions: Reading):
        """U5: 291 rows."""
        counts = [
            point
            for point in points_of(divisions)
            if any("," in point.origin.cells[column] for column in ("Pass Count", "Total Count"))
        ]
        assert len(counts) == 291
        assert min(max(point.numerator or 0, point.denominator or 0) for point in counts) >= 1000

    def test_hidden_counts_with_a_bounded_rate_stay_bounded(self, divisions: Reading):
        """V5"""
        bounded = [point for (own, _), point in figures(divisions).items() if own == "45" and point.value is None]
        assert [
            (point.period, point.low, point.high, point.open, point.denominator, point.origin.row) for point in bounded
        ] == [
            ("SY2014-15", 50, 100, True, None, 1249),
            ("SY2017-18", 50, 100, True, None, 1645),
        ]

    @pytest.mark.parametrize("place", KNOWN)
    def test_a_division_year_by_year(self, divisions: Reading, place: str):
        points = [figures(divisions)[place, year] for year in YEARS]
        assert (
            tuple((point.numerator, point.denominator, round(point.value or 0, 2)) for point in points) == KNOWN[place]
        )

    def test_charlottesville_lost_half_a_point_over_the_cancelled_year(self, divisions: Reading):
        points = figures(divisions)
        first, last = (points["104", year].value or 0 for year in ("SY2018-19", "SY2021-22"))
        assert round(last - first, 2) == -0.55

    def test_all_divisions_pool_to_the_states_figures_and_break_with_the_standards(self, divisions: Reading):
        """T8: 86.0 to 72.7 percent when the standards changed."""
        by_year = {year: [point for point in points_of(divisions) if point.period == year] for year in YEARS}
        said = tuple((*pooled(points), share(pooled(points))) for points in by_year.values())
        assert said == STATEWIDE
        broken = [
            [point for point in points_of(divisions) if point.period == year] for year in ("SY2011-12", "SY2012-13")
        ]
        assert [round(share(pooled(points)), 1) for points in broken] == [86.0, 72.7]

    @pytest.mark.parametrize(
        ("period", "counts", "percent", "simple"),
        [("SY2018-19", (3967, 6608), 60.03, 62.81), ("SY2021-22", (3227, 5991), 53.86, 56.33)],
    )
    def test_five_divisions_pool_to_the_known_counts(
        self, divisions: Reading, period: str, counts: tuple[int, int], percent: float, simple: float
    ):
        points = [figures(divisions)[place, period] for place in NETWORK]
        assert (pooled(points), share(pooled(points)), round(mean(points), 2)) == (counts, percent, simple)

    def test_the_cancelled_year_is_absent(self, divisions: Reading):
        """T6"""
        periods = {point.period for point in points_of(divisions)}
        assert len(periods) == 16
        assert "SY2019-20" not in periods


@pytest.fixture(scope="module")
def folder(real: Path) -> Path:
    return real / "va-stepping-stones"


class TestCommunity:
    def test_graduation_is_read_and_two_contradictions_of_the_state_row_are_found(self, folder: Path):
        """The state's printed rates of 2008 and 2010 are not its own counts' by a hundredth or two."""
        reading = reading_of("va-graduation", folder / "graduation_rates.csv")
        points = figures(reading)
        known = {
            "104": ((238, 319, 74.61), (277, 298, 92.95), 18.34),
            "2": ((890, 1012, 87.94), (1025, 1087, 94.30), 6.36),
        }
        for place, (first, last, change) in known.items():
            ends = [points[place, period] for period in ("SY2007-08", "SY2021-22")]
            said = tuple((point.numerator, point.denominator, round(point.value or 0, 2)) for point in ends)
            assert said == (first, last)
            printed = [float(point.origin.cells["graduation_rate"]) for point in ends]
            assert round(printed[1] - printed[0], 2) == change
        assert [(finding.rule, finding.row, finding.cell) for finding in reading.findings] == [
            ("counts-disagree", 32, "82.13"),
            ("counts-disagree", 34, "85.72"),
        ]

    def test_graduation_of_the_two_localities_alone_has_no_finding(self, folder: Path):
        wanted = of("va-division:104", "va-division:2")
        reading = reading_of("va-graduation", folder / "graduation_rates.csv", wanted=wanted)
        assert (reading.findings, len(reading.points), reading.tallies[0].skipped) == ((), 30, 15)

    def test_three_ways_to_write_a_year_are_one_series(self, folder: Path):
        """T1: fewer children below the benchmark is better; 8.77 points fewer."""
        path = folder / "pals_kindergarten_updated.csv"
        reading = reading_of("va-pals", path)
        points = figures(reading)
        assert (len(reading.points), reading.findings) == (54, ())
        values = [points["104", period].value or 0 for period in ("SY2002-03", "SY2018-19", "SY2019-20")]
        assert [round(value, 2) for value in values] == [25.68, 16, 16.91]
        assert round(values[-1] - values[0], 2) == -8.77
        assert points["104", "SY2004-05"].missing == "not_available"
        assert len({period for place, period in points if place == "104"}) == 18
        with path.open(encoding="utf-8", newline="") as file:
            assert sum(row["number"] == "NA" for row in csv.DictReader(file)) == 21

    def test_the_older_file_says_the_same_of_every_year_that_it_names(self, folder: Path):
        """T2: there a bare 2019 is the autumn's; in the file of graduation it is the spring's."""
        older = figures(reading_of("va-pals-older", folder / "pals_kindergarten.csv"))
        newer = figures(reading_of("va-pals", folder / "pals_kindergarten_updated.csv"))
        assert len(older) == 48
        assert {key: point.value for key, point in older.items()} == {key: newer[key].value for key in older}
        assert older["104", "SY2019-20"].value == 16.91

    def test_a_row_that_lost_its_year_is_asked_about_until_it_is_set_aside(self, folder: Path):
        reading = reading_of(mapping_named("va-pals-older", skip={}), folder / "pals_kindergarten.csv")
        assert Counter(finding.rule for finding in reading.findings) == {"period-unreadable": 6}

    def test_the_communitys_copy_is_the_states_own_figure(self, folder: Path, divisions: Reading):
        reading = reading_of("va-community-sol", folder / "sol_pass.csv")
        assert (reading.findings, reading.tallies[0].rows) == ((), 288)
        copied, published = figures(reading), figures(divisions)
        assert (copied["104", "SY2005-06"].numerator, copied["104", "SY2005-06"].denominator) == (218, 281)
        ours = [key for key in copied if key[0] in {"104", "2"}]
        assert len(ours) == 32
        assert [pooled([copied[key]]) for key in ours] == [pooled([published[key]]) for key in ours]

    def test_college_in_two_files_rounded_and_not(self, folder: Path):
        """U7"""
        reading = reading_of("va-college", folder / "postsecondary_education.csv")
        points = figures(reading)
        first, last = (points["104", period] for period in ("SY2007-08", "SY2019-20"))
        said = [(point.numerator, point.denominator, round(point.value or 0)) for point in (first, last)]
        assert (reading.findings, said) == ((), [(159, 219, 73), (174, 270, 64)])
        by_race = reading_of("va-college-race", folder / "postsecondary_education_race.csv")
        assert (by_race.findings, by_race.tallies[0].read, by_race.tallies[0].skipped) == ((), 270, 10)
        groups = {point.group for point in points_of(by_race)}
        assert len(groups) == 8
        assert figures(by_race)["104", "SY2015-16"].value == pytest.approx(73.97260273972603)

    def test_small_groups_without_a_figure_are_absent_and_a_group_of_the_unknown_is_set_aside(self, folder: Path):
        path = folder / "econ_disad_students_Race.csv"
        reading = reading_of("va-economically-disadvantaged", path)
        unknown = mapping_named(
            "va-economically-disadvantaged",
            skip={},
            groups=(),
            filters={"race": ("Unknown - Race/Ethnicity not provided",)},
        )
        others = reading_of(unknown, path)
        assert (reading.findings, reading.tallies[0].rows, len(others.points)) == ((), 402, 21)
        assert sum(point.missing == "not_available" for point in (*points_of(reading), *points_of(others))) == 59

    def test_attendance_and_youth_unemployment_name_one_place_in_their_own_ways(self, folder: Path):
        """P7: Charlottesville City in one file, a county code in the other."""
        attendance = reading_of("va-attendance", folder / "average_daily_attendance.csv")
        youth = reading_of("va-youth-unemployment", folder / "youth_employment_status.csv", wanted=CALENDAR)
        assert (attendance.findings, len(attendance.points), youth.findings, len(youth.points)) == ((), 44, (), 36)
        assert figures(attendance)["104", "SY2021-22"].value == pytest.approx(93.45267287886219)
        ends = [figures(youth)["51540", period].value or 0 for period in ("CY2010", "CY2021")]
        assert [round(value, 2) for value in ends] == [10.02, 6.79]
