"""What every read is given: tables to ask, the templates among them, and the line of the ledger at which it answers.

There are two: the registry as its operator and the owner of the figures see it (``Projection``, live), and what everybody else may see
(``Disclosed``, of a release). A read does not know which of them it has, so no read can show more than it was given.
"""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from registry import duck
from registry.domain.template import Template
from registry.domain.words import notice_of
from registry.ledger.entry import Entry


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


class Reading(Protocol):
    """Tables to read from."""

    @property
    def templates(self) -> Mapping[str, Template]:
        """The published templates by ``id@version``."""

    def cursor(self) -> duck.Connection:
        """A connection of its own for one read."""

    def catch_up(self) -> Entry:
        """The entry up to which it reads now."""

    def moment(self, as_of: str | None) -> Moment:
        """Resolve an as-of once. Raises Invalid for a text that is no moment, NotFound where there was nothing to read yet."""
