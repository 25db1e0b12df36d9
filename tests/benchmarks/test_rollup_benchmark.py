"""The benchmark compares like with like: product and hand-written SQL give the same numbers, at any size. No time is asserted."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from registry.domain.progress_rule import Trend
from registry.projection.files import Projection
from tests.benchmarks.asked import Line, asks, told_by_hand, told_by_product, unlike
from tests.benchmarks.network_of import Size, network_of, size_of
from tests.benchmarks.rollup import MILLION, tables

SMALL = Size(templates=14, places=10, periods=8)
ASKS = asks(SMALL.templates)


@pytest.fixture(scope="module")
def projection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projection]:
    made = network_of(SMALL, tmp_path_factory.mktemp("benchmark"))
    yield made
    made.close()
    made.ledger.close()


def test_network_has_the_observations_that_it_says(projection: Projection):
    counted = projection.cursor().execute("select count(*) from registry.observation").fetchone()
    series = projection.cursor().execute("select count(*) from registry.series").fetchone()
    assert counted == (SMALL.observations,) == (28_000,)
    assert series == (SMALL.series,)


def test_a_million_is_two_thousand_measures_of_a_hundred_outcomes():
    assert size_of(MILLION) == Size(templates=100, places=20, periods=20)
    assert size_of(MILLION).observations == MILLION


@pytest.mark.parametrize("ask", ASKS, ids=[ask.title for ask in ASKS])
def test_product_and_sql_by_hand_give_the_same_numbers(ask, projection: Projection):
    ours, theirs = told_by_product(projection, ask), told_by_hand(projection.rollup_cursor(), ask)
    assert ours
    assert len(ours) == len(theirs)
    assert list(unlike(ours, theirs)) == []


def test_network_has_every_trend_and_every_verdict_on_gaps(projection: Projection):
    lines = told_by_product(projection, ASKS[-1])
    assert {line.words[0] for line in lines if line.part == "trend"} == set(get_args(Trend))
    counts = [line.whole for line in lines if line.part == "gap_count"]
    assert all(sum(column) > 0 for column in zip(*counts, strict=True)), counts


def test_a_differing_number_is_noticed():
    line = Line("level", ("key", "", "SY2018-19"), ("here",), (50, 100), (50.0, None))
    assert list(unlike([line], [line])) == []
    for other in ({"whole": (51, 100)}, {"figures": (50.001, None)}, {"figures": (50.0, 1.0)}, {"words": ("there",)}):
        assert len(list(unlike([line], [msgspec.structs.replace(line, **other)]))) == 1


def test_ratios_at_a_million_are_printed(full: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    if not full:
        pytest.skip("the million is measured in the long form (.ci/run --full)")
    lines = list(tables(MILLION, tmp_path))
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *lines, ""]))
    assert len([line for line in lines if line.startswith("framework of every outcome")]) == 1 + 3
