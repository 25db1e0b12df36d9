"""What the CSV adapter makes of files that people really send; the codes in names and docstrings are those of the reported pains."""

import tomllib
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.adapters.contract import Reading, Wanted
from registry.adapters.csv_table.adapter import ADAPTER, read
from registry.adapters.csv_table.header import header_of, locate
from registry.domain.finding import Finding, has_errors
from registry.domain.mapping import Mapping
from registry.domain.observation import Observation

PLAIN = """
place = { column = "place", scheme = "town" }
period = { column = "year" }
columns = { value = "rate" }
"""
COUNTED = """
place = { column = "place", scheme = "town" }
period = { fixed = "2018-19" }
columns = { value = "rate", numerator = "n", denominator = "d", eligible = "enrolled" }
"""
PERCENT = Wanted()
CALENDAR = Wanted(period_kind="calendar-year")


def mapping_of(toml: str) -> Mapping:
    return msgspec.convert(tomllib.loads(toml), Mapping)


@pytest.fixture
def load(tmp_path: Path):
    """Read text or bytes as a file of that name."""

    def load(
        content: str | bytes, mapping: str | Mapping, wanted: Wanted = CALENDAR, name: str = "file.csv"
    ) -> Reading:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read([path], mapping_of(mapping) if isinstance(mapping, str) else mapping, wanted)

    return load


def rules(reading: Reading) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.row) for finding in reading.findings]


def by_place(reading: Reading) -> dict[str, Observation]:
    return {placed.place: placed.observation for placed in reading.points}


def only(reading: Reading) -> Finding:
    (finding,) = reading.findings
    return finding


class TestBytes:
    @pytest.mark.parametrize(
        ("encoding", "declared"),
        [
            ("utf-8", "utf-8-sig"),
            ("utf-8-sig", "utf-8-sig"),
            ("utf-8-sig", "utf-8"),
            ("utf-16", "utf-16"),
            ("cp1252", "cp1252"),
        ],
    )
    def test_the_same_data_in_any_declared_encoding_read_the_same(self, load, encoding: str, declared: str):
        """A52; a byte order mark never enters the first column's name."""
        text = "place,year,rate\nDoñaAna,2019,5\n"
        toml = f'encoding = "{declared}"\n' + PLAIN.replace('scheme = "town"', 'names = { "DoñaAna" = "town:1" }')
        reading = load(text.encode(encoding), toml)
        assert not reading.findings
        assert by_place(reading)["town:1"].value == 5

    def test_wrong_encoding_is_one_finding_with_its_line(self, load):
        """A52"""
        finding = only(load("place,year,rate\nA,2019,5\nDoña Ana,2019,6\nEspañola,2019,7\n".encode("cp1252"), PLAIN))
        assert (finding.rule, finding.row, finding.file) == ("encoding-differs", 3, "file.csv")
        assert 'encoding = "cp1252"' in finding.hint

    def test_utf_16_is_recognised_by_its_mark(self, load):
        assert 'encoding = "utf-16"' in only(load("place,year,rate\nA,2019,5\n".encode("utf-16"), PLAIN)).hint

    @pytest.mark.parametrize("encoding", ["no-such-thing", "base64", "rot13", "utf\0"])
    def test_an_encoding_that_is_none_is_a_finding(self, load, encoding: str):
        mapping = msgspec.structs.replace(mapping_of(PLAIN), encoding=encoding)
        assert only(load("place,year,rate\n", mapping)).rule == "encoding-differs"

    @pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
    def test_line_ends_do_not_matter(self, load, end: str):
        reading = load(end.join(["place,year,rate", "", "A,2019,5", "B,2019,x"]), PLAIN)
        assert by_place(reading)["town:A"].origin.row == 3
        assert rules(reading) == [("cell-unreadable", 4)]

    def test_a_cell_may_span_lines_and_its_row_is_named_by_the_first(self, load):
        reading = load('place,year,note,rate\nA,2019,"two\nlines",5\nB,2019,x,6\n', PLAIN)
        assert [placed.observation.origin.row for placed in reading.points] == [2, 4]

    def test_a_stray_quotation_mark_costs_its_own_row_only(self, load):
        reading = load('place,year,rate\nA,2019,"5\nB,2019,6\nC,2019,7\n', PLAIN)
        assert rules(reading) == [("quotes-unbalanced", 2)]
        assert (only(reading).column, only(reading).cell) == ("rate", '"5')
        assert set(by_place(reading)) == {"town:B", "town:C"}

    def test_text_after_a_closing_quotation_mark_is_a_finding(self, load):
        finding = only(load('place,year,rate\nA,2019,"5"6\nB,2019,6\n', PLAIN))
        assert (finding.rule, finding.row, finding.column) == ("quotes-unbalanced", 2, "rate")

    def test_a_nul_character_is_a_finding_in_its_cell(self, load):
        finding = only(load("place,year,rate\nA,2019,5\0\nB,2019,6\n", PLAIN))
        assert (finding.rule, finding.row, finding.column, finding.cell) == ("nul-character", 2, "rate", "5␀")

    def test_a_header_full_of_nul_stops_the_file(self, load):
        assert rules(load("place,year,rate\nA,2019,5\n".encode("utf-16-le"), PLAIN)) == [("nul-character", 1)]

    def test_an_empty_file_is_a_finding(self, load):
        assert rules(load("\n\n", PLAIN)) == [("file-empty", None)]

    def test_files_are_described(self, load):
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

    def test_a_column_is_found_by_upper_and_lower_name(self, load):
        toml = (
            'header_rows = [2, 3]\nperiod = { fixed = "2019" }\n[columns]\nvalue = "level 3|%"\nnumerator = "COUNT"\n'
        )
        reading = load(self.TWO_ROWS, toml + 'denominator = "total\u00a0number"\n')
        assert not reading.findings
        (placed,) = reading.points
        assert (placed.place, placed.observation.value, placed.observation.origin.row) == ("", 25.0, 5)
        assert placed.observation.origin.cells == {"Level 3 | %": "25.0", "Count": "10", "Total number": "40"}

    def test_all_column_faults_of_a_file_are_told_at_once(self, load):
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

    def test_a_header_beyond_the_end_of_the_file_is_a_finding(self, load):
        assert rules(load("place,year,rate\n", "header_rows = [4]\n" + PLAIN)) == [("header-missing", None)]

    @pytest.mark.parametrize("delimiter", ['"', "\n", " "])
    def test_a_separator_that_cannot_separate_is_a_finding(self, load, delimiter: str):
        mapping = msgspec.structs.replace(mapping_of(PLAIN), delimiter=delimiter)
        assert only(load("place,year,rate\n", mapping)).rule == "delimiter-unusable"

    def test_a_mapping_that_leaves_things_open_is_a_finding_each(self, load):
        toml = 'period = {}\ngroups = [{ dimension = "sex" }]\ncolumns = { numerator = "n" }\n'
        assert [finding.rule for finding in load("n\n3\n", toml).findings] == [
            "mapping-no-figure",
            "mapping-no-period",
            "mapping-no-group",
        ]


