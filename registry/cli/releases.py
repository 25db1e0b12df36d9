"""Commands over releases: publish one, list them, show one."""

from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.actions.releases import publish_release
from registry.cli.context import Context
from registry.cli.output import counted, print_findings, say
from registry.cli.shown import listed, one
from registry.domain.listing import ReleaseLine
from registry.domain.release import Release
from registry.projection.readers import list_releases

Ctx = Annotated[Context, Parameter(parse=False)]


def publish(*, note: str = "", context: Ctx) -> int:
    """Let results out: everybody but their own communities reads this release from now on, with small cells masked.

    Parameters
    ----------
    note
        What this release is, in a line.
    """
    release, receipt = publish_release(context.projection(), actor=context.actor(), note=note)
    counts = release.counts
    told = (
        f"{release.id} is released: line {release.upto} of the ledger, {counts.cells} data points, "
        f"{counts.hidden} hidden and {counts.coded} shown as a range."
        if receipt.written
        else f"Nothing has changed since {release.id}, so nothing was written."
    )
    if counts.delayed and receipt.written:
        told += f" {counted(counts.delayed, 'table')} changed so little that the figures of the release before stay."
    say(context, {"release": release, "receipt": receipt}, text=told)
    print_findings(context.err, receipt.findings)
    return 0


def list_(*, context: Ctx) -> int:
    """List the releases."""
    lines = _lines(context)
    documents = [msgspec.json.decode(line.body, type=Release) for line in lines]
    rows = [
        (
            line.id,
            line.recorded_at[:19].replace("T", " "),
            str(line.upto),
            str(release.counts.cells),
            str(release.counts.hidden),
            str(release.counts.coded),
            release.note,
        )
        for line, release in zip(lines, documents, strict=True)
    ]
    columns = ("release", "when (UTC)", "shows line", "data points", "hidden", "as a range", "note")
    return listed(context, lines, "Releases", columns, rows)


def show(release: str, /, *, context: Ctx) -> int:
    """Show one release: which line it shows, and how much of it is masked.

    Parameters
    ----------
    release
        The release, such as r284.
    """
    line = one(release, {entry.id: entry for entry in _lines(context)}, "release")
    document = msgspec.json.decode(line.body, type=Release)
    if context.json:
        say(
            context,
            {"seq": line.seq, "recorded_at": line.recorded_at, "actor": line.actor, **msgspec.to_builtins(document)},
        )
        return 0
    counts = document.counts
    context.out.print(Text(f"{document.id}, recorded at {line.recorded_at} by {line.actor}. {document.note}".rstrip()))
    context.out.print(Text(f"It shows line {document.upto} of the ledger: {counts.cells} data points."))
    context.out.print(Text(f"{counts.open} as they stand, {counts.coded} as a range, {counts.hidden} hidden."))
    if counts.delayed:
        context.out.print(Text(f"{counted(counts.delayed, 'table')} stay as the release before showed them."))
    return 0


def _lines(context: Context) -> list[ReleaseLine]:
    projection = context.reading("read_releases")
    return list_releases(projection.cursor(), projection.catch_up().seq)
