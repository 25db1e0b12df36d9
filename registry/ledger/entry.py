"""What one line of the ledger is, and how each line vouches for all the lines before it.

A line (an entry) names a body by its hash, and carries a chain value made from the line before it. Whoever kept one
chain value can later tell whether anything up to that line was altered, removed or put in between. The chain proves
nothing to somebody who kept none: who holds the file can write all of it anew.

The walk over all lines is in `registry/ledger/verify.py`; the known answers are in `tests/ledger/test_chain.py`.

>>> from registry.ledger.entry import GENESIS, canonical
>>> canonical({"b": 1.0, "a": [True, None]})
b'{"a":[true,null],"b":1}'
>>> len(GENESIS)
64
"""

import hashlib

import msgspec
import rfc8785

GENESIS = "0" * 64  # stands where the first entry's predecessor would stand
SALT_BYTES = 16  # as long as a UUID: nobody can guess a body from its hash


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the ledger: who recorded which body about which subject, when, as which revision.

    ``recorded_at`` is UTC text with microseconds and ``Z``. The entries of one action share ``action_id``; only the
    first of them carries the request's ``idempotency_key`` and ``request_sha256``. Hashes and chain values are 64
    lowercase hexadecimal digits.
    """

    seq: int
    kind: str
    schema: str
    subject: str
    revision: int
    recorded_at: str
    actor: str
    action_id: str
    idempotency_key: str | None
    request_sha256: str | None
    body_sha256: str
    chain: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What an action wants recorded: canonical JSON for a document, Parquet for a batch. The ledger adds the rest."""

    kind: str
    schema: str
    subject: str
    body: bytes


class Fault(msgspec.Struct, frozen=True):
    """One thing that does not add up. ``seq`` is the entry it was noticed at, 0 when it belongs to no entry."""

    seq: int
    what: str


class Gone(msgspec.Struct, frozen=True):
    """An entry whose body was redacted, and the entry ``by`` which it was; no fault."""

    seq: int
    by: int


class Verification(msgspec.Struct, frozen=True):
    """What a walk over the whole ledger found: how many entries, the last one's chain value (to keep), every fault, what was redacted."""

    entries: int
    head: str | None
    faults: tuple[Fault, ...]
    redacted: tuple[Gone, ...] = ()


COLUMNS = Entry.__struct_fields__
CHAINED = frozenset(COLUMNS) - {"chain"}


def canonical(document: object) -> bytes:
    """The one spelling of a document as JSON (RFC 8785): sorted keys, shortest numbers, UTF-8, no blanks.

    Takes Structs and plain values. Raises ValueError for what JSON cannot say exactly: NaN, infinities, integers beyond
    2**53 - 1, text that is not Unicode.
    """
    return rfc8785.dumps(msgspec.to_builtins(document))


def body_digest(salt: bytes, body: bytes) -> str:
    """SHA-256 over the salt and then the stored bytes, in hexadecimal.

    The salt has a fixed length, or a byte could move from the one to the other unseen: ValueError for any other.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, this one has {len(salt)}.")
    digest = hashlib.sha256(salt)
    digest.update(body)
    return digest.hexdigest()


def chain_after(previous: str, /, **columns: object) -> str:
    """The chain value of an entry: SHA-256 over the previous chain value and the canonical form of all other columns.

    ``previous`` is written as its 64 hexadecimal digits, followed at once by the JSON object of the columns; `GENESIS`
    stands before the first entry. Raises ValueError when a column is missing or too many, or cannot be canonical.
    """
    if columns.keys() != CHAINED:
        raise ValueError(f"The chain covers {sorted(CHAINED)}, not {sorted(columns)}.")
    return hashlib.sha256(previous.encode() + canonical(columns)).hexdigest()
