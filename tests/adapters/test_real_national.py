"""National sources: NAEP, the American Community Survey, EDFacts, the Urban Institute, DHIS2; all answers of their SOURCE.md."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from registry.adapters.contract import Reading, Wanted
from registry.domain.mapping import Columns, GroupColumn
from registry.domain.observation import Observation, Origin
from tests.adapters.real_files import (
    CALENDAR,
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
    share,
)

NAEP = {"2019": "SPExcel202306125832.Xlsx", "2022": "SPExcel202306125614.Xlsx"}


def naep(real: Path, year: str, name: str = "naep-state", wanted: Wanted = Wanted()) -> dict[str, Observation]:  # noqa: B008  # frozen
    """Every jurisdiction's figure: those that the mapping does not name get codes of our own, as a first reading lists them."""
    path = real / "naep-state" / NAEP[year]
    asked = reading_of(name, path, wanted=wanted)
    labels = [finding.cell or "" for finding in asked.findings if finding.rule == "place-unknown"]
    reading = reading_of(naming(name, labels, "naep"), path, wanted=wanted)
    assert errors(reading) == []
    return {code(placed.place): placed.observation for placed in reading.points}


class TestNaep:
    def test_titles_legends_and_marks(self, real: Path):
        then, now = naep(real, "2019"), naep(real, "2022")
        assert (len(then), len(now)) == (54, 54)
        assert [(then[place].value, now[place].value) for place in ("np", "09", "47")] == [(34, 32), (40, 35), (35, 30)]
        assert (then["72"].missing, now["72"].missing) == ("not_available", "not_available")
        assert (now["09"].low, now["09"].high) == (34.5, 35.5)

    def test_four_rose_forty_four_fell_and_five_stayed(self, real: Path):
        then, now = naep(real, "2019"), naep(real, "2022")
        both = [(then[place].value, now[place].value) for place in then]
        changes = [last - first for first, last in both if first is not None and last is not None]
        told = [sum(change > 0 for change in changes), sum(change < 0 for change in changes), changes.count(0)]
        assert (len(changes), told) == (53, [4, 44, 5])

    def test_average_scores_are_another_figure_of_the_same_rows(self, real: Path):
        scores = []
        for year in NAEP:
            mapping = mapping_named("naep-state", columns=Columns(value="Score"))
            wanted = of("naep:np", unit="mean")
            scores += [
                point.value for point in points_of(reading_of(mapping, real / "naep-state" / NAEP[year], wanted=wanted))
            ]
        assert scores == [219, 216]

    @pytest.mark.parametrize(("year", "noughts"), [("2019", 7), ("2022", 4)])
    def test_rounds_to_nought_not_applicable_and_not_available_are_three_things(
        self, real: Path, year: str, noughts: int
    ):
        """V11"""
        points = naep(real, year, "naep-difference", Wanted(unit="mean"))
        texts = Counter(point.origin.cells["Difference from National public (NP)"] for point in points.values())
        assert texts["#"] == noughts
        assert {point.value for point in points.values() if "#" in point.origin.cells.values()} == {0}
        assert (points["np"].missing, points["72"].missing) == ("not_applicable", "not_applicable")


SAMPLE = Wanted(period_kind="multi-year")


class TestCommunitySurvey:
    COUNTIES = ("47065", "09003", "51540", "39061")

    def census(self, real: Path, name: str, wanted: Wanted = SAMPLE) -> Reading:
        reading = reading_of(name, real / "acs-2019-counties/acs5_2019_counties.json", wanted=wanted)
        assert reading.findings == ()
        return reading

    def test_codes_in_two_parts_keep_their_zeros_and_their_names(self, real: Path):
        """R18, P5"""
        reading = self.census(real, "acs-population", Wanted(unit="count", period_kind="multi-year"))
        codes = [code(placed.place) for placed in reading.points]
        assert (len(set(codes)), {len(own) for own in codes}) == (3220, {5})
        assert sum(own.startswith("0") for own in codes) == 316
        assert sum(own.startswith("72") for own in codes) == 78
        assert sum(own.startswith("09") for own in codes) == 8
        assert sum(point.value or 0 for point in points_of(reading)) == 328_016_242
        assert {point.period for point in points_of(reading)} == {"CY2015/2019"}

    def test_four_counties_pool_to_another_share_than_the_mean(self, real: Path):
        points = figures(self.census(real, "acs-poverty"))
        four = [points[county, "CY2015/2019"] for county in self.COUNTIES]
        assert [round(point.value or 0, 2) for point in four] == [12.83, 10.80, 24.09, 15.76]
        assert (four[0].numerator, four[0].denominator) == (44_952, 350_250)
        assert (share(pooled(four)), round(mean(four), 2)) == (13.35, 15.87)

    def test_unemployment_of_hamilton_county(self, real: Path):
        point = figures(self.census(real, "acs-unemployment"))["47065", "CY2015/2019"]
        assert (point.numerator, point.denominator, round(point.value or 0, 2)) == (8_947, 182_604, 4.90)


