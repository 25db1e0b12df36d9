"""What people report of sums, targets and noughts (user pains A01 to A15), in whole loads and answers."""

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.cli.documents import community, template, variant, wrote
from tests.conftest import Run
from tests.pains.office import COUNTED, Office, mapping

PARTNERS = [{"id": name, "name": name.title(), "sector": name} for name in ("schools", "library", "clinic")]


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    return Office(run, tmp_path)


def only(answer: Any) -> Any:
    """The one series of an answer."""
    (series,) = answer["series"]
    return series


def printed(office: Office, *words: str) -> str:
    return office.ask("rollup", "reading", *words).out


def test_a01_a_pooled_percent_is_printed_beside_its_counts_and_the_mean_of_percents_under_its_name(
    office: Office,
) -> None:
    for place, counts in (("alder", "9,10"), ("birch", "100,400")):
        office.place(place)
        office.load(place, ["place,year,met,tested", f"{place},2018-19,{counts}"], mapping(COUNTED))
    lines = printed(office, "--unmasked").splitlines()
    (line,) = (line for line in lines if line.startswith("SY2018-19 "))
    assert [cell.strip() for cell in line.split("│")] == [
        "SY2018-19",
        "everybody",
        "26.59 %",
        "109 of 410",
        "57.50 %",
        "2",
    ]
    (heading,) = (line for line in lines if "pooled" in line and "counts" in line)
    assert "unweighted mean" in heading


def test_a02_rows_of_numerators_and_denominators_never_mix(office: Office) -> None:
    """One row a component: nothing is loaded, and the second row is named with what the first one says."""
    office.place("alder")
    rows = ["place,year,component,value", "alder,2018-19,N,40", "alder,2018-19,D,100"]
    refused = office.try_load("alder", rows, mapping({"value": "value"}))
    assert refused.status == 1
    (finding,) = refused.json["findings"]
    assert (finding["rule"], finding["row"], finding["cell"]) == ("row-contradicts", 3, "100")
    assert "row 2 gives '40'" in finding["detail"]
    assert office.rollup()["levels"] == []


def test_a04_signatures_partners_and_revisions_change_no_figure(office: Office) -> None:
    """Three sign, strategies and a story are told, the measure is revised twice: 50 of 100 stays 50 of 100."""
    office.place("alder", partners=PARTNERS)
    office.load("alder", ["place,year,met,tested", "alder,2018-19,50,100"], mapping(COUNTED))
    before = office.rollup()
    for partner in PARTNERS:
        words = ("--partner", partner["id"], "--by", "Ana Ruiz", "--authority", "Director")
        office.ask("variant", "sign", "alder/grade-3", *words)
    for more in ({"strategies": ["Read aloud", "Tutor"]}, {"strategies": ["Read aloud"], "story": "It grew."}):
        office.publish("variant", "propose", variant("alder", "alder", partners=PARTNERS, **more))
    after = office.rollup()
    (level,) = after["levels"]
    assert (level["numerator"], level["denominator"], level["communities"]) == (50, 100, ["alder"])
    assert (after["levels"], after["network"], after["coverage"]) == (
        before["levels"], before["network"], before["coverage"],
    )  # fmt: skip
    assert only(after)["state"] != only(before)["state"], "they did sign"


def test_a05_a_year_in_which_nobody_was_tested_is_no_failure_on_the_screen(office: Office) -> None:
    told = mapping({**COUNTED, "eligible": "enrolled"})
    for place, counts in (("alder", "0,0,239"), ("birch", "107,208,239")):
        office.place(place)
        office.load(place, ["place,year,met,tested,enrolled", f"{place},2018-19,{counts}"], told)
    text = printed(office)
    assert "alder is not in it, because nobody was tested" in text
    assert "51.44 %" in text
    (alder,) = (line for line in text.splitlines() if line.startswith("Alder "))
    assert "no figure" in alder
    assert "0.0" not in alder
    assert "missed" not in alder
    report = office.load("birch", ["place,year,met,tested,enrolled", "birch,2019-20,110,210,240"], told)
    assert [finding["rule"] for finding in report["findings"]] == ["participation-low"]


