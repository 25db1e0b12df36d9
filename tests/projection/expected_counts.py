"""What every count of a network must say: trends by key, places at their targets, and gaps that close."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

import msgspec
from expected_keys import Keys, of_dimension
from expected_places import Aside, on
from expected_series import (
    Asked,
    History,
    Name,
    Series,
    ends_of,
    goals_of,
    histories,
    is_told,
    judged,
    point,
    unbridged,
    year_of,
)
from networks import Net, code

from registry.domain.disparity import Disparity, disparity
from registry.domain.path import Aim
from registry.domain.point import Point, reading_of
from registry.domain.template import terms_of
from registry.domain.variant import Variant

Tallies = dict[str, dict[str, list[str]]]
"""Communities by trend, by key."""


def tally(
    series: Mapping[tuple[str, str, str], Series],
    counted: Mapping[Name, Variant],
    known: Mapping[Name, Keys],
    tier: str,
    apart: Mapping[Name, list[Aside]],
    day: date,
) -> Tallies:
    """Communities by trend, key by key, but for those whose people are another's on the day."""
    found: Tallies = {}
    for name in counted:
        key = getattr(known[name], tier)
        if key and not on(apart, name, (day, day)):
            found.setdefault(key, {}).setdefault(series[(*name, "")].progress.trend, []).append(name[0])
    return found


def joint_of(tallies: Tallies) -> str | None:
    """The key with most communities, of equal ones the first by its letters."""
    return min(tallies, key=lambda key: (-sum(map(len, tallies[key].values())), key), default=None)


def at_targets(
    net: Net,
    series: Mapping[tuple[str, str, str], Series],
    counted: Mapping[Name, Variant],
    apart: Mapping[Name, list[Aside]],
    asked: Asked,
) -> Iterator[tuple[str, str]]:
    """Whether each place has reached its own target by its latest figure; nobody whose people are another's that is counted."""
    for name, variant in counted.items():
        if net.template.indicator.rollup == "count_meeting_target" and not on(apart, name, (asked.day, asked.day)):
            always = msgspec.structs.replace(asked, window=None, period=None)
            start = ends_of(net, variant, "", histories(net).get((*name, ""), {}), always).baseline
            yield name[0], met(net, series[(*name, "")], start, goals_of(variant, "")[0])


def met(net: Net, series: Series, baseline: Point | None, target: Aim | None) -> str:
    """Reached at both ends of what is known, at none of them, or nobody can tell.

    A target from before a break tells nothing, nor one that the place's own baseline was already beyond by a meaningful change.
    """
    if target is None:
        return "no_target"
    terms = terms_of(net.template)
    start, reading = (reading_of(judged(end), terms) for end in (baseline, series.latest))
    if reading is None or reading.low is None or reading.high is None or series.broken_at is not None:
        return "cannot_be_told"
    sign = 1 if net.template.indicator.direction == "increase" else -1
    if start is not None and start.figure is not None:
        beyond = sign * (start.figure - Fraction(str(target.value)))
        if beyond >= Fraction(str(terms.meaningful_change)):
            return "cannot_be_told"
    reached = {sign * (end - Fraction(str(target.value))) >= 0 for end in (reading.low, reading.high)}
    return "cannot_be_told" if len(reached) == 2 else "met" if reached == {True} else "not_met"


def gaps_of(
    net: Net, standing: Mapping[tuple[str, str, str], History], asked: Asked
) -> Iterator[tuple[tuple[str, str, str], Disparity]]:
    """Every group beside its reference: from the period of the baseline to the last in which both are told of."""
    reference = {dimension: f"{dimension}={name}" for dimension, name in net.template.disaggregation.reference.items()}
    for variant in net.variants:
        name = (variant.community, variant.id)
        for *owner, group in standing:
            beside = reference.get(group.split("=")[0])
            wanted = tuple(owner) == name and of_dimension(group, asked) and beside not in {None, group}
            if wanted and (*name, beside) in standing:
                cells = (standing[(*name, group)], standing[(*name, str(beside))])
                yield (*name, group), gap_of(net, variant, group, cells, asked)


def gap_of(net: Net, variant: Variant, group: str, cells: tuple[History, History], asked: Asked) -> Disparity:
    """One gap between two periods, judged by the domain's rule, whose twin test stands elsewhere."""
    told = [{year for year, figures in history.items() if is_told(figures)} for history in cells]
    labels = variant.baseline and (
        [variant.baseline.period] if variant.baseline.period else list(variant.baseline.periods)
    )
    start = asked.window[0] if asked.window else max((year_of(label) or 0 for label in labels or ()), default=None)
    wanted = asked.window[1] if asked.window else asked.period
    after = [
        year
        for year in told[0] & told[1]
        if (wanted is None or year == wanted) and (start is None or start not in told[0] | told[1] or year > start)
    ]
    end = max(after, default=None)
    broken = [
        year
        for year in unbridged(net, variant)
        if start in told[0] and start is not None and end is not None and start < year <= end
    ]
    ends = [
        tuple(
            judged(point(net, year, history.get(year))) if year in own else None
            for history, own in zip(cells, told, strict=True)
        )
        for year in (start, end)
    ]
    target, _ = goals_of(variant, group)
    return disparity(
        (ends[0][0], ends[0][1]),
        (ends[1][0], ends[1][1]),
        terms_of(net.template),
        asked.rule,
        target=None if target is None else target.value,
        broken_at=code(broken[0]) if broken else None,
    )


def is_measured(gap: Disparity) -> bool:
    """Whether there is a gap to close: both ends are told, and the group was behind, may have been, or fell behind since."""
    if gap.reason in {"no_baseline", "no_data"}:
        return False
    behind = (
        gap.gap_baseline if gap.gap_baseline is not None else gap.gap_baseline_bounds and gap.gap_baseline_bounds[1]
    )
    return gap.verdict == "opened" or behind is None or behind > 0


def gap_counts(
    gaps: Mapping[tuple[str, str, str], Disparity],
    counted: Mapping[Name, Variant],
    known: Mapping[Name, Keys],
    apart: Mapping[Name, list[Aside]],
    asked: Asked,
    joint: str | None,
) -> dict[str, dict[str, int]]:
    """Gaps by verdict, group by group, over the places of the joint count."""
    found: dict[str, dict[str, int]] = {}
    for (community, variant, group), gap in gaps.items():
        name = (community, variant)
        if (
            name in counted
            and joint is not None
            and known[name].progress == joint
            and not on(apart, name, (asked.day, asked.day))
        ):
            own = found.setdefault(group, {})
            if not is_measured(gap) and gap.verdict != "not_behind":
                continue
            shrunk = gap.verdict == "narrowing" and gap.how == "reference_fell"
            told = "reference_fell" if shrunk else "closing" if gap.verdict == "narrowing" else gap.verdict
            own[told] = own.get(told, 0) + 1
    return found
