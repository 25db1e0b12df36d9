"""What people report of figures that were compared and must not be (user pains A16 to A23, A56, A58), in whole loads and answers."""

import csv
from pathlib import Path
from typing import Any

import pytest

from registry.actions.catalogue import add_community
from registry.actions.variants import propose_variant
from registry.domain.actor import operator
from registry.projection.answer import RollupRequest, rollup
from tests.cli.documents import (
    MAPPING,
    Document,
    community,
    instrument,
    load_text,
    raw,
    table,
    template,
    variant,
    wrote,
)
from tests.conftest import Run
from tests.pains.office import COUNTED, Office, mapping
from tests.projection.dated import Calendar, dated

MEASURE = variant()["measure"]
TOLD = mapping(COUNTED)
HEADER = "place,year,met,tested"


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    return Office(run, tmp_path)


def judged(*facets: str, **properties: object) -> Document:
    """The outcome where these facets must agree for levels and none for progress, and a measure may say these too."""
    document = template()
    schema = document["measure_schema"]
    return {
        "measure_schema": {**schema, "properties": {**schema["properties"], **properties}},
        "comparability": [
            {
                "facet": f"/measure/{facet}",
                "level": "equal",
                "progress": "any",
                "why": f"Another {facet} is another scale.",
            }
            for facet in facets
        ],
    }


def facet(**changes: object) -> Document:
    return {"measure": {**MEASURE, **changes}}


def pooled(answer: Any) -> dict[tuple[str, ...], tuple[int | None, int | None]]:
    return {tuple(level["communities"]): (level["numerator"], level["denominator"]) for level in answer["levels"]}


@pytest.mark.parametrize(
    ("rows", "changes", "sentence"),
    [
        (
            ["alder,2017-18,40,100", "alder,2018-19,80,100"],
            {"breaks": [{"period": "SY2018-19", "kind": "cut", "reason": "Another way to score"}]},
            "the series is broken between the two figures, and nothing is compared across a break at SY2018-19",
        ),
        (["alder,2018-19,80,100"], {}, "there is no figure to start from"),
        (["alder,2017-18,40,100"], {}, "there is no figure after the baseline"),
    ],
    ids=["another scale", "a new measure", "one year"],
)
def test_a17_where_years_are_not_compared_a_sentence_says_why(
    office: Office, rows: list[str], changes: Document, sentence: str
) -> None:
    office.place("alder", **changes)
    office.load("alder", [HEADER, *rows], TOLD)
    (series,) = office.rollup()["series"]
    assert (series["change"], series["trend"]) == (None, "indeterminate")
    text = office.ask("rollup", "reading").out
    assert f"Cannot be told for Alder: {sentence}." in text
    (line,) = (line for line in text.splitlines() if line.startswith("Alder "))
    assert [cell.strip() for cell in line.split("│")][3:5] == ["-", "cannot be told"]


def test_a18_each_year_is_still_shown_and_the_broken_ones_say_before_what(office: Office) -> None:
    """The denominator was defined anew: no line from 40 to 50, and both figures under keys of their own."""
    office.place("alder", breaks=[{"period": "SY2018-19", "kind": "definition", "reason": "Other children count"}])
    office.load("alder", [HEADER, "alder,2017-18,40,100", "alder,2018-19,50,100"], TOLD)
    for period, met, apart in (("2017-18", 40, True), ("2018-19", 50, False)):
        (level,) = office.rollup("--period", period)["levels"]
        assert (level["numerator"], level["key"].endswith("|before SY2018-19")) == (met, apart)
        assert ("(before SY2018-19)" in office.ask("rollup", "reading", "--period", period).out) == apart
    lines = office.ask("rollup", "reading").out.splitlines()
    (line,) = (line for line in lines if line.startswith("Alder "))
    assert [cell.strip() for cell in line.split("│")][1:5] == ["40.0 of 100", "50.0 of 100", "-", "cannot be told"]


def test_a20_shares_of_households_and_of_persons_are_not_one_measure(run: Run, tmp_path: Path) -> None:
    """Where the outcome fixes of whom it is a share, another denominator is refused; where it does not, levels stay apart."""
    of_persons = judged("denominator_rule", denominator_rule={"const": "persons"})
    office = Office(run, tmp_path, of_persons)
    office.publish("community", "add", community("alder", "alder"))
    file = wrote(tmp_path, "variant.json", variant("alder", "alder", **facet(denominator_rule="households")))
    refused = office.run("variant", "propose", file)
    assert refused.status == 1
    assert "/measure/denominator_rule" in refused.err
    assert "persons" in refused.err
    either = judged("denominator_rule", denominator_rule={"type": "string"})
    office.publish("template", "publish", template(version="2.0.0", **either))
    for place, kind in (("alder", "households"), ("birch", "persons")):
        office.place(place, template="reading@2.0.0", **facet(denominator_rule=kind))
        office.load(place, [HEADER, f"{place},2018-19,40,100"], TOLD)
    assert pooled(office.rollup()) == {("alder",): (40, 100), ("birch",): (40, 100)}
    assert office.json("compare", "alder", "birch", "--template", "reading")["tier"] == "progress"