FILES = {"SY2011-12": "Edfacts 2012", "SY2014-15": "EdFacts 2015"}


def packed(real: Path, period: str) -> Path:
    return real / f"edfacts-acgr-schools/{FILES[period]}.csv.gz"


@pytest.fixture(scope="module", params=list(FILES))
def schools(request: pytest.FixtureRequest, real: Path) -> tuple[str, Reading]:
    """All students and one group of the whole nation; all groups would take longer and say no more."""
    mapping = mapping_named("edfacts-acgr")
    assert mapping.wide is not None
    wide = msgspec.structs.replace(
        mapping.wide, columns="(?P<race_ethnicity>ALL|MBL)_(?P<role>RATE|COHORT)_(?P<period>[0-9]{4})"
    )
    return request.param, reading_of(msgspec.structs.replace(mapping, wide=wide), packed(real, request.param))


def everybody(reading: Reading) -> list[Observation]:
    return [point for point in points_of(reading) if not point.group]


class TestGraduationBySchool:
    def test_every_kind_of_cell_is_what_it_was(self, schools: tuple[str, Reading]):
        """V4"""
        period, reading = schools
        expected = {
            "SY2011-12": {"exact": 6822, "range": 7330, "GE": 4600, "PS": 1293, "LT": 675, "LE": 524},
            "SY2014-15": {"exact": 6644, "range": 7109, "GE": 6020, "PS": 1265, "LT": 671, "LE": 458},
        }
        assert reading.findings == ()
        assert Counter(kind_of(point) for point in everybody(reading)) == expected[period]

    def test_cohorts_add_up(self, schools: tuple[str, Reading]):
        period, reading = schools
        total = sum(point.denominator or 0 for point in everybody(reading))
        assert total == {"SY2011-12": 3554819, "SY2014-15": 3511307}[period]

    def test_bounds_add_up_to_the_known_interval_of_the_nation(self, schools: tuple[str, Reading]):
        period, reading = schools
        counted = [point for point in everybody(reading) if point.denominator]
        assert interval(counted) == {"SY2011-12": (80.71, 83.47), "SY2014-15": (83.59, 86.52)}[period]

    def test_bounds_add_up_to_the_known_interval_of_a_group(self, schools: tuple[str, Reading]):
        period, reading = schools
        points = [point for point in points_of(reading) if point.group == "race_ethnicity=black" and point.denominator]
        if period == "SY2014-15":
            assert (sum(point.denominator or 0 for point in points), interval(points)) == (539744, (70.50, 81.62))
        assert all(
            point.value is not None or point.low is not None or point.missing == "suppressed" for point in points
        )

    def test_ids_keep_their_zeros(self, schools: tuple[str, Reading]):
        codes = {code(placed.place) for placed in schools[1].points}
        assert {len(own) for own in codes} == {12}
        assert sum(own.startswith("0") for own in codes) == {"SY2011-12": 4359, "SY2014-15": 4405}[schools[0]]

    def test_a_rate_without_a_cohort_has_no_weight(self, schools: tuple[str, Reading]):
        """A5: the districts' rates stand on 590 and 562 Californian schools that have no cohort."""
        period, reading = schools
        without = [
            placed
            for placed in reading.points
            if not placed.observation.group and placed.observation.denominator is None
        ]
        inherited = [
            placed for placed in without if placed.observation.value is not None or placed.observation.low is not None
        ]
        assert {code(placed.place)[:2] for placed in without} == {"06"}
        assert len(without) == {"SY2011-12": 590, "SY2014-15": 562}[period]
        assert len(inherited) > 0

    @pytest.mark.parametrize(
        ("period", "known"), [("SY2011-12", (79.74, 82.22, 3182, 19)), ("SY2014-15", (83.33, 86.97, 2885, 21))]
    )
    def test_hamilton_county_is_a_range_over_its_schools(
        self, real: Path, period: str, known: tuple[float, float, int, int]
    ):
        reading = reading_of(mapping_named("edfacts-acgr", filters={"LEAID": ("4701590",)}), packed(real, period))
        points = everybody(reading)
        assert (
            reading.findings,
            (*interval(points), sum(point.denominator or 0 for point in points), len(points)),
        ) == ((), known)

    def test_groups_of_four_dimensions_stand_in_the_names_of_columns(self, real: Path):
        """R12: one school's disabled children went from GE80 to 21-39."""
        told = []
        for period in FILES:
            reading = reading_of("edfacts-acgr", packed(real, period), wanted=of("nces-school:470159000495"))
            groups = by_group(reading)
            disabled = groups["disability=with_disability"]
            told.append((groups[""].denominator, groups[""].value, disabled.low, disabled.high))
            assert {
                "english_learner=english_learner",
                "economic_disadvantage=economically_disadvantaged",
            } <= groups.keys()
        assert told == [(207, 90, 79.5, 100), (214, 84, 20.5, 39.5)]

    def test_a_packed_file_says_what_the_unpacked_says(self, real: Path, tmp_path: Path):
        plain = tmp_path / "plain.csv"
        plain.write_bytes(gzip.decompress(packed(real, "SY2014-15").read_bytes()))
        wanted = of("nces-school:470159000495")
        told = [
            [
                msgspec.structs.replace(point, origin=Origin("", 0))
                for point in points_of(reading_of("edfacts-acgr", file, wanted=wanted))
            ]
            for file in (packed(real, "SY2014-15"), plain)
        ]
        assert told[0] == told[1]
        assert len(told[0]) > 0


