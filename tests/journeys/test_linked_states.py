"""Seventeen states, seventeen tests, one scale: told through the command line, from a file of counts to a mean with its interval.

Shares of 2004-05 with 50,000 children each. Known answers: ``tests/vectors/linking.json``, worked out beside the product with scipy on the
cuts that the National Center for Education Statistics published; the links and tests are those in ``seeds/``.
"""

import json
from pathlib import Path
from statistics import fmean

import pytest
from scipy import stats

from registry.actions.catalogue import add_community
from registry.actions.data import Order, load
from registry.actions.variants import propose_variant
from registry.app import ADAPTERS
from registry.domain.actor import operator
from registry.domain.geography import STATES
from registry.domain.words import UNLINKED
from tests.cli.documents import MAPPING, Document, community, opened, raw, table, variant, wrote
from tests.conftest import Run

TESTS = Path(__file__).parents[1]
SEEDS = TESTS.parent / "seeds"
KNOWN = {case["state"].lower(): case for case in json.loads((TESTS / "vectors" / "linking.json").read_text("utf-8"))}
FULL = "naep-grade-4-reading-full-population"
OFFICIAL = "naep-grade-4-reading"
LATER = ("ak", "wy")
"""Two states that also have a figure of 2006-07, for which nobody placed their cuts."""
HELD: dict[str, bytes] = {}
"""The registry once it is built, with what SQLite still keeps beside it."""


def outcome(name: str, scale: str) -> Document:
    """Early grade reading as the seeds publish it, on a common scale."""
    document = json.loads((SEEDS / "templates" / "early-grade-reading.json").read_text("utf-8"))
    return {**document, "id": name, "scale": scale}


def measure(state: str, name: str) -> Document:
    return variant(
        state,
        "001",
        id=name,
        template=f"{name}@1.0.0",
        title="Grade 4 reading",
        measure={
            "construct": "reading proficiency",
            "instrument": "state-reading-2005",
            "instrument_version": f"{state}-2005",
            "cut": "proficient",
            "content_area": "reading",
            "grade_or_age": 4,
            "season": "spring",
            "universe": "district-schools",
            "denominator_rule": "valid-scores",
        },
        population={"description": "Grade 4", "kind": "enrolled", "geographies": [f"fips-state:{STATES[state]}"]},
        baseline={"period": "SY2004-05"},
        target={"period": "SY2013-14", "value": 95},
    )


def figures(state: str) -> str:
    share = KNOWN[state]["share"]
    years = ("2004-05", "2006-07") if state in LATER else ("2004-05",)
    people = KNOWN[state]["n"]
    return table(
        [f"{STATES[state]},{year},All Students,{people},{round(share * people)},{100 * share:.1f}" for year in years]
    )


def did(run: Run, *words: object) -> Document:
    said = run(*words, "--json")
    assert said.status == 0, said.out + said.err
    found = said.json
    assert isinstance(found, dict)
    return found


def build(run: Run, folder: Path) -> None:
    """Two outcomes on two scales, the tests and links of the seeds, and every state on both outcomes."""
    did(run, "init", "--network", "Seventeen states")
    did(run, "instrument", "publish", SEEDS / "instruments" / "state-reading-2005.json")
    for name, scale in (("full", FULL), ("official", OFFICIAL)):
        did(run, "template", "publish", wrote(folder, "template.json", outcome(name, scale)))
        did(
            run,
            "link",
            "publish",
            SEEDS / "links" / f"nces-2005-grade-4-reading-{name.replace('full', 'full-population')}.json",
        )
    mapping = MAPPING.replace('scheme = "town"', 'scheme = "fips-state"').encode()
    with opened(folder / "outcomes.db") as projection:
        for state in KNOWN:
            place = community(state, "", geographies=[f"fips-state:{STATES[state]}"])
            add_community(projection, raw(place), actor=operator())
            file = wrote(folder, "data.csv", figures(state))
            for name in ("full", "official"):
                propose_variant(projection, raw(measure(state, name)), actor=operator())
                order = Order(files=(file,), variant=f"{state}/{name}", mapping=mapping)
                assert load(projection, ADAPTERS, order, actor=operator()).new == (2 if state in LATER else 1)


