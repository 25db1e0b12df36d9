"""Where words and answers go, and what a reader who stops reading changes: nothing.

``outcomes rollup ... | head -1`` closes the pipe after a line. The command goes on to its end all the same, so that its exit status
says what it did; what nobody reads is thrown away. Rich, left to itself, would end the program with status 1.
"""

import os
from typing import IO

from rich.console import Console


class Screen(Console):
    """A console that goes on when its reader has read enough (the way that Rich's own documentation gives)."""

    def on_broken_pipe(self) -> None:
        """Throw away whatever is still to come."""
        self.quiet = True
        throw_away(self.file)


def throw_away(stream: IO[str]) -> None:
    """Send what a stream still holds, and all that comes, to nobody."""
    nobody = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nobody, stream.fileno())
    os.close(nobody)
