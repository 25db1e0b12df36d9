"""Colorado: five workbooks that rename everything, and seven tables by name only; all answers of their SOURCE.md."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from registry.adapters.contract import Reading, Wanted
from registry.domain.mapping import Code, Mapping
from tests.adapters.real_files import (
    CALENDAR,
    PERCENT,
    figures,
    mapping_named,
    naming,
    of,
    points_of,
    pooled,
    reading_of,
    share,
)

YEARS = ("2018-2019", "2019-2020", "2020-2021", "2021-2022", "2022-2023")
DENVER = ((34_596, 86_887), (27_873, 96_030), (27_870, 93_385), (39_781, 92_170), (35_835, 87_225))
STATE = ((197_392, 877_308), (212_642, 941_333), (229_963, 882_896), (317_796, 896_039), (269_582, 866_788))
DISTRICTS = ((197_392, 877_308), (212_642, 941_333), (229_963, 901_813), (317_796, 917_705), (277_671, 888_394))
PRINTED = (0.225, 0.2259, 0.26, 0.355, 0.311)
IMPOSSIBLE = (2798, 2475)
"""Education reEnvisioned BOCES in 2018-19: more absent children than children."""


def workbook(real: Path, year: str) -> Path:
    return real / f"co-chronic-absence/{year}_ChronicAbsenteeism.xlsx"


@pytest.fixture(scope="module")
def absence(real: Path) -> Reading:
    return reading_of("co-chronic-absence", *(workbook(real, year) for year in YEARS))


class TestChronicAbsence:
    def test_one_mapping_reads_five_years_and_refuses_one_impossible_row(self, absence: Reading):
        """The header moves, the sheet, the count and the denominator are renamed; PK-12 is the wrong one."""
        assert [tally.places for tally in absence.tallies] == [184, 185, 184, 185, 185]
        assert [tally.skipped for tally in absence.tallies] == [1, 1, 1, 2, 1]
        (finding,) = absence.findings
        assert (finding.row, finding.cell, finding.detail) == (
            186,
            "113.050505050505%",
            "'113.050505050505%' is above 100.",
        )

    def test_denver_year_by_year(self, absence: Reading):
        points = figures(absence)
        denver = [points["0880", f"SY{year[:4]}-{year[7:]}"] for year in YEARS]
        assert [(point.numerator, point.denominator) for point in denver] == list(DENVER)
        assert [round((point.value or 0) / 100, 4) for point in denver[:2]] == [0.3982, 0.2903]
        assert [round((point.value or 0) / 100, 3) for point in denver[2:]] == [0.298, 0.432, 0.411]

    @pytest.mark.parametrize("year", YEARS)
    def test_districts_add_up_to_their_own_sum_and_not_to_the_states(self, absence: Reading, year: str):
        """Children who moved are counted in two districts and once in the state."""
        points = [point for point in points_of(absence) if point.origin.file.startswith(year)]
        top, bottom = pooled(points)
        refused = IMPOSSIBLE if year == YEARS[0] else (0, 0)
        assert (top + refused[0], bottom + refused[1]) == DISTRICTS[YEARS.index(year)]

    def test_the_sums_make_other_percents_than_the_state(self):
        assert [share(counts) for counts in DISTRICTS[2:]] == [25.50, 34.63, 31.26]
        assert [share(counts) for counts in STATE[2:]] == [26.05, 35.47, 31.10]

    @pytest.mark.parametrize(("year", "counts", "printed"), list(zip(YEARS, STATE, PRINTED, strict=True)))
    def test_the_state_row_under_its_four_names(self, real: Path, year: str, counts: tuple[int, int], printed: float):
        """P11"""
        suffix = "-2018-19" if year == YEARS[0] else ""
        reading = reading_of(f"co-chronic-absence-state{suffix}", workbook(real, year))
        assert reading.findings == ()
        (point,) = points_of(reading)
        assert (point.numerator, point.denominator, point.period) == (*counts, f"SY{year[:4]}-{year[7:]}")
        text = next(cell for name, cell in point.origin.cells.items() if name == "Chronically Absent Rate")
        assert float(text.removesuffix("%")) / 100 == pytest.approx(printed, abs=0.00005)

    def test_exactly_all_children_absent_is_a_figure(self, absence: Reading):
        assert figures(absence)["3220", "SY2019-20"].value == 100

    def test_a_name_that_nobody_foresaw_is_one_question(self, real: Path):
        mapping = mapping_named("co-chronic-absence", other_names={})
        (finding,) = reading_of(mapping, workbook(real, "2021-2022")).findings
        assert (finding.rule, finding.sheet, finding.row) == ("column-missing", "data", 5)
        assert "'2021-2022 Student Count'" in finding.hint


READING = "3rd grade students scoring proficient or above on the CSAP_TCAP"
RACE = "Average proficiency on the CSAP_TCAP by race_ethnicity_ Reading"
FILES = {
    "co-kidscount-reading": READING,
    "co-kidscount-reading-race": RACE,
    "co-kidscount-dropout": "Dropout rates by race and ethnicity",
    "co-kidscount-graduation": "High school graduation rates",
    "co-kidscount-kindergarten": "Kindergartners in full-day program",
    "co-kidscount-remediation": "Remediation in higher education",
    "co-kidscount-poverty": "School-aged children in poverty",
    "co-kidscount-poverty-number": "School-aged children in poverty",
}
TOLD = {
    "co-kidscount-reading-race": (PERCENT, 5792, {"LNE": 3012, "N/A": 59}),
    "co-kidscount-dropout": (PERCENT, 3620, {"N/A": 40}),
    "co-kidscount-graduation": (PERCENT, 905, {"N/A": 8, "NA": 2}),
    "co-kidscount-kindergarten": (PERCENT, 1991, {"#DIV/0!": 2, "N/A": 26}),
    "co-kidscount-remediation": (PERCENT, 543, {"N/A": 268}),
    "co-kidscount-poverty": (CALENDAR, 3060, None),
    "co-kidscount-poverty-number": (Wanted(unit="count", period_kind="calendar-year"), 1080, None),
}
"""What is wanted, how many rows are read, and the texts that are no figures."""


def table(real: Path, name: str) -> Path:
    return real / "co-kidscount" / f"{FILES[name]}.csv"


def all_places(real: Path, name: str) -> Mapping:
    with table(real, name).open(encoding="utf-8", newline="") as file:
        return naming(name, sorted({row["Location"] for row in csv.DictReader(file)}), "co-kidscount")


class TestKidsCount:
    @pytest.mark.parametrize("name", TOLD)
    def test_every_row_is_read_and_every_absence_is_one(self, real: Path, name: str):
        wanted, rows, absent = TOLD[name]
        reading = reading_of(all_places(real, name), table(real, name), wanted=wanted)
        assert reading.findings == ()
        assert (len(reading.points), reading.tallies[0].places) == (rows, 180 if "poverty" in name else 181)
        if absent is not None:
            found = Counter(point.origin.cells["Data"] for point in points_of(reading) if point.missing)
            assert found == absent

    def test_poverty_has_blanks_and_marks_in_both_kinds_of_rows(self, real: Path):
        """U4: the same place and year in two formats, told apart by a filter."""
        found = Counter[str]()
        academy = []
        for name in ("co-kidscount-poverty", "co-kidscount-poverty-number"):
            reading = reading_of(all_places(real, name), table(real, name), wanted=TOLD[name][0])
            found.update(point.origin.cells["Data"] for point in points_of(reading) if point.missing)
            academy.append(figures(reading)["1040", "CY2013"].value)
        assert found == {"": 26, "N/A": 20, "NA": 4}
        assert academy == [4.8, 1067]

    def test_third_grade_reading_is_a_share_of_one_and_changes_as_known(self, real: Path):
        places = {"08": (0.703, 0.71581, 1.28), "0880": (0.507, 0.59689, 8.99), "0180": (0.466, 0.46357, -0.24)}
        places["1040"] = (0.866, 0.83101, -3.50)
        wanted = of("fips-state:08", *(f"co-district:{place}" for place in ("0880", "0180", "1040")))
        reading = reading_of("co-kidscount-reading", table(real, "co-kidscount-reading"), wanted=wanted)
        assert reading.findings == ()
        points = figures(reading)
        for place, (first, last, change) in places.items():
            ends = [points[place, period].value or 0 for period in ("SY2007-08", "SY2013-14")]
            assert ends == pytest.approx([100 * first, 100 * last])
            assert round(ends[1] - ends[0], 2) == change

    def test_denver_graduates(self, real: Path):
        reading = reading_of(
            "co-kidscount-graduation", table(real, "co-kidscount-graduation"), wanted=of("co-district:0880")
        )
        rates = [(point.value or 0) / 100 for point in points_of(reading)]
        assert rates == pytest.approx([0.518, 0.561, 0.58828, 0.61281, 0.628])

    def test_errors_of_spreadsheets_and_a_footnote_are_asked_about_row_by_row(self, real: Path):
        """V9, V10: 91 cells say #VALUE! over three subjects, one says 81.6* among shares of one."""
        cells = Counter[str | None]()
        absent = Counter[str]()
        everywhere = all_places(real, "co-kidscount-reading")
        for subject in ("Math", "Reading", "Writing"):
            mapping = mapping_named("co-kidscount-reading", filters={"Score": (subject,)}, place=everywhere.place)
            reading = reading_of(mapping, table(real, "co-kidscount-reading"))
            cells.update(finding.cell for finding in reading.findings)
            absent.update(point.origin.cells["Data"] for point in points_of(reading) if point.missing)
            assert sum((reading.tallies[0].read, reading.tallies[0].refused)) == 1267
        assert cells == {"#VALUE!": 91, "81.6*": 1}
        assert absent == {"LNE": 565, "N/A": 351, "": 2}

    def test_the_footnoted_cell_is_81_6_percent_once_somebody_says_so(self, real: Path):
        path, wanted = table(real, "co-kidscount-reading"), of("co-district:0900")
        (finding,) = reading_of("co-kidscount-reading", path, wanted=wanted).findings
        assert (finding.rule, finding.row, finding.cell) == ("cell-unreadable", 695, "81.6*")
        said = mapping_named("co-kidscount-reading")
        mapping = mapping_named("co-kidscount-reading", codes={**said.codes, "81.6*": Code(value=81.6)})
        reading = reading_of(mapping, path, wanted=wanted)
        point = figures(reading)["0900", "SY2009-10"]
        assert (reading.findings, point.value, point.origin.cells["Data"]) == ((), 81.6, "81.6*")

    def test_groups_of_two_dimensions_stand_in_one_column(self, real: Path):
        name = "co-kidscount-dropout"
        reading = reading_of(name, table(real, name), wanted=of("fips-state:08"))
        first = {point.group: point.value for point in points_of(reading) if point.period == "SY2010-11"}
        assert len(first) == 10
        known = ("", "sex=female", "sex=male", "race_ethnicity=american_indian_alaska_native", "race_ethnicity=asian")
        assert [first[group] for group in known] == pytest.approx([3.0, 2.8, 3.2, 6.5, 1.7])
