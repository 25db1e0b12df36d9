"""The workbook that goes back to the person: every fault in its own cell, nothing of ours a formula, nothing of children in it."""

import io
from pathlib import Path

import openpyxl
import pytest

from registry.adapters.marked.workbook import marked_workbook
from registry.domain.finding import Finding
from tests.adapters.any_file import read_files
from tests.adapters.workbooks import Cell, xlsx

MAPPING = """
place = { column = "place", scheme = "town" }
period = { column = "year" }
columns = { value = "rate" }
"""
CSV = 'place,year,rate\nalder,2018,41.5\nbirch,2018,abc\ncedar,soon,=1+1\n"a ""b""",2018,141\n'


def marked(folder: Path, content: bytes, name: str, mapping: str = MAPPING):
    path = folder / name
    path.write_bytes(content)
    findings = read_files([path], mapping).findings
    return openpyxl.load_workbook(io.BytesIO(marked_workbook([path], findings))), findings


def faults(book) -> dict[str, str]:
    """The text of each coloured cell beyond the first sheet, and its comment."""
    return {
        f"{cell.coordinate} {cell.value}": cell.comment.text
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.comment
    }


def test_a_table_of_text_comes_back_as_a_workbook_with_its_faults_marked(tmp_path: Path):
    book, findings = marked(tmp_path, CSV.encode(), "towns.csv")
    assert book.sheetnames == ["Findings", "towns"]
    found = faults(book)
    assert {"C3 abc", "B4 soon"} <= set(found)
    assert all(text.startswith("error: ") for text in found.values())
    assert book["Findings"].max_row == len(findings) + 1


def test_nothing_that_we_write_is_a_formula(tmp_path: Path):
    content = "place,year,rate\n=HYPERLINK(1),2018,=1+1\n+x,2018,@SUM(1)\n"
    book, findings = marked(tmp_path, content.encode(), "=cmd.csv")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert findings
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1" in {cell.value for cell in cells}


def own_workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Rates"
    for row in (["place", "year", "rate"], ["alder", "2018", 0.4152], ["birch", "2018", "abc"]):
        sheet.append(row)
    sheet["C2"].number_format = "0.0%"
    book.create_sheet("Notes")["A1"] = "=1+1"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


OF_SHEET = f'format = "xlsx"\nsheet = "Rates"\n{MAPPING}'


def test_a_workbook_comes_back_as_it_was_sent(tmp_path: Path):
    book, _ = marked(tmp_path, own_workbook(), "towns.xlsx", OF_SHEET)
    assert book.sheetnames == ["Findings", "Rates", "Notes"]
    assert (book["Rates"]["C2"].value, book["Rates"]["C2"].number_format) == (0.4152, "0.0%")
    assert book["Notes"]["A1"].value == "=1+1"
    assert list(faults(book)) == ["C3 abc"]
    assert book["Findings"]["D2"].hyperlink.target == "#'Rates'!C3"


def test_a_workbook_that_only_we_can_read_comes_back_as_texts(tmp_path: Path):
    rows = [["place", "year", "rate"], ["alder", "2018", Cell(0.4152, "0.0%")], ["birch", "2018", "abc"]]
    book, _ = marked(tmp_path, xlsx({"Rates": rows}), "towns.xlsx", OF_SHEET)
    assert book["Rates"]["C2"].value == "41.52%"
    assert list(faults(book)) == ["C3 abc"]


def test_of_a_file_of_children_only_the_findings_are_written(tmp_path: Path):
    content = "StudentID,Surname,rate\n" + "".join(f"{10000 + n},Surname{n},{n}\n" for n in range(20))
    book, findings = marked(tmp_path, content.encode(), "pupils.csv")
    assert {finding.rule for finding in findings} == {"names-persons"}
    assert book.sheetnames == ["Findings"]
    assert "Surname1" not in {cell.value for row in book["Findings"].iter_rows() for cell in row}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"%PDF-1.7"])
def test_a_file_that_cannot_be_read_gives_its_findings_alone(tmp_path: Path, content: bytes):
    book, findings = marked(tmp_path, content, "odd.xlsx")
    assert book.sheetnames[0] == "Findings"
    assert [row[0].value for row in book["Findings"].iter_rows(min_row=2)] == [finding.severity for finding in findings]


def test_a_column_of_several_is_found_by_the_text_of_its_cell(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("place,%,%\nx,1,bad\n")
    finding = Finding(
        rule="cell-unreadable", severity="error", file="a.csv", row=2, column="Met | %", cell="bad", detail="No figure."
    )
    book = openpyxl.load_workbook(io.BytesIO(marked_workbook([path], [finding])))
    assert list(faults(book)) == ["C2 bad"]


def test_signs_that_no_workbook_holds_are_replaced(tmp_path: Path):
    book, _ = marked(tmp_path, b"place,year,rate\nal\x07der,2018,x\n", "a.csv")
    assert book["a"]["A2"].value == "al\ufffdder"
