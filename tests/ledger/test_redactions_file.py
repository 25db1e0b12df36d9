"""Of a redacted body not a byte stays in a ledger's file, whoever reads it, copies it or is killed meanwhile; older files are upgraded."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from places import Place
from uploads import CANARY, SMALL, WRONG, redact

from registry.domain.refusal import Busy
from registry.ledger.copies import back_up, holds_body, restore
from registry.ledger.entry import Gone
from registry.ledger.sqlite import SqliteLedger


@pytest.fixture
def place(sqlite_place: Place) -> Place:
    """A file's own matter: what its pages and its log keep."""
    return sqlite_place


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
