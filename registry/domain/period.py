"""Which span of days a label such as ``2018-19`` speaks of, or why nobody can say.

The kind of the series decides: ``2009-10`` is a school year in one series and October 2009 in another. Case, the kind
of dash, and blanks at the ends and beside separators or words are ignored, never inside a number. What may mean two
periods is not guessed but handed back as ``Unreadable``, with the way out (bug log B13, B14; user pains A54, A55).

Two rules on short years. Two digits are years of 1969 to 2068, as POSIX reads them (``99-00`` is 1999-00). Four digits
are a pair of two-digit years (``1819``, ``2122``) only where the two are consecutive and the four are no year from 1900
to 2100; ``1920`` and ``2021`` could be both, so they are bare years, and a bare year needs ``year_means``.

Tests: ``tests/domain/test_period.py``, known answers in ``tests/vectors/periods*.json``.

>>> read_period("sy 2018–2019", "school-year").code
'SY2018-19'
>>> read_period("2019", "school-year").detail
"'2019' could be 2018-19 or 2019-20."
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Literal

import msgspec

PeriodKind = Literal["school-year", "calendar-year", "quarter", "month", "multi-year", "entering-cohort"]
YearMeans = Literal["start", "end"]


class Period(msgspec.Struct, frozen=True):
    """One span of days, both ends included, under its canonical code."""

    code: str
    kind: PeriodKind
    start: date
    end: date

    @property
    def ordinal(self) -> int:
        """Months from year 0 to the start; orders the periods of one kind."""
        return self.start.year * 12 + self.start.month - 1

    @property
    def months(self) -> int:
        """How many months the period covers."""
        return 12 * (self.end.year - self.start.year) + self.end.month - self.start.month + 1


class Unreadable(msgspec.Struct, frozen=True):
    """Why a text could not be read (``detail``), and the way out (``hint``)."""

    detail: str
    hint: str = ""


FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years outside these are slips of the keyboard or other numbers, such as a spreadsheet's day count."""

_EXAMPLES: dict[PeriodKind, tuple[str, str]] = {
    "school-year": ("school year", "2018-19"),
    "calendar-year": ("calendar year", "2019"),
    "quarter": ("quarter", "2019-Q3"),
    "month": ("month", "2019-03"),
    "multi-year": ("span of calendar years", "2015-2019"),
    "entering-cohort": ("cohort named by the year in which it entered", "Fall 2012 cohort"),
}

_FLAT = str.maketrans({**dict.fromkeys("‐‑‒–—―−﹣－", "-"), **dict.fromkeys("\u200b\u2060\ufeff", " ")})
_IDLE_BLANK = re.compile(r"(?<=[0-9]) (?![0-9])|(?<=[A-Za-z]) (?![A-Za-z])|(?<![A-Za-z0-9]) ")
_NOTHING = {"", "-", "--", ".", "null", "none", "na", "n/a", "nan"}
_LONGEST = 60

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_NUMBER = {"sept": 9} | {name[:length]: at for at, name in enumerate(_MONTHS, 1) for length in (3, len(name))}


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


_NAME = r"(?:sy|ay|fy|(?:school|academic|fiscal)[ -]?year)"
_LONG_PAIR = _shape(rf"{_NAME}?(\d{{4}})[-/]?(\d{{4}}|\d\d){_NAME}?")
_SHORT_PAIR = _shape(rf"{_NAME}?(\d\d)([-/]?)(\d\d){_NAME}?")
_BARE_YEAR = _shape(rf"{_NAME}?(\d{{4}}){_NAME}?|{_NAME}(\d\d)|(\d\d){_NAME}")
_SEASON = _shape(r"(fall|spring|class of)(\d{4})")
_BOUNDARY = _shape(r"(?:summer|winter)\d{4}")
_CALENDAR_YEAR = _shape(r"(?:cy|calendar year)?(\d{4})(?:cy|calendar year)?")
_QUARTER = _shape(r"(\d{4})[-/]?q([1-4])|q([1-4])[-/ ](\d{4})")
_MONTH = _shape(r"(\d{4})[-/]?(\d\d)")
_NAMED_MONTH = _shape(r"([a-z]{3,9})[.,/-]?(\d{4})|(\d{4})[/-]?([a-z]{3,9})")
_MULTI_YEAR = _shape(r"(?:cy)?(\d{4})[-/](\d{4})")
_COHORT = _shape(r"(?:fall )?cohort(\d{4})|(?:fall)?(\d{4})cohort|fall(\d{4})")
_SPREADSHEET_DATE = _shape(r"\d{1,2}-[a-z]{3}|[a-z]{3}-\d\d|\d{5}")
_CODES: tuple[tuple[re.Pattern[str], PeriodKind], ...] = (
    (re.compile(r"SY[0-9]{4}-[0-9]{2}"), "school-year"),
    (re.compile(r"CY[0-9]{4}"), "calendar-year"),
    (re.compile(r"[0-9]{4}-Q[1-4]"), "quarter"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "month"),
    (re.compile(r"CY[0-9]{4}/[0-9]{4}"), "multi-year"),
    (re.compile(r"COHORT[0-9]{4}"), "entering-cohort"),
)


