"""How entries and bodies are read: by number, by time, by subject, by action; the same inside and outside a write.

Written once for every store. What cannot be read as an entry is Damaged, never skipped.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from registry.domain.refusal import Damaged, NotFound, Redacted
from registry.ledger.entry import COLUMNS, Entry
from registry.ledger.instant import moment_text
from registry.ledger.store import SELECT_ENTRY, VERIFY, Store, Value
from registry.ledger.verify import body_fault

_PAGE = 500  # entries at once: no read stays open between them, which would hold up checkpoints and our own writes


class Founding(msgspec.Struct, frozen=True):
    """What the first entry of a ledger says: which registry this is, and of which network."""

    id: str
    network: str


def read_entries(store: Store, rest: str, *values: Value) -> tuple[Entry, ...]:
    """The entries that ``rest``, the query from its WHERE on, asks for. Raises Damaged."""
    rows = store.select(f"{SELECT_ENTRY} FROM entry {rest}", *values)
    try:
        return tuple(msgspec.convert(dict(zip(COLUMNS, row, strict=True)), Entry) for row in rows)
    except msgspec.ValidationError as fault:
        raise Damaged(f"An entry cannot be read: {fault}.", hint=VERIFY) from fault


def last_entry(store: Store) -> Entry | None:
    """The last entry; None only while a ledger is made, or when somebody emptied it."""
    return next(iter(read_entries(store, "ORDER BY seq DESC LIMIT 1")), None)


def head_of(store: Store) -> Entry:
    """The last entry. Raises Damaged when there is none at all."""
    return some(last_entry(store))


def some(entry: Entry | None) -> Entry:
    """The entry that must be there. Raises Damaged when it is not."""
    if entry is None:
        raise Damaged("The ledger has no entries, not even its first.", hint=VERIFY)
    return entry


def entry_of(store: Store, seq: int) -> Entry:
    """The entry with this number. Raises NotFound."""
    for entry in read_entries(store, "WHERE seq = ?", seq):
        return entry
    raise NotFound(f"The ledger has no entry {seq}.", hint="See which there are with `outcomes ledger log`.")


def newest_of(store: Store, subject: str) -> Entry | None:
    """The subject's newest revision; None when there is none."""
    return next(iter(read_entries(store, "WHERE subject = ? ORDER BY revision DESC LIMIT 1", subject)), None)


def last_revision(store: Store, subject: str) -> int:
    """The subject's last revision; 0 when there is none."""
    newest = newest_of(store, subject)
    return newest.revision if newest else 0


def entries_between(store: Store, after: int, upto: int | None) -> Iterator[Entry]:
    """The entries with ``after < seq <= upto``, in order; without ``upto``, all there are when reading starts."""
    if upto is None:
        upto = head_of(store).seq
    while page := read_entries(store, f"WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT {_PAGE}", after, upto):
        yield from page
        after = page[-1].seq


def latest_entries(store: Store, limit: int, upto: int, subject: str | None) -> tuple[Entry, ...]:
    """The last entries with ``seq <= upto``, newest first, at most ``limit``; of one subject where it is named."""
    if subject is None:
        return read_entries(store, "WHERE seq <= ? ORDER BY seq DESC LIMIT ?", upto, limit)
    rest = "WHERE subject = ? AND seq <= ? ORDER BY revision DESC LIMIT ?"
    return read_entries(store, rest, subject, upto, limit)


def last_at(store: Store, as_of: datetime) -> Entry | None:
    """The last entry recorded at or before this moment; None when there was none yet."""
    rest = "WHERE recorded_at <= ? ORDER BY recorded_at DESC LIMIT 1"
    return next(iter(read_entries(store, rest, moment_text(as_of))), None)


def action_of(store: Store, actor: str, idempotency_key: str) -> tuple[Entry, ...]:
    """All entries of the action that this actor sent with this key, in order; none when there is no such action."""
    rest = """
        JOIN (SELECT seq AS first, action_id AS action FROM entry WHERE actor = ? AND idempotency_key = ?) AS keyed
          ON seq >= first AND action_id = action
        ORDER BY seq"""
    return read_entries(store, rest, actor, idempotency_key)


def body_of(store: Store, entry: Entry | str) -> bytes:
    """The recorded bytes of an entry, or of a ``body_sha256``, checked against the hash on every reading.

    Raises Redacted when they were taken out, Damaged, naming the entry, when they are missing or altered; NotFound for a
    hash that no entry has.
    """
    digest = entry if isinstance(entry, str) else entry.body_sha256
    rows = store.select("SELECT salt, bytes FROM body WHERE body_sha256 = ?", digest)
    salt, body = rows[0] if rows else (None, None)
    fault = body_fault(digest, salt, body)
    if isinstance(body, bytes) and not fault:
        return body
    seq = _seq_of(store, entry)
    by = None if rows else redacted_by(store, seq)
    if by is not None:
        raise Redacted(seq, by)
    raise Damaged(f"Entry {seq}: {fault}", hint=VERIFY)


def founding_of(store: Store) -> Founding:
    """What the first entry says of the registry. Raises Damaged when that entry is."""
    return msgspec.json.decode(body_of(store, entry_of(store, 1)), type=Founding)


def _seq_of(store: Store, entry: Entry | str) -> int:
    if isinstance(entry, Entry):
        return entry.seq
    for named in read_entries(store, "WHERE body_sha256 = ?", entry):
        return named.seq
    raise NotFound(f"No entry of this ledger has a body with the hash {entry}.")


def redacted_by(store: Store, seq: int) -> int | None:
    """The entry by which the body of this one was redacted; None where it was not."""
    rows = store.select("SELECT by_seq FROM redaction WHERE seq = ?", seq) if store.knows_redactions() else []
    return rows[0][0] if rows and isinstance(rows[0][0], int) else None


def last_redaction(store: Store) -> int:
    """The number of the last entry that redacted others; 0 where there is none."""
    if not store.knows_redactions():
        return 0
    ((seq,),) = store.select("SELECT coalesce(max(by_seq), 0) FROM redaction")
    return seq if isinstance(seq, int) else 0
