"""Eight processes work on one registry through the actions at once: nobody hears "locked", nothing is lost, all see the same at the end.

Two seconds in the normal run, ten with ``OUTCOMES_FULL=1``.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from registry.actions.catalogue import add_community
from registry.app import create_registry, open_registry
from registry.domain.actor import operator
from registry.ledger.sqlite import SqliteLedger
from registry.projection import read
from registry.projection.files import Projection

ROOT = Path(__file__).parents[2]
PROCESSES = 8
SECONDS = 10 if os.environ.get("OUTCOMES_FULL") == "1" else 2


def places(projection: Projection) -> list[str]:
    return [line.slug for line in read.list_communities(projection.cursor(), projection.catch_up().seq)]


def work(path: Path, name: str, seconds: float) -> None:
    """Add places until time is up and say which; when all are done, say which places there are."""
    projection = open_registry(path)
    added: list[str] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        slug = f"{name}-{len(added)}"
        document = {"slug": slug, "name": slug, "geographies": []}
        receipt = add_community(projection, json.dumps(document).encode(), actor=operator(name))
        assert (receipt.written, receipt.revision) == (True, 1)
        added.append(slug)
        shared = {"slug": "shared", "name": slug, "geographies": []}
        assert add_community(projection, json.dumps(shared).encode(), actor=operator(name)).written
    tell(added)
    sys.stdin.readline()
    tell(places(projection))


def tell(what: object) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201  # what the other process reads


def test_eight_processes_work_on_one_registry(tmp_path: Path):
    path = tmp_path / "outcomes.db"
    with closing(create_registry(path, "Many hands").ledger) as ledger:
        kept = ledger.head().chain
    children = [
        subprocess.Popen(
            [sys.executable, str(Path(__file__)), str(path), f"town{number}", str(SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for number in range(PROCESSES)
    ]
    added = [json.loads(child.stdout.readline() or "[]") for child in children]
    ended = [child.communicate("\n", timeout=120) for child in children]
    assert [errors for _, errors in ended] == [""] * PROCESSES
    assert [child.returncode for child in children] == [0] * PROCESSES
    assert all(added), "somebody never had a turn"

    wanted = sorted(["shared", *(slug for own in added for slug in own)])
    assert [sorted(json.loads(seen)) for seen, _ in ended] == [wanted] * PROCESSES
    with closing(open_registry(path)) as projection:
        assert sorted(places(projection)) == wanted
    with closing(SqliteLedger.open(path)) as ledger:
        found = ledger.verify(head=kept)
        stored = [entry.subject for entry in ledger.entries(after=1)]
    assert found.faults == ()
    assert stored.count("community:shared") == len(wanted) - 1
    assert sorted({*stored}) == [f"community:{slug}" for slug in wanted]


if __name__ == "__main__":
    work(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
