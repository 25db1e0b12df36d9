"""What a mapping can say of columns that mix or move: groups of all kinds in one column, renamed columns, limits, reasons in words."""

import pytest

from registry.adapters.contract import Wanted
from tests.adapters.any_file import PLAIN, Read, by_place, read, rules, values

__all__ = ["read"]


class TestSubgroups:
    MIXED = PLAIN + '[subgroups]\ncolumn = "Subgroup"\n'
    HEAD = "place,year,Subgroup,rate\n"

    def test_groups_of_several_dimensions_in_one_column_are_each_their_own(self, read: Read):
        """P15"""
        labels = ("All", "White", "Girls", "Homeless", "Special Education", "KG")
        text = self.HEAD + "".join(f"A,2019,{label},{n}\n" for n, label in enumerate(labels))
        reading = read("t.csv", text, self.MIXED)
        assert reading.findings == ()
        assert [placed.observation.group for placed in reading.points] == [
            "",
            "race_ethnicity=white",
            "sex=female",
            "homelessness=homeless",
            "disability=with_disability",
            "grade=k",
        ]

    def test_a_label_that_no_list_knows_is_asked_about_until_the_mapping_says_its_whole_group(self, read: Read):
        text = self.HEAD + "A,2019,Black girls,5\nA,2019,Everyone,6\n"
        reading = read("t.csv", text, self.MIXED)
        assert rules(reading) == ["group-unknown"] * 2
        assert "[subgroups.labels] 'Black girls'" in reading.findings[0].hint
        said = 'everybody = ["everyone"]\nlabels = { "black girls" = "sex=female;race_ethnicity=black" }\n'
        points = read("t.csv", text, self.MIXED + said).points
        assert [placed.observation.group for placed in points] == ["race_ethnicity=black;sex=female", ""]

    def test_a_category_that_its_list_does_not_know_is_no_group(self, read: Read):
        said = self.MIXED + 'labels = { "Nonwhite" = "race_ethnicity=nonwhite" }\n'
        (finding,) = read("t.csv", self.HEAD + "A,2019,Nonwhite,5\n", said).findings
        assert (finding.rule, finding.row, "'nonwhite'" in finding.detail) == ("group-unknown", 2, True)

    def test_a_column_of_one_dimension_may_stand_beside_it(self, read: Read):
        mapping = 'groups = [{ dimension = "grade", column = "grade" }]\n' + self.MIXED
        (placed,) = read("t.csv", "place,year,grade,Subgroup,rate\nA,2019,3,White,5\n", mapping).points
        assert placed.observation.group == "grade=3;race_ethnicity=white"


class TestOtherNames:
    RENAMED = PLAIN + '[other_names]\nrate = ["Rate 2018-19", "Rate 2019-20"]\n'

    @pytest.mark.parametrize("name", ["rate", "Rate 2018-19", "rate 2019-20"])
    def test_a_renamed_column_is_found_under_each_of_its_names(self, read: Read, name: str):
        """R11: next year the column has another name."""
        assert values(read("t.csv", f"place,year,{name}\nA,2019,5\n", self.RENAMED)) == {"A": 5}

    def test_two_of_the_names_in_one_file_are_a_question(self, read: Read):
        reading = read("t.csv", "place,year,Rate 2018-19,Rate 2019-20\nA,2019,5,6\n", self.RENAMED)
        (finding,) = reading.findings
        assert (finding.rule, finding.column) == ("column-ambiguous", "rate")
        assert "'Rate 2018-19' (column 3), 'Rate 2019-20' (column 4)" in finding.detail

    def test_a_name_that_nobody_said_is_a_question(self, read: Read):
        assert rules(read("t.csv", "place,year,Rate 2020-21\nA,2019,5\n", self.RENAMED)) == ["column-missing"]


class TestLimits:
    LIMITED = PLAIN.replace('value = "rate"', 'value = "rate", lower_limit = "from", upper_limit = "to"')
    HEAD = "place,year,rate,from,to\n"

    def test_a_confidence_interval_gives_the_error_and_no_bounds(self, read: Read):
        """U9: half of 10 points over 1.96 of a 95 percent interval."""
        reading = read(
            "t.csv", self.HEAD + "A,2019,50,45,55\nB,2019,3,-1,7\n", "margin_confidence = 95\n" + self.LIMITED
        )
        points = by_place(reading)
        assert reading.findings == ()
        assert points["A"].standard_error == pytest.approx(5 / 1.959964)
        assert (points["A"].value, points["A"].low, points["A"].high) == (50, None, None)
        assert points["B"].standard_error == pytest.approx(4 / 1.959964)

    def test_limits_of_shares_are_in_points(self, read: Read):
        mapping = 'unit = "proportion"\nmargin_confidence = 95\n' + self.LIMITED
        (placed,) = read("t.csv", self.HEAD + "A,2019,0.5,0.45,0.55\n", mapping).points
        assert placed.observation.standard_error == pytest.approx(5 / 1.959964)

    def test_limits_that_contradict_their_figure_are_found(self, read: Read):
        reading = read("t.csv", self.HEAD + "A,2019,60,45,55\nB,2019,50,55,45\nC,2019,50,,55\n", self.LIMITED)
        assert [(finding.rule, finding.row, finding.column) for finding in reading.findings] == [
            ("bounds-disagree", 2, "rate"),
            ("bounds-disagree", 3, "from"),
        ]
        assert by_place(reading)["C"].standard_error is None


class TestReasons:
    WORDS = (
        PLAIN.replace('value = "rate"', 'value = "rate", denominator = "n", reason = "words"')
        + 'column_codes = { words = { "Data suppressed" = "suppressed", "Closed" = "skip" } }\n'
    )
    HEAD = "place,year,n,rate,words\n"

    def test_an_empty_figure_is_absent_for_the_reason_that_words_beside_it_give(self, read: Read):
        """V15"""
        text = self.HEAD + "A,2019,200,24.5,24.5% of students\nB,2019,3,,Data suppressed\nC,2019,,,\nD,2019,,,Closed\n"
        reading = read("t.csv", text, self.WORDS)
        points = by_place(reading)
        assert reading.findings == ()
        assert {place: (point.value, point.missing) for place, point in points.items()} == {
            "A": (24.5, None),
            "B": (None, "suppressed"),
            "C": (None, "not_available"),
        }
        assert points["B"].denominator == 3
        assert reading.tallies[0].skipped == 1

    def test_words_that_say_hidden_beside_a_figure_refuse_the_row(self, read: Read):
        (finding,) = read("t.csv", self.HEAD + "A,2019,200,24.5,Data suppressed\n", self.WORDS).findings
        assert (finding.rule, finding.column, finding.cell) == ("reason-beside-figure", "words", "Data suppressed")

    def test_a_flag_a_year_stands_in_columns_that_carry_the_year(self, read: Read):
        mapping = """
        place = { column = "place", scheme = "town" }
        period = { year_means = "start" }
        wide = { columns = "(?P<role>RATE|FLAG)_(?P<period>[0-9]{4})", roles = { RATE = "value", FLAG = "reason" } }
        codes = { S = "suppressed" }
        """
        reading = read("t.csv", "place,RATE_2018,FLAG_2018,RATE_2019,FLAG_2019\nA,,S,7,\n", mapping, Wanted())
        assert [(placed.observation.value, placed.observation.missing) for placed in reading.points] == [
            (None, "suppressed"),
            (7, None),
        ]
