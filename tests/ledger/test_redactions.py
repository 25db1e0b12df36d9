"""A body leaves the ledger in one way only, by an entry that names it; nothing of it stays in the files, and the chain stays whole."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from places import Place

from registry.domain.refusal import Busy, Redacted
from registry.ledger.copies import back_up, holds_body, restore
from registry.ledger.entry import Draft, Entry, Gone, canonical
from registry.ledger.sqlite import SqliteLedger

CANARY = b"CanaryGomezMaria"
SMALL, LARGE = b'{"story":"' + CANARY + b'"}', CANARY * 9000


def redaction(*seqs: int) -> Draft:
    document = {"seqs": list(seqs), "reason": "A wrong upload."}
    return Draft(kind="redaction", schema="redaction/1", subject="redaction:x", body=canonical(document))


def redact(ledger: SqliteLedger, *seqs: int, named: tuple[int, ...] | None = None) -> Entry:
    with ledger.writing() as writer:
        (entry,) = writer.append([redaction(*(seqs if named is None else named))], actor="operator")
        writer.redact(entry, seqs)
    return entry


@pytest.fixture
def place(sqlite_place: Place) -> Place:
    """A file's own matter: what its pages and its log keep."""
    return sqlite_place


@pytest.fixture
def uploaded(ledger: SqliteLedger, draft: Callable[..., Draft]) -> SqliteLedger:
    """Bodies with the canary at the beginning, in the middle and at the end, small ones and large ones, between others."""
    ledger._connection.execute(
        "PRAGMA secure_delete=OFF"
    )  # as SQLite is built on many computers: moved rows leave traces
    with ledger.writing() as writer:
        writer.append([draft("template:a", SMALL)], actor="jo")
        for number in range(60):
            writer.append([draft(f"template:{number}", b"x" * (37 * number % 3000))], actor="jo")
        writer.append([draft("template:b", LARGE), draft("template:c", SMALL)], actor="jo")
        for number in range(60, 90):
            writer.append([draft(f"template:{number}", b"x" * (37 * number % 3000))], actor="jo")
        writer.append([draft("template:d", LARGE)], actor="jo")
    return ledger


WRONG = (2, 63, 64, 95)


KILLS = 40 if os.environ.get("OUTCOMES_FULL") == "1" else 8


def redact_aloud(path: Path) -> None:
    """Redact and erase, and say so."""
    with closing(SqliteLedger.open(path)) as ledger:
        print("begun", flush=True)  # noqa: T201 - the parent waits for it
        redact(ledger, *WRONG)
        print("redacted", flush=True)  # noqa: T201
        ledger.erase()
        print("erased", flush=True)  # noqa: T201


def places(folder: Path) -> list[str]:
    return [path.name for path in sorted(folder.rglob("*")) if path.is_file() and CANARY in path.read_bytes()]


def test_not_a_byte_of_a_redacted_body_stays_in_the_file_or_its_log(uploaded, tmp_path):
    assert places(tmp_path)
    kept = uploaded.head().chain
    redact(uploaded, *WRONG)
    uploaded.erase()
    assert places(tmp_path) == []
    found = uploaded.verify(head=kept)
    assert found.faults == ()
    assert found.redacted == tuple(Gone(seq, 96) for seq in WRONG)


def test_a_redacted_body_is_refused_with_the_entry_that_says_why(uploaded):
    redact(uploaded, 2)
    with pytest.raises(Redacted, match="Entry 2 was redacted by entry 96") as refusal:
        uploaded.body(uploaded.entry(2))
    assert (refusal.value.seq, refusal.value.by) == (2, 96)
    with pytest.raises(Redacted):
        uploaded.body(uploaded.entry(2).body_sha256)
    assert (uploaded.redacted_by(2), uploaded.redacted_by(3), uploaded.last_redaction()) == (96, None, 96)


def test_writing_goes_on_behind_a_redaction(uploaded, draft):
    redact(uploaded, *WRONG)
    uploaded.erase()
    with uploaded.writing() as writer:
        writer.append([draft("template:a", b"corrected")], actor="jo")
    assert uploaded.verify().faults == ()


def test_a_redaction_that_fails_takes_nothing(uploaded):
    before = uploaded.head()
    for seqs in ((2, 1), (2, 2), (2, 500), (2, 96)):
        with pytest.raises(sqlite3.IntegrityError, match="redact"):
            redact(uploaded, *seqs)
        assert uploaded.head() == before
        assert uploaded.body(uploaded.entry(2)) == SMALL
        assert uploaded.verify().faults == ()


