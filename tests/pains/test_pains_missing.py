"""What people report of figures that are missing, hidden or nought (user pains A24 to A35), asked of loads and answers."""

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.pains.office import COUNTED, Office, mapping

YEARS = ("2014-15", "2015-16", "2016-17")


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    return Office(run, tmp_path)


def records(office: Office, *words: str) -> list[dict[str, str]]:
    """The roll-up as CSV, row by row."""
    return list(csv.DictReader(office.ask("rollup", "reading", "--format", "csv", *words).out.splitlines()))


def rules(report: Any) -> list[str]:
    return [finding["rule"] for finding in report["findings"]]


@pytest.mark.parametrize(
    ("cells", "printed", "figures"),
    [
        ("0,100", "0.0 of 100", {"value": "0.0", "numerator": "0", "denominator": "100", "missing": ""}),
        ("*,40", "suppressed of 40", {"value": "", "numerator": "", "denominator": "40", "missing": "suppressed"}),
        ("*,*", "suppressed", {"value": "", "numerator": "", "denominator": "", "missing": "suppressed"}),
    ],
)
def test_a30_table_json_and_csv_say_the_same_status(
    office: Office, cells: str, printed: str, figures: dict[str, str]
) -> None:
    """No percent stands where a figure is hidden, and no dash where it is 0; charts and pages come with their own part."""
    office.place("alder", baseline={"period": "SY2014-15"})
    office.load("alder", ["place,year,met,tested", "alder,2014-15,40,100", f"alder,2015-16,{cells}"], mapping(COUNTED))
    latest = office.rollup("--unmasked")["series"][0]["latest"]
    row = next(row for row in records(office, "--unmasked") if row["record"] == "series")
    assert {name: row[name] for name in figures} == figures
    assert {name: str(latest.get(name, "")) for name in figures} == figures
    lines = office.ask("rollup", "reading", "--unmasked").out.splitlines()
    (line,) = (line for line in lines if line.startswith("Alder "))
    assert [cell.strip() for cell in line.split("│")][1:3] == ["40.0 of 100", printed]


def test_a30_an_extreme_figure_is_a_range_for_everybody_else_and_still_no_gap(office: Office) -> None:
    """A true 0 of 100 would tell of every child; as at most 5 of 100 it is told apart from a figure that is not there."""
    office.place("alder", baseline={"period": "SY2014-15"})
    office.load("alder", ["place,year,met,tested", "alder,2014-15,40,100", "alder,2015-16,0,100"], mapping(COUNTED))
    latest = office.rollup()["series"][0]["latest"]
    assert (latest["low"], latest["high"], latest["denominator"]) == (0, 5, 100)
    assert not {"value", "numerator", "missing"} & {name for name, value in latest.items() if value is not None}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (",100", "its figure is not available"),
        ("*,*", "its figure is suppressed and the number of people is not published"),
        ("0,0", "the measure does not apply (nobody was counted)"),
        ("†,100", "the measure does not apply (nobody was counted)"),
    ],
)
def test_a29_a30_why_there_is_no_figure_is_said_in_the_same_words_everywhere(
    office: Office, cells: str, reason: str
) -> None:
    """Beside it stands a place that has a figure: the year is pooled without the one, which is named and adds no 0."""
    for place, own in (("alder", cells), ("birch", "30,60")):
        office.place(place)
        office.load(place, ["place,year,met,tested", f"{place},2014-15,{own}"], mapping(COUNTED))
    (level,) = office.rollup()["levels"]
    assert (level["communities"], level["numerator"], level["denominator"]) == (["birch"], 30, 60)
    assert level["left_out"] == [{"community": "alder", "variant": "grade-3", "reason": reason}]
    (row,) = (row for row in records(office) if row["record"] == "left_out")
    assert (row["community"], row["reason"], row["value"]) == ("alder", reason, "")
    assert f"SY2014-15: alder is not in it, because {reason}." in office.ask("rollup", "reading").out


def test_a29_places_that_are_out_for_one_reason_are_named_in_one_line(office: Office) -> None:
    for place, cells in (("alder", "*,"), ("birch", "30,60"), ("cedar", "*,")):
        office.place(place)
        office.load(place, ["place,year,met,tested", f"{place},2014-15,{cells}"], mapping(COUNTED))
    lines = [line.strip() for line in office.ask("rollup", "reading").out.splitlines() if "not in it" in line]
    assert [line.partition(", each because")[0] for line in lines] == ["SY2014-15: alder, cedar are not in it"]


def test_a29_a_pooled_range_says_how_many_figures_are_hidden(office: Office) -> None:
    for place, cells in (("alder", "*,40"), ("birch", "30,60"), ("cedar", "<5,100")):
        office.place(place)
        office.load(place, ["place,year,met,tested", f"{place},2014-15,{cells}"], mapping(COUNTED))
    (level,) = office.rollup()["levels"]
    assert (level["value"], level["low"], level["high"]) == (None, 100 * 30 / 200, 100 * (40 + 30 + 4) / 200)
    assert "a range, because 2 of the figures are hidden or a range" in office.ask("rollup", "reading").out


def test_a28_the_cell_as_it_stood_is_kept_with_the_figure_that_was_made_of_it(office: Office) -> None:
    office.place("alder")
    rows = ["place,year,met,tested", "alder,2014-15, <5 ,40", "alder,2015-16,30,60"]
    office.load("alder", rows, mapping(COUNTED))
    explained = office.rollup("--period", "2014-15", "--explain")["explain"]
    cells = [source["cells"] for entry in explained for source in entry["sources"] if source["period"] == "SY2014-15"]
    assert cells
    assert {entry["met"].strip() for entry in cells} == {"<5"}


