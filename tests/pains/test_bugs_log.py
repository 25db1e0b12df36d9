"""What went wrong elsewhere when people loaded, compared and added up figures (bug log B01 to B25), in whole loads and answers."""

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.cli.documents import community, instrument, variant
from tests.conftest import Run
from tests.pains.office import COUNTED, Office, mapping

RACE = (
    'groups = [{ dimension = "race_ethnicity", column = "race", everybody = ["99"], '
    'labels = { 1 = "white", 2 = "black", 3 = "hispanic" } }]'
)


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    return Office(run, tmp_path)


def rules(report: Any) -> list[str]:
    return [finding["rule"] for finding in report["findings"]]


def series_of(answer: Any, place: str) -> Any:
    (series,) = (entry for entry in answer["series"] if entry["community"] == place and not entry["group"])
    return series


def test_b03_a_hidden_count_costs_the_rate_only_where_the_rate_is_hidden_too(run: Run, tmp_path: Path) -> None:
    office = Office(run, tmp_path, unit="rate", per=1000, bounds=[0, 1000])
    told = mapping({"value": "rate", "numerator": "count"})
    for place, cells in (("alder", "1-9,"), ("birch", "10-50,3.2"), ("cedar", ",")):
        office.place(place, target={"period": "SY2024-25", "value": 1})
        office.load(place, ["place,year,count,rate", f"{place},2021-22,{cells}"], told)
    latest = {entry["community"]: entry["latest"] for entry in office.rollup()["series"]}
    assert latest["alder"]["missing"] == "suppressed"
    assert latest["birch"]["value"] == 3.2
    assert latest["cedar"] is None


def test_a24_b04_groups_that_are_nought_beside_a_total_are_told_and_make_no_figure(office: Office) -> None:
    """A place that reports no groups but prints 0 for each is left out of every group by name, never added as 0 percent."""
    told = mapping(COUNTED, RACE)
    rows = {
        "leaid-1": ["99,9000,33000", "1,0,0", "2,0,0", "3,0,0"],
        "leaid-2": ["99,2000,4000", "1,900,1500", "2,1100,2500"],
    }
    for place, own in rows.items():
        office.place(place)
        file = ["place,year,race,met,tested", *(f"{place},2018-19,{row}" for row in own)]
        report = office.load(place, file, told)
        assert rules(report) == (["groups-all-zero"] if place == "leaid-1" else [])
    levels = {
        level["group"].get("race_ethnicity"): level for level in office.rollup("--by", "race_ethnicity")["levels"]
    }
    assert (levels[None]["numerator"], levels[None]["denominator"]) == (11000, 37000)
    for group, counts in (("white", (900, 1500)), ("black", (1100, 2500))):
        assert (levels[group]["numerator"], levels[group]["denominator"]) == counts
        assert levels[group]["communities"] == ["leaid-2"]
        assert {left["community"] for left in levels[group]["left_out"]} == {"leaid-1"}


def test_b05_a_margin_that_is_a_code_is_no_error_and_costs_no_estimate(run: Run, tmp_path: Path) -> None:
    office = Office(run, tmp_path, unit="currency", bounds=[0, None])
    office.place("county", target={"period": "SY2024-25", "value": 60000})
    rows = ["place,year,income,moe", "county,2017-18,53000,-555555555"]
    columns = {"value": "income", "margin_of_error": "moe"}
    refused = office.try_load("county", rows, mapping(columns))
    assert refused.status == 1
    (finding,) = refused.json["findings"]
    assert (finding["rule"], finding["row"], finding["column"]) == ("cell-unreadable", 2, "moe")
    declared = mapping(columns, 'column_codes = { moe = { "-555555555" = "not_applicable" } }')
    office.load("county", rows, declared)
    estimate = series_of(office.rollup(), "county")["baseline"]
    assert (estimate["value"], estimate.get("standard_error")) == (53000, None)


def test_b06_a_sentinel_is_in_no_sum_and_the_place_is_named(office: Office) -> None:
    for place in ("alder", "birch"):
        office.place(place)
    office.load("alder", ["place,year,met,tested", "alder,2021-22,120,400"], mapping(COUNTED))
    hidden = ["place,year,met,tested", "birch,2021-22,-999999,300"]
    assert office.try_load("birch", hidden, mapping(COUNTED)).status == 1
    office.load("birch", hidden, mapping(COUNTED, 'codes = { "-999999" = "suppressed" }'))
    (level,) = office.rollup()["levels"]
    assert (level["known"]["numerator"], level["known"]["denominator"], level["known"]["communities"]) == (120, 400, 1)
    assert (level["numerator"], level["communities"]) == (None, ["alder", "birch"])
    office.load("birch", ["place,year,met,tested", "birch,2021-22,*,*"], mapping(COUNTED))
    (level,) = office.rollup()["levels"]
    assert (level["numerator"], level["denominator"]) == (120, 400)
    assert [left["community"] for left in level["left_out"]] == ["birch"]


