"""What partners and the network do with a local measure: sign, decline, take a signature back, accept, waive a year, retire.

Each act is one entry of the ledger, bound to the very content that stands under the lock: whoever signed something else is told so. Who
may do what, and when, is the table of ``registry/domain/agreement.py``.
"""

from datetime import date

import msgspec

from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.domain.actor import Actor
from registry.domain.agreement import Act, Decision, Signature, Standing, refuse_act
from registry.domain.dossier import standing_of
from registry.domain.ids import owner_of, variant_reference
from registry.domain.listing import DossierLine
from registry.domain.period import Unreadable, read_period
from registry.domain.policy import require
from registry.domain.refusal import Conflict, Invalid, NotFound, meant
from registry.ledger.writer import Writer
from registry.projection import read
from registry.projection.files import Projection


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as it stands under the lock: its name, what decides its state, and its standing today."""

    reference: str
    dossier: DossierLine
    standing: Standing

    @property
    def content(self) -> str:
        """The hash of the content that stands."""
        return self.dossier.contents[-1]


def sign_variant(
    projection: Projection,
    reference: str,
    *,
    partner: str,
    by: str,
    authority: str,
    actor: Actor,
    content: str | None = None,
) -> Receipt:
    """Sign a measure for a partner. ``by`` is the person, ``authority`` the right by which it signs, ``content`` the hash it has seen.

    Signing the same content again writes nothing. Raises NotFound, NotAllowed, Conflict, and Invalid without a name or an authority.
    """
    require(actor, "sign_variant", community=owner_of(reference), partner=partner)
    _refuse_silence(by=by, authority=authority)
    with writing(projection) as writer:
        opened = open_variant(projection, reference, "sign", actor, partner)
        if content is not None and content != opened.content:
            raise Conflict(
                f"{reference} has changed since it was read: its content is {opened.content[:12]} now.",
                hint="Read it again with `outcomes variant show`, then sign what it says now.",
            )
        said = _said(opened, partner, "signed", by, authority=authority)
        standing = next(entry for entry in opened.standing.partners if entry.partner == partner)
        if standing.status == "signed" and (standing.by, standing.authority) == (by, authority):
            return _nothing_new(projection, f"signature:{reference}/{partner}")
        return _keep(writer, f"signature:{reference}/{partner}", said, actor)


def decline_variant(
    projection: Projection, reference: str, *, partner: str, by: str, reason: str, actor: Actor
) -> Receipt:
    """Say for a partner that it does not sign, and why; after a restatement this is the objection. Raises as ``sign_variant``."""
    require(actor, "decline_variant", community=owner_of(reference), partner=partner)
    _refuse_silence(by=by, reason=reason)
    with writing(projection) as writer:
        opened = open_variant(projection, reference, "decline", actor, partner)
        return _keep(
            writer, f"signature:{reference}/{partner}", _said(opened, partner, "declined", by, reason=reason), actor
        )


def withdraw_signature(
    projection: Projection, reference: str, *, partner: str, by: str, reason: str, actor: Actor
) -> Receipt:
    """Take a partner's signature back. Raises as ``sign_variant``, and Conflict where there is none to take back."""
    require(actor, "withdraw_signature", community=owner_of(reference), partner=partner)
    _refuse_silence(by=by, reason=reason)
    with writing(projection) as writer:
        opened = open_variant(projection, reference, "withdraw-signature", actor, partner)
        standing = next(entry for entry in opened.standing.partners if entry.partner == partner)
        if standing.status not in {"signed", "restated", "stale"}:
            raise Conflict(
                f"{partner} has no signature on {reference} to take back: it is {standing.status}.",
                hint="To say no, use `outcomes variant decline`.",
            )
        return _keep(
            writer, f"signature:{reference}/{partner}", _said(opened, partner, "withdrawn", by, reason=reason), actor
        )


def accept_variant(projection: Projection, reference: str, *, reason: str = "", actor: Actor) -> Receipt:
    """Accept, for the network, that a measure departs from its template as it says. Raises NotFound, NotAllowed, Conflict."""
    require(actor, "accept_variant", community=owner_of(reference))
    with writing(projection) as writer:
        opened = open_variant(projection, reference, "accept", actor)
        return _decide(writer, opened, "accepted", actor, reason=reason)


