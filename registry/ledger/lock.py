"""Whose turn it is to write: one writer at a time, over all processes of this computer, and the others wait.

The operating system holds the lock and gives it back when a process dies, however it dies, so there is nothing to tidy
up. SQLite has a lock of its own, but a writer that waits for it too long is told "locked" and must try again; here
writers wait before they ever ask SQLite. The lock file is empty and stays where it is: removing it while somebody waits
would let two writers in.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.domain.refusal import Busy

PATIENCE = 60.0  # seconds; a write takes milliseconds, a large batch a few seconds
_FIRST_WAIT = 0.0005  # seconds; about one small write
_LONGEST_WAIT = 0.008  # seconds; short enough that nobody sees it, long enough to cost no processor time


def lock_path(path: Path) -> Path:
    """Where the lock of the file at ``path`` stands: beside the real file, so that a symbolic link shares the lock."""
    real = path.resolve()
    return real.with_name(real.name + ".lock")


@contextmanager
def exclusive(path: Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock at ``path``, a folder that is there or a file (made when missing, mode 0600), for the length of the block.

    Raises Busy when others held it for ``patience`` seconds.
    """
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(descriptor, patience)
        try:
            yield
        finally:
            # Explicit, because a forked child may still hold a copy of the descriptor.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def turn_missed(patience: float) -> Busy:
    """What somebody is told who waited ``patience`` seconds in vain, for this lock or for that of a server."""
    return Busy(
        f"Another program has been writing to this registry for more than {patience:,.12g} seconds.",
        hint="Try again. If it stays so, look for a command or server that hangs and stop it.",
    )


def _wait_for(descriptor: int, patience: float) -> None:
    # Asking again and again, because a blocking flock knows no time limit.
    deadline = time.monotonic() + patience
    wait = _FIRST_WAIT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise turn_missed(patience) from None
            time.sleep(wait)
            wait = min(wait * 1.5, _LONGEST_WAIT)
        else:
            return
