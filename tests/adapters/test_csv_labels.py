"""What the CSV adapter makes of the labels of places, periods and groups; codes such as B08 are those of the reported pains."""

from pathlib import Path

import pytest
from csv_files import PLAIN, Load, by_place, loader, only, rules

from registry.adapters.contract import Wanted


@pytest.fixture
def load(tmp_path: Path) -> Load:
    return loader(tmp_path)


class TestPlaces:
    def test_ids_stay_text(self, load: Load):
        """B08, B09, B10, A41"""
        rows = "".join(f"{code},2016,55\n" for code in ("0010", "0110", "00105200", "010000500870", "ST", '="01001"'))
        assert list(by_place(load("place,year,rate\n" + rows, PLAIN))) == [
            *("town:0010", "town:0110", "town:00105200", "town:010000500870", "town:ST", "town:01001")
        ]

    def test_lost_zeros_are_offered_as_a_width_and_never_restored_by_a_guess(self, load: Load):
        """B08"""
        wanted = Wanted(period_kind="calendar-year", places=frozenset({"town:0010"}))
        reading = load("place,year,rate\n10,2016,55\n110,2016,60\n", PLAIN, wanted)
        assert not reading.points
        assert "width = 4" in only(reading).hint
        padded = load("place,year,rate\n10,2016,55\n", PLAIN.replace('"town"', '"town", width = 4'), wanted)
        assert set(by_place(padded)) == {"town:0010"}

    @pytest.mark.parametrize("blank", ["", " ", "\u00a0", "NA"])
    def test_a_row_without_a_place_is_refused_with_the_columns_name(self, load: Load, blank: str):
        """A57"""
        finding = only(load(f"place,year,rate\n{blank},2016,55\n", PLAIN))
        assert (finding.rule, finding.row, finding.column, finding.cell) == ("place-blank", 2, "place", blank)

    def test_an_unknown_name_is_a_question_with_near_names(self, load: Load):
        toml = PLAIN.replace('scheme = "town"', 'names = { "Charlottesville City" = "va-division:104" }')
        reading = load("place,year,rate\nCharlottesvile City,2016,55\ncharlottesville  city,2017,56\n", toml)
        assert by_place(reading)["va-division:104"].value == 56
        assert only(reading).rule == "place-unknown"
        assert "'Charlottesville City'" in only(reading).hint

    def test_a_number_that_a_spreadsheet_shortened_is_no_code(self, load: Load):
        assert only(load("place,year,rate\n1.00005E+11,2016,55\n", PLAIN)).rule == "place-unknown"


