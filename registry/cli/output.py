"""How answers look on a terminal: tables and findings in plain words, or the same as JSON.

With ``--json`` standard output holds one JSON document, whatever happens; what went wrong stands in words on standard error all the same.

No rule and no figure is made here. A table never says with colour alone what it does not also say in words.
"""

import sys
from collections.abc import Iterable, Sequence

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry.cli.context import Context
from registry.cli.screen import throw_away
from registry.domain.finding import Finding
from registry.domain.refusal import Refusal

PLAIN_WIDTH = 160
"""How wide tables are where nobody looks: in a file or a pipe."""


def as_json(document: object) -> str:
    """A document as indented JSON, members in their order: the same document gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode("utf-8")


def say(context: Context, document: object, *, text: str | None = None) -> None:
    """Print an answer: as JSON where that was asked for, else the text."""
    if context.json:
        print_plain(as_json(document))
    elif text is not None:
        context.out.print(Text(text))


def print_plain(text: str, *, newline: bool = True) -> None:
    """Print a document as it is, without any layout: UTF-8, whatever the terminal or the pipe calls itself."""
    print_bytes(f"{text}{chr(10) if newline else ''}".encode("utf-8", "backslashreplace"))


def print_bytes(body: bytes) -> None:
    """Send bytes to standard output, after what was printed before."""
    if sys.stdout is None:  # it was closed before the program began
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever read it has read enough
        throw_away(sys.stdout)


def counted(number: int, word: str) -> str:
    """A number and its noun.

    >>> counted(1, "fault"), counted(2, "fault")
    ('1 fault', '2 faults')
    """
    return f"{number} {word}{'' if number == 1 else 's'}"


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()) -> Table:
    """A table with a title; ``right`` names the columns that hold figures."""
    made = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", show_edge=False, pad_edge=False
    )
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    return made


def print_findings(console: Console, findings: Sequence[Finding]) -> None:
    """Every finding: where, what, how to mend."""
    for finding in findings:
        line = Text()
        line.append(
            "error" if finding.severity == "error" else "warning",
            style="bold red" if finding.severity == "error" else "yellow",
        )
        where = place_of(finding)
        line.append(f" {where}: " if where else ": ")
        line.append(finding.detail)
        if finding.hint:
            line.append(f" {finding.hint}", style="italic")
        line.append(f"  [{finding.rule}]", style="dim")
        console.print(line)


def place_of(finding: Finding) -> str:
    """Where a finding stands, in words: a field of a document, or a file's line and column."""
    if finding.file is not None:
        parts = [finding.file]
        if finding.sheet:
            parts.append(f"sheet {finding.sheet}")
        if finding.row is not None:
            parts.append(f"line {finding.row}")
        if finding.column is not None:
            parts.append(f"column {finding.column!r}")
        if finding.cell is not None:
            parts.append(f"cell {finding.cell!r}")
        return ", ".join(parts)
    return finding.pointer or ("the whole document" if finding.pointer == "" else "")


class RefusalShown(msgspec.Struct, frozen=True):
    """A refusal as JSON; the same members as an API problem."""

    type: str
    title: str
    status: int
    detail: str
    hint: str
    errors: tuple[Finding, ...]


def print_refusal(context: Context, refusal: Refusal) -> None:
    """Say what the registry will not do, why, and the way out; as JSON too where that was asked for."""
    if context.json:
        detail, hint = (_text(words) for words in (refusal.detail, refusal.hint))
        shown = RefusalShown(refusal.slug, refusal.title, refusal.status, detail, hint, refusal.findings)
        print_plain(as_json(shown))
    print_words(context.err, refusal)


def _text(words: str) -> str:
    """Words that may hold a folder's name in an encoding nobody knows."""
    return words.encode("utf-8", "backslashreplace").decode("utf-8")


def print_words(console: Console, refusal: Refusal) -> None:
    """A refusal in plain words: findings, what is refused, the way out."""
    print_findings(console, refusal.findings)
    console.print(Text(refusal.detail, style="bold"))
    if refusal.hint:
        console.print(Text(refusal.hint))
    if refusal.retry:
        console.print(Text("Trying again can help."))
