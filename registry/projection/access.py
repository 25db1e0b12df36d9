"""Who is asking, and what is open to them: the tokens and grants that the ledger holds, judged at its very head.

A revoked token or an ended grant is so for every process from its next request on, because each request catches up first.
"""

from datetime import date

import msgspec

from registry import duck
from registry.domain.actor import Actor
from registry.domain.grant import Grant, GrantLine, opened_by
from registry.domain.listing import GrantRow, TokenLine
from registry.domain.policy import require
from registry.domain.token import Token, holder_of, refused_token, token_digest, token_id
from registry.ledger.instant import Clock, moment_text
from registry.projection import read
from registry.projection.files import Projection


def list_tokens(cursor: duck.Connection, line: int) -> list[TokenLine]:
    """Give me every token, without its secret: nobody has that but its holder."""
    return duck.rows(cursor, "lists/tokens", TokenLine, {"line": line})


def list_grants(cursor: duck.Connection, line: int) -> list[GrantLine]:
    """Give me every grant, also those that ended."""
    return [_grant_line(row) for row in duck.rows(cursor, "lists/grants", GrantRow, {"line": line})]


def token_of(line: TokenLine) -> Token:
    """The token that stands in a list's line."""
    return msgspec.json.decode(line.body, type=Token)


def actor_by_token(projection: Projection, word: str, *, now: Clock) -> Actor:
    """Whom a presented token makes its holder, by the ledger's head. Raises TokenRefused, with one answer for every reason."""
    head = projection.catch_up()
    named = token_id(word)
    if named is None:
        raise refused_token()
    line = next((held for held in list_tokens(projection.cursor(), head.seq) if held.id == named), None)
    return holder_of(
        None if line is None else token_of(line),
        token_digest(projection.ledger.registry_id, word),
        voided=line is not None and line.voided,
        day=today(projection, now=now),
    )


def today(projection: Projection, *, now: Clock) -> date:
    """The day by the clock (UTC), and never before the ledger's last line: a clock that was set back revives nothing."""
    head = projection.catch_up()
    return date.fromisoformat(max(moment_text(now()), head.recorded_at)[:10])


def true_cells(projection: Projection, actor: Actor, *, line: int, day: date, unmasked: bool = False) -> frozenset[str]:
    """The communities whose true cells this actor may read in an answer at a line of the ledger; ``day`` is today, never the as-of.

    An editor's own, and what grants open. ``unmasked`` asks for all of them. Raises NotAllowed for who may not ask that.
    """
    head = projection.catch_up()
    cursor = projection.cursor()
    if unmasked:
        require(actor, "read_unmasked")
        return frozenset(entry.slug for entry in read.list_communities(cursor, head.seq))
    return opened_by(actor, list_grants(cursor, head.seq), line=line, day=day)


def _grant_line(row: GrantRow) -> GrantLine:
    grant = msgspec.json.decode(row.body, type=Grant)
    return GrantLine(seq=row.seq, recorded_at=row.recorded_at, actor=row.actor, grant=grant)
