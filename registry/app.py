"""The only place that wires: settings, ledger, projection, adapters, and a command in between.

Nothing else opens a registry or knows which adapters there are.
"""

import os
import sqlite3
from collections.abc import Callable
from functools import cache
from importlib import resources
from inspect import BoundArguments
from pathlib import Path

from registry import duck
from registry.adapters.csv_table.adapter import ADAPTER as CSV_TABLE
from registry.cli.context import Context
from registry.cli.output import PLAIN_WIDTH, print_refusal
from registry.cli.presented import presented_token
from registry.cli.screen import Screen
from registry.cli.wrong_use import WrongUse
from registry.domain.actor import Actor, operator
from registry.domain.refusal import Conflict, Refusal
from registry.ledger.instant import utc_now
from registry.ledger.sqlite import SqliteLedger
from registry.projection.access import actor_by_token, today
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
    """What a command has in its hands; the registry is opened once, and who is asking is judged once."""
    err = _console(stderr=True)

    opened = cache(open_registry)

    @cache
    def identify() -> Actor:
        word = presented_token(settings.token_file, os.environ, err)
        return operator() if word is None else actor_by_token(opened(settings.path), word, now=utc_now)

    return Context(
        path=settings.path,
        json=settings.json,
        open=opened,
        create=create_registry,
        identify=identify,
        today=lambda projection: today(projection, now=utc_now),
        adapters=ADAPTERS,
        seeds=seed,
        seed_path=seed_path,
        out=_console(),
        err=err,
    )


def run(command: Callable[..., int], bound: BoundArguments, settings: Settings) -> int:
    """Run one command and return its exit status; a refusal is printed, never a traceback."""
    context = context_of(settings)
    try:
        _refuse_elsewhere(settings.registry)
        return command(*bound.args, **bound.kwargs, context=context)
    except Refusal as refusal:
        return _left(context, refusal)
    except BrokenPipeError:  # whoever read the answer has read enough
        raise
    except (OSError, sqlite3.OperationalError, duck.IOFault) as fault:
        return _left(context, _unusable(fault))
    except RuntimeError as fault:
        if str(fault) == "Query interrupted":  # so DuckDB says that somebody pressed Ctrl-C
            raise KeyboardInterrupt from fault
        raise


def _left(context: Context, refusal: Refusal) -> int:
    print_refusal(context, refusal)
    return refusal.exit_code


def _refuse_elsewhere(registry: str) -> None:
    """Refuse what names no file: nothing, or a registry on a server, which this version does not open."""
    if not registry.strip() or registry != registry.encode("utf-8", "replace").decode("utf-8"):
        raise WrongUse(
            "The registry has no name, or none that is text.",
            hint="Give --registry FILE, or set OUTCOMES_REGISTRY to a file.",
        )
    if "://" in registry:
        raise WrongUse(
            f"{registry} is an address; this version opens a registry only as a file.", hint="Give --registry FILE."
        )


def _unusable(fault: Exception) -> Refusal:
    """A file, folder or disk that does not let itself be used, in plain words."""
    name = getattr(fault, "filename", None)
    reason = getattr(fault, "strerror", None) or str(fault)
    return Refusal(
        f"{name}: {reason}." if name else f"The computer refused: {reason}.",
        hint="Check the name, the folder, your rights there, and the room left on the disk.",
    )


def _console(*, stderr: bool = False) -> Screen:
    console = Screen(stderr=stderr, highlight=False)
    if console.is_terminal:
        return console
    # Nothing that went wrong is broken into lines: each finding is one to search for.
    return Screen(stderr=stderr, highlight=False, width=PLAIN_WIDTH, soft_wrap=stderr)
