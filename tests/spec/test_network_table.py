"""The tables of ``network.md`` are what the registry says of a network, line by line."""

from fractions import Fraction
from pathlib import Path

import pytest

from registry.domain.chance import at_least, expected_by_chance
from registry.domain.network_mean import MeanChange, mean_change, ranks, shrunk
from registry.domain.proof_point import gaps_closing, proof_point, shares

NONE = "-"


def table(title: str) -> list[dict[str, str]]:
    """The rows under a heading, each cell under the name of its column."""
    text = Path(__file__).with_name("network.md").read_text("utf-8").partition(f"\n## {title}\n")[2]
    lines = [line for line in text.partition("\n## ")[0].splitlines() if line.startswith("|")]
    names, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(names, row, strict=True)) for row in rows]


PROOF, GAPS, MEANS, PLACES, LUCK = (
    table(title)
    for title in (
        "The proof point",
        "Gaps closing",
        "The mean change of several places",
        "Single places, drawn to the mean",
        "What chance alone would give",
    )
)
every = pytest.mark.parametrize


def shows(row: dict[str, str]) -> str:
    return row["what it shows"]


def numbers(cell: str) -> list[float]:
    return [float(part) for part in cell.split(",")]


def rounded(value: float, cell: str) -> str:
    """A number printed with as many decimals as the cell has."""
    return f"{value:.{len(cell.partition('.')[2])}f}"


def network(name: str) -> tuple[list[tuple[float, float]], MeanChange | None]:
    row = next(row for row in MEANS if row["network"] == name)
    estimates = list(zip(numbers(row["changes"]), numbers(row["standard errors"]), strict=True))
    return estimates, mean_change(estimates)


@every("row", PROOF, ids=shows)
def test_proof_point(row: dict[str, str]):
    whole, improving, maintaining, unknown = (int(row[name]) for name in ("N", "I", "M", "U"))
    found = shares(whole, improving=improving, maintaining=maintaining, undetermined=unknown)
    told = proof_point(found)
    ends = [row[f"{name}, {end}"] for name in ("improving", "or maintaining") for end in ("low", "high")]
    answers = [row["60 % improving"], row["60 % improving or maintaining"]]
    if found is None or told is None:
        assert {*ends, *answers} == {NONE}
        return
    assert [*found.improving, *found.improving_or_maintaining] == [Fraction(end) for end in ends]
    assert [told.improving, told.improving_or_maintaining] == [answer.replace(" ", "_") for answer in answers]


def test_every_pair_of_answers_that_can_be_is_shown():
    """More indicators improve or hold than improve: the second wording is never further from "yes" than the first."""
    shown = {(row["60 % improving"], row["60 % improving or maintaining"]) for row in PROOF} - {(NONE, NONE)}
    order = ["no", "cannot be told", "yes"]
    assert shown == {(first, second) for at, first in enumerate(order) for second in order[at:]}


@every("row", GAPS, ids=shows)
def test_gaps_closing(row: dict[str, str]):
    found = gaps_closing(int(row["measured"]), closing=int(row["closing"]), undetermined=int(row["not known"]))
    told = (NONE, NONE) if found is None else tuple(str(end) for end in found)
    assert told == (row["low"], row["high"])


@every("row", MEANS, ids=shows)
def test_mean_change(row: dict[str, str]):
    _, found = network(row["network"])
    names = ("mean", "variance between places", "I squared", "reliability")
    if found is None:
        assert {row[name] for name in (*names, "95 % interval", "may be ranked")} == {NONE}
        return
    values = (found.mean, found.tau_squared, found.i_squared, found.reliability)
    assert [rounded(value, row[name]) for value, name in zip(values, names, strict=True)] == [
        row[name] for name in names
    ]
    low, high = row["95 % interval"].split(" to ")
    assert (rounded(found.ci95[0], low), rounded(found.ci95[1], high)) == (low, high)
    assert found.ranked is (row["may be ranked"] == "yes")


@every("row", PLACES, ids=shows)
def test_single_place(row: dict[str, str]):
    estimates, found = network(row["network"])
    assert found is not None
    at = estimates.index((float(row["change"]), float(row["standard error"])))
    drawn = shrunk(estimates, found)
    place, rank = drawn[at], ranks(drawn, found)[at]
    for value, name in (
        (place.reliability, "share that is no chance"),
        (place.value, "value"),
        (place.se, "its error"),
    ):
        assert rounded(value, row[name]) == row[name], name
    assert (NONE if rank is None else str(rank)) == row["rank"]


@every("row", LUCK, ids=shows)
def test_what_chance_gives(row: dict[str, str]):
    series, least = int(row["series"]), float(row["meaningful change"])
    known = row["standard error"] != NONE
    found = expected_by_chance([(float(row["standard error"]) if known else None, least)] * series)
    assert (found.tested, found.untested) == ((series, 0) if known else (0, series))
    if not known:
        assert {row[name] for name in ("improving by chance", "so many or more", "how likely by luck")} == {NONE}
        return
    assert rounded(found.improving, row["improving by chance"]) == row["improving by chance"]
    luck = at_least(int(row["so many or more"]), [found.improving / series] * series)
    assert rounded(luck, row["how likely by luck"]) == row["how likely by luck"]


def test_every_line_says_what_it_shows():
    for rows in (PROOF, GAPS, MEANS, PLACES, LUCK):
        assert rows
        assert all(shows(row).endswith(".") for row in rows)
