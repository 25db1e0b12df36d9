"""What a community does with grants: open its true figures to a role for a reason, and end that."""

from datetime import date

import msgspec

from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.domain.actor import Actor
from registry.domain.grant import Grant, GrantRole, unfit_grant
from registry.domain.policy import reaches, require
from registry.domain.refusal import Invalid, NotFound, meant
from registry.projection import read
from registry.projection.access import list_grants
from registry.projection.files import Projection


class GrantOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody asks to be opened: whose figures, to whom, until which day (UTC), and by which agreement."""

    community: str
    role: GrantRole
    until: date | None = None
    reason: str


def add_grant(projection: Projection, order: GrantOrder, *, actor: Actor, today: date) -> Receipt:
    """Open a community's true figures to a role. Raises NotAllowed, Invalid with every finding, and NotFound for an unknown community."""
    require(actor, "add_grant", community=order.community)
    findings = tuple(unfit_grant(order.reason, order.until, today))
    if findings:
        raise Invalid("This cannot be a grant; nothing was opened.", findings=findings)
    with writing(projection) as writer:
        places = [entry.slug for entry in read.list_communities(projection.cursor(), writer.head.seq)]
        if order.community not in places:
            raise NotFound(f"There is no community {order.community!r}.", hint=meant(order.community, places))
        grant = Grant(id=f"g{writer.head.seq + 1}", **msgspec.structs.asdict(order))
        (entry,) = writer.append((document_draft("grant", f"grant:{grant.id}", grant),), actor=actor.name)
        return receipt(entry, written=True)


def end_grant(projection: Projection, identifier: str, *, actor: Actor) -> Receipt:
    """End a grant: what it opened is masked again from the next request on. One that was ended already writes nothing.

    Raises NotFound for one that is not there or not within this actor's reach, in the same words.
    """
    require(actor, "end_grant")
    with writing(projection) as writer:
        grants = [held.grant for held in list_grants(projection.cursor(), writer.head.seq)]
        known = {grant.id: grant for grant in grants if reaches(actor, "end_grant", grant.community)}
        if identifier not in known:
            raise NotFound(f"There is no grant {identifier!r}.", hint=meant(identifier, list(known)))
        draft = document_draft("grant", f"grant:{identifier}", msgspec.structs.replace(known[identifier], ended=True))
        newest = projection.ledger.newest(draft.subject)
        if known[identifier].ended and newest is not None:
            return receipt(newest, written=False)
        (entry,) = writer.append((draft,), actor=actor.name)
        return receipt(entry, written=True)
