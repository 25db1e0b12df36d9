"""The attacker against offices that hide by hand: she succeeds where nothing is hidden beside what the rule hides by itself."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.attack.campaign import Office, campaign, told_apart
from tests.attack.exits import EXITS, Live
from tests.attack.masking import primary
from tests.attack.random_networks import random_network, record, record_loads
from tests.attack.reader import Json
from tests.attack.world import Figures, Rule
from tests.projection.networks import begin, give_back


class Careless(Live):
    """A reading that masks every data point by itself, as the rule says, and nothing beside it."""

    def cells(self, community: str, variant: str, as_of: str | None) -> Iterable[object]:
        """Each data point as it stands, as a range, or as suppressed."""
        for row in super().cells(community, variant, as_of):
            yield masked(row)


def masked(row: Json) -> Json:
    """A data point under the rule alone."""
    if row["denominator"] is None:
        return row
    n = int(str(row["denominator"]))
    hides, code = primary(Figures(n, round(float(str(row["value"] or 0)) * n / 100)), Rule())
    names = {name: row[name] for name in ("community", "variant", "period", "group")}
    if not hides:
        return row
    if code is None:
        return {**names, "missing": "suppressed"}
    return {**names, "denominator": n, "low": 100 * code.low / n, "high": 100 * code.high / n}


ONLY_CELLS = tuple(way_out for way_out in EXITS if way_out.name == "cells")
SEEDS = range(20)


@pytest.fixture(autouse=True)
def closed():
    yield
    give_back()


def test_with_complementary_masking_off_the_attack_succeeds(tmp_path: Path):
    office = Office(lambda projection: None, Careless, ONLY_CELLS, asks=0)
    outcome = campaign(SEEDS, tmp_path, office)
    assert outcome.counts["networks"] == len(SEEDS)
    assert outcome.counts["hidden cells found"] > 0.5 * outcome.counts["hidden cells attacked"]
    assert min(outcome.counts[f"breaches of {owed}"] for owed in ("size", "numerator", "difference")) > 50
    assert {held.seed for held in outcome.found} >= {seed for seed in SEEDS if seed % 3}


def test_an_office_that_shows_nothing_tells_nothing(tmp_path: Path):
    office = Office(lambda projection: None, Live, (), asks=0)
    outcome = campaign(SEEDS[:10], tmp_path, office)
    assert outcome.counts["hidden cells attacked"] > 1000
    assert outcome.found == ()
    assert outcome.counts["known before anything was said"] > 0


def test_readers_who_are_told_different_things_are_told_apart(tmp_path: Path):
    made = random_network(2)
    projection = begin(tmp_path)
    record(projection, [made])
    record_loads(projection, [made], 0)
    moment = projection.moment(None).as_of
    exits = [way_out for way_out in EXITS if way_out.name in ("rollup", "cells", "variant show")]
    assert told_apart(Live(projection), Live(projection), made, moment, exits) == []
    assert told_apart(Live(projection), Careless(projection), made, moment, exits) == ["cells"]
