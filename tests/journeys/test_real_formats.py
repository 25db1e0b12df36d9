"""Published files of five formats, from an empty registry to a roll-up; next year's file needs no mapping, it was kept.

Known answers: the SOURCE.md of each folder, worked out beside the product.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.documents import variant
from tests.conftest import Result, Run
from tests.pains.office import Office

MAPPINGS = Path(__file__).parents[1] / "adapters" / "mappings"
NAME = "grade-3"
FEWER = {"direction": "decrease", "has_cut": False}


class Network:
    """A network with one outcome, and places that measure it alike."""

    def __init__(self, run: Run, folder: Path, mapping: str, **indicator: object) -> None:
        self.office = Office(run, folder, **indicator)
        self.mapping = MAPPINGS / f"{mapping}.toml"

    def join(self, place: str, code: str, baseline: str, target: tuple[str, float]) -> None:
        """A community of that place code registers its local measure."""
        self.office.publish("community", "add", {"slug": place, "name": place.title(), "geographies": [code]})
        population = {"description": "Everybody", "kind": "residents", "geographies": [code]}
        goal = {"period": target[0], "value": target[1]}
        document = variant(place, population=population, baseline={"period": baseline}, target=goal)
        self.office.publish("variant", "propose", document)

    def first(self, place: str, *files: Path) -> Any:
        """The report of the first load, which brings the mapping."""
        return self.office.json("data", "import", *files, "--variant", f"{place}/{NAME}", "--mapping", self.mapping)

    def next(self, place: str, *files: Path) -> Any:
        """The report of a later load: the mapping is kept with the local measure."""
        return self.office.json("data", "import", *files, "--variant", f"{place}/{NAME}")

    def try_next(self, place: str, *files: Path) -> Result:
        return self.office.run("data", "import", *files, "--variant", f"{place}/{NAME}", "--json")

    def level(self, *words: object) -> Any:
        """The one level that the network shows."""
        (level,) = self.office.rollup(*words)["levels"]
        return level


def sums(report: Any) -> dict[str, int]:
    """What became of the rows, which add up to the file's."""
    told = {name: report[name] for name in ("new", "changed", "same", "refused", "skipped")}
    assert sum(told.values()) == report["rows"]
    return told


def test_workbooks_that_rename_their_columns_every_year(run: Run, real: Path, tmp_path: Path) -> None:
    """Denver and Mapleton: five years of chronic absence, each in a workbook of another shape."""
    network = Network(run, tmp_path, "co-chronic-absence", **FEWER)
    years = ("2018-2019", "2019-2020", "2020-2021", "2021-2022", "2022-2023")
    files = [real / f"co-chronic-absence/{year}_ChronicAbsenteeism.xlsx" for year in years]
    for place, code in (("denver", "0880"), ("mapleton", "0010")):
        network.join(place, f"co-district:{code}", "SY2018-19", ("SY2026-27", 15))
        assert sums(network.first(place, files[0]))["new"] == 1
        for file in files[1:]:
            told = sums(network.next(place, file))
            assert (told["new"], told["refused"]) == (1, 0)
    answer = network.office.rollup()
    denver = next(entry for entry in answer["series"] if entry["community"] == "denver")
    assert (denver["baseline"]["numerator"], denver["baseline"]["denominator"]) == (34_596, 86_887)
    assert (denver["latest"]["numerator"], denver["latest"]["denominator"]) == (35_835, 87_225)
    assert (round(denver["change"], 2), denver["improvement"] < 0) == (1.27, True)
    level = network.level()
    assert (level["numerator"], level["denominator"], level["period"]) == (35_835 + 2_967, 87_225 + 6_946, "SY2022-23")
    assert sums(network.next("denver", files[-1]))["same"] == 1


def test_two_vintages_of_one_year_of_months(run: Run, real: Path, tmp_path: Path) -> None:
    """Three counties' unemployment as benchmarked in 2017, then in 2019: the newer stands today, the older as of its day."""
    network = Network(run, tmp_path, "ct-laus", period="month", **FEWER)
    older, newer = (real / f"ct-laus-revisions/LAUS Substate 2014 {vintage}.xlsx" for vintage in ("ap17", "AP 19bm"))
    counties = {"fairfield": "09001", "hartford": "09003", "new-haven": "09009"}
    for place, code in counties.items():
        network.join(place, f"fips-county:{code}", "2014-01", ("2020-01", 4))
        assert sums(network.first(place, older))["new"] == 12
    past = network.office.rollup("--period", "2014-01")
    assert [(level["numerator"], level["denominator"]) for level in past["levels"]] == [(106_026, 1_385_730)]
    for place in counties:
        told = network.next(place, newer)
        assert told["new"] == 0
        assert told["changed"] > 6
    level = network.level("--period", "2014-01")
    assert (level["numerator"], level["denominator"], round(level["value"], 3)) == (106_440, 1_383_848, 7.692)
    then = network.office.rollup("--period", "2014-01", "--as-of", past["as_of"])
    assert then == past
    assert round(then["levels"][0]["value"], 3) == 7.651


