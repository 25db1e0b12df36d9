"""What the CSV adapter makes of cells and of the figures in a row; codes such as B01 are those of the reported pains."""

from pathlib import Path

import pytest
from csv_files import COUNTED, PERCENT, PLAIN, Load, by_place, loader, only, rules

from registry.adapters.contract import Wanted
from registry.domain.finding import Finding, has_errors
from registry.domain.observation import Observation


@pytest.fixture
def load(tmp_path: Path) -> Load:
    return loader(tmp_path)


class TestCells:
    def test_a_bound_is_not_its_number(self, load: Load):
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

    def test_a_dash_is_not_available_with_a_warning_and_stars_are_a_question(self, load: Load):
        """B02, A26"""
        reading = load("place,year,rate\nA,2012,**\nB,2012,-\nC,2012,0\n", PLAIN)
        assert [(finding.rule, finding.severity) for finding in reading.findings] == [
            ("cell-unreadable", "error"),
            ("read-as-missing", "warning"),
        ]
        assert (by_place(reading)["town:B"].missing, by_place(reading)["town:C"].value) == ("not_available", 0)

    def test_a_mapping_says_what_a_token_means_for_the_file_or_for_one_column(self, load: Load):
        """A25, B05, B06"""
        toml = (
            COUNTED
            + 'codes = { "-1" = "not_available", "-3" = "suppressed" }\ncolumn_codes = { d = { "-1" = "suppressed" } }\n'
        )
        reading = by_place(load("place,rate,n,d,enrolled\nA,-1,,-1,\nB,-3,,40,\nC,-1,,40,\n", toml, Wanted()))
        assert [reading[f"town:{place}"].missing for place in "ABC"] == ["suppressed", "suppressed", "not_available"]

    @pytest.mark.parametrize("cell", ["-1", "-999999", "-555555555", "-9999"])
    def test_a_sentinel_is_never_a_number(self, load: Load, cell: str):
        """A25, B05, B06"""
        reading = load(
            f"place,year,rate\nA,2021,120\nB,2021,{cell}\n", PLAIN, Wanted(unit="count", period_kind="calendar-year")
        )
        assert rules(reading) == [("cell-unreadable", 3)]
        assert sum(point.value or 0 for point in by_place(reading).values()) == 120

    def test_a_code_may_set_the_row_aside(self, load: Load):
        reading = load("place,year,rate\nA,2019,see note\n", PLAIN + 'codes = { "see note" = "skip" }\n')
        assert (reading.tallies[0].skipped, reading.tallies[0].refused) == (1, 0)

    @pytest.mark.parametrize(
        ("cell", "expected"),
        [("1-9", (1, 9)), ("<10", (0, 10)), (">95", (95, 100)), ("LT50", (0, 50)), ("21-39", (21, 39))],
    )
    def test_bounds_stay_bounds(self, load: Load, cell: str, expected: tuple[float, float]):
        """A27"""
        observation = by_place(load(f"place,year,rate\nA,2019,{cell}\n", PLAIN))["town:A"]
        assert (observation.value, (observation.low, observation.high)) == (None, expected)

    def test_statuses_do_not_collapse(self, load: Load):
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
    def test_a_blank_is_a_blank_whatever_it_is_made_of(self, load: Load, blank: str):
        """A32"""
        assert by_place(load(f"place,year,rate\nA,2019,{blank}\n", PLAIN))["town:A"].missing == "not_available"

    def test_an_odd_value_after_thousands_of_numbers_is_named_and_nothing_is_dropped(self, load: Load):
        """A38, B09"""
        rows = "".join(f"p{number},2019,{number % 100}\n" for number in range(3000))
        reading = load(f"place,year,rate\n{rows}last,2019,4O\nstar,2019,*\n", PLAIN)
        assert rules(reading) == [("cell-unreadable", 3002)]
        assert (reading.tallies[0].read, reading.tallies[0].suppressed) == (3001, 1)

    def test_a_decimal_comma_is_read_only_where_declared(self, load: Load):
        """A39"""
        text = "place;year;rate\nA;2019;45,2\n"
        toml = 'delimiter = ";"\n' + PLAIN
        assert rules(load(text, toml)) == [("cell-unreadable", 2)]
        assert by_place(load(text, "decimal_comma = true\n" + toml))["town:A"].value == 45.2

    @pytest.mark.parametrize(("cell", "value"), [("15%", 15), ("14.8%", 14.8), (" 42", 42)])
    def test_percent_signs_and_blanks_do_not_matter(self, load: Load, cell: str, value: float):
        """B16, R16"""
        assert by_place(load(f"place,year,rate\nA,2019,{cell}\n", PLAIN))["town:A"].value == value

    def test_a_column_is_read_as_declared_whatever_its_name(self, load: Load):
        """A40"""
        toml = PLAIN.replace('"rate"', '"Indicator Value (date)"')
        assert by_place(load("place,year,Indicator Value (date)\nA,2019,19\n", toml))["town:A"].value == 19

    def test_the_message_is_a_sentence_for_people(self, load: Load):
        """A42"""
        finding = only(load("place,year,rate\nA,2019,pending\n", PLAIN))
        assert finding.detail == "'pending' is not a number."
        assert finding.hint

    def test_a_column_of_shares_is_asked_about_once(self, load: Load):
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

    def test_a_mixed_scale_is_found_and_never_multiplied(self, load: Load):
        """B15"""
        reading = load("place,year,rate\nA,2017,0.6716\nB,2017,73.40\nC,2017,0.7\n", PLAIN)
        assert by_place(reading)["town:A"].value == 0.6716
        assert (only(reading).rule, only(reading).row, only(reading).cell) == ("percent-or-share", 2, "0.6716")
        assert "All figures" not in only(reading).detail

    def test_a_declared_proportion_is_held_as_percent(self, load: Load):
        assert (
            by_place(load("place,year,rate\nA,2019,0.452\n", 'unit = "proportion"\n' + PLAIN))["town:A"].value == 45.2
        )

    def test_the_same_doubt_in_many_rows_is_told_once(self, load: Load):
        finding = only(load("place,year,rate\nA,2019,5\nB,2019,.\nC,2019,.\n", PLAIN))
        assert (finding.row, finding.column) == (3, "rate")
        assert "2 rows" in finding.detail


