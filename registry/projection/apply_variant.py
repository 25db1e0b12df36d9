"""A revision of a local measure becomes one row of the projection: its comparability keys, its marks in time, and where its people live.

Keys are computed here, once per revision, by the pure rule of ``domain/comparability.py``.
"""

import msgspec

from registry.domain.agreement import content_sha256
from registry.domain.comparability import Measure, keys_of, measure_of
from registry.domain.geography import path_of
from registry.domain.group import group_key
from registry.domain.ids import template_reference
from registry.domain.period import period_of
from registry.domain.redaction import TAKEN_OUT
from registry.domain.template import Template
from registry.domain.variant import Baseline, Goal, Variant
from registry.ledger.entry import Entry

Record = dict[str, object]


def variant_record(entry: Entry, body: bytes, templates: dict[str, Template]) -> Record:
    """The columns of ``tables/variant.sql``; ``templates`` are the published ones by ``id@version``."""
    variant = msgspec.json.decode(body, type=Variant)
    template_id, version = template_reference(variant.template)
    template = templates[variant.template]
    keys = keys_of(variant, template)
    return {
        "community": variant.community,
        "id": variant.id,
        "revision": entry.revision,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "content_sha256": content_sha256(msgspec.json.decode(body)),
        "partners": [
            {"id": partner.id, "name": partner.name, "sector": partner.sector, "commitment": partner.commitment}
            for partner in variant.partners
        ],
        "departs": bool(variant.context.adaptations),
        "agenda": variant.measure is None and variant.title != TAKEN_OUT,
        "release_month": variant.source.release_month if variant.source else None,
        "template_id": template_id,
        "template_version": version,
        "title": variant.title,
        "headline": variant.headline,
        "tier": keys.tier,
        "level_key": keys.level,
        "linked_key": keys.linked,
        "progress_key": keys.progress,
        "direction_key": keys.direction,
        **_linkable(measure_of(variant, template)),
        "geographies": [
            {"code": code, "path": path_of(code)}
            for code in (variant.population.geographies if variant.population else ())
        ],
        "reasons": keys.reasons if variant.title != TAKEN_OUT else ("this revision of it was redacted",),
        "benchmark": variant.benchmark,
        "sample": measure_of(variant, template).sampling == "sample",
        **_marks(variant),
        **_baseline(variant.baseline, templates[variant.template]),
        **_target(variant.target),
    }


def _linkable(measure: Measure) -> Record:
    """What a link asks of a measure; a grade as text, as links compare it."""
    grade = measure.grade_or_age
    return {
        **{
            name: value if isinstance(value := getattr(measure, name), str) else None
            for name in ("instrument", "instrument_version", "cut")
        },
        "grade_or_age": None if grade is None else str(grade),
    }


def _marks(variant: Variant) -> Record:
    """Milestones, targets of groups and breaks, each dated, in order."""
    breaks = sorted(variant.breaks, key=lambda entry: period_of(entry.period).ordinal)
    return {
        "milestones": sorted(
            ({"ordinal": period_of(goal.period).ordinal, "value": goal.value} for goal in variant.milestones),
            key=lambda goal: goal["ordinal"],
        ),
        "group_targets": [
            {
                "group_key": group_key(goal.group),
                "ordinal": period_of(goal.period).ordinal,
                "period": goal.period,
                "value": goal.value,
            }
            for goal in variant.group_targets
        ],
        "breaks": [
            {"ordinal": period_of(entry.period).ordinal, "period": entry.period, "bridged": entry.bridge is not None}
            for entry in breaks
        ],
    }


def _baseline(baseline: Baseline | None, template: Template) -> Record:
    """The baseline's columns; one of several periods is dated at the last of them, and what was declared stands for it."""
    several = (
        sorted((period_of(label) for label in baseline.periods), key=lambda entry: entry.ordinal) if baseline else []
    )
    if baseline is None or (baseline.period is None and not several):
        return {"baseline_of_several": False}
    period = several[-1] if baseline.period is None else period_of(baseline.period)
    value, indicator = baseline.value, template.indicator
    if indicator.unit in {"percent", "rate"} and baseline.numerator is not None and baseline.denominator:
        value = indicator.per * baseline.numerator / baseline.denominator
    return {
        "baseline_of_several": baseline.period is None,
        "baseline_period": period.code,
        "baseline_ordinal": period.ordinal,
        "baseline_span": period.months,
        "baseline_value": value,
        "baseline_numerator": baseline.numerator,
        "baseline_denominator": baseline.denominator,
    }


def _target(target: Goal | None) -> Record:
    if target is None:
        return {}
    period = period_of(target.period)
    return {"target_period": period.code, "target_ordinal": period.ordinal, "target_value": target.value}
