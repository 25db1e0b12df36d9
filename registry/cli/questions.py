"""Commands that ask: roll up an outcome, compare places."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from registry.cli.comparison_text import print_comparison
from registry.cli.context import Context
from registry.cli.flat import csv_text, parquet_bytes
from registry.cli.framework_text import print_framework_rollup
from registry.cli.output import as_json, print_bytes, say
from registry.cli.rollup_text import print_explained, print_rollup
from registry.cli.wrong_use import WrongUse
from registry.domain.framework_answer import FrameworkRollup
from registry.domain.rollup_answer import RollupAnswer
from registry.projection.answer import RollupRequest
from registry.projection.answer import rollup as roll_up
from registry.projection.compare import compare as compare_places
from registry.projection.framework_rollup import framework_rollup, names_framework

Ctx = Annotated[Context, Parameter(parse=False)]
Format = Literal["table", "json", "csv", "parquet"]


def rollup(  # noqa: PLR0913  # its options are a contract, and a user's rather than a caller's
    template: str,
    /,
    *,
    by: str | None = None,
    period: str | None = None,
    window: str | None = None,
    as_of: str | None = None,
    rule: str | None = None,
    format: Format = "table",  # noqa: A002  # the option's name is a contract
    explain: bool = False,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    context: Ctx,
) -> int:
    """Who makes progress, how fast, for whom, and which results can be compared at all?

    Parameters
    ----------
    template
        The outcome, such as early-grade-reading, or a framework, such as cradle-to-career.
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
    wanted = _format(context, format, output)
    request = RollupRequest(
        template=template, by=by, period=period, window=window, as_of=as_of, rule=rule, explain=explain
    )
    projection = context.figures("read_rollup", as_of=as_of)
    answer = (
        framework_rollup(projection, request) if names_framework(projection, request) else roll_up(projection, request)
    )
    if wanted == "table":
        if isinstance(answer, FrameworkRollup):
            print_framework_rollup(context.out, answer)
        else:
            print_rollup(context.out, answer)
        print_explained(context.out, answer.explain)
        return 0
    body = parquet_bytes(answer) if wanted == "parquet" else f"{_text(answer, wanted)}\n".encode()
    if output is None:
        print_bytes(body)
    else:
        output.write_bytes(body)
    if wanted != "json":  # there the answer has it: ``notice``
        context.err.print(Text(answer.notice))
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
        raise WrongUse(
            "A comparison takes two communities or more.",
            hint="outcomes compare bridgeport hartford --template early-grade-reading",
        )
    answer = compare_places(context.figures("read_comparison", as_of=as_of), communities, template, as_of)
    if context.json:
        say(context, answer)
    else:
        print_comparison(context.out, answer)
    return 0


def _format(context: Context, asked: Format, output: Path | None) -> Format:
    """How the answer is printed. Raises WrongUse for wishes that contradict each other or would harm the registry."""
    if context.json and asked in {"csv", "parquet"}:
        raise WrongUse(f"The answer is either JSON or {asked}.", hint="Leave out --json or --format.")
    wanted: Format = "json" if context.json else asked
    if output is None:
        if wanted == "parquet" and sys.stdout.isatty():
            hint = "Name a file with --output FILE.parquet, or send standard output to a file."
            raise WrongUse("Parquet is not text for a screen.", hint=hint)
        return wanted
    if wanted == "table":
        raise WrongUse("A table goes to the screen.", hint="With --output choose --format json, csv or parquet.")
    own = context.path  # the registry's file, beside which its neighbours stand
    if own is not None and output.resolve().as_posix().startswith(own.resolve().as_posix()):
        raise WrongUse(f"{output} belongs to the registry and would be lost.", hint="Name another file.")
    return wanted


def _text(answer: RollupAnswer | FrameworkRollup, wanted: Format) -> str:
    return as_json(answer) if wanted == "json" else csv_text(answer).removesuffix("\n")
