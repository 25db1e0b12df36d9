"""What a community does with its local measures: check a document against its template, and propose it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from registry import duck
from registry.actions.catalogue import append_revision
from registry.actions.writing import Receipt, document_draft, writing
from registry.check import check, check_against
from registry.domain.community import Community, geography_codes, geography_codes_on, is_member
from registry.domain.finding import Finding, has_errors
from registry.domain.instrument import Instrument
from registry.domain.listing import VariantLine
from registry.domain.refusal import Invalid, meant
from registry.domain.rule import Found, Rule
from registry.domain.template import Template
from registry.domain.variant import Variant, reference_of
from registry.domain.variant_rules import Surroundings, rules_of_a_variant
from registry.ledger.entry import Entry
from registry.projection import read
from registry.projection.files import Projection

Loaded = Callable[[str, str], tuple[str, ...]]
"""The periods for which a variant (community, id) has data points."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a variant document is judged beside: the published templates, the catalogue, the places and their variants."""

    day: date
    templates: dict[str, Template]
    instruments: dict[str, Instrument]
    communities: dict[str, Community]
    variants: tuple[VariantLine, ...]


def check_variant(projection: Projection, raw: bytes) -> tuple[Variant | None, tuple[Finding, ...]]:
    """Every fault of a variant document beside its template, its community and the catalogue."""
    head = projection.catch_up()
    cursor = projection.cursor()
    known = _known(projection, cursor, head)

    def loaded(community: str, variant: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(point.period for point in read.points(cursor, head.seq, community, variant)))

    return check(raw, Variant, lambda document: tuple(_rules(document, known, loaded)))


def propose_variant(projection: Projection, raw: bytes, *, actor: str) -> Receipt:
    """Propose a variant, or a new revision of it. Raises Invalid with every finding; the same content writes nothing."""
    with writing(projection) as writer:  # judged under the lock: two at once cannot both become a place's headline
        variant, findings = check_variant(projection, raw)
        if variant is None or has_errors(findings):
            raise Invalid("The local measure has faults; nothing was registered.", findings=findings)
        draft = document_draft("variant", f"variant:{reference_of(variant)}", variant)
        return append_revision(projection, writer, draft, findings, actor=actor)


def _known(projection: Projection, cursor: duck.Connection, head: Entry) -> Known:
    line = head.seq
    return Known(
        day=date.fromisoformat(head.recorded_at[:10]),
        templates=dict(projection.templates),
        instruments={entry.id: read.instrument_of(entry) for entry in read.list_instruments(cursor, line)},
        communities={entry.slug: read.community_of(entry) for entry in read.list_communities(cursor, line)},
        variants=tuple(read.list_variants(cursor, line)),
    )


def _rules(document: Mapping[str, object], known: Known, loaded: Loaded) -> Iterator[Rule]:
    def template_known(reference: str) -> Sequence[Found]:
        if reference in known.templates:
            return ()
        return [
            ("/template", f"There is no published template {reference!r}.", meant(reference, list(known.templates)))
        ]

    def community_known(slug: str) -> Sequence[Found]:
        if slug in known.communities:
            return ()
        return [("/community", f"There is no community {slug!r}.", meant(slug, list(known.communities)))]

    yield Rule(code="template-unknown", needs=("/template",), check=template_known)
    yield Rule(code="community-unknown", needs=("/community",), check=community_known)
    template = known.templates.get(str(document.get("template")))
    if template is None:
        return
    yield Rule(code="measure-unfit", needs=("/measure",), check=lambda measure: _unfit(template, measure))
    yield from rules_of_a_variant(_surroundings(document, known, template, loaded))


def _surroundings(document: Mapping[str, object], known: Known, template: Template, loaded: Loaded) -> Surroundings:
    community, own = str(document.get("community")), str(document.get("id"))
    place = known.communities.get(community)
    before = next((line for line in known.variants if (line.community, line.id) == (community, own)), None)
    others = [
        line
        for line in known.variants
        if line.community == community and line.id != own and line.template_id == template.id
    ]
    references = {slug for slug, place in known.communities.items() if place.kind == "reference"}
    return Surroundings(
        template=template,
        instruments=known.instruments,
        headlines=tuple(f"{line.community}/{line.id}" for line in others if line.headline),
        places=geography_codes(place) if place is not None and place.kind == "member" else None,
        taken=_taken(known, template, community),
        before=None if before is None else read.variant_of(before),
        loaded=() if before is None else loaded(community, own),
        benchmarks=tuple(f"{line.community}/{line.id}" for line in known.variants if line.community in references),
    )


def _taken(known: Known, template: Template, community: str) -> dict[str, str]:
    """Whose headline measure of the outcome already counts the people of which place code: other places that are members now.

    A place that left, or gave a code up, leaves it to its successor.
    """
    taken = {}
    for line in known.variants:
        place = known.communities[line.community]
        if (
            line.template_id != template.id
            or not line.headline
            or place.slug == community
            or not is_member(place, known.day)
        ):
            continue
        population = read.variant_of(line).population
        own, now = geography_codes(place), geography_codes_on(place, known.day)
        codes = population.geographies if population and population.geographies else own
        given_up = set(own) - set(now)
        taken.update(dict.fromkeys((code for code in codes if code not in given_up), f"{line.community}/{line.id}"))
    return taken


def _unfit(template: Template, measure: object) -> list[Found]:
    """How the measure does not fit the schema its template publishes; a facet that no measure may state has its own rule."""
    if measure is None:
        return []
    found = check_against(measure, template.measure_schema, "/measure")
    return [(finding.pointer or "", finding.detail, finding.hint) for finding in found]