def test_a22_norms_of_another_year_are_another_measure(run: Run, tmp_path: Path) -> None:
    """The children did not change, the norms did: percentiles by two norms stand in two levels, and say by which."""
    office = Office(run, tmp_path, judged("instrument", "instrument_version"))
    cuts = [{"id": "level-3", "title": "At or above the 50th percentile"}]
    versions = [{"id": f"norms-{year}", "title": f"Norms of {year}", "cuts": cuts} for year in (2015, 2020)]
    office.publish("instrument", "publish", instrument(versions=versions))
    for place, year in (("alder", 2015), ("birch", 2020)):
        office.place(place, **facet(instrument_version=f"norms-{year}"))
        office.load(place, [HEADER, f"{place},2018-19,40,100"], TOLD)
    assert pooled(office.rollup()) == {("alder",): (40, 100), ("birch",): (40, 100)}
    answer = office.json("compare", "alder", "birch", "--template", "reading")
    assert answer["tier"] == "progress"
    assert any("norms-2015" in reason and "norms-2020" in reason for reason in answer["reasons"])


def test_a16_a_figure_is_never_read_against_a_cut_that_nobody_named(run: Run, tmp_path: Path) -> None:
    """Version 1 cuts at 725 and version 2 at 450; without its version a measure is refused, whatever the test is called."""
    office = Office(run, tmp_path, judged("instrument", "instrument_version", "cut"))
    versions = [
        {"id": name, "cuts": [{"id": "level-3", "title": "Met", "score": score}]}
        for name, score in (("1", 725), ("2", 450))
    ]
    office.publish("instrument", "publish", instrument(versions=versions))
    office.publish("community", "add", community("alder", "alder"))
    for named in ({"instrument_version": None}, {"instrument_version": "3"}):
        measure = {name: value for name, value in facet(**named)["measure"].items() if value is not None}
        refused = office.run(
            "variant", "propose", wrote(tmp_path, "v.json", variant("alder", "alder", measure=measure))
        )
        assert refused.status == 1
        assert "instrument_version" in refused.err
    for place, version in (("alder", "1"), ("birch", "2")):
        office.place(place, **facet(instrument_version=version))
        office.load(place, [HEADER, f"{place},2018-19,40,100"], TOLD)
    assert pooled(office.rollup()) == {("alder",): (40, 100), ("birch",): (40, 100)}


def test_a21_a23_a_vendors_benchmark_and_the_states_test_stand_apart_and_are_named(run: Run, tmp_path: Path) -> None:
    office = Office(run, tmp_path, judged("instrument", "cut"))
    office.publish("instrument", "publish", instrument(id="vendor-benchmark", title="A vendor's benchmark"))
    for place, test, counts in (("alder", "town-test", (40, 50)), ("birch", "vendor-benchmark", (60, 70))):
        office.place(place, **facet(instrument=test))
        years = (f"{place},{year},{met},100" for year, met in zip(("2017-18", "2018-19"), counts, strict=True))
        office.load(place, [HEADER, *years], TOLD)
    answer = office.rollup()
    assert pooled(answer) == {("alder",): (50, 100), ("birch",): (70, 100)}
    assert {
        level["communities"][0]: test
        for level in answer["levels"]
        for test in ("town-test", "vendor-benchmark")
        if test in level["key"]
    } == {
        "alder": "town-test",
        "birch": "vendor-benchmark",
    }
    compared = office.json("compare", "alder", "birch", "--template", "reading")
    assert compared["tier"] == "progress"
    assert any(
        "vendor-benchmark" in reason and "Another instrument is another scale." in reason
        for reason in compared["reasons"]
    )
    text = office.ask("rollup", "reading").out
    assert "instrument town-test" in text
    assert "instrument vendor-benchmark" in text


def linkable(run: Run, folder: Path) -> Office:
    """Two places with a test each, which a link may bring onto one scale."""
    facets = ("instrument", "instrument_version", "cut")
    rules = [
        {"facet": f"/measure/{name}", "level": "link", "progress": "any", "why": "Another test."} for name in facets
    ]
    office = Office(run, folder, {"comparability": rules, "scale": "naep-like"})
    office.publish("instrument", "publish", instrument(id="vendor-benchmark"))
    for place, test, met in (("alder", "town-test", 400), ("birch", "vendor-benchmark", 700)):
        office.place(place, **facet(instrument=test))
        office.load(place, [HEADER, f"{place},2018-19,{met},1000"], TOLD)
    return office


def publish_link(office: Office) -> None:
    cuts = [
        {"instrument": test, "instrument_version": "1", "cut": "level-3", "score": score, "standard_error": 1.5}
        for test, score in (("town-test", 220), ("vendor-benchmark", 200))
    ]
    link = {
        "id": "both-on-one", "title": "Both tests on one scale", "first_period": "SY2017-18", "last_period": "SY2019-20",
        "scale": {"id": "naep-like", "title": "The common scale", "unit": "points of the scale", "sd": 36}, "cuts": cuts,
        "method": "Both were given to the same children.", "source": "A study", "url": "https://example.org/study",
    }  # fmt: skip
    office.publish("link", "publish", link)


