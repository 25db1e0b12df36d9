"""``compare``: facet by facet what places say, at which tier they meet, and in words what keeps them apart."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.published import publish_link
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.domain.actor import operator
from registry.domain.words import UNLINKED
from registry.projection.files import Projection
from tests.cli.documents import (
    MAPPING,
    Document,
    community,
    instrument,
    load_text,
    new_registry,
    raw,
    table,
    template,
    variant,
    wrote,
)
from tests.conftest import Run

BY = operator("network-office")
SCALE = {"id": "naep-3", "title": "NAEP reading", "unit": "points", "sd": 36, "u_sd": 2.5, "u_m": 3.6}
WHY = "Two tests have two scales."
FACETS: list[Document] = [
    {"facet": "/measure/instrument", "level": "link", "progress": "any", "why": WHY},
    {"facet": "/measure/cut", "level": "link", "progress": "any", "why": "Cuts differ."},
    {"facet": "/measure/grade_or_age", "level": "equal", "progress": "equal", "why": "They are other children."},
]
MEASURE = {"instrument": "town-test", "instrument_version": "1", "cut": "level-3", "grade_or_age": 3}
COUNTY = {**MEASURE, "instrument": "county-test"}
TOWNS: dict[str, tuple[str, Document]] = {
    "alder": ("001", {"measure": MEASURE}),
    "birch": ("002", {"measure": MEASURE}),
    "cedar": ("003", {"measure": COUNTY}),
    "dogwood": ("004", {"measure": {**COUNTY, "cut": "level-4"}}),
    "elm": ("005", {"measure": {**MEASURE, "grade_or_age": 4}}),
    "fir": (
        "006",
        {
            "measure": {**MEASURE, "construct": "books at home"},
            "context": {"adaptations": [{"facet": "/measure/construct", "why": "Nobody tests here."}]},
        },
    ),
    "grove": ("007", {"measure": {**MEASURE, "construct": "books at home"}}),
    "hazel": ("008", {"measure": None, "baseline": None, "target": None}),
}
"""Alike; another test; that test's other cut, which nobody linked; other children; a declared proxy; one undeclared; none agreed."""
COUNTED_AT_MOST = {"fir", "grove", "hazel"}
"""Of these nothing but a direction may be told, so no series of theirs is shown."""
LOADED = ("alder", "birch", "cedar", "dogwood", "elm", "fir")


def reading(**changes: object) -> Document:
    """The outcome, whose test and cut a link may bridge."""
    document = template(scale="naep-3", comparability=FACETS, progress_rule="plain@1", **changes)
    schema = document["measure_schema"]
    facets = {**schema["properties"], "construct": {"default": "reading proficiency"}}
    return {**document, "measure_schema": {**schema, "properties": facets}}


def link() -> Document:
    cuts = [
        {"instrument": name, "instrument_version": "1", "cut": "level-3", "score": score, "standard_error": 1.5}
        for name, score in (("town-test", 200), ("county-test", 210))
    ]
    return {
        "id": "tests-2018",
        "title": "Two tests on NAEP",
        "scale": SCALE,
        "first_period": "SY2017-18",
        "last_period": "SY2018-19",
        "cuts": cuts,
        "method": "Equal shares.",
        "source": "A report",
        "url": "https://example.org/report",
    }


