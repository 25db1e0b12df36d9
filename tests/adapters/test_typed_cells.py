"""Numbers, percents and dates of spreadsheets as the texts that people see."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.adapters.tables.typed import as_shown, date_text, number_text, odd_date, percent_text, shows_date


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (42.0, "42"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (560377000187.0, "560377000187"),
        (-3.5, "-3.5"),
        (0.0, "0"),
    ],
)
def test_a_number_is_plain_digits(number: float, text: str):
    assert number_text(number) == text


def test_a_number_that_was_written_keeps_its_digits():
    assert number_text(Decimal("0.30000000000000004")) == "0.30000000000000004"
    assert number_text(Decimal("1E+3")) == "1000"
    assert number_text(Decimal("1E+999999999")) == "1E+999999999"


@given(st.decimals(min_value=0, max_value=1000, places=6))
def test_a_percent_is_a_hundred_times_its_share_exactly(share: Decimal):
    assert Decimal(percent_text(float(share)).removesuffix("%")) == share * 100


@pytest.mark.parametrize(
    ("number", "shown_as", "text"),
    [
        (0.153, "0.0%", "15.3%"),
        (0.5, "0%;[Red]-0%", "50%"),
        (15.3, '0.0"%"', "15.3%"),
        (15.3, r"0.0\%", "15.3%"),
        (42, "00000", "00042"),
        (1234.5, "#,##0", "1234.5"),
        (12.5, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "12.5"),
        (7, "General", "7"),
    ],
)
def test_a_format_says_how_a_number_is_shown(number: float, shown_as: str, text: str):
    assert as_shown(number, shown_as) == text


@pytest.mark.parametrize("shown_as", ["d-mmm", "yyyy", "m/d/yy h:mm", "[$-409]mmmm d, yyyy;@", "[h]:mm:ss"])
def test_a_format_of_days_is_one(shown_as: str):
    assert shows_date(shown_as)


@pytest.mark.parametrize("shown_as", ["General", "0.00", '0 "days"', "[Red]0", r"0\d", "@", "#,##0_);(#,##0)"])
def test_a_format_of_numbers_is_none_of_days(shown_as: str):
    assert not shows_date(shown_as)


def test_a_day_is_shown_as_far_as_its_format_goes():
    assert date_text(45721, "d-mmm") == "2025-03-05"
    assert date_text(45721, "mmm-yy") == "2025-03"
    assert date_text(45721, "yyyy") == "2025"
    assert date_text(1e12, "yyyy") == "1000000000000"
    assert odd_date("2025") is None
    month = odd_date("2025-03")
    assert month is not None
    assert (month.why.rule, month.fits) == ("cell-is-date", "period")
