"""The main job on the files that states really publish, told through the command line as a community data lead would use it.

Known answers: SOURCE.md of the Connecticut and the Virginia folder, worked out with plain Python and DuckDB beside the product.
"""

import json
from pathlib import Path

import pytest

from tests.conftest import Result, Run

CITIES = {
    "bridgeport": "0150011",
    "hartford": "0640011",
    "new-haven": "0930011",
    "stamford": "1350011",
    "waterbury": "1510011",
}
DIVISIONS = {"charlottesville": "104", "albemarle": "2", "richmond": "123", "norfolk": "118", "roanoke-city": "124"}
YEARS = ("2014-15", "2015-16", "2016-17", "2017-18", "2018-19")
MAPPINGS = Path(__file__).parents[1] / "adapters" / "mappings"
SEEDS = Path(__file__).parents[2] / "seeds"
CHANGES = {"bridgeport": 5.24, "hartford": -1.90, "new-haven": 6.12, "stamford": 4.51, "waterbury": 6.23}


def district_files(real: Path, suffix: str = "") -> list[Path]:
    folder = real / "ct-sbac-districts"
    return [folder / f"smarter-balanced__{year}_ela-and-math_all-students_all-grades{suffix}.csv" for year in YEARS]


def virginia_file(real: Path) -> Path:
    return real / "va-sol-grade3" / "2023_thirdgrade_allstudents.csv"


def variant(place: str, name: str, code: str, *, baseline: str, kind: str) -> dict[str, object]:
    """A local measure of grade 3 reading, Connecticut's or Virginia's way."""
    measures = {
        "ct": {
            "instrument": "smarter-balanced-ela",
            "instrument_version": "2015",
            "cut": "level-3",
            "content_area": "english-language-arts",
        },
        "va": {
            "instrument": "va-sol-reading",
            "instrument_version": "since-2012-13",
            "cut": "pass-proficient",
            "content_area": "reading",
        },
    }
    common = {
        "construct": "reading proficiency",
        "grade_or_age": 3,
        "season": "spring",
        "universe": "district-schools",
        "denominator_rule": "valid-scores",
        "sampling": "full_count",
    }
    return {
        "community": place,
        "id": name,
        "template": "early-grade-reading@1.0.0",
        "title": "Grade 3 reading",
        "measure": {**common, **measures[kind]},
        "population": {
            "description": "Children in grade 3 of the district's schools",
            "kind": "enrolled",
            "geographies": [code],
        },
        "baseline": {"period": baseline},
        "target": {"period": "SY2025-26", "value": 95},
    }


def add(run: Run, folder: Path, kind: str, command: str, document: dict[str, object]) -> Result:
    path = folder / f"{kind}.json"
    path.write_text(json.dumps(document), "utf-8")
    result = run(kind, command, path)
    assert result.status == 0, result.err
    return result


@pytest.fixture
def connecticut(run: Run, real: Path, tmp_path: Path) -> Run:
    """Five cities and the state, each loaded from the five published files."""
    if not HELD:
        build(run, real, tmp_path)
        HELD.append((tmp_path / "outcomes.db").read_bytes())
    else:
        (tmp_path / "outcomes.db").write_bytes(HELD[0])
    return run


HELD: list[bytes] = []
"""The registry's file, once it is built."""


def build(run: Run, real: Path, tmp_path: Path) -> None:
    assert run("init", "--network", "Two states").status == 0
    assert run("template", "publish", SEEDS / "templates" / "early-grade-reading.json").status == 0
    for name in ("smarter-balanced-ela", "va-sol-reading"):
        assert run("instrument", "publish", SEEDS / "instruments" / f"{name}.json").status == 0
    state = {"slug": "connecticut", "name": "Connecticut", "kind": "reference", "geographies": ["fips-state:09"]}
    add(run, tmp_path, "community", "add", state)
    add(
        run,
        tmp_path,
        "variant",
        "propose",
        variant("connecticut", "grade-3-ela", "fips-state:09", baseline="SY2014-15", kind="ct"),
    )
    loaded = run(
        "data",
        "import",
        *district_files(real, "_ct"),
        "--variant",
        "connecticut/grade-3-ela",
        "--mapping",
        MAPPINGS / "ct-sbac-state.toml",
    )
    assert loaded.status == 0, loaded.err
    for city, code in CITIES.items():
        add(
            run,
            tmp_path,
            "community",
            "add",
            {"slug": city, "name": city.title(), "geographies": [f"ct-district:{code}"]},
        )
        document = variant(city, "grade-3-ela", f"ct-district:{code}", baseline="SY2014-15", kind="ct")
        add(run, tmp_path, "variant", "propose", {**document, "benchmark": "connecticut/grade-3-ela"})
        result = load_city(run, real, city)
        assert result.status == 0, result.err


