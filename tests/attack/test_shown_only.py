"""A verdict that was worked out from a hidden figure is noticed, though it names no number."""

from pathlib import Path

import msgspec

from registry.projection.answer import RollupRequest, rollup
from tests.attack.campaign import beyond
from tests.attack.exits import Live
from tests.attack.random_networks import random_network, record, record_loads
from tests.attack.shown_only import said_beyond, shown_registry
from tests.attack.test_campaign import Careless
from tests.projection.networks import begin, give_back


def test_what_is_worked_out_from_hidden_figures_differs_from_what_is_shown_and_nothing_else_does(tmp_path: Path):
    made = random_network(3)
    (tmp_path / "true").mkdir()
    true = begin(tmp_path / "true")
    record(true, [made])
    for stage in range(len(made.loads)):
        record_loads(true, [made], stage)
    request = RollupRequest(template=made.templates[0].id, by=made.dimensions[-1])
    answer = msgspec.to_builtins(rollup(true, request))
    found = {}
    for reading in (Live, Careless):
        folder = tmp_path / reading.__name__
        folder.mkdir()
        again = begin(folder)
        shown_registry(again, reading(true), [made], true.moment(None).as_of)
        found[reading.__name__] = list(said_beyond(answer, msgspec.to_builtins(rollup(again, request))))
    give_back()
    assert found["Live"] == []
    assert any("/trend" in fault or "/reason" in fault or "/observed" in fault for fault in found["Careless"])
    assert any("/change" in fault for fault in found["Careless"])


def test_what_the_live_registry_says_can_be_worked_out_from_its_data_points(tmp_path: Path):
    networks = [random_network(seed) for seed in (2, 5, 8)]
    for name in ("true", "again"):
        (tmp_path / name).mkdir()
    true = begin(tmp_path / "true")
    record(true, networks)
    for stage in range(3):
        record_loads(true, networks, stage)
    found = beyond(Live(true), networks, true.moment(None).as_of, tmp_path / "again")
    give_back()
    assert found == {2: [], 5: [], 8: []}
