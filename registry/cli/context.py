"""What a command has in its hands: where the registry stands, how to open it, the adapters, and where its answer goes."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from registry.actions.copying import Copied
from registry.adapters.contract import Adapter
from registry.domain.actor import operator
from registry.domain.refusal import NotFound
from registry.domain.words import UNMASKED
from registry.ledger.address import without_password
from registry.projection.files import Projection
from registry.projection.readers import preview
from registry.projection.reading import Reading

ACTOR = operator()
"""Whoever can open the file is its operator; roles come with a later version."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """One command's surroundings. ``open``, ``create`` and ``copy`` are given by ``registry.app``, the only place that wires.

    ``registry`` is what was asked for, a file's name or an address; ``path`` is that file, null for a registry on a server.
    """

    registry: str
    path: Path | None
    json: bool
    unmasked: bool
    open: Callable[[Path | str], Projection]
    create: Callable[[Path | str, str], Projection]
    copy: Callable[[str, str, bool], Copied]
    adapters: tuple[Adapter, ...]
    seeds: Callable[[str], bytes]
    seed_path: Callable[[str], Path]
    out: Console
    err: Console

    def projection(self) -> Projection:
        """The registry as it is: for what writes, for documents without figures, and for a community's own figures.

        Raises NotFound with the way to make one.
        """
        return self.open(self.registry)

    def reading(self, as_of: str | None = None) -> Reading:
        """What this command may read of figures that are not its own, as of a moment. Raises NotFound and Invalid."""
        return self.reading_of(self.projection(), as_of)

    def reading_of(self, projection: Projection, as_of: str | None = None) -> Reading:
        """The same of a registry that is open already."""
        if self.unmasked:
            self.err.print(Text(UNMASKED))
            return projection
        return preview(projection, as_of)

    def found(self) -> Projection | None:
        """The registry, opened; null where there is none."""
        try:
            return self.projection()
        except NotFound:
            return None

    @property
    def named(self) -> str:
        """How the registry is called in what is printed: its file, or its address without a password."""
        return without_password(self.registry) if self.path is None else str(self.path)
