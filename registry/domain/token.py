"""Which token opens the registry, for whom, and until when.

A token is a word of the form ``outcomes_<id>_<secret><checksum>``: twelve hexadecimal digits by which people name it, 256 random bits as
64 digits, and the CRC-32 of all that as eight, so that programs that look for leaked secrets know it for certain. The ledger keeps no
secret but the SHA-256 of the registry's id and the whole word: a token opens the one registry it was made for. It is compared in constant
time, and whatever is wrong with a token has one answer. Its role can be narrowed by a scope, never widened. Who may give whom a token:
``refuse_more``. Tests: ``tests/domain/test_token.py``.

>>> word = token_word("0f3a9c1d2e4b", "ab" * 32)
>>> word[:22], token_id(word), token_id(word[:-1] + "x")
('outcomes_0f3a9c1d2e4b_', '0f3a9c1d2e4b', None)
"""

import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from hmac import compare_digest
from typing import Literal
from zlib import crc32

import msgspec

from registry.domain.actor import Actor
from registry.domain.finding import Finding
from registry.domain.ids import Slug
from registry.domain.policy import SCOPES, TABLE, not_for
from registry.domain.refusal import NotAllowed, TokenRefused, meant

TokenRole = Literal["network", "editor", "partner", "analyst", "public"]
"""Whom a token can make its holder. The operator is whoever opens the registry's file, never a token's holder."""

PREFIX = "outcomes_"
ID_BYTES = 6
SECRET_BYTES = 32
LONGEST_NAME = 80

_WORD = re.compile(r"outcomes_([0-9a-f]{12})_[0-9a-f]{64}([0-9a-f]{8})", re.ASCII)
_NAMED = re.compile(r"outcomes_([0-9a-f]{12})", re.ASCII)
_GIVES: dict[str, tuple[TokenRole, ...]] = {
    "operator": ("network", "editor", "partner", "analyst", "public"),
    "network": ("network", "editor", "partner", "analyst", "public"),
    "editor": ("editor", "partner", "analyst"),
}


class TokenOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody asks a token to be. ``expires`` is its last day (UTC); without ``scope`` the role alone decides."""

    role: TokenRole
    community: Slug | None = None
    partner: Slug | None = None
    name: str = ""
    expires: date | None = None
    scope: tuple[str, ...] | None = None


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as the ledger keeps it: whom it makes its holder, and the hash of what only the holder has."""

    id: str
    role: TokenRole
    community: str | None = None
    partner: str | None = None
    name: str = ""
    expires: date | None = None
    scope: tuple[str, ...] | None = None
    secret_sha256: str
    created_by: str
    revoked: bool = False


def token_word(identifier: str, secret: str) -> str:
    """The token as its holder keeps it; ``secret`` is 64 hexadecimal digits."""
    body = f"{PREFIX}{identifier}_{secret}"
    return f"{body}{crc32(body.encode('ascii')):08x}"


def token_id(word: str) -> str | None:
    """The id in a whole token; null for what is none, or was copied wrongly."""
    found = _WORD.fullmatch(word)
    whole = found is not None and found[2] == f"{crc32(word[:-8].encode('ascii')):08x}"
    return found[1] if found is not None and whole else None


def named_id(words: str) -> str:
    """The id that somebody names, also where the whole token was given in its place: nothing of its secret goes on from here."""
    found = _NAMED.match(words.strip())
    if found is not None:
        return found[1]
    return "?" if words.strip().startswith(PREFIX) else words.strip()


def token_digest(registry_id: str, word: str) -> str:
    """What the ledger keeps of a token: SHA-256, in hexadecimal, over the registry's id and the word."""
    return sha256(f"{registry_id}:{word}".encode()).hexdigest()


def holder_of(token: Token | None, digest: str, *, voided: bool, day: date) -> Actor:
    """Whom a presented token makes its holder. ``token`` is what the ledger keeps under its id, ``day`` is today (UTC).

    Raises TokenRefused, in the same words, for one that is unknown, another's, expired, revoked or voided.
    """
    same = compare_digest(digest, token.secret_sha256 if token is not None else "0" * 64)
    if token is None or not same or token.revoked or voided or (token.expires is not None and day > token.expires):
        raise refused_token()
    return Actor(
        name=f"{token.name or token.role} (token {token.id})",
        role=token.role,
        community=token.community,
        partner=token.partner,
        scope=token.scope,
        expires=None if token.expires is None else token.expires.isoformat(),
    )


def refused_token() -> TokenRefused:
    """The one answer to every token that does not open the registry."""
    return TokenRefused(
        "This token does not open this registry.",
        hint="It may be copied wrongly, expired, revoked or another registry's. Ask whoever gave it to you for a new one.",
    )


def unfit_order(order: TokenOrder, today: date) -> Iterator[Finding]:
    """What cannot be in an order for a token."""
    yield from _whose(order)
    if len(order.name) > LONGEST_NAME or not order.name.isprintable():
        yield _wrong("/name", "The name is no short line of plain text.", f"Write up to {LONGEST_NAME} letters.")
    if order.expires is not None and order.expires < today:
        yield _wrong("/expires", f"{order.expires} is over already.", "Name a later day.")
    if order.scope is not None and not order.scope:
        yield _wrong("/scope", "A token for nothing opens nothing.", "Name an act, or read.")
    for place, name in enumerate(order.scope or ()):
        if name not in SCOPES:
            yield _wrong(f"/scope/{place}", f"There is no act {name!r}.", meant(name, SCOPES))
        elif name != "read" and order.role not in TABLE[name].roles:
            yield _wrong(f"/scope/{place}", not_for(order.role, name), "A scope only narrows the role: leave it out.")


def _whose(order: TokenOrder) -> Iterator[Finding]:
    """Who speaks for a community and an organisation must say which; who does not, must not."""
    if order.role in {"editor", "partner"} and order.community is None:
        yield _wrong("/community", f"Nothing says of which community this {order.role} is.", "Name the community.")
    if order.role in {"network", "public"} and order.community is not None:
        yield _wrong("/community", f"The role {order.role} speaks for no community.", "Leave it out.")
    if order.role == "partner" and order.partner is None:
        yield _wrong("/partner", "Nothing says which organisation this is.", "Name the partner by its id.")
    if order.role != "partner" and order.partner is not None:
        yield _wrong("/partner", f"The role {order.role} speaks for no organisation.", "Leave it out.")


def _wrong(pointer: str, detail: str, hint: str) -> Finding:
    return Finding(rule="token-unfit", severity="error", pointer=pointer, detail=detail, hint=hint)


def refuse_more(creator: Actor, order: TokenOrder) -> None:
    """Refuse a token that would be more than its creator is: in role, in place, in scope or in time. Raises NotAllowed."""
    if order.role not in _GIVES.get(creator.role, ()):
        may = ", ".join(_GIVES.get(creator.role, ())) or "no role"
        raise NotAllowed(
            f"You cannot give the role {order.role}: it is more than your own.", hint=f"You can give: {may}."
        )
    if creator.role == "editor" and order.community != creator.community:
        raise NotAllowed(
            f"This is for {order.community or 'the network'} to decide.",
            hint="An editor gives tokens of the own community only.",
        )
    if creator.scope is not None and (order.scope is None or not set(order.scope) <= set(creator.scope)):
        raise NotAllowed(
            "The new token would be for more than your own is.",
            hint=f"Give a scope within: {', '.join(creator.scope)}.",
        )
    if creator.expires is not None and (order.expires is None or order.expires.isoformat() > creator.expires):
        raise NotAllowed("The new token would outlast your own.", hint=f"Let it expire on {creator.expires} or before.")
