"""The table of ``benchmark.md`` is what the registry says of a place beside its benchmark."""

import pytest

from registry.domain.benchmark import Ends, relative
from registry.domain.point import Point, Terms, reading_of
from registry.domain.progress_rule import RULES
from tests.spec.tables import NONE, Row, case, point, printed, table

TERMS = Terms(unit="percent", direction="increase", meaningful_change=1.0)
ROWS = table("benchmark.md", "Place and benchmark")
BREAK, ELSE = " after a break", " a year earlier"


def ends(row: Row, before: str) -> Ends:
    """The two figures of the place, or of its benchmark."""
    now = row[f"{before} now".strip()]
    period = "CY2017" if now.endswith(ELSE) else "CY2018"
    broken = "CY2017" if now.endswith(BREAK) else None
    return Ends(
        point(row[f"{before} then".strip()], "CY2015"),
        point(now.removesuffix(BREAK).removesuffix(ELSE), period),
        broken,
    )


def improved(pair: Ends) -> float | None:
    figures = [share(end) for end in (pair.baseline, pair.latest)]
    return None if None in figures else figures[1] - figures[0]


def share(end: Point | None) -> float | None:
    found = reading_of(end, TERMS)
    return None if found is None or found.figure is None else float(found.figure)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{case(row)}, {row['rule']}")
def test_place_beside_its_benchmark(row: Row):
    place, reference = ends(row, ""), ends(row, "benchmark")
    found = relative(place, reference, TERMS, RULES[row["rule"]])
    figures = {
        "improved": printed(improved(place), row["improved"]),
        "benchmark improved": printed(improved(reference), row["benchmark improved"]),
        "more than the benchmark": printed(found.relative_change, row["more than the benchmark"]),
        "error": printed(found.se, row["error"]),
        "z": printed(found.z, row["z"]),
        "why no test": found.reason or NONE,
    }
    assert figures == {name: row[name] for name in figures}
