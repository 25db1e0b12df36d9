"""What people complained of when they entered documents and files, and took figures out again (user pains A36 and A48 to A53)."""

import csv
from pathlib import Path
from typing import Any

import pytest

from registry.adapters.contract import Wanted
from tests.adapters.any_file import read_files
from tests.adapters.workbooks import xlsx
from tests.cli.documents import community, variant, wrote
from tests.conftest import Run
from tests.pains.office import COUNTED, Office, mapping


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    return Office(run, tmp_path)


def checked(office: Office, **changes: object) -> list[tuple[str, str]]:
    """What is wrong with a local measure of a place that is there, by rule and pointer."""
    office.publish("community", "add", community("alder", "alder"))
    path = wrote(office.folder, "checked.json", variant("alder", "alder", **changes))
    findings: Any = office.run("variant", "check", path, "--json").json
    return [(found["rule"], found["pointer"]) for found in findings["findings"] if found["severity"] == "error"]


def test_a36_nought_is_no_empty_cell_and_a_fault_names_its_sheet_row_and_column(office: Office, tmp_path: Path) -> None:
    office.place("alder", baseline={"period": "SY2017-18", "value": 0, "numerator": 0, "denominator": 40})
    rows = ["place,year,met,tested", "alder,2017-18,0,40", "alder,2018-19,0,0"]
    report = office.load("alder", rows, mapping(COUNTED))
    assert (report["new"], report["refused"]) == (2, 0)
    (series,) = office.rollup("--unmasked")["series"]
    assert (series["baseline"]["value"], series["baseline"]["numerator"]) == (0, 0)
    table = [["place", "year", "met", "tested"], ["alder", "2017-18", 0, 40], ["birch", "2017-18", "few", 40]]
    path = wrote(tmp_path, "figures.xlsx", xlsx({"Figures": table}))
    reading = read_files([path], 'format = "xlsx"\n' + mapping(COUNTED), Wanted())
    (finding,) = reading.findings
    assert (finding.file, finding.sheet, finding.row, finding.column, finding.cell) == (
        "figures.xlsx",
        "Figures",
        3,
        "met",
        "few",
    )


def test_a48_a_baseline_without_a_figure_blocks_no_export(office: Office) -> None:
    office.place("alder")
    office.load("alder", ["place,year,met,tested", "alder,2018-19,10,40"], mapping(COUNTED))
    (series,) = office.rollup()["series"]
    assert (series["baseline"], series["latest"]["value"]) == ({"period": "SY2017-18"}, 25)
    rows = list(csv.DictReader(office.ask("rollup", "reading", "--format", "csv").out.splitlines()))
    assert any(row["community"] == "alder" for row in rows)


@pytest.mark.parametrize(
    ("changes", "rule", "pointer"),
    [
        ({"target": {"period": "SY2010-11", "value": 60}}, "period-order", "/target/period"),
        ({"target": {"period": "SY2017-18", "value": 60}}, "period-order", "/target/period"),
        ({"target": {"period": "2023-02-29", "value": 60}}, "period-unreadable", "/target/period"),
    ],
    ids=["before the baseline", "at the baseline", "no day at all"],
)
def test_a49_a_deadline_is_after_its_baseline_and_a_day_that_there_is(
    office: Office, changes: dict[str, object], rule: str, pointer: str
) -> None:
    assert checked(office, **changes) == [(rule, pointer)]


def test_a49_the_same_rules_hold_for_the_periods_of_a_file(office: Office) -> None:
    office.place("alder")
    rows = ["place,year,met,tested", "alder,2023-02-29,10,40", "alder,2019-2015,10,40", "alder,2018-19,10,40"]
    result = office.try_load("alder", rows, mapping(COUNTED))
    found: Any = result.json
    assert result.status == 1
    assert [(entry["rule"], entry["row"], entry["cell"]) for entry in found["findings"]] == [
        ("period-unreadable", 2, "2023-02-29"),
        ("period-unreadable", 3, "2019-2015"),
    ]


def test_a50_five_faults_of_a_document_are_five_findings(office: Office) -> None:
    wrong = {
        "title": "",
        "population": {"description": "Grade 3", "kind": "pupils", "geographies": ["town:alder"]},
        "baseline": {"period": "last year"},
        "target": {"period": "SY2024-25", "value": 160},
        "milestones": [{"period": "SY2020-21"}],
    }
    assert {pointer for _, pointer in checked(office, **wrong)} == {
        "/title",
        "/population/kind",
        "/baseline/period",
        "/target/value",
        "/milestones/0",
    }


def test_a50_every_fault_of_a_file_is_told_at_once_in_the_order_of_its_rows(office: Office) -> None:
    office.place("alder")
    rows = [
        "place,year,met,tested",
        "alder,last,10,40",
        "alder,2018-19,ten,forty",
        "alder,2019-20,50,40",
        ",2020-21,1,2",
    ]
    found: Any = office.try_load("alder", rows, mapping(COUNTED)).json
    assert [(entry["rule"], entry["row"], entry["column"]) for entry in found["findings"]] == [
        ("period-unreadable", 2, "year"),
        ("cell-unreadable", 3, "met"),
        ("cell-unreadable", 3, "tested"),
        ("counts-impossible", 4, "met"),
        ("place-blank", 5, "place"),
    ]


def test_a53_a_name_that_is_a_formula_is_harmless_in_a_sheet_and_a_fall_stays_a_number(office: Office) -> None:
    name = '=HYPERLINK("https://example.org","Alder")'
    office.publish("community", "add", community("alder", "alder", name=name))
    office.publish("variant", "propose", variant("alder", "alder", title="=1+1"))
    rows = ["place,year,met,tested", "alder,2017-18,500,1000", "alder,2018-19,458,1000"]
    office.load("alder", rows, mapping(COUNTED))
    written = list(csv.DictReader(office.ask("rollup", "reading", "--format", "csv").out.splitlines()))
    cells = [cell for row in written for cell in row.values() if cell]
    assert not [cell for cell in cells if cell[0] in "=@+" or (cell[0] == "-" and not is_number(cell))]
    (series,) = (row for row in written if row["community"] == "alder" and row["change"])
    assert float(series["change"]) == pytest.approx(-4.2)


def is_number(text: str) -> bool:
    try:
        return float(text) < 0
    except ValueError:
        return False
