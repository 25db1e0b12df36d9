"""Where an answer to a roll-up and the plain model of it (``expected.py``) differ: figure by figure, and nobody left out."""

import math
from collections import Counter
from collections.abc import Iterator

import msgspec
from expected import Expected
from expected_counts import Tallies, joint_of
from expected_levels import Change, Level
from expected_series import Series

from registry.domain.disparity import Disparity
from registry.domain.group import group_key
from registry.domain.network_answer import Apart, Network
from registry.domain.point import Point
from registry.domain.progress import Progress
from registry.domain.rollup import LEFT_OUT
from registry.domain.rollup_answer import RollupAnswer, ShownChange, ShownLevel, ShownSeries

TRENDS = ("improving", "maintaining", "declining", "indeterminate")


def near(found: object, wanted: object) -> bool:
    """Equal, numbers to 12 significant digits of the exit and the doubles of a test."""
    if isinstance(wanted, tuple | list):
        return isinstance(found, tuple | list) and len(found) == len(wanted) and all(map(near, found, wanted))
    if found is None or wanted is None or isinstance(wanted, str | bool):
        return found == wanted
    return math.isclose(float(str(found)), float(wanted), rel_tol=1e-9, abs_tol=1e-9)


def unlike(found: msgspec.Struct | None, wanted: msgspec.Struct | None, names: tuple[str, ...]) -> dict[str, object]:
    """The members, among those named, in which two Structs differ."""
    if found is None or wanted is None:
        return {} if found is wanted else {"": (found, wanted)}
    pairs = {name: (getattr(found, name), getattr(wanted, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if not near(*pair)}


def faults_of(answer: RollupAnswer, wanted: Expected) -> Iterator[object]:
    """Everything on which the answer and the model differ."""
    shown = {
        (entry.community, entry.variant, group_key(entry.group)): entry
        for entry in (*answer.series, *answer.benchmarks)
    }
    yield from _apart("series", set(shown), set(wanted.series))
    for name in shown.keys() & wanted.series.keys():
        yield from ((name, fault) for fault in series_faults(shown[name], wanted.series[name]))
    levels = {(level.key, group_key(level.group), level.period): level for level in answer.levels}
    yield from _apart("levels", set(levels), set(wanted.levels))
    for key in levels.keys() & wanted.levels.keys():
        yield from ((key, fault) for fault in level_faults(levels[key], wanted.levels[key]).items())
    changes = {(change.key, group_key(change.group)): change for change in answer.changes}
    yield from _apart("changes", set(changes), set(wanted.changes))
    for name in changes.keys() & wanted.changes.keys():
        yield from ((name, fault) for fault in change_faults(changes[name], wanted.changes[name]).items())
    yield from count_faults(answer.network, wanted)
    yield from gap_faults(answer, wanted)
    yield from out_faults(answer, wanted)


def _apart(what: str, found: set[object], wanted: set[object]) -> Iterator[object]:
    if found != wanted:
        yield what, "too many", found - wanted, "not there", wanted - found


def series_faults(found: ShownSeries, wanted: Series) -> Iterator[object]:
    """Where one series differs, and the segment that gives its trend."""
    names = ("tier", "key", "broken_at", "segments", "chained_effect", "chained_effect_se")
    yield from unlike(found, wanted, names).items()
    yield from unlike(found, wanted.progress, Progress.__struct_fields__).items()
    yield from unlike(found.baseline, wanted.baseline, Point.__struct_fields__).items()
    yield from unlike(found.latest, wanted.latest, Point.__struct_fields__).items()
    since = found.segment and found.segment.since
    if since != wanted.since:
        yield "segment", since, wanted.since
    broken = found.broken_at is not None
    if broken and any(getattr(found, name) is not None for name in ("change", "improvement", "gap_closed", "effect")):
        yield "told across a break", found


def level_faults(found: ShownLevel, wanted: Level) -> dict[str, object]:
    """Where one level differs, and who is named beside it."""
    names = ("communities", "numerator", "denominator", "value", "low", "high", "unweighted")
    faults = unlike(found, wanted, names)
    left_out = {(entry.community, entry.variant): entry.reason for entry in found.left_out}
    if left_out != {name: LEFT_OUT[status] for name, status in wanted.left_out.items()}:
        faults["left_out"] = (left_out, wanted.left_out)
    known = found.known and (found.known.communities, found.known.numerator, found.known.denominator)
    if known != wanted.known:
        faults["known"] = (known, wanted.known)
    return faults


def change_faults(found: ShownChange, wanted: Change) -> dict[str, object]:
    """Where the change of one level differs, its panel, or who came and left."""
    return unlike(found, wanted, ("communities", "came", "left", "change", "low", "high"))


def count_faults(network: Network, wanted: Expected) -> Iterator[object]:
    """Where the joint count differs, those apart, the one by direction, or that of places at their targets."""
    found = {network.key: network, **{entry.key: entry for entry in network.apart}} if network.key else {}
    if network.key != wanted.joint:
        yield "joint count", network.key, wanted.joint
    yield from _apart("tallies", set(found), set(wanted.tallies))
    for key in found.keys() & wanted.tallies.keys():
        yield from tally_faults(found[key], wanted.tallies, str(key))
    alone = joint_of(wanted.directed)
    more = alone is not None and _size(wanted.directed, alone) > (
        _size(wanted.tallies, wanted.joint) if wanted.joint else 0
    )
    if (network.direction is not None) != more:
        yield "direction", network.direction, wanted.directed
    elif network.direction is not None:
        yield from tally_faults(network.direction, wanted.directed, network.direction.key)
    at_target = network.meeting_target
    told = {
        **({} if at_target is None else dict.fromkeys(at_target.without_target, "no_target")),
        **({} if at_target is None else dict.fromkeys(at_target.communities_met, "met")),
    }
    if told != {place: status for place, status in wanted.meeting_target.items() if status in {"met", "no_target"}}:
        yield "meeting target", at_target, wanted.meeting_target
    sizes = Counter(status for status in wanted.meeting_target.values() if status != "no_target")
    if at_target and (at_target.n, at_target.not_met, at_target.cannot_be_told) != (
        sizes.total(),
        sizes["not_met"],
        sizes["cannot_be_told"],
    ):
        yield "meeting target", at_target, wanted.meeting_target


def _size(tallies: Tallies, key: str) -> int:
    return sum(map(len, tallies[key].values()))


def tally_faults(found: Network | Apart, wanted: Tallies, key: str) -> Iterator[object]:
    """Where one count by trend differs, or who is in it."""
    tally = {trend: getattr(found, trend) for trend in TRENDS}
    sizes = {trend: len(wanted.get(key, {}).get(trend, [])) for trend in TRENDS}
    everybody = sorted(place for places in wanted.get(key, {}).values() for place in places)
    if (tally, found.communities, found.n) != (sizes, everybody, len(everybody)):
        yield "tally", key, found, wanted


def gap_faults(answer: RollupAnswer, wanted: Expected) -> Iterator[object]:
    """Where a gap differs, or how many of them close."""
    gaps = {(gap.community, gap.variant, group_key(gap.group)): gap for gap in answer.gaps}
    yield from _apart("gaps", set(gaps), set(wanted.gaps))
    for name in gaps.keys() & wanted.gaps.keys():
        yield from (
            (name, fault) for fault in unlike(gaps[name], wanted.gaps[name], Disparity.__struct_fields__).items()
        )
    told = {group_key(entry.group): entry for entry in answer.network.gaps}
    yield from _apart("gap counts", set(told), set(wanted.gap_counts))
    for group in told.keys() & wanted.gap_counts.keys():
        entry, sizes = told[group], Counter(wanted.gap_counts[group])
        measured = sizes.total() - sizes["not_behind"]
        ends = (sizes["closing"], sizes["closing"] + sizes["indeterminate"])
        share = tuple(end / measured for end in ends) if measured else (None, None)
        names = (
            "closing",
            "reference_fell",
            "reversed",
            "widening",
            "opened",
            "unchanged",
            "indeterminate",
            "not_behind",
        )
        found = {name: getattr(entry, name) for name in names}
        if (found, entry.measured) != ({name: sizes[name] for name in names}, measured):
            yield "gap count", entry, sizes
        if not near((entry.share_low, entry.share_high), share):
            yield "share of gaps", entry, share


def out_faults(answer: RollupAnswer, wanted: Expected) -> Iterator[object]:
    """Where those who are out differ, whose people are counted elsewhere, and how many are in."""
    out = {(entry.community, entry.variant): (entry.tier, entry.reason) for entry in answer.excluded}
    yield from _apart("excluded", set(out), set(wanted.excluded))
    for name in out.keys() & wanted.excluded.keys():
        tier, word = wanted.excluded[name]
        if out[name][0] != tier or word not in out[name][1] or not out[name][1]:
            yield "excluded", name, out[name], wanted.excluded[name]
    once = [(entry.community, entry.other) for entry in answer.overlaps if entry.verdict == "counted_once"]
    aside = {community for community, _ in wanted.overlaps}
    if not wanted.overlaps <= set(once) or {community for community, _ in once} != aside:
        yield "overlaps", once, wanted.overlaps
    coverage = (answer.coverage.communities_in, answer.coverage.communities_out, answer.coverage.people_in)
    outside = {community for community, _ in wanted.excluded} - wanted.communities_in
    if coverage != (len(wanted.communities_in), len(outside), wanted.people_in):
        yield "coverage", coverage, len(wanted.communities_in), len(outside), wanted.people_in
