"""What the adapters make of real published workbooks, JSON and XML; each SOURCE.md says how its known answers were computed."""

import gzip
from pathlib import Path

import msgspec

from registry.adapters.contract import Reading, Wanted
from registry.domain.observation import Origin
from tests.adapters.any_file import by_place, read_files, rules

MAPPINGS = Path(__file__).parent / "mappings"


def reading_of(mapping: str, *files: Path, wanted: Wanted = Wanted()) -> Reading:  # noqa: B008  # frozen
    return read_files(list(files), (MAPPINGS / f"{mapping}.toml").read_text("utf-8"), wanted)


def of(*places: str, **more: object) -> Wanted:
    return Wanted(places=frozenset(places), **more)  # type: ignore[arg-type]


class TestArizona:
    def test_counties_have_their_counts_and_what_is_hidden_stays_hidden(self, real: Path):
        wanted = of("fips-county:04013", "fips-county:04019", "az-county:elsewhere")
        reading = reading_of("az-grad-2024", real / "az-grad-2024/4Y-GradRate-Cohort2024.xlsx", wanted=wanted)
        assert reading.findings == ()
        points = by_place(reading)
        assert (points["04013"].numerator, points["04013"].denominator) == (50_023, 63_492)
        assert (points["04019"].numerator, points["04019"].denominator) == (9_643, 13_358)
        assert (points["elsewhere"].value, points["elsewhere"].denominator) == (69.6, None)


class TestNation:
    def test_titles_legends_and_marks_of_naep(self, real: Path):
        wanted = of("naep:np", "fips-state:09", "fips-state:47", "fips-state:72")
        later, earlier = (
            by_place(reading_of("naep-state", real / f"naep-state/SPExcel{number}.Xlsx", wanted=wanted))
            for number in ("202306125614", "202306125832")
        )
        assert {place: point.value for place, point in later.items()} == {"np": 32, "09": 35, "47": 30, "72": None}
        assert {place: point.value for place, point in earlier.items()} == {"np": 34, "09": 40, "47": 35, "72": None}
        assert (later["72"].missing, later["09"].low, later["09"].high) == ("not_available", 34.5, 35.5)


class TestOldExcel:
    def test_ranges_bounds_and_what_is_missing_by_district(self, real: Path):
        reading = reading_of("fafsa-wy", real / "fafsa-wy/WY_Class_of_2024.xls")
        assert reading.findings == ()
        (tally,) = reading.tallies
        assert (tally.read, tally.bounded, tally.absent) == (43, 42, 1)
        points = by_place(reading)
        assert (points["5601460"].low, points["5601460"].high) == (80, 100)
        assert (points["5600730"].low, points["5600730"].high, points["5600730"].origin.row) == (50, 54, 5)


class TestJson:
    def test_counties_of_the_census_have_their_shares_and_zeros(self, real: Path):
        wanted = Wanted(period_kind="multi-year")
        reading = reading_of("acs-poverty", real / "acs-2019-counties/acs5_2019_counties.json", wanted=wanted)
        assert (len(reading.points), reading.findings) == (3220, ())
        points = by_place(reading)
        four = [points[code] for code in ("47065", "09003", "51540", "39061")]
        assert [round(point.value or 0, 2) for point in four] == [12.83, 10.80, 24.09, 15.76]
        top, bottom = (
            sum(counts)
            for counts in zip(*((point.numerator or 0, point.denominator or 0) for point in four), strict=True)
        )
        assert round(100 * top / bottom, 2) == 13.35

    def test_a_page_of_records_says_how_many_it_lacks(self, real: Path):
        reading = reading_of("urban-portal", real / "urban-portal-excerpt/ccd_directory_dc_2022_excerpt.json")
        (finding,) = reading.findings
        assert (finding.rule, finding.severity) == ("records-more", "warning")
        assert "244 records, and holds 3" in finding.detail
        points = [placed.observation for placed in reading.points]
        assert (sum(point.numerator or 0 for point in points), sum(point.denominator or 0 for point in points)) == (
            1018,
            1427,
        )


class TestDhis2:
    COUNTS = Wanted(unit="count", period_kind="month")

    def test_a_set_in_xml_has_its_sums_and_an_update_in_json_is_a_question(self, real: Path):
        folder = real / "dhis2-datavalueset"
        reading = reading_of("dhis2-values", folder / "dataValueSetB.xml", wanted=self.COUNTS)
        values = [(placed.observation.period, placed.observation.value) for placed in reading.points]
        assert values == [("2012-01", 10_001), ("2012-01", 10_002), ("2012-02", 10_003), ("2012-02", 10_004)]
        both = reading_of(
            "dhis2-values", folder / "dataValueSetB.xml", folder / "dataValueSetCreateDate.json", wanted=self.COUNTS
        )
        assert rules(both) == ["row-contradicts"]


class TestGzip:
    def test_a_packed_file_says_what_the_unpacked_says(self, real: Path, tmp_path: Path):
        packed = real / "edfacts-acgr-schools/EdFacts 2015.csv.gz"
        plain = tmp_path / "plain.csv"
        plain.write_bytes(gzip.decompress(packed.read_bytes()))
        code = plain.read_text("utf-8-sig").splitlines()[1].split(",")
        wanted = of(*(f"nces-school:{cell.strip(chr(34)).zfill(12)}" for cell in code))
        told = [
            [
                (placed.place, msgspec.structs.replace(placed.observation, origin=Origin("", 0)))
                for placed in reading.points
            ]
            for reading in (reading_of("edfacts-acgr", file, wanted=wanted) for file in (packed, plain))
        ]
        assert told[0] == told[1]
        assert len(told[0]) > 0
