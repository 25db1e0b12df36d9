"""Commands that ask: roll up an outcome, compare places."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from registry.cli.context import Context
from registry.cli.flat import csv_text, parquet_bytes
from registry.cli.output import as_json, print_plain, say
from registry.cli.rollup_text import print_comparison, print_explained, print_rollup
from registry.domain.refusal import Invalid
from registry.projection.answer import RollupRequest
from registry.projection.answer import compare as compare_places
from registry.projection.answer import rollup as roll_up

Ctx = Annotated[Context, Parameter(parse=False)]


def rollup(
    template: str,
    /,
    *,
    by: str | None = None,
    period: str | None = None,
    window: str | None = None,
    as_of: str | None = None,
    rule: str | None = None,
    format: Literal["table", "json", "csv", "parquet"] = "table",  # noqa: A002  # the option's name is a contract
    explain: bool = False,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    context: Ctx,
) -> int:
    """Who makes progress, how fast, for whom, and which results can be compared at all?

    Parameters
    ----------
    template
        The outcome, such as early-grade-reading.
    by
        A dimension by whose groups to break down, such as race_ethnicity.
    period
        The period to show and to judge progress up to; else the latest of each series.
    window
        Two periods B..L: progress from B to L, and the levels of both.
    as_of
        Answer as the registry stood then: a day (its end, UTC) or a moment.
    rule
        The progress rule, such as cohort@1; else the outcome's own.
    format
        How to print: table, json, csv or parquet.
    explain
        Show the arithmetic and the cells behind every figure.
    output
        A file to write to, instead of standard output.
    """
    wanted = "json" if context.json else format
    request = RollupRequest(
        template=template, by=by, period=period, window=window, as_of=as_of, rule=rule, explain=explain
    )
    answer = roll_up(context.projection(), request)
    if wanted == "table":
        if output is not None:
            raise Invalid("A table goes to the screen.", hint="With --output choose --format json, csv or parquet.")
        print_rollup(context.out, answer)
        if explain:
            print_explained(context.out, answer)
        return 0
    if wanted == "parquet":
        _bytes_out(parquet_bytes(answer), output)
        return 0
    text = as_json(answer) + "\n" if wanted == "json" else csv_text(answer)
    if output is None:
        print_plain(text.removesuffix("\n"))
    else:
        output.write_text(text, "utf-8", newline="")
    return 0


def compare(*communities: str, template: str, as_of: str | None = None, context: Ctx) -> int:
    """What do these places share on one outcome, and what keeps them apart, facet by facet?

    Parameters
    ----------
    communities
        Two communities or more.
    template
        The outcome.
    as_of
        Answer as the registry stood then: a day (its end, UTC) or a moment.
    """
    if len(communities) < 2:
        raise Invalid(
            "A comparison takes two communities or more.",
            hint="outcomes compare bridgeport hartford --template early-grade-reading",
        )
    answer = compare_places(context.projection(), communities, template, as_of)
    if context.json:
        say(context, answer)
    else:
        print_comparison(context.out, answer)
    return 0


def _bytes_out(body: bytes, output: Path | None) -> None:
    if output is not None:
        output.write_bytes(body)
    elif sys.stdout.isatty():
        raise Invalid(
            "Parquet is no text.", hint="Name a file with --output FILE.parquet, or send standard output to a file."
        )
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
