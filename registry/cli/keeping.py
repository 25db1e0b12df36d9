"""Commands that keep a registry: back it up while others write, make one from a backup."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from registry.actions.keeping import back_up
from registry.actions.keeping import restore as restore_backup
from registry.cli.context import ACTOR, Context
from registry.cli.output import say
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
    done = back_up(context.path, file)
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
    folder = projection_folder(context.path.absolute())
    done = restore_backup(file, context.path, folder, actor=ACTOR, now=utc_now, keep_tokens=keep_tokens)
    tokens = "Tokens from before are void; make new ones." if done.tokens_voided else "Tokens from before go on."
    say(
        context, done, text=f"The registry {done.registry} is restored, line {done.entries}. {tokens} Head: {done.head}"
    )
    return 0
