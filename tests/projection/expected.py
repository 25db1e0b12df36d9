"""What a roll-up must say, worked out from the documents and loads alone: plain Python, exact fractions, no SQL and no projection.

Only the progress between two ends is taken from ``domain.progress``, which has a twin test of its own.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

import msgspec
from networks import FACETS, Net, Row, code

from registry.domain.community import Community
from registry.domain.path import Aim, settled
from registry.domain.point import Point
from registry.domain.progress import Progress, progress
from registry.domain.progress_rule import ProgressRule
from registry.domain.template import terms_of
from registry.domain.variant import Variant

Figures = Mapping[str, object]
History = dict[int, Figures]
Name = tuple[str, str]
"""A community and its variant."""
NO_LEVEL = (
    "sample",
    "no_counts",
    "no_figure",
    "suppressed",
    "not_available",
    "not_applicable",
    "not_tested",
    "not_yet_observed",
)
SHARES = ("percent", "rate")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, years by their first: a dimension, a period or a window, a rule, and the day."""

    rule: ProgressRule
    dimension: str | None = None
    period: int | None = None
    window: tuple[int, int] | None = None
    day: date = date(2026, 1, 1)


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One series that is shown."""

    place: str
    tier: str
    key: str
    baseline: Point | None
    latest: Point | None
    broken_at: str | None
    progress: Progress


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One pooled level; ``left_out`` says who is not in it, by the code of the reason."""

    communities: list[str]
    numerator: int | None
    denominator: int | None
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    unweighted: Fraction | None
    known: tuple[int, int, int] | None
    left_out: dict[tuple[str, str], str]


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer: series by (community, variant, group), levels by (key, group, period), tallies by key, who is out by variant."""

    series: dict[tuple[str, str, str], Series]
    levels: dict[tuple[str, str, str], Level]
    tallies: dict[str, dict[str, list[str]]]
    excluded: dict[tuple[str, str], tuple[str, str]]
    communities_in: set[str]
    people_in: int


def histories(net: Net) -> dict[tuple[str, str, str], History]:
    """What stands of each series after every load; a row that was taken back stands for nothing."""
    found: dict[tuple[str, str, str], History] = {}
    for entry in net.loads:
        for row in entry.rows:
            said(found.setdefault((entry.community, entry.variant, row.group), {}), row)
    return {name: history for name, history in found.items() if history}


def said(history: History, row: Row) -> None:
    if row.figures is None:
        history.pop(row.year, None)
    else:
        history[row.year] = row.figures


def keys(net: Net, variant: Variant) -> tuple[str | None, str | None]:
    """The key for levels and the key for progress, as canonical JSON; none where the variant is comparable with nobody."""
    if variant.measure is None or variant.measure.get("construct", "reading") != "reading":
        return None, None
    facets = {"season": "spring", **{name: value for name, value in variant.measure.items() if name in FACETS}}
    if facets["season"] != "spring" and not variant.context.adaptations:
        return None, None
    if "universe" not in facets:
        return None, None
    bound = {"template": f"{net.template.id}@1", "unit": net.template.indicator.unit}
    progress_key = spelled({"measure": {"universe": facets["universe"]}, **bound})
    level_key = spelled({"measure": facets, **bound}) if set(facets) == set(FACETS) else None
    return level_key, progress_key


def spelled(document: object) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def is_member(community: Community, day: date) -> bool:
    spans = community.membership
    inside = [span for span in spans if span.joined <= day and (span.left is None or span.left >= day)]
    return community.kind == "member" and (not spans or bool(inside))


def year_of(period: str | None) -> int | None:
    return None if period is None else int(period[2:6])


def says_something(figures: Figures) -> bool:
    return any(figures.get(name) is not None for name in ("value", "low", "high"))


def point(net: Net, year: int | None, figures: Figures | None) -> Point | None:
    """A cell as progress reads it: what is hidden may be anything from nobody to everybody."""
    if figures is None or year is None:
        return None
    per = net.template.indicator.per
    hidden = {"low": 0.0, "high": per} if figures.get("missing") == "suppressed" else {}
    return msgspec.convert(
        {"period": code(year), **{name: value for name, value in figures.items() if name != "open"}, **hidden}, Point
    )


def judged(found: Point | None) -> Point | None:
    """The point for the judge: a hidden one is a range, any other reason for absence is no point."""
    return msgspec.structs.replace(found, missing=None) if found and found.missing == "suppressed" else found


def start_of(net: Net, variant: Variant, group: str, history: History, asked: Asked) -> tuple[int | None, Point | None]:
    """The first end: the loaded cell, or for everybody the declared baseline where nothing is loaded for its period.

    A baseline of several periods is dated at the last of them, and what was declared stands for it.
    """
    declared = variant.baseline
    labels = [] if declared is None else [declared.period] if declared.period else list(declared.periods)
    year = asked.window[0] if asked.window else max((year_of(label) or 0 for label in labels), default=None)
    several = declared is not None and declared.period is None and not asked.window and not group
    if year is not None and year in history and not several:
        return year, point(net, year, history[year])
    if asked.window or group or declared is None or not labels:
        return None, None
    value = declared.value
    if declared.numerator is not None and declared.denominator:
        value = net.template.indicator.per * declared.numerator / declared.denominator
    return year, Point(period=code(year), value=value, numerator=declared.numerator, denominator=declared.denominator)


def end_of(start: int | None, history: History, asked: Asked) -> int | None:
    """The year of the second end: the one asked for, else the last with a figure or a hidden one."""
    hidden = {year for year, figures in history.items() if figures.get("missing") == "suppressed"}
    figures = {year for year, cell in history.items() if says_something(cell)}
    wanted = asked.window[1] if asked.window else asked.period
    if wanted is not None:
        return wanted if wanted in hidden | figures else None
    return max((year for year in figures | hidden if start is None or year > start), default=None)


def break_between(variant: Variant, start: int | None, end: int | None) -> str | None:
    if start is None or end is None:
        return None
    breaks = sorted(int(entry.period[2:6]) for entry in variant.breaks if entry.bridge is None)
    return next((code(year) for year in breaks if start < year <= end), None)


def series_of(net: Net, variant: Variant, group: str, history: History, asked: Asked) -> Series:
    """One series between its two ends; its target is settled by the target period's own figure."""
    start, baseline = start_of(net, variant, group, history, asked)
    end = end_of(start, history, asked)
    latest = point(net, end, history.get(end)) if end is not None else None
    target = variant.target and Aim(variant.target.period, variant.target.value)
    aims = tuple(Aim(goal.period, goal.value) for goal in variant.milestones)

    def between(last: Point | None, year: int | None) -> Progress:
        broken_at = break_between(variant, start, year)
        ends = (judged(baseline), judged(last))
        return progress(*ends, target, aims, terms_of(net.template), asked.rule, broken_at=broken_at)

    now = between(latest, end)
    due = year_of(target.period) if target else None
    own = history.get(due) if due is not None and end is not None and end > due else None
    if own is not None and (says_something(own) or own.get("missing") == "suppressed"):
        now = msgspec.structs.replace(now, pace=settled(now.pace, between(point(net, due, own), due).pace))
    level, shared = keys(net, variant)
    return Series(
        place=next(place.kind for place in net.communities if place.slug == variant.community),
        tier="level" if level else "progress" if shared else "none",
        key=level or shared or "",
        baseline=baseline,
        latest=latest,
        broken_at=break_between(variant, start, end),
        progress=now,
    )


