"""The shape of the answer to a roll-up: levels, series, the joint count, and who is out and why (made in ``rollup_shown.py``).

The names of the members are a contract (design section 10).
"""

from typing import Literal

import msgspec

from registry.domain.benchmark import Relative
from registry.domain.comparability import Tier
from registry.domain.curve import Curve
from registry.domain.disparity import Disparity
from registry.domain.network_answer import Network, Overlap
from registry.domain.network_mean import Shrunk
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
    """A pooled level: ratio of sums in the indicator's unit, its bounds, and the unweighted mean beside it.

    At the tier ``linked`` it is the estimated mean on the common scale named by ``scale``, in that scale's unit, by ``links``; ``low`` and
    ``high`` are its 95 % interval.
    """

    key: str
    tier: Literal["level", "linked"] = "level"
    scale: str | None = None
    links: list[str] = []
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


class ShownChange(msgspec.Struct, frozen=True, kw_only=True):
    """How far a pooled level moved over a window, over the same places at both ends, and who came or left.

    ``change`` is in the unit (points); ``low`` and ``high`` are its bounds where a part is bounded.
    """

    key: str
    group: dict[str, str]
    communities: list[str]
    came: list[str]
    left: list[str]
    change: float | None
    low: float | None
    high: float | None


class LatestSegment(msgspec.Struct, frozen=True, kw_only=True):
    """The latest unbroken stretch of a broken series, which gives the trend: since when, from which figure, and how far it came."""

    since: str
    baseline: Point | None
    years: float | None
    change: float | None
    improvement: float | None
    annual_improvement: float | None


class LinkedEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """A place's estimated mean on the common scale, with its standard error and 95 % interval, or the reason why there is none.

    ``score`` is the scale's point of the place's cut, ``cut_se`` its error, ``share`` the share (0 to 1) above it.
    """

    key: str
    scale: str
    period: str
    link: str | None
    score: float | None
    cut_se: float | None
    share: float | None
    mean: float | None
    se: float | None
    ci95: tuple[float, float] | None
    reason: str | None


class SplitTold(msgspec.Struct, frozen=True, kw_only=True):
    """A change taken apart: what came of changes within the groups of a dimension, and what of a changing mix of them (points).

    Null with a reason where a group has no counts at an end (``no_counts``), or the groups do not add up to everybody (``no_sum``).
    """

    dimension: str
    within: float | None = None
    mix: float | None = None
    reason: Literal["no_counts", "no_sum"] | None = None


class ShownSeries(Progress, frozen=True, kw_only=True):
    """One series with its progress. ``baseline_declared``: the baseline is the document's own, nothing is loaded for it.

    ``declared_baseline`` stands where the community declared another figure than was loaded. Where the series is broken its trend is
    that of the latest unbroken ``segment``, and ``chained_effect`` is the sum of the effects of all ``segments``. ``effect_per_year`` is
    in probits; ``shrunk`` is that drawn toward the network's mean, ranked only where places can be told apart. ``relative`` is the
    improvement less that of the ``benchmark``, ``curve`` where the years before the baseline were heading.
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
    headline: bool = True
    segment: LatestSegment | None = None
    segments: int = 1
    chained_effect: float | None = None
    chained_effect_se: float | None = None
    chained_effect_reason: str | None = None
    effect_per_year: float | None = None
    shrunk: Shrunk | None = None
    rank: int | None = None
    benchmark: str | None = None
    relative: Relative | None = None
    curve: Curve | None = None
    linked: LinkedEstimate | None = None
    split: SplitTold | None = None


class ShownGap(Disparity, frozen=True, kw_only=True):
    """One group's gap to its reference group: how wide then and now, and whether it closes."""

    community: str
    variant: str
    group: dict[str, str]
    reference: dict[str, str]


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


class RedactedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that was taken out of the registry for good, and the ledger's line that says why; nothing older stands in for it."""

    community: str
    variant: str
    period: str
    group: dict[str, str]
    status: Literal["not_available (redacted)"] = "not_available (redacted)"
    by: int


class Coverage(msgspec.Struct, frozen=True):
    """How many communities and people are in the answer, how many communities are out, and the share of cells masked (0 to 1)."""

    communities_in: int
    communities_out: int
    people_in: int
    masked_share: float


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where one figure comes from: load, file with its hash, sheet where it has any, line, and the cells as they stood."""

    community: str
    variant: str
    period: str
    batch: str
    file: str
    sha256: str
    row: int
    cells: dict[str, str]
    sheet: str | None = None


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
    release: str | None = None
    masked: bool = False
    program: str
    notice: str
    levels: tuple[ShownLevel, ...]
    changes: tuple[ShownChange, ...] = ()
    series: tuple[ShownSeries, ...]
    benchmarks: tuple[ShownSeries, ...]
    gaps: tuple[ShownGap, ...] = ()
    network: Network
    overlaps: tuple[Overlap, ...] = ()
    excluded: tuple[Excluded, ...]
    coverage: Coverage
    redacted: tuple[RedactedFigure, ...] = ()
    explain: tuple[Explained, ...] = ()