class TestRows:
    def test_filters_and_skips_set_rows_aside_and_count_them(self, load):
        toml = 'filters = { grade = ["3", "03"] }\nskip = { place = ["Total"] }\n' + PLAIN
        reading = load('place,year,grade,rate\nA,2019,3,5\nB,2019,="03",6\nC,2019,04,x\nTotal,2019,3,y\n', toml)
        assert not reading.findings
        assert set(by_place(reading)) == {"town:A", "town:B"}
        assert (reading.tallies[0].rows, reading.tallies[0].read, reading.tallies[0].skipped) == (4, 2, 2)

    def test_a_filter_that_wants_no_row_is_a_warning_with_what_stands_there(self, load):
        finding = only(load("place,year,grade,rate\nA,2019,Gr. 3,5\n", 'filters = { grade = ["3"] }\n' + PLAIN))
        assert (finding.rule, finding.severity, finding.column) == ("nothing-read", "warning", "grade")
        assert "'Gr. 3'" in finding.detail

    def test_only_the_wanted_places_are_read_and_faults_of_others_are_not_told(self, load):
        reading = load(
            "place,year,rate\nA,2019,5\nB,2019,x\n",
            PLAIN,
            Wanted(period_kind="calendar-year", places=frozenset({"town:A"})),
        )
        assert (set(by_place(reading)), reading.tallies[0].skipped, reading.findings) == ({"town:A"}, 1, ())

    def test_an_unquoted_thousands_separator_refuses_the_row(self, load):
        """A39: the cells behind it have moved."""
        finding = only(load("place,year,n,rate\nA,2019,1,237,45\n", PLAIN))
        assert (finding.rule, finding.row, finding.cell) == ("row-too-long", 2, "45")

    def test_a_row_that_was_cut_off_is_refused(self, load):
        finding = only(load("place,year,rate\nA,2019\n", PLAIN))
        assert (finding.rule, finding.row, finding.column) == ("row-too-short", 2, "rate")

    def test_rows_may_lack_cells_that_nobody_reads(self, load):
        assert by_place(load("place,year,rate,note\nA,2019,5\n", PLAIN))["town:A"].value == 5

    def test_the_same_row_twice_is_read_once(self, load):
        """B11"""
        toml = PLAIN.replace('scheme = "town"', 'scheme = "fips-county", width = 5')
        reading = load("place,year,rate\n08003,2019,7\n8003,2019,7\n", toml)
        assert set(by_place(reading)) == {"fips-county:08003"}
        assert (reading.tallies[0].skipped, only(reading).severity, only(reading).rule) == (
            1,
            "warning",
            "row-repeated",
        )

    def test_rows_that_contradict_each_other_stop_the_load_at_the_second(self, load):
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

    def test_a_row_that_repeats_a_refused_row_is_not_a_duplicate(self, load):
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

    def test_every_row_is_accounted_for(self, load):
        """A46"""
        reading = load("place,year,rate\nA,2019,5\nA,2019,5\nB,2019,**\n,,\nC,x,5\nD,2019,\n", PLAIN)
        tally = reading.tallies[0]
        assert (tally.rows, tally.read, tally.skipped, tally.refused, tally.absent) == (5, 2, 1, 2, 1)
        assert tally.places == 4


