"""The only place that wires: settings, ledger, projection, adapters, and a command in between.

Nothing else opens a registry or knows which adapters there are.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import cache
from importlib import import_module, resources
from inspect import BoundArguments
from pathlib import Path
from types import ModuleType

from registry import duck
from registry.actions.copying import Copied
from registry.actions.copying import copy_registry as copy_ledger
from registry.adapters.census_json.adapter import ADAPTER as CENSUS_JSON
from registry.adapters.csv_table.adapter import ADAPTER as CSV_TABLE
from registry.adapters.dhis2_values.adapter import ADAPTER as DHIS2_VALUES
from registry.adapters.html_table.adapter import ADAPTER as HTML_TABLE
from registry.adapters.json_records.adapter import ADAPTER as JSON_RECORDS
from registry.adapters.ods_table.adapter import ADAPTER as ODS_TABLE
from registry.adapters.parquet_table.adapter import ADAPTER as PARQUET_TABLE
from registry.adapters.xls_table.adapter import ADAPTER as XLS_TABLE
from registry.adapters.xlsx_table.adapter import ADAPTER as XLSX_TABLE
from registry.cli.context import Context
from registry.cli.output import PLAIN_WIDTH, print_refusal
from registry.cli.presented import presented_token
from registry.cli.screen import Screen
from registry.cli.wrong_use import WrongUse
from registry.domain.actor import Actor, operator
from registry.domain.refusal import Conflict, Refusal
from registry.ledger.contract import Ledger
from registry.ledger.instant import utc_now
from registry.ledger.sqlite import SqliteLedger
from registry.ledger.store import Store
from registry.projection.access import actor_by_token, today
from registry.projection.files import Projection
from registry.settings import Settings, cache_folder, on_server, projection_folder

ADAPTERS = (
    CSV_TABLE,
    XLSX_TABLE,
    XLS_TABLE,
    ODS_TABLE,
    HTML_TABLE,
    JSON_RECORDS,
    CENSUS_JSON,
    DHIS2_VALUES,
    PARQUET_TABLE,
)
"""Every way in, listed explicitly."""


def open_registry(place: Path | str) -> Projection:
    """Open a registry, in a file or at a server's address. Raises NotFound, NotARegistry and Unreachable with the way out."""
    return _projection(place, _open(place))


def create_registry(place: Path | str, network: str) -> Projection:
    """Make a new, empty registry. Raises Conflict where something is there."""
    if on_server(str(place)):
        return _projection(place, _postgres().PostgresLedger.create(str(place), network=network, now=utc_now))
    return _projection(place, SqliteLedger.create(Path(place), network=network, now=utc_now))


def copy_registry(source: str, target: str, void_tokens: bool, actor: Actor) -> Copied:  # a command's one question
    """Copy a registry into an empty place. Raises what opening the one and making the other raise."""

    def make(fill: Callable[[Store], None]) -> Ledger:
        if on_server(target):
            ledger: Ledger = _postgres().PostgresLedger.make(target, fill)
            return ledger
        return SqliteLedger.make(Path(target), fill)

    for place in (source, target):
        _refuse_elsewhere(place)
    ledger = _open(source)
    try:
        return copy_ledger(ledger, make, now=utc_now, actor=actor, void_tokens=void_tokens)
    finally:
        ledger.close()


def _open(place: Path | str) -> Ledger:
    if on_server(str(place)):
        ledger: Ledger = _postgres().PostgresLedger.open(str(place))
        return ledger
    return SqliteLedger.open(Path(place))


def _projection(place: Path | str, ledger: Ledger) -> Projection:
    if on_server(str(place)):
        folder = cache_folder(ledger.registry_id)
        if folder is not None:
            with suppress(OSError):  # then all stays in memory
                folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Projection(ledger, folder)
    return Projection(ledger, projection_folder(Path(place).absolute()))


def _postgres() -> ModuleType:
    """The ledger on a server, found by name: nobody else needs its driver. Raises Refusal where that is not installed."""
    try:
        return import_module("registry.ledger.postgres")
    except ImportError as fault:
        raise Refusal(
            "A registry on PostgreSQL needs the extra `postgres`, which is not installed here.",
            hint="Install it: pip install 'outcome-registry[postgres]'.",
        ) from fault


