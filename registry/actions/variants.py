"""What a community does with its local measures: check a document against its template, and propose it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from registry import duck
from registry.actions.catalogue import append_revision
from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.check import check, check_against
from registry.domain.actor import Actor
from registry.domain.agreement import Act, Restatement, Standing, changed_members, content_sha256, refuse_act
from registry.domain.community import Community, geography_codes, geography_codes_on, is_member
from registry.domain.dossier import standing_of
from registry.domain.finding import Finding, Severity, has_errors
from registry.domain.ids import is_draft
from registry.domain.instrument import Instrument
from registry.domain.listing import TemplateLine, VariantLine
from registry.domain.policy import require
from registry.domain.refusal import Invalid, NotFound, meant
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
    statuses: dict[str, TemplateLine]
    standings: dict[tuple[str, str], Standing]

    def retired(self, line: VariantLine) -> bool:
        """Whether a measure was retired, so that it stands in nobody's way."""
        return self.standings[line.community, line.id].state == "retired"


def check_variant(projection: Projection, raw: bytes, *, actor: Actor) -> tuple[Variant | None, tuple[Finding, ...]]:
    """Every fault of a variant document beside its template, its community and the catalogue. Raises NotAllowed."""
    require(actor, "check_variant", community=_stated_owner(raw, actor))
    variant, findings, _ = _checked(projection, raw)
    return variant, findings


class _Owner(msgspec.Struct, frozen=True):
    community: object = None


def _stated_owner(raw: bytes, actor: Actor) -> str | None:
    """Whose measure a document says it is, before anything else of it is looked at; the actor's own where it does not say."""
    try:
        stated = msgspec.json.decode(raw, type=_Owner).community
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        stated = None  # its faults are found in a moment
    return stated if isinstance(stated, str) else actor.community


def _checked(projection: Projection, raw: bytes) -> tuple[Variant | None, tuple[Finding, ...], Known]:
    """A document's measure, its findings, and what it was judged beside."""
    head = projection.catch_up()
    cursor = projection.cursor()
    known = known_now(projection, cursor, head)

    def loaded(community: str, variant: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(point.period for point in read.points(cursor, head.seq, community, variant)))

    variant, findings = check(raw, Variant, lambda document: tuple(_rules(document, known, loaded)))
    if variant is None or has_errors(findings):
        return variant, findings, known
    return variant, (*findings, *_voided(known, variant)), known


def propose_variant(projection: Projection, raw: bytes, *, actor: Actor) -> Receipt:
    """Propose a variant, or a new revision of it. The same content writes nothing.

    Whatever the revision changes beside story, strategies and notes voids the signatures; the findings say which, and why. Raises
    Invalid with every finding, NotAllowed, and Conflict for a measure that was retired.
    """
    require(actor, "propose_variant", community=_stated_owner(raw, actor))
    with writing(projection) as writer:  # judged under the lock: two at once cannot both become a place's headline
        variant, findings = _sound(projection, raw, "propose", actor)
        draft = document_draft("variant", f"variant:{reference_of(variant)}", variant)
        return append_revision(projection, writer, draft, findings, actor=actor)


def restate_variant(projection: Projection, raw: bytes, *, reason: str, actor: Actor) -> Receipt:
    """Register a revision in which only the baseline differs, because its source corrected it: signatures stand.

    Each partner has 30 days to object (``decline``). Raises Invalid with every finding, also for whatever else differs, NotFound where
    there is nothing to restate, NotAllowed and Conflict.
    """
    require(actor, "restate_variant", community=_stated_owner(raw, actor))
    if not reason.strip():
        raise Invalid("Nothing is said of what the source corrected.", hint="Give --restatement with a few words.")
    with writing(projection) as writer:
        variant, findings = _sound(projection, raw, "restate", actor)
        reference = reference_of(variant)
        draft = document_draft("variant", f"variant:{reference}", variant)
        newest = projection.ledger.newest(draft.subject)
        if newest is None:
            raise NotFound(f"{reference} is not registered, so nothing can be restated.", hint="Propose it.")
        before, after = (msgspec.json.decode(body) for body in (projection.ledger.body(newest), draft.body))
        changed = changed_members(before, after)
        wider = [
            Finding(rule="restatement-too-wide", severity="error", pointer=pointer, detail=_TOO_WIDE, hint=_PROPOSE)
            for pointer in changed
            if pointer not in RESTATED
        ]
        if wider:
            raise Invalid("This is more than a restatement; nothing was registered.", findings=wider)
        if not changed:
            return append_revision(projection, writer, draft, _not_voids(findings), actor=actor)
        restatement = Restatement(
            variant=reference,
            revision=newest.revision + 1,
            before_sha256=content_sha256(before),
            after_sha256=content_sha256(after),
            reason=reason,
        )
        drafts = (draft, document_draft("restatement", f"restatement:{reference}", restatement))
        entry, _ = writer.append(drafts, actor=actor.name)
        return receipt(entry, written=True, findings=_not_voids(findings), content_sha256=restatement.after_sha256)


RESTATED = ("/baseline/value", "/baseline/numerator", "/baseline/denominator")
"""What a source can correct without anybody having promised something else."""

_TOO_WIDE = "Only the baseline's value and counts can be restated; this is changed too."
_PROPOSE = "Take it out, or propose the revision and let the partners sign it."