def kind_of(point: Observation) -> str:
    """Which kind of cell a rate was read from, judged by the figures and held against the text."""
    text = next(cell for name, cell in point.origin.cells.items() if "_RATE_" in name)
    if point.missing == "suppressed":
        assert text == "PS"
        return "PS"
    if point.value is not None:
        assert point.value == float(text)
        return "exact"
    assert point.low is not None
    assert point.high is not None
    if point.open:
        return "LT" if point.high == float(text[2:]) - 0.5 else "?"
    if point.high == 100:
        return "GE" if point.low == float(text[2:]) - 0.5 else "?"
    return "LE" if point.low == 0 and text.startswith("LE") else "range"


def interval(points: list[Observation]) -> tuple[float, float]:
    """Sums of cohort times bound over the sum of cohorts; what is suppressed may be anything."""
    cohort = sum(point.denominator or 0 for point in points)
    low = sum((point.low or 0) * (point.denominator or 0) for point in points)
    high = sum((100 if point.high is None else point.high) * (point.denominator or 0) for point in points)
    return round(low / cohort, 2), round(high / cohort, 2)


PRESCHOOL = "urban-mobility-preschool/metrics_preschool_place_all_longitudinal_all.csv"


@pytest.fixture(scope="module")
def places(real: Path) -> Reading:
    return reading_of("urban-preschool", real / PRESCHOOL, wanted=CALENDAR)


class TestPreschool:
    def test_five_uneven_years_of_every_place(self, places: Reading):
        (tally,) = places.tallies
        assert (places.findings, tally.rows, tally.read, tally.places, tally.absent) == ((), 2430, 2430, 486, 10)
        assert Counter(point.period for point in points_of(places)) == dict.fromkeys(
            ("CY2014", "CY2016", "CY2018", "CY2021", "CY2023"), 486
        )
        assert sum(code(placed.place).startswith("0") for placed in places.points) == 835
        values = [point.value for point in points_of(places) if point.value is not None]
        assert (round(min(values), 2), round(max(values), 2)) == (14.9, 80.93)

    @pytest.mark.parametrize(
        ("place", "first", "last", "change"), [("4714000", 38.925, 33.761, -5.2), ("0107000", 36.85, 46.54, 9.7)]
    )
    def test_a_place_then_and_now(self, places: Reading, place: str, first: float, last: float, change: float):
        points = figures(places)
        then, now = (points[place, year].value or 0 for year in ("CY2014", "CY2023"))
        assert (then, now) == pytest.approx((first, last), abs=0.01)
        assert round(now - then, 1) == change

    def test_limits_are_an_error_and_no_bound(self, places: Reading):
        """U9: half the width of a 95 percent interval over its quantile, in points."""
        point = figures(places)["0107000", "CY2014"]
        width = 100 * (0.4657360728649194 - 0.27124764553253794)
        assert point.standard_error == pytest.approx(width / 2 / 1.959964)
        assert (point.low, point.high, point.denominator) == (None, None, None)
        assert sum(point.standard_error is None for point in points_of(places)) == 10

    def test_a_grade_of_quality_can_be_asked_for(self, real: Path):
        known = {"1": 644, "2": 1273, "3": 503}
        for quality, rows in known.items():
            mapping = mapping_named("urban-preschool", filters={"share_in_preschool_quality": (quality,)})
            assert len(reading_of(mapping, real / PRESCHOOL, wanted=CALENDAR).points) == rows


