"""What a cell says: the known answers, the named pains and bugs, and what must hold of any text and any figure."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.domain.period import Unreadable
from registry.domain.value import (
    Cell,
    CellRules,
    Code,
    Unit,
    bounds_of,
    read_cell,
)

VECTORS = Path(__file__).parents[1] / "vectors"
SHARED = Path(__file__).parents[2].parent / "shared" / "vectors"
NAMES = ("cells.json", "cells_more.json")
UNITS: tuple[Unit, ...] = get_args(Unit)
PERCENT, COUNT = CellRules(unit="percent"), CellRules(unit="count")
SHARE_OF_ONE = CellRules(unit="percent", proportion=True)


def _cases(section: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{case['cell'] or 'empty'}/{case.get('unit', 'proportion')}")
        for name in NAMES
        for case in json.loads((VECTORS / name).read_text(encoding="utf-8"))[section]
    ]


def cell(text: str, rules: CellRules = PERCENT) -> Cell:
    read = read_cell(text, rules)
    assert isinstance(read, Cell), read
    return read


def refused(text: str, rules: CellRules = PERCENT) -> Unreadable:
    read = read_cell(text, rules)
    assert isinstance(read, Unreadable), read
    return read


def bounds(text: str, rules: CellRules = PERCENT) -> tuple[float | None, float | None, bool]:
    read = cell(text, rules)
    assert read.value is None
    return read.low, read.high, read.open


def _says(read: Cell, expect: dict[str, Any]) -> None:
    assert {name: getattr(read, name) for name in expect} == expect
    assert read.open == expect.get("open", False)
    silent = {"value", "low", "high", "missing"} - set(expect)
    assert {getattr(read, name) for name in silent} == {None}


@pytest.mark.parametrize("name", NAMES)
def test_the_vectors_here_are_the_vectors_handed_over(name: str) -> None:
    if not (SHARED / name).exists():
        pytest.skip("the shared vectors are not beside this clone")
    assert (VECTORS / name).read_bytes() == (SHARED / name).read_bytes()


@pytest.mark.parametrize("case", _cases("valid"))
def test_a_known_cell_reads_as_what_it_says(case: dict[str, Any]) -> None:
    read = cell(case["cell"], CellRules(unit=case["unit"]))
    assert read.raw == case["cell"]
    _says(read, case["expect"])


@pytest.mark.parametrize("case", _cases("valid_as_proportion"))
def test_a_known_share_of_one_reads_as_a_percent(case: dict[str, Any]) -> None:
    read = cell(case["cell"], SHARE_OF_ONE)
    assert read.doubt == ""
    _says(read, case["expect"])


@pytest.mark.parametrize("case", _cases("invalid"))
def test_a_known_bad_cell_is_named_with_the_way_out(case: dict[str, Any]) -> None:
    read = refused(case["cell"], CellRules(unit=case["unit"]))
    assert read.detail.startswith(f"{case['cell']!r} ")
    assert read.detail.endswith(".")
    assert read.hint.endswith(".")


def test_a19_a_fraction_among_percents_is_asked_about_and_never_multiplied() -> None:
    read = cell("0.45")
    assert read.value == 0.45
    assert read.doubt == "'0.45' stands in a column of percents: did you mean 45 %?"
    assert [cell(text).doubt for text in ("45", "0", "1", "1.0", "0.0", "0.45%")] == [""] * 6
    assert refused("45 per 100").detail == "'45 per 100' is not a number."


def test_a25_negative_codes_are_never_a_count() -> None:
    for text in ("-1", "-2", "-3"):
        assert refused(text, COUNT).detail == f"{text!r} is below 0."
    codes = {
        "-1": Code(missing="not_available"),
        "-2": Code(missing="not_applicable"),
        "-3": Code(missing="suppressed"),
    }
    rules = CellRules(unit="count", codes=codes)
    assert [cell(text, rules).missing for text in codes] == ["not_available", "not_applicable", "suppressed"]
    assert [cell(text, rules).value for text in codes] == [None] * 3


def test_a26_and_b02_the_marks_of_census_tables_are_reasons_and_a_true_zero_is_zero() -> None:
    assert cell("-").missing == "not_available"
    assert cell("-").doubt != ""
    assert "is not a number" in refused("**").detail
    assert cell("**", CellRules(unit="percent", codes={"**": Code(missing="suppressed")})).missing == "suppressed"
    assert cell("0").value == 0
    assert cell("0", COUNT).missing is None


def test_a27_five_statuses_stay_five() -> None:
    assert bounds("1-9", COUNT) == (1, 9, False)
    assert bounds("<10", COUNT) == (0, 9, False)
    assert bounds(">95") == (95, 100, True)
    assert bounds("LT50") == (0, 50, True)
    assert bounds("21-39") == (21, 39, False)
    assert cell("PS").missing == "suppressed"
    assert cell("n/a").missing == "not_available"
    assert cell("").missing == "not_available"


@pytest.mark.parametrize("text", [" 45.2 % ", "<5%", "\u00a0*", '="12"', "20–24", "n/a"])
def test_a28_the_raw_text_is_kept_as_it_stood(text: str) -> None:
    assert cell(text).raw == text


@pytest.mark.parametrize("text", ["", " ", "\t", "\u00a0", "\u202f \u2009", "\ufeff", "\u200b", '=""', '=" "', "\r\n"])
def test_a32_blanks_of_every_kind_are_the_same_as_empty(text: str) -> None:
    assert cell(text) == Cell(raw=text, missing="not_available")


def test_a39_a_decimal_comma_is_declared_and_never_guessed() -> None:
    comma = CellRules(unit="count", decimal_comma=True)
    assert cell("1,200", COUNT).value == 1200
    assert cell("1.200", comma).value == 1200
    assert "is not a whole number" in refused("1.200", COUNT).detail
    assert "is not a whole number" in refused("1,200", comma).detail
    assert cell("45,2", CellRules(unit="percent", decimal_comma=True)).value == 45.2
    assert "a comma starts the decimals" in refused("45.2", CellRules(unit="percent", decimal_comma=True)).hint
    assert "decimal_comma = true" in refused("45,2").hint
    assert "decimal_comma = true" in refused("0,452", CellRules(unit="index")).hint


def test_a42_and_a47_text_in_a_number_column_gets_a_sentence() -> None:
    for text in ("Yes", "See description", "twelve"):
        assert refused(text) == Unreadable(
            f"{text!r} is not a number.", "Leave it empty, or tell in the mapping what it means."
        )


def test_a43_the_text_of_a_percent_cell_is_a_percent() -> None:
    assert [cell(text).value for text in ("45%", "45.2", "45", "100%", "100 %")] == [45, 45.2, 45, 100, 100]
    assert cell("45%", SHARE_OF_ONE).value == 45
    assert cell("0.45", SHARE_OF_ONE).value == 45


@pytest.mark.parametrize("text", ["#DIV/0!", "#REF!", "#VALUE!", "#N/A", "#NAME?", "#NUM!", "#NULL!"])
@pytest.mark.parametrize("unit", UNITS)
def test_a44_a_spreadsheet_error_is_never_a_blank(text: str, unit: Unit) -> None:
    read = refused(text, CellRules(unit=unit))
    assert read.detail == f"{text!r} is a spreadsheet's error, not a figure."
    assert read.hint == "Correct the formula. Leave it empty, or tell in the mapping what it means."


@pytest.mark.parametrize("text", ["5-Mar", "Mar-05", "2023-03-05", "01/02/2023"])
def test_a45_a_range_that_became_a_date_is_not_read(text: str) -> None:
    assert refused(text).detail == f"{text!r} looks like a date."


def test_b01_a_bound_is_not_the_number_it_names() -> None:
    assert bounds("<5") == (0, 5, True)
    assert cell("5").value == 5
    assert cell("<5").raw == "<5"


def test_b03_a_hidden_count_hides_no_rate() -> None:
    rate = CellRules(unit="rate", per=1000)
    assert bounds("1-9", COUNT) == (1, 9, False)
    assert cell("", rate).missing == "not_available"
    assert bounds("10-50", COUNT) == (10, 50, False)
    assert cell("3.2", rate).value == 3.2


def test_b04_a_printed_zero_is_a_zero_for_the_reader_to_add_up() -> None:
    assert [cell(text, COUNT).value for text in ("33000", "0", "0", "0")] == [33000, 0, 0, 0]


@pytest.mark.parametrize("unit", ["mean", "currency", "index", "count", "percent", "rate"])
@pytest.mark.parametrize("text", ["-555555555", "-666666666", "-999999", "-9999", "-999", "-999.00", "−9,999"])
def test_b05_and_b06_a_sentinel_is_never_a_figure(text: str, unit: Unit) -> None:
    assert "a code, not a figure" in refused(text, CellRules(unit=unit)).detail


def test_b05_and_b06_a_declared_sentinel_is_its_reason() -> None:
    rules = CellRules(unit="currency", codes={"-555555555": Code(missing="not_applicable")})
    assert cell("-555555555", rules).missing == "not_applicable"
    assert cell("53000", rules).value == 53000


def test_b15_mixed_scales_are_asked_about_row_by_row() -> None:
    assert (cell("0.6716").value, cell("73.40").value) == (0.6716, 73.4)
    assert "67.16 %" in cell("0.6716").doubt
    assert cell("73.40").doubt == ""


def test_b16_a_percent_sign_belongs_to_a_percent() -> None:
    assert [cell(text).value for text in ("15%", "14.8%", "14.8%")] == [15, 14.8, 14.8]
    for unit in set(UNITS) - {"percent"}:
        assert "has a percent sign" in refused("15%", CellRules(unit=unit)).detail


def test_b17_thousands_are_groups_of_three() -> None:
    assert cell("1,234,567", COUNT).value == 1234567
    for text in ("12,34", "1,23,4", "1234,567", ",123", "1,,234", "1, 234", "1 234"):
        refused(text, COUNT)


def test_a_dollar_sign_belongs_to_a_currency() -> None:
    money = CellRules(unit="currency")
    assert cell("-$52,310.50", money).value == -52310.5
    assert bounds("<$5,000", money) == (None, 5000, True)
    assert "has a dollar sign" in refused("$5", COUNT).detail


@pytest.mark.parametrize("text", ["81.6*", "45†", "45 (a)", "45[1]", "<5*", "45a"])
def test_a_note_glued_to_a_number_is_for_a_person(text: str) -> None:
    assert refused(text).detail == f"{text!r} has a note glued to the number."


@pytest.mark.parametrize("text", ["null", "NULL", ".", "-", "–", "--", "—", "N/A"])
def test_what_only_probably_means_absent_is_doubted(text: str) -> None:
    assert cell(text).missing == "not_available"
    assert repr(text) in cell(text).doubt


@pytest.mark.parametrize("text", ["*", "PS", "S", "s", "TFS", "‡", "<", "n<10", "N < 10", "n≤10", "†", "NA", ""])
def test_what_surely_means_absent_is_not_doubted(text: str) -> None:
    assert cell(text).missing is not None
    assert cell(text).doubt == ""


@pytest.mark.parametrize(
    "text",
    [
        "#",
        "***",
        "inf",
        "nan",
        "TRUE",
        "+5",
        "5.",
        "1e3",
        "--5",
        "٤٥",
        "４５",
        "4 5",
        "4 5%",
        "5%%",
        "20-24-28",
        "95+",
        "9" * 61,
    ],
)
@pytest.mark.parametrize("unit", UNITS)
def test_all_else_is_a_question(text: str, unit: Unit) -> None:
    refused(text, CellRules(unit=unit))


@pytest.mark.parametrize("text", ["120", "100.01", "<0", ">100", "LT0", "GE101", "95-105", "24-20"])
def test_a_percent_out_of_its_bounds_is_refused(text: str) -> None:
    refused(text)


def test_the_indicator_bounds_are_the_column_bounds() -> None:
    scale = CellRules(unit="mean", low=200, high=800)
    assert cell("512.5", scale).value == 512.5
    assert bounds("<400", scale) == (200, 400, True)
    assert bounds("≥700", scale) == (700, 800, False)
    assert refused("150", scale).detail == "'150' is below 200."
    assert refused("900", scale).detail == "'900' is above 800."
    assert cell("-3", CellRules(unit="rate", low=-50)).value == -3


def test_a_count_is_whole_and_its_bounds_are_counts() -> None:
    assert cell("120.0", COUNT).value == 120
    for text in ("12.5", "<5.5", "1-2.5", "1.000"):
        assert "not a whole number" in refused(text, COUNT).detail
    assert bounds("≤5", COUNT) == (0, 5, False)
    assert bounds(">=5", COUNT) == (5, None, False)
    assert bounds("<1", COUNT) == (0, 0, False)


def test_where_zeros_are_shown_a_hidden_count_is_one_or_more() -> None:
    shown_zeros = CellRules(unit="count", zeros_shown=True)
    assert bounds("<5", shown_zeros) == (1, 4, False)
    assert bounds("≤5", shown_zeros) == (1, 5, False)
    assert bounds(">5", shown_zeros) == (6, None, False)
    assert cell("0", shown_zeros).value == 0
    assert "no possible figure" in refused("<1", shown_zeros).detail


def test_a_share_of_one_is_read_exactly_and_says_when_it_is_none() -> None:
    assert cell("0.07", SHARE_OF_ONE).value == 7
    assert cell("0.29", SHARE_OF_ONE).value == 29
    assert bounds("0.20-0.24", SHARE_OF_ONE) == (20, 24, False)
    assert bounds("80–84%", SHARE_OF_ONE) == (80, 84, False)
    assert cell("0.0123", CellRules(unit="rate", per=1000, proportion=True)).value == 12.3
    assert (
        refused("45.2", SHARE_OF_ONE).detail
        == "'45.2' is above 100 (the mapping says that the column holds shares of 1)."
    )


def test_the_mapping_wins_over_everything() -> None:
    codes = {
        "*": Code(missing="not_tested"),
        "#": Code(value=0),
        "": Code(missing="suppressed"),
        "5": Code(skip=True),
        "low": Code(low=0, high=5),
        "high": Code(low=95),
        "few": Code(high=5),
    }
    rules = CellRules(unit="percent", codes=codes)
    assert cell(" *\u00a0", rules) == Cell(raw=" *\u00a0", missing="not_tested")
    assert cell("#", rules) == Cell(raw="#", value=0)
    assert cell(" ", rules) == Cell(raw=" ", missing="suppressed")
    assert cell('="5"', rules) == Cell(raw='="5"', skip=True)
    assert cell("low", rules) == Cell(raw="low", low=0, high=5)
    assert cell("high", rules) == Cell(raw="high", low=95, high=100)
    assert cell("few", rules) == Cell(raw="few", low=0, high=5)


@pytest.mark.parametrize(
    "code", [Code(), Code(value=float("nan")), Code(low=float("inf")), Code(low=9, high=1), Code(high=-1)]
)
def test_a_code_without_a_meaning_is_said_to_have_none(code: Code) -> None:
    assert "without a meaning" in refused("x", CellRules(unit="percent", codes={"x": code})).detail


_TEXTS = st.one_of(st.text(max_size=80), st.text(alphabet='0123456789٣２.,-–<>=%$*#n"eE ', max_size=12))
_RULES = st.builds(
    CellRules,
    unit=st.sampled_from(UNITS),
    per=st.sampled_from([100.0, 1000.0]),
    proportion=st.booleans(),
    decimal_comma=st.booleans(),
    zeros_shown=st.booleans(),
)


@given(_TEXTS, _RULES)
def test_any_text_says_one_thing_or_why_not(text: str, rules: CellRules) -> None:
    read = read_cell(text, rules)
    if isinstance(read, Unreadable):
        assert read.detail.endswith(".")
        assert read.hint.endswith(".")
        return
    bounded = (read.low, read.high) != (None, None)
    assert [read.value is not None, read.missing is not None, bounded].count(True) == 1
    low, high = bounds_of(rules)
    for end in (read.value, read.low, read.high):
        assert end is None or ((low is None or end >= low) and (high is None or end <= high))
    assert read.low is None or read.high is None or read.low <= read.high


@given(_TEXTS, _RULES)
def test_blanks_at_the_ends_change_nothing_but_the_raw_text(text: str, rules: CellRules) -> None:
    bare, padded = read_cell(text, rules), read_cell(f" \u00a0{text}\t", rules)
    if isinstance(bare, Cell) and isinstance(padded, Cell):
        names = [name for name in Cell.__struct_fields__ if name != "raw"]
        assert [getattr(bare, name) for name in names] == [getattr(padded, name) for name in names]
    else:
        assert bare == padded


@given(st.decimals(-100_000, 100_000, places=3), st.sampled_from(["mean", "currency", "index"]))
def test_a_printed_number_reads_back_to_itself(number: Decimal, unit: Unit) -> None:
    looks_like_a_code = number <= -111 and number == int(number) and len(set(str(-int(number)))) == 1
    assume(not looks_like_a_code)
    assert cell(f"{number:f}", CellRules(unit=unit)).value == float(number)
    assert cell(f"{number:,f}", CellRules(unit=unit)).value == float(number)


@given(st.integers(0, 10**12))
def test_a_printed_count_reads_back_to_itself(count: int) -> None:
    assert cell(f"{count}", COUNT).value == cell(f"{count:,}", COUNT).value == count
    assert cell(f"{count:,}".replace(",", "."), CellRules(unit="count", decimal_comma=True)).value == count


@given(st.integers(0, 100_000))
def test_a_share_of_one_is_its_percent_to_the_last_digit(thousandths: int) -> None:
    assert cell(f"{Decimal(thousandths) / 100_000:f}", SHARE_OF_ONE).value == float(Decimal(thousandths) / 1000)
