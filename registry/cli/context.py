"""What a command has in its hands: the registry's path, how to open it, who is asking, the adapters, and where its answer goes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from registry.actions.copying import Copied
from registry.adapters.contract import Adapter
from registry.domain.actor import Actor
from registry.domain.policy import require
from registry.domain.refusal import NotFound
from registry.domain.words import UNMASKED
from registry.ledger.address import without_password
from registry.projection.access import true_cells
from registry.projection.files import Projection
from registry.projection.readers import beside_own, current_release, preview, released
from registry.projection.reading import Reading


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """One command's surroundings; ``registry.app``, the only place that wires, gives what opens, makes, copies and identifies.

    ``registry`` is what was asked for, a file's name or an address; ``path`` is that file, null for a registry on a server.
    """

    registry: str
    path: Path | None
    json: bool
    unmasked: bool
    open: Callable[[Path | str], Projection]
    create: Callable[[Path | str, str], Projection]
    copy: Callable[[str, str, bool, Actor], Copied]
    identify: Callable[[], Actor]
    today: Callable[[Projection], date]
    adapters: tuple[Adapter, ...]
    seeds: Callable[[str], bytes]
    seed_path: Callable[[str], Path]
    out: Console
    err: Console

    def projection(self) -> Projection:
        """The registry as it is: for an action, which asks the policy itself. Raises NotFound with the way to make one."""
        return self.open(self.registry)

    def actor(self) -> Actor:
        """Who is asking: the token's holder, judged once by the ledger's head, else the operator. Raises TokenRefused."""
        return self.identify()

    def reading(self, read: str, *, community: str | None = None) -> Projection:
        """The registry as it is, for one read of the policy's table that tells no figures but the owner's own.

        ``community`` owns what is read. Raises NotAllowed, TokenRefused.
        """
        require(self.actor(), read, community=community)
        return self.projection()

    def measures(self, read: str, *, as_of: str | None = None, community: str | None = None) -> Reading:
        """Local measures as they stood at a moment, small baselines masked unless they are one's own; figures as in ``figures``.

        Raises NotAllowed, TokenRefused, NotFound and Invalid.
        """
        projection = self.reading(read, community=community)
        return self._unmasked(projection) or self._beside(projection, as_of)

    def figures(self, read: str, *, as_of: str | None = None, community: str | None = None) -> Reading:
        """Figures for one read of the policy's table, as of a moment: one's own as they stand, others' as they were released.

        Without a token they are shown as a release made then would show them. Raises NotAllowed, TokenRefused, NotFound and Invalid.
        """
        projection = self.reading(read, community=community)
        return self._unmasked(projection) or self._masked(projection, as_of, community)

    def _unmasked(self, projection: Projection) -> Reading | None:
        """The registry as it is, where that is asked for. Raises NotAllowed for who may not ask."""
        if not self.unmasked:
            return None
        require(self.actor(), "read_unmasked")
        self.err.print(Text(UNMASKED))
        return projection

    def _masked(self, projection: Projection, as_of: str | None, community: str | None) -> Reading:
        if self.actor().role == "operator" or community in self._opened(projection, projection.catch_up().seq):
            return self._beside(projection, as_of)
        release = current_release(projection, as_of)
        return released(projection, as_of, self._opened(projection, release.upto))

    def _beside(self, projection: Projection, as_of: str | None) -> Reading:
        """Documents and one's own figures as they stand, others' as they were released; the operator's as they would be."""
        if self.actor().role == "operator":
            return preview(projection, as_of)
        return beside_own(projection, as_of, self._opened(projection, projection.catch_up().seq))

    def _opened(self, projection: Projection, line: int) -> frozenset[str]:
        """The communities whose true figures the actor may see in an answer at a line: an editor's own, and what grants open."""
        return true_cells(projection, self.actor(), line=line, day=self.today(projection))

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
