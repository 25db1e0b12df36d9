"""Which year's result is owed: received, due, late, waived, not released yet."""

from datetime import date

import pytest

from registry.domain.collection import collected, released_on
from registry.domain.period import period_of


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
