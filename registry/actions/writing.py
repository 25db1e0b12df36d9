"""How every action writes: catch up, take the lock, catch up with what came meanwhile, judge, append. Nothing else writes.

An action that is refused has written nothing. Publishing or registering the same content again writes nothing either and says so.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from registry.domain.finding import Finding
from registry.ledger.entry import Draft, Entry, canonical
from registry.ledger.writer import Writer
from registry.projection.files import Projection


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an action did: the subject and its revision, the ledger's line, and whether anything was written at all."""

    subject: str
    revision: int
    seq: int
    recorded_at: str
    written: bool
    content_sha256: str | None = None
    findings: tuple[Finding, ...] = ()


@contextmanager
def writing(projection: Projection) -> Iterator[Writer]:
    """The lock on the ledger, with the projection brought up to the very head that the writer appends to."""
    projection.catch_up()
    with projection.ledger.writing() as writer:
        projection.catch_up()
        yield writer


def document_draft(kind: str, subject: str, document: msgspec.Struct) -> Draft:
    """A document as the ledger keeps it: canonical JSON (RFC 8785) under its kind's schema."""
    return Draft(kind=kind, schema=f"{kind}/1", subject=subject, body=canonical(document))


def voided_tokens(reason: str) -> Draft:
    """The entry after which no token given out before is taken any more."""
    return Draft(kind="tokens_voided", schema="tokens_voided/1", subject="tokens", body=canonical({"reason": reason}))


def receipt(
    entry: Entry, *, written: bool, findings: Sequence[Finding] = (), content_sha256: str | None = None
) -> Receipt:
    """What an entry's action did, in words of the ledger."""
    return Receipt(
        subject=entry.subject,
        revision=entry.revision,
        seq=entry.seq,
        recorded_at=entry.recorded_at,
        written=written,
        content_sha256=content_sha256,
        findings=tuple(findings),
    )