class TestPlaces:
    def test_ids_stay_text(self, load):
        """B08, B09, B10, A41"""
        rows = "".join(f"{code},2016,55\n" for code in ("0010", "0110", "00105200", "010000500870", "ST", '="01001"'))
        assert list(by_place(load("place,year,rate\n" + rows, PLAIN))) == [
            *("town:0010", "town:0110", "town:00105200", "town:010000500870", "town:ST", "town:01001")
        ]

    def test_lost_zeros_are_offered_as_a_width_and_never_restored_by_a_guess(self, load):
        """B08"""
        wanted = Wanted(period_kind="calendar-year", places=frozenset({"town:0010"}))
        reading = load("place,year,rate\n10,2016,55\n110,2016,60\n", PLAIN, wanted)
        assert not reading.points
        assert "width = 4" in only(reading).hint
        padded = load("place,year,rate\n10,2016,55\n", PLAIN.replace('"town"', '"town", width = 4'), wanted)
        assert set(by_place(padded)) == {"town:0010"}

    @pytest.mark.parametrize("blank", ["", " ", "\u00a0", "NA"])
    def test_a_row_without_a_place_is_refused_with_the_columns_name(self, load, blank: str):
        """A57"""
        finding = only(load(f"place,year,rate\n{blank},2016,55\n", PLAIN))
        assert (finding.rule, finding.row, finding.column, finding.cell) == ("place-blank", 2, "place", blank)

    def test_an_unknown_name_is_a_question_with_near_names(self, load):
        toml = PLAIN.replace('scheme = "town"', 'names = { "Charlottesville City" = "va-division:104" }')
        reading = load("place,year,rate\nCharlottesvile City,2016,55\ncharlottesville  city,2017,56\n", toml)
        assert by_place(reading)["va-division:104"].value == 56
        assert only(reading).rule == "place-unknown"
        assert "'Charlottesville City'" in only(reading).hint

    def test_a_number_that_a_spreadsheet_shortened_is_no_code(self, load):
        assert only(load("place,year,rate\n1.00005E+11,2016,55\n", PLAIN)).rule == "place-unknown"


