"""The tables of ``linking.md`` come out: why a link is needed, what it makes of a share, what places share, and when there is none."""

import json
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from scipy import stats

from registry.domain.link import Link, LinkedCut
from registry.domain.linking import LinkedMean, difference, error_of_share, linked_mean, linked_range, pooled_mean

HERE = Path(__file__)
TEXT = HERE.with_name("linking.md").read_text("utf-8")
FULL = HERE.parents[2] / "seeds" / "links" / "nces-2005-grade-4-reading-full-population.json"
LINK = msgspec.json.decode(FULL.read_bytes(), type=Link)
CUTS = {cut.place: cut for cut in LINK.cuts}
KNOWN = json.loads((HERE.parents[1] / "vectors" / "linking.json").read_text())

Row = dict[str, str]


def table(first: str, second: str) -> list[Row]:
    """The rows of the table whose header begins with these two cells, by the names of its columns."""
    lines = TEXT[TEXT.index(f"| {first} | {second} |") :].partition("\n\n")[0].splitlines()
    names, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(names, row, strict=True)) for row in rows]


SHARES = table("state", "reading 4, own, 2017")
REVERSALS = table("subject and year", "states")
MEANS = table("state", "share proficient")
SHARED = table("places", "shares")
NONE = table("share", "students")


def both_shares(subject: str, year: str) -> list[tuple[float, float]]:
    """A state's own share and its share on NAEP, where both are there."""
    pairs = [(row[f"{subject}, own, {year}"], row[f"{subject}, NAEP, {year}"]) for row in SHARES]
    return [(float(own), float(naep)) for own, naep in pairs if "-" not in (own, naep)]


def mean_of(place: str, share: float, people: int | None) -> LinkedMean | None:
    return linked_mean(share, error_of_share(share, people), link=LINK, cut=CUTS[place])


def test_every_state_of_the_captured_tables_stands_once():
    assert len({row["state"] for row in SHARES}) == len(SHARES) == 33


@pytest.mark.parametrize("row", REVERSALS, ids=lambda row: row["subject and year"])
def test_own_tests_and_naep_rank_the_states_as_differently_as_the_table_says(row: Row):
    subject, year = row["subject and year"].split(", ")
    shares = both_shares(subject, year)
    pairs = list(combinations(shares, 2))
    opposite = sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in pairs)
    correlation = stats.spearmanr(*zip(*shares, strict=True)).statistic
    found = (len(shares), len(pairs), opposite, f"{100 * opposite / len(pairs):.0f}", f"{correlation:.2f}")
    assert tuple(str(figure) for figure in found) == tuple(
        row[name] for name in ("states", "pairs", "say the opposite", "percent", "rank correlation")
    )


@pytest.mark.parametrize("row", MEANS, ids=lambda row: row["state"])
def test_a_share_has_the_mean_error_and_interval_of_the_table(row: Row):
    cut = CUTS[row["state"]]
    assert (f"{cut.score:g}", f"{cut.standard_error:.1f}") == (row["cut"], row["error of the cut"])
    found = mean_of(row["state"], float(row["share proficient"]), 50_000)
    assert found is not None
    assert f"{found.mean:.2f}" == row["mean"]
    assert f"{found.se:.2f}" == row["error"]
    assert " to ".join(f"{end:.2f}" for end in found.ci95) == row["95 %"]


def test_the_table_holds_every_known_answer():
    states = {cut.instrument_version[:2].upper(): place for place, cut in CUTS.items()}
    wanted = [(states[case["state"]], f"{case['share']:.2f}", f"{case['expect']['mean']:.2f}") for case in KNOWN]
    assert [(row["state"], row["share proficient"], row["mean"]) for row in MEANS] == wanted


def test_what_is_said_of_mississippi_and_massachusetts_is_so():
    means = {row["state"]: float(row["mean"]) for row in MEANS}
    assert round(means["Massachusetts"] - means["Mississippi"]) == 31


@pytest.mark.parametrize("row", SHARED, ids=lambda row: f"{row['places']}, {row['what is asked']}")
def test_a_cut_that_two_places_share_leaves_their_difference_and_counts_once_in_their_mean(row: Row):
    places = ["Georgia", "Texas" if "Texas" in row["places"] else "Georgia"]
    shares = [float(share) for share in row["shares"].split()]
    means = [mean_of(place, share, 1000) for place, share in zip(places, shares, strict=True)]
    ours, theirs = (mean for mean in means if mean is not None)
    if row["what is asked"] == "difference":
        found = difference(ours, theirs)
    else:
        pooled = pooled_mean([(ours, 1000), (theirs, 1000)])
        found = (pooled.mean, pooled.se)
    assert (f"{found[0]:.2f}", f"{found[1]:.2f}") == (row["mean or difference"], row["error"])


@pytest.mark.parametrize("row", NONE, ids=lambda row: f"{row['share']} of {row['students']}")
def test_there_is_a_mean_just_where_the_table_tells_one(row: Row):
    people = None if row["students"] == "not known" else int(row["students"].replace(",", ""))
    low, between, high = row["share"].partition(" to ")
    cut: LinkedCut = CUTS["Georgia"]
    if between:
        told = linked_range(float(low), float(high), people=people, link=LINK, cut=cut) is not None
    else:
        told = mean_of("Georgia", float(low), people) is not None
    assert told == row["mean"].startswith("told")


def test_every_reason_for_no_mean_is_shown():
    reasons = {row["mean"].partition(": ")[2] for row in NONE if row["mean"].startswith("none")}
    assert len(reasons) == 4
