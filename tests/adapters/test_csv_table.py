"""Which rows the CSV adapter reads of files that people really send; codes such as B11 are those of the reported pains."""

from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from csv_files import CALENDAR, COUNTED, PLAIN, Load, by_place, loader, mapping_of, only, rules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.adapters.contract import Wanted
from registry.adapters.csv_table.adapter import ADAPTER, read
from registry.adapters.tables.header import header_of, locate
from registry.domain.finding import Finding, has_errors


@pytest.fixture
def load(tmp_path: Path) -> Load:
    return loader(tmp_path)


class TestBytes:
    @pytest.mark.parametrize(
        ("encoding", "declared"),
        [
            ("utf-8", "utf-8-sig"),
            ("utf-8-sig", "utf-8-sig"),
            ("utf-8-sig", "utf-8"),
            ("utf-16", "utf-16"),
            ("utf-16", "utf-8-sig"),
            ("cp1252", "cp1252"),
        ],
    )
    def test_the_same_data_in_any_declared_encoding_read_the_same(self, load: Load, encoding: str, declared: str):
        """A52; a byte order mark never enters the first column's name."""
        text = "place,year,rate\nDoñaAna,2019,5\n"
        toml = f'encoding = "{declared}"\n' + PLAIN.replace('scheme = "town"', 'names = { "DoñaAna" = "town:1" }')
        reading = load(text.encode(encoding), toml)
        assert not reading.findings
        assert by_place(reading)["town:1"].value == 5

    def test_wrong_encoding_is_one_finding_with_its_line(self, load: Load):
        """A52"""
        finding = only(load("place,year,rate\nA,2019,5\nDoña Ana,2019,6\nEspañola,2019,7\n".encode("cp1252"), PLAIN))
        assert (finding.rule, finding.row, finding.file) == ("encoding-differs", 3, "file.csv")
        assert 'encoding = "cp1252"' in finding.hint

    def test_utf_16_under_another_name_is_recognised_by_its_mark(self, load: Load):
        text = "place,year,rate\nĐ,2019,5\n".encode("utf-16")
        assert 'encoding = "utf-16"' in only(load(text, 'encoding = "ascii"\n' + PLAIN)).hint

    def test_a_line_of_utf_8_in_a_file_of_cp1252_is_doubted(self, load: Load):
        """A52: mixed encodings are told with the line."""
        mixed = "place,year,rate\nEspañola,2019,5\n".encode("cp1252") + "Doña Ana,2019,6\n".encode()
        names = 'names = { "Española" = "town:1", "DoÃ±a Ana" = "town:2" }'
        finding = only(load(mixed, 'encoding = "cp1252"\n' + PLAIN.replace('scheme = "town"', names)))
        assert (finding.rule, finding.severity) == ("encoding-doubtful", "warning")
        assert "Line 3 is UTF-8" in finding.detail

    def test_the_first_wrong_line_is_shown_unless_it_is_a_childs(self, load: Load):
        """A52"""
        shown = only(load("place,year,rate\nDoña Ana,2019,6\n".encode("cp1252"), PLAIN))
        assert "'Doña Ana,2019,6'" in shown.detail
        hidden = only(load("StudentID,LastName,rate\n1,Ibáñez,6\n".encode("cp1252"), PLAIN))
        assert (hidden.rule, hidden.row) == ("encoding-differs", 2)
        assert "Ib" not in str(hidden)

    @pytest.mark.parametrize("encoding", ["no-such-thing", "base64", "rot13", "utf\0"])
    def test_an_encoding_that_is_none_is_a_finding(self, load: Load, encoding: str):
        mapping = msgspec.structs.replace(mapping_of(PLAIN), encoding=encoding)
        assert only(load("place,year,rate\n", mapping)).rule == "encoding-differs"

    @pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
    def test_line_ends_do_not_matter(self, load: Load, end: str):
        reading = load(end.join(["place,year,rate", "", "A,2019,5", "B,2019,x"]), PLAIN)
        assert by_place(reading)["town:A"].origin.row == 3
        assert rules(reading) == [("cell-unreadable", 4)]

    def test_a_cell_may_span_lines_and_its_row_is_named_by_the_first(self, load: Load):
        reading = load('place,year,note,rate\nA,2019,"two\nlines",5\nB,2019,x,6\n', PLAIN)
        assert [placed.observation.origin.row for placed in reading.points] == [2, 4]

    def test_a_stray_quotation_mark_costs_its_own_row_only(self, load: Load):
        reading = load('place,year,rate\nA,2019,"5\nB,2019,6\nC,2019,7\n', PLAIN)
        assert rules(reading) == [("quotes-unbalanced", 2)]
        assert (only(reading).column, only(reading).cell) == ("rate", '"5')
        assert set(by_place(reading)) == {"town:B", "town:C"}

    def test_text_after_a_closing_quotation_mark_is_a_finding(self, load: Load):
        finding = only(load('place,year,rate\nA,2019,"5"6\nB,2019,6\n', PLAIN))
        assert (finding.rule, finding.row, finding.column) == ("quotes-unbalanced", 2, "rate")

    def test_a_nul_character_is_a_finding_in_its_cell(self, load: Load):
        finding = only(load("place,year,rate\nA,2019,5\0\nB,2019,6\n", PLAIN))
        assert (finding.rule, finding.row, finding.column, finding.cell) == ("nul-character", 2, "rate", "5␀")

    def test_a_header_full_of_nul_stops_the_file(self, load: Load):
        assert rules(load("place,year,rate\nA,2019,5\n".encode("utf-16-le"), PLAIN)) == [("nul-character", 1)]

    def test_an_empty_file_is_a_finding(self, load: Load):
        assert rules(load("\n\n", PLAIN)) == [("file-empty", None)]

    def test_files_are_described(self, load: Load):
        (file,) = load("place,year,rate\n", PLAIN).files
        assert (file.name, file.size) == ("file.csv", 16)
        assert file.sha256 == sha256(b"place,year,rate\n").hexdigest()


