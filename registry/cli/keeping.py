"""Commands that keep a registry: back it up while others write, make one from a backup, take out what should not be in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from registry.actions.copying import Copied
from registry.actions.keeping import BackedUp, Restored, back_up
from registry.actions.keeping import restore as restore_backup
from registry.actions.redacting import Redacted
from registry.actions.redacting import redact as redact_entries
from registry.cli.context import Context
from registry.cli.output import counted, say
from registry.cli.wrong_use import WrongUse
from registry.ledger.instant import utc_now
from registry.settings import projection_folder

Ctx = Annotated[Context, Parameter(parse=False)]


def backup(file: Path, /, *, context: Ctx) -> int:
    """Write a verified copy of the whole registry, also while others write to it.

    Parameters
    ----------
    file
        The backup's file; it must not be there yet.
    """
    done = (
        back_up(context.path, file, actor=context.actor())
        if context.path is not None
        else _from_server(context.copy(context.registry, str(file), False, context.actor()))
    )
    text = (
        f"Backed up to {done.backup}: {'1 entry' if done.entries == 1 else f'{done.entries} entries'}, "
        f"the chain is whole. Head: {done.head}\nIt holds every figure, small ones too: keep it as safe as the registry."
    )
    say(context, done, text=text)
    return 0


def restore(file: Path, /, *, keep_tokens: bool = False, context: Ctx) -> int:
    """Make a registry (at --registry) from a backup.

    Parameters
    ----------
    file
        The backup.
    keep_tokens
        Let tokens go on that were given out before the backup; without it they are void.
    """
    actor = context.actor()
    if context.path is None:
        done = _onto_server(context.copy(str(file), context.registry, not keep_tokens, actor))
    else:
        folder = projection_folder(context.path.absolute())
        done = restore_backup(file, context.path, folder, actor=actor, now=utc_now, keep_tokens=keep_tokens)
    tokens = "Tokens from before are void; make new ones." if done.tokens_voided else "Tokens from before go on."
    say(
        context, done, text=f"The registry {done.registry} is restored, line {done.entries}. {tokens} Head: {done.head}"
    )
    return 0


def redact(*entries: str, reason: str, context: Ctx) -> int:
    """Take the content of entries out of the registry for good: a wrong upload, a person's name. The ledger's chain stays whole.

    Parameters
    ----------
    entries
        The numbers of the entries, or names of loads (b57); `outcomes data batches` lists them.
    reason
        Why; it is kept for ever, so do not repeat there what is to go.
    """
    done = redact_entries(context.projection(), _numbers(entries), reason, actor=context.actor())
    if context.json:
        say(context, done)
    else:
        _print_redacted(context, done)
    return 1 if done.caches else 0


def _numbers(entries: Sequence[str]) -> tuple[int, ...]:
    """The entries' numbers. Raises WrongUse for none, or for what is no number."""
    wrong = [name for name in entries if not name.removeprefix("b").isdecimal() or not name.isascii()]
    if wrong or not entries:
        raise WrongUse(
            f"{', '.join(map(repr, wrong))} names no entry." if wrong else "No entry is named.",
            hint="Name entries by their numbers, or loads as b57; `outcomes data batches` lists them.",
        )
    return tuple(int(name.removeprefix("b")) for name in entries)


def _print_redacted(context: Context, done: Redacted) -> None:
    named = ", ".join(map(str, done.seqs))
    by = f"by entry {done.by}" if done.by is not None else "before; what was left of them is erased"
    lines = [
        f"Redacted {by}: {named}. {counted(done.points, 'data point')} not available now.",
        "Every projection is dropped and built anew. No raw response of another program is kept by this version.",
        *(
            f"{path} still holds what was redacted: delete it, or restore it only to redact there too."
            for path in done.copies
        ),
        "Other backups and copies, and the files that were loaded, are not known here: look for them and delete them yourself.",
    ]
    if context.path is None:
        lines.append("The server's own log and its replicas may keep it for a while: ask whoever runs the server.")
    for line in lines:
        context.out.print(Text(line))
    for path in done.caches:
        context.err.print(Text(f"{path} could not be deleted and may hold what was redacted: delete it yourself."))


def _from_server(copied: Copied) -> BackedUp:
    """A backup of a registry on a server is its copy as a file."""
    return BackedUp(copied.target, copied.entries, copied.head)


def _onto_server(copied: Copied) -> Restored:
    return Restored(
        copied.target, copied.source, copied.entries + copied.tokens_voided, copied.head, copied.tokens_voided
    )