def read_period(label: str, kind: PeriodKind, *, year_means: YearMeans | None = None) -> Period | Unreadable:
    """The period of a label under the series' kind; ``year_means`` says what a bare year names.

    It is asked of school years, and of cohorts (only ``start`` tells when a cohort entered). Every code reads back.
    Never raises: what is no period of the kind, or could be two, is ``Unreadable``.
    """
    flat = flattened(label)
    name, example = _EXAMPLES[kind]
    if flat.lower() in _NOTHING:
        return Unreadable(
            f"There is no period here ({quoted(label)}).",
            f"Write a {name}, such as {example}, or let the mapping skip the row.",
        )
    read = _READERS[kind](_IDLE_BLANK.sub("", flat), year_means) if len(flat) <= _LONGEST else None
    if isinstance(read, Period):
        return read
    if read is not None:
        return Unreadable(f"{quoted(label)} {read.detail}", read.hint)
    hint = f"Write it such as {example}, or name the label in the mapping."
    if _SPREADSHEET_DATE.fullmatch(flat):
        hint = f"A spreadsheet may have made a date of it: format the column as text and write it such as {example}."
    return Unreadable(f"{quoted(label)} is not a {name}.", hint)


def period_of(code: str, kind: PeriodKind | None = None) -> Period:
    """The period of a canonical code, whose shape tells the kind; ``ValueError`` on any other text or kind."""
    found = next((of for shape, of in _CODES if shape.fullmatch(code)), None)
    read = None if found is None or kind not in (None, found) else read_period(code, found)
    if not isinstance(read, Period) or read.code != code:
        raise ValueError(f"{quoted(code)} is not the code of a {'period' if kind is None else _EXAMPLES[kind][0]}.")
    return read


def next_period(period: Period) -> Period | None:
    """The period of the same kind and length that begins when this one ends; null where no code can be written for it.

    >>> next_period(period_of("SY2018-19")).code, next_period(period_of("2019-Q4")).code, next_period(period_of("2019-12")).code
    ('SY2019-20', '2020-Q1', '2020-01')
    """
    year, month = divmod(period.ordinal + period.months, 12)
    codes = {
        "school-year": f"SY{year}-{(year + 1) % 100:02}",
        "calendar-year": f"CY{year}",
        "entering-cohort": f"COHORT{year}",
        "quarter": f"{year}-Q{month // 3 + 1}",
        "month": f"{year}-{month + 1:02}",
        "multi-year": f"CY{year}/{year + period.months // 12 - 1}",
    }
    try:
        return period_of(codes[period.kind])
    except ValueError:
        return None


def years_between(start: Period, end: Period) -> Fraction:
    """Exact years from one period's start to another's, negative where ``end`` comes first.

    ``ValueError`` for two kinds, and for spans of several years that are unequally long, or overlap without being the
    same: their difference is no difference of years (design section 8).
    """
    if start.kind != end.kind:
        raise ValueError(f"{start.code} and {end.code} are periods of two kinds.")
    if start.kind == "multi-year" and start != end:
        if start.end.year - start.start.year != end.end.year - end.start.year:
            raise ValueError(f"{start.code} and {end.code} are not equally long.")
        if start.start <= end.end and end.start <= start.end:
            raise ValueError(f"{start.code} and {end.code} overlap.")
    return Fraction(end.ordinal - start.ordinal, 12)


def flattened(text: str) -> str:
    """The text with every kind of dash as a hyphen, every run of blanks as one blank, and none at the ends."""
    return " ".join(text.translate(_FLAT).split())


def quoted(text: str) -> str:
    """The text as a message shows it: in quotes, invisible characters spelled out, cut after 60 characters."""
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")


_Read = Period | Unreadable | None
"""What a reader of one kind gives back; an ``Unreadable`` of it goes on where the label ends."""


def _school_year(text: str, year_means: YearMeans | None) -> _Read:
    if season := _SEASON.fullmatch(text):
        return _school_year_from(int(season[2]) - (season[1].lower() != "fall"))
    if _BOUNDARY.fullmatch(text):
        return Unreadable("lies on the boundary of two school years.", "Write the school year, such as 2018-19.")
    if pair := _LONG_PAIR.fullmatch(text):
        return _pair(int(pair[1]), pair[2])
    if pair := _SHORT_PAIR.fullmatch(text):
        whole = int(pair[1] + pair[3])
        if pair[2] or (not _readable(whole) and _follows(int(pair[1]), pair[3])):
            return _pair(_of_two_digits(pair[1]), pair[3])
    if bare := _BARE_YEAR.fullmatch(text):
        year = int(bare[1]) if bare[1] else _of_two_digits(bare[2] or bare[3])
        return _bare_school_year(year, year_means)
    return None