class TestPeriods:
    SCHOOL = Wanted()

    @pytest.mark.parametrize("label", ["2005 - 2006", "2005-06", "SY2005-06", "AY 2005-06", "0506", "2005/06"])
    def test_spans_are_read_and_the_label_is_kept(self, load, label: str):
        """A55, A54"""
        observation = by_place(load(f"place,year,rate\nA,{label},5\n", PLAIN, self.SCHOOL))["town:A"]
        assert (observation.period, observation.origin.cells["year"]) == ("SY2005-06", label)

    @pytest.mark.parametrize("label", ["2021", "SY26", "AY2025", "null", "", "Summer 2019"])
    def test_what_is_no_span_refuses_the_row(self, load, label: str):
        """A54, B13, B14"""
        finding = only(load(f"place,year,rate\nA,{label},5\n", PLAIN, self.SCHOOL))
        assert finding.rule in {"period-unreadable", "period-blank"}
        assert (finding.row, finding.column, finding.cell) == (2, "year", label)

    @pytest.mark.parametrize(("means", "code"), [("start", "SY2021-22"), ("end", "SY2020-21")])
    def test_a_bare_year_is_read_by_the_declared_rule(self, load, means: str, code: str):
        """B13"""
        toml = PLAIN.replace('column = "year"', f'column = "year", year_means = "{means}"')
        assert by_place(load("place,year,rate\nA,2021,5\n", toml, self.SCHOOL))["town:A"].period == code

    def test_two_labels_of_one_period_are_a_question(self, load):
        reading = load("place,year,rate\nA,2021-22,5\nB,2122,6\nC,2021–22,7\n", PLAIN, self.SCHOOL)
        assert rules(reading) == [("period-two-labels", 3)]
        assert set(by_place(reading)) == {"town:A", "town:C"}

    def test_two_labels_that_the_mapping_declares_are_none(self, load):
        toml = PLAIN.replace('column = "year"', 'column = "year", labels = { "Year 3" = "2021-22" }')
        assert not load("place,year,rate\nA,2021-22,5\nB,Year 3,6\n", toml, self.SCHOOL).findings

    def test_the_files_name_may_hold_the_period(self, load):
        toml = PLAIN.replace('column = "year"', 'file = "_([0-9]{4}-[0-9]{2})_"')
        assert (
            by_place(load("place,rate\nA,5\n", toml, self.SCHOOL, name="kei_2009-10_x.csv"))["town:A"].period
            == "SY2009-10"
        )
        assert rules(load("place,rate\nA,5\n", toml, self.SCHOOL, name="kei.csv")) == [("period-blank", None)]

    @pytest.mark.parametrize("pattern", ["(", "[0-9]{4}"])
    def test_a_pattern_that_cannot_serve_is_a_finding(self, load, pattern: str):
        toml = PLAIN.replace('column = "year"', f'file = "{pattern}"')
        assert rules(load("place,rate\nA,5\n", toml, self.SCHOOL, name="2009.csv")) == [("pattern-unreadable", None)]


class TestGroups:
    TOML = (
        PLAIN + 'groups = [{ dimension = "economic_disadvantage", column = "group", everybody = ["Everyone here"] }]\n'
    )

    @pytest.mark.parametrize(
        "label", ["Economically Disadvantaged", "ECONOMICALLY DISADVANTAGED STUDENTS", "econ_disadv"]
    )
    def test_the_spellings_of_one_group_are_one_group(self, load, label: str):
        """B22"""
        reading = load(f"place,year,group,rate\nA,2019,{label},5\n", self.TOML)
        assert by_place(reading)["town:A"].group == "economic_disadvantage=economically_disadvantaged"

    @pytest.mark.parametrize("label", ["All Students", "Total", "everyone here"])
    def test_a_label_of_everybody_leaves_the_dimension_out(self, load, label: str):
        assert by_place(load(f"place,year,group,rate\nA,2019,{label},5\n", self.TOML))["town:A"].group == ""

    @pytest.mark.parametrize("label", ["Economicaly Disadvantaged", "[Data Suppressed]", ""])
    def test_an_unknown_label_makes_no_new_group(self, load, label: str):
        """B22, V16"""
        finding = only(load(f"place,year,group,rate\nA,2019,{label},5\n", self.TOML))
        assert (finding.rule, finding.row, finding.column, finding.cell) == ("group-unknown", 2, "group", label)

    def test_a_near_label_is_suggested(self, load):
        assert (
            "economically_disadvantaged"
            in only(load("place,year,group,rate\nA,2019,Economicaly Disadvantaged,5\n", self.TOML)).hint
        )

    def test_kindergarten_is_a_grade_and_not_nothing(self, load):
        """B07"""
        toml = PLAIN.replace('value = "rate"', 'value = "n"') + 'groups = [{ dimension = "grade", column = "grade" }]\n'
        reading = load(
            "place,year,grade,n\nA,2019,0,50\nA,2019,1,60\n", toml, Wanted(unit="count", period_kind="calendar-year")
        )
        assert {placed.observation.group: placed.observation.value for placed in reading.points} == {
            "grade=k": 50,
            "grade=1": 60,
        }

    def test_zero_groups_beside_a_total_stay_zeros_of_their_own(self, load):
        """B04, A24: the loader warns on the series; the adapter neither drops nor fills them."""
        toml = (
            PLAIN
            + 'groups = [{ dimension = "race_ethnicity", column = "race", labels = { 1 = "white", 2 = "black" }, everybody = ["99"] }]\n'
        )
        reading = load(
            "place,year,race,rate\nA,2019,99,33000\nA,2019,1,0\nA,2019,2,0\n",
            toml,
            Wanted(unit="count", period_kind="calendar-year"),
        )
        assert [placed.observation.value for placed in reading.points] == [33000, 0, 0]


