"""Where the registry stands and how it speaks: defaults < environment < flags, in one frozen Struct.

>>> from registry.settings import Settings
>>> str(Settings(registry="outcomes.db").path)
'outcomes.db'
>>> Settings(registry="postgresql://maria@db.example.org/outcomes").path is None
True
"""

import os
from pathlib import Path

import msgspec

SERVERS = ("postgresql://", "postgres://")


def on_server(registry: str) -> bool:
    """Whether a registry's name is the address of a PostgreSQL server, and not a file."""
    return registry.startswith(SERVERS)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One run's settings. ``registry`` is a path or an address (``--registry``, ``OUTCOMES_REGISTRY``).

    ``json`` asks for JSON answers, ``unmasked`` for small groups as they are. ``token_file`` holds the token by which this run acts
    (``--token-file``); without one it stands in ``OUTCOMES_TOKEN``, and without that whoever runs it is the operator.
    """

    registry: str = "outcomes.db"
    json: bool = False
    unmasked: bool = False
    token_file: Path | None = None

    @property
    def path(self) -> Path | None:
        """The registry's file; null where it stands on a server."""
        return None if on_server(self.registry) else Path(self.registry)


def projection_folder(path: Path) -> Path:
    """Where the projection files of a registry in a file stand: a folder beside it that may be deleted at any time."""
    return path.with_name(f"{path.name}.projection")


def cache_folder(registry_id: str) -> Path | None:
    """Where this user's projection files of a registry on a server stand; null for a user without a home, who has them in memory.

    A folder under ``XDG_CACHE_HOME``, else under ``.cache`` at home; it may be deleted at any time.
    """
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        caches = named if named.is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return caches / "outcome-registry" / registry_id
