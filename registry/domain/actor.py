"""Who acts: a role, and the community or organisation that it speaks for.

Whoever opens the registry's file is its ``operator`` and acts for whoever is named. What each role may do with a local measure stands in
``agreement.py``.

>>> operator("maria").role
'operator'
"""

from typing import Literal

import msgspec

Role = Literal["operator", "network", "editor", "partner", "analyst", "public"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. An editor speaks for its ``community``, a partner for its organisation (``partner``, an id within ``community``)."""

    name: str
    role: Role
    community: str | None = None
    partner: str | None = None


def operator(name: str = "operator") -> Actor:
    """Whoever holds the registry's file."""
    return Actor(name=name, role="operator")