def test_b07_the_grade_called_nought_passes_a_filter_and_is_counted(run: Run, tmp_path: Path) -> None:
    office = Office(run, tmp_path, unit="count", bounds=[0, None])
    office.place("alder")
    told = mapping({"value": "n"}, 'filters = { grade = ["0", "1"] }', groups="grade")
    rows = ["place,year,grade,n", "alder,2018-19,0,50", "alder,2018-19,1,60", "alder,2018-19,2,70"]
    report = office.load("alder", rows, told)
    assert (report["new"], report["skipped"]) == (2, 1)
    values = {entry["group"].get("grade"): entry["latest"] for entry in office.rollup("--by", "grade")["series"]}
    assert {grade: latest["value"] for grade, latest in values.items() if grade} == {"k": 50, "1": 60}


@pytest.mark.parametrize("code", ["00105200", "01012500"])
def test_b10_a_code_with_leading_noughts_comes_out_as_it_went_in(office: Office, code: str) -> None:
    office.publish("community", "add", community("college", code))
    office.publish("variant", "propose", variant("college", code))
    rows = ["place,year,met,tested", f"{code},2018-19,31,100"]
    office.load("college", rows, mapping(COUNTED))
    assert office.json("community", "show", "college")["geographies"] == [f"town:{code}"]
    assert f"town:{code}" in office.ask("community", "show", "college").out
    sources = [entry["sources"] for entry in office.rollup("--explain")["explain"]]
    assert all(source["cells"]["place"] == code for entry in sources for source in entry)
    assert any(sources)


def test_b12_a_place_that_replaces_another_is_another_place(office: Office) -> None:
    """Connecticut's counties ended in 2022: figures of a planning region are no later year of a county."""
    county = {"code": "town:09003", "until": "2021-12-31"}
    region = {"code": "town:09110", "since": "2022-01-01"}
    for name, code in (("hartford-county", county), ("capitol-region", region)):
        office.publish("community", "add", {**community(name), "geographies": [code]})
        office.publish("variant", "propose", variant(name, code["code"].removeprefix("town:")))
    rows = ["place,year,met,tested", "09003,2021-22,101,1000", "09110,2022-23,104,1000"]
    for name in ("hartford-county", "capitol-region"):
        report = office.load(name, rows, mapping(COUNTED))
        assert (report["new"], report["skipped"]) == (1, 1)
    answer = office.rollup()
    ends = {entry["community"]: entry["latest"]["period"] for entry in answer["series"]}
    assert ends == {"hartford-county": "SY2021-22", "capitol-region": "SY2022-23"}
    assert {entry["change"] for entry in answer["series"]} == {None}
    alone = office.try_load("hartford-county", ["place,year,met,tested", "09110,2023-24,104,1000"], mapping(COUNTED))
    assert alone.status == 1
    assert "town:09110" in alone.err, "the message names the code that took its place"


def test_b14_one_year_column_in_three_spellings_is_asked_about_row_by_row(office: Office) -> None:
    office.place("school")
    rows = ["place,year,met,tested", *(f"school,{year},95,100" for year in ("2018-19", "2017", "null"))]
    refused = office.try_load("school", rows, mapping(COUNTED))
    assert refused.status == 1
    found = {finding["row"]: (finding["cell"], finding["hint"]) for finding in refused.json["findings"]}
    assert {row: cell for row, (cell, _) in found.items()} == {3: "2017", 4: "null"}
    assert "year_means" in found[3][1]
    assert refused.json["new"] == 1


def test_b20_a_published_total_stands_beside_the_sum_and_neither_is_forced(office: Office) -> None:
    """The line with the difference comes with the pages; what holds now: nothing is scaled, moved or counted twice."""
    office.publish("community", "add", community("nation", "nation", kind="reference"))
    office.publish("variant", "propose", variant("nation", "nation"))
    for place, counts in (("nation", "200,50438"), ("alder", "90,30000"), ("birch", "80,20259")):
        if place != "nation":
            office.place(place, benchmark="nation/grade-3")
        office.load(place, ["place,year,met,tested", f"{place},2018-19,{counts}"], mapping(COUNTED))
    answer = office.rollup("--unmasked")
    (level,) = answer["levels"]
    assert (level["numerator"], level["denominator"], level["communities"]) == (170, 50259, ["alder", "birch"])
    (published,) = answer["benchmarks"]
    assert (published["latest"]["numerator"], published["latest"]["denominator"]) == (200, 50438)
    assert answer["coverage"]["people_in"] == 50259


