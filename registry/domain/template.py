"""What the network means by one outcome: how it is measured, for whom, and what must agree before places are compared.

A template is versioned and never changes once published (design section 4). The Structs here are the one definition: the
published JSON Schema derives from them. The rules that no schema can say stand below; ``tests/domain/test_template.py``.

>>> Indicator.__struct_fields__[:3]
('construct', 'unit', 'direction')
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from registry.domain.group import CODE_LISTS
from registry.domain.ids import Dimension, Json, Line, Slug, Text, Version, Words
from registry.domain.period import PeriodKind
from registry.domain.point import Terms
from registry.domain.progress_rule import RULES
from registry.domain.refusal import meant
from registry.domain.rule import Found, Rule
from registry.domain.value import Unit

NETWORK_FLOOR = 10
"""The smallest minimum n that a template may ask for (domain.md 5.1: ten is the commonest rule of the states)."""

TYPED_FACETS = (
    "construct",
    "instrument",
    "instrument_version",
    "cut",
    "grade_or_age",
    "season",
    "universe",
    "denominator_rule",
    "sampling",
    "geography_vintage",
)
"""The facets every measure may state; a template's ``measure_schema`` may add scalars of its own."""

Bounds = tuple[float | None, float | None]


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is counted or measured. ``meaningful_change`` and ``maintain_within`` are in the indicator's own unit (points)."""

    construct: Line
    unit: Unit
    direction: Literal["increase", "decrease"]
    numerator: Text
    denominator: Text
    population: Text
    period: PeriodKind
    bounds: Bounds
    meaningful_change: Annotated[float, Meta(gt=0)]
    per: Annotated[float, Meta(gt=0)] = 100
    maintain_within: Annotated[float, Meta(gt=0)] | None = None
    rollup: Literal["pooled_ratio", "count_meeting_target", "none"] = "pooled_ratio"
    has_cut: bool = True


class Disaggregation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The dimensions by which results are wanted, and the category that each gap is measured from."""

    required: tuple[Dimension, ...] = ()
    recommended: tuple[Dimension, ...] = ()
    reference: dict[str, str] = {}


class Disclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Below how many people, and how many in the numerator, a figure stays with the community that owns it."""

    minimum_n: Annotated[int, Meta(ge=1, le=1000)] = 10
    minimum_numerator: Annotated[int, Meta(ge=0, le=1000)] = 3


class FacetRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether two measures must agree on one facet before levels, or progress, are compared; and why."""

    facet: Annotated[str, Meta(pattern="^/measure/[a-z][a-z0-9_]*$", max_length=80)]
    level: Literal["equal", "link", "any"]
    progress: Literal["equal", "any"]
    why: Text


class Powers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Why this indicator was chosen, by the three tests of Results-Based Accountability (raguide.org 2.7)."""

    communication: Words = ""
    proxy: Words = ""
    data: Words = ""


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The same indicator in another standard: E-W Framework, CEDS, SDG, IRIS+."""

    scheme: Line
    id: Line
    title: str = ""
    url: str = ""


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One version of one outcome's definition, as the network publishes it."""

    id: Slug
    version: Version
    title: Line
    result: Text
    lay_definition: Words = ""
    stage: Annotated[int, Meta(ge=0, le=99)]
    indicator: Indicator
    disaggregation: Disaggregation
    disclosure: Disclosure
    measure_schema: dict[str, Json]
    comparability: Annotated[tuple[FacetRule, ...], Meta(min_length=1)]
    scale: Slug | None = None
    progress_rule: str | None = None
    powers: Powers = Powers()
    references: tuple[Reference, ...] = ()
    notes: Words = ""


def terms_of(template: Template) -> Terms:
    """What progress on this template is judged by, defaults filled in."""
    indicator = template.indicator
    return Terms(
        unit=indicator.unit,
        per=indicator.per,
        direction=indicator.direction,
        meaningful_change=indicator.meaningful_change,
        maintain_within=indicator.maintain_within or 5 * indicator.meaningful_change,
        has_cut=indicator.has_cut,
    )


def progress_rule_of(template: Template) -> str:
    """The id of the progress rule: the one named, else ``cohort@1`` for shares above a cut of a test, else ``plain@1``."""
    if template.progress_rule:
        return template.progress_rule
    return "cohort@1" if template.indicator.has_cut and template.indicator.unit == "percent" else "plain@1"


def facets_of(template: Template) -> tuple[str, ...]:
    """Every facet a measure of this template may state: the typed ones and those its schema adds."""
    properties = template.measure_schema.get("properties")
    added = tuple(properties) if isinstance(properties, Mapping) else ()
    return tuple(dict.fromkeys((*TYPED_FACETS, *added)))


def stated_default(template: Template, facet: str) -> object:
    """What a measure that is silent on a facet is taken to say: the schema's const or default, for construct the indicator's."""
    properties = template.measure_schema.get("properties")
    schema = properties.get(facet) if isinstance(properties, Mapping) else None
    if isinstance(schema, Mapping):
        for word in ("const", "default"):
            if word in schema:
                return schema[word]
    return template.indicator.construct if facet == "construct" else None


def _bounds(bounds: Sequence[float | None], unit: str, per: float | None, change: float) -> Iterator[Found]:
    low, high = bounds
    if low is not None and high is not None and low >= high:
        yield "/indicator/bounds", f"The lower bound {low:g} is not below the upper bound {high:g}.", "Write [lower, upper], such as [0, 100]."
    elif unit == "percent" and (low is None or high is None or low < 0 or high > 100):
        yield "/indicator/bounds", "A percent lies between 0 and 100.", "Write [0, 100]."
    elif low is not None and high is not None and change >= high - low:
        yield "/indicator/meaningful_change", f"A change of {change:g} is wider than the bounds.", "Give it in points of the indicator, such as 1."
    if unit == "percent" and per is not None and per != 100:
        yield "/indicator/per", "A percent is always per 100.", "Leave it out, or use the unit 'rate'."


