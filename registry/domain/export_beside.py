"""What stands beside levels and series in a flat file: the joint count and all counted beside it, gaps, changes of levels, overlaps."""

from collections.abc import Iterator

from registry.domain.group import group_key
from registry.domain.network_answer import Apart, Network, Overlap
from registry.domain.rollup_answer import ShownChange, ShownGap

Members = dict[str, object]

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """Text that a spreadsheet shows and never runs.

    >>> harmless("=HYPERLINK(1)"), harmless("plain")
    ("'=HYPERLINK(1)", 'plain')
    """
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def network_records(network: Network) -> Iterator[Members]:
    """The joint count and every count beside it."""
    chance = None if network.by_chance is None else network.by_chance.improving
    yield {"record": "network", **_count(network), "improving_by_chance": chance}
    yield from ({"record": "apart", **_count(apart)} for apart in network.apart)
    if network.direction is not None:
        yield {"record": "direction", "tier": "direction", **_count(network.direction)}
    for gaps in network.gaps:
        yield {
            "record": "gaps",
            "group": group_key(gaps.group),
            **{
                name: getattr(gaps, name)
                for name in ("closing", "measured", "share_low", "share_high", "indeterminate")
            },
        }
    target = network.meeting_target
    if target is not None:
        yield {
            "record": "meeting_target",
            "communities": target.n,
            "met": target.met,
            "not_met": target.not_met,
            "indeterminate": target.cannot_be_told,
        }


def _count(count: Network | Apart) -> Members:
    trends = ("improving", "maintaining", "declining", "indeterminate")
    return {"key": count.key, "communities": count.n, **{name: getattr(count, name) for name in trends}}


def gap_record(gap: ShownGap) -> Members:
    """One gap, with what became of it."""
    names = (
        "gap_baseline",
        "gap_latest",
        "gap_change",
        "se",
        "z",
        "p_value",
        "verdict",
        "how",
        "depends_on_scale",
        "reason",
    )
    return {
        "community": gap.community,
        "variant": gap.variant,
        "group": group_key(gap.group),
        "reference": group_key(gap.reference),
        **{name: getattr(gap, name) for name in names},
    }


def change_record(row: ShownChange) -> Members:
    """How far one level moved, and who came or left."""
    return {
        "tier": "level",
        "key": row.key,
        "group": group_key(row.group),
        "communities": len(row.communities),
        "change": row.change,
        "low": row.low,
        "high": row.high,
        "came": harmless(" ".join(row.came)),
        "left": harmless(" ".join(row.left)),
    }


def overlap_record(pair: Overlap) -> Members:
    """Two communities whose places overlap, or may."""
    return {"community": pair.community, "name": pair.other, "verdict": pair.verdict, "reason": harmless(pair.reason)}
