"""Three processes, each with its own projection as on a computer of its own, work on one registry on a PostgreSQL server.

A second and a half in the normal run, ten with ``OUTCOMES_FULL=1``.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from registry.actions.catalogue import add_community
from registry.app import copy_registry, open_registry
from registry.domain.actor import operator
from registry.ledger.postgres import PostgresLedger
from registry.projection import read
from tests.cli.documents import head, lay_out

ROOT = Path(__file__).parents[2]
PROCESSES = 3
SECONDS = 10 if os.environ.get("OUTCOMES_FULL") == "1" else 1.5


def work(address: str, name: str, seconds: float) -> None:
    """Add places, and read in between: at each reading, which head was there before, at which line, how many places."""
    projection = open_registry(address)
    own: list[int] = []
    readings: list[tuple[int, int, int]] = []
    with closing(PostgresLedger.open(address)) as beside:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            document = {"slug": f"{name}-{len(own)}", "name": name, "geographies": []}
            own.append(add_community(projection, json.dumps(document).encode(), actor=operator(name)).seq)
            before = beside.head().seq
            seq = projection.catch_up().seq
            readings.append((before, seq, len(read.list_communities(projection.cursor(), seq))))
    projection.close()
    projection.ledger.close()
    print(json.dumps([own, readings]))  # noqa: T201 - what the other process reads


def test_three_computers_never_read_less_than_was_there_when_they_asked(tmp_path: Path, postgres_url: str):
    lay_out(tmp_path)
    copy_registry(str(tmp_path / "outcomes.db"), postgres_url, True, operator())
    children = [
        subprocess.Popen(
            [sys.executable, str(Path(__file__)), postgres_url, f"town{number}", str(SECONDS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / f"computer-{number}")},
        )
        for number in range(PROCESSES)
    ]
    ended = [child.communicate(timeout=120) for child in children]
    assert [errors for _, errors in ended] == [""] * PROCESSES
    told = [json.loads(printed) for printed, _ in ended]
    with closing(PostgresLedger.open(postgres_url)) as ledger:
        assert ledger.verify(head=head(tmp_path / "outcomes.db")[1]).faults == ()
        added = [entry.seq for entry in ledger.entries() if entry.kind == "community"]
    assert sorted(added)[2:] == sorted(seq for own, _ in told for seq in own), "a place was lost, or never acknowledged"
    for own, readings in told:
        assert len(readings) == len(own) > 0, "somebody never had a turn"
        for mine, (before, seq, places) in zip(own, readings, strict=True):
            assert mine <= before <= seq
            assert places == sum(line <= seq for line in added)
    assert all((tmp_path / f"computer-{number}" / "outcome-registry").is_dir() for number in range(PROCESSES))


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[2], float(sys.argv[3]))
