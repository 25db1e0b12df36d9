"""The table of ``curve.md`` is what the registry says of where a series was heading."""

from typing import get_args

import pytest

from registry.domain.curve import Turned, curve_of
from registry.domain.point import Point, Terms, reading_of
from tests.spec.tables import NONE, WANTED, Row, case, dated, printed, printed_range, table

ROWS = table("curve.md", "Forecast and verdict")
TERMS = Terms(unit="percent", direction="increase", meaningful_change=1.0)


def year_of(cell: str) -> tuple[float, float, int | None]:
    """A year, its figure, and the people behind it: ``CY2012: 48.0 %``."""
    end: Point = dated(cell)
    found = reading_of(end, TERMS)
    assert found is not None
    assert found.figure is not None
    return found.period.ordinal // 12, float(found.figure), found.people


@pytest.mark.parametrize("row", ROWS, ids=case)
def test_where_the_series_was_heading(row: Row):
    years = [year_of(cell) for cell in row["years before"].split("; ")]
    year, figure, _ = year_of(row["latest"])
    people = [count for _, _, count in years]
    found = curve_of(
        [(when, value) for when, value, _ in years],
        people if any(people) else None,
        (year, figure),
        WANTED[row["wanted"]],
    )
    figures = {
        "slope a year": printed(found.slope, row["slope a year"]),
        "forecast": printed(found.forecast, row["forecast"]),
        "nine of ten years": printed_range(found.prediction90, row["nine of ten years"]),
        "verdict": found.verdict or NONE,
    }
    assert figures == {name: row[name] for name in figures}


def test_every_verdict_is_shown():
    assert {row["verdict"] for row in ROWS} == {NONE, *get_args(Turned)}