class TestSchoolDirectory:
    FILE = "urban-portal-excerpt/ccd_directory_dc_2022_excerpt.json"

    def test_a_page_of_records_says_how_many_it_lacks(self, real: Path):
        """R19"""
        reading = reading_of("urban-portal", real / self.FILE)
        (finding,) = reading.findings
        assert (finding.rule, finding.severity) == ("records-more", "warning")
        assert "244 records, and holds 3" in finding.detail
        points = points_of(reading)
        assert [point.denominator for point in points] == [401, 661, 365]
        assert (pooled(points), share(pooled(points))) == ((1018, 1427), 71.34)
        assert {len(code(placed.place)) for placed in reading.points} == {12}

    def test_codes_below_nought_are_no_figures_in_any_column_and_a_null_is_nothing(self, real: Path):
        """V14: seven cells are -1 or -2, twenty-four are null."""
        coded, absent = Counter[str | None](), 0
        for column in self.columns(real):
            mapping = mapping_named("urban-portal", columns=Columns(value=column))
            reading = reading_of(mapping, real / self.FILE, wanted=Wanted(unit="count"))
            coded.update(finding.cell for finding in reading.findings if finding.cell in {"-1", "-2"})
            absent += sum(point.missing == "not_available" for point in points_of(reading))
        assert (coded, absent) == ({"-1": 4, "-2": 3}, 24)

    def test_minus_one_is_missing_in_one_column_and_a_grade_in_another(self, real: Path):
        mapping = mapping_named(
            "urban-portal",
            columns=Columns(value="shared_time"),
            column_codes={"shared_time": {"-1": "not_available"}},
            groups=(GroupColumn(dimension="grade", column="lowest_grade_offered"),),
        )
        reading = reading_of(mapping, real / self.FILE, wanted=Wanted(unit="count"))
        assert errors(reading) == []
        assert [(point.group, point.missing) for point in points_of(reading)] == [
            ("grade=6", "not_available"),
            ("grade=9", "not_available"),
            ("grade=pk", "not_available"),
        ]

    def columns(self, real: Path) -> Iterator[str]:
        first = json.loads((real / self.FILE).read_bytes())["results"][0]
        yield from first


class TestDhis2:
    COUNTS = Wanted(unit="count", period_kind="month")

    def read(self, real: Path, element: str, *names: str) -> Reading:
        mapping = mapping_named("dhis2-values", filters={"dataElement": (element,)})
        return reading_of(mapping, *(real / "dhis2-datavalueset" / name for name in names), wanted=self.COUNTS)

    def test_a_set_in_xml_has_its_sums_by_month(self, real: Path):
        asked = reading_of("dhis2-values", real / "dhis2-datavalueset/dataValueSetB.xml", wanted=self.COUNTS)
        assert [point.value for point in points_of(asked)] == [10_001, 10_002, 10_003, 10_004]
        months = Counter[str]()
        rows = 0
        elements = ("f7n9E0hX8qk", "Ix2HsbDMLea", "eY5ehpbEsB7")
        for element in elements:
            reading = self.read(real, element, "dataValueSetB.xml")
            assert (reading.findings, reading.tallies[0].rows, reading.tallies[0].places) == ((), 12, 2)
            rows += len(reading.points)
            for point in points_of(reading):
                months[point.period] += int(point.value or 0)
        assert (rows, months) == (12, {"2012-01": 60_033, "2012-02": 60_045})
        assert sum(months.values()) == 120_078

    def test_two_values_for_one_key_in_one_load_are_a_question(self, real: Path):
        reading = self.read(real, "f7n9E0hX8qk", "dataValueSetB.xml", "dataValueSetCreateDate.json")
        assert [(finding.rule, finding.cell) for finding in reading.findings] == [("row-contradicts", "20")]