def waive_period(projection: Projection, reference: str, *, period: str, reason: str, actor: Actor) -> Receipt:
    """Excuse a community from one period's result. Raises NotFound, NotAllowed, Conflict, and Invalid for what is no period."""
    require(actor, "waive_period", community=owner_of(reference))
    _refuse_silence(reason=reason)
    with writing(projection) as writer:
        opened = open_variant(projection, reference, "waive", actor)
        read_as = read_period(period, opened.dossier.kind)
        if isinstance(read_as, Unreadable):
            raise Invalid(f"The period {period!r} cannot be read: {read_as.detail}", hint=read_as.hint)
        if read_as.code in opened.dossier.waived:
            raise Conflict(f"{read_as.code} of {reference} is waived already.")
        return _decide(writer, opened, "waived", actor, reason=reason, period=read_as.code)


def retire_variant(projection: Projection, reference: str, *, reason: str, actor: Actor) -> Receipt:
    """Retire a measure: its history stays, and it counts in no answer from now on. Raises NotFound, NotAllowed, Conflict."""
    require(actor, "retire_variant", community=owner_of(reference))
    _refuse_silence(reason=reason)
    with writing(projection) as writer:
        opened = open_variant(projection, reference, "retire", actor)
        return _decide(writer, opened, "retired", actor, reason=reason)


def open_variant(projection: Projection, reference: str, act: Act, actor: Actor, partner: str | None = None) -> Opened:
    """A measure as it stands at the ledger's head, where the act may be done to it.

    Raises NotFound for a measure or partner that is not there, NotAllowed and Conflict as the table of acts says.
    """
    head = projection.catch_up()
    cursor = projection.cursor()
    community, variant = variant_reference(reference)
    found = read.dossiers(cursor, head.seq, current=True, community=community, variant=variant)
    if not found:
        known = [f"{line.community}/{line.id}" for line in read.list_variants(cursor, head.seq)]
        raise NotFound(f"There is no local measure {reference!r}.", hint=meant(reference, known))
    standing = standing_of(found[0], date.fromisoformat(head.recorded_at[:10]))
    partners = [entry.partner for entry in standing.partners]
    if partner is not None and partner not in partners:
        raise NotFound(f"{reference} names no partner {partner!r}.", hint=meant(partner, partners))
    refuse_act(act, standing.state, actor, community=community, partner=partner)
    return Opened(reference=reference, dossier=found[0], standing=standing)


def _said(opened: Opened, partner: str, act: str, by: str, *, authority: str = "", reason: str = "") -> Signature:
    return msgspec.convert(
        {
            "variant": opened.reference,
            "partner": partner,
            "act": act,
            "revision": opened.dossier.revision,
            "content_sha256": opened.content,
            "by": by,
            "authority": authority,
            "reason": reason,
        },
        Signature,
    )


def _decide(
    writer: Writer, opened: Opened, act: str, actor: Actor, *, reason: str, period: str | None = None
) -> Receipt:
    decision = msgspec.convert(
        {
            "variant": opened.reference,
            "act": act,
            "revision": opened.dossier.revision,
            "content_sha256": opened.content,
            "reason": reason,
            "period": period,
        },
        Decision,
    )
    (entry,) = writer.append((document_draft("decision", f"decision:{opened.reference}", decision),), actor=actor.name)
    return receipt(entry, written=True, content_sha256=opened.content)


def _keep(writer: Writer, subject: str, said: Signature, actor: Actor) -> Receipt:
    (entry,) = writer.append((document_draft("signature", subject, said),), actor=actor.name)
    return receipt(entry, written=True, content_sha256=said.content_sha256)


def _nothing_new(projection: Projection, subject: str) -> Receipt:
    entry = projection.ledger.newest(subject)
    if entry is None:
        raise NotFound(f"There is no {subject} in the ledger.")
    return receipt(entry, written=False)


def _refuse_silence(**said: str) -> None:
    for name, words in said.items():
        if not words.strip():
            raise Invalid(f"Nothing is said under {name!r}.", hint=f"Give --{name} with a few words.")
