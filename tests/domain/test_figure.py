"""Figures in exact arithmetic: shares of counts, bounds with their rounding, and what is printed in the end."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.domain.period import Unreadable
from registry.domain.value import (
    Cell,
    CellRules,
    agrees,
    bounds_of,
    figure,
    printed_rounding,
    read_cell,
    share,
    shown,
    widened,
)

PERCENT = CellRules(unit="percent")


def test_a10_nothing_is_divided_by_zero() -> None:
    assert share(0, 0) == "not_applicable"
    assert share(0, 0, eligible=12) == "not_tested"
    assert share(0, 0, eligible=0) == "not_applicable"
    assert share(3, 0) == Unreadable(
        "3 of 0 is no share.", "Check the two counts: the numerator is part of the denominator."
    )
    assert isinstance(share(8, 7), Unreadable)
    assert isinstance(share(-1, 7), Unreadable)


def test_a_share_is_exact_and_zero_is_a_value() -> None:
    assert share(1, 3) == Fraction(100, 3)
    assert share(0, 7) == 0
    assert share(3, 2000, per=1000) == Fraction(3, 2)


def test_a12_a_printed_value_never_reaches_what_the_exact_one_misses() -> None:
    assert shown(59.95, against=60) == "59.95"
    assert shown(59.94, against=60) == "59.9"
    assert shown(Fraction(599999, 10000), against=60) == "59.9999"
    assert shown(60, against=59.95) == "60.00"
    assert shown(60, against=60.0) == "60.0"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("45", (44.5, 45.5)),
        ("0", (0, 0.5)),
        ("100", (99.5, 100)),
        ("20-29", (19.5, 29.5)),
        ("0-9", (0, 9.5)),
        ("LE5", (0, 5.5)),
        ("GE80", (79.5, 100)),
        ("LT50", (0, 49.5)),
        (">95%", (95.5, 100)),
        ("<0.5", (0, 0.5)),
        ("*", (0, 100)),
    ],
)
def test_half_a_unit_is_added_at_each_printed_end(text: str, ends: tuple[float, float]) -> None:
    read = read_cell(text, PERCENT)
    assert isinstance(read, Cell)
    low, high = (read.low, read.high) if read.value is None else (read.value, read.value)
    assert widened(low, high, rounding=1, open=read.open, bounds=bounds_of(PERCENT)) == ends


def test_widening_is_exact_and_knows_no_end_that_is_not_there() -> None:
    assert widened(21.3, 21.3, rounding=0.1, open=False, bounds=(0, 100)) == (21.25, 21.35)
    assert widened(6, None, rounding=0, open=False, bounds=(0, None)) == (6, None)
    assert widened(None, None, rounding=1, open=False, bounds=(0, None)) == (0, None)
    assert widened(None, 5, rounding=1, open=True, bounds=(None, None)) == (None, 4.5)
    assert widened(0, 5, rounding=0, open=True, bounds=(0, 100)) == (0, 5)
    assert widened(0, 100, rounding=1, open=True, bounds=(0, 100)) == (0, 100)


def test_a_printed_value_agrees_with_its_counts_within_half_a_unit() -> None:
    assert agrees(27.2, 2057, 7571, rounding=0.1)
    assert not agrees(27.3, 2057, 7571, rounding=0.1)
    assert agrees(12.5, 1, 8, rounding=0.1)
    assert agrees(12.0, 1, 8, rounding=1)
    assert agrees(13.0, 1, 8, rounding=1)
    assert not agrees(12.0, 1, 8, rounding=0.99)
    assert agrees(1.5, 3, 2000, rounding=0.1, per=1000)
    assert not agrees(0, 0, 0, rounding=1)


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        ("21.3", 0.1),
        ("45", 1),
        ("45.20 %", 0.01),
        ("1,234", 1),
        ("<5%", 1),
        ("20-24.5", 1),
        ("$1,234.50", 0.01),
        (".452", 0.001),
        ("1.5e-05", 1e-6),
        ("1e+06", 1e6),
        ("27.169462422401268", 1e-10),
        ("PS", 0),
    ],
)
def test_the_rounding_is_that_of_the_last_digit_printed(raw: str, unit: float) -> None:
    assert printed_rounding(raw) == unit


def test_the_rounding_of_a_decimal_comma() -> None:
    assert printed_rounding("1.234,5", decimal_comma=True) == 0.1


def test_a_share_printed_in_full_by_a_computer_agrees_with_its_counts() -> None:
    assert agrees(100 * 2057 / 7571, 2057, 7571, rounding=printed_rounding(repr(100 * 2057 / 7571)))


def test_halves_are_rounded_away_from_zero_and_no_zero_is_negative() -> None:
    assert [shown(value) for value in (0.25, -0.25, 2.35, -0.04, 0.0, -0.0)] == [
        "0.3",
        "-0.3",
        "2.4",
        "0.0",
        "0.0",
        "0.0",
    ]
    assert shown(2.5, decimals=0) == "3"
    assert shown(Fraction(2, 3), decimals=3) == "0.667"


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_an_infinity_is_never_a_figure(value: float) -> None:
    with pytest.raises(ValueError, match=r"not a figure"):
        figure(value)
    with pytest.raises(ValueError, match=r"Invalid literal"):
        shown(value)


def test_a_figure_leaves_with_twelve_digits() -> None:
    assert figure(None) is None
    assert figure(Fraction(100, 3)) == 33.3333333333
    assert figure(0.1 + 0.2) == 0.3
    assert str(figure(-0.0)) == "0.0"
    with pytest.raises(ValueError, match="not a figure"):
        figure(Fraction(10**400))


_FIGURES = st.fractions(0, 100, max_denominator=10_000)


@given(_FIGURES, _FIGURES, st.integers(0, 3))
def test_what_is_printed_never_contradicts_what_is_exact(value: Fraction, other: Fraction, decimals: int) -> None:
    text = shown(value, decimals=decimals, against=other)
    places = len(text.partition(".")[2])
    printed, beside = Fraction(text), Fraction(shown(other, decimals=places))
    assert places >= decimals
    assert (printed < beside, printed > beside) == (value < other, value > other)
    assert (printed < other, printed > other) == (value < other, value > other) or value == other


@given(st.decimals(-1000, 1000, places=6), st.integers(0, 5))
def test_rounding_is_decimal_half_up(value: Decimal, decimals: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert shown(Fraction(value), decimals=decimals) == f"{expected or abs(expected):f}"


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 3))
def test_a_correctly_rounded_share_agrees_and_is_inside_its_widened_bounds(part: int, rest: int, decimals: int) -> None:
    exact = share(part, part + rest)
    assert isinstance(exact, Fraction)
    text = shown(exact, decimals=decimals)
    printed, rounding = float(text), printed_rounding(text)
    assert agrees(printed, part, part + rest, rounding=rounding)
    low, high = widened(printed, printed, rounding=rounding, open=False, bounds=(0, 100))
    assert low is not None
    assert high is not None
    assert low - 1e-12 <= exact <= high + 1e-12


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_figure_is_within_twelve_digits_and_settled(value: float) -> None:
    assume(abs(value) < 1e300)
    rounded = figure(value)
    assert rounded is not None
    assert abs(rounded - value) <= abs(value) * 5.1e-12
    assert figure(rounded) == rounded
