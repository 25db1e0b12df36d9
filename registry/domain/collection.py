"""Which year's result a community owes the network, and how the collection stands: received, due, late, waived, or not yet released.

A result is taken to be released on the last day of the source's release month that follows the period. From then on it is due, for as
many days as the framework gives; after those it is late. A year that the network excused is waived. Tests:
``tests/domain/test_collection.py``.

>>> from registry.domain.period import period_of
>>> released_on(period_of("SY2018-19"), 8)
datetime.date(2019, 8, 31)
"""

from calendar import monthrange
from collections.abc import Container
from datetime import date, timedelta
from typing import Literal

import msgspec

from registry.domain.period import Period, PeriodKind, period_of

CollectionStatus = Literal["received", "due", "late", "awaiting_release", "waived", "cannot_be_told"]


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """How the collection of one measure stands on a day: which period it is about, and from when to when its result is due."""

    status: CollectionStatus
    period: str | None = None
    released: date | None = None
    due_by: date | None = None


def released_on(period: Period, release_month: int, years_followed: int = 1) -> date:
    """The last day of the release month (1 to 12) after a period; a cohort followed for several years is known after those."""
    year = period.end.year + (years_followed - 1) + (release_month < period.end.month)
    return date(year, release_month, monthrange(year, release_month)[1])


def collected(
    kind: PeriodKind,
    latest: Period | None,
    *,
    release_month: int | None,
    waived: Container[str],
    day: date,
    due_after_days: int,
    years_followed: int = 1,
) -> Collected:
    """How the collection of a measure stands on a day; ``latest`` is the newest period that is loaded.

    Only yearly series are collected by the calendar: for periods of several years, quarters and months nobody can tell what is due.
    """
    if release_month is None or kind not in {"school-year", "calendar-year", "entering-cohort"}:
        return Collected(status="cannot_be_told", period=None if latest is None else latest.code)
    ended = _last_ended(kind, day, years_followed)
    released = ended
    while released_on(released, release_month, years_followed) > day:
        released = _yearly(kind, released.start.year - 1)
    if latest is not None and latest.ordinal > released.ordinal:
        return Collected(status="received", period=latest.code)
    known = released_on(released, release_month, years_followed)
    due_by = known + timedelta(days=due_after_days)
    if latest is not None and latest.ordinal == released.ordinal:
        if ended.ordinal == released.ordinal:
            return Collected(status="received", period=latest.code)
        return Collected(
            status="waived" if ended.code in waived else "awaiting_release",
            period=ended.code,
            released=released_on(ended, release_month, years_followed),
        )
    status: CollectionStatus = "waived" if released.code in waived else "due" if day <= due_by else "late"
    return Collected(status=status, period=released.code, released=known, due_by=due_by)


def _yearly(kind: PeriodKind, year: int) -> Period:
    """The yearly period of a kind that starts in a year."""
    codes = {
        "school-year": f"SY{year}-{(year + 1) % 100:02d}",
        "calendar-year": f"CY{year}",
        "entering-cohort": f"COHORT{year}",
    }
    return period_of(codes[kind])


def _last_ended(kind: PeriodKind, day: date, years_followed: int) -> Period:
    """The newest yearly period that is over on a day; a cohort is over when it has been followed for all its years."""
    period = _yearly(kind, day.year)
    while period.end.replace(year=period.end.year + years_followed - 1) > day:
        period = _yearly(kind, period.start.year - 1)
    return period
