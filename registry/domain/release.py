"""What a release is: the registry as it stood at one line of the ledger, with what is masked for everybody who does not own it.

Only releases leave the registry (design section 9). Each names its line and its masks; whoever asks for an earlier day reads the
release that was current then, so no two moments between releases can be subtracted. A *table* is all data points of one local
measure and period, whatever the group. Which cells are masked is decided in ``disclosure.py``.
"""

from typing import Literal

import msgspec

from registry.domain.ids import Words
from registry.domain.value import Unit


class ReleaseCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many data points a release shows: as they stand (``open``), by a range (``coded``), not at all (``hidden``).

    ``delayed`` counts the tables that are still shown as the release before had them.
    """

    cells: int
    open: int
    coded: int
    hidden: int
    delayed: int = 0


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A release as the ledger keeps it; its masks stand in the entry after it. ``upto`` is the last line of the ledger it shows."""

    id: str
    upto: int
    counts: ReleaseCounts
    note: Words = ""


class MaskRow(msgspec.Struct, frozen=True):
    """One masked data point. ``low`` and ``high`` are people: a coded numerator's range.

    The kind ``eligible`` hides only how many could have been counted; where too few were, ``high`` is shown in its place. The kind
    ``baseline`` hides what the revision at line ``upto`` declares. The kind ``earlier`` stands for a whole table (``group_key`` is
    empty): it is shown as it stood at line ``upto``.
    """

    community: str
    variant: str
    period: str
    group_key: str
    kind: Literal["hidden", "coded", "eligible", "baseline", "earlier"]
    low: int | None = None
    high: int | None = None
    upto: int | None = None


class BaselineLine(msgspec.Struct, frozen=True):
    """The figure that one revision of a document declares as its baseline, at line ``seq``; else as ``CellLine``."""

    community: str
    variant: str
    seq: int
    period: str
    value: float
    numerator: int | None
    denominator: int | None
    unit: Unit
    per: float
    minimum_n: int
    minimum_numerator: int


class CellLine(msgspec.Struct, frozen=True):
    """One data point before anything is masked, with the unit and the smallest numbers that its template lets out."""

    community: str
    variant: str
    period: str
    group_key: str
    value: float | None
    numerator: int | None
    denominator: int | None
    eligible: int | None
    standard_error: float | None
    low: float | None
    high: float | None
    missing: str | None
    sample: bool
    unit: Unit
    per: float
    minimum_n: int
    minimum_numerator: int
