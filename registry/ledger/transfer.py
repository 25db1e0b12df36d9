"""How one ledger becomes another one elsewhere: every entry and body as it is, hashes, salts, chain and all.

Nothing is written anew, so whoever kept a head of the one finds it in the other. The source is walked before, the target
after, both in one state: what does not add up is not moved.
"""

from registry.domain.refusal import Damaged
from registry.ledger.entry import Verification
from registry.ledger.store import SELECT_ENTRY, VERIFY, Store
from registry.ledger.verify import Walk, walk_over
from registry.ledger.writer import INSERT_BODY, INSERT_ENTRY, INSERT_REDACTION

_ENTRIES = f"{SELECT_ENTRY} FROM entry ORDER BY entry.seq"
_BODIES = """
SELECT body.body_sha256, body.salt, body.bytes
  FROM entry JOIN body ON body.body_sha256 = entry.body_sha256 ORDER BY entry.seq"""


def transfer(source: Store, target: Store) -> Verification:
    """Put everything of one store into the empty tables of another, and return what a walk over that other one found.

    Raises Damaged when either of them does not add up, or they are not the same.
    """
    before = _whole(source, "The registry to copy")
    target.extend(INSERT_BODY, source.stream(_BODIES))
    target.extend(INSERT_ENTRY, source.stream(_ENTRIES))
    if source.knows_redactions():
        target.extend(INSERT_REDACTION, source.stream("SELECT seq, by_seq FROM redaction ORDER BY seq"))
    after = _whole(target, "The copy")
    if (after.entries, after.head) != (before.entries, before.head):
        raise Damaged("The copy is not what was to be copied; it was thrown away.", hint="Try again.")
    return after


def _whole(store: Store, what: str) -> Verification:
    walk = Walk()
    walk_over(store, walk)
    found = walk.finish()
    if found.faults:
        seq, fault = found.faults[0].seq, found.faults[0].what
        where = f"line {seq}: " if seq else ""
        more = f", and {len(found.faults) - 1} more" if len(found.faults) > 1 else ""
        raise Damaged(f"{what} does not add up ({where}{fault.rstrip('.')}{more}); nothing was copied.", hint=VERIFY)
    return found