def status_of(figures: Figures | None) -> str:
    """What a cell brings to a level: exact, bounded, or the code of the reason why nothing."""
    if figures is None:
        return "no_figure"
    people = figures.get("denominator") or 0
    if figures.get("standard_error") is not None:
        return "sample"
    if figures.get("numerator") is not None and people:
        return "exact"
    if people and ("low" in figures or figures.get("missing") == "suppressed"):
        return "bounded"
    return "no_counts" if says_something(figures) else str(figures.get("missing"))


def levels_of(net: Net, counted: list[Variant], asked: Asked) -> Iterator[tuple[tuple[str, str, str], Level]]:
    """Every pooled level of the headline measures of members, key by key, group by group, period by period."""
    standing = histories(net)
    groups = {""} | {
        group
        for *_, group in standing
        if asked.dimension and group.split("=")[0] == asked.dimension and ";" not in group
    }
    by_key: dict[str, list[Variant]] = {}
    for variant in counted:
        level, _ = keys(net, variant)
        if level:
            by_key.setdefault(level, []).append(variant)
    for key, variants in by_key.items():
        own = {
            group: [standing.get((variant.community, variant.id, group), {}) for variant in variants]
            for group in groups
        }
        years = years_of([history for cells in own.values() for history in cells], asked)
        for group, cells in own.items():
            for year in years if any(cells) else ():
                apart: dict[str, dict[Name, Figures | None]] = {}
                for variant, history in zip(variants, cells, strict=True):
                    apart.setdefault(key + before(variant, year), {})[variant.community, variant.id] = history.get(year)
                for own_key, parts in apart.items():
                    yield (own_key, group, code(year)), pooled(net, parts)


def before(variant: Variant, year: int) -> str:
    later = sorted(
        int(entry.period[2:6]) for entry in variant.breaks if entry.bridge is None and int(entry.period[2:6]) > year
    )
    return f"|before {code(later[0])}" if later else ""


def years_of(cells: list[History], asked: Asked) -> set[int]:
    """The years shown: those asked for in which anybody has a figure or hides one, else the newest in which anybody has one."""
    there = {year for history in cells for year, figures in history.items() if says_something(figures)}
    hidden = {year for history in cells for year, figures in history.items() if figures.get("missing") == "suppressed"}
    if asked.window or asked.period is not None:
        return {*(asked.window or ()), asked.period} & (there | hidden)
    return {max(there)} if there else set()


