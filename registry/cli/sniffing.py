"""The command that looks at a file nobody has described yet, and proposes how it is read."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from registry.actions.data import one_variant
from registry.actions.sniffing import Sniffed
from registry.actions.sniffing import sniff as sniff_file
from registry.actions.templates import named_version
from registry.adapters.sniff.propose import Hints
from registry.cli.context import Context
from registry.cli.output import counted, print_findings, print_plain, say, table
from registry.cli.rollup_beside import group_in_words
from registry.cli.wrong_use import WrongUse, not_there, readable, write_new
from registry.domain.finding import has_errors
from registry.projection import read

Ctx = Annotated[Context, Parameter(parse=False)]


def sniff(
    file: Path,
    /,
    *,
    template: str | None = None,
    variant: str | None = None,
    answer: tuple[str, ...] = (),
    out: Path | None = None,
    context: Ctx,
) -> int:
    """Propose how a file is read: a mapping with the reason for every line, or questions where the file leaves something open.

    Parameters
    ----------
    file
        The data file; any format that is read.
    template
        The outcome whose figures it holds: its unit and its kind of period decide what the file leaves open.
    variant
        The local measure (community/id): its outcome, and the codes of its places.
    answer
        An answer to a question, as KEY=VALUE. Say it once for each.
    out
        Write the mapping to this file (TOML), which must not be there yet.
    """
    readable((file,))
    not_there(out)
    hints, per = _hints(context, template, variant)
    found = sniff_file(context.adapters, file, _answers(answer), hints, per)
    if out is not None and found.mapping:
        write_new(out, found.mapping.encode())
    if context.json:
        say(context, found)
    else:
        _print(context, found, None if out is None else str(out))
    return 1 if found.questions or has_errors(found.findings) else 0


def _hints(context: Context, template: str | None, variant: str | None) -> tuple[Hints, float]:
    """What the registry knows beside the file. Raises NotFound."""
    if template is None and variant is None:
        return Hints(), 100
    projection = context.reading("read_templates")
    line = projection.catch_up().seq
    places: frozenset[str] = frozenset()
    if variant is not None:
        held = one_variant(read.list_variants(projection.cursor(), line), variant)
        template = template or f"{held.template_id}@{held.template_version}"
        population = read.variant_of(held).population
        places = frozenset(population.geographies if population else ())
    known = named_version(read.list_templates(projection.cursor(), line), template or "")
    indicator = read.template_of(known).indicator
    return Hints(unit=indicator.unit, kind=indicator.period, places=places), indicator.per


def _answers(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in given]
    if bad := [whole for whole, (key, sign, _) in zip(given, pairs, strict=True) if not (key and sign)]:
        raise WrongUse(f"{bad[0]!r} is no answer.", hint="Write --answer KEY=VALUE, with the key of the question.")
    return {key.strip(): value.strip() for key, _, value in pairs}


def _print(context: Context, found: Sniffed, written: str | None) -> None:
    print_findings(context.err, found.findings)
    if written is None:
        print_plain(found.mapping, newline=False)
    elif found.mapping:
        context.out.print(Text(f"The mapping is written to {written}."))
    for question in found.questions:
        context.err.print(
            Text(f"{question.text}\n  --answer {question.key!r}=... : {', '.join(question.candidates) or 'any text'}")
        )
    if found.questions:
        context.err.print(Text(f"{counted(len(found.questions), 'question')} to answer before the file can be read."))
        return
    rows = [
        (str(row.row), row.place, row.period, group_in_words(row.group), *(_cell(getattr(row, name)) for name in SHOWN))
        for row in found.rows
    ]
    if rows:
        title = f"The first of {counted(found.points, 'data point')} it would yield."
        context.out.print(table(title, ("row", "place", "period", "group", *SHOWN), rows, right=("row", *SHOWN[:-1])))


SHOWN = ("value", "numerator", "denominator", "low", "high", "missing")


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)
