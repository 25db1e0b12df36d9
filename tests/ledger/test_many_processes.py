"""Eight processes append at once and read meanwhile: nobody is refused, nothing is lost, the chain holds.

Two seconds in the normal run, ten with ``OUTCOMES_FULL=1``.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from places import Place

from registry.ledger.entry import Draft

ROOT = Path(__file__).parents[2]
PROCESSES = 8
SECONDS = 10 if os.environ.get("OUTCOMES_FULL") == "1" else 2


def append_and_read(place: Place, actor: str, seconds: float) -> dict[str, object]:
    """Append in turn with the others until time is up; open the ledger anew again and again, and read the head."""
    acknowledged: list[int] = []
    heads: list[int] = []
    own = Draft(kind="template", schema="template/1", subject=f"template:{actor}", body=b"own")
    shared = Draft(kind="template", schema="template/1", subject="template:shared", body=b"shared")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with closing(place.open()) as ledger:
            for _ in range(10):
                with ledger.writing() as writer:
                    entries = writer.append([own, shared], actor=actor)
                acknowledged += [entry.seq for entry in entries]
                heads.append(ledger.head().seq)
    return {"acknowledged": acknowledged, "heads": heads}


def test_eight_processes_append_at_once(place, ledger):
    kept = ledger.head().chain
    ledger.close()  # so that opening, closing, checkpoint and recovery are all left to the eight
    command = [sys.executable, str(Path(__file__)), place.address]
    children = [
        subprocess.Popen(
            [*command, f"writer-{number}", str(SECONDS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for number in range(PROCESSES)
    ]
    outcomes = [child.communicate() for child in children]
    assert [errors for _, errors in outcomes] == [""] * PROCESSES
    assert [child.returncode for child in children] == [0] * PROCESSES
    reports = [json.loads(output) for output, _ in outcomes]

    with closing(place.open()) as after:
        verification = after.verify(head=kept)
        stored = list(after.entries(after=1))
    assert verification.faults == ()
    for number, report in enumerate(reports):
        assert report["acknowledged"] == [entry.seq for entry in stored if entry.actor == f"writer-{number}"]
        assert all(earlier <= later for earlier, later in pairwise(report["heads"]))
        assert all(head >= seq for head, seq in zip(report["heads"], report["acknowledged"][1::2], strict=True))
    acknowledged = Counter(seq for report in reports for seq in report["acknowledged"])
    assert acknowledged == Counter(entry.seq for entry in stored)
    assert len({entry.actor for entry in stored}) == PROCESSES, "somebody never had a turn"


if __name__ == "__main__":
    print(json.dumps(append_and_read(Place(sys.argv[1]), sys.argv[2], float(sys.argv[3]))))  # noqa: T201 - the report
