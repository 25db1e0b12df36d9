"""Loading, publishing, signing, releasing and rebuilding, killed at random points: nothing acknowledged is lost or half there.

The points are drawn from the length of the act, so that kills fall before it, inside it and after it: 40 for each kind of ledger, 200
with ``OUTCOMES_FULL=1``. Every other point is a moment, and falls anywhere, mostly while something waits for the disk; the others are a
step between two calls of the ledger, or two exchanges with its server, and of the projection's files, of which moments would hit the
short ones hardly ever. The processes are forked from one that has loaded the program already.
"""

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import cache
from itertools import groupby
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random
from signal import SIGKILL

import msgspec
import pytest

from registry import duck
from registry.domain.release import Release
from registry.domain.report import Batch
from registry.ledger.entry import Entry
from registry.ledger.instant import utc_now
from registry.projection.files import Projection
from registry.settings import on_server
from tests.faults.acts import ACTS, act_for_ever, answer, everything, opened, prepare, rebuild
from tests.ledger.places import Place

POINTS = {"load a file": 8, "publish": 10, "sign": 10, "release": 6, "rebuild": 6}
LOAD = {("batch", "observations"), ("mapping", "batch", "observations")}
RELEASE = ("release", "masks")
SHAPES = {
    "load a file": LOAD,
    "publish": {("template",)},
    "sign": {("signature",), ("variant", "restatement")},
    "release": {RELEASE, *LOAD},
    "rebuild": set(),
}
"""Which entries an action of each kind consists of."""
UNHURRIED = 3  # acts that are watched to their end, to learn how long they take


HEARD = 30.0  # seconds in which a server must have noticed that a client is gone


class Life(msgspec.Struct, frozen=True):
    """What a child that was killed had acknowledged by then, and when: in seconds since it was begun, in steps since its first act was."""

    acknowledged: list[object]
    seconds: list[float]
    steps: list[int]


