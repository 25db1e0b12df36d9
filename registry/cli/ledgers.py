"""Commands over the ledger itself: what it says line by line, and a copy of all of it elsewhere."""

from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.cli.context import Context
from registry.cli.output import counted, say, table
from registry.cli.wrong_use import WrongUse
from registry.domain.refusal import NotFound
from registry.ledger.contract import Ledger
from registry.ledger.entry import Entry
from registry.projection.reading import entry_as_of

Ctx = Annotated[Context, Parameter(parse=False)]
SHOWN = 12  # digits of a chain value in a table; all of them in JSON


class LogLine(msgspec.Struct, frozen=True):
    """One line of the ledger: who recorded what about which subject, when, as which revision, and its chain value."""

    seq: int
    kind: str
    subject: str
    revision: int
    recorded_at: str
    actor: str
    chain: str


def log(*, subject: str | None = None, limit: int = 50, as_of: str | None = None, context: Ctx) -> int:
    """Who recorded what, and when? Newest first.

    Parameters
    ----------
    subject
        Only entries about this subject, such as template:early-grade-reading@1.0.0.
    limit
        How many entries at most.
    as_of
        As the ledger stood then: a day (its end, UTC) or a moment.
    """
    if limit < 1:
        raise WrongUse(f"A limit of {limit} shows nothing.", hint="Give --limit 1 or more.")
    ledger = context.reading("read_ledger").ledger
    upto = ledger.head() if as_of is None else entry_as_of(ledger, as_of)
    lines = [_line(entry) for entry in ledger.latest(limit, upto=upto.seq, subject=subject)]
    if subject is not None and not lines:
        raise _unknown(ledger, subject, upto)
    if context.json:
        say(context, lines)
        return 0
    columns = ("line", "recorded", "kind", "subject", "revision", "actor", "chain")
    rows = [
        (str(line.seq), line.recorded_at, line.kind, line.subject, str(line.revision), line.actor, line.chain[:SHOWN])
        for line in lines
    ]
    context.out.print(table("Ledger", columns, rows, right=("line", "revision")))
    if subject is None and lines[-1].seq > 1:
        context.out.print(Text(f"{counted(lines[-1].seq - 1, 'earlier line')}: --limit {upto.seq} shows all."))
    return 0


def copy(source: str, target: str, /, *, keep_tokens: bool = False, context: Ctx) -> int:
    """Copy a registry to an empty place, chain and all. Each is a file or postgresql://..., and it is verified before it is there.

    Parameters
    ----------
    source
        The registry to copy: a file, or postgresql://...
    target
        Where it is to be: a new file, or an empty database or schema.
    keep_tokens
        Tokens open the copy too. Without this they are void there.
    """
    copied = context.copy(source, target, not keep_tokens, context.actor())
    if context.json:
        say(context, copied)
        return 0
    context.out.print(
        Text(f"{counted(copied.entries, 'line')} of {copied.source} stand in {copied.target}, chain and all.")
    )
    context.out.print(Text(f"Head: {copied.head}"))
    if copied.tokens_voided:
        context.out.print(
            Text("Tokens of the one do not open the other: one more line in the copy says so. Make new ones there.")
        )
    return 0


def _line(entry: Entry) -> LogLine:
    return LogLine(**{name: getattr(entry, name) for name in LogLine.__struct_fields__})


def _unknown(ledger: Ledger, subject: str, upto: Entry) -> NotFound:
    later = ledger.newest(subject)
    if later is not None:
        return NotFound(
            f"Nothing about {subject!r} was recorded up to line {upto.seq}.", hint=f"Its newest line is {later.seq}."
        )
    return NotFound(
        f"The ledger has no entry about {subject!r}.",
        hint="Subjects are written like template:early-grade-reading@1.0.0; outcomes ledger log lists them.",
    )
