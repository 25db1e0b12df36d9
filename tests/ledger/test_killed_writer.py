"""A writer that is killed leaves every action it acknowledged, no half of another, and no lock."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pytest
from places import Place

from registry.ledger.entry import Draft

# The system gives a dead process's file lock back at once; a server learns of its death from the closed connection.
PATIENCE = {False: 0, True: 30}
ROOT = Path(__file__).parents[2]
DRAFTS = [Draft(kind="template", schema="template/1", subject=f"template:{name}", body=b"x" * 3000) for name in "abcde"]


def write_and_wait(place: Place) -> None:
    """Append inside a transaction that never ends."""
    with place.open().writing() as writer:
        writer.append(DRAFTS, actor="killed")
        print("inside", flush=True)  # noqa: T201 - the parent waits for it
        sys.stdin.read()


def write_for_ever(place: Place) -> None:
    """Append actions of five entries, each acknowledged by its key once it is recorded."""
    ledger = place.open()
    for number in range(1_000_000):
        with ledger.writing() as writer:
            writer.append(DRAFTS, actor="killed", idempotency_key=str(number))
        print(number, flush=True)  # noqa: T201 - the parent counts them


def started(what: str, place: Place) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__)), what, place.address]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )


def test_a_writer_killed_inside_a_transaction_leaves_nothing_of_it(place, ledger):
    before = ledger.head()
    with started("write_and_wait", place) as child:
        assert child.stdout.readline() == "inside\n"
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert ledger.head() == before
    with closing(place.open(patience=PATIENCE[place.server])) as next_one, next_one.writing() as writer:
        writer.append(DRAFTS, actor="next")
    assert ledger.verify().faults == ()
    assert ledger.head().seq == before.seq + len(DRAFTS)


@pytest.mark.parametrize("acknowledged", [1, 7, 40])
def test_a_writer_killed_at_any_moment_loses_nothing_it_acknowledged(place, ledger, acknowledged):
    kept = ledger.head().chain
    ledger.close()  # so that who opens it next has to recover it alone
    with started("write_for_ever", place) as child:
        keys = [child.stdout.readline().strip() for _ in range(acknowledged)]
        child.send_signal(signal.SIGKILL)
        keys += child.stdout.read().split()
    assert child.returncode == -signal.SIGKILL
    with closing(place.open()) as after:
        verification = after.verify(head=kept)
        assert verification.faults == ()
        actions = [list(action) for _, action in groupby(after.entries(after=1), key=lambda entry: entry.action_id)]
        assert {len(action) for action in actions} == {len(DRAFTS)}
        # One may be recorded whose acknowledgement the kill cut off.
        assert [action[0].idempotency_key for action in actions][: len(keys)] == keys
        assert len(keys) <= len(actions) <= len(keys) + 1


if __name__ == "__main__":
    {"write_and_wait": write_and_wait, "write_for_ever": write_for_ever}[sys.argv[1]](Place(sys.argv[2]))
