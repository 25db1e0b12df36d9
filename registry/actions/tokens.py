"""What people do with tokens: give one to somebody, take one back. A token is shown once; the ledger keeps a hash of it.

Nobody gives more than the own role, place, scope and time (``registry/domain/token.py``).
"""

import secrets
from datetime import date

import msgspec

from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.domain.actor import Actor
from registry.domain.policy import reaches, require
from registry.domain.refusal import Invalid, NotFound, meant
from registry.domain.token import (
    ID_BYTES,
    SECRET_BYTES,
    Token,
    TokenOrder,
    named_id,
    refuse_more,
    token_digest,
    token_word,
    unfit_order,
)
from registry.ledger.writer import Writer
from registry.projection import read
from registry.projection.access import list_tokens, token_of
from registry.projection.files import Projection


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A new token: the word that its holder keeps and nobody can show again, and what the ledger keeps."""

    word: str
    token: Token
    receipt: Receipt

    def __repr__(self) -> str:
        """Without the word: what is printed in passing must not open the registry."""
        return f"Issued(token {self.token.id})"


def create_token(projection: Projection, order: TokenOrder, *, actor: Actor, today: date) -> Issued:
    """Make a token. An editor's analysts belong to the editor's community.

    Raises NotAllowed for what would be more than the actor is, Invalid with every finding, NotFound for a community or partner that is not
    there.
    """
    require(actor, "create_token", community=order.community or actor.community)
    if order.role == "analyst" and order.community is None and actor.role == "editor":
        order = msgspec.structs.replace(order, community=actor.community)
    findings = tuple(unfit_order(order, today))
    if findings:
        raise Invalid("This cannot be a token; nothing was made.", findings=findings)
    refuse_more(actor, order)
    with writing(projection) as writer:
        _refuse_strangers(projection, writer.head.seq, order)
        identifier = _new_id(writer)
        word = token_word(identifier, secrets.token_hex(SECRET_BYTES))
        token = Token(
            **msgspec.structs.asdict(order),
            id=identifier,
            secret_sha256=token_digest(projection.ledger.registry_id, word),
            created_by=actor.name,
        )
        (entry,) = writer.append((document_draft("token", f"token:{identifier}", token),), actor=actor.name)
    return Issued(word=word, token=token, receipt=receipt(entry, written=True))


def revoke_token(projection: Projection, identifier: str, *, actor: Actor) -> Receipt:
    """Take a token back for good, from the next request on. One that is revoked already writes nothing.

    Raises NotFound for one that is not there or not within this actor's reach, in the same words.
    """
    require(actor, "revoke_token")
    name = named_id(identifier)
    with writing(projection) as writer:
        lines = list_tokens(projection.cursor(), writer.head.seq)
        known = {token.id: token for token in map(token_of, lines) if reaches(actor, "revoke_token", token.community)}
        if name not in known:
            raise NotFound(f"There is no token {name!r}.", hint=meant(name, list(known)))
        draft = document_draft("token", f"token:{name}", msgspec.structs.replace(known[name], revoked=True))
        newest = projection.ledger.newest(draft.subject)
        if known[name].revoked and newest is not None:
            return receipt(newest, written=False)
        (entry,) = writer.append((draft,), actor=actor.name)
        return receipt(entry, written=True)


def _new_id(writer: Writer) -> str:
    while True:
        identifier = secrets.token_hex(ID_BYTES)
        if not writer.revision_of(f"token:{identifier}"):
            return identifier


def _refuse_strangers(projection: Projection, line: int, order: TokenOrder) -> None:
    """Refuse a community, or a partner of it, that the registry does not know."""
    if order.community is None:
        return
    cursor = projection.cursor()
    places = {entry.slug: entry for entry in read.list_communities(cursor, line)}
    if order.community not in places:
        raise NotFound(f"There is no community {order.community!r}.", hint=meant(order.community, list(places)))
    if order.partner is None:
        return
    named = [partner.id for partner in read.community_of(places[order.community]).partners]
    for held in read.list_variants(cursor, line, order.community):
        named += [partner.id for partner in read.variant_of(held).partners]
    if order.partner not in named:
        raise NotFound(
            f"{order.community} names no partner {order.partner!r}.", hint=meant(order.partner, sorted(set(named)))
        )
