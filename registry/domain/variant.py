"""A community's local adaptation of one template version: its measure, baseline, target, partners and context.

This module decides what a variant document may say; ``variant_rules.py`` what it must not. A variant without a measure stands on
the data development agenda: shown as such, never as a failure.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from registry.domain.community import Partner
from registry.domain.ids import Dimension, FacetPointer, GeographyCode, Line, Slug, TemplateReference, Text, Words

FacetName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$", max_length=60, description="a facet: grade_or_age")]
Facet = Annotated[str, Meta(max_length=300)] | int | float | bool
VariantReference = Annotated[
    str,
    Meta(
        pattern="^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=161,
        description="community/variant: bridgeport/grade-3-ela",
    ),
]


class Population(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the result is about. ``clients`` of a programme are no population of a place (design section 1)."""

    description: Text
    kind: Literal["residents", "enrolled", "clients"]
    geographies: tuple[GeographyCode, ...] = ()
    size: Annotated[int, Meta(ge=0)] | None = None


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the community starts: a period (or several, taken together), a value, and the counts behind it."""

    period: str | None = None
    periods: tuple[str, ...] = ()
    value: float | None = None
    numerator: Annotated[int, Meta(ge=0)] | None = None
    denominator: Annotated[int, Meta(ge=0)] | None = None


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value to be reached by a period: the target, or a milestone on the way."""

    period: str
    value: float


class GroupTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A target of its own for one group."""

    group: dict[Dimension, str]
    period: str
    value: float


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the numbers come from, who keeps them, and in which month a year's result is released (1 to 12)."""

    name: Line
    url: str = ""
    steward: str = ""
    cadence: str = ""
    release_month: Annotated[int, Meta(ge=1, le=12)] | None = None


class Adaptation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One facet that departs from the template, and why."""

    facet: FacetPointer
    why: Text


class Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the result matters here, who was asked (how, when: in words or member by member), and what departs from the template."""

    why: Words = ""
    engagement: Words | dict[str, Words] = ""
    adaptations: tuple[Adaptation, ...] = ()


BreakKind = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=60,
        description="what broke, in a word: instrument, cut, definition, population, source, or another",
    ),
]


class Break(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From this period on the series is not what it was before. Nothing is compared across it unless a ``bridge`` says how."""

    period: str
    kind: BreakKind
    reason: Text
    bridge: Text | None = None


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One revision of a local measure. Without ``measure`` it stands on the data development agenda."""

    community: Slug
    id: Slug
    template: TemplateReference
    title: Line
    headline: bool = True
    statement: Words = ""
    measure: dict[FacetName, Facet] | None = None
    population: Population | None = None
    baseline: Baseline | None = None
    target: Goal | None = None
    milestones: tuple[Goal, ...] = ()
    group_targets: tuple[GroupTarget, ...] = ()
    source: Source | None = None
    benchmark: VariantReference | None = None
    context: Context = Context()
    partners: tuple[Partner, ...] = ()
    breaks: tuple[Break, ...] = ()
    story: Words = ""
    strategies: Words | tuple[Words, ...] = ()
    notes: Words = ""


def same_facet(ours: object, theirs: object) -> bool:
    """Whether two facets say the same, as JSON understands it: 3 is 3.0, and true is not 1."""
    return isinstance(ours, bool) is isinstance(theirs, bool) and ours == theirs


def reference_of(variant: Variant) -> str:
    """How the variant is named from outside: ``community/variant``."""
    return f"{variant.community}/{variant.id}"