class TestCells:
    def test_a_bound_is_not_its_number(self, load):
        """B01, A28"""
        reading = by_place(load("place,year,rate\nA,2019,<5\nB,2019,5\n", PLAIN))
        assert (reading["town:A"].value, reading["town:A"].low, reading["town:A"].high, reading["town:A"].open) == (
            None,
            0,
            5,
            True,
        )
        assert reading["town:B"].value == 5
        assert reading["town:A"].origin.cells["rate"] == "<5"

    def test_a_dash_is_not_available_with_a_warning_and_stars_are_a_question(self, load):
        """B02, A26"""
        reading = load("place,year,rate\nA,2012,**\nB,2012,-\nC,2012,0\n", PLAIN)
        assert [(finding.rule, finding.severity) for finding in reading.findings] == [
            ("cell-unreadable", "error"),
            ("read-as-missing", "warning"),
        ]
        assert (by_place(reading)["town:B"].missing, by_place(reading)["town:C"].value) == ("not_available", 0)

    def test_a_mapping_says_what_a_token_means_for_the_file_or_for_one_column(self, load):
        """A25, B05, B06"""
        toml = (
            COUNTED
            + 'codes = { "-1" = "not_available", "-3" = "suppressed" }\ncolumn_codes = { d = { "-1" = "suppressed" } }\n'
        )
        reading = by_place(load("place,rate,n,d,enrolled\nA,-1,,-1,\nB,-3,,40,\nC,-1,,40,\n", toml, Wanted()))
        assert [reading[f"town:{place}"].missing for place in "ABC"] == ["suppressed", "suppressed", "not_available"]

    @pytest.mark.parametrize("cell", ["-1", "-999999", "-555555555", "-9999"])
    def test_a_sentinel_is_never_a_number(self, load, cell: str):
        """A25, B05, B06"""
        reading = load(
            f"place,year,rate\nA,2021,120\nB,2021,{cell}\n", PLAIN, Wanted(unit="count", period_kind="calendar-year")
        )
        assert rules(reading) == [("cell-unreadable", 3)]
        assert sum(point.value or 0 for point in by_place(reading).values()) == 120

    def test_a_code_may_set_the_row_aside(self, load):
        reading = load("place,year,rate\nA,2019,see note\n", PLAIN + 'codes = { "see note" = "skip" }\n')
        assert (reading.tallies[0].skipped, reading.tallies[0].refused) == (1, 0)

    @pytest.mark.parametrize(
        ("cell", "expected"),
        [("1-9", (1, 9)), ("<10", (0, 10)), (">95", (95, 100)), ("LT50", (0, 50)), ("21-39", (21, 39))],
    )
    def test_bounds_stay_bounds(self, load, cell: str, expected: tuple[float, float]):
        """A27"""
        observation = by_place(load(f"place,year,rate\nA,2019,{cell}\n", PLAIN))["town:A"]
        assert (observation.value, (observation.low, observation.high)) == (None, expected)

    def test_statuses_do_not_collapse(self, load):
        """A27"""
        reading = load("place,year,rate\nA,2019,1-9\nB,2019,PS\nC,2019,NA\nD,2019,\nE,2019,†\n", PLAIN)
        assert [point.missing for point in by_place(reading).values()] == [
            None,
            "suppressed",
            "not_available",
            "not_available",
            "not_applicable",
        ]
        assert (reading.tallies[0].bounded, reading.tallies[0].suppressed, reading.tallies[0].absent) == (1, 1, 3)

    @pytest.mark.parametrize("blank", ["", " ", "\u00a0"])
    def test_a_blank_is_a_blank_whatever_it_is_made_of(self, load, blank: str):
        """A32"""
        assert by_place(load(f"place,year,rate\nA,2019,{blank}\n", PLAIN))["town:A"].missing == "not_available"

    def test_an_odd_value_after_thousands_of_numbers_is_named_and_nothing_is_dropped(self, load):
        """A38, B09"""
        rows = "".join(f"p{number},2019,{number % 100}\n" for number in range(3000))
        reading = load(f"place,year,rate\n{rows}last,2019,4O\nstar,2019,*\n", PLAIN)
        assert rules(reading) == [("cell-unreadable", 3002)]
        assert (reading.tallies[0].read, reading.tallies[0].suppressed) == (3001, 1)

    def test_a_decimal_comma_is_read_only_where_declared(self, load):
        """A39"""
        text = "place;year;rate\nA;2019;45,2\n"
        toml = 'delimiter = ";"\n' + PLAIN
        assert rules(load(text, toml)) == [("cell-unreadable", 2)]
        assert by_place(load(text, "decimal_comma = true\n" + toml))["town:A"].value == 45.2

    @pytest.mark.parametrize(("cell", "value"), [("15%", 15), ("14.8%", 14.8), (" 42", 42)])
    def test_percent_signs_and_blanks_do_not_matter(self, load, cell: str, value: float):
        """B16, R16"""
        assert by_place(load(f"place,year,rate\nA,2019,{cell}\n", PLAIN))["town:A"].value == value

    def test_a_column_is_read_as_declared_whatever_its_name(self, load):
        """A40"""
        toml = PLAIN.replace('"rate"', '"Indicator Value (date)"')
        assert by_place(load("place,year,Indicator Value (date)\nA,2019,19\n", toml))["town:A"].value == 19

    def test_the_message_is_a_sentence_for_people(self, load):
        """A42"""
        finding = only(load("place,year,rate\nA,2019,pending\n", PLAIN))
        assert finding.detail == "'pending' is not a number."
        assert finding.hint

    def test_a_column_of_shares_is_asked_about_once(self, load):
        """A19"""
        finding = only(load("place,year,rate\nA,2019,0.45\nB,2019,0.5\nC,2019,1\n", PLAIN))
        assert (finding.rule, finding.severity, finding.row, finding.column) == (
            "percent-or-share",
            "warning",
            2,
            "rate",
        )
        assert "All figures" in finding.detail
        assert 'unit = "proportion"' in finding.hint

    def test_a_mixed_scale_is_found_and_never_multiplied(self, load):
        """B15"""
        reading = load("place,year,rate\nA,2017,0.6716\nB,2017,73.40\nC,2017,0.7\n", PLAIN)
        assert by_place(reading)["town:A"].value == 0.6716
        assert (only(reading).rule, only(reading).row, only(reading).cell) == ("percent-or-share", 2, "0.6716")
        assert "All figures" not in only(reading).detail

    def test_a_declared_proportion_is_held_as_percent(self, load):
        assert (
            by_place(load("place,year,rate\nA,2019,0.452\n", 'unit = "proportion"\n' + PLAIN))["town:A"].value == 45.2
        )

    def test_the_same_doubt_in_many_rows_is_told_once(self, load):
        finding = only(load("place,year,rate\nA,2019,5\nB,2019,.\nC,2019,.\n", PLAIN))
        assert (finding.row, finding.column) == (3, "rate")
        assert "2 rows" in finding.detail


