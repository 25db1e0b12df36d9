"""Whether the ledger adds up: every entry follows the one before it, and every body is the one that was recorded.

The walk trusts nothing it reads, names every fault and not only the first, and blames an altered entry once: the next
entry may follow the altered one's chain value as it stands or as it ought to be, and columns of an entry whose chain
value does not fit are not used to judge later ones. Any store can be walked; `registry/ledger/sqlite.py` feeds it.
`tests/ledger/test_tampering.py` alters every byte of every column.
"""

from collections.abc import Mapping

import msgspec

from registry.ledger.entry import CHAINED, GENESIS, Fault, Verification, body_digest, chain_after


class Stored(msgspec.Struct, frozen=True):
    """One entry as the store holds it, unchecked, with its body's salt and bytes, both None when there is no body."""

    columns: Mapping[str, object]
    salt: object
    body: object


class Walk:
    """A walk over a ledger from its first entry on: `step` for each entry in order, then `finish`.

    ``kept`` is a chain value that somebody wrote down earlier: with it, entries missing at the end are found too.
    """

    def __init__(self, *, kept: str | None = None) -> None:
        self._kept = None if kept is None else kept.strip().lower()
        self._kept_found = False
        self._faults: list[Fault] = []
        self._entries = 0
        self._seq = 0
        self._chain: object = GENESIS
        self._predecessors: set[object] = {GENESIS}
        self._recorded_at = ""
        self._unknown = (
            0  # entries so far that are missing or cannot be believed: each may be a revision of any subject
        )
        self._revisions: dict[object, tuple[object, int]] = {}  # the last one, and how many were unknown then

    def note(self, what: str) -> None:
        """Add a fault that belongs to no entry."""
        self._faults.append(Fault(0, what))

    def step(self, stored: Stored) -> None:
        """Judge the next entry."""
        seq = stored.columns["seq"]
        if not isinstance(seq, int):
            self.note(f"An entry has the number {seq!r}.")
            return
        gap = seq != self._seq + 1
        if gap:
            self._blame(seq, _missing(self._seq + 1, seq - 1))
            self._unknown += max(0, seq - self._seq - 1)
        whole = self._judge_link(seq, stored.columns, gap=gap)
        self._judge_order(seq, stored.columns, whole=whole)
        fault = body_fault(stored.columns["body_sha256"], stored.salt, stored.body)
        if fault:
            self._blame(seq, fault)
        self._entries += 1
        self._seq = seq

    def finish(self) -> Verification:
        """Everything found, in the order of the entries; what belongs to no entry comes first."""
        if self._entries == 0:
            self.note("The ledger has no entries, not even its first.")
        if self._kept is not None and not self._kept_found:
            self.note(
                f"No entry has the chain value you kept, {self._kept}: "
                "entries after it was kept are missing at the end, or the ledger was written anew."
            )
        head = self._chain if self._entries and isinstance(self._chain, str) else None
        faults = sorted(self._faults, key=lambda fault: fault.seq)
        return Verification(entries=self._entries, head=head, faults=tuple(faults))

    def _blame(self, seq: int, what: str) -> None:
        self._faults.append(Fault(seq, what))

    def _judge_link(self, seq: int, columns: Mapping[str, object], *, gap: bool) -> bool:
        stored = columns["chain"]
        expected = {_chain_or_none(previous, columns) for previous in self._predecessors} - {None}
        whole = stored in expected
        if not whole and not gap:
            self._blame(seq, "The chain value does not fit: this entry was altered, or another stood before it.")
        self._chain = stored
        self._predecessors = {stored} if whole else {stored, *expected}
        self._kept_found = self._kept_found or self._kept in self._predecessors
        return whole

    def _judge_order(self, seq: int, columns: Mapping[str, object], *, whole: bool) -> None:
        subject, revision, recorded_at = columns["subject"], columns["revision"], columns["recorded_at"]
        if not whole:
            self._unknown += 1
            return
        last, unknown = self._revisions.get(subject, (0, 0))
        if not _follows(revision, last, self._unknown - unknown):
            self._blame(seq, f"Revision {revision} of {subject} follows revision {last}, which it should not.")
        self._revisions[subject] = (revision, self._unknown)
        if not isinstance(recorded_at, str) or recorded_at <= self._recorded_at:
            self._blame(seq, f"The time {recorded_at} is not later than the time of the entry before it.")
        else:
            self._recorded_at = recorded_at


def body_fault(expected: object, salt: object, body: object) -> str:
    """Why a stored body is not the one that an entry names by the hash ``expected``; empty when it is."""
    if salt is None and body is None:
        return "The body is missing."
    if not isinstance(salt, bytes) or not isinstance(body, bytes):
        return "The body is not bytes."
    try:
        digest = body_digest(salt, body)
    except ValueError as fault:
        return f"The body was altered. {fault}"
    return "" if digest == expected else "The body was altered: it is not the one that was recorded."


def _chain_or_none(previous: object, columns: Mapping[str, object]) -> str | None:
    try:
        return chain_after(str(previous), **{name: columns[name] for name in CHAINED})
    except ValueError:  # bytes that are no text, numbers too large: it cannot have been recorded like this
        return None


def _follows(revision: object, last: object, between: int) -> bool:
    """Whether it comes next, or could where up to so many revisions between the two are not known."""
    return isinstance(revision, int) and isinstance(last, int) and last < revision <= last + 1 + between


def _missing(first: int, last: int) -> str:
    if last < first:
        return f"The number is not {first}, which would come next."
    names = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
    return f"{names} missing before this one, whose own chain value can therefore not be checked."
