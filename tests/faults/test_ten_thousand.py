"""A ledger of ten thousand entries: whatever byte of whatever column is altered, `verify` names the very entry, and no other.

A hundred places of every column, drawn at random, are altered in one copy; ten copies with ``OUTCOMES_FULL=1``. That each byte of each
column is found alone as well is held by ``tests/ledger/test_tampering.py`` on a small ledger.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from shutil import copyfile

import pytest

from registry.ledger.entry import COLUMNS, Draft, Fault
from registry.ledger.instant import utc_now
from registry.ledger.sqlite import SqliteLedger

ENTRIES = 10_000
SUBJECTS = 1500
ACTION = 40  # entries of one action; its first carries the request's key and hash
PLACES = 100  # of each column
REQUEST = ("idempotency_key", "request_sha256")
TEXTS = tuple(name for name in COLUMNS if name not in {"seq", "revision", *REQUEST})
BODY = ("salt", "bytes")
COPIES = range(10 if os.environ.get("OUTCOMES_FULL") == "1" else 1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger: actions of many entries, and several revisions of each subject, mixed."""
    path = tmp_path_factory.mktemp("ledger") / "outcomes.db"
    chance = Random("ten thousand")
    with closing(SqliteLedger.create(path, network="Three Rivers", now=utc_now)) as ledger:
        subjects = [f"template:t{chance.randrange(SUBJECTS)}" for _ in range(ENTRIES - 1)]
        drafts = [
            Draft(kind="template", schema="template/1", subject=name, body=chance.randbytes(40)) for name in subjects
        ]
        with ledger.writing() as writer:
            for start in range(0, len(drafts), ACTION):
                asked = {"idempotency_key": f"key-{start}", "request_sha256": f"{start:064x}"}
                writer.append(drafts[start : start + ACTION], actor=f"actor {start % 7}", **asked)
        assert ledger.head().seq == ENTRIES
        assert ledger.verify().faults == ()
    return path


@contextmanager
def unguarded(whole: Path, folder: Path) -> Iterator[tuple[SqliteLedger, sqlite3.Connection]]:
    """A copy of the ledger, and a connection of somebody who dropped every guard and index of it."""
    copy = folder / "outcomes.db"
    copyfile(whole, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as raw:
        for kind, name in raw.execute("SELECT type, name FROM sqlite_schema WHERE sql LIKE 'CREATE%'").fetchall():
            if kind in {"trigger", "index"}:
                raw.execute(f"DROP {kind} {name}")
        with closing(SqliteLedger.open(copy)) as ledger:
            raw.execute("BEGIN IMMEDIATE")
            yield ledger, raw


def blamed(faults: tuple[Fault, ...]) -> list[int]:
    """The entries that are named, each once; what belongs to no entry is told under 0 and left out."""
    return sorted({fault.seq for fault in faults} - {0})


def flipped(chance: Random, value: bytes) -> bytes:
    """The value with one of its bytes altered, any byte in any way."""
    place = chance.randrange(len(value))
    return bytes((*value[:place], value[place] ^ chance.randrange(1, 256), *value[place + 1 :]))


def alter(raw: sqlite3.Connection, chance: Random, seq: int, column: str) -> None:
    """Alter one byte, or one bit of a number, in one column of one entry or of its body."""
    if column == "revision":
        raw.execute(
            "UPDATE entry SET revision = (revision | ?1) - (revision & ?1) WHERE seq = ?2",
            (1 << chance.randrange(63), seq),
        )
        return
    table, at, kind = (
        ("body", "(SELECT body_sha256 FROM entry WHERE seq = ?)", "BLOB") if column in BODY else ("entry", "?", "TEXT")
    )
    where = f"WHERE {'body_sha256' if column in BODY else 'seq'} = {at}"
    (value,) = raw.execute(f"SELECT CAST({column} AS BLOB) FROM {table} {where}", (seq,)).fetchone()
    changed = raw.execute(f"UPDATE {table} SET {column} = CAST(? AS {kind}) {where}", (flipped(chance, value), seq))
    assert changed.rowcount == 1


@pytest.mark.parametrize("copy", COPIES)
def test_a_hundred_altered_bytes_of_every_column_are_each_named_by_their_entry(whole: Path, tmp_path: Path, copy: int):
    chance = Random(f"altered {copy}")
    begun = list(range(2, ENTRIES, ACTION))
    others = sorted(set(range(1, ENTRIES + 1)) - set(begun))
    chance.shuffle(begun)
    chance.shuffle(others)
    altered = []
    with unguarded(whole, tmp_path) as (ledger, raw):
        for column in (*TEXTS, "revision", *BODY, *REQUEST):
            drawn = begun if column in REQUEST else others
            for seq in (drawn.pop() for _ in range(PLACES)):
                alter(raw, chance, seq, column)
                altered.append(seq)
        raw.execute("COMMIT")
        assert blamed(ledger.verify().faults) == sorted(altered)
    assert len(altered) == PLACES * (len(COLUMNS) - 1 + len(BODY))


@pytest.mark.parametrize("copy", COPIES)
def test_a_hundred_altered_numbers_are_each_named_as_missing(whole: Path, tmp_path: Path, copy: int):
    chance = Random(f"numbers {copy}")
    moved = sorted(chance.sample(range(1, ENTRIES + 1), PLACES))
    with unguarded(whole, tmp_path) as (ledger, raw):
        for seq in moved:
            raw.execute("UPDATE entry SET seq = ? WHERE seq = ?", (seq ^ 1 << chance.randrange(14, 63), seq))
        raw.execute("COMMIT")
        told = " ".join(fault.what for fault in ledger.verify().faults)
    spans = re.findall(r"Entr(?:y|ies) (\d+)(?: to (\d+))? (?:is|are) missing", told)
    missing = [seq for first, last in spans for seq in range(int(first), min(int(last or first), ENTRIES) + 1)]
    assert missing == moved


def test_a_missing_last_entry_is_found_against_a_kept_head(whole: Path, tmp_path: Path):
    with unguarded(whole, tmp_path) as (ledger, raw):
        kept, before = ledger.head(), ledger.entry(ENTRIES - 1)
        raw.execute("DELETE FROM body WHERE body_sha256 = ?", (kept.body_sha256,))
        raw.execute("DELETE FROM entry WHERE seq = ?", (ENTRIES,))
        raw.execute("COMMIT")
        assert ledger.verify().faults == ()
        assert ledger.verify(head=before.chain).faults == ()
        (fault,) = ledger.verify(head=kept.chain).faults
    assert kept.chain in fault.what
