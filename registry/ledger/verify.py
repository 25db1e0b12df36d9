"""Whether the ledger adds up: every entry follows the one before it, and every body is the one that was recorded.

The walk trusts nothing it reads, names every fault and not only the first, and blames an altered entry once: the next
entry may follow the altered one's chain value as it stands or as it ought to be, and columns of an entry whose chain
value does not fit are not used to judge later ones. Any store can be walked.
`tests/ledger/test_tampering.py` alters every byte of every column.
"""

from collections.abc import Iterator, Mapping

import msgspec

from registry.ledger.entry import CHAINED, COLUMNS, GENESIS, Fault, Gone, Verification, body_digest, chain_after
from registry.ledger.store import SELECT_ENTRY, Store

_BODIES = "FROM entry LEFT JOIN body ON body.body_sha256 = entry.body_sha256"
_WITH_BODIES = f"{SELECT_ENTRY}, body.salt, body.bytes, NULL {_BODIES} ORDER BY entry.seq"
_WITH_REDACTIONS = f"""{SELECT_ENTRY}, body.salt, body.bytes, redaction.by_seq
  {_BODIES} LEFT JOIN redaction ON redaction.seq = entry.seq ORDER BY entry.seq"""
_ASTRAY = "SELECT seq, by_seq FROM redaction WHERE seq NOT IN (SELECT seq FROM entry) ORDER BY seq"
_ORPHANS = """
SELECT body.body_sha256 FROM body LEFT JOIN entry ON entry.body_sha256 = body.body_sha256
 WHERE entry.seq IS NULL ORDER BY body.body_sha256"""


class Stored(msgspec.Struct, frozen=True):
    """One entry as the store holds it, unchecked, with its body's salt and bytes, both None when there is no body.

    ``redacted_by`` is the number of the entry that is said to have taken the body out.
    """

    columns: Mapping[str, object]
    salt: object
    body: object
    redacted_by: object = None


class _Named(msgspec.Struct, frozen=True):
    """What a redaction's body says to this module: the entries that it takes the bodies of."""

    seqs: tuple[int, ...]


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
        self._redacted: dict[int, object] = {}
        self._named: dict[object, frozenset[int]] = {}

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
        self._judge_body(seq, stored)
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
        gone = tuple(self._judge_redactions())
        head = self._chain if self._entries and isinstance(self._chain, str) else None
        faults = sorted(self._faults, key=lambda fault: fault.seq)
        return Verification(entries=self._entries, head=head, faults=tuple(faults), redacted=gone)

    def _blame(self, seq: int, what: str) -> None:
        self._faults.append(Fault(seq, what))

    def _judge_body(self, seq: int, stored: Stored) -> None:
        if stored.redacted_by is not None:
            self._redacted[seq] = stored.redacted_by
            if stored.body is not None or stored.salt is not None:
                self._blame(
                    seq, f"It is said to be redacted by entry {stored.redacted_by}, but its body is still there."
                )
            return
        fault = body_fault(stored.columns["body_sha256"], stored.salt, stored.body)
        if fault:
            self._blame(seq, fault)
        elif stored.columns["kind"] == "redaction" and isinstance(stored.body, bytes):
            self._named[seq] = _seqs_of(stored.body)

    def _judge_redactions(self) -> Iterator[Gone]:
        """Every body that is gone is named by the redaction it is ascribed to, and every body that one names is gone."""
        for seq, by in self._redacted.items():
            if seq in self._named.get(by, ()) and isinstance(by, int):
                yield Gone(seq, by)
            else:
                self._blame(seq, f"Its body is gone, and entry {by}, which is said to redact it, does not name it.")
        for by, seqs in self._named.items():
            for seq in sorted(seqs):
                if self._redacted.get(seq) != by and isinstance(by, int):
                    self._blame(by, f"It redacts entry {seq}, which is not marked as redacted by it.")

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


def walk_over(store: Store, walk: Walk) -> None:
    """Walk over all rows of a store; what the store itself has to report is noted by whoever knows it."""
    redactions = store.knows_redactions()
    for row in store.stream(_WITH_REDACTIONS if redactions else _WITH_BODIES):
        *columns, salt, body, by = row
        walk.step(Stored(dict(zip(COLUMNS, columns, strict=True)), salt, body, by))
    for seq, by in store.stream(_ASTRAY) if redactions else ():
        walk.note(f"Entry {seq!s} is said to be redacted by entry {by!s}, and is not there.")
    for (digest,) in store.stream(_ORPHANS):
        walk.note(f"The body {digest!a} belongs to no entry.")


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


def _seqs_of(body: bytes) -> frozenset[int]:
    try:
        return frozenset(msgspec.json.decode(body, type=_Named).seqs)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return frozenset()


def _follows(revision: object, last: object, between: int) -> bool:
    """Whether it comes next, or could where up to so many revisions between the two are not known."""
    return isinstance(revision, int) and isinstance(last, int) and last < revision <= last + 1 + between


def _missing(first: int, last: int) -> str:
    if last < first:
        return f"The number is not {first}, which would come next."
    names = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
    return f"{names} missing before this one, whose own chain value can therefore not be checked."
