"""Connecticut: Smarter Balanced, kindergarten entry, absence by race, labour force in two vintages; all answers of their SOURCE.md."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from registry.adapters.contract import Reading, Wanted
from registry.domain.mapping import GroupColumn, PlaceColumn
from tests.adapters.real_files import (
    COUNTS,
    by_group,
    code,
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

POOLED = {
    "2014-15": (2057, 7571),
    "2015-16": (2276, 7761),
    "2016-17": (2080, 7496),
    "2017-18": (2227, 7549),
    "2018-19": (2220, 7017),
}
YEARS = tuple(POOLED)
CITIES = {
    "Bridgeport": "0150011",
    "Hartford": "0640011",
    "New Haven": "0930011",
    "Stamford": "1350011",
    "Waterbury": "1510011",
}
PRINTED = {
    "Bridgeport": (21.3, 1729, 26.6, 1565, 5.24),
    "Hartford": (24.1, 1596, 22.2, 1358, -1.90),
    "New Haven": (24.0, 1579, 30.1, 1421, 6.12),
    "Stamford": (44.4, 1247, 48.9, 1267, 4.51),
    "Waterbury": (26.1, 1420, 32.4, 1406, 6.23),
}
"""As printed in 2014-15 with n, in 2018-19 with n, and the change by the counts."""


def district_files(real: Path) -> list[Path]:
    return sorted((real / "ct-sbac-districts").glob("*all-grades.csv"))


@pytest.fixture(scope="module")
def districts(real: Path) -> Reading:
    return reading_of("ct-sbac-districts", *district_files(real))


class TestSmarterBalanced:
    def test_one_mapping_reads_all_five_years(self, districts: Reading):
        assert districts.findings == ()
        told = [(tally.rows, tally.places, tally.suppressed) for tally in districts.tallies]
        assert told == [(2378, 174, 35), (2098, 176, 24), (2102, 176, 23), (2116, 180, 30), (2132, 180, 31)]

    def test_no_suppressed_cell_became_a_number(self, districts: Reading):
        hidden = [point for point in points_of(districts) if point.origin.cells["Level 3&4Met or Exceeded | %"] == "*"]
        assert len(hidden) == 35 + 24 + 23 + 30 + 31
        assert {(point.value, point.numerator, point.low, point.high, point.missing) for point in hidden} == {
            (None, None, None, None, "suppressed")
        }

    @pytest.mark.parametrize(("year", "counts"), list(POOLED.items()))
    def test_five_cities_pool_to_the_known_counts(self, districts: Reading, year: str, counts: tuple[int, int]):
        points = figures(districts)
        assert pooled(points[city, f"SY{year}"] for city in CITIES.values()) == counts

    def test_the_pooled_share_is_not_the_mean_of_shares(self, districts: Reading):
        """A1"""
        points = figures(districts)
        ends = [[points[city, f"SY{year}"] for city in CITIES.values()] for year in ("2014-15", "2018-19")]
        assert [share(pooled(end)) for end in ends] == [27.17, 31.64]
        assert [round(mean(end), 2) for end in ends] == [27.99, 32.03]

    @pytest.mark.parametrize("city", CITIES)
    def test_each_city_is_as_printed_and_changes_by_its_counts(self, districts: Reading, city: str):
        first, last = (figures(districts)[CITIES[city], period] for period in ("SY2014-15", "SY2018-19"))
        printed = [float(point.origin.cells["Level 3&4Met or Exceeded | %"]) for point in (first, last)]
        assert (printed[0], first.denominator, printed[1], last.denominator) == PRINTED[city][:4]
        assert round((last.value or 0) - (first.value or 0), 2) == PRINTED[city][4]

    def test_a_place_is_read_alone(self, real: Path):
        reading = reading_of("ct-sbac-districts", *district_files(real), wanted=of("ct-district:0150011"))
        assert [point.denominator for point in figures(reading).values()] == [1729, 1805, 1708, 1793, 1565]
        assert all(tally.read == 1 for tally in reading.tallies)

    def test_the_state_is_read_by_its_name(self, real: Path):
        files = sorted((real / "ct-sbac-districts").glob("*all-grades_ct.csv"))
        reading = reading_of("ct-sbac-state", *files)
        assert reading.findings == ()
        points = figures(reading)
        assert [round(points["09", f"SY{year}"].value or 0, 1) for year in YEARS] == [53.6, 53.9, 51.8, 53.1, 54.3]
        assert [points["09", f"SY{year}"].denominator for year in YEARS] == [37985, 38938, 38093, 37523, 36512]

    def test_all_grades_and_subjects_hold_the_known_codes_and_stars(self, real: Path):
        """The code is plain up to 2015-16 and a formula after; 187 districts are in the first and the last year."""
        codes: dict[str, set[str]] = {"2014-15": set(), "2018-19": set()}
        suppressed = Counter[str]()
        for subject in ("ELA", "Math"):
            grades = (GroupColumn(dimension="grade", column="Grade"),)
            mapping = mapping_named("ct-sbac-districts", filters={"Subject": (subject,)}, groups=grades)
            for year, file in ((YEARS[0], district_files(real)[0]), (YEARS[-1], district_files(real)[-1])):
                reading = reading_of(mapping, file)
                assert reading.findings == ()
                codes[year] |= {placed.place for placed in reading.points}
                suppressed[year] += reading.tallies[0].suppressed
        first, last = codes.values()
        assert (len(first), len(last), len(first & last)) == (196, 192, 187)
        assert suppressed["2018-19"] == 348


CHILDREN = {"2008-09": 39738, "2009-10": 37907, "2010-11": 35603, "2011-12": 37719, "2012-13": 37447}
READY = (33.77, 35.18, 39.16, 37.60, 38.33)
SIMPLE = (39.09, 40.46, 44.33, 41.99, 44.56)


@pytest.fixture(scope="module")
def kindergartens(real: Path) -> Reading:
    """All five years; the last has two header rows, no ids and no year, and names each district."""
    folder = real / "ct-kei-kindergarten"
    first = reading_of("ct-kei", *(folder / f"{year}_KEI_Literacy.csv" for year in list(CHILDREN)[:4]))
    path = folder / "2012-13_KEI_Literacy.csv"
    lines = path.read_text("ascii").splitlines()[2:]
    mapping = naming("ct-kei-2012-13", (line.split(",")[0].strip('"') for line in lines), "ct-kei-name")
    last = reading_of(mapping, path)
    return msgspec.structs.replace(
        first,
        points=(*first.points, *last.points),
        findings=(*first.findings, *last.findings),
        tallies=(*first.tallies, *last.tallies),
    )


class TestKindergarten:
    def test_files_that_end_lines_with_cr_are_read_without_their_total_row(self, kindergartens: Reading):
        assert kindergartens.findings == ()
        told = [(tally.read, tally.skipped) for tally in kindergartens.tallies]
        assert told == [(170, 1), (166, 1), (167, 1), (166, 0), (162, 1)]

    def test_children_and_ready_children_add_up_without_the_total_row(self, kindergartens: Reading):
        for (year, children), ready, simple in zip(CHILDREN.items(), READY, SIMPLE, strict=True):
            points = [point for point in points_of(kindergartens) if point.period == f"SY{year}"]
            assert sum(point.denominator or 0 for point in points) == children
            weighted = sum((point.value or 0) * (point.denominator or 0) for point in points) / children
            assert (round(weighted, 2), round(mean(points), 2)) == (ready, simple)

    def test_a_total_row_that_nobody_names_is_a_question_and_no_district(self, real: Path):
        """With its row the children would be 79,476."""
        mapping = mapping_named("ct-kei", skip={})
        reading = reading_of(mapping, real / "ct-kei-kindergarten/2008-09_KEI_Literacy.csv")
        assert [(finding.rule, finding.row) for finding in reading.findings] == [
            ("place-blank", 172),
            ("period-blank", 172),
        ]
        assert (reading.tallies[0].read, reading.tallies[0].refused) == (170, 1)

    def test_an_id_with_and_without_zeros_is_one_district_and_a_gap_stays_a_gap(self, kindergartens: Reading):
        points = figures(kindergartens)
        bridgeport = [(point.value, point.denominator) for (own, _), point in points.items() if own == "015"]
        assert bridgeport == [(29.2, 1666), (26.7, 1705), (32.9, 1729), (33.3, 1833), (32.4, 1828)]
        hartford = {period: point.value for (own, period), point in points.items() if own == "064"}
        assert hartford == {"SY2008-09": 20.6, "SY2009-10": 24.3, "SY2011-12": 25.5, "SY2012-13": 25.3}
        ansonia = [points["002", f"SY{year}"].denominator for year in ("2009-10", "2010-11", "2011-12")]
        assert ansonia == [177, 22, 172]

    def test_the_states_own_file_prints_what_its_districts_make(self, real: Path):
        (path,) = (real / "ct-kei-kindergarten").glob("State_*.csv")
        reading = reading_of("ct-kei-state", path)
        assert reading.findings == ()
        said = {period: (point.value, point.denominator) for (_, period), point in figures(reading).items()}
        assert said == {
            "SY2008-09": (33.8, 39738),
            "SY2009-10": (35.2, 37907),
            "SY2010-11": (39.2, 35603),
            "SY2011-12": (37.6, 37719),
        }


ABSENCE = {
    "2011-12": (1195, 662),
    "2014-15": (1239, 691),
    "2016-17": (1244, 761),
    "2017-18": (1245, 745),
    "2018-19": (1242, 739),
    "2019-20": (1242, 707),
}
HARTFORD = "ct-district:0640011"
RATES = {
    "black": (21.7, 22.1, 18.8, 21.8, 22.1, 24.4),
    "hispanic": (32.6, 32.4, 27.8, 30.7, 30.9, 32.9),
    "white": (10.1, 12.7, 7.8, 11.8, 9.9, 14.3),
}
ABSENT_CHILDREN = {"2018-19": (1214, 3063, 165, 321), "2019-20": (1270, 3165, 213, 293)}
"""Black, Hispanic and white children of Hartford; rows that print 0 beside a hidden rate."""


def absence(real: Path, year: str) -> Path:
    return real / f"ct-chronic-absence-race/chronic-absenteeism__{year}_race.csv"


class TestAbsenceByRace:
    def test_one_mapping_reads_both_layouts(self, real: Path):
        reading = reading_of("ct-absence-race", *(absence(real, year) for year in ABSENCE))
        assert {finding.severity for finding in reading.findings} == {"warning"}, "small percents are asked about"
        assert [(tally.read, tally.suppressed) for tally in reading.tallies] == list(ABSENCE.values())
        hartford = [placed.observation for placed in reading.points if placed.place == HARTFORD]
        for group, rates in RATES.items():
            own = [point for point in hartford if point.group == f"race_ethnicity={group}"]
            assert tuple(point.value for point in own) == rates
            assert {point.denominator for point in own} == {None}
        changes = {group: round(rates[-1] - rates[0], 1) for group, rates in RATES.items()}
        assert changes == {"black": 2.7, "white": 4.2, "hispanic": 0.3}

    @pytest.mark.parametrize("year", ABSENT_CHILDREN)
    def test_a_count_of_nought_beside_a_hidden_rate_is_asked_about(self, real: Path, year: str):
        *children, noughts = ABSENT_CHILDREN[year]
        reading = reading_of("ct-absence-race-counts", absence(real, year), wanted=COUNTS)
        hartford = {
            placed.observation.group: placed.observation for placed in reading.points if placed.place == HARTFORD
        }
        assert [hartford[f"race_ethnicity={group}"].value for group in ("black", "hispanic", "white")] == children
        assert {finding.rule for finding in reading.findings} == {"reason-beside-figure"}
        refused = {finding.row for finding in reading.findings}
        plain = reading_of(mapping_without_reason(), absence(real, year), wanted=COUNTS)
        asked = [point for point in points_of(plain) if point.origin.row in refused]
        assert sum(point.value == 0 for point in asked) == noughts

    def test_before_2018_there_is_no_count(self, real: Path):
        reading = reading_of("ct-absence-race-counts", absence(real, "2017-18"), wanted=COUNTS)
        assert [(finding.rule, finding.column) for finding in reading.findings] == [
            ("column-missing", "Student Count"),
            ("column-missing", "%"),
        ]

    def test_the_state_is_in_a_file_without_codes(self, real: Path):
        reading = reading_of("ct-absence-race-state", *(real / "ct-chronic-absence-race").glob("*_ct.csv"))
        assert reading.findings == ()
        found = {group.partition("=")[2]: point.value for group, point in by_group(reading).items()}
        assert (len(found), found["american_indian_alaska_native"], found["black"], found["white"]) == (
            7,
            12.7,
            14.4,
            6.7,
        )


def mapping_without_reason():  # the mapping's own type
    mapping = mapping_named("ct-absence-race-counts")
    return msgspec.structs.replace(
        mapping, columns=msgspec.structs.replace(mapping.columns, reason=None), column_codes={}
    )


COUNTIES = ("fips-county:09001", "fips-county:09003", "fips-county:09009")
KINDS = {"Labor Force": "count", "Employment": "count", "Unemployment": "count", "Unemployment Rate": "percent"}


def vintages(real: Path) -> list[Path]:
    return [real / f"ct-laus-revisions/LAUS Substate 2014 {vintage}.xlsx" for vintage in ("ap17", "AP 19bm")]


class TestLabourForce:
    def test_four_rows_an_area_and_a_column_a_month_are_shares_by_month(self, real: Path):
        said, rates = [], []
        for file, vintage in zip(vintages(real), ("2017", "2019"), strict=True):
            reading = reading_of("ct-laus", file, wanted=of(*COUNTIES, period_kind="month"))
            assert (reading.findings, len(reading.points)) == ((), 36)
            points = figures(reading)
            january = [points[code(county), "2014-01"] for county in COUNTIES]
            counts = pooled(january)
            said.append((*counts, round(100 * counts[0] / counts[1], 3)))
            column = f"Jan 2014 (B - {vintage}) | Unemployment Rate"
            rates.append([float(point.origin.cells[column]) for point in january])
        assert said == [(106_026, 1_385_730, 7.651), (106_440, 1_383_848, 7.692)]
        assert rates == [[7.0, 7.7, 8.2], [7.1, 7.8, 8.3]]

    def test_the_yearly_average_did_not_move(self, real: Path):
        """Rounded to a tenth, it looks the same though the months moved."""
        places = [f"ct-laus:CN{county.partition(':')[2]}00000000" for county in COUNTIES]
        for file in vintages(real):
            points = figures(reading_of("ct-laus-average", file, wanted=of(*places, period_kind="calendar-year")))
            assert [points[code(place), "CY2014"].value for place in places] == [6.2, 6.8, 7.2]

    def test_most_months_of_most_series_were_revised(self, real: Path):
        """T10: 896 series of 224 areas, 10,752 months, 8,243 of them changed."""
        series, months, changed = 0, 0, 0
        for kind, unit in KINDS.items():
            mapping = mapping_named("ct-laus-months", filters={"Data Type": (kind,)})
            readings = [
                reading_of(mapping, file, wanted=Wanted(unit=unit, period_kind="month")) for file in vintages(real)
            ]
            assert [reading.findings for reading in readings] == [(), ()]
            before, after = (figures(reading) for reading in readings)
            assert before.keys() == after.keys()
            series += len({area for area, _ in before})
            months += len(before)
            changed += sum(before[key].value != after[key].value for key in before)
        assert (series, months, changed) == (896, 10_752, 8_243)

    def test_an_area_that_the_mapping_does_not_name_is_not_ours(self, real: Path):
        place = PlaceColumn(column="Area Code", names={"CN0900100000000": "fips-county:09001"})
        reading = reading_of(
            mapping_named("ct-laus", place=place), vintages(real)[0], wanted=of(*COUNTIES, period_kind="month")
        )
        assert {placed.place for placed in reading.points} == {"fips-county:09001"}
