"""Workbooks say what a person sees who opens them, whichever program wrote them; what nobody can tell is asked."""

import io
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from registry.adapters.contract import Reading, Wanted
from tests.adapters.any_file import CALENDAR, PLAIN, Read, by_place, read, rules, values
from tests.adapters.workbooks import Cell, Cells, ods, xlsx

__all__ = ["read"]
TWO_SHEETS: dict[str, Cells] = {
    "2019": [["place", "rate"], ["A", 1]],
    "2020": [["rate", "place"], [2, "A"]],
    "Notes": [["hello"]],
}
HEAD = ["place", "year", "rate"]
Write = Callable[..., bytes]
Load = Callable[..., Reading]


@pytest.fixture(params=["xlsx", "ods"])
def load(request: pytest.FixtureRequest, read: Read) -> Load:
    """Read sheets as a workbook of either format."""
    write: Write = {"xlsx": xlsx, "ods": ods}[request.param]

    def once(sheets: dict[str, Cells], mapping: str = PLAIN, wanted: Wanted = CALENDAR, **more: object) -> Reading:
        return read(f"book.{request.param}", write(sheets, **more), f'format = "{request.param}"\n{mapping}', wanted)

    return once


class TestCells:
    def test_a43_a_percent_cell_is_what_it_shows(self, load: Load):
        """45 % formatted (0.45), 45.2 plain, the text 45%, 100 %."""
        shares = [Cell(0.45, "0%"), 45.2, "45%", Cell(1, "0%"), Cell(0.153, "0.0%"), Cell(0.1534, "0%")]
        rows = [[f"P{n}", "2019", cell] for n, cell in enumerate(shares)]
        reading = load({"S": [HEAD, *rows]})
        assert reading.findings == ()
        assert list(values(reading).values()) == [45, 45.2, 45, 100, 15.3, 15.34]

    def test_a43_a_percent_cell_under_shares_of_one_is_not_multiplied_twice(self, load: Load):
        rows = [["A", "2019", Cell(0.45, "0%")], ["B", "2019", 0.45]]
        assert values(load({"S": [HEAD, *rows]}, 'unit = "proportion"\n' + PLAIN)) == {"A": 45, "B": 45}

    @pytest.mark.parametrize("stored", [0.3, 0.30000000000000004])
    def test_digits_that_no_spreadsheet_shows_are_not_made_up(self, load: Load, stored: float):
        point = by_place(load({"S": [HEAD, ["A", "2019", stored]]}, PLAIN))["A"]
        assert point.origin.cells["rate"] == "0.3"

    def test_a44_errors_are_named_with_their_cells(self, load: Load):
        texts = ["#DIV/0!", "#REF!", "#VALUE!", "#N/A"]
        rows = [[f"P{n}", "2019", Cell(text, kind="e")] for n, text in enumerate(texts)]
        reading = load({"S": [HEAD, *rows]})
        assert rules(reading) == ["cell-unreadable"] * 4
        assert [(finding.sheet, finding.row, finding.column, finding.cell) for finding in reading.findings] == [
            ("S", line, "rate", text) for line, text in enumerate(texts, start=2)
        ]

    def test_a44_a_formula_that_nobody_worked_out_is_refused_and_one_that_is_nought_is_doubted(self, load: Load):
        rows = [
            ["A", "2019", Cell(None, formula="C9/D9")],
            ["B", "2019", Cell(0, formula="C9/D9")],
            ["C", "2019", Cell(12.5, formula="C9/D9")],
        ]
        reading = load({"S": [HEAD, *rows]})
        assert [(finding.rule, finding.row, finding.severity) for finding in reading.findings] == [
            ("formula-unknown", 2, "error"),
            ("formula-nought", 3, "warning"),
        ]
        assert values(reading) == {"B": 0, "C": 12.5}

    def test_a45_a_date_where_a_grade_band_should_be_is_asked_about(self, load: Load):
        mapping = PLAIN + 'groups = [{ dimension = "grade", column = "grade" }]'
        rows = [
            ["A", "2019", 5, Cell("2025-03-05", "yyyy-mm-dd")],
            ["B", "2019", Cell("2025-03-05", "yyyy-mm-dd"), "3"],
        ]
        reading = load({"S": [[*HEAD, "grade"], *rows]}, mapping)
        assert [(finding.rule, finding.row, finding.column) for finding in reading.findings] == [
            ("cell-is-date", 2, "grade"),
            ("cell-is-date", 3, "rate"),
        ]
        assert "format the column as text" in reading.findings[0].hint

    def test_a45_a_row_is_not_set_aside_by_a_date_that_may_be_the_text_that_is_wanted(self, load: Load):
        mapping = 'filters = { grade = ["3-5"] }\n' + PLAIN
        rows = [["A", "2019", 5, Cell("2025-03-05", "yyyy-mm-dd")], ["B", "2019", 6, "3-5"], ["C", "2019", 7, "6-8"]]
        reading = load({"S": [[*HEAD, "grade"], *rows]}, mapping)
        assert rules(reading) == ["cell-is-date"]
        assert values(reading) == {"B": 6}
        (tally,) = reading.tallies
        assert (tally.read, tally.skipped, tally.refused) == (1, 1, 1)

    def test_a_place_that_nobody_worked_out_is_not_set_aside_as_anothers(self, load: Load):
        rows = [[Cell(None, formula="A9"), "2019", 5], ["A", "2019", 6], ["B", "2019", 7]]
        reading = load(
            {"S": [HEAD, *rows]}, PLAIN, wanted=Wanted(period_kind="calendar-year", places=frozenset({"town:A"}))
        )
        assert [(finding.rule, finding.column) for finding in reading.findings] == [("formula-unknown", "place")]
        assert values(reading) == {"A": 6}

    def test_a_date_that_the_mapping_explains_is_taken_at_its_word(self, load: Load):
        mapping = 'codes = { "2025-03-05" = "suppressed" }\n' + PLAIN
        point = by_place(load({"S": [HEAD, ["A", "2019", Cell("2025-03-05", "yyyy-mm-dd")]]}, mapping))["A"]
        assert point.missing == "suppressed"

    def test_a41_leading_zeros_stay_where_the_sheet_shows_them(self, load: Load):
        mapping = PLAIN.replace('scheme = "town"', 'scheme = "town", width = 7')
        rows = [[Cell(150011, "0000000"), "2019", 1], ["0150012", "2019", 2], [150013, "2019", 3]]
        assert set(values(load({"S": [HEAD, *rows]}, mapping))) == {"0150011", "0150012", "0150013"}
        bare = load({"S": [HEAD, *rows]})
        assert set(values(bare)) == {"0150011", "0150012", "150013"}

    def test_a_text_in_a_formula_is_the_text(self, load: Load):
        rows = [[Cell(None, formula='"0123"'), "2019", 1], [Cell("0124", formula='"0124"'), "2019", 2]]
        assert set(values(load({"S": [HEAD, *rows]}))) == {"0123", "0124"}

    def test_numbers_follow_the_mapping_that_writes_a_comma_for_decimals(self, load: Load):
        """A number of 1.234 is no 1,234 because texts in the file write a comma."""
        rows = [["A", "2019", 1.234], ["B", "2019", "1,5"]]
        assert values(load({"S": [HEAD, *rows]}, "decimal_comma = true\n" + PLAIN)) == {"A": 1.234, "B": 1.5}


