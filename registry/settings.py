"""Where the registry stands and how it speaks: defaults < environment < flags, in one frozen Struct."""

from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One run's settings. ``registry`` is a path (``--registry``, ``OUTCOMES_REGISTRY``); ``json`` asks for JSON answers.

    ``token_file`` holds the token by which this run acts (``--token-file``); without one it stands in ``OUTCOMES_TOKEN``, and without
    that whoever runs it is the operator.
    """

    registry: str = "outcomes.db"
    json: bool = False
    token_file: Path | None = None

    @property
    def path(self) -> Path:
        """The registry's file."""
        return Path(self.registry)


def projection_folder(path: Path) -> Path:
    """Where the projection files of a registry stand: a folder beside it that may be deleted at any time."""
    return path.with_name(f"{path.name}.projection")
