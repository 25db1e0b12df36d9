"""Twenty thousand schools' blurred graduation rates, pooled as ranges: the bounds of the files' SOURCE.md, and never a midpoint.

Known answers: SOURCE.md of ``edfacts-acgr-schools``, worked out there with plain Python.
"""

import csv
import gzip
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec
import pytest

from registry import duck
from registry.domain.period import period_of
from registry.domain.rollup import pool
from registry.domain.rollup_rows import LevelPart, PooledLevel
from registry.domain.value import Cell, CellRules, bounds_of, read_cell, widened

FILES = {"SY2011-12": ("Edfacts 2012.csv.gz", "1112"), "SY2014-15": ("EdFacts 2015.csv.gz", "1415")}
RULES = CellRules(unit="percent")
HAMILTON = "4701590"
KNOWN = [
    ("SY2011-12", "ALL", HAMILTON, (79.74, 82.22, 3182, 19)),
    ("SY2014-15", "ALL", HAMILTON, (83.33, 86.97, 2885, 21)),
    ("SY2011-12", "ALL", None, (80.71, 83.47, 3554819, None)),
    ("SY2014-15", "ALL", None, (83.59, 86.52, 3511307, None)),
    ("SY2014-15", "MBL", None, (70.50, 81.62, 539744, None)),
    ("SY2014-15", "MHI", None, (75.35, 84.51, 775025, None)),
    ("SY2014-15", "MAM", None, (38.20, 88.20, 37328, None)),
    ("SY2014-15", "CWD", None, (56.61, 76.39, 406992, None)),
    ("SY2014-15", "LEP", None, (58.26, 76.90, 211760, None)),
]
"""Year, group (all, Black, Hispanic, American Indian, disability, English learner), district or country; low, high, people, schools."""
PARTS = {
    **dict.fromkeys(("level_key", "group_key", "period"), "VARCHAR"),
    "ordinal": "INTEGER",
    **dict.fromkeys(("community", "variant"), "VARCHAR"),
    "per": "DOUBLE",
    "status": "VARCHAR",
    **dict.fromkeys(("numerator", "denominator"), "BIGINT"),
    **dict.fromkeys(("value", "low", "high"), "DECIMAL(28, 9)"),
}


@pytest.fixture(scope="module")
def connection() -> Iterator[duck.Connection]:
    opened = duck.connect()
    yield opened
    opened.close()


@cache
def read(folder: Path, period: str) -> list[dict[str, str]]:
    with gzip.open(folder / "edfacts-acgr-schools" / FILES[period][0], "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def cell(text: str) -> Cell:
    found = read_cell(text, RULES)
    assert isinstance(found, Cell), text
    return found


def parts(folder: Path, period: str, group: str, district: str | None) -> list[LevelPart]:
    """Each school with a printed cohort: its rate as a range, whole percents half a unit wider at each printed end."""
    suffix = FILES[period][1]
    return [
        part_of(school["NCESSCH"], period, int(people), cell(school[f"{group}_RATE_{suffix}"]))
        for school in read(folder, period)
        if (district is None or school["LEAID"] == district)
        and (people := school[f"{group}_COHORT_{suffix}"]).isdecimal()
    ]


def part_of(school: str, period: str, people: int, said: Cell) -> LevelPart:
    printed = (said.value, said.value) if said.value is not None else (said.low, said.high)
    low, high = widened(*printed, rounding=1, open=said.open, bounds=bounds_of(RULES))
    return LevelPart(
        level_key="rate",
        group_key="",
        period=period,
        ordinal=period_of(period).ordinal,
        community=school,
        variant="rate",
        per=100.0,
        status="bounded",
        numerator=None,
        denominator=people,
        value=None,
        low=Decimal(str(low)),
        high=Decimal(str(high)),
    )


def in_sql(connection: duck.Connection, rows: Sequence[LevelPart]) -> PooledLevel:
    declared = ", ".join(f'"{column}" {kind}' for column, kind in PARTS.items())
    connection.execute(f"create or replace temp table level_part ({declared})")
    told = ({**msgspec.structs.asdict(row), "low": str(row.low), "high": str(row.high)} for row in rows)
    duck.insert(connection, "level_part", list(told))
    (found,) = duck.rows(connection, "rollup/level", PooledLevel)
    return found


@pytest.mark.parametrize(
    ("period", "group", "district", "known"), KNOWN, ids=[f"{row[1]}-{row[0]}-{row[2] or 'US'}" for row in KNOWN]
)
def test_bounds_are_those_of_the_sheet_in_python_and_in_sql(
    real: Path,
    connection: duck.Connection,
    period: str,
    group: str,
    district: str | None,
    known: tuple[float, float, int, int | None],
):
    low, high, people, schools = known
    rows = parts(real, period, group, district)
    ours, theirs = pool(rows), in_sql(connection, rows)
    for found in (ours, theirs):
        assert (found.low, found.high) == pytest.approx((low, high), abs=0.005)
        assert (found.denominator, found.value, found.numerator, found.unweighted) == (people, None, None, None)
        assert schools is None or len(found.communities) == schools
    assert (theirs.low, theirs.high) == pytest.approx((ours.low, ours.high), abs=1e-9)


def test_the_rise_of_hamilton_county_is_real_since_the_two_ranges_lie_apart(real: Path):
    first, last = (pool(parts(real, period, "ALL", HAMILTON)) for period in FILES)
    assert first.high is not None
    assert last.low is not None
    assert first.high < last.low


KINDS = {
    "SY2011-12": {"exact": 6822, "range": 7330, "above": 4600, "hidden": 1293, "open": 675, "below": 524},
    "SY2014-15": {"exact": 6644, "range": 7109, "above": 6020, "hidden": 1265, "open": 671, "below": 458},
}
"""SOURCE.md 1 and 2: exact, `60-69`, `GE95`, `PS`, `LT50`, `LE5`, over all schools of the year."""


def kind(said: Cell) -> str:
    if said.missing is not None:
        return "hidden" if said.missing == "suppressed" else "absent"
    if said.value is not None:
        return "exact"
    if said.open:
        return "open"
    return "above" if said.high in {None, 100.0} else "below" if said.low in {None, 0.0} else "range"


@pytest.mark.parametrize("period", FILES)
def test_every_school_is_read_and_no_range_became_a_number(real: Path, period: str):
    suffix = FILES[period][1]
    tally: dict[str, int] = {}
    for school in read(real, period):
        name = kind(cell(school[f"ALL_RATE_{suffix}"]))
        tally[name] = tally.get(name, 0) + 1
    assert tally == KINDS[period]
