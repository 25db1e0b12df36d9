"""Who acts: a role, and the community or organisation that it speaks for.

Whoever opens the registry's file is its ``operator`` and acts for whoever is named; a token makes its holder one of the other roles. What
each role may do and read is one table, ``registry/domain/policy.py``.

>>> operator("maria").role
'operator'
"""

from typing import Literal

import msgspec

Role = Literal["operator", "network", "editor", "partner", "analyst", "public"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. An editor speaks for its ``community``, a partner for its organisation (``partner``, an id within ``community``).

    ``scope`` names the only acts (or ``read``) that its token is for, null where the role alone decides; ``expires`` is that token's
    last day (ISO, UTC), null where it has none.
    """

    name: str
    role: Role
    community: str | None = None
    partner: str | None = None
    scope: tuple[str, ...] | None = None
    expires: str | None = None


def operator(name: str = "operator") -> Actor:
    """Whoever holds the registry's file."""
    return Actor(name=name, role="operator")