def test_a06_children_of_one_district_are_counted_for_one_place_only(office: Office) -> None:
    office.place("alder")
    office.publish("community", "add", community("county", "alder"))
    file = wrote(office.folder, "county.json", variant("county", "alder"))
    refused = office.run("variant", "propose", file)
    assert refused.status == 1
    assert "alder/grade-3" in refused.err
    office.publish("variant", "propose", variant("county", "alder", headline=False))
    rows = ["place,year,met,tested", "alder,2018-19,40,100"]
    for place in ("alder", "county"):
        office.load(place, rows, mapping(COUNTED))
    (level,) = office.rollup()["levels"]
    assert (level["numerator"], level["denominator"], level["communities"]) == (40, 100, ["alder"])


@pytest.mark.parametrize(
    ("code", "counted", "verdict"),
    [
        ("fips-cousub:0900337070", ["county"], "counted_once"),
        ("nces-lea:0901920", ["county", "town"], "cannot_be_told"),
        ("fips-county:09001", ["county", "town"], None),
    ],
    ids=["a town of the county", "a district of its state", "another county"],
)
def test_a06_a_place_in_another_is_counted_with_it_and_what_cannot_be_told_is_said(
    office: Office, code: str, counted: list[str], verdict: str | None
) -> None:
    for name, own in (("county", "fips-county:09003"), ("town", code)):
        office.publish("community", "add", {**community(name), "geographies": [own]})
        population = {"description": "Grade 3", "kind": "enrolled", "geographies": [own]}
        office.publish("variant", "propose", {**variant(name), "population": population})
        scheme, _, number = own.partition(":")
        told = mapping(COUNTED).replace('scheme = "town"', f'scheme = "{scheme}"')
        office.load(name, ["place,year,met,tested", f"{number},2018-19,40,100"], told)
    answer = office.rollup()
    (level,) = answer["levels"]
    assert (level["communities"], level["denominator"]) == (counted, 100 * len(counted))
    assert [entry["verdict"] for entry in answer["overlaps"]] == ([verdict] if verdict else [])
    reasons = {entry["community"]: entry["reason"] for entry in answer["excluded"]}
    assert set(reasons) == {"county", "town"} - set(counted)
    assert all("nobody is counted twice" in reason for reason in reasons.values())


@pytest.mark.parametrize("cells", ["110,100,", ",,110"])
def test_a06_a_share_above_all_is_refused(office: Office, cells: str) -> None:
    office.place("alder")
    told = mapping({**COUNTED, "value": "rate"})
    refused = office.try_load("alder", ["place,year,met,tested,rate", f"alder,2018-19,{cells}"], told)
    assert refused.status == 1
    (finding,) = refused.json["findings"]
    assert finding["row"] == 2


def test_a07_a_target_is_what_was_declared_and_no_sum_of_what_is_loaded_so_far(run: Run, tmp_path: Path) -> None:
    """A target of 100 in ten months, eight of them loaded: the way is counted from the baseline to 100."""
    office = Office(run, tmp_path, unit="count", bounds=[0, None], period="month")
    milestones = [{"period": f"2019-{month:02}", "value": 20 + 8 * month} for month in range(1, 10)]
    baseline, target = {"period": "2018-12"}, {"period": "2019-10", "value": 100}
    office.place("alder", baseline=baseline, target=target, milestones=milestones)
    rows = [
        "place,year,served",
        "alder,2018-12,20",
        *(f"alder,2019-{month:02},{20 + 5 * month}" for month in range(1, 9)),
    ]
    office.load("alder", rows, mapping({"value": "served"}))
    series = only(office.rollup())
    assert (series["target"], series["latest"]["value"]) == ({"period": "2019-10", "value": 100}, 60)
    assert series["gap_closed"] == 0.5
    assert (series["expected_value"], series["pace"]) == (84, "off_track")


