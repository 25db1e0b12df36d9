"""What stands beside levels and series on a terminal: changes over a window, means on a scale, gaps, and what chance would give."""

from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.text import Text

from registry.cli.output import table
from registry.domain.group import label_of
from registry.domain.network_answer import Apart, Network, Spread
from registry.domain.rollup_answer import LeftOut, RollupAnswer, ShownGap, ShownSeries
from registry.domain.value import shown
from registry.domain.words import CURVES, GAPS, REASONS, reason_in_words


class Unit(msgspec.Struct, frozen=True):
    """How figures of one outcome are printed: percent, per so many, or bare; whole numbers where people or dollars are counted."""

    name: str
    per: float

    @property
    def behind(self) -> str:
        """What stands behind a figure."""
        if self.name == "rate":
            return f" per {self.per:,.12g}"
        return " %" if self.name == "percent" else ""

    @property
    def points(self) -> str:
        """What stands behind a change."""
        return " points" if self.name in {"percent", "rate"} else ""

    def print(self, figure: float, *, decimals: int = 1, against: float | None = None) -> str:
        """A figure in this unit, without what stands behind it."""
        return shown(figure, decimals=0 if self.name in {"count", "currency"} else decimals, against=against)


def print_changes(console: Console, answer: RollupAnswer, unit: Unit) -> None:
    """How far each pooled level moved over the window, and who came or left."""
    for row in answer.changes:
        behind = f" ({group_in_words(row.group)})" if row.group else ""
        over = f"over the same {len(row.communities)} communities at both ends"
        if row.change is not None:
            told = f"{'+' if row.change > 0 else ''}{shown(row.change, decimals=2)}{unit.points}"
        elif row.low is not None and row.high is not None:
            told = f"between {shown(row.low, decimals=2)} and {shown(row.high, decimals=2)}{unit.points}"
        else:
            continue
        console.print(Text(f"  Change of the level{behind}: {told}, {over}."))
        for word, names in (("came", row.came), ("left", row.left)):
            if names:
                console.print(Text(f"    {word}, and so not in it: {', '.join(names)}."))


def print_linked(console: Console, answer: RollupAnswer) -> None:
    """The estimated means on the template's scale, always with their intervals and links."""
    levels = [level for level in answer.levels if level.tier == "linked"]
    if not levels:
        return
    rows = [
        (
            entry.name,
            found.period,
            "-" if found.share is None else f"{shown(100 * found.share, decimals=1)} %",
            "-" if found.score is None else f"{found.score:.12g}",
            f"{shown(found.mean, decimals=1)} ({_interval(found.ci95)})" if found.mean is not None else "-",
            found.link or "-",
        )
        for entry in answer.series
        if (found := entry.linked) is not None and not entry.group
    ]
    console.print()
    console.print(
        table(
            f"Estimated means on the scale {levels[0].scale}",
            ("community", "year", "share", "cut", "mean (95 %)", "link"),
            rows,
        )
    )
    for level in levels:
        mean = "-" if level.value is None else shown(level.value, decimals=1)
        interval = _interval(None if level.low is None or level.high is None else (level.low, level.high))
        console.print(
            Text(f"  {level.period}: mean of {len(level.communities)} places, weighted by people, {mean} ({interval}).")
        )
        print_left_out(console, level.period, level.left_out)


def print_left_out(console: Console, where: str, left_out: Sequence[LeftOut]) -> None:
    """Who is not in a level or a mean, one line a reason."""
    by_reason: dict[str, list[str]] = {}
    for left in left_out:
        by_reason.setdefault(left.reason, []).append(left.community)
    for reason, communities in by_reason.items():
        verb = "is not in it, because" if len(communities) == 1 else "are not in it, each because"
        console.print(Text(f"  {where}: {', '.join(communities)} {verb} {reason}."))


def print_benchmarks(console: Console, series: Sequence[ShownSeries], unit: Unit) -> None:
    """What each place did beside its benchmark, and beside where its own years before the baseline were heading."""
    rows = [
        (entry.name, _relative(entry, unit), _forecast(entry, unit))
        for entry in series
        if not entry.group and (entry.relative is not None or (entry.curve is not None and entry.curve.verdict))
    ]
    if rows:
        console.print()
        console.print(
            table(
                "Beside the benchmark and the forecast",
                ("community", "improvement less the benchmark's", "the latest year"),
                rows,
            )
        )