def test_no_redaction_is_redacted_and_none_twice(uploaded):
    first = redact(uploaded, 2)
    for seqs in ((first.seq,), (2,)):
        with pytest.raises(sqlite3.IntegrityError, match="redact"):
            redact(uploaded, *seqs)
    assert uploaded.verify().redacted == (Gone(2, first.seq),)


RAW = {
    "delete a body that nobody redacted": "DELETE FROM body WHERE rowid = 3",
    "delete every body": "DELETE FROM body",
    "take a redaction back": "DELETE FROM redaction",
    "ascribe a redaction to another entry": "UPDATE redaction SET by_seq = 5",
    "redact by an entry that is no redaction": "INSERT INTO redaction VALUES (3, 5)",
    "redact by an entry that is not there": "INSERT INTO redaction VALUES (3, 500)",
    "redact what is redacted, by replacing": "INSERT OR REPLACE INTO redaction VALUES (2, 96)",
    "redact the first entry": "INSERT INTO redaction VALUES (1, 96)",
    "redact a redaction": "INSERT INTO redaction VALUES (96, 96)",
    "redact nothing": "INSERT INTO redaction VALUES (NULL, 96)",
    "redact an entry that is not there": "INSERT INTO redaction VALUES (-1, 96)",
}


@pytest.mark.parametrize("statement", RAW.values(), ids=RAW)
def test_the_tables_refuse_every_other_way(uploaded, statement):
    redact(uploaded, 2)
    with (
        closing(sqlite3.connect(uploaded.path, isolation_level=None)) as raw,
        pytest.raises(sqlite3.IntegrityError, match=r"redact|never removed"),
    ):
        raw.execute(statement)
    assert uploaded.verify().faults == ()


@contextmanager
def unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        yield raw


FORGED = {
    "a body deleted and ascribed to a redaction": (
        "INSERT INTO redaction VALUES (3, 96); DELETE FROM body WHERE rowid = 3",
        {3: "does not name it"},
    ),
    "a redaction ascribed to another entry": ("UPDATE redaction SET by_seq = 7", {2: "does not name it", 96: "not marked"}),
    "a redaction taken back": ("DELETE FROM redaction", {2: "The body is missing", 96: "not marked"}),
    "a body put back": (
        "INSERT INTO body SELECT body_sha256, zeroblob(16), x'00' FROM entry WHERE seq = 2",
        {2: "still there"},
    ),
    "the redaction's own body altered": (
        "UPDATE body SET bytes = x'00' WHERE body_sha256 = (SELECT body_sha256 FROM entry WHERE seq = 96)",
        {2: "does not name it", 96: "was altered"},
    ),
    "a redaction of no entry": ("INSERT INTO redaction VALUES (700, 96)", {0: "is not there"}),
}  # fmt: skip


@pytest.mark.parametrize(("script", "told"), FORGED.values(), ids=FORGED)
def test_a_forged_redaction_is_found(uploaded, script, told):
    redact(uploaded, 2)
    with unguarded(uploaded.path) as raw:
        raw.executescript(script)
    faults = uploaded.verify().faults
    assert {fault.seq for fault in faults} == set(told)
    for seq, words in told.items():
        assert any(words in fault.what for fault in faults if fault.seq == seq), faults


def test_a_redaction_that_names_more_than_it_took_is_found(uploaded):
    redact(uploaded, 2, named=(2, 3))
    assert [(fault.seq, fault.what) for fault in uploaded.verify().faults] == [
        (96, "It redacts entry 3, which is not marked as redacted by it.")
    ]


