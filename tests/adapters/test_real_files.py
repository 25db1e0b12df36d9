"""What the CSV adapter makes of real published files; the known answers were computed without the product (each SOURCE.md says how)."""

import gzip
import tomllib
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from registry.adapters.contract import Reading, Wanted
from registry.adapters.csv_table.adapter import read
from registry.domain.mapping import Mapping
from registry.domain.observation import Observation

REAL = Path(__file__).parents[2].parent / "shared" / "real"
MAPPINGS = Path(__file__).parent / "mappings"

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real published files are not beside this repository")

DISTRICTS = REAL / "ct-sbac-districts"
KINDERGARTEN = tuple(
    REAL / "ct-kei-kindergarten" / f"{year}_KEI_Literacy.csv" for year in ("2008-09", "2009-10", "2010-11", "2011-12")
)
POOLED = {
    "2014-15": (2057, 7571),
    "2015-16": (2276, 7761),
    "2016-17": (2080, 7496),
    "2017-18": (2227, 7549),
    "2018-19": (2220, 7017),
}
YEARS = tuple(POOLED)
CITIES = {
    "Bridgeport": "0150011",
    "Hartford": "0640011",
    "New Haven": "0930011",
    "Stamford": "1350011",
    "Waterbury": "1510011",
}


def mapping_named(name: str) -> Mapping:
    return msgspec.convert(tomllib.loads((MAPPINGS / f"{name}.toml").read_text("utf-8")), Mapping)


def reading_of(name: str, *files: Path, wanted: Wanted = Wanted()) -> Reading:  # noqa: B008  # frozen
    return read(files, mapping_named(name), wanted)


def figures(reading: Reading) -> dict[tuple[str, str], Observation]:
    """Everybody's data points by the place's own code and the period."""
    return {
        (placed.place.partition(":")[2], placed.observation.period): placed.observation
        for placed in reading.points
        if not placed.observation.group
    }


def pooled(points: list[Observation]) -> tuple[int, int]:
    return sum(point.numerator or 0 for point in points), sum(point.denominator or 0 for point in points)


@pytest.fixture(
    scope="module", params=[("Edfacts 2012", "SY2011-12"), ("EdFacts 2015", "SY2014-15")], ids=["2011-12", "2014-15"]
)
def schools(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Reading]:
    """All students and one group; the whole file would take longer and say no more."""
    name, period = request.param
    path = tmp_path_factory.mktemp("edfacts") / f"{name}.csv"
    path.write_bytes(gzip.decompress((REAL / "edfacts-acgr-schools" / f"{name}.csv.gz").read_bytes()))
    mapping = mapping_named("edfacts-acgr")
    wide = msgspec.structs.replace(mapping.wide, columns=mapping.wide.columns.replace("M[A-Z]{2}", "MBL"))
    return period, read([path], msgspec.structs.replace(mapping, wide=wide), Wanted())


class TestGraduationBySchool:
    def test_every_kind_of_cell_is_what_it_was(self, schools: tuple[str, Reading]):
        period, reading = schools
        expected = {
            "SY2011-12": {"exact": 6822, "range": 7330, "GE": 4600, "PS": 1293, "LT": 675, "LE": 524},
            "SY2014-15": {"exact": 6644, "range": 7109, "GE": 6020, "PS": 1265, "LT": 671, "LE": 458},
        }
        found = Counter(kind_of(placed.observation) for placed in reading.points if not placed.observation.group)
        assert reading.findings == ()
        assert found == expected[period]

    def test_cohorts_add_up(self, schools: tuple[str, Reading]):
        period, reading = schools
        total = sum(placed.observation.denominator or 0 for placed in reading.points if not placed.observation.group)
        assert total == {"SY2011-12": 3554819, "SY2014-15": 3511307}[period]

    def test_bounds_add_up_to_the_known_interval_of_the_nation(self, schools: tuple[str, Reading]):
        period, reading = schools
        points = [
            placed.observation
            for placed in reading.points
            if not placed.observation.group and placed.observation.denominator
        ]
        assert interval(points) == {"SY2011-12": (80.71, 83.47), "SY2014-15": (83.59, 86.52)}[period]

    def test_bounds_add_up_to_the_known_interval_of_a_group(self, schools: tuple[str, Reading]):
        period, reading = schools
        points = [
            placed.observation
            for placed in reading.points
            if placed.observation.group == "race_ethnicity=black" and placed.observation.denominator
        ]
        if period == "SY2014-15":
            assert (sum(point.denominator or 0 for point in points), interval(points)) == (539744, (70.50, 81.62))
        assert all(
            point.value is not None or point.low is not None or point.missing == "suppressed" for point in points
        )

    def test_ids_keep_their_zeros(self, schools: tuple[str, Reading]):
        codes = {placed.place.partition(":")[2] for placed in schools[1].points}
        assert {len(code) for code in codes} == {12}
        assert sum(code.startswith("0") for code in codes) == {"SY2011-12": 4359, "SY2014-15": 4405}[schools[0]]


def kind_of(point: Observation) -> str:
    """Which kind of cell a rate was read from, judged by the figures and held against the text."""
    text = next(cell for name, cell in point.origin.cells.items() if "_RATE_" in name)
    if point.missing == "suppressed":
        assert text == "PS"
        return "PS"
    if point.value is not None:
        assert point.value == float(text)
        return "exact"
    assert point.low is not None
    assert point.high is not None
    if point.open:
        return "LT" if point.high == float(text[2:]) - 0.5 else "?"
    if point.high == 100:
        return "GE" if point.low == float(text[2:]) - 0.5 else "?"
    return "LE" if point.low == 0 and text.startswith("LE") else "range"


def interval(points: list[Observation]) -> tuple[float, float]:
    """Sums of cohort times bound over the sum of cohorts; what is suppressed may be anything."""
    cohort = sum(point.denominator or 0 for point in points)
    low = sum((point.low or 0) * (point.denominator or 0) for point in points)
    high = sum((100 if point.high is None else point.high) * (point.denominator or 0) for point in points)
    return round(low / cohort, 2), round(high / cohort, 2)