@cache
def eight_towns() -> bytes:
    """Eight towns on one outcome, six of them with figures, and a link for two tests."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with new_registry(folder) as projection:
            fill(projection, folder)
        return (folder / "outcomes.db").read_bytes()


def fill(projection: Projection, folder: Path) -> None:
    publish_template(projection, raw(reading()), actor=BY)
    cuts = [{"id": f"level-{level}", "title": f"Level {level}"} for level in (3, 4)]
    for name in ("town-test", "county-test"):
        versions = [{"id": "1", "title": "The first", "cuts": cuts}]
        publish_instrument(projection, raw(instrument(id=name, versions=versions)), actor=BY)
    publish_link(projection, raw(link()), actor=BY)
    for town, (code, changes) in TOWNS.items():
        add_community(projection, raw(community(town, code)), actor=BY)
        document = {name: value for name, value in variant(town, code, **changes).items() if value is not None}
        propose_variant(projection, raw(document), actor=BY)
    for town in LOADED:
        code = TOWNS[town][0]
        rows = [f"{code},2017-18,All Students,1000,400,40.0", f"{code},2018-19,All Students,1000,480,48.0"]
        load_text(projection, folder, table(rows), town=town, mapping=MAPPING.encode())


@pytest.fixture
def network(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    wrote(tmp_path, "outcomes.db", eight_towns())
    return run


def compared(run: Run, *towns: str) -> Document:
    said = run("compare", *towns, "--template", "reading", "--json")
    assert said.status == 0, said.err
    found = said.json
    assert isinstance(found, dict)
    return found


TIERS = [
    (("alder", "birch"), "level"),
    (("alder", "cedar"), "linked"),
    (("alder", "birch", "cedar"), "linked"),
    (("alder", "dogwood"), "progress"),
    (("alder", "elm"), "direction"),
    (("alder", "fir"), "direction"),
    (("alder", "birch", "cedar", "dogwood", "elm", "fir"), "direction"),
    (("alder", "grove"), "none"),
    (("alder", "hazel"), "none"),
    (("alder", "fir", "hazel"), "none"),
]


@pytest.mark.parametrize(("towns", "tier"), TIERS)
def test_all_places_together_meet_at_the_strongest_tier_that_holds_for_each(
    network: Run, towns: tuple[str, ...], tier: str
):
    for order in (towns, tuple(reversed(towns))):
        found = compared(network, *order)
        assert found["tier"] == tier
        assert (found["key"] is None) is (tier == "none")
        assert {entry["community"] for entry in found["series"]} == set(order) - COUNTED_AT_MOST


def test_every_facet_says_what_each_place_states_and_what_the_template_asks(network: Run):
    found = compared(network, "alder", "cedar", "elm")
    facets = {facet["facet"]: facet for facet in found["facets"]}
    assert list(facets) == ["instrument", "cut", "grade_or_age"]
    assert facets["instrument"]["values"] == {"alder": "town-test", "cedar": "county-test", "elm": "town-test"}
    assert facets["grade_or_age"]["values"] == {"alder": 3, "cedar": 3, "elm": 4}
    assert [facets[name]["agrees"] for name in facets] == [False, True, False]
    assert (facets["instrument"]["level"], facets["instrument"]["progress"]) == ("link", "any")
    assert facets["instrument"]["why"] == WHY


def test_the_table_prints_facet_by_facet_what_differs(network: Run):
    said = network("compare", "alder", "cedar", "--template", "reading")
    assert (said.status, said.err) == (0, "")
    first = said.out.splitlines()[0]
    assert first.startswith("reading@1.0.0: A link brings them to one scale")
    rows = [[cell.strip() for cell in line.split("│")] for line in said.out.splitlines() if "│" in line]
    told = {row[0]: row[1:] for row in rows}
    assert told["instrument"] == ["town-test", "county-test", "differs", "link", "any"]
    assert told["cut"] == ["level-3", "level-3", "same", "link", "any"]
    assert told["grade or age"] == ["3", "3", "same", "equal", "equal"]


WORDS = [
    (("alder", "birch"), "Their levels can be compared", ""),
    (
        ("alder", "dogwood"),
        "Their progress can be compared, their levels cannot.",
        "dogwood: no mean on the scale naep-3",
    ),
    (("alder", "elm"), "Only the direction in which they move can be counted.", "grade or age differs (3 against 4)"),
    (("alder", "fir"), "Only the direction", "fir: it measures another construct (books at home, the template means"),
    (("alder", "grove"), "They cannot be compared on this outcome.", "grove: its construct departs from the template"),
    (("alder", "hazel"), "They cannot be compared", "hazel: it has no agreed measure yet (data development agenda)"),
]


@pytest.mark.parametrize(("towns", "meaning", "reason"), WORDS)
def test_what_keeps_places_apart_is_said_in_words(network: Run, towns: tuple[str, str], meaning: str, reason: str):
    said = network("compare", *towns, "--template", "reading")
    assert meaning in said.out.splitlines()[0]
    assert reason in " ".join(said.out.split())
    found = compared(network, *towns)
    assert any(reason in told for told in found["reasons"]) or not reason
    assert (found["reasons"] == []) is (not reason)


def test_at_the_linked_tier_each_place_has_its_mean_and_they_differ_where_only_the_test_does(network: Run):
    """The same share on both tests: the means differ by exactly the 10 points between the cuts."""
    found = compared(network, "alder", "cedar")
    means = {entry["community"]: entry["linked"]["mean"] for entry in found["series"]}
    assert means["cedar"] - means["alder"] == pytest.approx(10)


def test_a_place_that_moved_on_to_a_year_without_a_link_drops_the_tier_and_says_so(network: Run, tmp_path: Path):
    rows = [f"003,{year},All Students,1000,480,48.0" for year in ("2019-20",)]
    file = wrote(tmp_path, "more.csv", table(rows))
    loaded = network("data", "import", file, "--variant", "cedar/grade-3")
    assert loaded.status == 0, loaded.err
    found = compared(network, "alder", "cedar")
    assert found["tier"] == "progress"
    reason = f"cedar: no mean on the scale naep-3, because {UNLINKED['link_expired']}"
    assert reason in found["reasons"]
    before = network("compare", "alder", "cedar", "--template", "reading", "--as-of", "2000-01-01")
    assert before.status == 1


def test_levels_of_different_years_say_so_though_both_measure_alike(network: Run, tmp_path: Path):
    assert compared(network, "alder", "birch")["reasons"] == []
    file = wrote(tmp_path, "more.csv", table(["002,2019-20,All Students,1000,500,50.0"]))
    loaded = network("data", "import", file, "--variant", "birch/grade-3")
    assert loaded.status == 0, loaded.err
    found = compared(network, "alder", "birch")
    assert (found["tier"], found["reasons"]) == (
        "level",
        [
            "their latest figures are of different years (alder SY2018-19, birch SY2019-20), so they are no levels of one year",
        ],
    )
    apart = compared(network, "birch", "elm")
    assert apart["tier"] == "direction"
    assert not any("different years" in reason for reason in apart["reasons"])


def test_a_place_is_named_once_and_a_wrong_one_brings_the_nearest(network: Run):
    assert network("compare", "alder", "--template", "reading").status == 2
    twice = network("compare", "alder", "alder", "--template", "reading")
    assert twice.status == 1
    assert "alder is named twice. Name each place once." in " ".join(twice.err.split())
    wrong = network("compare", "alder", "cedr", "--template", "reading")
    assert wrong.status == 1
    assert "There is no community 'cedr'. Did you mean 'cedar'?" in " ".join(wrong.err.split())
