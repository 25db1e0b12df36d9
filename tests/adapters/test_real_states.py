"""Arizona, Wyoming, Kentucky, Wisconsin and New York City: all answers of their SOURCE.md."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from registry.adapters.contract import Reading, Wanted
from registry.domain.observation import Observation
from tests.adapters.real_files import (
    COUNTS,
    PERCENT,
    by_group,
    code,
    errors,
    figures,
    mapping_named,
    mean,
    naming,
    of,
    points_of,
    pooled,
    reading_of,
)

COUNTED = ("Number Graduated", "Number in Cohort")


def arizona(real: Path, kind: str, wanted: Wanted = PERCENT) -> list[Observation]:
    """All rows of a sheet: those whose group the code lists know, and those of former English learners, read apart."""
    path = real / "az-grad-2024/4Y-GradRate-Cohort2024.xlsx"
    name = f"az-grad-{kind}"
    others = mapping_named(name, subgroups=None, skip={}, filters={"Subgroup": ("ELFEP14",)})
    readings = [reading_of(name, path, wanted=wanted), reading_of(others, path, wanted=wanted)]
    assert {finding.rule for reading in readings for finding in reading.findings} <= {"row-repeated"}
    return [point for reading in readings for point in points_of(reading)]


class TestArizona:
    def test_the_state_by_all_its_groups_whatever_the_order_of_columns(self, real: Path):
        """R11, P15: groups that overlap are groups of other dimensions."""
        reading = reading_of("az-grad-state", real / "az-grad-2024/4Y-GradRate-Cohort2024.xlsx")
        assert (reading.findings, len(reading.points), reading.tallies[0].skipped) == ((), 17, 1)
        groups = by_group(reading)
        known = {
            "": (74239, 94651, 78.4),
            "race_ethnicity=white": (28005, 33368, 83.9),
            "race_ethnicity=hispanic": (33461, 44044, 76.0),
            "homelessness=homeless": (1032, 1655, 62.4),
            "foster_care=in_foster_care": (164, 347, 47.3),
            "military_family=military_family": (437, 504, 86.7),
            "migrant=migrant": (570, 644, 88.5),
        }
        said = {group: groups[group] for group in known}
        assert {
            group: (point.numerator, point.denominator, round(point.value or 0, 1)) for group, point in said.items()
        } == known

    def test_counties_with_counts_add_up_to_other_sums_than_the_states(self, real: Path):
        points = arizona(real, "counties")
        everybody = [point for point in points if not point.group and point.origin.cells.get("Subgroup") == "All"]
        assert len(everybody) == 16
        assert sum(point.numerator is not None for point in everybody) == 15
        assert pooled(everybody) == (74_288, 94_665)
        (elsewhere,) = (point for point in everybody if point.numerator is None)
        assert (elsewhere.origin.cells["County"], elsewhere.value, elsewhere.denominator) == (
            "Out Of Arizona",
            69.6,
            None,
        )
        by_name = {point.origin.cells["County"]: point for point in everybody}
        known = [(by_name[county].numerator, by_name[county].denominator) for county in ("Maricopa", "Pima")]
        assert known == [(50_023, 63_492), (9_643, 13_358)]

    @pytest.mark.parametrize(
        ("kind", "rows", "hidden", "unweighted"),
        [
            ("schools", 6879, 5787, 7),
            ("leas", 3788 - 24, 2440 - 10, 630 - 14),
            ("counties", 246, 32, 72),
            ("state", 18, 0, 0),
        ],
    )
    def test_what_is_hidden_stays_hidden_and_a_percent_without_counts_has_no_weight(
        self, real: Path, kind: str, rows: int, hidden: int, unweighted: int
    ):
        """A4. One district stands under three counties with the same figures: its 24 further rows are read once."""
        points = arizona(real, kind)
        assert len(points) == rows
        assert sum(point.missing == "suppressed" for point in points) == hidden
        blind = [point for point in points if "*" in {point.origin.cells[column] for column in COUNTED}]
        without = [point for point in blind if point.value is not None]
        assert len(without) == unweighted
        assert {point.numerator for point in without} <= {None}

    def test_the_one_bound_stays_a_bound(self, real: Path):
        (bounded,) = (point for point in arizona(real, "schools") if point.value is None and point.low is not None)
        assert (bounded.low, bounded.high, bounded.open) == (98, 100, True)


class TestWyoming:
    def test_complete_applications_of_two_cycles_stand_side_by_side(self, real: Path):
        """R8, R16: merged headers over texts such as ' 42'; codes that are no NCES codes stay as they are."""
        reading = reading_of("fafsa-wy-schools", real / "fafsa-wy/WY_Class_of_2024.xls", wanted=COUNTS)
        assert (reading.findings, reading.tallies[0].places, len(reading.points)) == ((), 87, 174)
        points = figures(reading)
        now, then = (
            {place: point for (place, period), point in points.items() if period == year}
            for year in ("SY2024-25", "SY2023-24")
        )
        for year, total, few in ((now, 3151, 5), (then, 3496, 7)):
            assert sum(point.value or 0 for point in year.values()) == total
            assert sum(point.value is None for point in year.values()) == few
        both = [place for place in now if now[place].value is not None and then[place].value is not None]
        sums = [sum(year[place].value or 0 for place in both) for year in (then, now)]
        assert (len(both), sums, round(100 * (sums[1] - sums[0]) / sums[0], 2)) == (75, [3465, 3092], -10.76)
        assert (now["560377000187"].value, then["560377000187"].value) == (42, 43)
        assert {place for place in now if not (place.isdecimal() and len(place) == 12)} == {
            "A0903887",
            "A0303404",
            "5601420F0001",
            "5604230F0004",
        }
        hidden = [point for point in now.values() if point.value is None]
        assert {(point.low, point.high) for point in hidden} == {(0, 4)}

    def test_districts_are_ranges_bounds_and_one_that_is_missing(self, real: Path):
        """V7"""
        reading = reading_of("fafsa-wy", real / "fafsa-wy/WY_Class_of_2024.xls")
        assert (reading.findings, reading.tallies[0].places) == ((), 43)
        points = figures(reading)
        now = [point for (_, period), point in points.items() if period == "SY2024-25"]
        ranges = [point for point in now if point.low is not None and point.high not in {None, 100}]
        assert (len(now), len(ranges), sum(point.missing == "not_available" for point in now)) == (43, 41, 1)
        big_horn = [points["5601460", year] for year in ("SY2024-25", "SY2023-24")]
        assert [(point.low, point.high) for point in big_horn] == [(80, 100), (55, 59)]
        assert (points["5600730", "SY2024-25"].low, points["5600730", "SY2024-25"].origin.row) == (50, 5)

    def test_a_sheet_that_repeats_last_years_dates_contradicts_it(self, real: Path):
        """T11: the sheet of 2025-26 says "Through December 13, 2024" over figures of another year: it cannot be both."""
        mapping = mapping_named("fafsa-wy-schools", sheets="WY School Level Data|WY 2025-26 Cycle")
        reading = reading_of(mapping, real / "fafsa-wy/WY_Class_of_2024.xls", wanted=COUNTS)
        contradicting = [finding for finding in reading.findings if finding.rule == "row-contradicts"]
        assert len(contradicting) > 50
        assert {finding.sheet for finding in contradicting} == {"WY 2025-26 Cycle"}
        assert "of sheet 'WY School Level Data'" in contradicting[0].detail


KENTUCKY = {
    "ky-graduation": ("Cohort graduation rate", PERCENT),
    "ky-preschool": ("Children ages 3 to 4 enrolled in school", Wanted(period_kind="multi-year")),
    "ky-childcare": ("Children receiving childcare subsidies", Wanted(unit="count", period_kind="calendar-year")),
}


def kentucky(real: Path, name: str, **changes: object) -> Reading:
    """A whole file: every place that it names gets a code of our own."""
    title, wanted = KENTUCKY[name]
    path = real / "ky-kidscount" / f"{title}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        mapping = naming(name, sorted({row["Location"] for row in csv.DictReader(file)}), "ky-place")
    return reading_of(mapping_named(name, place=mapping.place, **changes), path, wanted=wanted)


class TestKentucky:
    def test_graduation_is_read_past_the_mark_of_byte_order(self, real: Path):
        """R5"""
        reading = kentucky(real, "ky-graduation")
        assert (reading.findings, len(reading.points)) == ((), 2124)
        points = figures(reading)
        known = {
            "21": (86.1, 92.2, 6.1),
            "jefferson": (76.5, 87.7, 11.2),
            "fayette": (82.7, 92.8, 10.1),
            "covington": (80.7, 84.3, 3.6),
        }
        for place, (first, last, change) in known.items():
            ends = [points[place, period].value or 0 for period in ("SY2012-13", "SY2023-24")]
            assert (*ends, round(ends[1] - ends[0], 1)) == (first, last, change)

    def test_three_kinds_of_stars_are_three_questions(self, real: Path):
        """V2: * is hidden; what ** and *** mean is asked until Kentucky's key says it."""
        reading = kentucky(real, "ky-graduation", codes={})
        assert Counter(finding.cell for finding in reading.findings) == {"**": 44, "***": 1}
        assert reading.tallies[0].suppressed == 56
        assert [finding.row for finding in reading.findings if finding.cell == "***"] == [1879]

    def test_a_share_of_one_over_spans_of_years_is_a_percent(self, real: Path):
        """U1, T5: 0.42 under the word Percent is 42."""
        reading = kentucky(real, "ky-preschool")
        points = figures(reading)
        assert (reading.findings, len(points), reading.tallies[0].suppressed) == ((), 1089, 353)
        assert (points["21", "CY2010/2014"].value, points["21", "CY2018/2022"].value) == (42.0, 39.1)

    def test_counties_add_up_to_more_than_the_state_and_six_are_hidden(self, real: Path):
        """A3"""
        reading = kentucky(real, "ky-childcare")
        assert (reading.findings, reading.tallies[0].bounded) == ((), 72)
        points = figures(reading)
        told = []
        for year in ("CY2001", "CY2022"):
            counties = [point for (place, period), point in points.items() if period == year and place != "21"]
            total = sum(point.value or 0 for point in counties)
            told.append((points["21", year].value, total, sum(point.value is None for point in counties)))
        assert told == [(41_779, 41_779, 0), (34_869, 36_452, 6)]


