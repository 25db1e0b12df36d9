"""What every read is given: tables to ask, the templates among them, and the line of the ledger at which it answers.

There are two: the registry as its operator and the owner of the figures see it (``Projection``, live), and what everybody else may see
(``Disclosed``, of a release). A read does not know which of them it has, so no read can show more than it was given.
"""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from registry import duck
from registry.domain.refusal import NotFound
from registry.domain.template import Template
from registry.domain.words import notice_of
from registry.ledger.contract import Ledger
from registry.ledger.entry import Entry
from registry.ledger.instant import read_as_of


class Moment(msgspec.Struct, frozen=True):
    """The line of the ledger at which a question is answered, and the moment it stands for.

    ``release`` is the one that is read, if any; ``masked`` tells whether small groups are masked.
    """

    entry: Entry
    as_of: str
    current: bool
    masked: bool = False
    release: str | None = None

    @property
    def notice(self) -> str:
        """What stands beside every answer given at this moment."""
        return notice_of(masked=self.masked, release=self.release)


def entry_as_of(ledger: Ledger, as_of: str) -> Entry:
    """The ledger's last entry as of then. Raises Invalid for a text that is no moment, NotFound where there was no registry yet."""
    entry = ledger.entry_at(read_as_of(as_of))
    if entry is None:
        first = ledger.entry(1)
        raise NotFound(f"There was no registry yet on {as_of}.", hint=f"It begins at {first.recorded_at}.")
    for later in ledger.entries(after=entry.seq):  # an action is whole or not there: its lines differ by a microsecond
        if later.action_id != entry.action_id:
            break
        entry = later
    return entry


class Reading(Protocol):
    """Tables to read from."""

    @property
    def templates(self) -> Mapping[str, Template]:
        """The published templates by ``id@version``."""

    def cursor(self) -> duck.Connection:
        """A connection of its own for one read."""

    def rollup_cursor(self) -> duck.Connection:
        """A connection of its own for a roll-up: it has the macros of roll-ups too."""

    def catch_up(self) -> Entry:
        """The entry up to which it reads now."""

    def moment(self, as_of: str | None) -> Moment:
        """Resolve an as-of once. Raises Invalid for a text that is no moment, NotFound where there was nothing to read yet."""