def _sound(projection: Projection, raw: bytes, act: Act, actor: Actor) -> tuple[Variant, tuple[Finding, ...]]:
    """A variant without faults that this actor may register now. Raises Invalid, NotAllowed, Conflict."""
    variant, findings, known = _checked(projection, raw)
    if variant is None or has_errors(findings):
        raise Invalid("The local measure has faults; nothing was registered.", findings=findings)
    standing = known.standings.get((variant.community, variant.id))
    refuse_act(act, standing.state if standing else "proposed", actor, community=variant.community)
    return variant, findings


def _voided(known: Known, variant: Variant) -> Iterator[Finding]:
    """Which signatures a new revision voids, and through which members: said before it happens."""
    line = next((line for line in known.variants if (line.community, line.id) == (variant.community, variant.id)), None)
    if line is None:
        return
    changed = changed_members(msgspec.json.decode(line.body), msgspec.to_builtins(variant))
    signed = [
        entry.name
        for entry in known.standings[line.community, line.id].partners
        if entry.status in {"signed", "restated"}
    ]
    if changed and signed:
        detail = f"It changes {', '.join(changed)}, which voids the signatures of {', '.join(signed)}."
        hint = "They sign again after the change. Only story, strategies and notes may change without asking them."
        yield Finding(rule="signatures-voided", severity="warning", pointer="", detail=detail, hint=hint)


def _not_voids(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.rule != "signatures-voided")


def known_now(projection: Projection, cursor: duck.Connection, head: Entry) -> Known:
    """What a variant document is judged beside at the ledger's head."""
    line, day = head.seq, date.fromisoformat(head.recorded_at[:10])
    return Known(
        day=day,
        templates=dict(projection.templates),
        instruments={entry.id: read.instrument_of(entry) for entry in read.list_instruments(cursor, line)},
        communities={entry.slug: read.community_of(entry) for entry in read.list_communities(cursor, line)},
        variants=tuple(read.list_variants(cursor, line)),
        statuses={f"{entry.id}@{entry.version}": entry for entry in read.list_templates(cursor, line)},
        standings={
            (entry.community, entry.variant): standing_of(entry, day)
            for entry in read.dossiers(cursor, line, current=True)
        },
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
    yield from _rules_of_status(document, known)
    template = known.templates.get(str(document.get("template")))
    if template is None:
        return
    yield Rule(code="measure-unfit", needs=("/measure",), check=lambda measure: _unfit(template, measure))
    yield from rules_of_a_variant(_surroundings(document, known, template, loaded))


def faults_under(known: Known, variant: Variant, template: Template) -> tuple[Finding, ...]:
    """What would be wrong with a registered variant if it stood under this template, errors only; not how the version itself stands."""
    reference = f"{template.id}@{template.version}"
    beside = msgspec.structs.replace(known, templates={**known.templates, reference: template}, statuses={})
    moved = msgspec.structs.replace(variant, template=reference)
    _, findings = check(
        msgspec.json.encode(moved), Variant, lambda document: tuple(_rules(document, beside, lambda *_: ()))
    )
    return tuple(finding for finding in findings if finding.severity == "error")


def _rules_of_status(document: Mapping[str, object], known: Known) -> Iterator[Rule]:
    """A draft is no ground to register on; a withdrawn version only for what stands on it; a deprecated one is pointed out."""
    line = known.statuses.get(str(document.get("template")))
    if line is None:
        return
    before = next(
        (
            each
            for each in known.variants
            if (each.community, each.id) == (document.get("community"), document.get("id"))
        ),
        None,
    )
    stands = before is not None and (before.template_id, before.template_version) == (line.id, line.version)
    name, instead = f"{line.id}@{line.version}", _followed_by(known, line)

    because = f": {line.reason.rstrip('. ')}" if line.reason.strip() else ""

    def told(detail: str, hint: str) -> Callable[[object], list[Found]]:
        return lambda _: [("/template", detail, hint)]

    if is_draft(line.version):
        check = told(f"{name} is a draft, put up for comment.", "Name a version without a suffix.")
        yield Rule(code="template-draft", needs=("/template",), check=check)
    if line.status == "withdrawn":
        check = told(f"{name} was withdrawn: {line.reason.rstrip('. ')}.", instead or "Name another version.")
        severity: Severity = "warning" if stands else "error"
        yield Rule(code="template-withdrawn", needs=("/template",), check=check, severity=severity)
    if line.status == "deprecated":
        check = told(f"{name} is deprecated{because}.", instead)
        yield Rule(code="template-deprecated", needs=("/template",), check=check, severity="warning")


def _followed_by(known: Known, line: TemplateLine) -> str:
    """Which version to use instead, where that one was not withdrawn in its turn."""
    successor = known.statuses.get(line.successor or "")
    usable = successor is not None and successor.status != "withdrawn"
    return f"Its successor is {line.successor}." if usable else ""


def _surroundings(document: Mapping[str, object], known: Known, template: Template, loaded: Loaded) -> Surroundings:
    community, own = str(document.get("community")), str(document.get("id"))
    place = known.communities.get(community)
    before = next((line for line in known.variants if (line.community, line.id) == (community, own)), None)
    others = [
        line
        for line in known.variants
        if line.community == community
        and line.id != own
        and line.template_id == template.id
        and not known.retired(line)
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
            or known.retired(line)
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