def _relative(entry: ShownSeries, unit: Unit) -> str:
    found = entry.relative
    if found is None:
        return "-"
    if found.relative_change is None:
        return reason_in_words(found.reason or "")
    clear = "" if found.p_value is None else ", clear" if found.p_value < 0.05 else ", within chance"
    return (
        f"{'+' if found.relative_change > 0 else ''}{unit.print(found.relative_change, decimals=2)}{unit.points}{clear}"
    )


def _forecast(entry: ShownSeries, unit: Unit) -> str:
    curve = entry.curve
    if curve is None or curve.verdict is None or curve.prediction90 is None:
        return "-"
    low, high = (unit.print(end) for end in curve.prediction90)
    return f"{CURVES[curve.verdict]} ({low} to {high}{unit.behind} were to be expected)"


def print_gaps(console: Console, gaps: Sequence[ShownGap]) -> None:
    """Each group's gap to its reference, then and now."""
    if not gaps:
        return
    rows = [
        (
            gap.community,
            group_in_words(gap.group),
            group_in_words(gap.reference),
            _points(gap.gap_baseline, gap.gap_baseline_bounds),
            _points(gap.gap_latest, gap.gap_latest_bounds),
            GAPS[gap.verdict],
            _why(gap),
        )
        for gap in gaps
    ]
    columns = ("community", "group", "behind", "then", "now", "gap", "why")
    console.print()
    console.print(table("Gaps in points, each group against its reference", columns, rows, right=("then", "now")))


def print_beside(console: Console, answer: RollupAnswer) -> None:
    """What stands beside the joint count: direction, chance, effects, gaps closing, places at their own targets."""
    network = answer.network
    if network.direction is not None:
        found = network.direction
        told = f"{found.n} communities, {trends_in_words(found)}"
        console.print(Text(f"By direction alone, proxies and other ways of measuring with them: {told}."))
    chance = network.by_chance
    if chance is not None and chance.tested:
        expected = shown(chance.improving, decimals=1)
        console.print(Text(f"By chance alone {expected} of the {chance.tested} tested would be called improving."))
    if network.effect_per_year is not None:
        console.print(Text(f"Effect per year, in standard deviations: {_spread(network.effect_per_year, 3)}."))
    mean = network.mean_effect_per_year
    if mean is not None:
        ends = f"{shown(mean.ci95[0], decimals=3)} to {shown(mean.ci95[1], decimals=3)}"
        told = f"{shown(mean.mean, decimals=3)} a year (95 %: {ends})"
        ranked = "" if mean.ranked else " Places differ too little beyond chance to be ranked."
        console.print(Text(f"Mean over {mean.places} places by random effects: {told}.{ranked}"))
    for gaps in network.gaps:
        if gaps.measured:
            sure = f"{gaps.closing} of {gaps.measured} gaps are closing, {gaps.indeterminate} cannot be told"
            console.print(Text(f"{group_in_words(gaps.group)}: {sure}."))
    target = network.meeting_target
    if target is not None:
        sure = f"{target.met} of {target.n} have reached their own target, {target.not_met} have not"
        told = f"{sure}, {target.cannot_be_told} cannot be told"
        console.print(Text(f"Places at their own targets: {told}."))


def group_in_words(group: dict[str, str]) -> str:
    """A group as people read it; no dimension at all is everybody."""
    return (
        "everybody" if not group else ", ".join(label_of(dimension, category) for dimension, category in group.items())
    )


def trends_in_words(count: Network | Apart) -> str:
    """A count by trend, as a sentence says it."""
    return (
        f"{count.improving} improving, {count.maintaining} maintaining, "
        f"{count.declining} declining, {count.indeterminate} cannot be told"
    )


def _spread(found: Spread, decimals: int) -> str:
    low, middle, high = (shown(value, decimals=decimals) for value in (found.q1, found.median, found.q3))
    return f"median {middle}, half of {found.places} places between {low} and {high}"


def _interval(ends: tuple[float, float] | None) -> str:
    return "-" if ends is None else f"{shown(ends[0], decimals=1)} to {shown(ends[1], decimals=1)}"


def _points(gap: float | None, bounds: tuple[float, float] | None) -> str:
    if gap is not None:
        return shown(gap, decimals=1)
    return "-" if bounds is None else _interval(bounds)


def _why(gap: ShownGap) -> str:
    if gap.how is not None:
        return {"reference_fell": "the reference fell", "group_rose": "the group rose", "both": "both moved"}[gap.how]
    told = REASONS.get(gap.reason or "", "")
    return f"{told}; points and probits disagree" if gap.depends_on_scale and told else told
