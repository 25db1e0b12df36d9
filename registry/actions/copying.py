"""Copy a registry to another place, a file or a server: whole, verified, or not at all.

The copy has the same entries, hashes and chain, so a head that was kept of the one is found in the other. Tokens of the one
open nothing in the other unless that is asked for: where there are any, one more entry, of the kind ``tokens_voided``,
follows in the copy. It is the only difference.
"""

from collections.abc import Callable

import msgspec

from registry.actions.writing import voided_tokens
from registry.domain.actor import Actor
from registry.domain.policy import require
from registry.ledger.contract import Ledger
from registry.ledger.instant import Clock
from registry.ledger.store import Store
from registry.ledger.transfer import transfer
from registry.ledger.writer import Writer

Make = Callable[[Callable[[Store], None]], Ledger]
"""Makes a ledger of what a function puts into its empty tables, whole or not at all."""

_TOKENS = "SELECT count(*) FROM entry WHERE kind = 'token'"


class Copied(msgspec.Struct, frozen=True):
    """What was copied: how many entries came over, the head they have in common, and whether tokens were voided in the copy."""

    source: str
    target: str
    entries: int
    head: str
    tokens_voided: bool


def copy_registry(source: Ledger, make: Make, *, now: Clock, actor: Actor, void_tokens: bool = True) -> Copied:
    """Copy ``source`` into the ledger that ``make`` makes.

    Raises NotAllowed, Damaged when the source does not add up, Conflict when something stands in the target's place, and what either
    ledger raises. Nothing is left of a copy that failed.
    """
    require(actor, "copy_registry")
    found: list[tuple[int, str, bool]] = []

    def fill(target: Store) -> None:
        same = transfer(state, target)
        voided = void_tokens and target.select(_TOKENS) != [(0,)]
        if voided:
            Writer(target, now).append([voided_tokens("copied")], actor=actor.name)
        found.append((same.entries, str(same.head), voided))

    with source.snapshot() as state:
        made = make(fill)
    made.close()
    ((entries, head, voided),) = found
    return Copied(source.name, made.name, entries, head, voided)