class TestFigures:
    @pytest.fixture
    def one(self, load):
        """The data point or finding of one row ``rate,n,d,enrolled`` in percent."""

        def one(cells: str, extra: str = "", wanted: Wanted = PERCENT) -> Observation | Finding:
            reading = load(f"place,rate,n,d,enrolled\nA,{cells}\n", COUNTED + extra, wanted)
            return only(reading) if has_errors(reading.findings) else reading.points[0].observation

        return one

    def test_counts_give_the_value_and_the_printed_one_checks_it(self, one):
        observation = one("27.2,2057,7571,7800")
        assert observation.value == pytest.approx(100 * 2057 / 7571, abs=1e-12)
        assert (observation.numerator, observation.denominator, observation.eligible) == (2057, 7571, 7800)
        assert (observation.low, observation.missing) == (None, None)

    def test_a_disagreement_refuses_the_row_and_says_both(self, one):
        finding = one("27.3,2057,7571,")
        assert (finding.rule, finding.column, finding.cell) == ("counts-disagree", "rate", "27.3")
        assert "2057 of 7571" in finding.detail
        assert "27.17" in finding.detail

    def test_a_coarser_rounding_may_be_declared(self, one):
        assert one("27.3,2057,7571,", "rounding = 1\n").numerator == 2057

    def test_float_noise_is_no_disagreement(self, one):
        """U6"""
        assert one("91.66666666666666,11,12,").value == pytest.approx(91.6666666667)

    def test_a_printed_bound_checks_the_counts_too(self, one):
        assert one(">95,39,40,").value == 97.5
        assert one(">95,30,40,").rule == "counts-disagree"

    @pytest.mark.parametrize(
        ("cells", "missing"),
        [(",0,0,", "not_applicable"), (",0,0,12", "not_tested"), (",,0,12", "not_tested"), ("*,,0,", "suppressed")],
    )
    def test_nobody_has_no_share(self, one, cells: str, missing: str):
        observation = one(cells)
        assert (observation.value, observation.missing, observation.denominator) == (None, missing, 0)

    @pytest.mark.parametrize("cells", [",3,0,", ",41,40,", "50,,0,", "50,0,0,"])
    def test_impossible_counts_are_refused(self, one, cells: str):
        assert one(cells).rule in {"counts-impossible", "counts-disagree"}

    def test_a_printed_value_keeps_its_denominator_and_its_rounding(self, one):
        observation = one("45,*,40,", "rounding = 1\n")
        assert (observation.value, observation.low, observation.high) == (45, 44.5, 45.5)
        assert (observation.numerator, observation.denominator) == (None, 40)

    @pytest.mark.parametrize(
        ("cell", "low", "high"), [("20-29", 19.5, 29.5), ("LT50", 0, 49.5), ("GE80", 79.5, 100), ("LE5", 0, 5.5)]
    )
    def test_printed_bounds_hold_half_a_unit_of_rounding(self, one, cell: str, low: float, high: float):
        observation = one(f"{cell},,40,", "rounding = 1\n")
        assert (observation.low, observation.high, observation.denominator) == (low, high, 40)

    def test_a_hidden_numerator_over_a_known_denominator_gives_bounds(self, one):
        observation = one(",<5,20,")
        assert (observation.value, observation.low, observation.high, observation.denominator) == (None, 0, 20, 20)
        assert one(",<5,20,", "zeros_shown = true\n").low == 5

    @pytest.mark.parametrize(
        ("cells", "missing"),
        [("*,12,*,", "suppressed"), (",*,40,", "suppressed"), ("NA,*,40,", "suppressed"), (",1-9,,", "suppressed")],
    )
    def test_hidden_comes_before_every_other_reason(self, one, cells: str, missing: str):
        """B03: a count shown as a range hides the rate."""
        assert one(cells).missing == missing

    def test_a_range_of_counts_does_not_cost_a_printed_rate(self, one):
        """B03"""
        assert one("3.2,10-50,,").value == 3.2

    @pytest.mark.parametrize("cells", [",12,,", ",,40,", ",,,"])
    def test_one_count_alone_is_not_available_and_never_zero(self, one, cells: str):
        observation = one(cells)
        assert (observation.value, observation.numerator, observation.missing) == (None, None, "not_available")

    def test_a_rate_is_per_its_base_and_may_count_more_cases_than_people(self, one):
        assert one(",3,2000,", wanted=Wanted(unit="rate", per=1000)).value == 1.5
        assert one(",3000,2000,", wanted=Wanted(unit="rate", per=1000)).value == 1500

    def test_a_value_out_of_the_indicators_bounds_is_refused(self, one):
        assert one(",3000,2000,", wanted=Wanted(unit="rate", per=1000, bounds=(0, 1000))).rule == "value-out-of-bounds"

    def test_all_bad_cells_of_a_row_are_found(self, load):
        reading = load("place,rate,n,d,enrolled\nA,x,y,4.5,#REF!\n", COUNTED, Wanted())
        assert [finding.column for finding in reading.findings] == ["rate", "n", "d", "enrolled"]
        assert reading.tallies[0].refused == 1

    @pytest.mark.parametrize(
        ("confidence", "error"),
        [
            ("", 1.0),
            ("margin_confidence = 95\n", 1.644854 / 1.959964),
            ("margin_confidence = 99\n", 1.644854 / 2.575829),
        ],
    )
    def test_a_margin_of_error_becomes_a_standard_error(self, load, confidence: str, error: float):
        toml = confidence + PLAIN.replace('value = "rate"', 'value = "rate", margin_of_error = "moe"')
        assert by_place(load("place,year,rate,moe\nA,2019,12.5,1.644854\n", toml))[
            "town:A"
        ].standard_error == pytest.approx(error)

    def test_a_standard_error_is_in_the_templates_unit_and_below_one_is_no_doubt(self, load):
        toml = PLAIN.replace('value = "rate"', 'value = "rate", standard_error = "se"')
        assert by_place(load("place,year,rate,se\nA,2019,12.5,0.8\n", toml))["town:A"].standard_error == 0.8
        reading = load("place,year,rate,se\nA,2019,0.125,0.008\n", 'unit = "proportion"\n' + toml)
        assert (by_place(reading)["town:A"].standard_error, reading.findings) == (pytest.approx(0.8), ())

    def test_bounds_may_stand_in_columns_of_their_own(self, load):
        toml = PLAIN.replace('value = "rate"', 'value = "rate", low = "lo", high = "hi"')
        reading = load(
            "place,year,rate,lo,hi\nA,2019,12,10,15\nB,2019,,10,15\nC,2019,,,\nD,2019,12,15,10\nE,2019,20,10,15\n", toml
        )
        figures = {
            place[-1]: (point.value, point.low, point.high, point.missing) for place, point in by_place(reading).items()
        }
        assert figures == {"A": (12, 10, 15, None), "B": (None, 10, 15, None), "C": (None, None, None, "not_available")}
        assert rules(reading) == [("bounds-disagree", 5), ("bounds-disagree", 6)]


