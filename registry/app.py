"""The only place that wires: settings, ledger, projection, adapters, and a command in between.

Nothing else opens a registry or knows which adapters there are.
"""

import os
from collections.abc import Callable
from importlib import resources
from inspect import BoundArguments
from pathlib import Path

from rich.console import Console

from registry.adapters.csv_table.adapter import ADAPTER as CSV_TABLE
from registry.cli.context import Context
from registry.cli.output import PLAIN_WIDTH, print_refusal
from registry.domain.refusal import Conflict, Refusal
from registry.ledger.instant import utc_now
from registry.ledger.sqlite import SqliteLedger
from registry.projection.files import Projection
from registry.settings import Settings, projection_folder

ADAPTERS = (CSV_TABLE,)
"""Every way in, listed explicitly."""


def open_registry(path: Path) -> Projection:
    """Open a registry. Raises NotFound and NotARegistry with the way out."""
    return Projection(SqliteLedger.open(path), projection_folder(path.absolute()))


def create_registry(path: Path, network: str) -> Projection:
    """Make a new, empty registry. Raises Conflict where something is there."""
    return Projection(SqliteLedger.create(path, network=network, now=utc_now), projection_folder(path.absolute()))


def seed_path(name: str) -> Path:
    """A file under ``seeds/``, installed or not."""
    path = resources.files("registry").joinpath("seeds", *name.split("/"))
    if not isinstance(path, Path):
        raise Conflict("The seeds are inside an archive.", hint="Install outcome-registry as files, as pip does.")
    return path


def seed(name: str) -> bytes:
    """The bytes of a file under ``seeds/``."""
    return seed_path(name).read_bytes()


def context_of(settings: Settings) -> Context:
    """What a command has in its hands."""
    return Context(
        path=settings.path,
        json=settings.json,
        open=open_registry,
        create=create_registry,
        adapters=ADAPTERS,
        seeds=seed,
        seed_path=seed_path,
        out=_console(),
        err=_console(stderr=True),
        environment=dict(os.environ),
    )


def run(command: Callable[..., int], bound: BoundArguments, *, registry: str, json: bool) -> int:
    """Run one command and return its exit status; a refusal is printed, never a traceback."""
    context = context_of(Settings(registry=registry, json=json))
    try:
        return command(*bound.args, **bound.kwargs, context=context)
    except Refusal as refusal:
        print_refusal(context, refusal)
        return refusal.exit_code


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=PLAIN_WIDTH)
