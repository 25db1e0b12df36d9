"""A member place of the network, or a reference place (a state, a nation) whose figures stand beside the members' as a benchmark.

Geographies and membership are dated: a place that left keeps its history, and a past roll-up does not change because of it.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Literal

import msgspec

from registry.domain.ids import GeographyCode, Line, Slug, Words
from registry.domain.rule import Found, Rule, items, part


class Geography(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One place code that belongs to the community, from and until the days named (open where none is).

    ``within`` declares the places that hold it, where its code alone does not tell.
    """

    code: GeographyCode
    name: str = ""
    within: tuple[GeographyCode, ...] = ()
    since: date | None = None
    until: date | None = None


class Membership(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One span of membership, both days included; no ``left`` while it lasts."""

    joined: date
    left: date | None = None


class Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation of the place: its id is what a signature names."""

    id: Slug
    name: Line
    sector: str = ""
    commitment: Words = ""


class Community(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place as the network knows it. A ``reference`` place is no member: it is never counted and never added."""

    slug: Slug
    name: Line
    kind: Literal["member", "reference"] = "member"
    state: str = ""
    geographies: tuple[GeographyCode | Geography, ...] = ()
    partners: tuple[Partner, ...] = ()
    membership: tuple[Membership, ...] = ()
    source: str = ""
    notes: Words = ""


def dated_geographies(community: Community) -> tuple[Geography, ...]:
    """Every place code of the community with its dates; one written as a code alone has none."""
    return tuple(entry if isinstance(entry, Geography) else Geography(code=entry) for entry in community.geographies)


def geography_codes(community: Community) -> tuple[str, ...]:
    """Every place code of the community, whatever its dates."""
    return tuple(entry if isinstance(entry, str) else entry.code for entry in community.geographies)


def geography_codes_on(community: Community, day: date) -> tuple[str, ...]:
    """The place codes that belong to the community on a day; a code without dates always has."""
    return tuple(
        entry if isinstance(entry, str) else entry.code
        for entry in community.geographies
        if isinstance(entry, str)
        or ((entry.since is None or entry.since <= day) and (entry.until is None or day <= entry.until))
    )


def is_member(community: Community, day: date) -> bool:
    """Whether the place is a member on a day; one whose membership is not dated has always been."""
    if community.kind == "reference":
        return False
    if not community.membership:
        return True
    return any(span.joined <= day and (span.left is None or day <= span.left) for span in community.membership)


def _spans(spans: object) -> Iterator[Found]:
    dated = []
    for place, span in enumerate(items(spans)):
        joined, left = part(span, "joined"), part(span, "left")
        if not isinstance(joined, str) or not isinstance(left, str | None):
            continue
        if left is not None and left < joined:
            detail = f"The place left on {left}, before it joined on {joined}."
            yield f"/membership/{place}/left", detail, "Swap the two days."
        else:
            dated.append((joined, left or _FOR_GOOD, place))
    for (_, left, _), (joined, _, place) in pairwise(sorted(dated)):
        if joined <= left:
            until = "has not ended" if left == _FOR_GOOD else f"lasts until {left}"
            detail = f"This membership starts on {joined}, while the one before it {until}."
            yield f"/membership/{place}/joined", detail, "Let one end before the next begins."


_FOR_GOOD = "9999-12-31"


def _places(geographies: object) -> Iterator[Found]:
    for place, entry in enumerate(items(geographies)):
        since, until = part(entry, "since"), part(entry, "until")
        if isinstance(since, str) and isinstance(until, str) and until < since:
            detail = f"The place code ends on {until}, before it begins on {since}."
            yield f"/geographies/{place}/until", detail, "Swap the two days."


def partners_twice(partners: object) -> Iterator[Found]:
    """Two partners of one id, of a community or of a variant: a signature could not tell them apart."""
    seen: set[str] = set()
    for place, partner in enumerate(items(partners)):
        name = part(partner, "id")
        if isinstance(name, str) and name in seen:
            yield f"/partners/{place}/id", f"The partner {name!r} stands twice.", "Give each partner its own id."
        if isinstance(name, str):
            seen.add(name)


RULES_OF_A_COMMUNITY = (
    Rule(code="membership-dates", needs=("/membership",), check=_spans),
    Rule(code="membership-dates", needs=("/geographies",), check=_places),
    Rule(code="partner-twice", needs=("/partners",), check=partners_twice),
)
"""What the published schema cannot say, asked of every community before it is added."""
