"""What the queries of a roll-up return, row by row: ends of series, progress, parts and levels, counts, gaps, and means on a common scale.

Each Struct is the answer of the query file that names it in its header; a test holds the columns to the members.
"""

from decimal import Decimal
from typing import Literal

import msgspec

from registry.domain.disparity import Disparity
from registry.domain.path import Pace
from registry.domain.progress import Progress
from registry.domain.progress_rule import Trend

PartStatus = Literal[
    "exact",
    "bounded",
    "sample",
    "no_counts",
    "no_figure",
    "suppressed",
    "not_available",
    "not_applicable",
    "not_tested",
    "not_yet_observed",
    "counted_elsewhere",
    "not_in_panel",
    "broken_in_window",
]


class Picked(msgspec.Struct, frozen=True):
    """One series and the two ends between which its progress is judged, as ``rollup/picked.sql`` returns it.

    ``ordinal`` is the first month of a period counted from year 0, ``span`` its length in months; b, l and t stand for baseline,
    latest and target.
    """

    community: str
    variant: str
    group_key: str
    unit: str
    per: float
    direction: str
    meaningful_change: Decimal
    maintain_within: Decimal
    has_cut: bool
    broken_at: str | None
    kind: str
    b_period: str | None
    b_ordinal: int | None
    b_span: int | None
    b_value: Decimal | None
    b_n: int | None
    b_d: int | None
    b_low: Decimal | None
    b_high: Decimal | None
    b_se: float | None
    b_eligible: int | None
    l_period: str | None
    l_ordinal: int | None
    l_span: int | None
    l_value: Decimal | None
    l_n: int | None
    l_d: int | None
    l_low: Decimal | None
    l_high: Decimal | None
    l_se: float | None
    l_eligible: int | None
    t_period: str | None
    t_ordinal: int | None
    t_value: Decimal | None
    milestones: list[dict[str, int | Decimal]]
    declared_period: str | None
    declared_value: Decimal | None
    declared_n: int | None
    declared_d: int | None
    b_missing: str | None
    l_missing: str | None
    b_declared: bool
    stretch: str
    phi: float
    tau: float
    method: str


class Progressed(msgspec.Struct, frozen=True):
    """One stretch of a series and its progress, as ``rollup/progress.sql`` returns it, figures rounded for the exit.

    ``stretch`` is ``whole``, ``target`` (to the target period's own figure), or the first period of an unbroken segment.
    """

    community: str
    variant: str
    group_key: str
    stretch: str
    progress: Progress


class Gap(msgspec.Struct, frozen=True):
    """One group's gap to its reference group, as ``rollup/disparity.sql`` returns it, figures rounded for the exit."""

    community: str
    variant: str
    group_key: str
    reference_key: str
    disparity: Disparity


class LevelPart(msgspec.Struct, frozen=True):
    """What one community brings to a pooled level. ``low`` and ``high`` bound its share where the numerator is not known."""

    level_key: str
    group_key: str
    period: str
    ordinal: int
    community: str
    variant: str
    per: float
    status: PartStatus
    numerator: int | None
    denominator: int | None
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None


class PooledLevel(msgspec.Struct, frozen=True):
    """A level over every place that measures it the same way: ratio of sums, or its bounds where a part is bounded.

    ``unweighted`` is the mean of the places' own figures, beside the pooled one and never instead of it. ``known`` stands for the
    places whose counts are exact, where others are bounded. ``ordinal`` is the period's first month, counted from year 0.
    """

    level_key: str
    group_key: str
    period: str
    communities: list[str]
    numerator: int | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    unweighted: float | None
    known_communities: int
    known_numerator: int | None
    known_denominator: int | None
    ordinal: int


class Count(msgspec.Struct, frozen=True):
    """How many communities of one key have which trend; indeterminate means that it cannot be told.

    ``tier``: of one progress key, or all that measure the outcome or a declared proxy for it (``direction``).
    """

    tier: Literal["progress", "direction"]
    template_id: str
    key: str
    n: int
    improving: int
    maintaining: int
    declining: int
    indeterminate: int
    communities: list[str]


