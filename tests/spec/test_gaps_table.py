"""The tables of ``gaps.md`` are what the registry says, cell by cell."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from registry.domain.disparity import Disparity, GapVerdict, How, disparity, probit_gap
from registry.domain.point import Direction, Point, Terms
from registry.domain.progress_rule import RULES

HEADER = ["case", "direction", "group then", "reference then", "group now", "reference now"]
HEADER += ["gap then", "gap now", "verdict", "how", "points and probits agree?"]
DIRECTIONS: dict[str, Direction] = {"more": "increase", "less": "decrease"}
PERIODS = ("SY2011-12", "SY2015-16")
NOTHING = "–"

NUMBER = r"-?\d+(?:\.\d+)?"
READERS = {
    rf"({NUMBER}) %": ("value",),
    rf"({NUMBER}) ± ({NUMBER})": ("value", "standard_error"),
    r"(\d+) of (\d+)": ("numerator", "denominator"),
    rf"({NUMBER}) to ({NUMBER}) of (\d+)": ("low", "high", "denominator"),
    rf"({NUMBER}) to ({NUMBER})": ("low", "high"),
}


class Line(msgspec.Struct, frozen=True):
    """One line of the table, as it is written."""

    case: str
    direction: str
    cells: tuple[str, ...]
    gaps: tuple[str, ...]
    verdict: str
    how: str
    agree: str

    def __str__(self) -> str:
        return self.case

    def answer(self, rule: str) -> Disparity:
        """What the registry says of the four cells."""
        points = [read_point(cell, PERIODS[place // 2]) for place, cell in enumerate(self.cells)]
        terms = Terms(unit="percent", direction=DIRECTIONS[self.direction], meaningful_change=1.0)
        return disparity((points[0], points[1]), (points[2], points[3]), terms, RULES[rule])

    def probits(self, found: Disparity) -> list[float | None]:
        """The gap in probits at both ends; of printed percents by the percents alone."""
        printed = [re.match(rf"({NUMBER}) [%±]", cell) for cell in self.cells]
        if not all(printed):
            return [found.gap_effect_baseline, found.gap_effect_latest]
        figures = [float(match[1]) for match in printed if match]
        direction = DIRECTIONS[self.direction]
        return [probit_gap(*figures[end : end + 2], direction=direction) for end in (0, 2)]


def rows_under(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, its own header first."""
    text = Path(__file__).with_name("gaps.md").read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [row.strip("|") for row in text.splitlines() if row.startswith("|")]
    return [[cell.strip() for cell in row.split("|")] for row in (rows[0], *rows[2:])]


def lines() -> Iterator[Line]:
    """The lines under "Gap by gap"."""
    header, *rows = rows_under("Gap by gap")
    assert header == HEADER
    for row in rows:
        assert len(row) == len(HEADER), row
        yield Line(row[0], row[1], tuple(row[2:6]), tuple(row[6:8]), *row[8:])


def read_point(cell: str, period: str) -> Point | None:
    """A figure as the table writes it."""
    if cell == "none":
        return None
    for pattern, names in READERS.items():
        if match := re.fullmatch(pattern, cell):
            return msgspec.convert(
                {"period": period, **dict(zip(names, match.groups(), strict=True))}, Point, strict=False
            )
    raise AssertionError(f"no figure: {cell!r}")


def written_gap(gap: float | None, bounds: tuple[float, float] | None) -> str:
    """A gap as the table writes it."""
    if bounds is not None:
        return " to ".join(f"{end:.1f}" for end in bounds)
    return NOTHING if gap is None else f"{gap:.1f}"


def written_verdict(found: Disparity) -> str:
    """A verdict as the table writes it, with the reason where there is one."""
    return found.verdict if found.reason is None else f"{found.verdict}: {found.reason}"


LINES = {line.case: line for line in lines()}


@pytest.mark.parametrize("line", LINES.values(), ids=str)
def test_registry_says_what_the_line_says(line: Line):
    found = line.answer("plain@1")
    gaps = (
        written_gap(found.gap_baseline, found.gap_baseline_bounds),
        written_gap(found.gap_latest, found.gap_latest_bounds),
    )
    assert gaps == line.gaps
    assert (written_verdict(found), found.how or NOTHING) == (line.verdict, line.how)


@pytest.mark.parametrize("line", LINES.values(), ids=str)
def test_scales_agree_where_the_line_says_so(line: Line):
    found = line.answer("plain@1")
    then, now = line.probits(found)
    if found.gap_change is None or then is None or now is None:
        assert line.agree == NOTHING
        return
    assert line.agree == ("yes" if (found.gap_change > 0) is (now > then) else "no")
    if found.gap_effect_latest is not None:
        assert found.depends_on_scale is (line.agree == "no")


@pytest.mark.parametrize("row", rows_under("Where no error is looked at")[1:], ids=lambda row: row[0])
def test_threshold_says_what_the_line_says(row: list[str]):
    case, verdict, how = row
    found = LINES[case].answer("threshold@1")
    assert (written_verdict(found), found.how or NOTHING) == (verdict, how)


@pytest.mark.parametrize("row", rows_under("In points and in probits")[1:], ids=lambda row: row[0])
def test_both_scales_are_told_for_the_published_gaps(row: list[str]):
    case, *figures = row
    found = LINES[case].answer("plain@1")
    probits = LINES[case].probits(found)
    assert None not in probits
    assert [f"{found.gap_baseline:.1f}", f"{found.gap_latest:.1f}", *(f"{probit:.3f}" for probit in probits)] == figures


def test_table_shows_every_verdict_and_every_way_a_gap_narrows():
    assert {line.verdict.partition(":")[0] for line in LINES.values()} == set(get_args(GapVerdict))
    assert {line.how for line in LINES.values()} == {NOTHING, *get_args(How)}
