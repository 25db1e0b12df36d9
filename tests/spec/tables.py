"""How the tests of this folder read its tables: the rows under a heading, and figures as the tables write them.

A figure is ``412 of 1000`` (counts), with ``(1010 eligible)`` where participation is asked; ``40.0 %`` (printed, the people unknown);
``30.0 ± 1.5`` (a sample with its standard error); ``20.0 to 30.0 of 900`` (a range, and how many people); ``20.0 to 30.0``; ``none``.
"""

import re
from pathlib import Path

import msgspec

from registry.domain.point import Direction, Point

HERE = Path(__file__).parent
NONE = "–"
"""What a cell holds where nothing is told."""
WANTED: dict[str, Direction] = {"more": "increase", "less": "decrease"}
"""Which direction is wanted, as the tables say it."""

Row = dict[str, str]

_NUMBER = r"-?\d+(?:\.\d+)?"
_FIGURES = {
    rf"({_NUMBER}) %": ("value",),
    rf"({_NUMBER}) ± ({_NUMBER})": ("value", "standard_error"),
    r"(\d+) of (\d+)": ("numerator", "denominator"),
    r"(\d+) of (\d+) \((\d+) eligible\)": ("numerator", "denominator", "eligible"),
    rf"({_NUMBER}) to ({_NUMBER}) of (\d+)": ("low", "high", "denominator"),
    rf"({_NUMBER}) to ({_NUMBER})": ("low", "high"),
}


def table(name: str, heading: str) -> list[Row]:
    """The rows of the first table under a heading of a file of this folder, each cell under the name of its column."""
    text = (HERE / name).read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = text[text.index("|") :].partition("\n\n")[0].splitlines()
    names, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert rows
    return [dict(zip(names, row, strict=True)) for row in rows]


def point(cell: str, period: str) -> Point | None:
    """A figure as the tables write it; null for none."""
    if cell == "none":
        return None
    for pattern, names in _FIGURES.items():
        if match := re.fullmatch(pattern, cell):
            return msgspec.convert(
                {"period": period, **dict(zip(names, match.groups(), strict=True))}, Point, strict=False
            )
    raise AssertionError(f"no figure: {cell!r}")


def dated(cell: str) -> Point:
    """A figure with the period before it: ``SY2018-19: 412 of 1000``."""
    period, _, figure = cell.partition(": ")
    found = point(figure, period)
    assert found is not None
    return found


def printed(value: float | None, cell: str) -> str:
    """A number with as many decimals as the cell shows, with its sign where the cell has one, or the sign for nothing."""
    if value is None:
        return NONE
    decimals = len(cell.partition(".")[2])
    return f"{value:{'+' if cell.startswith('+') else ''}.{decimals}f}"


def printed_range(ends: tuple[float | None, float | None] | None, cell: str) -> str:
    """Two ends as the cell writes them: ``44.5 to 45.5``."""
    if ends is None or None in ends:
        return NONE
    low, _, high = cell.partition(" to ")
    return f"{printed(ends[0], low)} to {printed(ends[1], high)}"


def case(row: Row) -> str:
    """How pytest names a row: by its first cell."""
    return next(iter(row.values()))[:80]


def verdict(trend: str, reason: str | None) -> str:
    """A verdict as the tables write it, with its reason where there is one."""
    return trend if reason is None else f"{trend}: {reason}"
