"""Commands over a whole registry: make one, check one, build the demonstration."""

import shlex
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.actions.demonstration import build, make_whole, require_demonstration
from registry.cli.context import Context
from registry.cli.output import counted, say
from registry.cli.rollup_text import print_rollup
from registry.domain.actor import operator
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from registry.settings import Settings

Ctx = Annotated[Context, Parameter(parse=False)]
DEMO = Path("demo.db")


class Made(msgspec.Struct, frozen=True):
    """The answer of ``init``."""

    registry: str
    id: str
    network: str
    seq: int


def init(*, network: str = "Our network", context: Ctx) -> int:
    """Make a new, empty registry.

    Parameters
    ----------
    network
        The network's name.
    """
    projection = context.create(context.registry, network)
    head = projection.ledger.head()
    made = Made(context.named, projection.ledger.registry_id, network, head.seq)
    text = f"The registry {context.named} is made, for {network}. Next: outcomes template publish FILE, outcomes community add FILE."
    say(context, made, text=text)
    return 0


def verify(*, head: str | None = None, context: Ctx) -> int:
    """Check every line of the ledger against its chain, and every body against its hash.

    Parameters
    ----------
    head
        A head (chain value) that was kept from before: missing last lines are then found too.
    """
    found = context.reading("verify").ledger.verify(head=head)
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


def demo(*, context: Ctx) -> int:
    """Build the demonstration registry from real published figures (demo.db here) and print the network's results.

    It is opened where it is there already. With --registry (or OUTCOMES_REGISTRY) it is built in that file, or in that empty
    database or schema of a PostgreSQL server.
    """
    if context.path == Settings().path:
        context = msgspec.structs.replace(context, registry=str(DEMO), path=DEMO)
    _demonstration(context)
    answers = []
    reading = context.figures("read_rollup")
    seq = reading.catch_up().seq
    measured = {line.template_id for line in read.list_variants(reading.cursor(), seq) if line.tier != "none"}
    for line in read.list_templates(reading.cursor(), seq):
        if line.id not in measured:
            continue
        answer = rollup(reading, RollupRequest(template=line.id))
        answers.append(answer)
        if not context.json:
            print_rollup(context.out, answer)
            context.out.print(Text("\n" + "-" * 78 + "\n"))
    named = shlex.quote(context.named)
    say(context, answers, text=f"Ask on: outcomes rollup early-grade-reading --registry {named} --explain")
    return 0


def _demonstration(context: Context) -> Projection:
    """The demonstration registry, opened or built. Raises Conflict where another registry is there."""
    projection = context.found()
    if projection is not None:
        require_demonstration(projection, context.seeds)
        context.err.print(Text(f"{context.named} is already here and was opened; delete it to build it anew."))
        return projection
    if context.path is not None:
        _build(context.path, context)
    else:  # built in a file, then copied: on the server too it is there whole or not at all
        with TemporaryDirectory() as room:
            aside = Path(room) / DEMO
            _build(aside, context)
            context.copy(str(aside), context.registry, True, operator())
    projection = context.open(context.registry)
    projection.catch_up()
    context.err.print(Text(f"{context.named} is built from the seeds, line {projection.seq} of its ledger."))
    return projection


def _build(path: Path, context: Context) -> None:
    make_whole(
        path,
        lambda aside: build(
            aside, context.create, context.seeds, context.seed_path, context.adapters, actor=operator()
        ),
    )
