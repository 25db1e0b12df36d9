"""What an operator does to keep a registry: a backup while others write, and a registry made from one.

A restored registry is the backed-up one to the byte. Its tokens are void unless the operator says otherwise: whoever held one when
the backup was taken may have lost it since. Projections are not backed up; they are built from the ledger when first asked.
"""

from contextlib import closing
from pathlib import Path

import msgspec

from registry.actions.writing import voided_tokens
from registry.domain.actor import Actor
from registry.domain.policy import require
from registry.ledger import copies
from registry.ledger.instant import Clock
from registry.ledger.sqlite import SqliteLedger
from registry.projection.caches import drop_caches


class BackedUp(msgspec.Struct, frozen=True):
    """A finished backup: where it stands, how many entries it holds, and the last one's chain value."""

    backup: str
    entries: int
    head: str | None


class Restored(msgspec.Struct, frozen=True):
    """A registry made from a backup: how many entries it has now, the last one's chain value, and whether its tokens were voided."""

    registry: str
    backup: str
    entries: int
    head: str
    tokens_voided: bool


def back_up(registry: Path, target: Path, *, actor: Actor) -> BackedUp:
    """Write a verified copy of a registry while others may write to it. Raises NotAllowed, Conflict, NotFound and Damaged."""
    require(actor, "back_up")
    SqliteLedger.open(registry).close()  # is it a registry of this program at all?
    found = copies.back_up(registry, target)
    return BackedUp(str(target), found.entries, found.head)


def restore(backup: Path, registry: Path, folder: Path, *, actor: Actor, now: Clock, keep_tokens: bool) -> Restored:
    """Make a registry from a backup, whole or not at all; old projections in its ``folder`` are dropped.

    Raises NotAllowed, Conflict where something is there, NotFound, NotARegistry, and Damaged for a backup that does not verify.
    """
    require(actor, "restore")

    def finish(aside: Path) -> None:
        if not keep_tokens:
            with closing(SqliteLedger.open(aside, now=now)) as ledger, ledger.writing() as writer:
                writer.append([voided_tokens("restored")], actor=actor.name)

    copies.restore(backup, registry, finish=finish)
    drop_caches(folder)
    with closing(SqliteLedger.open(registry)) as ledger:
        head = ledger.head()
    return Restored(str(registry), str(backup), head.seq, head.chain, not keep_tokens)
