"""A roll-up as flat records: what CSV and Parquet carry, one record per figure, every record complete in itself.

Each record carries the template version, the rules, the line of the ledger and the as-of, so that a row that is passed on still says
what it is; ``release`` is the one that was read, ``unmasked`` says that small groups are as they are. Text that a spreadsheet would run as
a formula is made harmless (user pain A53); numbers stay numbers.
"""

import msgspec

from registry.domain.export_beside import (
    Members,
    change_record,
    gap_record,
    harmless,
    network_records,
    overlap_record,
)
from registry.domain.group import group_key
from registry.domain.point import Point
from registry.domain.rollup_answer import (
    Excluded,
    LeftOut,
    RollupAnswer,
    ShownLevel,
    ShownSeries,
)

PROGRESS = (
    "change",
    "improvement",
    "observed",
    "annual_improvement",
    "gap_closed",
    "expected_value",
    "pace",
    "pace_clear",
    "se",
    "z",
    "p_value",
    "trend",
    "held",
    "reason",
    "evidence",
    "effect",
    "effect_se",
)
"""The members of a series' progress that a record takes over as they are."""


class Flat(msgspec.Struct, frozen=True, kw_only=True):
    """One record; what does not apply is null.

    ``record`` says what it is: level, left_out (of that level, and why), change (of a level over a window), series, benchmark, gap,
    network, apart, direction, gaps (how many are closing), meeting_target, excluded or overlap. Shares are 0 to 1.
    """

    record: str
    template: str
    seq: int
    as_of: str
    progress_rule: str
    rollup_rule: str
    program: str
    release: str | None
    unmasked: bool
    unit: str
    per: float
    tier: str | None = None
    key: str | None = None
    community: str | None = None
    name: str | None = None
    variant: str | None = None
    group: str | None = None
    state: str | None = None
    period: str | None = None
    communities: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    missing: str | None = None
    unweighted: float | None = None
    known_numerator: int | None = None
    known_denominator: int | None = None
    baseline_period: str | None = None
    baseline_numerator: int | None = None
    baseline_denominator: int | None = None
    baseline_value: float | None = None
    baseline_low: float | None = None
    baseline_high: float | None = None
    baseline_missing: str | None = None
    baseline_declared: bool | None = None
    target_period: str | None = None
    target_value: float | None = None
    change: float | None = None
    improvement: float | None = None
    improvement_ci90_low: float | None = None
    improvement_ci90_high: float | None = None
    observed: str | None = None
    annual_improvement: float | None = None
    gap_closed: float | None = None
    expected_value: float | None = None
    pace: str | None = None
    pace_clear: bool | None = None
    se: float | None = None
    z: float | None = None
    p_value: float | None = None
    trend: str | None = None
    held: bool | None = None
    reason: str | None = None
    out_of: str | None = None
    evidence: str | None = None
    effect: float | None = None
    effect_se: float | None = None
    improving: int | None = None
    maintaining: int | None = None
    declining: int | None = None
    indeterminate: int | None = None
    improving_by_chance: float | None = None
    scale: str | None = None
    link: str | None = None
    linked_mean: float | None = None
    linked_mean_low: float | None = None
    linked_mean_high: float | None = None
    since: str | None = None
    segment_change: float | None = None
    chained_effect: float | None = None
    effect_per_year: float | None = None
    relative_change: float | None = None
    curve: str | None = None
    reference: str | None = None
    gap_baseline: float | None = None
    gap_latest: float | None = None
    gap_change: float | None = None
    verdict: str | None = None
    how: str | None = None
    depends_on_scale: bool | None = None
    closing: int | None = None
    measured: int | None = None
    share_low: float | None = None
    share_high: float | None = None
    met: int | None = None
    not_met: int | None = None
    came: str | None = None
    left: str | None = None


