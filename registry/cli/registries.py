"""Commands over a whole registry: make one, check one, build the demonstration, run known answers."""

import platform
import shlex
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.actions.demonstration import build, make_whole, require_demonstration
from registry.answers import AnswersReport, check_answers
from registry.cli.context import ACTOR, Context
from registry.cli.output import counted, say, table
from registry.cli.rollup_text import print_rollup
from registry.domain.refusal import NotFound
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from registry.settings import Settings
from registry.version import __version__

Ctx = Annotated[Context, Parameter(parse=False)]
DEMO = Path("demo.db")


class Made(msgspec.Struct, frozen=True):
    """The answer of ``init``."""

    registry: str
    id: str
    network: str
    seq: int


class Health(msgspec.Struct, frozen=True):
    """The answer of ``doctor``: versions, and the registry where there is one."""

    program: str
    python: str
    duckdb: str
    sqlite: str
    registry: str
    entries: int | None
    faults: int | None
    projection_seq: int | None


def init(*, network: str = "Our network", context: Ctx) -> int:
    """Make a new, empty registry.

    Parameters
    ----------
    network
        The network's name.
    """
    projection = context.create(context.path, network)
    head = projection.ledger.head()
    made = Made(str(context.path), projection.ledger.registry_id, network, head.seq)
    text = f"The registry {context.path} is made, for {network}. Next: outcomes template publish FILE, outcomes community add FILE."
    say(context, made, text=text)
    return 0


def verify(*, head: str | None = None, context: Ctx) -> int:
    """Check every line of the ledger against its chain, and every body against its hash.

    Parameters
    ----------
    head
        A head (chain value) that was kept from before: missing last lines are then found too.
    """
    found = context.projection().ledger.verify(head=head)
    if context.json:
        say(context, found)
    else:
        entries = "1 entry" if found.entries == 1 else f"{found.entries} entries"
        for fault in found.faults:
            context.err.print(Text(f"line {fault.seq}: {fault.what}" if fault.seq else fault.what))
        for gone in found.redacted:
            context.out.print(Text(f"line {gone.seq}: redacted by {gone.by}"))
        if found.faults:
            context.out.print(
                Text(f"{counted(len(found.faults), 'fault')} in {entries}. Restore a backup, and keep this file.")
            )
        else:
            context.out.print(Text(f"{entries}, the chain is whole. Head: {found.head}"))
            context.out.print(
                Text(
                    "Keep this head somewhere else: with it, missing last lines are found (outcomes verify --head ...)."
                )
            )
    return 1 if found.faults else 0


def doctor(*, answers: Path | None = None, context: Ctx) -> int:
    """Look at the installation, or check it against a folder of known answers.

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
    rows = [
        (name.replace("_", " "), "-" if value is None else str(value))
        for name, value in msgspec.structs.asdict(health).items()
    ]
    if context.json:
        say(context, health)
    else:
        context.out.print(table("Installation", ("what", "found"), rows))
    return 1 if health.faults else 0


def demo(*, context: Ctx) -> int:
    """Build the demonstration registry from real published figures (demo.db here) and print the network's results.

    It is opened where it is there already. With --registry (or OUTCOMES_REGISTRY) it is built in that file.
    """
    path = DEMO if context.path == Settings().path else context.path
    projection = _demonstration(path, context)
    answers = []
    seq = projection.catch_up().seq
    measured = {line.template_id for line in read.list_variants(projection.cursor(), seq) if line.tier != "none"}
    for line in read.list_templates(projection.cursor(), seq):
        if line.id not in measured:
            continue
        answer = rollup(projection, RollupRequest(template=line.id))
        answers.append(answer)
        if not context.json:
            print_rollup(context.out, answer)
            context.out.print(Text("\n" + "-" * 78 + "\n"))
    named = shlex.quote(str(path))
    say(context, answers, text=f"Ask on: outcomes rollup early-grade-reading --registry {named} --explain")
    return 0


def _demonstration(path: Path, context: Context) -> Projection:
    """The demonstration registry at ``path``, opened or built. Raises Conflict where another registry is there."""
    if path.exists():
        projection = context.open(path)
        require_demonstration(projection, context.seeds)
        context.err.print(Text(f"{path} is already here and was opened; delete it to build it anew."))
        return projection
    make_whole(
        path,
        lambda aside: build(aside, context.create, context.seeds, context.seed_path, context.adapters, actor=ACTOR),
    )
    projection = context.open(path)
    projection.catch_up()
    context.err.print(Text(f"{path} is built from the seeds, line {projection.seq} of its ledger."))
    return projection


def _health(context: Context) -> Health:
    entries = faults = seq = None
    if context.path.exists():
        projection = context.projection()
        found = projection.ledger.verify()
        entries, faults, seq = found.entries, len(found.faults), projection.seq
    return Health(
        program=__version__,
        python=platform.python_version(),
        duckdb=version("duckdb"),
        sqlite=sqlite3.sqlite_version,
        registry=str(context.path) if context.path.exists() else f"{context.path} (not there)",
        entries=entries,
        faults=faults,
        projection_seq=seq,
    )


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
