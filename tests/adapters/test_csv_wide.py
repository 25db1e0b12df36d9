"""What the CSV adapter makes of columns that carry the period, the group or the role in their names."""

from pathlib import Path

import pytest
from csv_files import CALENDAR, Load, loader, only, rules

from registry.adapters.contract import Wanted


@pytest.fixture
def load(tmp_path: Path) -> Load:
    return loader(tmp_path)


class TestWide:
    TOML = """
    place = { column = "id", scheme = "nces-school" }
    period = {}
    groups = [{ dimension = "race_ethnicity", labels = { MBL = "black" } }]
    [wide]
    columns = "(?:(?P<race_ethnicity>ALL|MBL)|(?P<disability>CWD))_(?P<role>RATE|N)_(?P<period>[0-9]{4})"
    roles = { RATE = "value", N = "denominator" }
    """

    def test_one_row_becomes_a_data_point_for_each_combination_that_is_not_blank(self, load: Load):
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

    def test_names_that_cannot_be_understood_are_findings_of_the_header(self, load: Load):
        toml = self.TOML.replace("ALL|MBL", "[A-Z]{3}").replace('N = "denominator"', 'X = "denominator"')
        reading = load("id,ALL_N_1415,ECD_RATE_1415,ALL_RATE_1999\n01,252,91,90\n", toml, Wanted())
        assert [(finding.rule, finding.row, finding.column) for finding in reading.findings] == [
            ("wide-role-unknown", 1, "ALL_N_1415"),
            ("group-unknown", 1, "ECD_RATE_1415"),
            ("period-unreadable", 1, "ALL_RATE_1999"),
        ]

    def test_two_columns_for_one_figure_and_two_labels_of_one_period_are_findings(self, load: Load):
        toml = self.TOML.replace("[0-9]{4})", "[0-9-]+)")
        reading = load("id,ALL_RATE_1415,ALL_RATE_2014-15\n01,91,90\n", toml, Wanted())
        assert [finding.rule for finding in reading.findings] == ["period-two-labels", "column-ambiguous"]

    @pytest.mark.parametrize(("pattern", "rule"), [("(", "pattern-unreadable"), ("nothing_like_it", "column-missing")])
    def test_a_pattern_that_fits_nothing_is_a_finding(self, load: Load, pattern: str, rule: str):
        toml = f'period = {{ fixed = "2014-15" }}\nwide = {{ columns = "{pattern}" }}\n'
        assert only(load("id,ALL\n01,2\n", toml, Wanted())).rule == rule

    def test_a_pattern_without_roles_holds_one_figure(self, load: Load):
        toml = 'place = { column = "id", scheme = "town" }\nperiod = {}\nwide = { columns = "(?P<period>[0-9]{4})", role = "value" }\n'
        reading = load("id,2018,2019\nA,5,<5\n", toml, CALENDAR)
        assert [(placed.observation.period, placed.observation.value) for placed in reading.points] == [
            ("CY2018", 5),
            ("CY2019", None),
        ]

    def test_a_refused_wide_row_counts_as_its_records(self, load: Load):
        reading = load("id,ALL_RATE_1415,MBL_RATE_1415\n,91,x\n", self.TOML, Wanted())
        assert rules(reading) == [("place-blank", 2), ("cell-unreadable", 2)]
        assert reading.tallies[0].refused == 2