class TestHeader:
    TWO_ROWS = """Results for 2019,,,
,,Level 3,,Level 4
Place,"Total
number",Count,%,%
A,40,10,25.0,5.0
"""

    def test_a_column_is_found_by_upper_and_lower_name(self, load: Load):
        toml = (
            'header_rows = [2, 3]\nperiod = { fixed = "2019" }\n[columns]\nvalue = "level 3|%"\nnumerator = "COUNT"\n'
        )
        reading = load(self.TWO_ROWS, toml + 'denominator = "total\u00a0number"\n')
        assert not reading.findings
        (placed,) = reading.points
        assert (placed.place, placed.observation.value, placed.observation.origin.row) == ("", 25.0, 5)
        assert placed.observation.origin.cells == {"Level 3 | %": "25.0", "Count": "10", "Total number": "40"}

    def test_all_column_faults_of_a_file_are_told_at_once(self, load: Load):
        toml = (
            'header_rows = [2, 3]\nperiod = { column = "Yeer" }\n[columns]\nvalue = "%"\ndenominator = "Totl number"\n'
        )
        year, value, total = load(self.TWO_ROWS, toml).findings
        assert (year.rule, year.column, year.row) == ("column-missing", "Yeer", 3)
        assert value.rule == "column-ambiguous"
        assert "'Level 3 | %' (column 4), 'Level 4 | %' (column 5)" in value.detail
        assert total.hint == "Did you mean 'Total number'?"

    def test_two_columns_of_one_name_are_never_guessed(self):
        """R2"""
        found = locate(header_of([["rate", "rate"]], 1), "rate")
        assert isinstance(found, Finding)
        assert found.rule == "column-ambiguous"

    def test_an_upper_name_does_not_name_the_empty_columns_to_its_right(self):
        header = header_of([["", "Skills (%)", "", ""], ["District", "Level 1", "Level 2", ""]], 2)
        assert header.levels == (("District",), ("Skills (%)", "Level 1"), ("Skills (%)", "Level 2"), ())

    def test_a_header_beyond_the_end_of_the_file_is_a_finding(self, load: Load):
        assert rules(load("place,year,rate\n", "header_rows = [4]\n" + PLAIN)) == [("header-missing", None)]

    @pytest.mark.parametrize("delimiter", ['"', "\n", " "])
    def test_a_separator_that_cannot_separate_is_a_finding(self, load: Load, delimiter: str):
        mapping = msgspec.structs.replace(mapping_of(PLAIN), delimiter=delimiter)
        assert only(load("place,year,rate\n", mapping)).rule == "delimiter-unusable"

    def test_a_mapping_that_leaves_things_open_is_a_finding_each(self, load: Load):
        toml = 'period = {}\ngroups = [{ dimension = "sex" }]\ncolumns = { numerator = "n" }\n'
        assert [finding.rule for finding in load("n\n3\n", toml).findings] == [
            "mapping-no-figure",
            "mapping-no-period",
            "mapping-no-group",
        ]


