"""The attack on the product's own gate: nobody finds a hidden cell, whatever was released, and hardly more is hidden than must be.

Every network is released as often as it is corrected, and everything is read back as each role reads it. ``OUTCOMES_FULL=1`` takes 1,000
networks instead of 100; the figures stand at the end of the run.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from registry.projection.answer import RollupRequest
from tests.attack.attacker import Breach
from tests.attack.campaign import (
    Held,
    Office,
    beyond,
    campaign,
    chunks,
    let_out_in_turn,
    told_apart,
)
from tests.attack.exits import EXITS, Live, asked, facts_of
from tests.attack.gate import PrimaryOnly, Released, let_out
from tests.attack.optimum import Search, beside_the_rule
from tests.attack.random_networks import random_network
from tests.projection.networks import begin, give_back

FULL = os.environ.get("OUTCOMES_FULL") == "1"
NETWORKS = range(1000 if FULL else 100)
SMALL = range(400 if FULL else 40)
"""Seeds of tables for which the fewest cells that must be hidden are found exactly."""
MOST = 7
"""More than so many are not looked for."""
Note = Callable[[str, object], None]
EACH = tuple(way_out for way_out in EXITS if way_out.every)


@pytest.fixture(autouse=True)
def closed():
    yield
    give_back()


def in_words(found: Sequence[Held]) -> list[str]:
    """Each thing found, by whom, and in which network."""
    return [f"seed {held.seed}, {' and '.join(held.knows) or 'the public'}: {held.what}" for held in found]


def test_with_complementary_masking_off_the_attack_succeeds_through_the_gate(tmp_path: Path):
    outcome = campaign(range(15), tmp_path, Office(lambda projection: None, PrimaryOnly, EACH, asks=0))
    assert outcome.counts["hidden cells found"] > 0.5 * outcome.counts["hidden cells attacked"] > 300
    assert min(outcome.counts[f"breaches of {owed}"] for owed in ("size", "numerator", "difference")) > 20
    public = {held.seed for held in outcome.found if not held.knows and isinstance(held.what, Breach)}
    assert len(public) > 10


@pytest.mark.parametrize("seeds", list(chunks(NETWORKS, 5)), ids=lambda seeds: f"{seeds[0]} to {seeds[-1]}")
def test_nobody_finds_a_hidden_cell(seeds: Sequence[int], tmp_path: Path, record_property: Note):
    outcome = campaign(seeds, tmp_path, Office(let_out, Released, asks=10))
    record_property("figures", f"attack, seeds {seeds[0]} to {seeds[-1]}: {outcome}")
    assert outcome.counts["hidden cells attacked"] > 100
    assert in_words(outcome.found) == []


@pytest.mark.parametrize("seed", [12, 19])
def test_an_editor_reads_the_own_cells_as_they_are_and_of_others_what_everybody_does(seed: int, tmp_path: Path):
    made = random_network(seed)
    projection = begin(tmp_path)
    moment = list(let_out_in_turn(projection, [made], let_out))[-1]
    exits = [way_out for way_out in EXITS if way_out.name in ("cells", "variant show")]
    with closing(Released(projection)) as public:
        assert told_apart(Live(projection), public, made, moment, exits) != []
        for community in made.communities:
            with closing(Released(projection, [community.slug])) as editor:
                for mine, other in ((True, Live(projection)), (False, public)):
                    chosen = tuple(entry for entry in made.variants if (entry.community == community.slug) is mine)
                    part = msgspec.structs.replace(made, variants=chosen)
                    assert told_apart(editor, other, part, moment, exits) == [], community.slug


@pytest.mark.parametrize("seeds", [(2, 5), (8, 20)])
def test_no_verdict_rank_or_order_is_worked_out_of_what_is_hidden(seeds: Sequence[int], tmp_path: Path):
    networks = [random_network(seed) for seed in seeds]
    for name in ("true", "again"):
        (tmp_path / name).mkdir()
    projection = begin(tmp_path / "true")
    moment = list(let_out_in_turn(projection, networks, let_out))[-1]
    request = RollupRequest(template=networks[0].templates[0].id, by=networks[0].dimensions[0], as_of=moment)
    with closing(Released(projection)) as public:
        assert asked(public, request, 0) != asked(Live(projection), request, 0)
        assert beyond(public, networks, moment, tmp_path / "again") == {seed: [] for seed in seeds}


def test_beside_the_rule_at_most_half_more_is_hidden_than_must_be(tmp_path: Path, record_property: Note):
    hidden, fewest = [], []
    networks = [random_network(seed, small=True) for seed in SMALL]
    projection = begin(tmp_path)
    (moment,) = let_out_in_turn(projection, networks, let_out)
    with closing(Released(projection)) as public:
        told = [facts_of(public, made, 0, moment, EACH).said for made in networks]
    for made, said in zip(networks, told, strict=True):
        more, by_rule = beside_the_rule(made.world, said)
        search = Search(made.world, by_rule, keep=[])
        assert search.found(more) is None, made.seed
        best = search.fewest(min(MOST, len(more)))
        assert best is not None, made.seed
        hidden.append(len(more))
        fewest.append(len(best))
    ratio = sum(hidden) / sum(fewest)
    record_property(
        "figures",
        f"hidden beside the rule, small tables {SMALL[0]} to {SMALL[-1]}: {sum(hidden)} cells, {sum(fewest)} at least, "
        f"{ratio:.3f} times the optimum, more than the optimum in {sum(map(int.__gt__, hidden, fewest))} tables",
    )
    assert sum(fewest) > len(SMALL)
    assert ratio <= 1.5