def _pair(start: int, end: str) -> _Read:
    if not _follows(start, end):
        return Unreadable(
            "names two years that are not consecutive.",
            f"Write {_span(start)} if it is the school year that starts in {start}.",
        )
    return _school_year_from(start)


def _bare_school_year(year: int, year_means: YearMeans | None) -> _Read:
    if year_means is not None:
        return _school_year_from(year if year_means == "start" else year - 1)
    if not _readable(year):
        return _no_such_year(year)
    spans = [_span(year - 1), _span(year)]
    first, second = divmod(year, 100)
    if _follows(first, f"{second:02}") and (pair := _span(_of_two_digits(f"{first:02}"))) not in spans:
        spans.append(pair)
    return Unreadable(
        f"could be {', '.join(spans[:-1])} or {spans[-1]}.",
        f'Write {spans[0]} or {spans[1]}, or write year_means = "start" or "end" in the mapping.',
    )


def _calendar_year(text: str, _: YearMeans | None) -> _Read:
    found = _CALENDAR_YEAR.fullmatch(text)
    if not found:
        return None
    year = int(found[1])
    return (
        Period(f"CY{year}", "calendar-year", date(year, 1, 1), date(year, 12, 31))
        if _readable(year)
        else _no_such_year(year)
    )


def _quarter(text: str, _: YearMeans | None) -> _Read:
    found = _QUARTER.fullmatch(text)
    if not found:
        return None
    year, quarter = int(found[1] or found[4]), int(found[2] or found[3])
    if not _readable(year):
        return _no_such_year(year)
    return Period(f"{year}-Q{quarter}", "quarter", date(year, quarter * 3 - 2, 1), _last_day(year, quarter * 3))


def _month(text: str, _: YearMeans | None) -> _Read:
    if found := _MONTH.fullmatch(text):
        year, month = int(found[1]), int(found[2])
    elif found := _NAMED_MONTH.fullmatch(text):
        year, month = int(found[2] or found[3]), _MONTH_NUMBER.get((found[1] or found[4]).lower(), 0)
    else:
        return None
    if not _readable(year):
        return _no_such_year(year)
    if not 1 <= month <= 12:
        return Unreadable(
            "names no month.", "Months are 01 to 12, such as 2019-03, or a name and a year, such as Mar 2019."
        )
    return Period(f"{year}-{month:02}", "month", date(year, month, 1), _last_day(year, month))


def _multi_year(text: str, _: YearMeans | None) -> _Read:
    found = _MULTI_YEAR.fullmatch(text)
    if not found:
        return None
    first, last = int(found[1]), int(found[2])
    if not _readable(first) or not _readable(last):
        return _no_such_year(last if _readable(first) else first)
    if first >= last:
        return Unreadable("does not end after it starts.", "Write the earlier year first, such as 2015-2019.")
    return Period(f"CY{first}/{last}", "multi-year", date(first, 1, 1), date(last, 12, 31))


def _entering_cohort(text: str, year_means: YearMeans | None) -> _Read:
    found = _COHORT.fullmatch(text)
    if found is None and text.isdecimal():
        found = _CALENDAR_YEAR.fullmatch(text)
        if found and year_means != "start":
            way = 'or write year_means = "start" in the mapping if it is the year of entering.'
            return Unreadable("could be the year of entering or of leaving.", f"Write Fall {text} cohort, {way}")
    if found is None:
        return None
    year = int(next(group for group in found.groups() if group))
    if not _readable(year):
        return _no_such_year(year)
    return Period(f"COHORT{year}", "entering-cohort", date(year, 7, 1), date(year + 1, 6, 30))


_READERS: dict[PeriodKind, Callable[[str, YearMeans | None], _Read]] = {
    "school-year": _school_year,
    "calendar-year": _calendar_year,
    "quarter": _quarter,
    "month": _month,
    "multi-year": _multi_year,
    "entering-cohort": _entering_cohort,
}


def _school_year_from(start: int) -> Period | Unreadable:
    if not _readable(start) or not _readable(start + 1):
        return _no_such_year(start + 1 if _readable(start) else start)
    return Period(f"SY{_span(start)}", "school-year", date(start, 7, 1), date(start + 1, 6, 30))


def _span(start: int) -> str:
    return f"{start}-{(start + 1) % 100:02}"


def _follows(start: int, end: str) -> bool:
    """Whether ``end``, of two digits or four, names the year after ``start``."""
    return int(end) == (start + 1 if len(end) == 4 else (start + 1) % 100)


def _of_two_digits(year: str) -> int:
    return int(year) + (1900 if int(year) >= 69 else 2000)


def _readable(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def _no_such_year(year: int) -> Unreadable:
    return Unreadable(
        f"speaks of the year {year}, which is not between {FIRST_YEAR} and {LAST_YEAR}.", "Check the year."
    )


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
