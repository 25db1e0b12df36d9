"""What every pooled level of a network must say, and how far it moved: exact fractions over the cells alone."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

import msgspec
from expected_keys import Keys, of_dimension
from expected_places import Aside, asides, on
from expected_series import (
    Asked,
    Figures,
    History,
    Name,
    ends_of_version,
    histories,
    is_told,
    says_something,
    unbridged,
)
from networks import Net, code

from registry.domain.variant import Variant

NO_LEVEL = (
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
)
POOLED = ("exact", "bounded")


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
    left_out: dict[Name, str]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """How far a pooled level moved between the two ends of a window, over the same places, and who came or left."""

    communities: list[str]
    came: list[str]
    left: list[str]
    change: Fraction | None
    low: Fraction | None
    high: Fraction | None


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


def levels_of(
    net: Net,
    counted: Mapping[Name, Variant],
    known: Mapping[Name, Keys],
    asked: Asked,
) -> Iterator[tuple[tuple[str, str, str], Level]]:
    """Every pooled level of the headline measures of members, key by key, group by group, period by period."""
    standing = histories(net)
    by_key: dict[str, list[Name]] = {}
    for name in counted:
        level = known[name].level
        if level and net.template.indicator.rollup == "pooled_ratio":
            by_key.setdefault(level, []).append(name)
    for key, names in by_key.items():
        groups = [
            "",
            *sorted({group for *owner, group in standing if tuple(owner) in names and of_dimension(group, asked)}),
        ]
        own = {group: {name: standing.get((*name, group), {}) for name in names} for group in groups}
        years = years_of([history for cells in own.values() for history in cells.values()], asked)
        apart = {year: asides_in(net, counted, known, year) for year in years}
        for group, cells in own.items():
            if any(cells.values()):
                parts = {year: parts_in(net, key, year, cells, apart[year]) for year in years}
                for year in years:
                    yield from levels_in(net, (group, code(year)), parts[year], panel_of(parts, asked))


def asides_in(
    net: Net, counted: Mapping[Name, Variant], known: Mapping[Name, Keys], year: int
) -> dict[Name, list[Aside]]:
    """Whose people are in another's sum of one year: of a place that has people to add in it."""
    standing = histories(net)
    adding = {name for name in counted if status_of(standing.get((*name, ""), {}).get(year)) in POOLED}
    return asides(net, counted, {name: known[name].level for name in counted}, holding=adding)


Parts = dict[str, dict[Name, tuple[str, Figures | None]]]
"""What each measure brings, by the key of its level."""


def parts_in(net: Net, key: str, year: int, cells: Mapping[Name, History], apart: Mapping[Name, list[Aside]]) -> Parts:
    """Who brings what in one year. The years before a break stand apart, with others that broke at the same period.

    So do those after a version's last year, which were measured with something else; its own years are everybody's that used it.
    """
    variants = {(entry.community, entry.id): entry for entry in net.variants}
    span = (date(year, 7, 1), date(year + 1, 6, 30))
    found: Parts = {}
    for name, history in cells.items():
        status = "counted_elsewhere" if on(apart, name, span) else status_of(history.get(year))
        over = ends_of_version(net, variants[name])
        later = [broken for broken in unbridged(net, variants[name]) if broken > year and broken not in over]
        marks = [f"|from {code(last)}" for last in over if last <= year] + [
            f"|before {code(broken)}" for broken in later[:1]
        ]
        own = key + "".join(marks)
        found.setdefault(own, {})[name] = (status, history.get(year))
    return found


def panel_of(parts: Mapping[int, Parts], asked: Asked) -> dict[Name, str]:
    """Why somebody who can be added in a year is not in the panel of the window; nobody is named where no window is asked for."""
    if asked.window is None:
        return {}
    ends = [
        {
            name: key
            for key, found in parts.get(year, {}).items()
            for name, (status, _) in found.items()
            if status in POOLED
        }
        for year in asked.window
    ]
    once = dict.fromkeys(set(ends[0]) ^ set(ends[1]), "not_in_panel")
    return once | {name: "broken_in_window" for name in set(ends[0]) & set(ends[1]) if ends[0][name] != ends[1][name]}


def levels_in(
    net: Net, cell: tuple[str, str], parts: Parts, panel: Mapping[Name, str]
) -> Iterator[tuple[tuple[str, str, str], Level]]:
    for key, found in parts.items():
        told = {
            name: (panel.get(name, status) if status in POOLED else status, figures)
            for name, (status, figures) in found.items()
        }
        yield (key, *cell), pooled(net, told)


def years_of(cells: list[History], asked: Asked) -> set[int]:
    """The years shown: those asked for in which anybody has a figure or hides one, else the newest in which anybody can be added.

    Where nobody ever can it is the newest in which anybody has a figure. What is hidden is not the newest.
    """
    if asked.window or asked.period is not None:
        told = {year for history in cells for year, figures in history.items() if is_told(figures)}
        return {*(asked.window or ()), asked.period} & told
    there = {
        (status_of(figures) in POOLED, year)
        for history in cells
        for year, figures in history.items()
        if says_something(figures)
    }
    return {max(there)[1]} if there else set()


def pooled(net: Net, parts: Mapping[Name, tuple[str, Figures | None]]) -> Level:
    """Sums of numerators and of people; a part known only as a range moves the two bounds and takes the value away."""
    per = Fraction(net.template.indicator.per)
    exact = [figures for status, figures in parts.values() if figures and status == "exact"]
    ranges = [figures for status, figures in parts.values() if figures and status == "bounded"]
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
        communities=sorted(community for (community, _), (status, _) in parts.items() if status in POOLED),
        numerator=above if whole else None,
        denominator=people or None,
        value=per * above / people if whole else None,
        low=(per * above + sum(low for low, _ in hidden)) / people if people else None,
        high=(per * above + sum(high for _, high in hidden)) / people if people else None,
        unweighted=per * sum(shares) / len(shares) if whole else None,
        known=(len(exact), above, below) if exact and ranges else None,
        left_out={name: status for name, (status, _) in parts.items() if status in NO_LEVEL},
    )


def changes_of(levels: Mapping[tuple[str, str, str], Level], asked: Asked) -> Iterator[tuple[tuple[str, str], Change]]:
    """How far each level moved over the window, and who could be added at one end alone."""
    earlier, later = (code(year) for year in asked.window or ())
    for key, group in {(key, group) for key, group, _ in levels}:
        before, after = levels.get((key, group, earlier)), levels.get((key, group, later))
        alone = [
            sorted({name[0] for name, status in (level.left_out if level else {}).items() if status == "not_in_panel"})
            for level in (before, after)
        ]
        yield (
            (key, group),
            Change(
                communities=before.communities if before else [],
                came=alone[1],
                left=alone[0],
                change=_less(after, before, "value", "value"),
                low=_less(after, before, "low", "high"),
                high=_less(after, before, "high", "low"),
            ),
        )


def _less(after: Level | None, before: Level | None, end: str, start: str) -> Fraction | None:
    there = None if after is None or before is None else (getattr(after, end), getattr(before, start))
    return None if there is None or None in there else there[0] - there[1]


def people_in(levels: Mapping[tuple[str, str, str], Level]) -> int:
    """The people of everybody's levels in the latest period of each key, on both sides of a break."""
    latest: dict[str, str] = {}
    for key, group, period in levels:
        if not group:
            own = key[: key.rindex("}")]
            latest[own] = max(latest.get(own, ""), period)
    return sum(
        level.denominator or 0
        for (key, group, period), level in levels.items()
        if not group and period == latest[key[: key.rindex("}")]]
    )
