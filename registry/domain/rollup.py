"""What the network may add up, and what it counts: pooled levels and trends, one comparability key at a time.

The product computes these in SQL (``registry/sql/rollup/``); the functions here are the same rules in plain Python with exact
fractions, and ``tests/sql/test_rollup_twin.py`` holds the two equal. A pooled level is a ratio of sums, never a mean of percents
(user pain A01); a bounded part goes through as bounds, never as a midpoint; what cannot be added is named.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeVar

import msgspec

from registry.domain.rollup_rows import Count, LevelPart, PooledLevel
from registry.domain.template import Indicator
from registry.domain.value import figure

Row = TypeVar("Row", bound=msgspec.Struct)

LEFT_OUT: dict[str, str] = {
    "sample": "it is a sample: its weighted counts are not people, so it cannot be pooled",
    "no_counts": "it has a figure but no counts, so it cannot be pooled",
    "no_figure": "it has no figure for this period",
    "suppressed": "its figure is suppressed and the number of people is not published",
    "not_available": "its figure is not available",
    "not_applicable": "the measure does not apply (nobody was counted)",
    "not_tested": "nobody was tested",
    "not_yet_observed": "the period is not yet observed",
    "counted_elsewhere": "its people are counted with another place here",
    "not_in_panel": "it cannot be added at both ends of the window, so it is not in the panel",
    "broken_in_window": "its series is broken inside the window, so its two ends are not compared",
}
"""Why a part enters no pooled level, in words."""

UNPOOLED: dict[str, str] = {
    "count_meeting_target": "No level is pooled: this outcome counts the places that reach their own targets.",
    "none": "Not rolled up: by the roll-up rule of this outcome nothing is added up or counted; each place stands for itself.",
}
"""Why an outcome has no pooled level, in words, by its roll-up rule."""


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


def unpooled(indicator: Indicator, reported: int = 0) -> str:
    """Why nothing is added up for an indicator, in words, and how many communities reported; empty where levels are pooled.

    Only shares are ratios of counts.
    """
    if indicator.rollup != "pooled_ratio":
        told = "1 community has reported" if reported == 1 else f"{reported} communities have reported"
        return f"{UNPOOLED[indicator.rollup]} {told}."
    if indicator.unit not in {"percent", "rate"}:
        return f"No level is pooled: the unit is {indicator.unit}, and only shares of people are ratios of counts."
    return ""


def count_trends(
    template_id: str,
    key: str,
    trends: Iterable[tuple[str, str]],
    *,
    tier: Literal["progress", "direction"] = "progress",
) -> Count:
    """Count (community, trend) pairs of one key: the twin of ``rollup/network.sql``."""
    listed = sorted(trends)
    tally = [trend for _, trend in listed]
    return Count(
        tier=tier,
        template_id=template_id,
        key=key,
        n=len(listed),
        improving=tally.count("improving"),
        maintaining=tally.count("maintaining"),
        declining=tally.count("declining"),
        indeterminate=tally.count("indeterminate"),
        communities=[community for community, _ in listed],
    )


def rounded(row: Row) -> Row:
    """The same row with every figure at 12 significant digits, as it leaves the registry."""
    return msgspec.structs.replace(row, **{name: _exit(getattr(row, name)) for name in row.__struct_fields__})


def _exit(value: object) -> object:
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, tuple | list):
        return tuple(_exit(part) for part in value)
    return value


def shown_figure(value: float | Decimal | None) -> float | None:
    """A figure as it leaves the registry: 12 significant digits."""
    return None if value is None else figure(float(value))
