"""``rollup FRAMEWORK``: shares with their bounds in every form, each led back to its arithmetic, and what cannot be asked refused in words.

Three towns, three core outcomes of which one is measured by nobody, and one that contributes. Counts, rule ``plain@1``: a change of 8
points of 1000 children is z = 3.6 and more, one of 0.5 points of 2000 lies within three points for sure.
"""

import csv
import io
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from registry import duck
from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.data import Order, load
from registry.actions.frameworks import publish_framework
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.app import ADAPTERS
from registry.domain.actor import operator
from registry.projection.files import Projection
from tests.cli.documents import (
    MAPPING,
    Document,
    community,
    instrument,
    lay_out,
    new_registry,
    raw,
    table,
    template,
    variant,
    wrote,
)
from tests.conftest import Run

BY = operator("network-office")
PLAIN = {
    "progress_rule": "plain@1",
    "disaggregation": {"recommended": ["race_ethnicity"], "reference": {"race_ethnicity": "white"}},
}
TOWNS = {"alder": "001", "birch": "002", "cedar": "003"}
FIGURES = {
    ("reading", "alder"): (1000, 400, 480),
    ("reading", "birch"): (1000, 500, 400),
    ("maths", "alder"): (2000, 1000, 1010),
    ("maths", "birch"): (1000, 300, 380),
    ("maths", "cedar"): (1000, 300, 390),
    ("books", "alder"): (1000, 300, 200),
}
"""People, and those at the cut then and now: improving, declining, maintaining, improving, improving, declining."""
GAP = ("White,500,300", "White,500,300", "Hispanic,500,100", "Hispanic,500,150")
"""Alder's readers by group, then and now: 40 points apart, then 30."""
OUTCOMES = [
    *({"template": f"{name}@1.0.0", "role": "core"} for name in ("reading", "maths", "attendance")),
    {"template": "books@1.0.0", "role": "contributing"},
]
FRAMEWORK: Document = {"id": "cradle", "version": "1.0.0", "title": "Cradle to career", "outcomes": OUTCOMES}


def births() -> Document:
    """An outcome of calendar years."""
    document = template(id="births", **PLAIN)
    return {**document, "indicator": {**document["indicator"], "period": "calendar-year"}}


def rows_of(outcome: str, town: str) -> list[str]:
    people, then, now = FIGURES[outcome, town]
    code = TOWNS[town]
    rows = [
        f"{code},{year},All Students,{people},{met},{100 * met / people:.1f}"
        for year, met in (("2017-18", then), ("2018-19", now))
    ]
    if (outcome, town) == ("reading", "alder"):
        for year, cell in zip(("2017-18", "2018-19") * 2, GAP, strict=True):
            group, of, met = cell.split(",")
            rows.append(f"{code},{year},{group},{of},{met},{100 * int(met) / int(of):.1f}")
    return rows


def fill(projection: Projection, folder: Path) -> None:
    for name in ("reading", "maths", "attendance", "books"):
        publish_template(projection, raw(template(id=name, title=name.title(), **PLAIN)), actor=BY)
    publish_template(projection, raw(births()), actor=BY)
    publish_instrument(projection, raw(instrument()), actor=BY)
    for town, code in TOWNS.items():
        add_community(projection, raw(community(town, code)), actor=BY)
    for outcome, town in FIGURES:
        document = variant(town, TOWNS[town], id=outcome, template=f"{outcome}@1.0.0")
        propose_variant(projection, raw(document), actor=BY)
        file = wrote(folder, "data.csv", table(rows_of(outcome, town)))
        load(
            projection, ADAPTERS, Order(files=(file,), variant=f"{town}/{outcome}", mapping=MAPPING.encode()), actor=BY
        )
    publish_framework(projection, raw(FRAMEWORK), actor=BY)
    mixed = [{"template": "reading@1.0.0", "role": "core"}, {"template": "births@1.0.0", "role": "core"}]
    publish_framework(projection, raw({**FRAMEWORK, "id": "mixed", "outcomes": mixed}), actor=BY)


@cache
def three_towns() -> bytes:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with new_registry(folder) as projection:
            fill(projection, folder)
        return (folder / "outcomes.db").read_bytes()