def test_a21_a23_a_published_link_brings_two_tests_onto_one_scale_and_is_named(run: Run, tmp_path: Path) -> None:
    """Until it is published nothing is linked; then both are estimates with an interval, never one pooled share."""
    office = linkable(run, tmp_path)
    before = office.rollup()
    assert {level["tier"] for level in before["levels"]} == {"level"}
    publish_link(office)
    after = office.rollup()
    assert [level for level in after["levels"] if level["tier"] == "level"] == before["levels"]
    linked = next(level for level in after["levels"] if level["tier"] == "linked")
    assert (linked["communities"], linked["scale"], linked["numerator"]) == (["alder", "birch"], "naep-like", None)
    assert linked["low"] < linked["value"] < linked["high"]
    assert {entry["linked"]["link"] for entry in after["series"]} == {"both-on-one"}
    assert "both-on-one" in office.ask("rollup", "reading").out


def test_a21_an_estimate_in_csv_is_in_the_unit_of_its_scale_and_names_its_link(run: Run, tmp_path: Path) -> None:
    office = linkable(run, tmp_path)
    publish_link(office)
    rows = list(csv.DictReader(office.ask("rollup", "reading", "--format", "csv").out.splitlines()))
    (row,) = (row for row in rows if row["record"] == "level" and row["tier"] == "linked")
    assert float(row["value"]) > 100
    assert row["unit"] != "percent"
    assert any("both-on-one" in cell for row in rows for cell in row.values())


def test_a56_places_that_merge_keep_their_past_and_the_new_place_begins(tmp_path: Path) -> None:
    """Two towns become one in 2025: what was answered in 2020 is answered still, and nobody is counted twice after it."""
    calendar = Calendar("2019-10-01")
    towns = {"north": "011", "south": "012"}
    with dated(tmp_path, calendar) as projection:
        for town, code in towns.items():
            add_community(projection, raw(community(town, code)), actor=operator())
            propose_variant(projection, raw(variant(town, code)), actor=operator())
            rows = table([f"{code},2018-19,All Students,100,40,40.0"])
            load_text(projection, tmp_path, rows, town=town, mapping=MAPPING.encode())
        calendar.to("2020-06-30")
        then = rollup(projection, RollupRequest(template="reading"))
        calendar.to("2025-07-01")
        for town, code in towns.items():
            ended = {"geographies": [{"code": f"town:{code}", "until": "2025-06-30"}]}
            left = [{"joined": "2015-01-01", "left": "2025-06-30"}]
            add_community(projection, raw({**community(town, code), **ended, "membership": left}), actor=operator())
        add_community(projection, raw({**community("both"), "geographies": ["town:013"]}), actor=operator())
        propose_variant(projection, raw(variant("both", "013")), actor=operator())
        rows = table(["013,2025-26,All Students,200,90,45.0"])
        load_text(projection, tmp_path, rows, town="both", mapping=MAPPING.encode())
        past = rollup(projection, RollupRequest(template="reading", as_of="2020-06-30"))
        assert (past.levels, past.series, past.network, past.coverage) == (
            then.levels, then.series, then.network, then.coverage,
        )  # fmt: skip
        assert [(level.numerator, level.communities) for level in past.levels] == [(80, ["north", "south"])]
        now = rollup(projection, RollupRequest(template="reading"))
        assert [(level.numerator, level.denominator, level.communities) for level in now.levels] == [
            (90, 200, ["both"])
        ]
        assert (now.network.communities, now.coverage.people_in) == (["both"], 200)
        gone = {entry.community: entry.reason for entry in now.excluded}
        assert set(gone) == set(towns)
        assert all("member" in reason for reason in gone.values()), gone


def test_a58_a_place_in_two_frameworks_and_with_two_spans_of_membership_is_counted_once(office: Office) -> None:
    spans = [{"joined": "2010-01-01", "left": "2015-12-31"}, {"joined": "2017-01-01"}]
    office.publish("community", "add", community("alder", "alder", membership=spans))
    office.publish("variant", "propose", variant("alder", "alder"))
    for name in ("cradle", "career"):
        document = {
            "id": name,
            "version": "1.0.0",
            "title": name,
            "outcomes": [{"template": "reading@1.0.0", "role": "core"}],
        }
        office.publish("framework", "publish", document)
    office.load("alder", [HEADER, "alder,2017-18,40,100", "alder,2018-19,50,100"], TOLD)
    answer = office.rollup()
    assert pooled(answer) == {("alder",): (50, 100)}
    assert (answer["network"]["n"], len(answer["series"]), answer["coverage"]["people_in"]) == (1, 1, 100)
    for name in ("cradle", "career"):
        shown = office.json("framework", "show", name)
        assert (shown["communities"], [outcome["measured"] for outcome in shown["outcomes"]]) == (["alder"], [1])
        assert [cell["variant"] for cell in shown["cells"]] == ["alder/grade-3"]