def test_a11_nought_is_a_figure_on_the_screen_in_csv_and_in_json(run: Run, tmp_path: Path) -> None:
    office = Office(run, tmp_path, unit="count", bounds=[0, None], direction="decrease")
    office.place("alder", baseline={"period": "SY2015-16"}, target={"period": "SY2024-25", "value": 0})
    rows = [
        "place,year,n",
        "alder,2015-16,12",
        "alder,2016-17,5",
        "alder,2017-18,0",
        "alder,2018-19,3",
        "alder,2019-20,0",
    ]
    report = office.load("alder", rows, mapping({"value": "n"}))
    assert (report["files"][0]["exact"], report["files"][0]["absent"]) == (5, 0)
    series = only(office.rollup("--unmasked"))
    assert (series["latest"]["value"], series["change"], series["gap_closed"]) == (0, -12, 1)
    (row,) = (
        row
        for row in csv.DictReader(printed(office, "--unmasked", "--format", "csv").splitlines())
        if row["record"] == "series"
    )
    assert (row["value"], row["missing"], row["target_value"]) == ("0.0", "", "0.0")
    (line,) = (line for line in printed(office, "--unmasked").splitlines() if line.startswith("Alder "))
    assert [cell.strip() for cell in line.split("│")][1:4] == ["12", "0", "-12"]
    (middle,) = office.rollup("--unmasked", "--period", "2017-18")["series"]
    assert middle["latest"]["value"] == 0


def test_a12_a_target_that_is_not_met_is_not_printed_as_reached(office: Office) -> None:
    office.place("alder", target={"period": "SY2018-19", "value": 60})
    office.load("alder", ["place,year,rate", "alder,2017-18,40", "alder,2018-19,59.95"], mapping({"value": "rate"}))
    assert only(office.rollup())["pace"] == "missed"
    (line,) = (line for line in printed(office).splitlines() if line.startswith("Alder "))
    assert "target missed" in line
    assert "60.0" not in line
    assert "59.9" in line


def test_a13_fewer_is_better_is_told_in_points_and_in_words(run: Run, tmp_path: Path) -> None:
    office = Office(run, tmp_path, direction="decrease")
    office.place("alder", baseline={"period": "SY2017-18"}, target={"period": "SY2024-25", "value": 15})
    rows = ["place,year,met,tested", "alder,2017-18,2300,10000", "alder,2018-19,2000,10000"]
    office.load("alder", rows, mapping(COUNTED))
    series = only(office.rollup("--rule", "plain@1"))
    assert (series["change"], series["improvement"], series["observed"]) == (-3, 3, "better")
    text = printed(office, "--rule", "plain@1")
    heading, line = (
        next(line for line in text.splitlines() if line.startswith(word)) for word in ("community ", "Alder ")
    )
    told = dict(
        zip((cell.strip() for cell in heading.split("┃")), (cell.strip() for cell in line.split("│")), strict=True)
    )
    assert (told["points"], told["trend"]) == ("-3.00", "improving")
    arithmetic = [entry["arithmetic"] for entry in office.rollup("--explain")["explain"]]
    assert any(entry.endswith("-3.00 points") for entry in arithmetic)


def test_a14_the_screen_says_which_rule_added_up_and_why_none_did(run: Run, tmp_path: Path) -> None:
    office = Office(run, tmp_path, rollup="count_meeting_target")
    office.place("alder", target={"period": "SY2018-19", "value": 45})
    office.load("alder", ["place,year,met,tested", "alder,2017-18,40,100", "alder,2018-19,50,100"], mapping(COUNTED))
    text = printed(office)
    assert "levels by count meeting target" in text
    assert "places that reach their own targets" in " ".join(text.split())
    (row, *_) = csv.DictReader(printed(office, "--format", "csv").splitlines())
    assert row["rollup_rule"] == "count_meeting_target"
    pooled = template(id="other", indicator={**template()["indicator"], "rollup": "pooled_ratio"})
    office.publish("template", "publish", pooled)
    assert office.json("rollup", "other")["rollup_rule"] == "pooled_ratio"