def _maintain(within: float | None, change: float) -> Iterator[Found]:
    if within is not None and within < change:
        yield (
            "/indicator/maintain_within",
            f"Maintaining within {within:g} is narrower than the meaningful change {change:g}.",
            "It is usually five times the meaningful change.",
        )


def _facets(comparability: Sequence[Mapping[str, str]], schema: Mapping[str, object]) -> Iterator[Found]:
    properties = schema.get("properties")
    known = [*TYPED_FACETS, *(properties if isinstance(properties, Mapping) else ())]
    seen: set[str] = set()
    for place, rule in enumerate(comparability):
        facet = rule["facet"].removeprefix("/measure/")
        if facet not in known:
            yield f"/comparability/{place}/facet", f"No measure of this template can state the facet {facet!r}.", meant(facet, known)
        if facet in seen:
            yield f"/comparability/{place}/facet", f"The facet {facet!r} is judged twice.", "Keep one of the two."
        seen.add(facet)


def _dimensions(required: Sequence[str] | None, recommended: Sequence[str] | None) -> Iterator[Found]:
    for name, dimensions in (("required", required), ("recommended", recommended)):
        for place, dimension in enumerate(dimensions or ()):
            if dimension not in CODE_LISTS:
                yield f"/disaggregation/{name}/{place}", f"There is no code list {dimension!r}.", meant(dimension, list(CODE_LISTS))


def _references(reference: Mapping[str, str] | None) -> Iterator[Found]:
    for dimension, category in (reference or {}).items():
        pointer = f"/disaggregation/reference/{dimension}"
        if dimension not in CODE_LISTS:
            yield pointer, f"There is no code list {dimension!r}.", meant(dimension, list(CODE_LISTS))
            continue
        codes = [entry.code for entry in CODE_LISTS[dimension].categories]
        if category not in codes:
            yield pointer, f"{category!r} is no category of {dimension}.", meant(category, codes)


def _floor(minimum_n: int | None) -> Iterator[Found]:
    if minimum_n is not None and minimum_n < NETWORK_FLOOR:
        yield "/disclosure/minimum_n", f"Groups under {NETWORK_FLOOR} people are never shown.", f"Use {NETWORK_FLOOR} or more."


def _rule(progress_rule: str | None) -> Iterator[Found]:
    if progress_rule is not None and progress_rule not in RULES:
        yield "/progress_rule", f"There is no progress rule {progress_rule!r}.", meant(progress_rule, list(RULES))


def _schema_shape(schema: Mapping[str, object]) -> Iterator[Found]:
    if schema.get("type") != "object":
        yield "/measure_schema/type", "A measure is one flat object, so its schema has the type 'object'.", 'Add "type": "object".'
    depth, nodes = _extent(schema)
    if depth > MAX_SCHEMA_DEPTH or nodes > MAX_SCHEMA_NODES:
        yield "/measure_schema", f"The schema is too large ({nodes} members, {depth} deep).", "A measure is one flat object of scalars."
    for pointer, reference in _references_out(schema, "/measure_schema"):
        yield pointer, f"The schema refers to {reference!r} outside itself.", "Copy what it needs into this schema."


MAX_SCHEMA_DEPTH = 12
MAX_SCHEMA_NODES = 2000


def _extent(schema: object) -> tuple[int, int]:
    """How deep and how large a schema is, without recursion: an untrusted one may be deeper than the stack."""
    deepest, nodes, waiting = 0, 0, [(schema, 1)]
    while waiting and nodes <= MAX_SCHEMA_NODES:
        here, depth = waiting.pop()
        nodes, deepest = nodes + 1, max(deepest, depth)
        children: Iterable[object] = here.values() if isinstance(here, Mapping) else here if isinstance(here, list) else ()
        waiting.extend((child, depth + 1) for child in children)
    return deepest, nodes


def _references_out(schema: object, pointer: str) -> Iterator[tuple[str, str]]:
    waiting, seen = [(schema, pointer)], 0
    while waiting and seen <= MAX_SCHEMA_NODES:
        here, where = waiting.pop()
        seen += 1
        if isinstance(here, Mapping):
            for name, value in here.items():
                if name in {"$ref", "$dynamicRef"} and isinstance(value, str) and not value.startswith("#"):
                    yield f"{where}/{name}", value
                waiting.append((value, f"{where}/{name}"))
        elif isinstance(here, list):
            waiting.extend((value, f"{where}/{place}") for place, value in enumerate(here))


RULES_OF_A_TEMPLATE = (
    Rule(
        code="bounds-impossible",
        needs=("/indicator/bounds", "/indicator/unit", "/indicator/per", "/indicator/meaningful_change"),
        check=_bounds,
    ),
    Rule(code="maintain-within-too-narrow", needs=("/indicator/maintain_within", "/indicator/meaningful_change"), check=_maintain),
    Rule(code="facet-unknown", needs=("/comparability", "/measure_schema"), check=_facets),
    Rule(code="dimension-unknown", needs=("/disaggregation/required", "/disaggregation/recommended"), check=_dimensions),
    Rule(code="reference-unknown", needs=("/disaggregation/reference",), check=_references),
    Rule(code="below-network-floor", needs=("/disclosure/minimum_n",), check=_floor),
    Rule(code="progress-rule-unknown", needs=("/progress_rule",), check=_rule),
    Rule(code="measure-schema-unsafe", needs=("/measure_schema",), check=_schema_shape),
)
"""What the published schema cannot say, asked of every template before it is published."""
