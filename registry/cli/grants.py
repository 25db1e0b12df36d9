"""Commands over grants: open a community's true figures to a role, list that, end it. Each one is arguments, one call, one print."""

from datetime import date
from typing import Annotated

import msgspec
from cyclopts import Parameter

from registry.actions.grants import GrantOrder, add_grant, end_grant
from registry.cli.context import Context
from registry.cli.shown import done, listed
from registry.cli.tokens import day
from registry.domain.grant import GrantLine, GrantRole, standing_grant
from registry.domain.policy import reaches
from registry.projection.access import list_grants

Ctx = Annotated[Context, Parameter(parse=False)]


class GrantShown(msgspec.Struct, frozen=True, kw_only=True):
    """A grant in a list, and how it stands."""

    id: str
    community: str
    role: GrantRole
    until: date | None
    reason: str
    granted_by: str
    recorded_at: str
    seq: int
    status: str


def add(*, community: str, role: GrantRole, until: str | None = None, reason: str, context: Ctx) -> int:
    """Open a community's true figures, unmasked, to a role, for as long as an agreement lasts.

    Parameters
    ----------
    community
        The community whose figures are opened.
    role
        To whom: network, analyst, or partner (the community's own partners).
    until
        The last day (UTC), such as 2027-06-30; else until it is ended.
    reason
        By which agreement, in a few words.
    """
    order = GrantOrder(community=community, role=role, until=day(until), reason=reason)
    projection = context.projection()
    receipt = add_grant(projection, order, actor=context.actor(), today=context.today(projection))
    return done(context, receipt, "open")


def list_(*, context: Ctx) -> int:
    """List the grants within your reach, also those that ended."""
    projection, actor = context.reading("read_grants"), context.actor()
    today = context.today(projection)
    every = list_grants(projection.cursor(), projection.catch_up().seq)
    shown = [_shown(held, today) for held in every if reaches(actor, "read_grants", held.grant.community)]
    rows = [
        (line.id, line.community, line.role, str(line.until or "-"), line.status, line.reason, line.granted_by)
        for line in shown
    ]
    return listed(context, shown, "Grants", ("grant", "community", "open to", "until", "status", "why", "by"), rows)


def end(grant: str, /, *, context: Ctx) -> int:
    """End a grant: what it opened is masked again from the next request on.

    Parameters
    ----------
    grant
        The grant's id, as the list shows it.
    """
    return done(context, end_grant(context.projection(), grant, actor=context.actor()), "ended")


def _shown(held: GrantLine, today: date) -> GrantShown:
    grant = held.grant
    return GrantShown(
        id=grant.id,
        community=grant.community,
        role=grant.role,
        until=grant.until,
        reason=grant.reason,
        granted_by=held.actor,
        recorded_at=held.recorded_at,
        seq=held.seq,
        status=standing_grant(held, today),
    )
