"""Where one test's cut stands on a scale that other tests share, for which years, and how sure that is: a published link.

Two states' tests can be compared only through a third that both sat, such as the National Assessment of Educational Progress. A link
writes down where each test's cut lies on that common scale, with its error. It never changes once published; a later edition is
another link with an id of its own. ``last_period`` is its expiry: there is no second date, since a link says nothing of a year for
which nobody placed the cut.

What the text leaves open is decided so:

- a year is covered where its first month lies between the first months of ``first_period`` and ``last_period``, ends included;
- a cut that names no grade or age is the same for every grade, as in the catalogue of tests, so none that names one may stand beside it;
- grades are compared as they are written: 4 is the grade ``"4"``;
- the errors that a scale leaves open are filled in (``resolved_link``) before a link is stored.

Tests: ``tests/domain/test_link.py``. What is worked out from a link: ``registry/domain/linking.py``.

>>> reading = Scale(id="naep-grade-4-reading", title="NAEP reading, grade 4", unit="points of the scale", sd=36)
>>> reading.spread_error, reading.placing_error
(2.5, 3.6)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from registry.domain.finding import Finding
from registry.domain.ids import Line, Slug, Text, Words
from registry.domain.instrument import Code
from registry.domain.period import Period, period_of
from registry.domain.rule import Found, Rule, items, number, part

SPREAD_ERROR = 2.5
"""Points by which places' spreads differ from the scale's, on scales like NAEP's (standard deviation about 36)."""
PLACING_ERROR = 0.1
"""Standard deviations by which a linked district mean misses the true one (Reardon, Kalogrides and Ho 2021)."""
_LIKE_NAEP = (25.0, 50.0)
"""The spreads of scales on which an error of 2.5 points is meant."""

_Question = tuple[str, str, str, str | int | None]
"""What a cut is an answer to: its test, version, name and grade."""

Error = Annotated[float, Meta(ge=0)]


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A common scale: its unit, the standard deviation of people on it, and two errors that come with any link to it.

    ``u_sd`` is how far a place's own spread may differ from ``sd`` (null: 2.5), ``u_m`` how far a linked mean may miss the true one
    (null: a tenth of ``sd``); both in the scale's unit.
    """

    id: Slug
    title: Line
    unit: Line
    sd: Annotated[float, Meta(gt=0)]
    u_sd: Error | None = None
    u_m: Error | None = None

    @property
    def spread_error(self) -> float:
        """``u_sd``, or what stands for it."""
        return SPREAD_ERROR if self.u_sd is None else self.u_sd

    @property
    def placing_error(self) -> float:
        """``u_m``, or what stands for it."""
        return PLACING_ERROR * self.sd if self.u_m is None else self.u_m


class LinkedCut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where one cut of one version of a test stands on the scale, and the standard error of that; ``place`` is a name for people."""

    instrument: Slug
    instrument_version: Code
    cut: Slug
    grade_or_age: str | int | None = None
    score: float
    standard_error: Error
    place: Annotated[str, Meta(max_length=300)] = ""
    notes: Words = ""


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Cuts on one common scale, for the years from ``first_period`` to ``last_period``, as somebody worked them out and published them."""

    id: Slug
    title: Line
    scale: Scale
    first_period: str
    last_period: str
    cuts: Annotated[tuple[LinkedCut, ...], Meta(min_length=1)]
    method: Text
    source: Line
    url: Line
    license: str = ""
    notes: Words = ""


def resolved_link(link: Link) -> Link:
    """The link with the errors that its scale leaves open written out, as it is stored: a later program's choice changes nothing."""
    scale = msgspec.structs.replace(link.scale, u_sd=link.scale.spread_error, u_m=link.scale.placing_error)
    return msgspec.structs.replace(link, scale=scale)


def name_of(cut: LinkedCut) -> str:
    """A cut by its test, version, name and grade: ``state-reading-2005/ak-2005/proficient/4``."""
    return "/".join(str(name) for name in _question(cut) if name is not None)


def months_of(link: Link) -> tuple[int, int]:
    """The first months (from year 0) of the first and the last period. Raises ``ValueError`` where a code is unreadable."""
    return period_of(link.first_period).ordinal, period_of(link.last_period).ordinal


def cut_of(link: Link, measure: Mapping[str, object], month: int) -> LinkedCut | None:
    """The cut that a measure's facets name, where the link covers the period that begins in ``month`` (``Period.ordinal``); else null.

    A measure that does not state its test, version or cut has none.
    """
    first, last = months_of(link)
    if not first <= month <= last:
        return None
    facets = ("instrument", "instrument_version", "cut")
    named = (cut for cut in link.cuts if all(getattr(cut, name) == measure.get(name) for name in facets))
    return next(
        (
            cut
            for cut in named
            if cut.grade_or_age is None or _same_grade(cut.grade_or_age, measure.get("grade_or_age"))
        ),
        None,
    )


