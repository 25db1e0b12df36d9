"""What a child process does to a registry again and again until it is killed, and how a registry is opened and asked by tests of faults.

A ledger is named as the command line names it.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryDirectory
from types import FrameType

import msgspec
from psycopg import Connection as ServerConnection

from registry.actions.agreement import decline_variant, sign_variant
from registry.actions.data import Order, load
from registry.actions.releases import publish_release
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant, restate_variant
from registry.app import ADAPTERS
from registry.cli.main import main
from registry.domain.actor import operator
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from tests.actions.agreed import BASELINE, NAME, measure, partner
from tests.cli.documents import MAPPING, TABLE, fill, load_text, raw, table, template, wrote
from tests.ledger.places import Place

ASKED = RollupRequest(template="reading", by="race_ethnicity", explain=True)
TOLD = (
    "template", "template_status", "framework", "link", "rule", "instrument", "community", "variant", "signature", "decision",
    "restatement", "mapping", "batch", "observation", "series", "release", "mask",
)  # fmt: skip
"""The tables of the projection."""

Act = Callable[[Projection, int], object]


@contextmanager
def opened(name: str, files: Path | None, *, patience: float = 60.0) -> Iterator[Projection]:
    """The registry of this name with its projection files in a folder (null: none), closed when the block is over."""
    with (
        closing(Place(name).open(patience=patience)) as ledger,
        closing(Projection(ledger, files)) as projection,
    ):
        yield projection


def everything(projection: Projection) -> str:
    """Every row of every table of the projection at the ledger's head, as one hash."""
    seq = projection.catch_up().seq
    cursor = projection.cursor()
    rows = [cursor.execute(f"from registry.{name} order by all").fetchall() for name in TOLD]
    return sha256(repr((seq, rows)).encode()).hexdigest()


def answer(projection: Projection) -> bytes:
    """The roll-up with all that stands behind it."""
    return msgspec.json.encode(rollup(projection, ASKED))


# The acts: each is given a number that was never used before, and gives what it acknowledges ------------------------------


def load_a_file(projection: Projection, number: int) -> int:
    """Correct two figures of a town; every third file comes with another mapping, which is kept with it."""
    met = 60 + number % 120
    rows = [f"001,2018-19,{group},220,{met},{met / 2.2:.1f}" for group in ("All Students", "Hispanic")]
    mapping = MAPPING.replace("0.1", f"0.{1 + number // 3 % 4}").encode()
    with TemporaryDirectory() as folder:
        file = wrote(Path(folder), "data.csv", table(rows))
        order = Order(files=(file,), variant=NAME, mapping=mapping, reason="Counted anew.")
        report = load(projection, ADAPTERS, order, actor=operator("loader"))
    assert report.seq is not None
    return report.seq


def publish(projection: Projection, number: int) -> int:
    """Publish an outcome."""
    return publish_template(projection, raw(template(id=f"outcome-{number}")), actor=operator("publisher")).seq


def sign(projection: Projection, number: int) -> int:
    """One partner signs, another declines, and now and then the source corrects the baseline: two entries of one action."""
    match number % 4:
        case 1:
            words = {"by": "Bo Lee", "reason": f"Reason {number}.", "actor": partner("library")}
            return decline_variant(projection, NAME, partner="library", **words).seq
        case 3:
            baseline = {**BASELINE, "numerator": 70 + number % 20, "value": 35 + number % 20 / 2}
            corrected = raw(measure(baseline=baseline))
            return restate_variant(projection, corrected, reason="So says the source.", actor=operator("editor")).seq
    words = {"by": "Ana Ruiz", "authority": f"Director {number}", "actor": partner("schools")}
    return sign_variant(projection, NAME, partner="schools", **words).seq


def release(projection: Projection, number: int) -> int:
    """Release what is new; where nothing is, load a file first and leave its release to the next act."""
    if projection.ledger.entry(number).kind == "masks":
        return load_a_file(projection, number)
    _, receipt = publish_release(projection, actor=operator("releaser"), note=f"After entry {number}.")
    return receipt.seq


def rebuild(projection: Projection, _: int) -> str:
    """Throw the projection files away, make them anew from the ledger, and say what they say."""
    assert projection.folder is not None
    for path in projection.folder.glob("projection-*"):
        path.unlink()
    with closing(Projection(projection.ledger, projection.folder)) as anew:
        anew.catch_up()
        anew.publish()
        return everything(anew)


ACTS: dict[str, Act] = {
    "load a file": load_a_file,
    "publish": publish,
    "sign": sign,
    "release": release,
    "rebuild": rebuild,
}


def act_for_ever(name: str, files: Path, act: str, told: Connection, last_step: int | None) -> None:
    """Act, acknowledge, act: until killed, or until this process kills itself at its last step.

    An acknowledgement is one write of few bytes, so it arrives whole or not at all. It says how many steps were made by then.
    """
    steps = Steps(last_step)
    with opened(name, files) as projection:
        projection.catch_up()
        sys.setprofile(steps)
        while True:
            done = ACTS[act](projection, projection.ledger.head().seq)
            told.send_bytes(json.dumps([done, steps.made]).encode())


class Steps:
    """Counts what is asked of anything outside Python; the last of these steps is never survived.

    Of a ledger in a file and of the projection's files, each call that leaves Python is a step before it and one after it. Of a ledger
    on a server, each exchange with the server is.
    """

    def __init__(self, last: int | None) -> None:
        self.made = 0
        self.last = last

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Before each of them, and after it."""
        leaves_python = event in {"c_call", "c_return"} and frame.f_globals.get("__name__") in WATCHED
        if leaves_python or frame.f_code is EXCHANGE:
            self.made += 1
            if self.made == self.last:
                os.kill(os.getpid(), SIGKILL)


WATCHED = {f"registry.{name}" for name in ("ledger.writer", "ledger.sqlite", "ledger.lock", "projection.files")}
EXCHANGE = ServerConnection.wait.__code__


class Said(msgspec.Struct, frozen=True):
    """What a command left behind: its exit status and what it printed."""

    status: int
    out: str
    err: str


def command(words: Sequence[str], printed: Path, most_bytes: int | None = None) -> None:
    """Run ``outcomes`` with its two outputs in files; no file of this process may grow beyond so many bytes."""
    for descriptor, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(printed / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
    if most_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    try:
        main(words)
    except SystemExit as left:
        status = left.code
    gc.collect()  # closes the registry, as the end of an interpreter does; a forked child has no such end
    sys.exit(status)


def prepare(projection: Projection, folder: Path) -> None:
    """Two towns with their figures, and two partners of the first; a group of it is so small that no release shows it."""
    fill(projection, folder)
    load_text(projection, folder, TABLE + "001,2018-19,Asian,8,4,50.0\n")
    propose_variant(projection, raw(measure()), actor=operator("editor"))
