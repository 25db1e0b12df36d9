"""What a command has in its hands: the registry's path, how to open it, who is asking, the adapters, and where its answer goes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
from rich.console import Console

from registry.adapters.contract import Adapter
from registry.domain.actor import Actor
from registry.domain.policy import require
from registry.projection.files import Projection


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """One command's surroundings; ``registry.app``, the only place that wires, gives ``open``, ``create``, ``identify`` and ``today``."""

    path: Path
    json: bool
    open: Callable[[Path], Projection]
    create: Callable[[Path, str], Projection]
    identify: Callable[[], Actor]
    today: Callable[[Projection], date]
    adapters: tuple[Adapter, ...]
    seeds: Callable[[str], bytes]
    seed_path: Callable[[str], Path]
    out: Console
    err: Console

    def projection(self) -> Projection:
        """The registry, opened: for an action, which asks the policy itself. Raises NotFound with the way to make one."""
        return self.open(self.path)

    def actor(self) -> Actor:
        """Who is asking: the token's holder, judged once by the ledger's head, else the operator. Raises TokenRefused."""
        return self.identify()

    def reading(self, read: str, *, community: str | None = None) -> Projection:
        """The registry, opened for one read of the policy's table; ``community`` owns what is read. Raises NotAllowed, TokenRefused."""
        require(self.actor(), read, community=community)
        return self.projection()
