"""How local measures stand at a moment: their states, where each partner stands, and who did what when.

The rules are those of ``registry/domain/agreement.py``; here the rows are fetched that they speak of.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from registry import duck
from registry.domain.agreement import (
    Decision,
    Restatement,
    Signature,
    Standing,
    State,
    binding_contents,
    changed_members,
)
from registry.domain.dossier import standing_of
from registry.domain.ids import variant_reference
from registry.domain.listing import ActLine, DossierLine, RevisionLine
from registry.domain.redaction import TAKEN_OUT
from registry.domain.refusal import NotFound, meant
from registry.projection import read
from registry.projection.reading import Moment, Reading

Signed = tuple[ActLine, Signature]
"""One signature, and where it stands in the ledger."""

Restated = tuple[str, Restatement]
"""One restatement, and when it was recorded."""


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a measure. ``changed`` are the members that a revision changed, ``voided`` whose signatures it voided."""

    seq: int
    recorded_at: str
    actor: str
    act: str
    revision: int
    partner: str | None = None
    by: str = ""
    authority: str = ""
    reason: str = ""
    period: str | None = None
    changed: tuple[str, ...] = ()
    voided: tuple[str, ...] = ()


def states_at(projection: Reading, moment: Moment) -> dict[tuple[str, str], State]:
    """The state of every measure, by community and variant."""
    day = date.fromisoformat(moment.as_of[:10])
    lines = read.dossiers(projection.cursor(), moment.entry.seq, current=moment.current)
    return {(line.community, line.variant): standing_of(line, day).state for line in lines}


def standing_at(projection: Reading, moment: Moment, reference: str) -> Standing:
    """How one measure stands, with the members that changed since each stale signature. Raises NotFound."""
    cursor = projection.cursor()
    line = dossier_at(cursor, moment, reference)
    revisions = read.revisions(cursor, moment.entry.seq, *variant_reference(reference))
    return standing_of(line, date.fromisoformat(moment.as_of[:10]), _changed_since(revisions))


def dossier_at(cursor: duck.Connection, moment: Moment, reference: str) -> DossierLine:
    """What decides one measure's state. Raises NotFound with the nearest name."""
    community, variant = variant_reference(reference)
    found = read.dossiers(cursor, moment.entry.seq, current=moment.current, community=community, variant=variant)
    if not found:
        known = [f"{line.community}/{line.id}" for line in read.list_variants(cursor, moment.entry.seq)]
        raise NotFound(f"There is no local measure {reference!r}.", hint=meant(reference, known))
    return found[0]


def history_of(projection: Reading, moment: Moment, reference: str) -> tuple[HistoryLine, ...]:
    """Everything that was done with a measure, in the order of the ledger. Raises NotFound."""
    cursor = projection.cursor()
    dossier_at(cursor, moment, reference)
    named = variant_reference(reference)
    line = moment.entry.seq
    signed = [
        (entry, msgspec.json.decode(entry.body, type=Signature))
        for entry in read.acts(cursor, line, "signatures", *named)
    ]
    restated = [
        (entry.recorded_at, msgspec.json.decode(entry.body, type=Restatement))
        for entry in read.acts(cursor, line, "restatements", *named)
    ]
    revised = _revised(read.revisions(cursor, line, *named), signed, restated)
    every = (*_said(signed), *_decided(cursor, line, named), *revised)
    return tuple(sorted(every, key=lambda entry: entry.seq))


def _changed_since(revisions: list[RevisionLine]) -> dict[str, tuple[str, ...]]:
    """For each earlier content, the members that the newest revision says otherwise."""
    newest = msgspec.json.decode(revisions[-1].body)
    return {
        revision.content_sha256: changed_members(msgspec.json.decode(revision.body), newest)
        for revision in revisions[:-1]
        if not _is_redacted(revision)
    }


def _is_redacted(revision: RevisionLine) -> bool:
    """Whether a revision's content was taken out, so that nobody can say what it changed."""
    return bool(msgspec.json.decode(revision.body)["title"] == TAKEN_OUT)


def _said(signed: Sequence[Signed]) -> Iterator[HistoryLine]:
    for entry, act in signed:
        yield HistoryLine(
            seq=entry.seq,
            recorded_at=entry.recorded_at,
            actor=entry.actor,
            act=act.act,
            revision=act.revision,
            partner=act.partner,
            by=act.by,
            authority=act.authority,
            reason=act.reason,
        )


def _decided(cursor: duck.Connection, line: int, named: tuple[str, str]) -> Iterator[HistoryLine]:
    for entry in read.acts(cursor, line, "decisions", *named):
        act = msgspec.json.decode(entry.body, type=Decision)
        yield HistoryLine(
            seq=entry.seq,
            recorded_at=entry.recorded_at,
            actor=entry.actor,
            act=act.act,
            revision=act.revision,
            reason=act.reason,
            period=act.period,
        )


def _revised(
    revisions: Sequence[RevisionLine], signed: Sequence[Signed], restated: Sequence[Restated]
) -> Iterator[HistoryLine]:
    reasons = {act.revision: act.reason for _, act in restated}
    before: RevisionLine | None = None
    for revision in revisions:
        changed: tuple[str, ...] = ()
        voided: tuple[str, ...] = ()
        redacted = _is_redacted(revision)
        if before is not None and not redacted:
            changed = changed_members(msgspec.json.decode(before.body), msgspec.json.decode(revision.body))
            held = {act.partner: act for entry, act in signed if entry.seq < revision.seq}
            lost = _standing_for(before, held, restated) - _standing_for(revision, held, restated)
            voided = tuple(partner for partner in held if partner in lost)
        yield HistoryLine(
            seq=revision.seq,
            recorded_at=revision.recorded_at,
            actor=revision.actor,
            act="restated" if revision.revision in reasons else "proposed",
            revision=revision.revision,
            reason=TAKEN_OUT if redacted else reasons.get(revision.revision, ""),
            changed=changed,
            voided=voided,
        )
        before = before if redacted else revision


def _standing_for(revision: RevisionLine, held: Mapping[str, Signature], restated: Sequence[Restated]) -> set[str]:
    """The partners whose last word is a signature that stood for a revision when it was registered."""
    until = [(moment, act) for moment, act in restated if act.revision <= revision.revision]
    binding = binding_contents(revision.content_sha256, until)
    return {partner for partner, act in held.items() if act.act == "signed" and act.content_sha256 in binding}