def wisconsin(name: str, real: Path, file: str) -> Reading:
    mapping = mapping_named(name)
    told = {column: texts for column, texts in mapping.filters.items() if column == "SCHOOL_NAME"}
    return reading_of(mapping_named(name, filters=told), real / f"wi-wisedash-sample/{file}_example.csv")


class TestWisconsin:
    def test_every_row_is_a_result_a_hidden_group_or_another_level(self, real: Path):
        """V16, R14: a group that lost its name is set aside, and is no group of that name."""
        schools, districts = (wisconsin(f"wi-forward-{level}", real, "forward") for level in ("schools", "districts"))
        assert (schools.findings, districts.findings) == ((), ())
        assert (schools.tallies[0].rows, districts.tallies[0].rows) == (42, 42)
        hidden = 4
        hidden_districts = 2
        assert (districts.tallies[0].read, len(schools.points) + len(districts.points)) == (
            15 - hidden_districts,
            42 - hidden,
        )
        every = [*points_of(schools), *points_of(districts)]
        assert sum(point.origin.cells["STUDENT_COUNT"] == "" for point in every) == 7 - hidden
        assert not any("suppressed" in point.group for point in every)

    def test_a_group_that_lost_its_name_is_a_question_first(self, real: Path):
        mapping = mapping_named("wi-forward-schools", filters={}, skip={"SCHOOL_NAME": ("[Districtwide]",)})
        reading = reading_of(mapping, real / "wi-wisedash-sample/forward_example.csv")
        assert {(finding.rule, finding.cell) for finding in reading.findings} == {
            ("group-unknown", "[Data Suppressed]")
        }

    def test_new_berlin_and_the_noise_of_floats(self, real: Path):
        """U6: 31.15999984741211 is 86 of 276."""
        reading = reading_of(
            "wi-forward-districts", real / "wi-wisedash-sample/forward_example.csv", wanted=of("wi-district:3925")
        )
        (point,) = points_of(reading)
        assert (point.numerator, point.denominator, round(point.value or 0, 2)) == (86, 276, 31.16)
        assert point.group == "grade=8;race_ethnicity=white"

    def test_a_percent_is_its_counts_within_a_hundredth(self, real: Path):
        """The adapter refuses a row whose counts say otherwise; without the rounding, the noise of all would be one."""
        points = points_of(wisconsin("wi-forward-districts", real, "forward"))
        counted = [point for point in points if point.numerator is not None]
        printed = [float(point.origin.cells["PERCENT_OF_GROUP"]) for point in counted]
        assert all(abs((point.value or 0) - text) <= 0.01 for point, text in zip(counted, printed, strict=True))
        assert len(counted) > 10

    def test_two_definitions_of_absence_are_never_mixed(self, real: Path):
        """A11"""
        path = real / "wi-wisedash-sample/attendance_example.csv"
        read: dict[str, list[Observation]] = {}
        for measure in ("ESSA", "STATE"):
            read[measure] = []
            for level in ("schools", "districts"):
                name = f"wi-attendance-{level}"
                told = {**mapping_named(name).filters, "ABSENTEE_MEASURE": (measure,)}
                reading = reading_of(mapping_named(name, filters=told), path)
                assert errors(reading) == []
                read[measure] += points_of(reading)
        hidden_group = 1
        assert [len(points) for points in read.values()] == [22 - hidden_group, 20]
        every = [point for points in read.values() for point in points]
        assert sum(point.value is None for point in every) == 10 - hidden_group
        (randolph,) = (point for point in read["ESSA"] if point.origin.cells["DISTRICT_CODE"] == "4634")
        assert (randolph.numerator, randolph.denominator, round(randolph.value or 0, 1)) == (18, 335, 5.4)