class TestWide:
    TOML = """
    place = { column = "id", scheme = "nces-school" }
    period = {}
    groups = [{ dimension = "race_ethnicity", labels = { MBL = "black" } }]
    [wide]
    columns = "(?:(?P<race_ethnicity>ALL|MBL)|(?P<disability>CWD))_(?P<role>RATE|N)_(?P<period>[0-9]{4})"
    roles = { RATE = "value", N = "denominator" }
    """

    def test_one_row_becomes_a_data_point_for_each_combination_that_is_not_blank(self, load):
        """R12"""
        text = "id,ALL_N_1415,ALL_RATE_1415,MBL_N_1415,MBL_RATE_1415,CWD_RATE_1415,ALL_RATE_1516\n01,252,91,5,PS,,90\n02,,,,,,\n"
        reading = load(text, self.TOML, Wanted())
        assert [
            (placed.observation.period, placed.observation.group, placed.observation.denominator)
            for placed in reading.points
        ] == [
            ("SY2014-15", "", 252),
            ("SY2014-15", "race_ethnicity=black", 5),
            ("SY2015-16", "", None),
        ]
        assert (reading.tallies[0].rows, reading.tallies[0].read, reading.tallies[0].skipped) == (4, 3, 1)
        assert reading.points[0].observation.origin.cells == {"id": "01", "ALL_RATE_1415": "91", "ALL_N_1415": "252"}

    def test_names_that_cannot_be_understood_are_findings_of_the_header(self, load):
        toml = self.TOML.replace("ALL|MBL", "[A-Z]{3}").replace('N = "denominator"', 'X = "denominator"')
        reading = load("id,ALL_N_1415,ECD_RATE_1415,ALL_RATE_1999\n01,252,91,90\n", toml, Wanted())
        assert [(finding.rule, finding.row, finding.column) for finding in reading.findings] == [
            ("wide-role-unknown", 1, "ALL_N_1415"),
            ("group-unknown", 1, "ECD_RATE_1415"),
            ("period-unreadable", 1, "ALL_RATE_1999"),
        ]

    def test_two_columns_for_one_figure_and_two_labels_of_one_period_are_findings(self, load):
        toml = self.TOML.replace("[0-9]{4})", "[0-9-]+)")
        reading = load("id,ALL_RATE_1415,ALL_RATE_2014-15\n01,91,90\n", toml, Wanted())
        assert [finding.rule for finding in reading.findings] == ["period-two-labels", "column-ambiguous"]

    @pytest.mark.parametrize(("pattern", "rule"), [("(", "pattern-unreadable"), ("nothing_like_it", "column-missing")])
    def test_a_pattern_that_fits_nothing_is_a_finding(self, load, pattern: str, rule: str):
        toml = f'period = {{ fixed = "2014-15" }}\nwide = {{ columns = "{pattern}" }}\n'
        assert only(load("id,ALL\n01,2\n", toml, Wanted())).rule == rule

    def test_a_pattern_without_roles_holds_one_figure(self, load):
        toml = 'place = { column = "id", scheme = "town" }\nperiod = {}\nwide = { columns = "(?P<period>[0-9]{4})", role = "value" }\n'
        reading = load("id,2018,2019\nA,5,<5\n", toml, CALENDAR)
        assert [(placed.observation.period, placed.observation.value) for placed in reading.points] == [
            ("CY2018", 5),
            ("CY2019", None),
        ]

    def test_a_refused_wide_row_counts_as_its_records(self, load):
        reading = load("id,ALL_RATE_1415,MBL_RATE_1415\n,91,x\n", self.TOML, Wanted())
        assert rules(reading) == [("place-blank", 2), ("cell-unreadable", 2)]
        assert reading.tallies[0].refused == 2


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