class TestRows:
    def test_filters_and_skips_set_rows_aside_and_count_them(self, load: Load):
        toml = 'filters = { grade = ["3", "03"] }\nskip = { place = ["Total"] }\n' + PLAIN
        reading = load('place,year,grade,rate\nA,2019,3,5\nB,2019,="03",6\nC,2019,04,x\nTotal,2019,3,y\n', toml)
        assert not reading.findings
        assert set(by_place(reading)) == {"town:A", "town:B"}
        assert (reading.tallies[0].rows, reading.tallies[0].read, reading.tallies[0].skipped) == (4, 2, 2)

    def test_a_filter_that_wants_no_row_is_a_warning_with_what_stands_there(self, load: Load):
        finding = only(load("place,year,grade,rate\nA,2019,Gr. 3,5\n", 'filters = { grade = ["3"] }\n' + PLAIN))
        assert (finding.rule, finding.severity, finding.column) == ("nothing-read", "warning", "grade")
        assert "'Gr. 3'" in finding.detail

    def test_only_the_wanted_places_are_read_and_faults_of_others_are_not_told(self, load: Load):
        reading = load(
            "place,year,rate\nA,2019,5\nB,2019,x\n",
            PLAIN,
            Wanted(period_kind="calendar-year", places=frozenset({"town:A"})),
        )
        assert (set(by_place(reading)), reading.tallies[0].skipped, reading.findings) == ({"town:A"}, 1, ())

    def test_an_unquoted_thousands_separator_refuses_the_row(self, load: Load):
        """A39: the cells behind it have moved."""
        finding = only(load("place,year,n,rate\nA,2019,1,237,45\n", PLAIN))
        assert (finding.rule, finding.row, finding.cell) == ("row-too-long", 2, "45")

    def test_a_row_that_was_cut_off_is_refused(self, load: Load):
        finding = only(load("place,year,rate\nA,2019\n", PLAIN))
        assert (finding.rule, finding.row, finding.column) == ("row-too-short", 2, "rate")

    def test_rows_may_lack_cells_that_nobody_reads(self, load: Load):
        assert by_place(load("place,year,rate,note\nA,2019,5\n", PLAIN))["town:A"].value == 5

    def test_the_same_row_twice_is_read_once(self, load: Load):
        """B11"""
        toml = PLAIN.replace('scheme = "town"', 'scheme = "fips-county", width = 5')
        reading = load("place,year,rate\n08003,2019,7\n8003,2019,7\n", toml)
        assert set(by_place(reading)) == {"fips-county:08003"}
        assert (reading.tallies[0].skipped, only(reading).severity, only(reading).rule) == (
            1,
            "warning",
            "row-repeated",
        )

    def test_rows_that_contradict_each_other_stop_the_load_at_the_second(self, load: Load):
        """B11, A02: a numerator row and a denominator row never mix."""
        finding = only(load("place,year,component,rate\nA,2019,N,7\nA,2019,D,40\n", PLAIN))
        assert (finding.rule, finding.severity, finding.row, finding.column, finding.cell) == (
            "row-contradicts",
            "error",
            3,
            "rate",
            "40",
        )
        assert "row 2 gives '7'" in finding.detail

    def test_a_row_that_repeats_a_refused_row_is_not_a_duplicate(self, load: Load):
        reading = load("place,year,rate\nA,2019,x\nA,2019,7\n", PLAIN)
        assert rules(reading) == [("cell-unreadable", 2)]
        assert by_place(reading)["town:A"].value == 7

    def test_a_contradiction_between_two_files_names_the_other_file(self, tmp_path: Path):
        for name, rate in (("one.csv", 5), ("two.csv", 6)):
            (tmp_path / name).write_text(f"place,year,rate\nA,2019,{rate}\n")
        reading = read([tmp_path / "one.csv", tmp_path / "two.csv"], mapping_of(PLAIN), CALENDAR)
        assert only(reading).file == "two.csv"
        assert "row 2 of one.csv" in only(reading).detail
        assert [tally.read for tally in reading.tallies] == [1, 0]

    def test_every_row_is_accounted_for(self, load: Load):
        """A46"""
        reading = load("place,year,rate\nA,2019,5\nA,2019,5\nB,2019,**\n,,\nC,x,5\nD,2019,\n", PLAIN)
        tally = reading.tallies[0]
        assert (tally.rows, tally.read, tally.skipped, tally.refused, tally.absent) == (5, 2, 1, 2, 1)
        assert tally.places == 4


