"""When a command was used wrongly: words it cannot follow, or files that are no files. Nothing was read and nothing was written.

``outcomes`` itself refuses unknown commands and options; this is for what only the command can know. Exit status 2, as theirs.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from registry.domain.refusal import Conflict, NotFound, Refusal


class WrongUse(Refusal):
    """The command line asks for something that cannot be asked."""

    slug: ClassVar[str] = "wrong-use"
    title: ClassVar[str] = "The command was used wrongly"
    exit_code: ClassVar[int] = 2


def read_document(file: Path) -> bytes:
    """The bytes of a document. Raises NotFound, with the reason, where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotFound(
            f"The file {str(file)!r} cannot be read: {_reason(error)}.", hint="Check its name and folder."
        ) from error


def write_new(file: Path, body: bytes) -> None:
    """Write a file that is not there yet, readable by its owner alone.

    Raises Conflict where it is there, WrongUse where it cannot be written.
    """
    try:
        with open(file, "xb", opener=_private) as stream:  # the one way to say the mode from the start
            stream.write(body)
    except FileExistsError:
        raise _there(file) from None
    except OSError as error:
        raise WrongUse(f"{str(file)!r} cannot be written: {_reason(error)}.", hint="Check the folder.") from error


def not_there(file: Path | None) -> None:
    """Refuse a file that is to be written and is there already, before anything is done. Raises Conflict."""
    if file is not None and file.exists():
        raise _there(file)


def _there(file: Path) -> Conflict:
    return Conflict(f"{str(file)!r} is there already.", hint="Name another file, or remove that one first.")


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def readable(files: Sequence[Path]) -> None:
    """Look at data files before anything is done with them. Raises NotFound that names all which cannot be read.

    A data file is read more than once, so a pipe will not do.
    """
    unreadable = [f"{str(file)!r} ({why})" for file in files if (why := _unreadable(file))]
    if unreadable:
        raise NotFound(
            f"Nothing was read: {', '.join(unreadable)}.",
            hint="Check the names and the folder; what comes out of a pipe is to be saved as a file first.",
        )


def _unreadable(file: Path) -> str:
    try:
        with file.open("rb"):
            return "" if file.is_file() else "this is no file"
    except OSError as error:
        return _reason(error)


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case IsADirectoryError():
            return "this is a folder, not a file"
        case PermissionError():
            return "you may not read it"
    return error.strerror or str(error)