def test_b21_a_hidden_group_is_neither_nought_nor_what_is_left_of_the_total(office: Office) -> None:
    """Whether so few groups are shown as a distribution at all, and small counts once more, comes with disclosure."""
    office.place("alder")
    rows = [
        "place,year,race,met,tested",
        *(f"alder,2018-19,{row}" for row in ("99,50,100", "2,8,20", "1,15,25", "3,*,*")),
    ]
    assert rules(office.load("alder", rows, mapping(COUNTED, RACE))) == []
    levels = {
        level["group"].get("race_ethnicity"): level for level in office.rollup("--by", "race_ethnicity")["levels"]
    }
    assert {group: level["denominator"] for group, level in levels.items()} == {
        None: 100, "black": 20, "white": 25, "hispanic": None,
    }  # fmt: skip
    assert levels["hispanic"]["value"] is levels["hispanic"]["low"] is None
    assert "suppressed" in levels["hispanic"]["left_out"][0]["reason"]


def test_b23_a_tiny_revision_is_one_change_with_both_figures_and_the_old_edition_stays(
    run: Run, tmp_path: Path
) -> None:
    office = Office(run, tmp_path, unit="index", bounds=[0, None])
    office.place("alder", baseline={"period": "SY1970-71"}, target={"period": "SY1975-76", "value": 4000})
    told = mapping({"value": "value"})
    header, others = "place,year,value", [f"alder,{year}-{year - 1899},3000" for year in range(1971, 1975)]
    office.load("alder", [header, "alder,1970-71,2927.0729581373", *others], told)
    before = office.json("rollup", "reading")["as_of"]
    report = office.load("alder", [header, "alder,1970-71,2927.07293946175", *others], told)
    assert (report["new"], report["changed"], report["same"]) == (0, 1, 4)
    (change,) = report["changes"]
    assert change["period"] == "SY1970-71"
    assert (float(change["before"]), float(change["after"])) == pytest.approx(
        (2927.0729581373, 2927.07293946175), 1e-11
    )
    assert change["before"] != change["after"]
    for words, value in (((), 2927.07293946175), (("--as-of", before), 2927.0729581373)):
        assert series_of(office.rollup(*words), "alder")["baseline"]["value"] == pytest.approx(value, rel=1e-11)


def test_b24_a_new_test_needs_a_break_and_gives_no_change(office: Office) -> None:
    versions = [
        {"id": "1", "first_period": "SY2010-11", "last_period": "SY2015-16", "cuts": [{"id": "level-3", "title": "3"}]},
        {"id": "2", "first_period": "SY2016-17", "cuts": [{"id": "level-3", "title": "3"}]},
    ]
    office.publish("instrument", "publish", instrument(versions=versions))
    office.place("alder", baseline={"period": "SY2015-16"})
    rows = ["place,year,met,tested", "alder,2015-16,40,100", "alder,2016-17,60,100"]
    report = office.load("alder", rows, mapping(COUNTED))
    assert {"outside-version", "jump"} <= set(rules(report))
    broken = [{"period": "SY2016-17", "kind": "instrument", "reason": "A new test"}]
    office.publish("variant", "propose", variant("alder", "alder", baseline={"period": "SY2015-16"}, breaks=broken))
    series = series_of(office.rollup(), "alder")
    assert (series["change"], series["trend"], series["broken_at"]) == (None, "indeterminate", "SY2016-17")
    assert (series["baseline"]["numerator"], series["latest"]["numerator"]) == (40, 60)
    printed = office.ask("rollup", "reading").out
    assert (
        "the series is broken between the two figures, and nothing is compared across a break at SY2016-17" in printed
    )


def test_b25_an_unknown_answer_is_not_a_no(office: Office) -> None:
    told = mapping(
        {"numerator": "flag", "denominator": "schools"},
        "column_codes = { flag = { yes = { value = 1 }, no = { value = 0 } } }",
    )
    for place, flag in (("alder", "yes"), ("birch", "no"), ("cedar", "")):
        office.place(place)
        office.load(place, ["place,year,flag,schools", f"{place},2018-19,{flag},1"], told)
    (level,) = office.rollup("--unmasked")["levels"]
    assert (level["numerator"], level["denominator"], level["value"]) == (1, 2, 50)
    assert [(left["community"], left["reason"]) for left in level["left_out"]] == [
        ("cedar", "its figure is not available")
    ]


def test_b16_percent_signs_in_the_cells_keep_the_series_as_it_is(office: Office) -> None:
    office.place("alder", baseline={"period": "SY2012-13"})
    rows = ["place,year,value", "alder,2012-13,15%", "alder,2013-14,14.8%", "alder,2014-15,14.8%"]
    assert office.load("alder", rows, mapping({"value": "value"}))["findings"] == []
    series = series_of(office.rollup(), "alder")
    assert (series["baseline"]["value"], series["latest"]["value"], series["change"]) == (15, 14.8, -0.2)
    rows = list(csv.DictReader(office.ask("rollup", "reading", "--format", "csv").out.splitlines()))
    assert [row["value"] for row in rows if row["record"] == "series"] == ["14.8"]