def overlapping(link: Link, others: Iterable[Link]) -> tuple[Finding, ...]:
    """Every cut that another link already places on the same scale for some of the same years: two answers to one question.

    A link of the same id is passed over: whether it may be published again is another question. All must be free of errors.
    """
    beside = [
        other
        for other in others
        if other.id != link.id and other.scale.id == link.scale.id and _share_years(link, other)
    ]
    return tuple(
        Finding(
            rule="link-overlaps",
            severity="error",
            pointer=f"/cuts/{place}",
            detail=(
                f"The link {other.id!r} already places this cut on the scale {other.scale.id!r} "
                f"({theirs.score:,.12g}, for {other.first_period} to {other.last_period})."
            ),
            hint="Take the cut out, name years that no other link covers, or give another scale its own id.",
        )
        for other in beside
        for place, ours in enumerate(link.cuts)
        for theirs in other.cuts
        if _meet(_question(ours), _question(theirs))
    )


def _share_years(link: Link, other: Link) -> bool:
    (first, last), (their_first, their_last) = months_of(link), months_of(other)
    return first <= their_last and their_first <= last


def _question(cut: LinkedCut) -> _Question:
    return cut.instrument, cut.instrument_version, cut.cut, cut.grade_or_age


def _meet(ours: _Question, theirs: _Question) -> bool:
    """Whether some measure would find both: one test, version and cut, and one grade or a cut for every grade."""
    return ours[:3] == theirs[:3] and (None in {ours[3], theirs[3]} or _same_grade(ours[3], theirs[3]))


def _same_grade(ours: object, theirs: object) -> bool:
    return str(ours) == str(theirs)


def _read(code: object) -> Period | None:
    try:
        return period_of(code) if isinstance(code, str) else None
    except ValueError:
        return None


def _unreadable_first(code: object) -> Iterator[Found]:
    yield from _unreadable("/first_period", code)


def _unreadable_last(code: object) -> Iterator[Found]:
    yield from _unreadable("/last_period", code)


def _unreadable(pointer: str, code: object) -> Iterator[Found]:
    if isinstance(code, str) and _read(code) is None:
        yield pointer, f"{code[:60]!r} is not the code of a period.", "Write it such as SY2004-05 or CY2005."


def _years(first: object, last: object) -> Iterator[Found]:
    start, end = _read(first), _read(last)
    if start is None or end is None:
        return
    if start.kind != end.kind:
        detail = f"{start.code} and {end.code} are periods of two kinds."
        yield "/last_period", detail, f"Write both as the kind of {start.code}."
    elif end.ordinal < start.ordinal:
        detail = f"The last period, {end.code}, comes before the first, {start.code}."
        yield "/last_period", detail, "Swap the two; a link of one year names it twice."


def _twice(cuts: object) -> Iterator[Found]:
    seen: list[tuple[int, _Question]] = []
    for place, cut in enumerate(items(cuts)):
        asked = _asked(cut)
        if asked is None:
            continue
        before = next((at for at, other in seen if _meet(asked, other)), None)
        if before is not None:
            detail = f"The cut {'/'.join(str(name) for name in asked if name is not None)!r} stands at /cuts/{before} already"
            grades = (
                " (a cut without a grade is meant for every grade)."
                if None in {asked[3], dict(seen)[before][3]}
                else "."
            )
            yield f"/cuts/{place}", detail + grades, "Keep one of the two."
        seen.append((place, asked))


def _asked(cut: object) -> _Question | None:
    """What a cut in a raw document is an answer to; null where a part of it cannot be read."""
    instrument, version, name = (part(cut, member) for member in ("instrument", "instrument_version", "cut"))
    grade = part(cut, "grade_or_age")
    if not (isinstance(instrument, str) and isinstance(version, str) and isinstance(name, str)):
        return None
    return (instrument, version, name, grade) if isinstance(grade, str | int | None) else None


def _spread(scale: object) -> Iterator[Found]:
    sd = number(part(scale, "sd"))
    if sd is None or sd <= 0 or part(scale, "u_sd") is not None or _LIKE_NAEP[0] <= sd <= _LIKE_NAEP[1]:
        return
    detail = f"Without u_sd an error of {SPREAD_ERROR} is taken, meant for scales like NAEP's; this one spreads by {sd:,.12g}."
    yield "/scale", detail, "Add u_sd: by how much the places' own standard deviations differ from the scale's."


RULES_OF_A_LINK = (
    Rule(code="period-unreadable", needs=("/first_period",), check=_unreadable_first),
    Rule(code="period-unreadable", needs=("/last_period",), check=_unreadable_last),
    Rule(code="link-years", needs=("/first_period", "/last_period"), check=_years),
    Rule(code="link-cut-twice", needs=("/cuts",), check=_twice),
    Rule(code="link-spread-unstated", needs=("/scale",), check=_spread, severity="warning"),
)
"""What the published schema cannot say, asked of every link before it is published."""
