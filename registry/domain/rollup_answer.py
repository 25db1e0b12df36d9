"""The shape of the answer to a roll-up: levels, series, the joint count, and who is out and why (made in ``rollup_shown.py``).

The names of the members are a contract (design section 10).
"""

from typing import Literal

import msgspec

from registry.domain.comparability import Tier
from registry.domain.path import Aim
from registry.domain.point import Point
from registry.domain.progress import Progress


class LeftOut(msgspec.Struct, frozen=True):
    """A community that measures alike and still is in no pooled level of this period, and why."""

    community: str
    variant: str
    reason: str


class Known(msgspec.Struct, frozen=True):
    """The part of a bounded level whose counts are exact: how many communities, and their ratio of sums."""

    communities: int
    numerator: int
    denominator: int
    value: float


class ShownLevel(msgspec.Struct, frozen=True, kw_only=True):
    """A pooled level: ratio of sums in the indicator's unit, its bounds, and the unweighted mean beside it."""

    key: str
    tier: Literal["level"] = "level"
    period: str
    group: dict[str, str]
    communities: list[str]
    numerator: int | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    unweighted: float | None
    known: Known | None
    left_out: tuple[LeftOut, ...]


class ShownSeries(Progress, frozen=True, kw_only=True):
    """One series with its progress. ``baseline_declared``: the baseline is the document's own, nothing is loaded for it.

    ``declared_baseline`` stands where the community declared another figure than was loaded.
    """

    community: str
    name: str
    variant: str
    group: dict[str, str]
    state: str
    tier: Tier
    key: str | None
    baseline: Point | None
    declared_baseline: Point | None
    latest: Point | None
    target: Aim | None
    broken_at: str | None
    baseline_declared: bool


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """Trends counted apart, because these communities cannot be counted with the others."""

    key: str
    n: int
    improving: int
    maintaining: int
    declining: int
    indeterminate: int
    communities: list[str]


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """One joint count by trend over the communities whose progress can be compared; ``apart`` the others, key by key."""

    key: str | None = None
    n: int = 0
    improving: int = 0
    maintaining: int = 0
    declining: int = 0
    indeterminate: int = 0
    communities: list[str] = []
    apart: tuple[Apart, ...] = ()


OutOf = Literal["everything", "count", "level"]


class Excluded(msgspec.Struct, frozen=True):
    """A local measure that is out, the strongest tier at which it still is shown, and why.

    ``out_of``: of ``everything``, only of the joint ``count``, or only of its ``level``.
    """

    community: str
    variant: str
    tier: Tier
    reason: str
    out_of: OutOf


class Coverage(msgspec.Struct, frozen=True):
    """How many communities and people are in the answer, how many communities are out, and the share of cells masked (0 to 1)."""

    communities_in: int
    communities_out: int
    people_in: int
    masked_share: float


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where one figure comes from: load, file with its hash, line, and the cells as they stood."""

    community: str
    variant: str
    period: str
    batch: str
    file: str
    sha256: str
    row: int
    cells: dict[str, str]


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """One figure's arithmetic in a line, and the cells behind it."""

    figure: str
    arithmetic: str
    sources: tuple[Source, ...]


class RollupAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Comparable progress across communities for one template. Figures are in ``unit``; a rate is per ``per``."""

    template: str
    seq: int
    as_of: str
    period: str | None
    window: str | None
    dimension: str | None
    progress_rule: str
    rollup_rule: str
    unit: str
    per: float
    direction: str
    release: None = None
    program: str
    notice: str
    levels: tuple[ShownLevel, ...]
    series: tuple[ShownSeries, ...]
    benchmarks: tuple[ShownSeries, ...]
    network: Network
    excluded: tuple[Excluded, ...]
    coverage: Coverage
    explain: tuple[Explained, ...] = ()