@pytest.fixture
def network(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    wrote(tmp_path, "outcomes.db", three_towns())
    return run


def share(of: Document) -> tuple[float, float]:
    return of["low"], of["high"]


def test_shares_are_over_all_core_outcomes_also_those_nobody_measures(network: Run):
    answer = network("rollup", "cradle", "--json").json
    core = answer["network"]["core"]
    assert [core[name] for name in ("n", "improving", "maintaining", "declining", "undetermined")] == [9, 3, 1, 1, 4]
    assert share(core["share_improving"]) == pytest.approx((3 / 9, 7 / 9))
    assert share(core["share_improving_or_maintaining"]) == pytest.approx((4 / 9, 8 / 9))
    places = {place["community"]: place for place in answer["communities"]}
    assert {name: share(place["core"]["share_improving"]) for name, place in places.items()} == {
        "alder": pytest.approx((1 / 3, 2 / 3)),
        "birch": pytest.approx((1 / 3, 2 / 3)),
        "cedar": pytest.approx((1 / 3, 1.0)),
    }
    told = {name: tuple(place["proof_point"].values()) for name, place in places.items()}
    assert told == {
        "alder": ("cannot_be_told", "yes"),
        "birch": ("cannot_be_told", "cannot_be_told"),
        "cedar": ("cannot_be_told", "cannot_be_told"),
    }
    assert answer["network"]["proof_point_improving_or_maintaining"] == {"yes": 1, "no": 0, "cannot_be_told": 2}


def test_every_outcome_is_counted_for_itself_and_every_indicator_says_why_it_is_not_told(network: Run):
    answer = network("rollup", "cradle", "--json").json
    counts = {
        outcome["template"]: [outcome[name] for name in ("n", "improving", "maintaining", "declining", "indeterminate")]
        for outcome in answer["outcomes"]
    }
    assert counts == {
        "reading@1.0.0": [2, 1, 0, 1, 0],
        "maths@1.0.0": [3, 2, 1, 0, 0],
        "attendance@1.0.0": [0, 0, 0, 0, 0],
        "books@1.0.0": [1, 0, 0, 1, 0],
    }
    cedar = next(place for place in answer["communities"] if place["community"] == "cedar")
    assert [(cell["template"], cell["trend"], cell["reason"]) for cell in cedar["indicators"]] == [
        ("reading@1.0.0", None, "no_measure"),
        ("maths@1.0.0", "improving", None),
        ("attendance@1.0.0", None, "no_measure"),
        ("books@1.0.0", None, "no_measure"),
    ]
    cells = {name: answer["coverage"][name] for name in ("communities", "outcomes", "measured", "none")}
    assert cells == {"communities": 3, "outcomes": 4, "measured": 6, "none": 6}


def test_what_is_in_no_count_of_the_network_is_named_with_the_reason_and_nothing_else_is(network: Run, tmp_path: Path):
    """Birch's schools lay in alder's county until 2010, cedar's do to this day; stories are not rolled up."""
    assert network("rollup", "cradle", "--json").json["excluded"] == []
    placed = {"alder": "fips-county:48113", "birch": "nces-lea:4816230", "cedar": "nces-lea:4843710"}
    spans: dict[str, Document] = {
        "alder": {},
        "birch": {"within": ["fips-county:48113"], "until": "2010-01-01"},
        "cedar": {"within": ["fips-county:48113"]},
    }
    for town, code in placed.items():
        own = f"town:{TOWNS[town]}"
        document = community(town, "", geographies=[own, {"code": code, **spans[town]}])
        assert network("community", "add", wrote(tmp_path, "c.json", document)).status == 0
        counted = variant(town, TOWNS[town], id="maths", template="maths@1.0.0")
        counted = {**counted, "population": {**counted["population"], "geographies": [own, code]}}
        assert network("variant", "propose", wrote(tmp_path, "v.json", counted)).status == 0
    stories = template(id="stories", title="Stories", **PLAIN)
    stories = {**stories, "indicator": {**stories["indicator"], "rollup": "none"}}
    assert network("template", "publish", wrote(tmp_path, "t.json", stories)).status == 0
    document = variant("alder", "001", id="stories", template="stories@1.0.0")
    assert network("variant", "propose", wrote(tmp_path, "v.json", document)).status == 0
    outcomes = [*OUTCOMES, {"template": "stories@1.0.0", "role": "core"}]
    told = network(
        "framework", "publish", wrote(tmp_path, "f.json", {**FRAMEWORK, "version": "2.0.0", "outcomes": outcomes})
    )
    assert told.status == 0, told.err
    answer = network("rollup", "cradle@2.0.0", "--json").json
    found = {(row["template"], row["community"]): row["reason"] for row in answer["excluded"]}
    assert set(found) == {("maths", "cedar"), ("stories", "alder")}
    assert "nces-lea:4843710 is in fips-county:48113" in found["maths", "cedar"]
    assert "nothing is counted over places" in found["stories", "alder"]
    assert next(outcome["n"] for outcome in answer["outcomes"] if outcome["template"] == "maths@1.0.0") == 2


def test_gaps_closing_have_their_own_denominator(network: Run):
    answer = network("rollup", "cradle", "--json").json
    closing = {"measured": 1, "closing": 1, "undetermined": 0, "share": {"low": 1.0, "high": 1.0}}
    assert answer["network"]["gaps"] == closing
    assert next(outcome for outcome in answer["outcomes"] if outcome["template"] == "reading@1.0.0")["gaps"] == closing


def test_the_table_says_the_network_first_and_every_share_with_both_ends(network: Run):
    said = network("rollup", "cradle")
    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "Cradle to career (cradle@1.0.0): network results"
    text = " ".join(said.out.split())
    assert (
        "Core outcomes of 3 communities, 9 in all: 3 improving, 1 maintaining, 1 declining, 4 cannot be told." in text
    )
    assert "Improving: 33 to 78 %; improving or maintaining: 44 to 89 %;" in text
    assert "Gaps closing: 1 of 1 (100 %)." in text
    assert "Nobody can be counted on: attendance@1.0.0." in text
    assert "Describes change; does not show its cause." in text
    assert "Small groups are masked" in text
    assert "Coverage: of 3 communities x 4 outcomes, 6 are measured" in text
    rows = [[cell.strip() for cell in line.split("│")] for line in lines if "│" in line]
    told = {row[0]: row[1:] for row in rows}
    assert told["reading@1.0.0"][:6] == ["core", "2", "1", "0", "1", "0"]
    assert told["Alder"] == ["1 of 3", "33 to 67 %", "67 to 100 %", "cannot be told", "yes", "1 of 1 (100 %)"]


def test_explain_leads_every_share_to_the_trends_behind_it(network: Run):
    answer = network("rollup", "cradle", "--explain", "--json").json
    told = {entry["figure"]: entry["arithmetic"] for entry in answer["explain"]}
    assert told["network: improving"] == "between 3 / 9 and 7 / 9, as 4 cannot be told"
    assert told["network: improving or maintaining"] == "between (3 + 1) / 9 and 8 / 9"
    assert told["alder: gaps closing"] == "between 1 / 1 and 1 / 1"
    assert told["alder: improving"] == (
        "between 1 / 3 and 2 / 3, as 1 cannot be told: "
        "reading improving; maths maintaining; attendance not told (the community has registered no measure of it)"
    )
    said = " ".join(network("rollup", "cradle", "--explain").out.split())
    assert all(arithmetic in said for arithmetic in told.values())
    assert network("rollup", "cradle", "--json").json["explain"] == []


def test_csv_and_parquet_say_what_json_says(network: Run, tmp_path: Path):
    answer = network("rollup", "cradle", "--json").json
    said = network("rollup", "cradle", "--format", "csv")
    assert "Small groups are masked" in said.err
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert [row["record"] for row in rows] == [*["outcome"] * 4, *(["community", *["indicator"] * 4] * 3), "network"]
    for row, place in zip((row for row in rows if row["record"] == "community"), answer["communities"], strict=True):
        assert row["community"] == place["community"]
        assert (float(row["share_improving_low"]), float(row["share_improving_high"])) == share(
            place["core"]["share_improving"]
        )
        assert row["proof_point_improving_or_maintaining"] == place["proof_point"]["improving_or_maintaining"]
    assert [rows[-1][name] for name in ("n", "improving", "gaps_closing", "unmasked")] == ["9", "3", "1", "false"]
    written = network("rollup", "cradle", "--format", "parquet", "--output", "cradle.parquet")
    assert written.status == 0
    connection = duck.connect()
    try:
        relation = connection.read_parquet(str(tmp_path / "cradle.parquet"))
        found = [dict(zip(relation.columns, record, strict=True)) for record in relation.fetchall()]
    finally:
        connection.close()
    assert [row["record"] for row in found] == [row["record"] for row in rows]
    assert list(found[0]) == list(rows[0])
    for ours, theirs in zip(found, rows, strict=True):
        for name in ("n", "improving", "share_held_low", "improving_by_chance"):
            assert ours[name] == (float(theirs[name]) if theirs[name] else None)


def test_a_window_is_the_same_for_all_outcomes_and_refused_where_their_periods_differ(network: Run):
    answer = network("rollup", "cradle", "--window", "2017-18..2018-19", "--json").json
    assert (answer["window"], answer["network"]["core"]["improving"]) == ("SY2017-18..SY2018-19", 3)
    assert ", from SY2017-18 to SY2018-19" in network("rollup", "cradle", "--window", "2017-18..2018-19").out
    empty = network("rollup", "cradle", "--window", "2010-11..2011-12", "--json").json
    assert (empty["network"]["core"]["improving"], empty["network"]["core"]["undetermined"]) == (0, 9)
    said = network("rollup", "mixed", "--window", "2017-18..2018-19")
    assert (said.status, said.out) == (1, "")
    assert (
        "The outcomes have periods of several kinds (calendar-year, school-year), so no window fits all of them."
        in said.err
    )
    assert "Ask for one outcome at a time." in said.err
    assert network("rollup", "mixed").status == 0


@pytest.mark.parametrize("wish", [("--by", "race_ethnicity"), ("--period", "2018-19")])
def test_what_a_framework_cannot_be_asked_is_refused_with_the_way_out(network: Run, wish: tuple[str, str]):
    said = network("rollup", "cradle", *wish)
    assert (said.status, said.out) == (1, "")
    assert "A framework is not broken down by a dimension or a period" in said.err
    assert "Ask for one outcome" in said.err
    assert network("rollup", "cradle", *wish, "--json").json["errors"] == []


def test_one_rule_for_all_outcomes_is_told_beside_every_count(network: Run):
    answer = network("rollup", "cradle", "--rule", "threshold@1", "--json").json
    assert answer["progress_rule"] == "threshold@1"
    assert {outcome["progress_rule"] for outcome in answer["outcomes"]} == {"threshold@1"}
    assert answer["network"]["by_chance"]["tested"] == 0
    assert "progress rule threshold@1" in network("rollup", "cradle", "--rule", "threshold@1").out
    own = network("rollup", "cradle", "--json").json
    assert (own["progress_rule"], own["network"]["by_chance"]["tested"]) == (None, 5)
    said = network("rollup", "cradle", "--rule", "plain")
    assert said.status == 1
    assert "There is no progress rule 'plain'. Did you mean 'plain@1'?" in " ".join(said.err.split())


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("cradl", "Did you mean 'cradle'?"),
        ("readin", "Did you mean 'reading'?"),
        ("zzz", "There is: attendance, births, books, cradle, maths, mixed, reading."),
        ("cradle@2.0.0", "Did you mean '1.0.0'?"),
    ],
)
def test_an_unknown_name_brings_outcomes_and_frameworks(network: Run, name: str, hint: str):
    said = network("rollup", name)
    assert (said.status, said.out) == (1, "")
    assert hint in said.err


def test_places_are_compared_on_an_outcome_and_a_framework_is_sent_back(network: Run):
    said = network("compare", "alder", "birch", "--template", "cradle")
    assert said.status == 1
    assert "cradle is a framework; name one of its outcomes." in said.err


def test_a_past_day_answers_with_what_stood_then(network: Run, tmp_path: Path):
    now = network("rollup", "cradle", "--json").json
    file = wrote(tmp_path, "more.csv", table(["001,2018-19,All Students,1000,350,35.0"]))
    corrected = network("data", "import", file, "--variant", "alder/reading")
    assert corrected.status == 0, corrected.err
    assert network("rollup", "cradle", "--json").json["network"]["core"]["improving"] == 2
    then = network("rollup", "cradle", "--as-of", now["as_of"], "--json").json
    assert then == now


def test_a_registry_without_a_framework_says_so(run: Run, tmp_path: Path):
    lay_out(tmp_path)
    said = run("rollup", "cradle")
    assert said.status == 1
    assert "There is: reading." in said.err
    assert json.loads(run("rollup", "cradle", "--json").out)["status"] == 404