@pytest.fixture(scope="module")
def schools(real: Path) -> Reading:
    return reading_of("nyc-absence", real / "nyc-doe-schools/chronic_absenteeism.csv")


NEW_YORK = {
    "SY2018-19": (260_037, 29.79, 26.43),
    "SY2021-22": (358_153, 43.99, 40.32),
    "SY2024-25": (296_012, 36.75, 33.48),
}
"""Absent children, the plain mean of rates, and the pooled rate with implied denominators."""


class TestNewYork:
    def test_words_beside_an_empty_cell_say_that_it_is_hidden(self, real: Path, schools: Reading):
        graduation = reading_of("nyc-graduation", real / "nyc-doe-schools/graduation.csv")
        assert (errors(schools), errors(graduation)) == ([], [])
        assert (schools.tallies[0].suppressed, graduation.tallies[0].suppressed) == (4, 60)
        assert (schools.tallies[0].absent, graduation.tallies[0].absent) == (0, 0)

    @pytest.mark.parametrize("year", NEW_YORK)
    def test_children_are_counted_and_rates_have_no_weight(self, real: Path, schools: Reading, year: str):
        """A6: the pooled rate needs denominators that are only implied; the registry does not make them up."""
        path = real / "nyc-doe-schools/chronic_absenteeism.csv"
        children = figures(reading_of("nyc-absent-children", path, wanted=COUNTS))
        rates = {place: point for (place, period), point in figures(schools).items() if period == year}
        absent, simple, implied = NEW_YORK[year]
        assert sum(children[place, year].value or 0 for place in rates) == absent
        assert {point.denominator for point in rates.values()} == {None}
        assert round(mean(rates.values()), 2) == simple
        rated = {place: point.value for place, point in rates.items() if point.value}
        weights = [100 * (children[place, year].value or 0) / rate for place, rate in rated.items()]
        assert round(100 * absent / sum(weights), 2) == implied

    def test_a_school_keeps_its_code_and_its_seven_years(self, schools: Reading):
        own = [placed.observation for placed in schools.points if code(placed.place) == "01M015"]
        assert (len(own), own[0].value, own[-1].value) == (7, 24.48, 44.83)

    def test_a_graduation_year_is_the_spring_in_which_the_cohort_leaves(self, real: Path):
        """T4: the cohort that entered in 2012 stands under 2015-16."""
        points = figures(reading_of("nyc-graduation", real / "nyc-doe-schools/graduation.csv"))
        told = []
        for year in ("SY2015-16", "SY2024-25"):
            rows = [point for (_, period), point in points.items() if period == year]
            rated = [point for point in rows if point.value is not None]
            cohort = sum(point.denominator or 0 for point in rated)
            weighted = sum((point.value or 0) * (point.denominator or 0) for point in rated) / cohort
            told.append((len(rows), len(rated), cohort, round(weighted, 2), round(mean(rated), 2)))
        assert told == [(474, 460, 71_466, 75.67, 71.03), (472, 465, 68_584, 85.26, 83.27)]
