"""A catalogued test or data source, with its versions and cut scores.

Two results on one instrument are comparable only within a version: a new version can keep the name and move the cut
(user pain A16: a cut of 450 read against 725 turned 221 passes into failures).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from registry.domain.ids import Line, Slug, Text, Words
from registry.domain.rule import Found, Rule

Code = Annotated[str, Meta(pattern="^[0-9A-Za-z][0-9A-Za-z._+-]*$", max_length=60, description="a short code: 2015, 3.1, spring-2013")]


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One cut of a version: its name, from which score it counts, on which grade; null where the publisher prints no score."""

    id: Slug
    title: Line
    score: float | None = None
    grade_or_age: str | int | None = None


class InstrumentVersion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One version: the years it was used, its scale, its cuts, and what changed."""

    id: Code
    title: str = ""
    first_period: str | None = None
    last_period: str | None = None
    scale_minimum: float | None = None
    scale_maximum: float | None = None
    cuts: tuple[Cut, ...] = ()
    change: Words = ""


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A test or data source as the network catalogues it."""

    id: Slug
    title: Line
    publisher: Line
    description: Text
    versions: Annotated[tuple[InstrumentVersion, ...], Meta(min_length=1)]
    source: str = ""
    notes: Words = ""


def _versions(versions: Sequence[Mapping[str, object]]) -> Iterator[Found]:
    seen: set[object] = set()
    for place, version in enumerate(versions):
        if version["id"] in seen:
            yield f"/versions/{place}/id", f"The version {version['id']!r} stands twice.", "Give each version its own id."
        seen.add(version["id"])
        yield from _scale(version, f"/versions/{place}")


def _scale(version: Mapping[str, object], pointer: str) -> Iterator[Found]:
    low, high = version.get("scale_minimum"), version.get("scale_maximum")
    if isinstance(low, int | float) and isinstance(high, int | float) and low >= high:
        yield f"{pointer}/scale_minimum", f"The scale starts at {low:g} and ends at {high:g}.", "Swap the two."
    cuts = version.get("cuts")
    for place, cut in enumerate(cuts if isinstance(cuts, list) else ()):
        score = cut.get("score")
        outside = score is not None and ((isinstance(low, int | float) and score < low) or (isinstance(high, int | float) and score > high))
        if outside:
            yield f"{pointer}/cuts/{place}/score", f"The cut {score:g} lies outside the scale.", "Check the cut and the scale's ends."


RULES_OF_AN_INSTRUMENT = (Rule(code="instrument-version-faulty", needs=("/versions",), check=_versions),)
"""What the published schema cannot say, asked of every instrument before it is published."""
