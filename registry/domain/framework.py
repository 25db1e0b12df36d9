"""Which outcomes the network follows together: a named, versioned, ordered set of pinned template versions, each with its role.

A framework version never changes once published. A measure on an older major version of a pinned outcome is *pending*: it is shown, and
never mixed with the newer ones. Where ``reviews_departures`` is true, a measure that departs from its template waits for the network's
acceptance; the rule holds for what is proposed after it was published, never for what was there before.

Tests: ``tests/domain/test_framework.py``.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from registry.domain.ids import Line, Slug, TemplateReference, Version, Words, major, template_reference
from registry.domain.rule import Found, Rule, items, part

OutcomeRole = Literal["core", "contributing", "systems"]


class FrameworkOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One outcome of the framework: the template version it pins, and whether that is core, contributing, or about systems."""

    template: TemplateReference
    role: OutcomeRole


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a stage of the templates is called."""

    stage: Annotated[int, Meta(ge=0, le=99)]
    title: Line


class Collection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days after its release a year's result is due."""

    due_after_days: Annotated[int, Meta(ge=0, le=3660)] = 90


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of a framework, as the network publishes it; ``outcomes`` in the order of its pages."""

    id: Slug
    version: Version
    title: Line
    description: Words = ""
    stages: tuple[Stage, ...] = ()
    outcomes: Annotated[tuple[FrameworkOutcome, ...], Meta(min_length=1)]
    reviews_departures: bool = False
    collection: Collection = Collection()
    notes: Words = ""


def pins_of(framework: Framework) -> tuple[str, ...]:
    """The outcomes that the framework pins, each with its major version: ``early-grade-reading@1``."""
    return tuple(pin_of(outcome.template) for outcome in framework.outcomes)


def pin_of(reference: str) -> str:
    """The outcome and major version of ``id@version``.

    >>> pin_of("early-grade-reading@1.2.0")
    'early-grade-reading@1'
    """
    name, version = template_reference(reference)
    return f"{name}@{major(version)}"


def _outcomes(outcomes: object) -> Iterator[Found]:
    seen: set[str] = set()
    for place, outcome in enumerate(items(outcomes)):
        reference = part(outcome, "template")
        if not isinstance(reference, str):
            continue
        name, _ = template_reference(reference)
        if name in seen:
            pointer = f"/outcomes/{place}/template"
            yield pointer, f"The outcome {name!r} stands twice.", "Pin one version of each outcome."
        seen.add(name)


def _stages(stages: object) -> Iterator[Found]:
    seen: set[object] = set()
    for place, entry in enumerate(items(stages)):
        stage = part(entry, "stage")
        if not isinstance(stage, int):
            continue
        if stage in seen:
            yield f"/stages/{place}/stage", f"The stage {stage} has two titles.", "Keep one of the two."
        seen.add(stage)


RULES_OF_A_FRAMEWORK = (
    Rule(code="outcome-twice", needs=("/outcomes",), check=_outcomes),
    Rule(code="stage-twice", needs=("/stages",), check=_stages),
)
"""What the published schema cannot say, asked of every framework before it is published."""
