"""What the network means by one outcome: how it is measured, for whom, and what must agree before places are compared.

A template is versioned and never changes once published (design section 4). The Structs here are the one definition: the
published JSON Schema derives from them. The rules that no schema can say stand below; ``tests/domain/test_template.py``.

>>> Indicator.__struct_fields__[:3]
('construct', 'unit', 'direction')
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from registry.domain.group import CODE_LISTS
from registry.domain.ids import (
    Dimension,
    FacetPointer,
    Json,
    Line,
    Slug,
    TemplateReference,
    Text,
    Version,
    Words,
    is_draft,
    newest,
)
from registry.domain.measure_schema import facet_schemas, only_described, unsafe_parts
from registry.domain.period import PeriodKind
from registry.domain.point import Terms
from registry.domain.progress_rule import RULES
from registry.domain.refusal import meant
from registry.domain.rule import Found, Rule, fields, items, number, part, pointer_to
from registry.domain.value import Unit

NETWORK_FLOOR = 10
"""The smallest minimum n that a template may ask for (ten is the commonest rule of the states)."""

NUMERATOR_FLOOR = 3
"""The smallest numerator that a template may show."""

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


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


class Disaggregation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dimensions by which results are wanted, and the category that each gap is measured from."""

    required: tuple[Dimension, ...] = ()
    recommended: tuple[Dimension, ...] = ()
    reference: dict[str, str] = {}


class Disclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Below how many people, and how many in the numerator, a figure stays with the community that owns it."""

    minimum_n: Annotated[int, Meta(ge=1, le=1000)] = 10
    minimum_numerator: Annotated[int, Meta(ge=0, le=1000)] = 3


class FacetRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether two measures must agree on one facet before levels, or progress, are compared; and why."""

    facet: FacetPointer
    level: Literal["equal", "link", "any"]
    progress: Literal["equal", "any"]
    why: Text


class Powers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why this indicator was chosen, by the three tests of Results-Based Accountability (raguide.org 2.7)."""

    communication: Words = ""
    proxy: Words = ""
    data: Words = ""


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same indicator in another standard: E-W Framework, CEDS, SDG, IRIS+."""

    scheme: Line
    id: Line
    title: str = ""
    url: str = ""


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
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


class TemplateStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a published version: deprecated, with its successor, or withdrawn, with the reason. Nothing leads back."""

    template: TemplateReference
    status: Literal["deprecated", "withdrawn"]
    successor: TemplateReference | None = None
    reason: Words = ""


def latest(versions: Sequence[tuple[str, str]]) -> str:
    """The version that an id alone means: the highest that is not withdrawn and no draft (a suffix such as ``-draft``).

    Where all are withdrawn or drafts it is the highest that is no draft, because measures may stand on it, else the highest draft.
    ``versions`` are pairs of version and status; the empty text where there are none. Order: Semantic Versioning 2.0.0.

    >>> latest([("1.9.0", "published"), ("1.10.0", "published"), ("2.0.0-draft", "published"), ("1.11.0", "withdrawn")])
    '1.10.0'
    """
    released = [(version, status) for version, status in versions if not is_draft(version)]
    usable = [version for version, status in released if status != "withdrawn"]
    known = usable or [version for version, _ in released or versions]
    return newest(known) if known else ""


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


def resolved(template: Template) -> Template:
    """The template with every choice of this program's written out, as it is published: what is published never changes.

    A later program may choose another rule for templates that name none; this one keeps the one it was published under.
    """
    indicator = msgspec.structs.replace(template.indicator, maintain_within=terms_of(template).maintain_within)
    return msgspec.structs.replace(template, indicator=indicator, progress_rule=progress_rule_of(template))


def facets_of(template: Template) -> tuple[str, ...]:
    """Every facet a measure of this template may state: the typed ones and those its schema adds."""
    return tuple(dict.fromkeys((*TYPED_FACETS, *facet_schemas(template.measure_schema))))


def stated_default(template: Template, facet: str) -> object:
    """What a measure that is silent on a facet is taken to say: the schema's const or default, for construct the indicator's."""
    described = fields(facet_schemas(template.measure_schema).get(facet))
    for word in ("const", "default"):
        if word in described:
            return described[word]
    return template.indicator.construct if facet == "construct" else None


def _bounds(bounds: object) -> Iterator[Found]:
    low, high = _ends(bounds)
    if low is not None and high is not None and low >= high:
        detail = f"The lower bound {low:,.12g} is not below the upper bound {high:,.12g}."
        yield "/indicator/bounds", detail, "Write the lower one first, such as [0, 100]."


def _percent(bounds: object, unit: object) -> Iterator[Found]:
    low, high = _ends(bounds)
    beyond = (low is not None and low < 0) or (high is not None and high > 100)
    if unit == "percent" and beyond:
        hint = "Write [0, 100], unless more than everybody can be counted."
        yield "/indicator/bounds", "A percent of people lies between 0 and 100.", hint


def _per(unit: object, per: object) -> Iterator[Found]:
    if unit == "percent" and per not in {None, 100}:
        yield "/indicator/per", "A percent is always per 100.", "Leave it out, or use the unit 'rate'."


def _change(bounds: object, change: object) -> Iterator[Found]:
    low, high = _ends(bounds)
    least = number(change)
    if low is not None and high is not None and low < high and least is not None and least >= high - low:
        detail = f"A meaningful change of {least:,.12g} is as wide as the bounds, so that nothing could ever change."
        yield "/indicator/meaningful_change", detail, "Give it in the indicator's own unit, such as 1 for one point."


def _ends(bounds: object) -> Bounds:
    low, high = (number(end) for end in (*items(bounds), None, None)[:2])
    return low, high


def _maintain(within: float | None, change: float) -> Iterator[Found]:
    if within is not None and within < change:
        detail = f"Maintaining within {within:,.12g} is narrower than the meaningful change of {change:,.12g}."
        yield "/indicator/maintain_within", detail, "Widen it; it is usually five times the meaningful change."


def _facets(comparability: object, schema: object) -> Iterator[Found]:
    described = facet_schemas(fields(schema))
    typed = ("construct",) if only_described(fields(schema)) else TYPED_FACETS
    known = list(dict.fromkeys((*described, *typed)))
    seen: set[str] = set()
    for place, rule in enumerate(items(comparability)):
        pointer = f"/comparability/{place}/facet"
        stated = part(rule, "facet")
        if not isinstance(stated, str):
            continue
        facet = stated.removeprefix("/measure/")
        if facet in seen:
            yield pointer, f"The facet {facet!r} is judged twice.", "Keep one of the two."
        elif facet not in known:
            hint = f"{meant(facet, known)} Or describe it in the measure's schema."
            yield pointer, f"No measure of this template can state the facet {facet!r}.", hint
        seen.add(facet)


def _construct(construct: str, schema: object) -> Iterator[Found]:
    described = fields(facet_schemas(fields(schema)).get("construct"))
    for word in ("const", "default"):
        stated = described.get(word)
        if isinstance(stated, str) and stated != construct:
            detail = f"The measure's schema says {stated!r}, the indicator {construct!r}; no measure could be compared."
            yield f"/measure_schema/properties/construct/{word}", detail, "Write the same construct in both places."


def _dimensions(name: str, dimensions: object) -> Iterator[Found]:
    for place, dimension in enumerate(items(dimensions)):
        if isinstance(dimension, str) and dimension not in CODE_LISTS:
            detail = f"There is no code list for the dimension {dimension!r}."
            yield f"/disaggregation/{name}/{place}", detail, meant(dimension, list(CODE_LISTS))


def _references(reference: object) -> Iterator[Found]:
    for dimension, category in fields(reference).items():
        pointer = pointer_to("disaggregation", "reference", dimension)
        if not isinstance(category, str):
            continue
        if dimension not in CODE_LISTS:
            detail = f"There is no code list for the dimension {dimension!r}."
            yield pointer, detail, meant(dimension, list(CODE_LISTS))
            continue
        codes = [entry.code for entry in CODE_LISTS[dimension].categories]
        if category not in codes:
            yield pointer, f"{category!r} is no category of {dimension}.", meant(category, codes)


def _floor(minimum_n: int | None) -> Iterator[Found]:
    if minimum_n is not None and minimum_n < NETWORK_FLOOR:
        detail = f"Groups under {NETWORK_FLOOR} people are never shown."
        yield "/disclosure/minimum_n", detail, f"Use {NETWORK_FLOOR} or more."


def _numerator_floor(minimum_numerator: int | None) -> Iterator[Found]:
    if minimum_numerator is not None and minimum_numerator < NUMERATOR_FLOOR:
        detail = f"Numerators under {NUMERATOR_FLOOR} are never shown."
        yield "/disclosure/minimum_numerator", detail, f"Use {NUMERATOR_FLOOR} or more."


def _rule(known: Sequence[str], progress_rule: str | None) -> Iterator[Found]:
    if progress_rule is not None and progress_rule not in known:
        yield "/progress_rule", f"There is no progress rule {progress_rule!r}.", meant(progress_rule, known)


def rules_of_a_template(progress_rules: Sequence[str] = tuple(RULES)) -> tuple[Rule, ...]:
    """What the published schema cannot say, asked of every template before it is published; ``progress_rules`` are those it may name."""
    known = Rule(code="progress-rule-unknown", needs=("/progress_rule",), check=partial(_rule, progress_rules))
    return (*_RULES, known, Rule(code="measure-schema-unsafe", needs=("/measure_schema",), check=unsafe_parts))


_RULES = (
    Rule(code="bounds-impossible", needs=("/indicator/bounds",), check=_bounds),
    Rule(code="bounds-impossible", needs=("/indicator/unit", "/indicator/per"), check=_per),
    Rule(code="bounds-impossible", needs=("/indicator/bounds", "/indicator/meaningful_change"), check=_change),
    Rule(
        code="percent-bounds",
        needs=("/indicator/bounds", "/indicator/unit"),
        check=_percent,
        severity="warning",
        after=("bounds-impossible",),
    ),
    Rule(
        code="maintain-within-too-narrow",
        needs=("/indicator/maintain_within", "/indicator/meaningful_change"),
        check=_maintain,
    ),
    Rule(code="facet-unknown", needs=("/comparability", "/measure_schema"), check=_facets),
    Rule(code="construct-differs", needs=("/indicator/construct", "/measure_schema"), check=_construct),
    Rule(code="dimension-unknown", needs=("/disaggregation/required",), check=partial(_dimensions, "required")),
    Rule(code="dimension-unknown", needs=("/disaggregation/recommended",), check=partial(_dimensions, "recommended")),
    Rule(code="reference-unknown", needs=("/disaggregation/reference",), check=_references),
    Rule(code="below-network-floor", needs=("/disclosure/minimum_n",), check=_floor),
    Rule(code="below-network-floor", needs=("/disclosure/minimum_numerator",), check=_numerator_floor),
)

RULES_OF_A_TEMPLATE = rules_of_a_template()
"""The rules where only the shipped progress rules are known."""
