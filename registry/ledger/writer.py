"""What becomes of an action's drafts: numbered, dated, hashed, chained, all of them or none.

A `Writer` lives inside `SqliteLedger.writing`, which holds the lock and the transaction around it.
"""

import secrets
import sqlite3
import uuid
from collections.abc import Sequence

import msgspec

from registry.domain.refusal import Damaged, KeyReused
from registry.ledger.entry import CHAINED, GENESIS, SALT_BYTES, Draft, Entry, body_digest, chain_after
from registry.ledger.instant import Clock, stamp_after
from registry.ledger.rows import VERIFY, action_of, last_entry, last_revision

_INSERT_BODY = "INSERT INTO body (body_sha256, salt, bytes) VALUES (?, ?, ?)"
_INSERT_ENTRY = """
    INSERT INTO entry (seq, kind, schema, subject, revision, recorded_at, actor, action_id, idempotency_key,
                       request_sha256, body_sha256, chain)
    VALUES (:seq, :kind, :schema, :subject, :revision, :recorded_at, :actor, :action_id, :idempotency_key,
            :request_sha256, :body_sha256, :chain)"""


class Writer:
    """The one who may append, for as long as the lock is held."""

    def __init__(self, connection: sqlite3.Connection, now: Clock) -> None:
        self._connection = connection
        self._now = now
        self._last = last_entry(connection)

    @property
    def head(self) -> Entry:
        """The last entry under the lock, the writer's own included. Raises Damaged when there is none at all."""
        if self._last is None:
            raise Damaged("The ledger has no entries, not even its first.", hint=VERIFY)
        return self._last

    def revision_of(self, subject: str) -> int:
        """The subject's last revision; 0 when there is none."""
        return last_revision(self._connection, subject)

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        actor: str,
        idempotency_key: str | None = None,
        request_sha256: str | None = None,
    ) -> tuple[Entry, ...]:
        """Record the drafts as one action, in order; only the first entry carries the key and the request's hash.

        When this actor has used the key before for the same request, nothing is written and that action's entries are
        returned. Raises KeyReused when it was another request, ValueError when there are no drafts.
        """
        if not drafts:
            raise ValueError("An action appends at least one entry.")
        if idempotency_key is not None:
            before = action_of(self._connection, actor, idempotency_key)
            if before:
                return _same_request(before, request_sha256)
        action_id = uuid.uuid4().hex
        first = self._append(drafts[0], actor, action_id, idempotency_key, request_sha256)
        return (first, *(self._append(draft, actor, action_id) for draft in drafts[1:]))

    def redact(self, entry: Entry, seqs: Sequence[int]) -> None:
        """Take the bodies of these entries away, by an ``entry`` of kind ``redaction`` that was appended for it.

        What the store refuses (a first entry, a redaction, an entry that is redacted already) raises and undoes everything.
        """
        self._connection.execute("PRAGMA secure_delete=ON")  # zeros, not free space
        for seq in seqs:
            self._connection.execute("INSERT INTO redaction (seq, by_seq) VALUES (?, ?)", (seq, entry.seq))
            self._connection.execute(
                "DELETE FROM body WHERE body_sha256 = (SELECT body_sha256 FROM entry WHERE seq = ?)", (seq,)
            )

    def _append(
        self, draft: Draft, actor: str, action_id: str, key: str | None = None, request_sha256: str | None = None
    ) -> Entry:
        last = self._last
        salt = secrets.token_bytes(SALT_BYTES)
        unchained = Entry(
            seq=last.seq + 1 if last else 1,
            kind=draft.kind,
            schema=draft.schema,
            subject=draft.subject,
            revision=self.revision_of(draft.subject) + 1,
            recorded_at=stamp_after(last.recorded_at if last else None, self._now()),
            actor=actor,
            action_id=action_id,
            idempotency_key=key,
            request_sha256=request_sha256,
            body_sha256=body_digest(salt, draft.body),
            chain="",
        )
        entry = _chained(last.chain if last else GENESIS, unchained)
        self._connection.execute(_INSERT_BODY, (entry.body_sha256, salt, draft.body))
        self._connection.execute(_INSERT_ENTRY, msgspec.structs.asdict(entry))
        self._last = entry
        return entry


def _chained(previous: str, unchained: Entry) -> Entry:
    columns = {name: getattr(unchained, name) for name in CHAINED}
    return msgspec.structs.replace(unchained, chain=chain_after(previous, **columns))


def _same_request(before: tuple[Entry, ...], request_sha256: str | None) -> tuple[Entry, ...]:
    if before[0].request_sha256 == request_sha256:
        return before
    raise KeyReused(
        f"The idempotency key {before[0].idempotency_key!r} was used at {before[0].recorded_at} for another request.",
        hint="Use a new key for a new request; repeat a request with its own key, unchanged.",
    )
