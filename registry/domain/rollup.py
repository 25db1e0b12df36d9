"""What the network may add up, and what it counts: pooled levels and trends, one comparability key at a time.

The product computes these in SQL (``registry/sql/rollup/``); the functions here are the same rules in plain Python with exact
fractions, and ``tests/sql/test_rollup_twin.py`` holds the two equal. A pooled level is a ratio of sums, never a mean of percents
(user pain A01); a bounded part goes through as bounds, never as a midpoint; what cannot be added is named.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from registry.domain.progress import Progress
from registry.domain.template import Indicator
from registry.domain.value import figure

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
]

LEFT_OUT: dict[str, str] = {
    "sample": "it is a sample: its weighted counts are not people, so it cannot be pooled",
    "no_counts": "it has a figure but no counts, so it cannot be pooled",
    "no_figure": "it has no figure for this period",
    "suppressed": "its figure is suppressed and the number of people is not published",
    "not_available": "its figure is not available",
    "not_applicable": "the measure does not apply (nobody was counted)",
    "not_tested": "nobody was tested",
    "not_yet_observed": "the period is not yet observed",
}
"""Why a part enters no pooled level, in words."""

UNPOOLED: dict[str, str] = {
    "count_meeting_target": "No level is pooled: this outcome counts places that reach their own targets; the pace of each says so.",
    "none": "No level is pooled: the roll-up rule of this outcome adds nothing up; the figures of each place stand for themselves.",
}
"""Why an outcome has no pooled level, in words, by its roll-up rule."""


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


class Progressed(msgspec.Struct, frozen=True):
    """One series and its progress, as ``rollup/progress.sql`` returns it, figures rounded for the exit."""

    community: str
    variant: str
    group_key: str
    progress: Progress


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
    """How many communities of one progress key have which trend; indeterminate means that it cannot be told."""

    progress_key: str
    n: int
    improving: int
    maintaining: int
    declining: int
    indeterminate: int
    communities: list[str]


class Place(msgspec.Struct, frozen=True):
    """One local measure, how far it is comparable, and why no further."""

    community: str
    name: str
    place: Literal["member", "reference"]
    left_out: Literal["not_member", "retired", "pending"] | None
    template_version: str
    variant: str
    headline: bool
    tier: Literal["level", "progress", "none"]
    level_key: str | None
    progress_key: str | None
    reasons: list[str]


def pool(parts: Sequence[LevelPart]) -> PooledLevel:
    """Pool the parts of one key, group and period: the twin of ``rollup/level.sql``, in exact fractions."""
    exact = [part for part in parts if part.status == "exact"]
    bounded = [part for part in parts if part.status == "bounded"]
    first = parts[0]
    people = sum(part.denominator or 0 for part in (*exact, *bounded))
    per = Fraction(repr(first.per))
    counted = sum(part.numerator or 0 for part in exact)
    least = sum((Fraction(part.low or 0) * (part.denominator or 0) for part in bounded), Fraction(0))
    most = sum((Fraction(part.high or 0) * (part.denominator or 0) for part in bounded), Fraction(0))
    whole = bool(people) and not bounded
    shares = [Fraction(part.numerator or 0, part.denominator or 1) for part in exact]
    return PooledLevel(
        level_key=first.level_key,
        group_key=first.group_key,
        period=first.period,
        communities=sorted(part.community for part in (*exact, *bounded)),
        numerator=counted if whole else None,
        denominator=people or None,
        value=float(per * counted / people) if whole else None,
        low=float((per * counted + least) / people) if people else None,
        high=float((per * counted + most) / people) if people else None,
        unweighted=float(per * sum(shares) / len(shares)) if whole else None,
        known_communities=len(exact),
        known_numerator=counted if exact else None,
        known_denominator=sum(part.denominator or 0 for part in exact) if exact else None,
        ordinal=first.ordinal,
    )


def unpooled(indicator: Indicator) -> str:
    """Why nothing is added up for an indicator, in words; empty where levels are pooled. Only shares are ratios of counts."""
    if indicator.rollup != "pooled_ratio":
        return UNPOOLED[indicator.rollup]
    if indicator.unit not in {"percent", "rate"}:
        return f"No level is pooled: the unit is {indicator.unit}, and only shares of people are ratios of counts."
    return ""


def count_trends(key: str, trends: Iterable[tuple[str, str]]) -> Count:
    """Count (community, trend) pairs of one progress key: the twin of ``rollup/network.sql``."""
    listed = sorted(trends)
    tally = [trend for _, trend in listed]
    return Count(
        progress_key=key,
        n=len(listed),
        improving=tally.count("improving"),
        maintaining=tally.count("maintaining"),
        declining=tally.count("declining"),
        indeterminate=tally.count("indeterminate"),
        communities=[community for community, _ in listed],
    )


def rounded(progress: Progress) -> Progress:
    """The same progress with every figure at 12 significant digits, as it leaves the registry."""
    return msgspec.structs.replace(
        progress, **{name: _exit(getattr(progress, name)) for name in Progress.__struct_fields__}
    )


def _exit(value: object) -> object:
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, tuple | list):
        return tuple(_exit(part) for part in value)
    return value


def shown_figure(value: float | Decimal | None) -> float | None:
    """A figure as it leaves the registry: 12 significant digits."""
    return None if value is None else figure(float(value))
