"""Which year's result is owed: received, due, late, waived, not released yet."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.collection import collected, released_on
from registry.domain.period import PeriodKind, period_of


@pytest.mark.parametrize(
    ("period", "month", "years", "day"),
    [
        ("SY2018-19", 8, 1, date(2019, 8, 31)),
        ("SY2018-19", 6, 1, date(2019, 6, 30)),
        ("SY2018-19", 2, 1, date(2020, 2, 29)),
        ("CY2019", 12, 1, date(2019, 12, 31)),
        ("CY2019", 9, 1, date(2020, 9, 30)),
        ("COHORT2012", 10, 4, date(2016, 10, 31)),
    ],
)
def test_a_result_is_released_at_the_end_of_the_month_that_follows_its_period(
    period: str, month: int, years: int, day: date
):
    assert released_on(period_of(period), month, years) == day


@pytest.mark.parametrize(
    ("latest", "day", "waived", "status", "period", "due_by"),
    [
        ("SY2017-18", date(2019, 7, 15), (), "awaiting_release", "SY2018-19", None),
        ("SY2017-18", date(2019, 6, 15), (), "received", "SY2017-18", None),
        ("SY2017-18", date(2019, 8, 30), (), "awaiting_release", "SY2018-19", None),
        ("SY2017-18", date(2019, 8, 31), (), "due", "SY2018-19", date(2019, 11, 29)),
        ("SY2017-18", date(2019, 11, 29), (), "due", "SY2018-19", date(2019, 11, 29)),
        ("SY2017-18", date(2019, 11, 30), (), "late", "SY2018-19", date(2019, 11, 29)),
        ("SY2018-19", date(2019, 11, 30), (), "received", "SY2018-19", None),
        ("SY2017-18", date(2019, 11, 30), ("SY2018-19",), "waived", "SY2018-19", date(2019, 11, 29)),
        ("SY2017-18", date(2019, 11, 30), ("SY2017-18",), "late", "SY2018-19", date(2019, 11, 29)),
        ("SY2016-17", date(2019, 7, 15), (), "late", "SY2017-18", date(2018, 11, 29)),
        (None, date(2019, 9, 1), (), "due", "SY2018-19", date(2019, 11, 29)),
    ],
)
def test_the_newest_released_year_is_the_one_that_is_owed(
    latest: str | None, day: date, waived: tuple[str, ...], status: str, period: str, due_by: date | None
):
    found = collected(
        "school-year",
        None if latest is None else period_of(latest),
        release_month=8,
        waived=waived,
        day=day,
        due_after_days=90,
    )
    assert (found.status, found.period, found.due_by) == (status, period, due_by)


@pytest.mark.parametrize(
    ("kind", "latest", "month"),
    [("school-year", "SY2017-18", None), ("quarter", "2019-Q1", 8), ("multi-year", "CY2015/2019", 8)],
)
def test_without_a_release_month_or_a_yearly_series_nobody_can_tell(kind: str, latest: str, month: int | None):
    found = collected(kind, period_of(latest), release_month=month, waived=(), day=date(2019, 12, 1), due_after_days=90)
    assert found.status == "cannot_be_told"


@pytest.mark.parametrize(
    ("kind", "latest", "month", "day", "status", "period", "released"),
    [
        # the month stands before the end of the period: released in the year after
        ("calendar-year", "CY2018", 3, date(2020, 2, 1), "awaiting_release", "CY2019", date(2020, 3, 31)),
        ("calendar-year", "CY2018", 3, date(2020, 3, 31), "due", "CY2019", date(2020, 3, 31)),
        ("calendar-year", "CY2018", 12, date(2019, 12, 31), "due", "CY2019", date(2019, 12, 31)),
        ("school-year", "SY2018-19", 5, date(2020, 12, 1), "awaiting_release", "SY2019-20", date(2021, 5, 31)),
        ("school-year", "SY2018-19", 6, date(2020, 6, 29), "received", "SY2018-19", None),
        ("school-year", "SY2018-19", 6, date(2020, 6, 30), "due", "SY2019-20", date(2020, 6, 30)),
        # a leap day is the last day of its month
        ("calendar-year", "CY2022", 2, date(2024, 2, 28), "awaiting_release", "CY2023", date(2024, 2, 29)),
        ("calendar-year", "CY2022", 2, date(2024, 2, 29), "due", "CY2023", date(2024, 2, 29)),
    ],
)
def test_release_month_before_and_after_the_end_of_the_period(
    kind: PeriodKind, latest: str, month: int, day: date, status: str, period: str, released: date | None
):
    found = collected(kind, period_of(latest), release_month=month, waived=(), day=day, due_after_days=30)
    assert (found.status, found.period, found.released) == (status, period, released)


@pytest.mark.parametrize(
    ("years", "day", "status", "period"),
    [
        (1, date(2017, 1, 29), "due", "COHORT2015"),
        (4, date(2016, 6, 29), "received", "COHORT2011"),
        (4, date(2016, 6, 30), "awaiting_release", "COHORT2012"),
        (4, date(2016, 10, 30), "awaiting_release", "COHORT2012"),
        (4, date(2016, 10, 31), "due", "COHORT2012"),
        (4, date(2017, 1, 29), "due", "COHORT2012"),
        (4, date(2017, 1, 30), "late", "COHORT2012"),
    ],
)
def test_a_cohort_is_owed_only_after_the_years_for_which_it_is_followed(
    years: int, day: date, status: str, period: str
):
    """Who enters in the fall of 2012 and is followed for four years leaves in June 2016, and is published in October."""
    found = collected(
        "entering-cohort",
        period_of("COHORT2011"),
        release_month=10,
        waived=(),
        day=day,
        due_after_days=90,
        years_followed=years,
    )
    assert (found.status, found.period) == (status, period)


def test_a_year_that_was_excused_before_its_release_is_not_awaited():
    known = {"release_month": 8, "day": date(2020, 7, 15), "due_after_days": 90}
    waived = collected("school-year", period_of("SY2018-19"), waived=("SY2019-20",), **known)
    assert (waived.status, waived.period) == ("waived", "SY2019-20")
    assert collected("school-year", period_of("SY2018-19"), waived=(), **known).status == "awaiting_release"


def test_a_result_that_comes_before_its_release_month_is_received():
    found = collected(
        "school-year", period_of("SY2018-19"), release_month=8, waived=(), day=date(2019, 7, 1), due_after_days=90
    )
    assert (found.status, found.period) == ("received", "SY2018-19")


@given(
    day=st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    month=st.integers(1, 12),
    kind=st.sampled_from(["school-year", "calendar-year", "entering-cohort"]),
    years=st.integers(1, 6),
    days=st.integers(0, 400),
)
def test_the_period_owed_is_released_and_the_next_one_is_not(
    day: date, month: int, kind: PeriodKind, years: int, days: int
):
    known = {"release_month": month, "waived": (), "day": day, "due_after_days": days, "years_followed": years}
    owed = collected(kind, None, **known)
    assert owed.status in {"due", "late"}
    assert owed.period is not None
    assert owed.released is not None
    assert owed.released <= day
    assert (owed.status == "late") is (day - owed.released > timedelta(days=days))
    period = period_of(owed.period)
    assert released_on(period, month, years) == owed.released >= period.end
    assert date(owed.released.year + 1, month, monthrange(owed.released.year + 1, month)[1]) > day
    assert collected(kind, period, **known).status in {"received", "awaiting_release"}
