"""What a command has in its hands: the registry's path, how to open it, the adapters, and where its answer goes."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.console import Console

from registry.adapters.contract import Adapter
from registry.domain.actor import operator
from registry.projection.files import Projection

ACTOR = operator()
"""Whoever can open the file is its operator; roles come with a later version."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """One command's surroundings. ``open`` and ``create`` are given by ``registry.app``, the only place that wires."""

    path: Path
    json: bool
    open: Callable[[Path], Projection]
    create: Callable[[Path, str], Projection]
    adapters: tuple[Adapter, ...]
    seeds: Callable[[str], bytes]
    seed_path: Callable[[str], Path]
    out: Console
    err: Console

    def projection(self) -> Projection:
        """The registry, opened. Raises NotFound with the way to make one."""
        return self.open(self.path)