@pytest.fixture
def states(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    if not HELD:
        build(run, tmp_path)
        HELD.update(
            (name, (tmp_path / name).read_bytes())
            for name in ("outcomes.db", "outcomes.db-wal")
            if (tmp_path / name).is_file()
        )
    for name, content in HELD.items():
        wrote(tmp_path, name, content)
    return run


def linked_level(answer: Document) -> Document:
    (level,) = (level for level in answer["levels"] if level["tier"] == "linked")
    return level


def means(answer: Document) -> dict[str, Document]:
    return {entry["community"]: entry["linked"] for entry in answer["series"] if not entry["group"] and entry["linked"]}


def test_every_mean_and_interval_is_the_known_one(states: Run):
    found = means(did(states, "rollup", "full", "--period", "2004-05"))
    assert set(found) == set(KNOWN)
    for state, case in KNOWN.items():
        estimate, known = found[state], case["expect"]
        assert (estimate["score"], estimate["cut_se"], estimate["scale"]) == (case["cut"], case["cut_se"], FULL)
        assert [estimate["share"], estimate["mean"], estimate["se"]] == pytest.approx(
            [case["share"], known["mean"], known["se"]], abs=1e-6
        )
        assert estimate["ci95"] == pytest.approx(known["ci95"], abs=1e-6)
        assert (estimate["link"], estimate["reason"]) == ("nces-2005-grade-4-reading-full-population", None)


def test_the_level_over_all_of_them_is_linked_and_says_how_sure_it_is(states: Run):
    """As many children everywhere, so the plain mean; every state has its own cut, so the errors are independent of each other."""
    level = linked_level(did(states, "rollup", "full", "--period", "2004-05"))
    assert (level["scale"], level["period"], level["denominator"]) == (FULL, "SY2004-05", 17 * 50000)
    assert sorted(level["communities"]) == sorted(KNOWN)
    mean = fmean(case["expect"]["mean"] for case in KNOWN.values())
    error = sum(case["expect"]["se"] ** 2 for case in KNOWN.values()) ** 0.5 / 17
    half = stats.norm.ppf(0.975) * error
    assert [level["value"], level["low"], level["high"]] == pytest.approx([mean, mean - half, mean + half], abs=1e-5)


def test_shares_of_seventeen_tests_are_no_level_together(states: Run):
    answer = did(states, "rollup", "full", "--period", "2004-05")
    shares = [level for level in answer["levels"] if level["tier"] == "level"]
    assert sorted(level["communities"] for level in shares) == sorted([state] for state in KNOWN)


def test_the_screen_shows_means_with_their_intervals_and_the_link(states: Run):
    said = states("rollup", "full", "--period", "2004-05").out
    text = " ".join(said.split())
    assert f"Estimated means on the scale {FULL}" in text
    rows = [[cell.strip() for cell in line.split("│")] for line in said.splitlines() if "│" in line]
    (alaska,) = (row for row in rows if row[0] == "Ak" and "79.0 %" in row)
    assert alaska[1:] == [
        "SY2004-05", "79.0 %", "179", "208.0 (199.0 to 217.0)", "nces-2005-grade-4-reading-full-population",
    ]  # fmt: skip
    assert "SY2004-05: mean of 17 places, weighted by people," in text


def test_explain_leads_each_mean_to_its_cut_and_share(states: Run):
    answer = did(states, "rollup", "full", "--period", "2004-05", "--explain")
    told = {entry["figure"]: entry for entry in answer["explain"]}
    z = stats.norm.ppf(0.79)
    assert told["ak/full: mean on the common scale"]["arithmetic"] == (
        f"cut 179 + sd x {z:.3f} (the probit of 79.0 %) = 208.0, 95 % interval 199.0 to 217.0, "
        "by nces-2005-grade-4-reading-full-population"
    )
    pooled = next(entry for name, entry in told.items() if name.startswith("linked SY2004-05"))
    assert len(pooled["sources"]) == 17
    assert {source["cells"]["met"] for source in pooled["sources"]} >= {"39500", "17000"}


def test_a_comparison_of_two_states_is_of_their_means(states: Run):
    found = did(states, "compare", "ma", "sc", "--template", "full")
    assert (found["tier"], found["reasons"] == []) == ("linked", False)
    estimates = {entry["community"]: entry["linked"]["mean"] for entry in found["series"]}
    assert estimates == {state: pytest.approx(KNOWN[state]["expect"]["mean"], abs=1e-6) for state in ("ma", "sc")}
    assert "A link brings them to one scale" in states("compare", "ma", "sc", "--template", "full").out


def test_a_year_for_which_nobody_placed_the_cut_has_no_mean_and_it_is_said(states: Run):
    answer = did(states, "rollup", "full", "--period", "2006-07")
    assert [level for level in answer["levels"] if level["tier"] == "linked" and level["value"] is not None] == []
    found = means(answer)
    for state in LATER:
        assert (found[state]["mean"], found[state]["reason"]) == (None, "link_expired")
    compared = did(states, "compare", *LATER, "--template", "full")
    assert compared["tier"] == "progress"
    for state in LATER:
        words = f"{state}: no mean on the scale {FULL}, because {UNLINKED['link_expired']}"
        assert words in compared["reasons"]
        assert words in " ".join(states("compare", *LATER, "--template", "full").out.split())
    assert did(states, "compare", "ak", "ma", "--template", "full")["tier"] == "progress"


def test_the_official_table_is_another_scale_and_gives_other_means(states: Run):
    """The same shares, so each mean differs by as much as the two tables place the cut apart."""
    ours = means(did(states, "rollup", "full", "--period", "2004-05"))
    theirs = means(did(states, "rollup", "official", "--period", "2004-05"))
    assert {estimate["scale"] for estimate in theirs.values()} == {OFFICIAL}
    assert set(theirs) == set(KNOWN)
    for state, estimate in theirs.items():
        apart = estimate["score"] - ours[state]["score"]
        assert estimate["mean"] - ours[state]["mean"] == pytest.approx(apart, abs=1e-6)
        assert estimate["link"] == "nces-2005-grade-4-reading-official"
    assert (theirs["ak"]["score"], theirs["tn"]["score"]) == (182, 170)
    assert all(estimate["mean"] > ours[state]["mean"] for state, estimate in theirs.items())
