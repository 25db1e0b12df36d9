"""A test's version has years: where they begin and end a series breaks, and a figure outside them is questioned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.instrument import InstrumentVersion, edges_of, outside_version
from registry.domain.period import next_period, period_of

YEARS = [f"SY{year}-{(year + 1) % 100:02}" for year in range(2008, 2024)]


def version(first: str | None = None, last: str | None = None) -> InstrumentVersion:
    return InstrumentVersion(id="2013", first_period=first, last_period=last)


@pytest.mark.parametrize(
    ("first", "last", "edges"),
    [
        (None, None, []),
        ("SY2012-13", None, [("SY2012-13", False)]),
        (None, "SY2018-19", [("SY2019-20", True)]),
        ("SY2012-13", "SY2012-13", [("SY2012-13", False), ("SY2013-14", True)]),
        ("CY2010", "CY2012", [("CY2010", False), ("CY2013", True)]),
        ("2019-Q3", "2019-Q4", [("2019-Q3", False), ("2020-Q1", True)]),
        ("2019-11", "2019-12", [("2019-11", False), ("2020-01", True)]),
        ("autumn", "spring", []),
    ],
)
def test_a_version_begins_with_its_first_period_and_ends_before_the_next(
    first: str | None, last: str | None, edges: list[tuple[str, bool]]
):
    found = edges_of(version(first, last))
    assert [(code, ends) for _, code, ends in found] == edges
    assert [month for month, _, _ in found] == [period_of(code).ordinal for code, _ in edges]


def test_months_are_counted_from_year_0():
    assert [month for month, _, _ in edges_of(version("2012-09", "CY2018"))] == [2012 * 12 + 8, 2019 * 12]


@given(st.sampled_from(YEARS), st.sampled_from(YEARS), st.sampled_from(YEARS), st.lists(st.sampled_from(YEARS)))
def test_a_period_is_questioned_where_an_edge_lies_between_and_no_break_does(
    one: str, other: str, period: str, breaks: list[str]
):
    first, last = sorted((one, other))
    before, after = period < first, period > last
    between = (
        any(period < each <= first for each in breaks) if before else any(last < each <= period for each in breaks)
    )
    assert bool(outside_version(version(first, last), period, breaks)) is ((before or after) and not between)


@given(st.sampled_from(YEARS), st.sampled_from(YEARS), st.sampled_from(YEARS))
def test_the_two_ways_of_asking_agree(one: str, other: str, period: str):
    """A period is outside exactly where it lies before the edge at which the version begins, or from the one at which it ends."""
    first, last = sorted((one, other))
    (begins, _, _), (ends, _, _) = edges_of(version(first, last))
    inside = begins <= period_of(period).ordinal < ends
    assert inside is (outside_version(version(first, last), period, []) == "")


def test_the_words_name_the_version_and_its_year():
    years = version("SY2012-13", "SY2018-19")
    assert outside_version(years, "SY2011-12", []) == "is before the first one of the version '2013' (SY2012-13)"
    assert outside_version(years, "SY2019-20", []) == "is after the last one of the version '2013' (SY2018-19)"
    assert outside_version(years, "last year", []) == ""


def test_a_span_of_years_that_has_no_next_has_no_end():
    assert next_period(period_of("COHORT2012")) is not None
    assert [code for _, code, _ in edges_of(version(last="COHORT2012"))] == ["COHORT2013"]