FULL = """
header_rows = []
filters = { g = ["3"] }
skip = { p = ["Total"] }
place = { column = "p", scheme = "town" }
period = { column = "y", year_means = "end" }
groups = [{ dimension = "sex", column = "s" }]
columns = { value = "v", numerator = "n", denominator = "d", eligible = "e", margin_of_error = "m", low = "l", high = "h" }
rounding = 1
"""
ROOMY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ROOMY
@given(
    content=st.binary(max_size=300),
    encoding=st.sampled_from(["utf-8-sig", "cp1252", "utf-16", "latin-1", "utf-7"]),
    headed=st.booleans(),
)
def test_arbitrary_bytes_never_raise(tmp_path: Path, content: bytes, encoding: str, headed: bool):
    header = "p,y,s,g,v,n,d,e,m,l,h\n".encode(encoding)
    (tmp_path / "file.csv").write_bytes(header + content if headed else content)
    reading = read([tmp_path / "file.csv"], msgspec.structs.replace(mapping_of(FULL), encoding=encoding), Wanted())
    assert reading.findings or headed
    assert not reading.points


TEXT = st.text(
    alphabet=st.one_of(st.sampled_from('0123456789.,-<>%*"=\n\r;| '), st.characters(exclude_categories=["Cs"])),
    max_size=12,
)


@ROOMY
@given(rows=st.lists(st.lists(TEXT, max_size=12), max_size=6), quoted=st.booleans())
def test_arbitrary_cells_never_raise_and_every_row_is_accounted_for(
    tmp_path: Path, rows: list[list[str]], quoted: bool
):
    lines = ["p,y,s,g,v,n,d,e,m,l,h"]
    for row in rows:
        cells = ["A", "2019", "F", "3", *row]
        lines.append(",".join('"' + cell.replace('"', '""') + '"' if quoted else cell for cell in cells))
    (tmp_path / "file.csv").write_text("\n".join(lines), "utf-8", newline="")
    reading = read([tmp_path / "file.csv"], mapping_of(FULL), Wanted())
    (tally,) = reading.tallies
    assert tally.rows == tally.read + tally.skipped + tally.refused
    assert tally.read == len(reading.points)
    assert all(finding.detail and finding.file for finding in reading.findings)


@ROOMY
@given(numerator=st.integers(0, 5000), more=st.integers(0, 5000), decimals=st.integers(0, 4))
def test_a_value_printed_from_its_counts_always_agrees(tmp_path: Path, numerator: int, more: int, decimals: int):
    denominator = numerator + more
    printed = f"{100 * numerator / denominator:.{decimals}f}" if denominator else ""
    (tmp_path / "file.csv").write_text(f"place,rate,n,d,enrolled\nA,{printed},{numerator},{denominator},\n")
    reading = read([tmp_path / "file.csv"], mapping_of(COUNTED), Wanted())
    assert not has_errors(reading.findings)
    assert reading.points[0].observation.denominator == denominator


def test_the_adapter_says_what_it_reads():
    assert (ADAPTER.name, ADAPTER.formats, ADAPTER.read) == ("csv_table", ("csv",), read)