@pytest.fixture(params=["sqlite", "postgres"])
def name(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The name of a prepared registry, one of each kind of ledger."""
    on_file = request.param == "sqlite"
    place = Place(str(tmp_path / "outcomes.db") if on_file else request.getfixturevalue("postgres_url"))
    with (
        closing(place.create(network="Two towns", now=utc_now)) as ledger,
        closing(Projection(ledger, None)) as projection,
    ):
        prepare(projection, tmp_path)
    return place.address


def live(
    server: ForkServerContext,
    name: str,
    files: Path,
    act: str,
    *,
    seconds: float | None = None,
    steps: int | None = None,
) -> Life:
    """Let a child act and kill it after so many seconds, or at a step (neither: once it has done a few acts unhurried)."""
    hearing, told = server.Pipe(duplex=False)
    child = server.Process(target=act_for_ever, args=(name, files, act, told, steps), daemon=True)
    child.start()
    begun = time.monotonic()
    told.close()
    life = Life(acknowledged=[], seconds=[], steps=[])

    def hear() -> None:
        done, steps_made = msgspec.json.decode(hearing.recv_bytes())
        life.acknowledged.append(done)
        life.seconds.append(time.monotonic() - begun)
        life.steps.append(steps_made)

    if steps is not None:
        child.join(timeout=60)
    elif seconds is not None:
        child.join(timeout=seconds)
    else:
        for _ in range(UNHURRIED):
            hear()
    child.kill()
    child.join()
    assert child.exitcode == -SIGKILL
    with closing(hearing), suppress(EOFError):
        while True:
            hear()
    return life


def actions_after(projection: Projection, seq: int) -> list[list[Entry]]:
    entries = projection.ledger.entries(after=seq)
    return [list(action) for _, action in groupby(entries, key=lambda entry: entry.action_id)]


@cache
def beside() -> duck.Connection:
    """A database apart from every registry, to look into bodies."""
    return duck.connect()


def rows_in(body: bytes) -> int:
    duck.read_parquet(beside(), "rows", [body])
    return beside().execute("select count(*) from rows").fetchall()[0][0]


def judge_batch(projection: Projection, action: list[Entry]) -> None:
    """A load's document and its rows belong together and are whole."""
    document, rows = action[-2:]
    batch = msgspec.json.decode(projection.ledger.body(document), type=Batch)
    assert document.subject.removeprefix("batch:") == rows.subject.removeprefix("observations:")
    assert rows_in(projection.ledger.body(rows)) == batch.new + batch.changed + batch.withdrawn == 2


def judge_release(projection: Projection, action: list[Entry]) -> None:
    """A release and its masks belong together, and none of the masks is missing."""
    document, masks = action
    release = msgspec.json.decode(projection.ledger.body(document), type=Release)
    assert document.subject.removeprefix("release:") == masks.subject.removeprefix("masks:") == release.id
    counts = release.counts
    assert rows_in(projection.ledger.body(masks)) == counts.hidden + counts.coded + counts.delayed > 0


def judge(projection: Projection, act: str, before: Entry, life: Life) -> None:
    """Hold the ledger against what the child had acknowledged when it was killed."""
    verification = projection.ledger.verify(head=before.chain)
    assert verification.faults == ()
    actions = actions_after(projection, before.seq)
    assert {tuple(entry.kind for entry in action) for action in actions} <= SHAPES[act]
    if act == "rebuild":
        assert set(life.acknowledged) <= {everything(projection)}
        return
    recorded = [{entry.seq for entry in action} for action in actions]
    # One may be recorded whose acknowledgement the kill cut off.
    assert len(life.acknowledged) <= len(recorded) <= len(life.acknowledged) + 1
    assert all(seq in action for seq, action in zip(life.acknowledged, recorded, strict=False))
    for action in actions:
        match action[-1].kind:
            case "observations":
                judge_batch(projection, action)
            case "masks":
                judge_release(projection, action)


def settle(projection: Projection) -> None:
    """A server hears a moment later that somebody was killed; until then it does what it was last asked. Then their turn is over."""
    with projection.ledger.writing():
        pass


def judged(name: str, files: Path, act: str, life: Life, witness: Projection) -> None:
    """Hold a registry against a life that was cut off in it, then do the next act. The witness reads every entry and no file."""
    # In a file nobody is waited for: whoever was killed holds no lock.
    server = on_server(name)
    with opened(name, files, patience=HEARD if server else 0) as projection:
        if server:
            settle(projection)
        before = projection.ledger.entry(witness.seq)
        judge(projection, act, before, life)
        witness.ledger = projection.ledger  # it holds nothing open meanwhile, so that whoever comes next recovers alone
        assert everything(projection) == everything(witness)
        ACTS[act](projection, projection.ledger.head().seq)
        assert witness.catch_up() == projection.ledger.head()


def within(chance: Random, marks: Sequence[float]) -> float:
    """A point from shortly before the first act to the end of the second, by the marks of an unhurried life."""
    length = (marks[-1] - marks[0]) / (len(marks) - 1)
    return chance.uniform(max(0, marks[0] - 2 * length), marks[0] + length)


@pytest.mark.parametrize("act", list(ACTS))
def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(
    tmp_path: Path, server: ForkServerContext, name: str, act: str, full: bool
):
    chance = Random(f"killed: {act}")
    files = tmp_path / "files"
    with opened(name, None) as witness:
        everything(witness)
        witness.ledger.close()
        unhurried = live(server, name, files, act)
        judged(name, files, act, unhurried, witness)
        for point in range(POINTS[act] * (5 if full else 1)):
            if point % 2:
                life = live(server, name, files, act, steps=round(within(chance, unhurried.steps)))
            else:
                life = live(server, name, files, act, seconds=within(chance, unhurried.seconds))
            judged(name, files, act, life, witness)
    with opened(name, files) as projection, opened(name, None) as from_nothing:
        assert everything(projection) == everything(from_nothing)
        if act == "load a file":
            assert answer(projection) == answer(from_nothing)
        for path in files.glob("projection-*"):
            path.unlink()
        rebuild(projection, 0)
    assert len(list(files.iterdir())) == 1, "what killed processes had begun to write is still there"