def seed_path(name: str) -> Path:
    """A file under ``seeds/``, installed or not."""
    path = resources.files("registry").joinpath("seeds", *name.split("/"))
    if not isinstance(path, Path):
        raise Conflict("The seeds are inside an archive.", hint="Install outcome-registry as files, as pip does.")
    return path


def seed(name: str) -> bytes:
    """The bytes of a file under ``seeds/``."""
    return seed_path(name).read_bytes()


def context_of(settings: Settings, opened: ExitStack, folders: set[Path]) -> Context:
    """What a command has in its hands; a registry is opened once, given back when ``opened`` closes, and who is asking is judged once.

    The folders of projection files that come into use are added to ``folders``.
    """
    err = _console(stderr=True)

    def kept(projection: Projection) -> Projection:
        opened.callback(projection.ledger.close)
        opened.callback(projection.close)
        folders.update([projection.folder] if projection.folder else [])
        return projection

    @cache
    def at(place: Path | str) -> Projection:
        return kept(open_registry(place))

    @cache
    def identify() -> Actor:
        word = presented_token(settings.token_file, os.environ, err)
        return operator() if word is None else actor_by_token(at(settings.registry), word, now=utc_now)

    return Context(
        registry=settings.registry,
        path=settings.path,
        json=settings.json,
        unmasked=settings.unmasked,
        open=at,
        create=lambda place, network: kept(create_registry(place, network)),
        copy=copy_registry,
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
    with ExitStack() as opened:
        folders: set[Path] = set()
        context = context_of(settings, opened, folders)
        try:
            _refuse_elsewhere(settings.registry)
            return command(*bound.args, **bound.kwargs, context=context)
        except Refusal as refusal:
            return _left(context, refusal)
        except BrokenPipeError:  # whoever read the answer has read enough
            raise
        except (OSError, sqlite3.OperationalError, duck.IOFault) as fault:
            return _left(context, _unusable(fault))
        except duck.Error as fault:
            if not folders or not duck.damaged(fault):
                raise
            return _left(context, _damaged(fault, folders))
        except RuntimeError as fault:
            if str(fault) == "Query interrupted":  # so DuckDB says that somebody pressed Ctrl-C
                raise KeyboardInterrupt from fault
            raise


def _left(context: Context, refusal: Refusal) -> int:
    print_refusal(context, refusal)
    return refusal.exit_code


def _refuse_elsewhere(registry: str) -> None:
    """Refuse what names neither a file nor a PostgreSQL server: nothing, or an address that this version does not open."""
    if not registry.strip() or registry != registry.encode("utf-8", "replace").decode("utf-8"):
        raise WrongUse(
            "The registry has no name, or none that is text.",
            hint="Give --registry FILE, or set OUTCOMES_REGISTRY to a file.",
        )
    if "://" in registry and not on_server(registry):
        raise WrongUse(
            f"{registry.partition('://')[0]}://... is an address that this version does not open.",
            hint="Give --registry FILE, or --registry postgresql://USER@HOST/DATABASE.",
        )


def _unusable(fault: Exception) -> Refusal:
    """A file, folder or disk that does not let itself be used, in plain words."""
    name = getattr(fault, "filename", None)
    reason = getattr(fault, "strerror", None) or str(fault)
    return Refusal(
        f"{name}: {reason}." if name else f"The computer refused: {reason}.",
        hint="Check the name, the folder, your rights there, and the room left on the disk.",
    )


def _damaged(fault: duck.Error, folders: set[Path]) -> Refusal:
    """A projection file that was altered under whoever reads it. One that was altered before is passed over without a word."""
    named = " and ".join(str(folder) for folder in sorted(folders))
    return Refusal(
        f"A projection file in {named} is damaged, so the question was not answered: {str(fault).splitlines()[0].rstrip('.')}.",
        hint="Delete that folder and ask again: it only holds what the ledger says, and is made anew. Then look at the disk.",
    )


def _console(*, stderr: bool = False) -> Screen:
    console = Screen(stderr=stderr, highlight=False)
    if console.is_terminal:
        return console
    # Nothing that went wrong is broken into lines: each finding is one to search for.
    return Screen(stderr=stderr, highlight=False, width=PLAIN_WIDTH, soft_wrap=stderr)
