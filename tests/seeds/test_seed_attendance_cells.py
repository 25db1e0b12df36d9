"""The figures of attendance, readiness and enrollment are the published ones, and what was worked out beside them is right.

The published files are read with the standard library (workbooks too), never with the product.
"""

import csv
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from seed_documents import Row, number, rows

WORKBOOK = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLORADO_YEARS = ("2018-2019", "2019-2020", "2020-2021", "2021-2022", "2022-2023")
RACE_YEARS = ("2011-12", "2014-15", "2016-17", "2017-18", "2018-19", "2019-20")
ABSENT = ("Number of Students with Chronic Absenteeism", "Chronic Absent Count")
COUNTED = ("Student Fall K-12 Enrollment", "K-12 Student Count (used in Chronic Absent Rate)")


def workbook(path: Path) -> list[dict[str, str]]:
    """The first sheet of a workbook, each line by its column letters."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(part.text or "" for part in entry.iter(f"{WORKBOOK}t"))
            for entry in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    lines = []
    for line in sheet.iter(f"{WORKBOOK}row"):
        cells = {}
        for cell in line:
            value = cell.find(f"{WORKBOOK}v")
            if value is not None and value.text is not None:
                text = shared[int(value.text)] if cell.get("t") == "s" else value.text
                cells[re.sub("[0-9]", "", str(cell.get("r")))] = text.strip()
        lines.append(cells)
    return lines


def colorado(real: Path, year: str) -> list[Row]:
    """District code (or the state row's name), students, students of the rate, absent and rate, as one year's workbook prints them."""
    lines = workbook(real / f"co-chronic-absence/{year}_ChronicAbsenteeism.xlsx")
    top = next(place for place, line in enumerate(lines) if line.get("A") == "School Year")
    names = {name.rstrip("*"): letter for letter, name in lines[top].items()}
    absent = next(names[name] for name in ABSENT if name in names)
    counted = next(names[name] for name in (*COUNTED, f"{year} Student Count") if name in names)
    students = names.get("PK-12 Student Count", counted)
    return [
        {
            "place": line.get("D") or next((line[c] for c in "AB" if "total" in line.get(c, "").casefold()), ""),
            "students": line[students],
            "students_of_the_rate": line[counted],
            "chronically_absent": line[absent],
            "chronically_absent_rate": line[names["Chronically Absent Rate"]],
        }
        for line in lines[top + 1 :]
        if {students, counted, absent} <= set(line)
    ]


@pytest.mark.parametrize("year", COLORADO_YEARS)
@pytest.mark.parametrize(
    ("name", "place", "many"),
    [("co-attendance-districts.csv", "district_code", 4), ("co-attendance-state.csv", "row", 1)],
)
def test_every_colorado_cell_is_the_published_one(real: Path, year: str, name: str, place: str, many: int) -> None:
    there = colorado(real, year)
    ours = [row for row in rows(name) if row["school_year"] == year]
    assert len(ours) == many
    for row in ours:
        (published,) = (line for line in there if line["place"] == row[place])
        assert float(published.pop("chronically_absent_rate")) == float(row["chronically_absent_rate"])
        assert published == {column: row.get(column, row[place]) for column in published}


@pytest.mark.parametrize("name", ["co-attendance-districts.csv", "co-attendance-state.csv"])
def test_colorado_complement_is_the_students_who_are_not_chronically_absent(name: str) -> None:
    for row in rows(name):
        students, absent, rate = (
            number(row[column]) for column in ("students", "chronically_absent", "chronically_absent_rate")
        )
        assert number(row["present"]) == students - absent
        assert abs(number(row["percent_present"]) - 100 * number(row["present"]) / students) <= number("0.05")
        assert abs(absent / number(row["students_of_the_rate"]) - rate) <= number("0.0005")
        if row["students"] == row["students_of_the_rate"]:
            assert abs(number(row["percent_present"]) - (100 - 100 * rate)) <= number("0.1")


def test_only_the_last_year_has_two_counts_of_students() -> None:
    apart = {
        (row["district"], row["school_year"])
        for row in rows("co-attendance-districts.csv")
        if row["students"] != row["students_of_the_rate"]
    }
    assert apart == {(name, "2022-2023") for name in ("Denver County 1", "Jefferson County R-1", "Pueblo City 60")}


@pytest.mark.parametrize("name", ["ct-attendance-districts.csv", "ct-attendance-state.csv"])
def test_connecticut_complement_is_a_hundred_minus_the_printed_percent(name: str) -> None:
    for row in rows(name):
        absent, present = row["percent_chronically_absent"], row["percent_present"]
        if absent == "*":
            assert present == "*"
        else:
            assert Decimal(present) == 100 - Decimal(absent)


@pytest.mark.parametrize("year", RACE_YEARS)
def test_every_connecticut_cell_of_a_race_is_the_published_one(real: Path, year: str) -> None:
    path = real / f"ct-chronic-absence-race/chronic-absenteeism__{year}_race.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.reader(file) if len(line) >= 4 and line[1].startswith("=")]
    ours = [row for row in rows("ct-attendance-districts.csv") if row["school_year"] == year]
    codes = {row["district_code"] for row in ours}
    there = [
        (line[1].strip('="'), line[0], line[2], line[3] if len(line) == 5 else "", line[-1])
        for line in lines
        if line[1].strip('="') in codes
    ]
    columns = ("district_code", "district", "race_ethnicity", "chronically_absent", "percent_chronically_absent")
    here = [tuple(row[name] for name in columns) for row in ours if row["race_ethnicity"] != "All Students"]
    assert len(codes) == 3
    assert sorted(here) == sorted(there)


def test_the_states_figure_by_race_is_the_published_one(real: Path) -> None:
    with (real / "ct-chronic-absence-race/chronic-absenteeism__2016-17_race_ct.csv").open(encoding="utf-8-sig") as file:
        there = [tuple(line) for line in csv.reader(file) if line and line[0] == "State of Connecticut"]
    ours = [row for row in rows("ct-attendance-state.csv") if row["race_ethnicity"] != "All Students"]
    here = [(row["organization"], row["race_ethnicity"], row["percent_chronically_absent"]) for row in ours]
    assert {row["school_year"] for row in ours} == {"2016-17"}
    assert sorted(here) == sorted(line for line in there if line[1] != "Race/Ethnicity")


def test_all_students_stand_between_the_groups_that_they_are_made_of() -> None:
    """The figure of all students comes from another export, which is not at hand here: it must lie among its parts."""
    found = 0
    ours = rows("ct-attendance-districts.csv")
    for row in ours:
        if row["race_ethnicity"] == "All Students" and row["school_year"] in RACE_YEARS:
            parts = [
                number(other["percent_present"])
                for other in ours
                if (other["district_code"], other["school_year"]) == (row["district_code"], row["school_year"])
                and other["race_ethnicity"] != "All Students"
                and other["percent_present"] != "*"
            ]
            assert min(parts) < number(row["percent_present"]) < max(parts)
            found += 1
    assert found == 3 * len(RACE_YEARS)


def inventory(real: Path, year: str) -> list[list[str]]:
    """The lines of one year's inventory; most files end their lines with a carriage return alone."""
    text = (real / f"ct-kei-kindergarten/{year}_KEI_Literacy.csv").read_bytes().decode("ascii")
    return [line for line in csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))) if line]