class TestSpans:
    def test_a_name_over_several_rows_is_the_name_of_each(self, load: Load):
        rows = [[Cell("A", down=2), "2019", 1], [None, "2020", 2], ["B", "2019", 3]]
        reading = load({"S": [HEAD, *rows]})
        assert [(placed.place, placed.observation.period) for placed in reading.points] == [
            ("town:A", "CY2019"),
            ("town:A", "CY2020"),
            ("town:B", "CY2019"),
        ]

    def test_a_figure_over_several_rows_is_nobodys(self, load: Load):
        rows = [["A", "2019", Cell(7, down=2)], ["B", "2019", None], ["C", "2019", None]]
        reading = load({"S": [HEAD, *rows]})
        assert [(finding.rule, finding.row) for finding in reading.findings] == [("cell-merged", 3)]
        assert by_place(reading)["C"].missing == "not_available"

    def test_a_heading_over_several_columns_names_each(self, load: Load):
        head = [["place", "year", Cell("Tested", right=2), None], [None, None, "n", "rate"]]
        mapping = "header_rows = [1, 2]\n" + PLAIN.replace(
            'value = "rate"', 'value = "Tested | rate", denominator = "tested|N"'
        )
        assert by_place(load({"S": [*head, ["A", "2019", 40, 25]]}, mapping))["A"].denominator == 40


