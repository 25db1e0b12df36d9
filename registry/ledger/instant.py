"""When something was recorded, and which moment somebody means who asks for the state "as of" then.

Recorded moments are UTC text of one width, so that they sort as text. They strictly increase, also when the computer's
clock stands still or goes back, because "as of" is answered by the last entry that is not later.

>>> from registry.ledger.instant import moment_text, read_as_of
>>> moment_text(read_as_of("2024-06-30"))
'2024-06-30T23:59:59.999999Z'
>>> moment_text(read_as_of("2024-06-30T17:00:00-05:00"))
'2024-06-30T22:00:00.000000Z'
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from registry.domain.refusal import Damaged, Invalid

Clock = Callable[[], datetime]

_TICK = timedelta(microseconds=1)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?", re.ASCII)
_ZONE = re.compile(r"[Zz]|[+-]\d{2}:[0-5]\d", re.ASCII)
_HOW = (
    "Write a date such as 2024-06-30, which means the end of that day UTC, "
    "or a moment with its time zone such as 2024-06-30T17:00:00-05:00."
)


def utc_now() -> datetime:
    """The computer's clock, in UTC."""
    return datetime.now(UTC)


def moment_text(moment: datetime) -> str:
    """UTC text with six digits of microseconds and ``Z``. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def stamp_after(previous: str | None, reading: datetime) -> str:
    """The clock's reading, or one microsecond after ``previous`` when the clock is not later than that.

    Raises Damaged when ``previous`` is needed and cannot be read.
    """
    stamp = moment_text(reading)
    if previous is None or stamp > previous:
        return stamp
    try:
        return moment_text(datetime.fromisoformat(previous) + _TICK)
    except ValueError as fault:
        raise Damaged(
            f"The last entry's time {previous!r} cannot be read.", hint="Run `outcomes verify` to see every fault."
        ) from fault


def read_as_of(text: str) -> datetime:
    """The moment that an "as of" means, in UTC: an RFC 3339 moment, or a bare date for the end of that day UTC.

    Digits beyond the microsecond are cut off. Raises Invalid, in plain words, for anything else.
    """
    given = text.strip()
    if _DAY.fullmatch(given):
        return _existing(f"{given}T23:59:59.999999Z", text)
    time = _TIME.match(given)
    if time is None:
        raise Invalid(f"{text!r} is not a date or moment that can be read.", hint=_HOW)
    zone = given[time.end() :]
    if not zone:
        raise Invalid(f"{text!r} does not say its time zone.", hint="Add Z for UTC, or an offset such as -05:00.")
    if not _ZONE.fullmatch(zone):
        raise Invalid(f"{text!r} has a time zone that cannot be read: {zone!r}.", hint=_HOW)
    return _existing(given.upper(), text)


def _existing(instant: str, given: str) -> datetime:
    try:
        return datetime.fromisoformat(instant).astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise Invalid(f"{given!r} is not on the calendar or the clock.", hint=_HOW) from fault