def test_an_array_of_arrays_as_the_census_gives_it(run: Run, real: Path, tmp_path: Path) -> None:
    """Four counties' poverty: 13.35 percent pooled, and 15.87 is the mean of their percents, which is named as such."""
    network = Network(run, tmp_path, "acs-poverty", period="multi-year", **FEWER)
    for place, code in (
        ("chattanooga", "47065"),
        ("hartford", "09003"),
        ("charlottesville", "51540"),
        ("cincinnati", "39061"),
    ):
        network.join(place, f"fips-county:{code}", "CY2015/2019", ("CY2025/2029", 5))
        told = sums(network.first(place, real / "acs-2019-counties/acs5_2019_counties.json"))
        assert (told["new"], told["skipped"]) == (1, 3219)
    level = network.level()
    assert (round(level["value"], 2), round(level["unweighted"], 2)) == (13.35, 15.87)
    assert len(level["communities"]) == 4


def test_a_value_set_in_xml_and_its_update_in_json(run: Run, real: Path, tmp_path: Path) -> None:
    """The key that comes again is a change of one figure, not a second one: 120,078 becomes 110,097 over all elements."""
    network = Network(
        run, tmp_path, "dhis2-values", period="month", unit="count", bounds=[0, 1_000_000], rollup="none", has_cut=False
    )
    network.join("clinic", "dhis2:DiszpKrYNg8", "2012-01", ("2020-01", 20_000))
    folder = real / "dhis2-datavalueset"
    assert network.first("clinic", folder / "dataValueSetB.xml")["new"] == 2
    told = network.next("clinic", folder / "dataValueSetCreateDate.json")
    assert (told["new"], told["changed"], told["same"]) == (0, 1, 0)
    (series,) = network.office.rollup()["series"]
    assert (series["baseline"]["value"], series["latest"]["value"]) == (20, 10_003)
    assert 120_078 - 10_001 + series["baseline"]["value"] == 110_097


def test_ranges_of_an_old_workbook_stay_ranges_in_the_roll_up(run: Run, real: Path, tmp_path: Path) -> None:
    """Big Horn #2 completes 55 to 59 percent, then 80 or more; two cycles stand side by side in one sheet."""
    network = Network(run, tmp_path, "fafsa-wy", has_cut=False)
    network.join("big-horn-2", "nces-lea:5601460", "SY2023-24", ("SY2027-28", 90))
    told = network.first("big-horn-2", real / "fafsa-wy/WY_Class_of_2024.xls")
    assert (told["new"], told["refused"]) == (2, 0)
    (series,) = network.office.rollup()["series"]
    ends = [(series[end]["low"], series[end]["high"], series[end].get("value")) for end in ("baseline", "latest")]
    assert ends == [(55, 59, None), (80, 100, None)]
    assert (series["observed"], series["change"]) == ("better", None)


def test_kindergarten_files_of_years_with_a_gap(run: Run, real: Path, tmp_path: Path) -> None:
    """Hartford has no row in 2010-11: that file is refused for it, and the year after says that one is skipped."""
    network = Network(run, tmp_path, "ct-kei", has_cut=False)
    years = ("2008-09", "2009-10", "2010-11", "2011-12")
    files = {year: real / f"ct-kei-kindergarten/{year}_KEI_Literacy.csv" for year in years}
    known = {"bridgeport": ("015", 29.2, 33.3), "hartford": ("064", 20.6, 25.5)}
    for place, (code, _, _) in known.items():
        network.join(place, f"ct-kei-district:{code}", "SY2008-09", ("SY2015-16", 60))
        network.first(place, files["2008-09"])
        assert network.next(place, files["2009-10"])["new"] == 1
    assert network.next("bridgeport", files["2010-11"])["new"] == 1
    absent = network.try_next("hartford", files["2010-11"])
    assert (absent.status, [finding["rule"] for finding in absent.json["findings"]]) == (1, ["no-rows", "nothing-read"])
    assert [finding["rule"] for finding in network.next("bridgeport", files["2011-12"])["findings"]] == []
    (skipped,) = network.next("hartford", files["2011-12"])["findings"]
    assert (skipped["rule"], skipped["severity"], "SY2009-10 and SY2011-12" in skipped["detail"]) == (
        "period-skipped",
        "warning",
        True,
    )
    series = {entry["community"]: entry for entry in network.office.rollup()["series"]}
    for place, (_, first, last) in known.items():
        assert (series[place]["baseline"]["value"], series[place]["latest"]["value"]) == (first, last)
        assert series[place]["change"] == pytest.approx(last - first)