def load_city(run: Run, real: Path, city: str, *more: object) -> Result:
    mapping = MAPPINGS / "ct-sbac-districts.toml"
    return run(
        "data",
        "import",
        *district_files(real),
        "--variant",
        f"{city}/grade-3-ela",
        "--mapping",
        mapping,
        "--json",
        *more,
    )


def add_virginia(run: Run, real: Path, tmp_path: Path, *, baseline: str = "SY2018-19", breaks: bool = True) -> None:
    for place, number in DIVISIONS.items():
        code = f"va-division:{number}"
        add(run, tmp_path, "community", "add", {"slug": place, "name": place.title(), "geographies": [code]})
        document = variant(place, "grade-3-reading", code, baseline=baseline, kind="va")
        if breaks:
            document["breaks"] = [
                {"period": "SY2012-13", "kind": "instrument", "reason": "New reading standards and a new test"}
            ]
        add(run, tmp_path, "variant", "propose", document)
        arguments = ("--variant", f"{place}/grade-3-reading", "--mapping", MAPPINGS / "va-sol.toml")
        result = run("data", "import", virginia_file(real), *arguments)
        assert result.status == 0, result.err


def rolled_up(run: Run, *more: object) -> dict[str, object]:
    result = run("rollup", "early-grade-reading", "--json", *more)
    assert result.status == 0, result.err
    return json.loads(result.out)


def test_five_cities_pool_as_published(connecticut: Run) -> None:
    first = rolled_up(connecticut, "--period", "2014-15")["levels"]
    last = rolled_up(connecticut)["levels"]
    assert [(level["numerator"], level["denominator"], level["period"]) for level in first] == [
        (2057, 7571, "SY2014-15")
    ]
    assert [(level["numerator"], level["denominator"], level["period"]) for level in last] == [
        (2220, 7017, "SY2018-19")
    ]
    assert first[0]["value"] == pytest.approx(27.17, abs=0.005)
    assert last[0]["value"] == pytest.approx(31.64, abs=0.005)
    assert first[0]["unweighted"] == pytest.approx(27.99, abs=0.005)
    assert last[0]["unweighted"] == pytest.approx(32.03, abs=0.005)
    assert last[0]["communities"] == sorted(CITIES)


def test_changes_are_those_of_the_counts(connecticut: Run) -> None:
    answer = rolled_up(connecticut)
    assert {entry["community"]: round(entry["change"], 2) for entry in answer["series"]} == CHANGES
    assert answer["network"]["n"] == len(CITIES)
    assert answer["coverage"]["people_in"] == 7017


def test_the_state_stands_beside_and_enters_no_level(connecticut: Run) -> None:
    answer = rolled_up(connecticut)
    (state,) = answer["benchmarks"]
    assert state["community"] == "connecticut"
    assert (state["baseline"]["numerator"], state["baseline"]["denominator"]) == (20356, 37985)
    assert state["latest"]["denominator"] == 36512
    assert all("connecticut" not in level["communities"] for level in answer["levels"])
    assert "connecticut" not in answer["network"]["communities"]


def test_loading_again_adds_nothing(connecticut: Run, real: Path) -> None:
    before = connecticut("verify", "--json").out
    again = json.loads(load_city(connecticut, real, "hartford").out)
    assert (again["batch"], again["new"], again["changed"], again["same"]) == (None, 0, 0, 5)
    assert again["new"] + again["changed"] + again["same"] + again["refused"] + again["skipped"] == again["rows"]
    assert connecticut("verify", "--json").out == before


def test_a_correction_changes_today_and_not_the_past(connecticut: Run, real: Path, tmp_path: Path) -> None:
    past = rolled_up(connecticut)
    corrected = tmp_path / district_files(real)[-1].name
    text = district_files(real)[-1].read_text("utf-8")
    line = next(
        line for line in text.splitlines() if line.startswith('"Hartford School District"') and ',03,"ELA",' in line
    )
    fields = line.split(",")
    assert fields[16] == "301"
    fields[16], fields[17] = "311", "22.9"
    corrected.write_text(text.replace(line, ",".join(fields)), "utf-8")
    report = json.loads(connecticut("data", "import", corrected, "--variant", "hartford/grade-3-ela", "--json").out)
    assert (report["new"], report["changed"], report["same"]) == (0, 1, 0)
    today = rolled_up(connecticut)
    assert (today["levels"][0]["numerator"], today["levels"][0]["denominator"]) == (2230, 7017)
    then = rolled_up(connecticut, "--as-of", past["as_of"])
    assert then["seq"] == past["seq"]
    assert then == past
    back = connecticut("data", "import", district_files(real)[-1], "--variant", "hartford/grade-3-ela", "--json")
    assert back.status == 1
    assert [finding["rule"] for finding in json.loads(back.out)["findings"] if finding["severity"] == "error"] == [
        "returns-to-older-figure"
    ]
    assert rolled_up(connecticut) == today
    reasoned = ("--reason", "the correction was a typing error")
    assert (
        connecticut("data", "import", district_files(real)[-1], "--variant", "hartford/grade-3-ela", *reasoned).status
        == 0
    )
    assert rolled_up(connecticut)["levels"] == past["levels"]


