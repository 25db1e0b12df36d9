"""Whose true figures may a role read that is not their owner?

A community can open its figures, unmasked, to a named role: network staff, analysts, or its own partners; never to the public. The grant is
an entry of the ledger. It holds for answers given at its line or later, from then on until its last day, or until it is ended; and because
what counts is today's grants, nobody reads with an ended one by asking for an earlier day. Tests: ``tests/domain/test_grant.py``.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import msgspec

from registry.domain.actor import Actor
from registry.domain.finding import Finding
from registry.domain.policy import reaches

GrantRole = Literal["network", "analyst", "partner"]
"""To whom a community can open its figures; ``partner`` means its own partners."""


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A data-sharing agreement as the ledger keeps it. ``until`` is its last day (UTC), null while nobody ends it."""

    id: str
    community: str
    role: GrantRole
    until: date | None = None
    reason: str
    ended: bool = False


class GrantLine(msgspec.Struct, frozen=True, kw_only=True):
    """A grant as it stands at the ledger's head, with the line of the ledger at which it was made."""

    seq: int
    recorded_at: str
    actor: str
    grant: Grant


def standing_grant(held: GrantLine, day: date) -> str:
    """How a grant stands on a day: open, ended by somebody, or over because its last day is.

    >>> grant = Grant(id="g7", community="alder", role="analyst", until=date(2026, 6, 30), reason="A study.")
    >>> standing_grant(GrantLine(seq=7, recorded_at="", actor="ana", grant=grant), date(2026, 7, 1))
    'over'
    """
    if held.grant.ended:
        return "ended"
    return "over" if held.grant.until is not None and day > held.grant.until else "open"


def known_jointly(held: Iterable[GrantLine]) -> tuple[frozenset[str], ...]:
    """The sets of communities whose true figures one role may read together, by grants that nobody has ended.

    A grant that is over by its date still counts: who had it has read. A partner's grant is for one community and adds nothing here.
    """
    opened: dict[str, set[str]] = {}
    for line in held:
        if not line.grant.ended and line.grant.role != "partner":
            opened.setdefault(line.grant.role, set()).add(line.grant.community)
    return tuple(sorted((frozenset(names) for names in opened.values() if len(names) > 1), key=sorted))


def unfit_grant(reason: str, until: date | None, today: date) -> Iterator[Finding]:
    """What cannot be in a grant."""
    if not reason.strip():
        yield _wrong("/reason", "Nothing says why.", "Name the agreement, in a few words.")
    if until is not None and until < today:
        yield _wrong("/until", f"{until} is over already.", "Name a later day.")


def opened_by(actor: Actor, grants: Iterable[GrantLine], *, line: int, day: date) -> frozenset[str]:
    """The communities whose true cells this actor may read in an answer at a line of the ledger, today being ``day``.

    ``grants`` are those known at the ledger's head. An editor reads the own community's; everybody else what grants open. The operator is
    answered as network staff are.
    """
    role = "network" if actor.role == "operator" else actor.role
    opened = {
        held.grant.community
        for held in grants
        if held.grant.role == role
        and held.seq <= line
        and standing_grant(held, day) == "open"
        and (role != "partner" or actor.community == held.grant.community)
    }
    own = actor.community
    return frozenset(opened | ({own} if own is not None and reaches(actor, "read_true_cells", own) else set()))


def _wrong(pointer: str, detail: str, hint: str) -> Finding:
    return Finding(rule="grant-unfit", severity="error", pointer=pointer, detail=detail, hint=hint)