class BenchmarkEnds(msgspec.Struct, frozen=True):
    """What the benchmark of one series says in the series' own two periods; named as in ``Picked``.

    ``same``: it measures the same in the same way, so that its change may stand beside the series' own.
    """

    community: str
    variant: str
    group_key: str
    benchmark: str
    same: bool
    broken_at: str | None
    b_period: str | None
    b_value: Decimal | None
    b_n: int | None
    b_d: int | None
    b_low: Decimal | None
    b_high: Decimal | None
    b_se: float | None
    b_eligible: int | None
    b_missing: str | None
    l_period: str | None
    l_value: Decimal | None
    l_n: int | None
    l_d: int | None
    l_low: Decimal | None
    l_high: Decimal | None
    l_se: float | None
    l_eligible: int | None
    l_missing: str | None


class Before(msgspec.Struct, frozen=True):
    """The exact figures of one series up to its baseline, in percent, with the people behind each, and its latest figure.

    Years count from year 0, quarters and months as fractions.
    """

    community: str
    variant: str
    years: list[float]
    figures: list[float]
    people: list[int | None]
    latest_year: float
    latest: float


class Chain(msgspec.Struct, frozen=True):
    """The effects of a broken series' segments together, in probits, with their error; or why there is no sum."""

    community: str
    variant: str
    group_key: str
    segments: int
    chained_effect: float | None
    chained_effect_se: float | None
    chained_effect_reason: str | None


class TrendLine(msgspec.Struct, frozen=True):
    """What may be said of one headline measure; ``effect_per_year`` in probits, ``se`` that of its change, in the unit."""

    template_id: str
    community: str
    variant: str
    tier: Literal["level", "progress", "direction", "none"]
    left_out: Literal["not_member", "retired", "pending"] | None
    progress_key: str | None
    reasons: list[str]
    trend: Trend
    reason: str | None
    pace: Pace | None
    se: float | None
    meaningful_change: float
    effect_per_year: float | None
    effect_per_year_se: float | None
    apart: Literal["elsewhere", "not_rolled_up"] | None


class PlaceGaps(msgspec.Struct, frozen=True):
    """How many gaps of one place in one outcome are measured, closing, and of how many it cannot be told.

    ``apart``: they are the place's own and no network's, because its people are counted elsewhere or the outcome is not rolled up.
    """

    template_id: str
    community: str
    apart: bool
    measured: int
    closing: int
    indeterminate: int


class GapCount(msgspec.Struct, frozen=True):
    """How many gaps of one group to its reference are closing, over the communities of one progress key."""

    template_id: str
    progress_key: str
    group_key: str
    measured: int
    closing: int
    reference_fell: int
    reversed: int
    widening: int
    opened: int
    unchanged: int
    indeterminate: int
    not_behind: int


class AtTarget(msgspec.Struct, frozen=True):
    """Whether one place has reached its own target by its latest figure."""

    template_id: str
    community: str
    variant: str
    period: str | None
    status: Literal["met", "not_met", "cannot_be_told", "no_target"]


class LevelChange(msgspec.Struct, frozen=True):
    """How far a pooled level moved over the same places at both ends; null where an end has none, bounds where one is bounded."""

    level_key: str
    group_key: str
    communities: list[str]
    came: list[str]
    gone: list[str]
    change: float | None
    low: float | None
    high: float | None


class Place(msgspec.Struct, frozen=True):
    """One local measure, how far it is comparable, and why no further."""

    template_id: str
    community: str
    name: str
    place: Literal["member", "reference"]
    left_out: Literal["not_member", "retired", "pending"] | None
    template_version: str
    variant: str
    headline: bool
    tier: Literal["level", "progress", "direction", "none"]
    level_key: str | None
    linked_key: str | None
    progress_key: str | None
    direction_key: str | None
    reasons: list[str]
