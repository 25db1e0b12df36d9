"""A sheet to fill in: what it shows, what it guards, and that it is loaded as it is, without a mapping by hand."""

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.pains.office import COUNTED, Office, mapping

HEAD = "place,year,race_ethnicity,tested,met"
ROWS = [
    "alder,2017-18,All Students,1000,400",
    "alder,2018-19,All Students,1010,420",
    "alder,2018-19,Asian,200,120",
    "alder,2018-19,White,6,4",
]


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    made = Office(run, tmp_path, {"disaggregation": {"required": ["race_ethnicity"]}})
    made.place("alder")
    made.place("birch")
    made.load("alder", [HEAD, *ROWS], mapping(COUNTED, groups="race_ethnicity"))
    return made


def sheet(office: Office, *words: str, name: str = "sheet.xlsx"):
    office.ask("data", "sheet", "alder/grade-3", "--out", office.folder / name, *words)
    return openpyxl.load_workbook(office.folder / name)


def titles(page) -> list[str]:
    return [cell.value for cell in page[4] if cell.value]


def test_it_has_a_row_for_each_group_and_last_year_s_figures_beside(office: Office):
    page = sheet(office)["Fill in"]
    assert titles(page) == [
        "Period", "Race and ethnicity", "Percent", "Numerator", "Denominator",
        "Percent in SY2018-19", "Numerator in SY2018-19", "Denominator in SY2018-19",
    ]  # fmt: skip
    rows = {row[1]: row for row in page.iter_rows(min_row=5, values_only=True)}
    assert len(rows) == 8
    assert rows["All"] == ("SY2019-20", "All", None, None, None, "41.584158416", "420", "1010")
    assert rows["Asian"][5:] == ("60", "120", "200")
    assert rows["Hispanic or Latino"][5:] == (None, None, None)


def test_small_figures_are_masked_for_whoever_does_not_own_them(office: Office):
    rows = {row[1]: row for row in sheet(office)["Fill in"].iter_rows(min_row=5, values_only=True)}
    assert "4" not in rows["White"][5:]
    assert "6" not in rows["White"][5:]
    own = {
        row[1]: row
        for row in sheet(office, "--unmasked", name="own.xlsx")["Fill in"].iter_rows(min_row=5, values_only=True)
    }
    assert own["White"][6:] == ("4", "6")


def test_labels_are_protected_and_reasons_can_be_chosen(office: Office):
    page = sheet(office)["Fill in"]
    assert page.protection.sheet is True
    assert [page.cell(row=5, column=column).protection.locked for column in range(1, 9)] == [
        True,
        True,
        False,
        False,
        False,
        True,
        True,
        True,
    ]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert rules["C5:C12"].formula1 == '"suppressed,not available,not applicable,not tested,not yet observed"'
    assert rules["D5:D12"].type == "whole"


def test_it_is_loaded_as_it_is_and_the_publisher_s_mapping_stays(office: Office):
    book = sheet(office)
    page = book["Fill in"]
    page["D5"], page["E5"] = 450, 1020
    for row in range(6, 13):
        page.cell(row=row, column=3).value = "suppressed" if page.cell(row=row, column=2).value == "White" else None
    page["C7"] = 61.5
    book.save(office.folder / "filled.xlsx")
    report = office.json("data", "import", office.folder / "filled.xlsx", "--variant", "alder/grade-3")
    assert (report["new"], report["refused"], report["skipped"]) == (3, 0, 5)
    again = office.json("data", "import", office.folder / "filled.xlsx", "--variant", "alder/grade-3")
    assert (again["batch"], again["same"]) == (None, 3)
    next_year = office.folder / "next.csv"
    next_year.write_text(f"{HEAD}\nalder,2020-21,All Students,1000,500\n")
    assert office.json("data", "import", next_year, "--variant", "alder/grade-3")["new"] == 1


def test_a_sheet_left_blank_loads_nothing(office: Office):
    sheet(office)
    answered = office.run("data", "import", office.folder / "sheet.xlsx", "--variant", "alder/grade-3", "--json")
    assert answered.json["new"] == 0
    assert answered.json["skipped"] == 8
    (told,) = (finding for finding in answered.json["findings"] if finding["rule"] == "nothing-read")
    assert told["detail"] == "None of the 8 rows was read: no column that the mapping names holds anything."


def test_a_sheet_for_another_measure_is_refused(office: Office):
    sheet(office)
    refused = office.run("data", "import", office.folder / "sheet.xlsx", "--variant", "birch/grade-3")
    assert refused.status == 1
    assert "was made for alder/grade-3" in refused.err


def test_a_period_can_be_named_and_a_file_is_never_written_over(office: Office):
    assert sheet(office, "--period", "2021-22")["Fill in"]["A5"].value == "SY2021-22"
    refused = office.run("data", "sheet", "alder/grade-3", "--out", office.folder / "sheet.xlsx")
    assert (refused.status, "is there already" in refused.err) == (1, True)
    assert (
        office.run("data", "sheet", "alder/grade-3", "--out", office.folder / "x.xlsx", "--period", "soon").status == 2
    )
