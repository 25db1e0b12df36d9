"""Which period a label speaks of: the known answers, the named pains, and what must hold of any text."""

import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.period import Period, PeriodKind, Unreadable, YearMeans, period_of, read_period, years_between

VECTORS = Path(__file__).parents[1] / "vectors"
SHARED = Path(__file__).parents[2].parent / "shared" / "vectors"
NAMES = ("periods.json", "periods_more.json")
KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)


def _cases(section: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{case['label'] or 'empty'}/{case['kind']}/{case.get('year_means', '')}")
        for name in NAMES
        for case in json.loads((VECTORS / name).read_text(encoding="utf-8"))[section]
    ]


def code(label: str, kind: PeriodKind = "school-year", year_means: YearMeans | None = None) -> str | None:
    read = read_period(label, kind, year_means=year_means)
    return read.code if isinstance(read, Period) else None


@pytest.mark.parametrize("name", NAMES)
def test_the_vectors_here_are_the_vectors_handed_over(name: str) -> None:
    if not (SHARED / name).exists():
        pytest.skip("the shared vectors are not beside this clone")
    assert (VECTORS / name).read_bytes() == (SHARED / name).read_bytes()


@pytest.mark.parametrize("case", _cases("valid") + _cases("valid_with_year_rule"))
def test_a_known_label_reads_as_its_period(case: dict[str, Any]) -> None:
    expect = case["expect"]
    read = read_period(case["label"], case["kind"], year_means=case.get("year_means"))
    assert read == Period(
        code=expect["code"],
        kind=case["kind"],
        start=date.fromisoformat(expect["start"]),
        end=date.fromisoformat(expect["end"]),
    )


@pytest.mark.parametrize("case", _cases("invalid"))
def test_a_known_bad_label_is_unreadable_and_says_the_way_out(case: dict[str, Any]) -> None:
    read = read_period(case["label"], case["kind"])
    assert isinstance(read, Unreadable)
    assert repr(case["label"]) in read.detail
    assert read.hint.endswith(".")


def test_a54_school_year_off_by_one_is_asked_not_guessed() -> None:
    assert code("2025-26") == "SY2025-26"
    assert code("2122") == code("SY2122") == "SY2021-22"
    for label in ("SY26", "AY2025", "2026", "2021", "SY2021", "1920", "26 SY"):
        assert code(label) is None, label
    assert code("SY26", year_means="end") == "SY2025-26"
    assert code("AY2025", year_means="start") == "SY2025-26"
    assert code("2021", year_means="start") == "SY2021-22"
    assert code("2122", year_means="end") == "SY2021-22"


def test_a_bare_year_is_answered_with_every_year_it_could_be() -> None:
    assert read_period("2019", "school-year") == Unreadable(
        "'2019' could be 2018-19 or 2019-20.",
        'Write 2018-19 or 2019-20, or write year_means = "start" or "end" in the mapping.',
    )
    bare = read_period("1920", "school-year")
    assert isinstance(bare, Unreadable)
    assert bare.detail == "'1920' could be 1919-20, 1920-21 or 2019-20."


def test_a_bare_two_digit_number_is_never_a_year() -> None:
    assert [code("19", kind, "end") for kind in KINDS] == [None] * len(KINDS)


def test_a55_a_span_with_blanks_is_read_by_the_kind_of_its_series() -> None:
    assert code("2005 - 2006", "multi-year") == "CY2005/2006"
    assert code("2005 - 2006", "school-year") == "SY2005-06"
    assert code("2005 - 2006", "calendar-year") is None


def test_b13_three_spellings_of_one_year_need_the_rule_for_the_bare_one_only() -> None:
    assert [code(label, year_means="start") for label in ("2021", "2122", "2021-22")] == ["SY2021-22"] * 3
    assert [code(label) for label in ("2021", "2122", "2021-22")] == [None, "SY2021-22", "SY2021-22"]


def test_b14_the_text_null_is_no_period() -> None:
    assert code("2018-19") == "SY2018-19"
    assert code("2017") is None
    read = read_period("null", "school-year")
    assert isinstance(read, Unreadable)
    assert read.detail == "There is no period here ('null')."


def test_a45_a_label_that_a_spreadsheet_turned_into_a_date_says_so() -> None:
    for label in ("11-Oct", "Oct-11", "43739"):
        read = read_period(label, "school-year")
        assert isinstance(read, Unreadable)
        assert "spreadsheet" in read.hint, label


