"""The command ``doctor``: the installation and the registry looked at, each problem with its way out; or known answers run."""

import platform
import re
import sqlite3
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.answers import AnswersReport, check_answers
from registry.cli.context import Context
from registry.cli.output import counted, say, table
from registry.domain.policy import require
from registry.domain.refusal import NotFound
from registry.ledger.health import FileHealth, Problem, look_at
from registry.ledger.instant import utc_now
from registry.projection.files import FoundFile
from registry.version import __version__

Ctx = Annotated[Context, Parameter(parse=False)]
PACKAGE = "outcome-registry"


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ``doctor``: versions, and the registry where there is one. ``extras`` says which optional parts are installed."""

    program: str
    python: str
    duckdb: str
    sqlite: str
    extras: dict[str, bool]
    registry: str
    entries: int | None = None
    faults: int | None = None
    redacted: int | None = None
    projection_seq: int | None = None
    projections: tuple[FoundFile, ...] = ()
    file: FileHealth | None = None
    problems: tuple[Problem, ...] = ()


def doctor(*, answers: Path | None = None, context: Ctx) -> int:
    """Look at the installation and the registry, or check the program against a folder of known answers.

    Parameters
    ----------
    answers
        A folder with known-answers files (progress*.json, periods*.json, cells*.json ...).
    """
    if answers is not None:
        if not answers.is_dir():
            raise NotFound(
                f"There is no folder {str(answers)!r}.", hint="Name the folder that holds the known-answers files."
            )
        return _print_answers(context, check_answers(answers))
    health = _health(context)
    if context.json:
        say(context, health)
    else:
        _print_health(context, health)
    return 1 if health.faults else 0


def installed_extras() -> dict[str, bool]:
    """Which optional parts of the program there are, and whether everything that each needs is installed."""
    try:
        about = metadata(PACKAGE)
    except PackageNotFoundError:  # run from a folder that was never installed
        return {}
    needs: dict[str, list[str]] = {name: [] for name in about.get_all("Provides-Extra") or () if name != "test"}
    for requirement in about.get_all("Requires-Dist") or ():
        extra = re.search(r"""extra\s*==\s*['"]([^'"]+)['"]""", requirement)
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        if extra and name and extra[1] in needs:
            needs[extra[1]].append(name[0])
    return {name: all(_is_installed(package) for package in packages) for name, packages in sorted(needs.items())}


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _health(context: Context) -> Health:
    health = Health(
        program=__version__,
        python=platform.python_version(),
        duckdb=version("duckdb"),
        sqlite=sqlite3.sqlite_version,
        extras=installed_extras(),
        registry=context.named,
    )
    projection = context.found()
    if projection is None:
        return msgspec.structs.replace(health, registry=f"{context.named} (not there)")
    require(context.actor(), "doctor")
    verified = projection.ledger.verify()
    path = projection.ledger.path
    file = None if path is None else look_at(path, projection.ledger.head().recorded_at, utc_now())
    faults = [
        Problem(f"Entry {fault.seq}: {fault.what}" if fault.seq else fault.what, "Keep this file and restore a backup.")
        for fault in verified.faults
    ]
    return msgspec.structs.replace(
        health,
        entries=verified.entries,
        faults=len(verified.faults),
        redacted=len(verified.redacted),
        projection_seq=projection.seq,
        projections=projection.found(),
        file=file,
        problems=(*faults, *(() if file is None else file.problems)),
    )


def _print_health(context: Context, health: Health) -> None:
    names = ("program", "python", "duckdb", "sqlite", "registry", "entries", "faults", "redacted", "projection_seq")
    rows = [(name.replace("_", " "), _cell(getattr(health, name))) for name in names]
    rows += [(f"extra {name}", "installed" if there else "not installed") for name, there in health.extras.items()]
    if health.file is not None:
        rows += [
            ("format, journal, mode", f"{health.file.format}, {health.file.journal}, {health.file.mode}"),
            ("size, free on the disk", f"{health.file.size / 1e6:,.1f} MB, {health.file.free / 1e6:,.0f} MB"),
            ("last entry (UTC)", health.file.last_recorded_at[:19].replace("T", " ")),
            *(("copy beside it", copy) for copy in health.file.copies),
        ]
    rows += [(f"projection {file.name}", file.state) for file in health.projections]
    context.out.print(table("Installation", ("what", "found"), rows))
    for problem in health.problems:
        context.err.print(Text(f"{problem.what} {problem.hint}"))
    if health.entries is not None:
        context.out.print(Text(f"{counted(len(health.problems), 'problem')} found."))


def _cell(value: object) -> str:
    return "-" if value is None else str(value)


def _print_answers(context: Context, report: AnswersReport) -> int:
    wrong = sum(file.failed + file.unknown for file in report.files)
    if context.json:
        say(context, report)
        return 1 if wrong else 0
    rows = [
        (file.file, file.kind, str(file.cases), str(file.passed), str(file.failed), str(file.unknown))
        for file in report.files
    ]
    columns = ("file", "kind", "cases", "passed", "failed", "unknown")
    context.out.print(table("Known answers", columns, rows, right=columns[2:]))
    for file in report.files:
        for failure in file.failures:
            context.err.print(Text(f"{file.file}: {failure}"))
        if file.unknown:
            context.err.print(
                Text(
                    f"{file.file}: this program does not know the kind {file.kind!r} yet; its cases are unknown, not passed."
                )
            )
    if not report.files:
        context.err.print(Text("The folder holds no .json file."))
    return 1 if wrong or not report.files else 0
