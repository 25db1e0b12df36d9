"""The tables of ``breaks.md`` are what the registry makes of a broken series: its stretches, their sum, and a target carried over."""

import pytest

from registry.domain.point import Terms
from registry.domain.segments import Segment, chained_effect, segments, target_on_new_cut
from tests.spec.tables import NONE, Row, case, dated, printed, table

TERMS = Terms(unit="percent", direction="increase", meaningful_change=1.0)
STRETCHES = table("breaks.md", "Stretches")
TARGETS = table("breaks.md", "A target on a new cut")


def written(part: Segment) -> str:
    """A stretch as the table writes it."""
    assert part.first is not None
    assert part.last is not None
    ends = part.first.period if part.first is part.last else f"{part.first.period} to {part.last.period}"
    return ends if part.since is None else f"since {part.since}: {ends}"


@pytest.mark.parametrize("row", STRETCHES, ids=case)
def test_stretches_and_what_they_come_to(row: Row):
    points = [dated(cell) for cell in row["figures"].split("; ")]
    breaks = [] if row["breaks"] == NONE else row["breaks"].split("; ")
    parts = segments(points, TERMS, breaks=breaks)
    assert "; ".join(written(part) for part in parts) == row["stretches"]
    found = chained_effect(parts, TERMS)
    told = printed(found.effect, row["effect in all"]), printed(found.se, row["its error"]), found.reason or NONE
    assert told == (row["effect in all"], row["its error"], row["reason"])


@pytest.mark.parametrize("row", TARGETS, ids=lambda row: row["what it shows"])
def test_target_on_a_new_cut(row: Row):
    old, last, first = (float(cell) for cell in list(row.values())[:3])
    found = target_on_new_cut(old, last, first)
    assert printed(found, row["target on the new cut"]) == row["target on the new cut"].replace("-", NONE)
    assert row["what it shows"].endswith(".")
