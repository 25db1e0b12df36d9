"""A roll-up on a terminal: levels apart, series with their verdicts in words, one joint count, and who is out and why."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from registry.cli.output import table
from registry.cli.rollup_beside import (
    Unit,
    group_in_words,
    print_benchmarks,
    print_beside,
    print_changes,
    print_gaps,
    print_left_out,
    print_linked,
    trends_in_words,
)
from registry.domain.comparability import facets_in_words, key_in_words
from registry.domain.group import group_key
from registry.domain.point import Point
from registry.domain.rollup_answer import Explained, RollupAnswer, ShownLevel, ShownSeries
from registry.domain.value import shown
from registry.domain.words import CAUSE, PACES, REASONS, TRENDS

OUT_OF = {"everything": "", "count": " (not in the joint count)", "level": " (not in a level)"}
"""How far a measure is out, as the list of who is out says it."""


def print_rollup(console: Console, answer: RollupAnswer) -> None:
    """Print the whole answer, the most useful first."""
    console.print(Text(f"{answer.template}: network results", style="bold"))
    console.print(
        Text(
            f"As of {answer.as_of[:10]} (line {answer.seq} of the ledger), progress rule {answer.progress_rule}, "
            f"levels by {answer.rollup_rule.replace('_', ' ')}, program {answer.program}."
        )
    )
    console.print(Text(answer.notice, style="italic"))
    unit = Unit(answer.unit, answer.per)
    _print_levels(console, [level for level in answer.levels if level.tier == "level"], unit)
    print_changes(console, answer, unit)
    print_linked(console, answer)
    print_series(console, "Progress of each local measure", answer.series, unit)
    if answer.dimension and not any(series.group for series in answer.series):
        console.print(Text(f"  No figure by {answer.dimension.replace('_', ' ')} is loaded."))
    print_benchmarks(console, answer.series, unit)
    print_gaps(console, answer.gaps)
    _print_network(console, answer)
    if answer.benchmarks:
        title = "Reference series (shown beside, never added and never counted)"
        print_series(console, title, answer.benchmarks, unit)
    _print_out(console, answer)


def print_explained(console: Console, explained: Sequence[Explained]) -> None:
    """Print the arithmetic behind every figure and the cells it comes from, each cell where it is first needed."""
    told: set[tuple[str, str, str, str | None, int]] = set()
    for entry in explained:
        console.print()
        console.print(Text(entry.figure, style="bold"))
        console.print(Text(f"  {entry.arithmetic}"))
        for source in entry.sources:
            name = (source.community, source.batch, source.file, source.sheet, source.row)
            if name in told:
                continue
            told.add(name)
            cells = "; ".join(f"{name} = {cell!r}" for name, cell in source.cells.items())
            digest = f"SHA-256 {source.sha256[:12]}" if source.sha256 else "its hash is masked like the figures in it"
            sheet = f", sheet {source.sheet!r}" if source.sheet else ""
            where = f"load {source.batch}, {source.file}{sheet} line {source.row} ({digest})"
            console.print(Text(f"  {source.community} {source.period}: {where}: {cells}"))


def _print_levels(console: Console, levels: Sequence[ShownLevel], unit: Unit) -> None:
    console.print()
    if not levels:
        console.print(Text("No level can be pooled.", style="bold"))
        return
    console.print(
        Text("Levels, each over the places that measure it the same way; never added to one another", style="bold")
    )
    keys = list(dict.fromkeys(level.key for level in levels))
    first, *others = (facets_in_words(key) for key in keys)
    common = [facet for facet in first if all(facet in other for other in others)] if others else []
    if common:
        console.print(Text(f"All of them: {', '.join(common)}."))
    for key in keys:
        own = [level for level in levels if level.key == key]
        console.print(Text(f"  {key_in_words(key, common)}"))
        columns = ("year", "group", "pooled", "counts", "unweighted mean", "communities")
        console.print(table("", columns, [_level_row(level, unit) for level in own], right=columns[2:]))
        for level in own:
            _print_beside(console, level, unit)


def _level_row(level: ShownLevel, unit: Unit) -> tuple[str, ...]:
    people = "-" if level.denominator is None else f"of {level.denominator}"
    return (
        level.period,
        group_in_words(level.group),
        _range(level, unit),
        people if level.numerator is None else f"{level.numerator} {people}",
        f"{shown(level.unweighted, decimals=2)}{unit.behind}" if level.unweighted is not None else "-",
        str(len(level.communities)),
    )


def _print_beside(console: Console, level: ShownLevel, unit: Unit) -> None:
    """What stands beside a level: the exact part of a bounded one, and who is not in it."""
    where = f"{level.period}{_suffix(level.group)}"
    if level.known is not None:
        known = level.known
        counts = f"{known.numerator} of {known.denominator} = {shown(known.value, decimals=2)}{unit.behind}"
        hidden = len(level.communities) - known.communities
        why = f"{hidden} of the figures {'is' if hidden == 1 else 'are'} hidden or a range"
        exact = "the exact one is" if known.communities == 1 else f"the {known.communities} exact ones are"
        console.print(Text(f"  {where}: a range, because {why}; {exact} {counts}."))
    print_left_out(console, where, level.left_out)


def print_series(console: Console, title: str, series: Sequence[ShownSeries], unit: Unit) -> None:
    """One line a series; the group and the state stand in a column only where they differ."""
    console.print()
    if not series:
        console.print(Text(f"{title}: there is none to show.", style="bold"))
        return
    change = "points" if unit.name in {"percent", "rate"} else "change"
    columns = ["community", "group", "from", "to", change, "trend", "pace", "target", "state"]
    rows = [_series_row(entry, unit) for entry in series]
    states = {entry.state for entry in series}
    left_out = {1} if not any(entry.group for entry in series) else set()
    left_out |= {8} if len(states) == 1 else set()
    kept = [place for place in range(len(columns)) if place not in left_out]
    shown_rows = [[row[place] for place in kept] for row in rows]
    head = f"{title}, in {unit.behind.strip() or unit.name}"
    console.print(table(head, [columns[place] for place in kept], shown_rows, right=(change,)))
    if len(states) == 1:
        console.print(Text(f"  State of {'this measure' if len(series) == 1 else 'all'}: {states.pop()}."))
    untold: dict[str, list[str]] = {}
    for entry in series:
        if entry.reason:
            untold.setdefault(_why_untold(entry), []).append(f"{entry.name}{_suffix(entry.group)}")
        if entry.declared_baseline is not None:
            declared = ", ".join(_point(entry.declared_baseline, unit))
            console.print(Text(f"  {entry.name} declared a baseline of {declared}; the loaded figure is shown."))
        if entry.segment is not None:
            console.print(Text(f"  {_since(entry, unit)}"))
    for reason, names in untold.items():
        console.print(Text(f"  Cannot be told for {'; '.join(names)}: {reason}."))


def _since(entry: ShownSeries, unit: Unit) -> str:
    """What the latest unbroken years of a broken series say by themselves, and all its stretches chained."""
    found = entry.segment
    if found is None:
        return ""
    start, end = (" in ".join(_point(point, unit)) for point in (found.baseline, entry.latest))
    change = (
        ""
        if found.change is None
        else f", {'+' if found.change > 0 else ''}{unit.print(found.change, decimals=2)}{unit.points}"
    )
    chained = entry.chained_effect
    whole = "" if chained is None else f"; all {entry.segments} stretches chained: effect {shown(chained, decimals=3)}"
    return f"{entry.name}{_suffix(entry.group)} since its series was broken: from {start} to {end}{change}{whole}."


def _series_row(entry: ShownSeries, unit: Unit) -> tuple[str, ...]:
    baseline = _point(entry.baseline, unit)
    return (
        entry.name,
        group_in_words(entry.group),
        "\n".join((*baseline, "declared") if entry.baseline_declared else baseline),
        "\n".join(_point(entry.latest, unit, against=entry.target.value if entry.target else None)),
        _change(entry, unit),
        f"{TRENDS[entry.trend]}\nsince {entry.segment.since}" if entry.segment else TRENDS[entry.trend],
        _pace(entry),
        f"{entry.target.value:,.12g}\n{entry.target.period}" if entry.target else "-",
        entry.state,
    )


def _pace(entry: ShownSeries) -> str:
    """The pace in a word; a target that was met and left behind is passed."""
    passed = entry.pace == "met" and entry.gap_closed is not None and entry.gap_closed > 1
    return "target passed" if passed else PACES.get(entry.pace or "", "-")


def _why_untold(entry: ShownSeries) -> str:
    ends = (entry.baseline, entry.latest)
    hidden = [point.period for point in ends if point is not None and point.missing == "suppressed"]
    if hidden and entry.reason in {"bounds", "no_error_known", "too_few_people"}:
        return f"the publisher hides the figure of {' and '.join(hidden)}"
    where = f" at {entry.broken_at}" if entry.broken_at else ""
    return REASONS.get(entry.reason or "", entry.reason or "") + where


def _print_network(console: Console, answer: RollupAnswer) -> None:
    network = answer.network
    if answer.rollup_rule == "none":  # nothing is counted, and the notice says so
        return
    console.print()
    counted_together = f"Of {_communities(network.n)} whose progress can be compared: {trends_in_words(network)}."
    console.print(Text(counted_together, style="bold"))
    for apart in network.apart:
        told = f"{_communities(apart.n)}, {trends_in_words(apart)}"
        console.print(Text(f"Counted apart ({key_in_words(apart.key)}): {told}."))
    print_beside(console, answer)
    console.print(Text(CAUSE))


def _communities(number: int) -> str:
    return f"{number} {'community' if number == 1 else 'communities'}"


def _print_out(console: Console, answer: RollupAnswer) -> None:
    console.print()
    coverage = answer.coverage
    inside = f"{_communities(coverage.communities_in)}, {coverage.people_in:,} people at the latest level"
    console.print(Text(f"In: {inside}. Out of everything: {_communities(coverage.communities_out)}."))
    for row in answer.excluded:
        console.print(Text(f"  {row.community}/{row.variant}{OUT_OF[row.out_of]}: {row.reason}."))
    for gone in answer.redacted:
        where = f"{gone.community}/{gone.variant} {gone.period}, {group_in_words(gone.group)}"
        console.print(Text(f"  Not available (redacted): {where}; entry {gone.by} of the ledger says why."))
    for pair in answer.overlaps:
        if pair.verdict == "cannot_be_told":
            console.print(
                Text(f"  Whether {pair.community} and {pair.other} share people cannot be told: {pair.reason}.")
            )


def _range(level: ShownLevel, unit: Unit) -> str:
    if level.value is not None:
        return f"{shown(level.value, decimals=2)}{unit.behind}"
    if level.low is None or level.high is None:
        return "cannot be pooled"
    return f"{shown(level.low, decimals=2)} to {shown(level.high, decimals=2)}{unit.behind}"


def _point(point: Point | None, unit: Unit, *, against: float | None = None) -> tuple[str, ...]:
    """A data point as people read it: the figure and what stands behind it, then its period.

    Printed ``against`` a target it stands on the side of it on which it exactly is (user pain A12).
    """
    if point is None:
        return ("no figure",)
    behind = "" if point.denominator is None else f" of {point.denominator}"
    if point.standard_error is not None:  # a sample's counts are weighted, and no people
        behind = f" (error {unit.print(point.standard_error, decimals=2)})"
    figure = "no figure"
    if point.missing is not None:
        figure = f"{point.missing.replace('_', ' ')}{behind}"
    elif point.value is not None:
        figure = f"{unit.print(point.value, against=against)}{behind}"
    elif point.low is not None and point.high is not None:
        figure = f"{unit.print(point.low)} to {unit.print(point.high)}{behind}"
    return figure, point.period


def _change(entry: ShownSeries, unit: Unit) -> str:
    if entry.change is not None:
        return f"{'+' if entry.change > 0 else ''}{unit.print(entry.change, decimals=2)}"
    return "-"


def _suffix(group: dict[str, str]) -> str:
    return f" ({group_in_words(group)})" if group_key(group) else ""