def pooled(net: Net, parts: Mapping[Name, Figures | None]) -> Level:
    """Sums of numerators and of people; a part known only as a range moves the two bounds and takes the value away."""
    per = Fraction(net.template.indicator.per)
    statuses = {name: status_of(figures) for name, figures in parts.items()}
    exact = [figures for name, figures in parts.items() if figures and statuses[name] == "exact"]
    ranges = [figures for name, figures in parts.items() if figures and statuses[name] == "bounded"]
    above = sum(int(str(figures["numerator"])) for figures in exact)
    below = sum(int(str(figures["denominator"])) for figures in exact)
    people = below + sum(int(str(figures["denominator"])) for figures in ranges)
    hidden = [
        tuple(
            Fraction(str(figures.get(end, edge))) * int(str(figures["denominator"]))
            for end, edge in (("low", 0), ("high", per))
        )
        for figures in ranges
    ]
    shares = [Fraction(int(str(figures["numerator"])), int(str(figures["denominator"]))) for figures in exact]
    whole = bool(exact) and not ranges
    return Level(
        communities=sorted(community for (community, _), status in statuses.items() if status in {"exact", "bounded"}),
        numerator=above if whole else None,
        denominator=people or None,
        value=per * above / people if whole else None,
        low=(per * above + sum(low for low, _ in hidden)) / people if people else None,
        high=(per * above + sum(high for _, high in hidden)) / people if people else None,
        unweighted=per * sum(shares) / len(shares) if whole else None,
        known=(len(exact), above, below) if exact and ranges else None,
        left_out={name: status for name, status in statuses.items() if status in NO_LEVEL},
    )


def expected(net: Net, asked: Asked) -> Expected:
    """Everything the roll-up of one network must say."""
    standing = histories(net)
    members = {place.slug for place in net.communities if is_member(place, asked.day)}
    references = {place.slug for place in net.communities if place.kind == "reference"}
    series: dict[tuple[str, str, str], Series] = {}
    for variant in net.variants:
        groups = [""] + [
            group
            for community, name, group in standing
            if (community, name) == (variant.community, variant.id)
            and asked.dimension and group.startswith(f"{asked.dimension}=") and ";" not in group
        ]  # fmt: skip
        for group in groups:
            name = (variant.community, variant.id, group)
            series[name] = series_of(net, variant, group, standing.get(name, {}), asked)
    counted = [variant for variant in net.variants if variant.headline and variant.community in members]
    levels = dict(levels_of(net, counted, asked)) if net.template.indicator.rollup == "pooled_ratio" else {}
    tallies: dict[str, dict[str, list[str]]] = {}
    for variant in counted:
        _, shared = keys(net, variant)
        if shared:
            trend = series[variant.community, variant.id, ""].progress.trend
            tallies.setdefault(shared, {}).setdefault(trend, []).append(variant.community)
    joint = max(
        tallies, key=lambda key: (sum(map(len, tallies[key].values())), [-ord(letter) for letter in key]), default=None
    )
    excluded = dict(out_of(net, members, references, joint, levels))
    inside = {place for places in tallies.get(joint or "", {}).values() for place in places}
    inside |= {place for level in levels.values() for place in level.communities}
    return Expected(
        series={
            name: found for name, found in series.items() if found.tier != "none" and name[0] in members | references
        },
        levels=levels,
        tallies=tallies,
        excluded=excluded,
        communities_in=inside,
        people_in=people_in(levels),
    )


def out_of(
    net: Net, members: set[str], references: set[str], joint: str | None, levels: Mapping[tuple[str, str, str], Level]
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Who is out of the joint count or of a level, the strongest tier that is left, and a word of the reason."""
    uncounted = {
        name
        for (_, group, _), level in levels.items()
        for name, status in level.left_out.items()
        if status in {"no_counts", "sample"} and not group
    }
    for variant in net.variants:
        if variant.community in references:
            continue
        level, shared = keys(net, variant)
        tier = "level" if level else "progress" if shared else "none"
        name = (variant.community, variant.id)
        if variant.community not in members:
            yield name, ("none", "is not a member")
        elif tier == "none":
            yield name, ("none", "")
        elif not variant.headline:
            yield name, (tier, "not the community's headline")
        elif shared != joint:
            yield name, (tier, "counted apart")
        elif level is None:
            yield name, ("progress", "does not say the instrument")
        elif name in uncounted:
            yield name, ("progress", "cannot be pooled")


def people_in(levels: Mapping[tuple[str, str, str], Level]) -> int:
    """The people of everybody's levels in the latest period of each key, on both sides of a break."""
    latest: dict[str, str] = {}
    for key, group, period in levels:
        if not group:
            own = key.split("}|before ")[0].removesuffix("}")
            latest[own] = max(latest.get(own, ""), period)
    return sum(
        level.denominator or 0
        for (key, group, period), level in levels.items()
        if not group and period == latest[key.split("}|before ")[0].removesuffix("}")]
    )
