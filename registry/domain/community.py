"""A member place of the network, or a reference place (a state, a nation) whose figures stand beside the members' as a benchmark.

Geographies and membership are dated: a place that left keeps its history, and a past roll-up does not change because of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from registry.domain.ids import GeographyCode, Line, Slug, Words
from registry.domain.rule import Found, Rule


class Geography(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One place code that belongs to the community, from and until the days named (open where none is)."""

    code: GeographyCode
    name: str = ""
    since: date | None = None
    until: date | None = None


class Membership(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One span of membership, both days included; no ``left`` while it lasts."""

    joined: date
    left: date | None = None


class Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An organisation of the place: its id is what a signature names."""

    id: Slug
    name: Line
    sector: str = ""
    commitment: Words = ""


class Community(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
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


def geography_codes(community: Community) -> tuple[str, ...]:
    """Every place code of the community, whatever its dates."""
    return tuple(entry if isinstance(entry, str) else entry.code for entry in community.geographies)


def is_member(community: Community, day: date) -> bool:
    """Whether the place is a member on a day; one whose membership is not dated has always been."""
    if community.kind == "reference":
        return False
    if not community.membership:
        return True
    return any(span.joined <= day and (span.left is None or day <= span.left) for span in community.membership)


def _spans(spans: Sequence[Mapping[str, str]] | None) -> Iterator[Found]:
    for place, span in enumerate(spans or ()):
        if span.get("left") is not None and span["left"] < span["joined"]:
            yield f"/membership/{place}/left", f"The place left on {span['left']}, before it joined on {span['joined']}.", "Swap the two days."


def _twice(partners: Sequence[Mapping[str, str]] | None) -> Iterator[Found]:
    ids = [partner["id"] for partner in partners or ()]
    for place, name in enumerate(ids):
        if name in ids[:place]:
            yield f"/partners/{place}/id", f"The partner {name!r} stands twice.", "Give each partner its own id."


RULES_OF_A_COMMUNITY = (
    Rule(code="membership-dates", needs=("/membership",), check=_spans),
    Rule(code="partner-twice", needs=("/partners",), check=_twice),
)
"""What the published schema cannot say, asked of every community before it is added."""
