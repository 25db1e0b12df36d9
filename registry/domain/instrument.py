"""A catalogued test or data source, with its versions and cut scores.

Two results on one instrument are comparable only within a version: a new version can keep the name and move the cut
(user pain A16: a cut of 450 read against 725 turned 221 passes into failures).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from registry.domain.ids import Line, Slug, Text, Words
from registry.domain.period import next_period, period_of
from registry.domain.rule import Found, Rule, items, number, part

Code = Annotated[
    str,
    Meta(pattern="^[0-9A-Za-z][0-9A-Za-z._+-]*$", max_length=60, description="a short code: 2015, 3.1, spring-2013"),
]


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cut of a version: its name, from which score it counts, on which grade; null where the publisher prints no score."""

    id: Slug
    title: Line
    score: float | None = None
    grade_or_age: str | int | None = None


class InstrumentVersion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version: the years it was used, its scale, its cuts, and what changed."""

    id: Code
    title: str = ""
    first_period: str | None = None
    last_period: str | None = None
    scale_minimum: float | None = None
    scale_maximum: float | None = None
    cuts: tuple[Cut, ...] = ()
    change: Words = ""


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A test or data source as the network catalogues it."""

    id: Slug
    title: Line
    publisher: Line
    description: Text
    versions: Annotated[tuple[InstrumentVersion, ...], Meta(min_length=1)]
    source: str = ""
    notes: Words = ""


def _versions(versions: object) -> Iterator[Found]:
    seen: set[str] = set()
    for place, version in enumerate(items(versions)):
        name = part(version, "id")
        if isinstance(name, str) and name in seen:
            yield f"/versions/{place}/id", f"The version {name!r} stands twice.", "Give each version its own id."
        if isinstance(name, str):
            seen.add(name)
        yield from _scale(version, f"/versions/{place}")
        yield from _cuts(version, f"/versions/{place}")


def _scale(version: object, pointer: str) -> Iterator[Found]:
    low, high = number(part(version, "scale_minimum")), number(part(version, "scale_maximum"))
    if low is not None and high is not None and low >= high:
        yield f"{pointer}/scale_minimum", f"The scale starts at {low:,.12g} and ends at {high:,.12g}.", "Swap the two."
        return
    for place, cut in enumerate(items(part(version, "cuts"))):
        score = number(part(cut, "score"))
        if score is not None and ((low is not None and score < low) or (high is not None and score > high)):
            detail = f"The cut {score:,.12g} lies outside the scale ({_end(low)} to {_end(high)})."
            yield f"{pointer}/cuts/{place}/score", detail, "Check the cut and the scale's ends."


def _cuts(version: object, pointer: str) -> Iterator[Found]:
    """The same cut of the same grade has one score."""
    seen: set[tuple[str, str]] = set()
    for place, cut in enumerate(items(part(version, "cuts"))):
        name, grade = part(cut, "id"), part(cut, "grade_or_age")
        if not isinstance(name, str) or not isinstance(grade, str | int | None):
            continue
        if (name, repr(grade)) in seen:
            of = "" if grade is None else f" of grade or age {grade}"
            yield f"{pointer}/cuts/{place}/id", f"The cut {name!r}{of} stands twice.", "Keep one of the two."
        seen.add((name, repr(grade)))


def _end(end: float | None) -> str:
    return "no end" if end is None else f"{end:,.12g}"


RULES_OF_AN_INSTRUMENT = (Rule(code="instrument-version-faulty", needs=("/versions",), check=_versions),)
"""What the published schema cannot say, asked of every instrument before it is published."""


def version_of(instruments: Mapping[str, Instrument], measure: Mapping[str, object]) -> InstrumentVersion | None:
    """The catalogued version that a measure names; null where the catalogue does not know it."""
    instrument = instruments.get(str(measure.get("instrument")))
    if instrument is None:
        return None
    return next((entry for entry in instrument.versions if entry.id == measure.get("instrument_version")), None)


def edges_of(version: InstrumentVersion) -> tuple[tuple[int, str, bool], ...]:
    """Where the years of a version begin and end: the month from year 0, the period that begins there, and whether the version ends.

    A figure before the first or after the last of them was measured with something else, so a series is broken there whether or not
    anybody declared it.

    >>> edges_of(InstrumentVersion(id="2013", first_period="SY2012-13", last_period="SY2018-19"))
    ((24150, 'SY2012-13', False), (24234, 'SY2019-20', True))
    """
    found = []
    if version.first_period is not None and _month(version.first_period) is not None:
        first = period_of(version.first_period)
        found.append((first.ordinal, first.code, False))
    if version.last_period is not None and _month(version.last_period) is not None:
        after = next_period(period_of(version.last_period))
        if after is not None:
            found.append((after.ordinal, after.code, True))
    return tuple(found)


def outside_version(version: InstrumentVersion, period: str, breaks: Sequence[str]) -> str:
    """Why a period cannot have been measured with a version; empty where it can, or where a break lies between.

    >>> version = InstrumentVersion(id="2013", first_period="SY2012-13")
    >>> outside_version(version, "SY2008-09", [])
    "is before the first one of the version '2013' (SY2012-13)"
    >>> outside_version(version, "SY2008-09", ["SY2012-13"])
    ''
    """
    here = _month(period)
    first, last = _month(version.first_period), _month(version.last_period)
    broken = [month for month in map(_month, breaks) if month is not None]
    if here is None:
        return ""
    if first is not None and here < first and not any(here < month <= first for month in broken):
        return f"is before the first one of the version {version.id!r} ({version.first_period})"
    if last is not None and here > last and not any(last < month <= here for month in broken):
        return f"is after the last one of the version {version.id!r} ({version.last_period})"
    return ""


def _month(period: str | None) -> int | None:
    try:
        return None if period is None else period_of(period).ordinal
    except ValueError:
        return None