def test_every_readiness_cell_is_the_published_one(real: Path) -> None:
    ours = [tuple(row.values()) for row in rows("ct-kei-literacy-districts.csv")]
    there = [tuple(line[:7]) for year in ("2008-09", "2009-10", "2010-11", "2011-12") for line in inventory(real, year)]
    there += [("", line[0], "2012-13", *line[1:5]) for line in inventory(real, "2012-13")]
    districts = {row[1] for row in ours}
    assert len(districts) == 3
    assert sorted(ours) == sorted(line for line in there if len(line) == 7 and line[1] in districts)


def test_every_readiness_figure_of_the_state_is_the_published_one(real: Path) -> None:
    name = "State_2008-2012_Kindergarten_Entrance_Inventory_Results_-_Literacy_Skills.csv"
    there = [line.split(",") for line in (real / "ct-kei-kindergarten" / name).read_text("ascii").splitlines()[1:]]
    there += [[line[0], "2012-13", *line[1:5]] for line in inventory(real, "2012-13") if line[0] == "Statewide"]
    assert sorted(list(row.values()) for row in rows("ct-kei-literacy-state.csv")) == sorted(
        line for line in there if line[0]
    )


def test_hartford_has_a_gap_and_no_zero_in_its_readiness() -> None:
    years = [
        row["school_year"] for row in rows("ct-kei-literacy-districts.csv") if row["district"].startswith("Hartford")
    ]
    assert years == ["2008-09", "2009-10", "2011-12", "2012-13"]


def test_every_cell_of_enrollment_after_high_school_is_the_published_one(real: Path) -> None:
    with (real / "va-stepping-stones/postsecondary_education_race.csv").open(encoding="utf-8-sig", newline="") as file:
        there = [
            (row["locality"], row["year"], row["group"], row["cohortsize"], row["enrolledany"], row["percent_any"])
            for row in csv.DictReader(file)
            if int(row["year"]) >= 2014
        ]
    ours = [tuple(row.values()) for row in rows("va-postsecondary-enrollment.csv")]
    assert sorted(ours) == sorted(there)


def test_a_group_is_hidden_only_where_it_would_have_fewer_than_ten() -> None:
    printed = [int(row["graduates"]) for row in rows("va-postsecondary-enrollment.csv") if row["graduates"] != "NA"]
    assert min(printed) == 10
