"""The token that a command was given: in a file, else in the environment. It is never an argument, which every process could read.

What stands there is never printed. A variable or file that holds nothing is refused: whoever meant to act by a token must not become the
operator because it got lost on the way.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from registry.cli.wrong_use import WrongUse, read_document

VARIABLE = "OUTCOMES_TOKEN"
LONGEST_FILE = 4096
"""A token is a line; a larger file is some other file."""


def presented_token(file: Path | None, environment: Mapping[str, str], err: Console) -> str | None:
    """The token given, or null where there is none. Raises WrongUse where its place is empty, NotFound for an unreadable file."""
    if file is None:
        return _said(environment[VARIABLE], VARIABLE) if VARIABLE in environment else None
    raw = read_document(file)
    _warn_if_open(file, err)
    if len(raw) > LONGEST_FILE:
        raise WrongUse(f"{file} holds more than a token.", hint="A token file holds one line: the token.")
    return _said(raw.decode("utf-8", "replace"), str(file))


def _said(text: str, place: str) -> str:
    word = text.strip()
    if not word:
        raise WrongUse(
            f"{place} holds no token.", hint="Put the token there; to work as the operator, leave it out altogether."
        )
    return word


def _warn_if_open(file: Path, err: Console) -> None:
    if file.stat().st_mode & 0o077:
        err.print(Text(f"{file} can be read by others on this computer; the token in it is as good as theirs."))
        err.print(Text(f"Close it with: chmod 600 {shlex.quote(str(file))}"))
