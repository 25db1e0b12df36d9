"""How commands over documents answer: what was found, what was done, what there is. The same words for every kind of document."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from rich.text import Text

from registry.actions.writing import Receipt
from registry.cli.context import Context
from registry.cli.output import as_json, counted, print_findings, print_plain, say, table
from registry.domain.finding import Finding, has_errors
from registry.domain.refusal import NotFound, meant

Line = TypeVar("Line", bound=msgspec.Struct)


class Checked(msgspec.Struct, frozen=True):
    """The answer of a check."""

    findings: tuple[Finding, ...]


def checked(context: Context, findings: tuple[Finding, ...], what: str) -> int:
    """Print every finding and how many there are; exit status 1 where one blocks."""
    if context.json:
        say(context, Checked(findings))
    else:
        print_findings(context.err, findings)
        faults = sum(finding.severity == "error" for finding in findings)
        doubts = len(findings) - faults
        context.out.print(
            Text(
                f"{counted(faults, 'fault')} and {counted(doubts, 'doubt')} in {what}."
                if findings
                else f"No faults in {what}."
            )
        )
    return 1 if has_errors(findings) else 0


def done(context: Context, receipt: Receipt, verb: str) -> int:
    """Print what an action did; ``verb`` says what became of the document."""
    if context.json:
        say(context, receipt)
        return 0
    print_findings(context.err, receipt.findings)
    kind, name = receipt.subject.split(":", 1)
    if receipt.written:
        context.out.print(Text(f"{name} is {verb} (revision {receipt.revision}, line {receipt.seq} of the ledger)."))
    else:
        context.out.print(
            Text(f"{name} already stands like this in the registry (line {receipt.seq}); nothing was written.")
        )
    if kind == "template" and receipt.content_sha256:
        context.out.print(Text(f"Content SHA-256: {receipt.content_sha256}"))
    return 0


def listed(
    context: Context,
    lines: Sequence[msgspec.Struct],
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[str] = (),
    more: Sequence[Mapping[str, object]] = (),
) -> int:
    """Print what there is, as a table, or as JSON without the documents themselves; ``more`` adds members to each line of the JSON."""
    if context.json:
        say(
            context,
            [
                {**{name: value for name, value in msgspec.to_builtins(line).items() if name != "body"}, **known}
                for line, known in zip(lines, more or [{}] * len(lines), strict=True)
            ],
        )
    elif rows:
        context.out.print(table(title, columns, rows, right=right))
    else:
        context.out.print(Text(f"{title}: there are none yet."))
    return 0


def one(name: str, lines: dict[str, Line], what: str) -> Line:
    """The line of that name. Raises NotFound with the nearest one."""
    if name not in lines:
        raise NotFound(f"There is no {what} {name!r}.", hint=meant(name, list(lines)))
    return lines[name]


def shown(body: str, known: Mapping[str, object] | None = None) -> int:
    """Print a document, with what the registry knows of it beside its own members."""
    print_plain(as_json({**msgspec.json.decode(body), **(known or {})}))
    return 0