def test_a_reader_in_the_middle_keeps_traces_and_doing_it_again_finishes(uploaded, tmp_path, monkeypatch):
    monkeypatch.setattr("registry.ledger.file.PATIENCE", 0.2)
    with closing(SqliteLedger.open(uploaded.path)) as impatient:
        with closing(sqlite3.connect(uploaded.path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM body").fetchone()
            redact(impatient, *WRONG)
            with pytest.raises(Busy, match="traces"):
                impatient.erase()
        impatient.erase()
    assert places(tmp_path) == []


def test_writers_go_on_while_it_is_erased(uploaded, draft):
    redact(uploaded, *WRONG)

    def write() -> None:
        with closing(SqliteLedger.open(uploaded.path)) as other:
            for _ in range(20):
                with other.writing() as writer:
                    writer.append([draft("template:other")], actor="other")

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(3):
        uploaded.erase()
    writer.join()
    found = uploaded.verify()
    assert (found.faults, found.entries) == ((), 116)


def test_a_backup_from_before_still_holds_the_bodies_and_one_from_after_does_not(uploaded, tmp_path):
    digests = {uploaded.entry(seq).body_sha256 for seq in WRONG}
    back_up(uploaded.path, tmp_path / "before.db")
    redact(uploaded, *WRONG)
    uploaded.erase()
    back_up(uploaded.path, tmp_path / "after.db")
    assert (holds_body(tmp_path / "before.db", digests), holds_body(tmp_path / "after.db", digests)) == (True, False)
    assert places(tmp_path) == ["before.db"]
    restore(tmp_path / "after.db", tmp_path / "again.db", finish=lambda aside: None)
    with closing(SqliteLedger.open(tmp_path / "again.db")) as again:
        assert again.verify(head=uploaded.head().chain).redacted == tuple(Gone(seq, 96) for seq in WRONG)


@pytest.fixture
def of_format_1(uploaded: SqliteLedger) -> SqliteLedger:
    """The same ledger as the program before redactions made it."""
    with closing(sqlite3.connect(uploaded.path, isolation_level=None)) as raw:
        raw.executescript(
            "DROP TABLE redaction; DROP TRIGGER body_never_leaves; PRAGMA user_version = 1;"
            "CREATE TRIGGER body_never_leaves BEFORE DELETE ON body BEGIN"
            "  SELECT RAISE(ABORT, 'a body is never removed'); END;"
        )
    return uploaded


def test_format_1_is_read_as_it_is_and_upgraded_when_it_is_written_to(of_format_1, draft):
    path = of_format_1.path
    with closing(SqliteLedger.open(path)) as ledger, closing(sqlite3.connect(path)) as raw:
        assert ledger.body(ledger.entry(2)) == SMALL
        assert (ledger.verify().faults, ledger.verify().redacted, ledger.last_redaction()) == ((), (), 0)
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)
        with pytest.raises(ValueError, match="at least one"), ledger.writing() as writer:
            writer.append([], actor="jo")
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)
        with ledger.writing() as writer:
            writer.append([draft("template:new")], actor="jo")
        assert raw.execute("PRAGMA user_version").fetchone() == (2,)
        redact(ledger, 2)
        assert ledger.verify().redacted == (Gone(2, 97),)


def test_an_upgraded_ledger_has_the_same_tables_and_guards_as_a_new_one(of_format_1, tmp_path, clock, draft):
    with of_format_1.writing() as writer:
        writer.append([draft("template:new")], actor="jo")
    SqliteLedger.create(tmp_path / "new.db", network="Elsewhere", now=clock).close()

    def schema(path: Path) -> set[tuple[str, str, str]]:
        with closing(sqlite3.connect(path)) as raw:
            rows = raw.execute("SELECT type, name, sql FROM sqlite_master")
            return {(kind, name, " ".join((sql or "").split())) for kind, name, sql in rows}

    assert schema(of_format_1.path) == schema(tmp_path / "new.db")


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_redaction_killed_at_any_moment_is_whole_or_not_there_and_can_be_finished(uploaded, tmp_path, kill):
    path, kept = uploaded.path, uploaded.head().chain
    uploaded.close()
    command = [sys.executable, str(Path(__file__)), str(path)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout.readline() == "begun\n"
        time.sleep(kill * 0.04 / KILLS)  # the whole takes about so long
        child.send_signal(signal.SIGKILL)
        said = child.stdout.read().split()
    with closing(SqliteLedger.open(path)) as after:
        found = after.verify(head=kept)
        assert found.faults == ()
        assert [gone.seq for gone in found.redacted] in ([], list(WRONG))
        assert found.entries == (96 if found.redacted else 95)
        assert found.redacted or "redacted" not in said, "an acknowledged redaction was lost"
        if not found.redacted:
            redact(after, *WRONG)
        after.erase()
    assert places(tmp_path) == []


if __name__ == "__main__":
    redact_aloud(Path(sys.argv[1]))
