"""A data point: what one file says of one variant, period and group; a value, bounds, or the reason why there is none.

Nothing is ever overwritten: a correction is a new revision, and the older figure still answers for the days on which it stood.
Zero is a value. ``same`` decides whether a row of a file says what the registry already knows.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

import msgspec
import rfc8785

from registry.domain.value import Missing


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """The cell a figure comes from: file, row (lines count from 1), and the text that stood there, column by column.

    ``sheet`` is empty where the file has none.
    """

    file: str
    row: int
    cells: dict[str, str] = {}
    sheet: str = ""


class Observation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One data point. ``low`` and ``high`` hold half a unit of rounding at each printed end; ``value`` is per the template's unit."""

    period: str
    group: str = ""
    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None
    open: bool = False
    standard_error: float | None = None
    eligible: int | None = None
    missing: Missing | None = None
    origin: Origin


FIGURES = ("value", "numerator", "denominator", "low", "high", "open", "standard_error", "eligible", "missing")
"""The members that make two data points the same or different; where they came from does not."""


def figures(observation: Observation) -> tuple[object, ...]:
    """What the data point says, without where it comes from."""
    return tuple(getattr(observation, name) for name in FIGURES)


def rows_digest(observations: Iterable[Observation]) -> str:
    """SHA-256 over the sorted canonical rows: the same data give the same text, whatever the file looked like."""
    rows: list[Mapping[str, object]] = [
        {"period": row.period, "group": row.group, **{name: getattr(row, name) for name in FIGURES}}
        for row in observations
    ]
    return sha256(b"\n".join(sorted(rfc8785.dumps(row) for row in rows))).hexdigest()  # type: ignore[arg-type]  # rows hold scalars only