class TestPeriods:
    SCHOOL = Wanted()

    @pytest.mark.parametrize("label", ["2005 - 2006", "2005-06", "SY2005-06", "AY 2005-06", "0506", "2005/06"])
    def test_spans_are_read_and_the_label_is_kept(self, load: Load, label: str):
        """A55, A54"""
        observation = by_place(load(f"place,year,rate\nA,{label},5\n", PLAIN, self.SCHOOL))["town:A"]
        assert (observation.period, observation.origin.cells["year"]) == ("SY2005-06", label)

    @pytest.mark.parametrize("label", ["2021", "SY26", "AY2025", "null", "", "Summer 2019"])
    def test_what_is_no_span_refuses_the_row(self, load: Load, label: str):
        """A54, B13, B14"""
        finding = only(load(f"place,year,rate\nA,{label},5\n", PLAIN, self.SCHOOL))
        assert finding.rule in {"period-unreadable", "period-blank"}
        assert (finding.row, finding.column, finding.cell) == (2, "year", label)

    @pytest.mark.parametrize(("means", "code"), [("start", "SY2021-22"), ("end", "SY2020-21")])
    def test_a_bare_year_is_read_by_the_declared_rule(self, load: Load, means: str, code: str):
        """B13"""
        toml = PLAIN.replace('column = "year"', f'column = "year", year_means = "{means}"')
        assert by_place(load("place,year,rate\nA,2021,5\n", toml, self.SCHOOL))["town:A"].period == code

    def test_two_labels_of_one_period_are_a_question(self, load: Load):
        reading = load("place,year,rate\nA,2021-22,5\nB,2122,6\nC,2021–22,7\n", PLAIN, self.SCHOOL)
        assert rules(reading) == [("period-two-labels", 3)]
        assert set(by_place(reading)) == {"town:A", "town:C"}

    def test_two_labels_that_the_mapping_declares_are_none(self, load: Load):
        toml = PLAIN.replace('column = "year"', 'column = "year", labels = { "Year 3" = "2021-22" }')
        assert not load("place,year,rate\nA,2021-22,5\nB,Year 3,6\n", toml, self.SCHOOL).findings

    def test_the_files_name_may_hold_the_period(self, load: Load):
        toml = PLAIN.replace('column = "year"', 'file = "_([0-9]{4}-[0-9]{2})_"')
        assert (
            by_place(load("place,rate\nA,5\n", toml, self.SCHOOL, name="kei_2009-10_x.csv"))["town:A"].period
            == "SY2009-10"
        )
        assert rules(load("place,rate\nA,5\n", toml, self.SCHOOL, name="kei.csv")) == [("period-blank", None)]

    @pytest.mark.parametrize("pattern", ["(", "[0-9]{4}"])
    def test_a_pattern_that_cannot_serve_is_a_finding(self, load: Load, pattern: str):
        toml = PLAIN.replace('column = "year"', f'file = "{pattern}"')
        assert rules(load("place,rate\nA,5\n", toml, self.SCHOOL, name="2009.csv")) == [("pattern-unreadable", None)]


class TestGroups:
    TOML = (
        PLAIN + 'groups = [{ dimension = "economic_disadvantage", column = "group", everybody = ["Everyone here"] }]\n'
    )

    @pytest.mark.parametrize(
        "label", ["Economically Disadvantaged", "ECONOMICALLY DISADVANTAGED STUDENTS", "econ_disadv"]
    )
    def test_the_spellings_of_one_group_are_one_group(self, load: Load, label: str):
        """B22"""
        reading = load(f"place,year,group,rate\nA,2019,{label},5\n", self.TOML)
        assert by_place(reading)["town:A"].group == "economic_disadvantage=economically_disadvantaged"

    @pytest.mark.parametrize("label", ["All Students", "Total", "everyone here"])
    def test_a_label_of_everybody_leaves_the_dimension_out(self, load: Load, label: str):
        assert by_place(load(f"place,year,group,rate\nA,2019,{label},5\n", self.TOML))["town:A"].group == ""

    @pytest.mark.parametrize("label", ["Economicaly Disadvantaged", "[Data Suppressed]", ""])
    def test_an_unknown_label_makes_no_new_group(self, load: Load, label: str):
        """B22, V16"""
        finding = only(load(f"place,year,group,rate\nA,2019,{label},5\n", self.TOML))
        assert (finding.rule, finding.row, finding.column, finding.cell) == ("group-unknown", 2, "group", label)

    def test_a_near_label_is_suggested(self, load: Load):
        assert (
            "economically_disadvantaged"
            in only(load("place,year,group,rate\nA,2019,Economicaly Disadvantaged,5\n", self.TOML)).hint
        )

    def test_kindergarten_is_a_grade_and_not_nothing(self, load: Load):
        """B07"""
        toml = PLAIN.replace('value = "rate"', 'value = "n"') + 'groups = [{ dimension = "grade", column = "grade" }]\n'
        reading = load(
            "place,year,grade,n\nA,2019,0,50\nA,2019,1,60\n", toml, Wanted(unit="count", period_kind="calendar-year")
        )
        assert {placed.observation.group: placed.observation.value for placed in reading.points} == {
            "grade=k": 50,
            "grade=1": 60,
        }

    def test_zero_groups_beside_a_total_stay_zeros_of_their_own(self, load: Load):
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