def test_a49_a_span_that_ends_before_it_starts_is_refused() -> None:
    read = read_period("2019-2015", "multi-year")
    assert isinstance(read, Unreadable)
    assert "does not end after it starts" in read.detail


@pytest.mark.parametrize(
    "label",
    ["FY 2018-19", "2018-2019 AY", "school-year 2018/19", "Academic Year 18/19", "SchoolYear201819", "20182019"],
)
def test_words_stand_before_or_behind_a_school_year(label: str) -> None:
    assert code(label) == "SY2018-19"


def test_two_digits_turn_the_century_with_the_start() -> None:
    assert [code(label) for label in ("99-00", "9900", "1999-00", "98-99", "69-70", "68-69")] == [
        "SY1999-00",
        "SY1999-00",
        "SY1999-00",
        "SY1998-99",
        "SY1969-70",
        "SY2068-69",
    ]


@pytest.mark.parametrize(
    "label",
    ["2018 19", "20 18-19", "2018-1 9", "2018--19", "2018-019", "2018-19.", "S Y 2018-19", "Winter 2018", "Fall 18"],
)
def test_what_is_nearly_a_school_year_is_none(label: str) -> None:
    assert code(label) is None


@pytest.mark.parametrize(
    ("label", "kind", "expected"),
    [
        ("Q3 2019", "quarter", "2019-Q3"),
        ("q3-2019", "quarter", "2019-Q3"),
        ("2019 q 3", "quarter", "2019-Q3"),
        ("Q32019", "quarter", None),
        ("2019-03", "quarter", None),
        ("March 2019", "month", "2019-03"),
        ("Sept. 2019", "month", "2019-09"),
        ("may 2019", "month", "2019-05"),
        ("2019 Dec", "month", "2019-12"),
        ("201902", "month", "2019-02"),
        ("Mars 2019", "month", None),
        ("Oct 19", "month", None),
        ("2019-3", "month", None),
        ("2019-00", "month", None),
        ("Calendar Year 2019", "calendar-year", "CY2019"),
        ("FY2019", "calendar-year", None),
        ("2019.0", "calendar-year", None),
        ("2015-19", "multi-year", None),
        ("2019-2019", "multi-year", None),
        ("cohort 2012", "entering-cohort", "COHORT2012"),
        ("Fall 2012", "entering-cohort", "COHORT2012"),
        ("2012 cohort", "entering-cohort", "COHORT2012"),
        ("Spring 2012", "entering-cohort", None),
        ("2012-13", "entering-cohort", None),
        ("2012", "entering-cohort", None),
    ],
)
def test_each_kind_reads_its_own_shapes(label: str, kind: PeriodKind, expected: str | None) -> None:
    assert code(label, kind) == expected


def test_a_bare_year_of_a_cohort_is_read_only_as_the_year_of_entering() -> None:
    assert code("2012", "entering-cohort", "start") == "COHORT2012"
    assert code("2012", "entering-cohort", "end") is None


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("1899-00", "school-year"),
        ("2100-01", "school-year"),
        ("Spring 1900", "school-year"),
        ("1899", "calendar-year"),
        ("2101", "calendar-year"),
        ("2101-Q1", "quarter"),
        ("1899-12", "month"),
        ("1899-1905", "multi-year"),
        ("2099-2101", "multi-year"),
        ("COHORT2101", "entering-cohort"),
        ("1899", "school-year"),
    ],
)
def test_years_outside_1900_to_2100_are_unreadable(label: str, kind: PeriodKind) -> None:
    read = read_period(label, kind)
    assert isinstance(read, Unreadable)
    assert "not between 1900 and 2100" in read.detail


def test_digits_of_other_scripts_are_not_numbers() -> None:
    assert code("٢٠١٩", "calendar-year") is None
    assert code("２０１９", "calendar-year") is None
    assert code("2018-1９") is None


def test_a_message_does_not_repeat_an_endless_label() -> None:
    read = read_period("2" * 100_000, "school-year")
    assert isinstance(read, Unreadable)
    assert len(read.detail) < 120


@pytest.mark.parametrize(
    "text",
    ["SY 2018-19", "sy2018-19", "2018-19", "2019", "SY2018-20", "CY2019\n", "2019-13", "CY2019/2015", "", "COHORT12"],
)
def test_only_a_canonical_code_is_a_code(text: str) -> None:
    with pytest.raises(ValueError, match="is not the code of a period"):
        period_of(text)