def test_the_same_bytes_after_the_projection_is_deleted(connecticut: Run, tmp_path: Path) -> None:
    commands = (
        ("rollup", "early-grade-reading", "--json"),
        ("rollup", "early-grade-reading", "--format", "csv"),
        ("data", "batches", "--json"),
    )
    before = [connecticut(*command).out for command in commands]
    folder = tmp_path / "outcomes.db.projection"
    assert list(folder.glob("projection-*.duckdb"))
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert [connecticut(*command).out for command in commands] == before


def test_a_check_without_a_place_counts_districts_and_hides_nothing(run: Run, real: Path) -> None:
    result = run("data", "check", *district_files(real), "--mapping", MAPPINGS / "ct-sbac-districts.toml", "--json")
    assert result.status == 0, result.err
    files = json.loads(result.out)["files"]
    assert [(file["places"], file["suppressed"]) for file in files] == [
        (174, 35),
        (176, 24),
        (176, 23),
        (180, 30),
        (180, 31),
    ]
    assert all(file["read"] == file["exact"] + file["bounded"] + file["suppressed"] + file["absent"] for file in files)


def test_two_states_are_two_levels_and_one_count(connecticut: Run, real: Path, tmp_path: Path) -> None:
    add_virginia(connecticut, real, tmp_path)
    answer = rolled_up(connecticut)
    assert [(level["numerator"], level["denominator"], level["period"]) for level in answer["levels"]] == [
        (2220, 7017, "SY2018-19"),
        (3227, 5991, "SY2021-22"),
    ]
    assert len({level["key"] for level in answer["levels"]}) == 2
    network = answer["network"]
    assert network["n"] == 10
    assert sum(network[trend] for trend in ("improving", "maintaining", "declining", "indeterminate")) == 10
    assert network["improving"] == 3
    assert network["indeterminate"] > 0
    same_year = rolled_up(connecticut, "--period", "2018-2019")["levels"]
    assert [(level["numerator"], level["denominator"]) for level in same_year] == [(2220, 7017), (3967, 6608)]
    assert same_year[1]["value"] == pytest.approx(60.03, abs=0.005)
    comparison = json.loads(
        connecticut("compare", "hartford", "norfolk", "--template", "early-grade-reading", "--json").out
    )
    assert comparison["tier"] == "progress"
    assert any("instrument" in reason for reason in comparison["reasons"])


def test_no_change_is_told_across_a_declared_break_and_the_gap_stays(
    connecticut: Run, real: Path, tmp_path: Path
) -> None:
    add_virginia(connecticut, real, tmp_path, breaks=False)
    window = ("--window", "2011-12..2012-13")
    undeclared = {entry["community"]: entry for entry in rolled_up(connecticut, *window)["series"]}
    richmond = undeclared["richmond"]  # the catalogue dates the test's version, so nobody need declare the break
    assert (richmond["change"], richmond["reason"], richmond["broken_at"]) == (None, "series_break", "SY2012-13")
    ends = richmond["baseline"], richmond["latest"]
    found = [100 * end["numerator"] / end["denominator"] for end in ends]
    assert found[1] - found[0] == pytest.approx(54.93 - 79.72, abs=0.01)
    for place, number in DIVISIONS.items():
        document = variant(place, "grade-3-reading", f"va-division:{number}", baseline="SY2018-19", kind="va")
        document["breaks"] = [
            {"period": "SY2012-13", "kind": "instrument", "reason": "New reading standards and a new test"}
        ]
        add(connecticut, tmp_path, "variant", "propose", document)
    answer = rolled_up(connecticut, *window)
    refused = {entry["community"]: entry for entry in answer["series"] if entry["community"] in DIVISIONS}
    for entry in refused.values():
        assert (entry["change"], entry["improvement"], entry["trend"], entry["reason"]) == (
            None,
            None,
            "indeterminate",
            "series_break",
        )
        assert entry["broken_at"] == "SY2012-13"
    levels = {level["period"]: level for level in answer["levels"]}
    assert levels["SY2011-12"]["key"] != levels["SY2012-13"]["key"]
    gap = rolled_up(connecticut, "--period", "2019-20")
    assert gap["levels"] == []
    assert {entry["reason"] for entry in gap["series"] if entry["community"] in DIVISIONS} == {"no_data"}
