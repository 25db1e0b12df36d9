"""The tables of ``rollup.md`` are what the registry adds up, from documents and printed cells to the answer of a roll-up."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from registry.domain.refusal import Invalid
from registry.domain.rollup import LEFT_OUT
from registry.domain.rollup_answer import RollupAnswer, ShownLevel
from registry.domain.words import UNMASKED
from registry.projection.answer import RollupRequest, rollup
from tests.spec.tables import NONE, Row, case, printed, printed_range, table
from tests.spec.town import Town, registry_of

CELLS = table("rollup.md", "What a printed cell says")
LEVELS = table("rollup.md", "A level over several places")
REASONS = table("rollup.md", "Why a place is left out of a level")
WINDOWS = table("rollup.md", "A window: the same places at both ends")
OVERLAPS = table("rollup.md", "Places that overlap")
RULES = table("rollup.md", "What else a template may ask for")
BEFORE, NOW = "2017-18", "2018-19"


def towns_of(row: Row, *years: str) -> list[Town]:
    """A town for each cell: a, b, c and so on."""
    cells = [row[year].split("; ") for year in years]
    names = (BEFORE, NOW) if len(years) > 1 else (NOW,)
    return [
        Town(slug=slug, cells=dict(zip(names, own, strict=True))) for slug, *own in zip("abcdef", *cells, strict=False)
    ]


def answer(folder: Path, towns: Sequence[Town], rule: str = "pooled_ratio", **asked: str) -> RollupAnswer:
    """What the registry answers of these towns."""
    with registry_of(folder, towns, rollup=rule) as projection:
        return rollup(projection, RollupRequest(template="reading", **asked))


def level_of(found: RollupAnswer) -> str:
    """The level as the tables write it."""
    if not found.levels:
        return NONE
    (level,) = found.levels
    if level.value is not None:
        return f"{level.value:.2f} ({level.numerator} of {level.denominator})"
    return f"{level.low:.2f} to {level.high:.2f} (of {level.denominator})"


def exact_part(level: ShownLevel) -> str:
    known = level.known
    return NONE if known is None else f"{known.value:.2f} ({known.numerator} of {known.denominator})"


@pytest.mark.parametrize("row", CELLS, ids=case)
def test_a_printed_cell_lies_between_the_ends_of_the_table(row: Row, tmp_path: Path):
    (level,) = answer(tmp_path, [Town(slug="a", cells={NOW: row["cell"]})], period=NOW).levels
    assert printed_range((level.low, level.high), row["lies between"]) == row["lies between"]


@pytest.mark.parametrize("row", LEVELS, ids=case)
def test_a_level_over_several_places(row: Row, tmp_path: Path):
    found = answer(tmp_path, towns_of(row, "cells"), period=NOW)
    (level,) = found.levels
    figures = {
        "level": level_of(found),
        "of it exact": exact_part(level),
        "mean of the percents": printed(level.unweighted, row["mean of the percents"]),
        "left out": "; ".join(f"{left.community}: {left.reason}" for left in level.left_out) or NONE,
    }
    assert figures == {name: row[name] for name in figures}


def test_the_reasons_stand_in_the_words_that_the_registry_uses():
    assert {row["reason"]: row["in words"] for row in REASONS} == LEFT_OUT


@pytest.mark.parametrize("row", WINDOWS, ids=case)
def test_a_window_compares_the_same_places(row: Row, tmp_path: Path):
    found = answer(tmp_path, towns_of(row, BEFORE, NOW), window=f"{BEFORE}..{NOW}")
    (change,) = found.changes
    told = printed(change.change, row["change"])
    figures = {
        "change": printed_range((change.low, change.high), row["change"]) if " to " in row["change"] else told,
        "over": ", ".join(change.communities),
        "came": ", ".join(change.came) or NONE,
        "left": ", ".join(change.left) or NONE,
    }
    assert (change.change is None) == (" to " in row["change"])
    assert figures == {name: row[name] for name in figures}


@pytest.mark.parametrize("row", WINDOWS, ids=case)
def test_what_adding_everybody_would_say_is_as_told(row: Row):
    shares = []
    for year in (BEFORE, NOW):
        cells = [cell.split(" of ") for cell in row[year].split("; ") if cell[0].isdigit() and " of " in cell]
        shares.append(100 * sum(int(met) for met, _ in cells) / sum(int(people) for _, people in cells))
    naive = row["if all who are there were added"]
    assert naive == NONE or printed(shares[1] - shares[0], naive) == naive


@pytest.mark.parametrize("row", OVERLAPS, ids=case)
def test_people_of_one_place_are_counted_once(row: Row, tmp_path: Path):
    towns = [
        Town(slug=slug, places=[place(row[slug])], cells={NOW: cell})
        for slug, cell in (("first", "30 of 100"), ("second", "400 of 1000"))
    ]
    if row["level"] == "refused":
        with pytest.raises(Invalid) as refused:
            answer(tmp_path, towns, period=NOW)
        assert row["answer"] in [finding.detail for finding in refused.value.findings]
        return
    found = answer(tmp_path, towns, period=NOW)
    assert level_of(found) == row["level"]
    assert [overlap.reason for overlap in found.overlaps] == ([] if row["answer"] == NONE else [row["answer"]])


def place(cell: str) -> object:
    code, _, within = cell.partition(" within ")
    return {"code": code, "within": [within]} if within else code


@pytest.mark.parametrize("row", RULES, ids=case)
def test_a_template_may_count_targets_or_nothing(row: Row, tmp_path: Path):
    aims = [
        {"target": None if value == NONE else {"period": "SY2024-25", "value": int(value)}}
        for value in row["targets"].split("; ")
    ]
    towns = [
        Town(slug=slug, cells={BEFORE: "50 of 100", NOW: cell}, more=aim)
        for slug, cell, aim in zip("abcd", row["cells"].split("; "), aims, strict=True)
    ]
    found = answer(tmp_path, towns, row["rule"])
    figures = {
        "level": level_of(found),
        "at their own target": at_target(found),
        "what is said": found.notice.removeprefix(UNMASKED).strip() or NONE,
    }
    assert figures == {name: row[name] for name in figures}


def at_target(found: RollupAnswer) -> str:
    told = found.network.meeting_target
    if told is None:
        return NONE
    most = told.met + told.cannot_be_told
    return f"{told.met} to {most} of {told.n}; without a target: {', '.join(told.without_target)}"