def test_a31_a_year_without_a_row_stays_a_gap(office: Office) -> None:
    """The load asks for it; nothing is drawn between its neighbours, and what is asked of that year has no figure."""
    office.place("alder", baseline={"period": "SY2014-15"})
    rows = ["place,year,met,tested", "alder,2014-15,40,100", "alder,2015-16,42,100", "alder,2017-18,48,100"]
    report = office.load("alder", rows, mapping(COUNTED))
    assert [(finding["rule"], finding["detail"]) for finding in report["findings"]] == [
        ("period-skipped", "Between SY2015-16 and SY2017-18 a period is missing.")
    ]
    answer = office.rollup("--period", "2016-17")
    assert (answer["levels"], answer["coverage"]["people_in"]) == ([], 0)
    (series,) = answer["series"]
    assert (series["latest"], series["change"], series["reason"]) == (None, None, "no_data")
    (series,) = office.rollup()["series"]
    assert (series["latest"]["period"], series["years"], series["change"]) == ("SY2017-18", 3, 8)


def test_a31_a_year_that_is_there_without_a_value_is_no_gap_and_no_nought(office: Office) -> None:
    office.place("alder", baseline={"period": "SY2014-15"})
    rows = ["place,year,met,tested", "alder,2014-15,40,100", "alder,2015-16,NA,NA", "alder,2016-17,48,100"]
    report = office.load("alder", rows, mapping(COUNTED))
    assert (report["findings"], report["new"], report["files"][0]["absent"]) == ([], 3, 1)
    office.place("birch")
    office.load("birch", ["place,year,met,tested", "birch,2015-16,30,60"], mapping(COUNTED))
    (level,) = office.rollup("--period", "2015-16")["levels"]
    assert (level["communities"], level["numerator"]) == (["birch"], 30)
    assert [(left["community"], left["reason"]) for left in level["left_out"]] == [
        ("alder", "its figure is not available")
    ]


def test_a33_a_breakdown_shows_no_figure_of_a_small_group_unless_the_operator_asks_for_it(office: Office) -> None:
    office.place("alder")
    rows = ["place,year,sex,met,tested", "alder,2014-15,total,40,100", "alder,2014-15,female,1,2"]
    office.load("alder", rows, mapping(COUNTED, groups="sex"))
    live = office.rollup("--by", "sex", "--unmasked")
    assert {"sex": "female"} in [level["group"] for level in live["levels"] if level["value"] is not None]
    assert "Small groups are shown as they are" in live["notice"]
    answer = office.rollup("--by", "sex")
    assert {"sex": "female"} not in [level["group"] for level in answer["levels"] if level["value"] is not None]
    (small,) = [series for series in answer["series"] if series["group"]]
    assert (small["latest"]["missing"], small["latest"].get("denominator")) == ("suppressed", None)
    assert answer["notice"] in office.ask("rollup", "reading", "--by", "sex").out
    assert {row["unmasked"] for row in records(office, "--by", "sex")} == {"false"}


def test_a34_a_measure_with_groups_only_asks_for_the_total_and_shows_its_groups(office: Office) -> None:
    office.place("alder")
    rows = ["place,year,sex,met,tested", "alder,2014-15,female,30,60", "alder,2014-15,male,20,60"]
    told = mapping(COUNTED, groups="sex")
    report = office.load("alder", rows, told)
    assert rules(report) == ["total-missing"]
    assert "row of everybody" in report["findings"][0]["hint"]
    answer = office.rollup("--by", "sex")
    assert {level["group"].get("sex"): level["numerator"] for level in answer["levels"]} == {"female": 30, "male": 20}
    assert answer["network"]["communities"] == ["alder"]
    assert office.rollup()["levels"] == [], "groups are never added up to a total"
    assert rules(office.load("alder", [*rows, "alder,2014-15,all,50,120"], told)) == []


def test_a35_a_total_that_is_missing_in_one_year_is_told_when_that_year_is_loaded(office: Office) -> None:
    office.place("alder")
    told = mapping(COUNTED, groups="sex")
    header, groups = "place,year,sex,met,tested", ["alder,{},female,30,60", "alder,{},male,20,60"]
    for year, more in zip(YEARS, (["alder,{},all,50,120"], [], ["alder,{},all,50,120"]), strict=True):
        report = office.load("alder", [header, *(row.format(year) for row in (*groups, *more))], told)
        assert rules(report) == ([] if more or year == YEARS[0] else ["group-vanished"])
        assert not report["findings"] or "(everybody)" in report["findings"][0]["detail"]


def test_a35_a_category_that_changed_its_name_is_one_lost_and_one_new(office: Office) -> None:
    office.place("alder")
    told = mapping(COUNTED, groups="english_learner")
    header = "place,year,english_learner,met,tested"
    before = ["alder,2014-15,all,50,120", "alder,2014-15,ELL,10,60", "alder,2014-15,Non-EL,40,60"]
    office.load("alder", [header, *before], told)
    after = ["alder,2015-16,all,50,120", "alder,2015-16,LEP,10,60", "alder,2015-16,Non-EL,40,60"]
    assert rules(office.load("alder", [header, *after], told)) == [], "the list knows both names as one group"
    by_race = mapping(COUNTED, groups="race_ethnicity")
    header = "place,year,race_ethnicity,met,tested"
    office.load("alder", [header, "alder,2015-16,Asian,10,60", "alder,2015-16,White,10,20"], by_race)
    late = ["alder,2016-17,all,50,120", "alder,2016-17,White,10,20", "alder,2016-17,Pacific Islander,10,60"]
    report = office.load("alder", [header, *late], by_race)
    told_of = {(finding["rule"], finding["detail"].partition("(")[2]) for finding in report["findings"]}
    assert told_of >= {("group-vanished", "Asian)."), ("group-new", "Native Hawaiian or Other Pacific Islander).")}