def test_a_code_of_another_kind_is_refused() -> None:
    assert period_of("2019-03", "month").end == date(2019, 3, 31)
    with pytest.raises(ValueError, match="is not the code of a school year"):
        period_of("2019-03", "school-year")


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("SY2014-15", "SY2018-19", Fraction(4)),
        ("SY2018-19", "SY2014-15", Fraction(-4)),
        ("CY2019", "CY2019", Fraction(0)),
        ("2019-Q1", "2020-Q2", Fraction(5, 4)),
        ("2019-03", "2019-10", Fraction(7, 12)),
        ("CY2010/2014", "CY2015/2019", Fraction(5)),
        ("CY2010/2014", "CY2010/2014", Fraction(0)),
        ("COHORT2012", "COHORT2015", Fraction(3)),
    ],
)
def test_years_between_two_periods_are_exact(start: str, end: str, years: Fraction) -> None:
    assert years_between(period_of(start), period_of(end)) == years


@pytest.mark.parametrize(
    ("start", "end", "match"),
    [
        ("SY2018-19", "CY2019", "two kinds"),
        ("CY2010/2014", "CY2015/2017", "equally long"),
        ("CY2010/2014", "CY2014/2018", "overlap"),
        ("CY2014/2018", "CY2010/2014", "overlap"),
    ],
)
def test_years_between_what_cannot_be_subtracted_are_refused(start: str, end: str, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        years_between(period_of(start), period_of(end))


def test_the_ordinal_counts_months() -> None:
    assert period_of("2019-Q3").ordinal == 2019 * 12 + 6


@st.composite
def _codes(draw: st.DrawFn) -> tuple[str, PeriodKind]:
    year = draw(st.integers(1900, 2099))
    last = draw(st.integers(year + 1, 2100))
    quarter, month = draw(st.integers(1, 4)), draw(st.integers(1, 12))
    kind = draw(st.sampled_from(KINDS))
    return {
        "school-year": f"SY{year}-{(year + 1) % 100:02}",
        "calendar-year": f"CY{year}",
        "quarter": f"{year}-Q{quarter}",
        "month": f"{year}-{month:02}",
        "multi-year": f"CY{year}/{last}",
        "entering-cohort": f"COHORT{year}",
    }[kind], kind


@given(_codes())
def test_every_code_reads_back(drawn: tuple[str, PeriodKind]) -> None:
    text, kind = drawn
    period = period_of(text)
    assert (period.code, period.kind) == (text, kind)
    assert read_period(text, kind) == period
    assert period_of(text, kind) == period
    assert period.start < period.end


@given(_codes(), st.data())
def test_case_dashes_and_blanks_beside_marks_change_nothing(drawn: tuple[str, PeriodKind], data: st.DataObject) -> None:
    text, kind = drawn
    blanks = st.text(alphabet=" \t\n\u00a0\u202f\u2009\ufeff\u200b", max_size=3)
    noisy = "".join(
        (
            data.draw(blanks) + data.draw(st.sampled_from("-‐‑–—−")) + data.draw(blanks)
            if part == "-"
            else data.draw(blanks) + part + data.draw(blanks)
            if part == "/"
            else data.draw(st.sampled_from((part.lower(), part.upper(), part.title()))) + data.draw(blanks)
        )
        for part in re.findall(r"[A-Z]+|[0-9]+|[-/]", text)
    )
    assert read_period(data.draw(blanks) + noisy, kind) == read_period(text, kind)


@given(_codes(), st.data())
def test_a_blank_inside_a_number_is_never_ignored(drawn: tuple[str, PeriodKind], data: st.DataObject) -> None:
    text, kind = drawn
    inside = [at for at in range(1, len(text)) if text[at - 1].isdigit() and text[at].isdigit()]
    at = data.draw(st.sampled_from(inside))
    assert isinstance(read_period(f"{text[:at]} {text[at:]}", kind), Unreadable)


_LABELS = st.one_of(st.text(max_size=80), st.text(alphabet="0123456789٣２-–/ QSYCFalqsp", max_size=14))


@given(_LABELS, st.sampled_from(KINDS), st.sampled_from([None, "start", "end"]))
def test_any_text_is_a_period_or_says_why_not(label: str, kind: PeriodKind, year_means: YearMeans | None) -> None:
    read = read_period(label, kind, year_means=year_means)
    if isinstance(read, Period):
        assert read.kind == kind
        assert period_of(read.code) == read
        assert not re.search(r"[^\W0-9A-Za-z_]", label)
    else:
        assert read.detail.endswith(".")
        assert read.hint
