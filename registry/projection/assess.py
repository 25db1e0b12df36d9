"""The evidence on one local measure, gathered at a moment, and its assessment (``registry/domain/assessment.py``)."""

from datetime import date

import msgspec

from registry import duck
from registry.domain.agreement import Outcome, State
from registry.domain.assessment import assess
from registry.domain.assessment_timebound import registered_before_result
from registry.domain.evidence import Assessment, Evidence, PeerPace
from registry.domain.framework import Framework, OutcomeRole, pin_of
from registry.domain.ids import variant_reference
from registry.domain.listing import DossierLine, PointLine
from registry.domain.point import Point
from registry.domain.refusal import Conflict
from registry.domain.template import progress_rule_of
from registry.domain.variant import Goal
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.reading import Moment, Reading
from registry.projection.standing import dossier_at, standing_at
from registry.version import __version__


class AssessmentAnswer(Assessment, frozen=True, kw_only=True):
    """An assessment with what it was asked of: the measure's revision, the ledger's line, the day, the program."""

    variant: str
    template: str
    revision: int
    state: State
    outcome: Outcome | None
    seq: int
    as_of: str
    program: str


def assess_variant(projection: Reading, reference: str, as_of: str | None = None) -> AssessmentAnswer:
    """Whether a measure is SMART, agreed and of its place, as far as the registry knows at a moment.

    Raises NotFound, Invalid, and Conflict for the measure of a reference place: nobody promises anything there.
    """
    moment = projection.moment(as_of)
    evidence, dossier = _evidence(projection, moment, reference)
    if evidence.community.kind == "reference":
        raise Conflict(
            f"{evidence.community.name} is a reference place: its figures stand beside those of the members, and nobody "
            "promises a result there, so there is nothing to assess.",
            hint="Name the measure of a member; `outcomes variant list` shows them.",
        )
    evidence = msgspec.structs.replace(evidence, peers=_peers(projection, moment, dossier))
    standing = standing_at(projection, moment, reference)
    return AssessmentAnswer(
        variant=reference,
        template=evidence.variant.template,
        revision=dossier.revision,
        state=standing.state,
        outcome=standing.outcome,
        seq=moment.entry.seq,
        as_of=moment.as_of,
        program=__version__,
        **msgspec.structs.asdict(assess(evidence)),
    )


def set_before_result(projection: Reading, reference: str) -> bool | None:
    """Whether a measure's target was set before its result was known; null where nobody can tell. Raises NotFound."""
    evidence, _ = _evidence(projection, projection.moment(None), reference)
    return registered_before_result(evidence)


def _evidence(projection: Reading, moment: Moment, reference: str) -> tuple[Evidence, DossierLine]:
    """All but the peers, which take a roll-up."""
    cursor, line = projection.cursor(), moment.entry.seq
    dossier = dossier_at(cursor, moment, reference)
    named = variant_reference(reference)
    variant = next(
        read.variant_of(entry) for entry in read.list_variants(cursor, line, named[0]) if entry.id == named[1]
    )
    status = next(
        entry for entry in read.list_templates(cursor, line) if f"{entry.id}@{entry.version}" == variant.template
    )
    points = read.points(cursor, line, *named)
    standing = standing_at(projection, moment, reference)
    evidence = Evidence(
        variant=variant,
        template=read.template_of(status),
        template_status=status.status,
        successor=status.successor,
        instruments={entry.id: read.instrument_of(entry) for entry in read.list_instruments(cursor, line)},
        community=next(
            read.community_of(entry) for entry in read.list_communities(cursor, line) if entry.slug == named[0]
        ),
        role=_role(cursor, line, variant.template),
        history=tuple(_point(entry) for entry in points if not entry.group_key),
        groups=tuple(dict.fromkeys(entry.group_key for entry in points if entry.group_key)),
        mapped=(read.kept_mapping(cursor, line, *named) is not None) if points else None,
        partners=standing.partners,
        review=standing.review,
        registered=date.fromisoformat(dossier.registered[:10]),
        target_entered=_target_entered(cursor, line, named, variant.target),
        result_known=_result_known(cursor, line, named, variant.target),
        day=date.fromisoformat(moment.as_of[:10]),
        rule=read.known_rules(cursor, line).get(progress_rule_of(read.template_of(status))),
    )
    return evidence, dossier


def _role(cursor: duck.Connection, line: int, template: str) -> OutcomeRole | None:
    """The outcome's role in the newest framework that pins it."""
    for entry in reversed(read.list_frameworks(cursor, line)):
        framework: Framework = read.framework_of(entry)
        for outcome in framework.outcomes:
            if pin_of(outcome.template) == pin_of(template):
                return outcome.role
    return None


def _point(line: PointLine) -> Point:
    return Point(
        period=line.period,
        value=line.value,
        numerator=line.numerator,
        denominator=line.denominator,
        low=line.low,
        high=line.high,
        standard_error=line.standard_error,
        eligible=line.eligible,
        missing=line.missing,
    )


def _peers(projection: Reading, moment: Moment, dossier: DossierLine) -> tuple[PeerPace, ...]:
    """What the other members achieved on this outcome, where their progress can be compared with this measure's."""
    template = f"{dossier.template_id}@{dossier.template_version}"
    answer = rollup(projection, RollupRequest(template=template, as_of=moment.as_of))
    counts = (answer.network.communities, *(group.communities for group in answer.network.apart))
    counted = next((names for names in counts if dossier.community in names), ())
    return tuple(
        PeerPace(
            community=entry.community,
            variant=entry.variant,
            years=entry.years,
            annual_improvement=entry.annual_improvement,
        )
        for entry in answer.series
        if entry.community in counted
        and entry.community != dossier.community
        and not entry.group
        and entry.years is not None
        and entry.annual_improvement is not None
    )


def _target_entered(cursor: duck.Connection, line: int, named: tuple[str, str], target: Goal | None) -> date | None:
    """Since when the target stands as it is, without a revision in between that said otherwise."""
    entered = None
    if target is None:
        return None
    for revision in read.revisions(cursor, line, *named):
        stated = msgspec.json.decode(revision.body).get("target")
        same = stated is not None and msgspec.convert(stated, Goal) == target
        entered = (entered or date.fromisoformat(revision.recorded_at[:10])) if same else None
    return entered


def _result_known(cursor: duck.Connection, line: int, named: tuple[str, str], target: Goal | None) -> date | None:
    """When the target period's own result was first loaded."""
    if target is None:
        return None
    held = (*read.points(cursor, line, *named), *read.superseded_points(cursor, line, *named))
    loads = {
        entry.batch
        for entry in held
        if not entry.group_key and entry.period == target.period and entry.missing in {None, "suppressed"}
    }
    days = [entry.recorded_at[:10] for entry in read.list_batches(cursor, line, *named) if entry.id in loads]
    return date.fromisoformat(min(days)) if days else None