class TestSheets:
    def test_sheets_by_pattern_say_their_period_and_are_read_by_their_own_header(self, load: Load):
        """R11: the order of columns differs between sheets."""
        mapping = 'sheets = "(?P<period>[0-9]{4})"\nperiod = {}\n' + PLAIN.replace('period = { column = "year" }', "")
        reading = load(TWO_SHEETS, mapping)
        assert [(placed.observation.period, placed.observation.value) for placed in reading.points] == [
            ("CY2019", 1),
            ("CY2020", 2),
        ]
        assert [placed.observation.origin.sheet for placed in reading.points] == ["2019", "2020"]

    def test_several_sheets_and_a_silent_mapping_are_a_question(self, load: Load):
        (finding,) = load(TWO_SHEETS).findings
        assert finding.rule == "sheet-unsaid"
        assert "'2019', '2020', 'Notes'" in finding.detail

    def test_a_sheet_that_is_not_there_is_told_with_those_that_are(self, load: Load):
        (finding,) = load(TWO_SHEETS, 'sheet = "2021"\n' + PLAIN).findings
        assert finding.rule == "sheet-missing"
        assert "'2019'" in finding.detail

    def test_an_empty_and_a_hidden_sheet_are_not_in_the_way(self, load: Load):
        sheets = {"Lists": [["x"]], "Data": [HEAD, ["A", "2019", 1]], "Empty": []}
        assert values(load(sheets, hidden=["Lists"])) == {"A": 1}

    def test_the_same_place_twice_in_two_sheets_names_the_other_sheet(self, load: Load):
        mapping = 'sheets = "S[12]"\n' + PLAIN
        reading = load({"S1": [HEAD, ["A", "2019", 1]], "S2": [HEAD, ["A", "2019", 2]]}, mapping)
        (finding,) = reading.findings
        assert (finding.rule, finding.sheet, finding.row) == ("row-contradicts", "S2", 2)
        assert "row 2 of sheet 'S1'" in finding.detail

    def test_one_sheet_of_children_refuses_the_whole_workbook(self, load: Load):
        children = [["StudentID", "LastName", "met"], *([f"88{n:03}", f"Surname{n}", n % 2] for n in range(20))]
        reading = load({"S1": [HEAD, ["A", "2019", 1]], "S2": children}, 'sheets = "S[12]"\n' + PLAIN)
        assert reading.points == ()
        assert set(rules(reading)) == {"names-persons"}
        assert "Surname" not in str(reading)


class TestAnotherProgram:
    """Files that openpyxl wrote, which is neither this program nor the hand that made the others."""

    def saved(self, rows: list[list[object]], formats: dict[str, str] | None = None) -> bytes:
        book = openpyxl.Workbook()
        sheet = book.active
        for row in rows:
            sheet.append(row)
        for cell, shown_as in (formats or {}).items():
            sheet[cell].number_format = shown_as
        packed = io.BytesIO()
        book.save(packed)
        return packed.getvalue()

    def test_shared_texts_percents_and_dates_are_read(self, read: Read):
        rows = [HEAD, ["si", "2019", 0.125], ["Penasco", "2019", date(2025, 3, 5)], ["t", date(2020, 1, 1), 3]]
        saved = self.saved(rows, {"C2": "0.0%", "B4": "yyyy"})
        reading = read("book.xlsx", saved, 'format = "xlsx"\n' + PLAIN)
        assert values(reading) == {"si": 12.5, "t": 3}
        assert rules(reading) == ["cell-is-date"]
        assert reading.points[-1].observation.period == "CY2020"

    def test_a_formula_that_openpyxl_wrote_has_no_result(self, read: Read):
        reading = read("book.xlsx", self.saved([HEAD, ["A", "2019", "=40/2"]]), 'format = "xlsx"\n' + PLAIN)
        assert rules(reading) == ["formula-unknown"]

    def test_a_percent_sign_in_quotes_is_a_unit_and_no_factor(self, read: Read):
        saved = self.saved([HEAD, ["A", "2019", 15.3]], {"C2": '0.0"%"'})
        assert values(read("book.xlsx", saved, 'format = "xlsx"\n' + PLAIN)) == {"A": 15.3}


def test_dates_may_count_from_1904(read: Read):
    sheets = {"S": [HEAD, ["A", "2019", Cell(1, "d-mmm-yyyy")]]}
    (finding,) = read("book.xlsx", xlsx(sheets, since_1904=True), 'format = "xlsx"\n' + PLAIN).findings
    assert finding.cell == "1904-01-02"


def test_a_library_that_is_not_there_is_told_with_the_line_that_installs_it(
    read: Read, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "xlrd", None)
    (finding,) = read("book.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f'format = "xls"\n{PLAIN}').findings
    assert finding.rule == "library-missing"
    assert "pip install 'outcome-registry[files]'" in finding.hint


def test_a_workbook_that_is_damaged_is_a_finding_whatever_it_makes_xlrd_raise(read: Read):
    sample = (Path(__file__).parents[2] / "adapters/xls_table/sample.xls").read_bytes()
    for cut in (8, 600, 5000, len(sample) - 600):
        assert rules(read("book.xls", sample[:cut], f'format = "xls"\n{PLAIN}'))[0] in {
            "file-damaged",
            "file-locked",
            "sheet-unsaid",
        }
