"""What a roll-up asks of the projection."""

import msgspec


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a roll-up is asked: line and day it answers for, outcome, dimensions, periods (null: the latest), window, and rule.

    ``rule`` is the one asked for by its id; null for each outcome's own.
    """

    line: int
    day: str
    template: str | None
    pins: tuple[str, ...] | None = None
    current: bool
    rule: str | None = None
    dimensions: tuple[str, ...] = ()
    periods: tuple[str, ...] | None = None
    earlier: str | None = None
    later: str | None = None