class TestFigures:
    @pytest.fixture
    def one(self, load: Load):
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

    def test_all_bad_cells_of_a_row_are_found(self, load: Load):
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
    def test_a_margin_of_error_becomes_a_standard_error(self, load: Load, confidence: str, error: float):
        toml = confidence + PLAIN.replace('value = "rate"', 'value = "rate", margin_of_error = "moe"')
        assert by_place(load("place,year,rate,moe\nA,2019,12.5,1.644854\n", toml))[
            "town:A"
        ].standard_error == pytest.approx(error)

    def test_a_standard_error_is_in_the_templates_unit_and_below_one_is_no_doubt(self, load: Load):
        toml = PLAIN.replace('value = "rate"', 'value = "rate", standard_error = "se"')
        assert by_place(load("place,year,rate,se\nA,2019,12.5,0.8\n", toml))["town:A"].standard_error == 0.8
        reading = load("place,year,rate,se\nA,2019,0.125,0.008\n", 'unit = "proportion"\n' + toml)
        assert (by_place(reading)["town:A"].standard_error, reading.findings) == (pytest.approx(0.8), ())

    def test_bounds_may_stand_in_columns_of_their_own(self, load: Load):
        toml = PLAIN.replace('value = "rate"', 'value = "rate", low = "lo", high = "hi"')
        reading = load(
            "place,year,rate,lo,hi\nA,2019,12,10,15\nB,2019,,10,15\nC,2019,,,\nD,2019,12,15,10\nE,2019,20,10,15\n", toml
        )
        figures = {
            place[-1]: (point.value, point.low, point.high, point.missing) for place, point in by_place(reading).items()
        }
        assert figures == {"A": (12, 10, 15, None), "B": (None, 10, 15, None), "C": (None, None, None, "not_available")}
        assert rules(reading) == [("bounds-disagree", 5), ("bounds-disagree", 6)]