def flat(answer: RollupAnswer) -> tuple[Flat, ...]:
    """Every figure of a roll-up as a record of its own, in the answer's order."""
    head: Members = {
        "template": answer.template,
        "seq": answer.seq,
        "as_of": answer.as_of,
        "progress_rule": answer.progress_rule,
        "rollup_rule": answer.rollup_rule,
        "program": answer.program,
        "release": answer.release,
        "unmasked": not answer.masked,
        "unit": answer.unit,
        "per": answer.per,
    }
    records: list[Members] = [
        *(record for level in answer.levels for record in _with_left_out(level)),
        *({"record": "change", **change_record(row)} for row in answer.changes),
        *({"record": "series", **_series(series)} for series in answer.series),
        *({"record": "benchmark", **_series(series)} for series in answer.benchmarks),
        *({"record": "gap", **gap_record(gap)} for gap in answer.gaps),
        *network_records(answer.network),
        *({"record": "excluded", **_excluded(row)} for row in answer.excluded),
        *({"record": "overlap", **overlap_record(pair)} for pair in answer.overlaps),
    ]
    return tuple(msgspec.convert({**head, **record}, Flat) for record in records)


def _excluded(row: Excluded) -> Members:
    reason = harmless(row.reason)
    return {
        "community": row.community,
        "variant": row.variant,
        "tier": row.tier,
        "reason": reason,
        "out_of": row.out_of,
    }


def _with_left_out(level: ShownLevel) -> tuple[Members, ...]:
    left = ({"record": "left_out", **_left_out(level, row)} for row in level.left_out)
    return {"record": "level", **_level(level)}, *left


def _left_out(level: ShownLevel, row: LeftOut) -> Members:
    return {
        "tier": level.tier,
        "key": level.key,
        "group": group_key(level.group),
        "period": level.period,
        "community": row.community,
        "variant": row.variant,
        "reason": harmless(row.reason),
    }


def _level(level: ShownLevel) -> Members:
    return {
        "tier": level.tier,
        "key": level.key,
        "scale": level.scale,
        "link": " ".join(level.links) or None,
        **({"unit": "scale points"} if level.tier == "linked" else {}),
        "group": group_key(level.group),
        "period": level.period,
        "communities": len(level.communities),
        "numerator": level.numerator,
        "denominator": level.denominator,
        "value": level.value,
        "low": level.low,
        "high": level.high,
        "unweighted": level.unweighted,
        "known_numerator": level.known.numerator if level.known else None,
        "known_denominator": level.known.denominator if level.known else None,
    }


def _series(series: ShownSeries) -> Members:
    start, end = series.baseline or Point(period=""), series.latest or Point(period="")
    least, most = series.improvement_ci90 or (None, None)
    return {
        "tier": series.tier,
        "key": series.key,
        "community": series.community,
        "name": harmless(series.name),
        "variant": series.variant,
        "group": group_key(series.group),
        "state": series.state,
        "period": end.period or None,
        "numerator": end.numerator,
        "denominator": end.denominator,
        "value": end.value,
        "low": end.low,
        "high": end.high,
        "missing": end.missing,
        "baseline_period": start.period or None,
        "baseline_numerator": start.numerator,
        "baseline_denominator": start.denominator,
        "baseline_value": start.value,
        "baseline_low": start.low,
        "baseline_high": start.high,
        "baseline_missing": start.missing,
        "baseline_declared": series.baseline_declared,
        "target_period": series.target.period if series.target else None,
        "target_value": series.target.value if series.target else None,
        "improvement_ci90_low": least,
        "improvement_ci90_high": most,
        **{name: getattr(series, name) for name in PROGRESS},
        **_beside(series),
    }


def _beside(series: ShownSeries) -> Members:
    """What stands beside a series' progress: its latest segment, the benchmark, the forecast, the mean on the common scale."""
    linked, segment = series.linked, series.segment
    low, high = linked.ci95 if linked is not None and linked.ci95 is not None else (None, None)
    return {
        "since": None if segment is None else segment.since,
        "segment_change": None if segment is None else segment.change,
        "chained_effect": series.chained_effect,
        "effect_per_year": series.effect_per_year,
        "relative_change": None if series.relative is None else series.relative.relative_change,
        "curve": None if series.curve is None else series.curve.verdict,
        "scale": None if linked is None else linked.scale,
        "link": None if linked is None else linked.link,
        "linked_mean": None if linked is None else linked.mean,
        "linked_mean_low": low,
        "linked_mean_high": high,
    }
