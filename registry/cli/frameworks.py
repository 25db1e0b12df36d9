"""Commands over frameworks. Each one is arguments, one call, one print."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from registry.actions.frameworks import publish_framework
from registry.cli.context import Context
from registry.cli.output import print_plain, say, table
from registry.cli.shown import done, listed
from registry.cli.wrong_use import read_document
from registry.domain.words import COLLECTION
from registry.projection import read
from registry.projection.coverage import Cell, Coverage, coverage_of, named_framework

Ctx = Annotated[Context, Parameter(parse=False)]
CELLS = {
    "measured": "",
    "no_data": "no data",
    "agenda": "agenda",
    "pending": "pending",
    "retired": "retired",
    "none": "-",
}


def publish(file: Path, /, *, context: Ctx) -> int:
    """Publish a framework: which outcomes the network follows together. It never changes after that.

    Parameters
    ----------
    file
        The framework (JSON).
    """
    return done(
        context, publish_framework(context.projection(), read_document(file), actor=context.actor()), "published"
    )


def list_(*, context: Ctx) -> int:
    """List the published frameworks."""
    projection = context.reading("read_frameworks")
    lines = read.list_frameworks(projection.cursor(), projection.catch_up().seq)
    rows = [(line.id, line.version, line.title, line.recorded_at[:10], line.content_sha256[:12]) for line in lines]
    return listed(context, lines, "Frameworks", ("framework", "version", "title", "published", "content"), rows)


def show(framework: str, /, *, as_of: str | None = None, document: bool = False, context: Ctx) -> int:
    """Show a framework: its outcomes, which community measures which of them, and which results are owed.

    Parameters
    ----------
    framework
        The framework, such as cradle-to-career, or cradle-to-career@1.0.0.
    as_of
        Answer as the registry stood then: a day (its end, UTC) or a moment.
    document
        Print the published document alone.
    """
    if document:
        projection = context.reading("read_frameworks")
        lines = read.list_frameworks(projection.cursor(), projection.catch_up().seq)
        print_plain(named_framework(lines, framework).body, newline=False)
        return 0
    found = coverage_of(context.figures("read_frameworks", as_of=as_of), framework, as_of)
    if context.json:
        say(context, found)
    else:
        _print(context, found)
    return 0


def _print(context: Context, found: Coverage) -> None:
    rows = [
        (line.template, line.title, line.role, str(line.stage), str(line.measured), str(line.agenda), str(line.pending))
        for line in found.outcomes
    ]
    columns = ("outcome", "title", "role", "stage", "places", "agenda", "pending")
    context.out.print(table(f"{found.title} ({found.framework})", columns, rows, right=columns[3:]))
    carried = [
        line for line in found.outcomes if line.measured or line.agenda or line.pending or _any(found, line.template)
    ]
    names = [line.template.partition("@")[0] for line in carried]
    by_place = {(cell.community, cell.template): cell for cell in found.cells}
    grid = [(place, *(_in_words(by_place[place, line.template]) for line in carried)) for place in found.communities]
    context.out.print(Text())
    context.out.print(table("Who measures what, and what is owed", ("community", *names), grid))
    owed = ", ".join(f"{count} {COLLECTION[status]}" for status, count in found.owed.items())
    context.out.print(Text(f"\nThis year's results, as of {found.as_of[:10]}: {owed or 'none is owed yet'}."))


def _any(found: Coverage, template: str) -> bool:
    return any(cell.status != "none" for cell in found.cells if cell.template == template)


def _in_words(cell: Cell) -> str:
    if cell.status != "measured" and cell.status != "no_data":
        return CELLS[cell.status]
    parts = [cell.latest or CELLS[cell.status], cell.state or ""]
    if cell.outcome:
        parts[-1] += f" ({cell.outcome})"
    if cell.collection is not None and cell.collection.status != "received":
        parts.append(f"{cell.collection.period or ''} {COLLECTION[cell.collection.status]}".strip())
    return ", ".join(part for part in parts if part)
