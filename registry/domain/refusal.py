"""What the registry will not do, and why. A refusal is an exception; its class is the kind, its text the case.

    Refusal                    exit 1   (never raised itself)
    ├── NotFound               404      the thing named is not in this registry
    ├── Redacted               410      the body asked for was redacted; the text says by which entry
    ├── NotAllowed             403      this role may not do it; another one may
    ├── TokenRefused           401      the token that was given does not open this registry
    ├── Invalid                422      a document or file has findings; nothing was written
    ├── Conflict               409      what is asked contradicts what is already recorded
    │   ├── AlreadyPublished   409      a published version never changes, a name is never used twice
    │   └── KeyReused          422      an idempotency key came back with another request
    ├── NotARegistry           500      the file is no registry, or was written by a newer program
    ├── Damaged                500      the ledger's chain or a body does not add up
    ├── Unreachable            503      the registry's server does not answer or will not do it now; try again
    ├── NoRoom                 507      the registry's disk is full; nothing was written
    └── Busy                   503      another writer holds the ledger longer than anybody should; try again

>>> from registry.domain.refusal import NotFound
>>> NotFound("There is no template 'early-reading'.", hint="Did you mean 'early-grade-reading'?").status
404
"""

from collections.abc import Sequence
from typing import ClassVar

from registry.domain.finding import Finding
from registry.domain.near import nearest


class Refusal(Exception):
    """Something the registry will not do. ``detail`` says what and why, ``hint`` the way out, ``retry`` whether time helps."""

    slug: ClassVar[str] = "refused"
    title: ClassVar[str] = "The registry will not do this"
    status: ClassVar[int] = 400
    exit_code: ClassVar[int] = 1
    retry: ClassVar[bool] = False

    def __init__(self, detail: str, *, hint: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.findings = tuple(findings)


class NotFound(Refusal):
    """The thing named is not in this registry."""

    slug = "not-found"
    title = "Not in this registry"
    status = 404


class Redacted(Refusal):
    """The body asked for was taken out of the registry; ``by`` is the number of the entry that says why."""

    slug = "redacted"
    title = "Redacted"
    status = 410

    def __init__(self, seq: int, by: int) -> None:
        super().__init__(
            f"Entry {seq} was redacted by entry {by}.", hint=f"Entry {by} says why; the figures are gone for good."
        )
        self.seq = seq
        self.by = by


class NotAllowed(Refusal):
    """Whoever asks may not do this; the text says who may."""

    slug = "not-allowed"
    title = "Not allowed"
    status = 403


class TokenRefused(Refusal):
    """The token does not open this registry, for whatever reason: the answer is always the same."""

    slug = "token-refused"
    title = "This token does not open this registry"
    status = 401


class Invalid(Refusal):
    """A document or file has findings that block. Nothing was written."""

    slug = "invalid"
    title = "The document or file has faults"
    status = 422


class Conflict(Refusal):
    """What is asked contradicts what is already recorded."""

    slug = "conflict"
    title = "This contradicts what is recorded"
    status = 409


class AlreadyPublished(Conflict):
    """A published version never changes and its name is never used again."""

    slug = "already-published"
    title = "Already published"


class KeyReused(Conflict):
    """An idempotency key came back with another request."""

    slug = "key-reused"
    title = "This key was used for another request"
    status = 422


class NotARegistry(Refusal):
    """The file is not a registry, or was written by a newer program."""

    slug = "not-a-registry"
    title = "This file is not a registry that this program can open"
    status = 500


class Damaged(Refusal):
    """The ledger's chain or a body does not add up."""

    slug = "damaged"
    title = "The ledger does not add up"
    status = 500


class Unreachable(Refusal):
    """The server that holds the registry does not answer, or cannot do it now."""

    slug = "unreachable"
    title = "The registry's server cannot be used now"
    status = 503
    retry = True


class NoRoom(Refusal):
    """The disk that holds the registry is full. Nothing was written, and what is recorded can be read."""

    slug = "no-room"
    title = "The disk is full"
    status = 507


class Busy(Refusal):
    """Another writer has held the ledger for very long."""

    slug = "busy"
    title = "The ledger is busy"
    status = 503
    retry = True


def meant(name: str, known: Sequence[str]) -> str:
    """A hint that names the nearest known name, or what there is.

    >>> meant("early-grade-readin", ["early-grade-reading", "hs-graduation"])
    "Did you mean 'early-grade-reading'?"
    >>> meant("race", ["grade", "race_ethnicity"])
    "Did you mean 'race_ethnicity'?"
    """
    begun = [entry for entry in known if name and entry.startswith(name)]
    near = begun[:1] or nearest(name, known, most=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    if not known:
        return "There is none yet."
    return (
        "There is: " + ", ".join(sorted(known)[:12]) + ("." if len(known) <= 12 else f", and {len(known) - 12} more.")
    )
