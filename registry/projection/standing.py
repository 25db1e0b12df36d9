"""How local measures stand at a moment: their states, where each partner stands, and who did what when.

The rules are those of ``registry/domain/agreement.py``; here the rows are fetched that they speak of.
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from registry import duck
from registry.domain.agreement import Decision, Restatement, Signature, Standing, State, changed_members
from registry.domain.dossier import standing_of
from registry.domain.ids import variant_reference
from registry.domain.listing import DossierLine, RevisionLine
from registry.domain.refusal import NotFound, meant
from registry.projection import read
from registry.projection.answer import Moment
from registry.projection.files import Projection


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


def states_at(projection: Projection, moment: Moment) -> dict[tuple[str, str], State]:
    """The state of every measure, by community and variant."""
    day = date.fromisoformat(moment.as_of[:10])
    lines = read.dossiers(projection.cursor(), moment.entry.seq, current=moment.current)
    return {(line.community, line.variant): standing_of(line, day).state for line in lines}


def standing_at(projection: Projection, moment: Moment, reference: str) -> Standing:
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


def history_of(projection: Projection, moment: Moment, reference: str) -> tuple[HistoryLine, ...]:
    """Everything that was done with a measure, in the order of the ledger. Raises NotFound."""
    cursor = projection.cursor()
    dossier_at(cursor, moment, reference)
    named = variant_reference(reference)
    line = moment.entry.seq
    restated = {
        act.revision: act.reason
        for entry in read.acts(cursor, line, "restatements", *named)
        for act in (msgspec.json.decode(entry.body, type=Restatement),)
    }
    said = sorted((*_signed(cursor, line, named), *_decided(cursor, line, named)), key=lambda entry: entry.seq)
    revised = tuple(_revised(read.revisions(cursor, line, *named), said, restated))
    return tuple(sorted((*said, *revised), key=lambda entry: entry.seq))


def _changed_since(revisions: list[RevisionLine]) -> dict[str, tuple[str, ...]]:
    """For each earlier content, the members that the newest revision says otherwise."""
    newest = msgspec.json.decode(revisions[-1].body)
    return {
        revision.content_sha256: changed_members(msgspec.json.decode(revision.body), newest)
        for revision in revisions[:-1]
    }


def _signed(cursor: duck.Connection, line: int, named: tuple[str, str]) -> Iterator[HistoryLine]:
    for entry in read.acts(cursor, line, "signatures", *named):
        act = msgspec.json.decode(entry.body, type=Signature)
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


def _revised(revisions: list[RevisionLine], said: list[HistoryLine], restated: dict[int, str]) -> Iterator[HistoryLine]:
    before: RevisionLine | None = None
    for revision in revisions:
        changed: tuple[str, ...] = ()
        if before is not None:
            changed = changed_members(msgspec.json.decode(before.body), msgspec.json.decode(revision.body))
        kept = revision.revision in restated
        signed: dict[str, str] = {}
        for entry in said:
            if entry.seq < revision.seq and entry.partner is not None:
                signed[entry.partner] = entry.act
        yield HistoryLine(
            seq=revision.seq,
            recorded_at=revision.recorded_at,
            actor=revision.actor,
            act="restated" if kept else "proposed",
            revision=revision.revision,
            reason=restated.get(revision.revision, ""),
            changed=changed,
            voided=tuple(partner for partner, act in signed.items() if act == "signed") if changed and not kept else (),
        )
        before = revision
