"""What becomes of an action's drafts: numbered, dated, hashed, chained, all of them or none.

A `Writer` lives inside `Ledger.writing`, which holds the lock and the transaction around it. The same for every store.
"""

import secrets
import uuid
from collections.abc import Sequence

import msgspec

from registry.domain.refusal import KeyReused
from registry.ledger.entry import (
    CHAINED,
    GENESIS,
    SALT_BYTES,
    Draft,
    Entry,
    body_digest,
    canonical,
    chain_after,
)
from registry.ledger.instant import Clock, stamp_after
from registry.ledger.rows import action_of, last_entry, last_revision, some
from registry.ledger.store import Store
from registry.version import __version__

INSERT_BODY = "INSERT INTO body (body_sha256, salt, bytes) VALUES (?, ?, ?)"
INSERT_REDACTION = "INSERT INTO redaction (seq, by_seq) VALUES (?, ?)"
_DELETE_BODY = "DELETE FROM body WHERE body_sha256 = (SELECT body_sha256 FROM entry WHERE seq = ?)"
INSERT_ENTRY = """
    INSERT INTO entry (seq, kind, schema, subject, revision, recorded_at, actor, action_id, idempotency_key,
                       request_sha256, body_sha256, chain)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Writer:
    """The one who may append, for as long as the lock is held."""

    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now
        self._last = last_entry(store)

    @property
    def head(self) -> Entry:
        """The last entry under the lock, the writer's own included. Raises Damaged when there is none at all."""
        return some(self._last)

    def revision_of(self, subject: str) -> int:
        """The subject's last revision; 0 when there is none."""
        return last_revision(self._store, subject)

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
        returned. Raises KeyReused when it was another request, ValueError when there are no drafts, or for text that
        not every store can keep: lone surrogates, and the character NUL.
        """
        if not drafts:
            raise ValueError("An action appends at least one entry.")
        if idempotency_key is not None:
            before = action_of(self._store, actor, idempotency_key)
            if before:
                return _same_request(before, request_sha256)
        action_id = uuid.uuid4().hex
        first = self._append(drafts[0], actor, action_id, idempotency_key, request_sha256)
        return (first, *(self._append(draft, actor, action_id) for draft in drafts[1:]))

    def redact(self, entry: Entry, seqs: Sequence[int]) -> None:
        """Take the bodies of these entries away, by an ``entry`` of kind ``redaction`` that was appended for it.

        What the store refuses (a first entry, a redaction, an entry that is redacted already) raises and undoes everything.
        """
        self._store.extend(INSERT_REDACTION, [(seq, entry.seq) for seq in seqs])
        self._store.extend(_DELETE_BODY, [(seq,) for seq in seqs])

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
        _refuse_nul(entry)
        self._store.extend(INSERT_BODY, [(entry.body_sha256, salt, draft.body)])
        self._store.extend(INSERT_ENTRY, [msgspec.structs.astuple(entry)])
        self._last = entry
        return entry


def found(store: Store, *, network: str, now: Clock, actor: str) -> None:
    """Record a new ledger's first entry: the registry's id, its network, the program that made it."""
    document = {"id": uuid.uuid4().hex, "network": network, "program": __version__}
    draft = Draft(kind="registry", schema="registry/1", subject="registry", body=canonical(document))
    Writer(store, now).append([draft], actor=actor)


def _refuse_nul(entry: Entry) -> None:
    if any(isinstance(value, str) and "\0" in value for value in msgspec.structs.astuple(entry)):
        raise ValueError("The character NUL stands in a text, which not every ledger can keep.")


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
