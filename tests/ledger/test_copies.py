"""A backup taken while others write is one moment of the ledger, whole; a ledger made from it is the same to the byte."""

import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from places import Place

from registry.domain.refusal import Conflict, Damaged, NotARegistry, NotFound
from registry.ledger.copies import back_up, copies_beside, restore
from registry.ledger.entry import Draft
from registry.ledger.sqlite import SqliteLedger

ROOT = Path(__file__).parents[2]
BACKUPS = 60 if os.environ.get("OUTCOMES_FULL") == "1" else 20


@pytest.fixture
def place(sqlite_place: Place) -> Place:
    """A file's own matter: what its pages and its log keep."""
    return sqlite_place


def write_for_ever(path: Path) -> None:
    """Append actions of two entries, each acknowledged by its number once it is recorded."""
    drafts = [
        Draft(kind="template", schema="template/1", subject=f"template:{name}", body=b"x" * 3000) for name in "ab"
    ]
    ledger = SqliteLedger.open(path)
    for number in range(1_000_000):
        with ledger.writing() as writer:
            writer.append(drafts, actor="another")
        print(number, flush=True)  # noqa: T201 - the parent reads them
        time.sleep(0.002)  # so that the backups, not the log, are what the test is about


def nothing_more(aside: Path) -> None:
    """Restored as it was."""


def everything(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        entries = connection.execute("SELECT * FROM entry ORDER BY seq").fetchall()
        return entries + connection.execute("SELECT * FROM body ORDER BY body_sha256").fetchall()


def test_every_backup_taken_while_another_process_writes_is_a_prefix_of_the_log(ledger, tmp_path):
    command = [sys.executable, str(Path(__file__))]
    said = tmp_path / "acknowledged.txt"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (
        said.open("w") as file,
        subprocess.Popen([*command, str(ledger.path)], stdout=file, stdin=subprocess.DEVNULL, env=environment) as child,
    ):
        taken = []
        while not said.stat().st_size:
            time.sleep(0.001)
        for number in range(BACKUPS):
            acknowledged = int(said.read_text().rpartition("\n")[0].split()[-1])
            found = back_up(ledger.path, tmp_path / f"backup-{number}.db")
            assert found.faults == ()
            assert found.entries >= 1 + 2 * (acknowledged + 1), "an acknowledged write is missing"
            taken.append(found)
        child.send_signal(signal.SIGKILL)
    entries = list(ledger.entries())
    for number, found in enumerate(taken):
        made = tmp_path / f"restored-{number}.db"
        restore(tmp_path / f"backup-{number}.db", made, finish=nothing_more)
        with closing(SqliteLedger.open(made)) as restored:
            assert (found.entries - 1) % 2 == 0, "a backup holds half an action"
            assert list(restored.entries()) == entries[: found.entries]
            assert restored.head().chain == found.head
    assert [found.entries for found in taken] == sorted(found.entries for found in taken)
    assert taken[0].entries < taken[-1].entries


def test_a_restored_ledger_holds_the_same_bytes_and_can_be_written_to(filled, tmp_path, draft):
    back_up(filled.path, tmp_path / "backup.db")
    restore(tmp_path / "backup.db", tmp_path / "again.db", finish=nothing_more)
    assert everything(tmp_path / "again.db") == everything(filled.path)
    with closing(SqliteLedger.open(tmp_path / "again.db")) as again:
        with again.writing() as writer:
            writer.append([draft("template:new")], actor="maria")
        assert again.verify(head=filled.head().chain).faults == ()


def test_a_backup_is_one_file_of_mode_0600_and_nothing_else_is_left(filled, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(filled.path, folder / "backup.db")
    assert [path.name for path in folder.iterdir()] == ["backup.db"]
    assert stat.S_IMODE((folder / "backup.db").stat().st_mode) == 0o600
    restore(folder / "backup.db", tmp_path / "again.db", finish=nothing_more)
    assert stat.S_IMODE((tmp_path / "again.db").stat().st_mode) == 0o600


def test_a_backup_restores_out_of_a_folder_that_cannot_be_written(filled, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(filled.path, folder / "backup.db")
    (folder / "backup.db").chmod(0o400)
    folder.chmod(0o500)
    try:
        restore(folder / "backup.db", tmp_path / "again.db", finish=nothing_more)
        assert [path.name for path in folder.iterdir()] == ["backup.db"]
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("name", ["taken.db", "link.db"])
def test_nothing_is_ever_written_over(filled, tmp_path, name):
    (tmp_path / "taken.db").write_bytes(b"mine")
    (tmp_path / "link.db").symlink_to(tmp_path / "nowhere.db")
    back_up(filled.path, tmp_path / "backup.db")
    with pytest.raises(Conflict):
        back_up(filled.path, tmp_path / name)
    with pytest.raises(Conflict):
        restore(tmp_path / "backup.db", tmp_path / name, finish=nothing_more)
    assert (tmp_path / "taken.db").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere.db").exists()


def test_a_log_left_from_another_registry_stands_in_the_way(filled, tmp_path):
    back_up(filled.path, tmp_path / "backup.db")
    (tmp_path / "again.db-wal").write_bytes(b"left")
    with pytest.raises(Conflict, match="left from an earlier registry"):
        restore(tmp_path / "backup.db", tmp_path / "again.db", finish=nothing_more)


def spoil(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE entry SET actor = 'mallory' WHERE seq = 3", "Entry 3: The chain value does not fit"),
        ("UPDATE body SET bytes = x'00' WHERE rowid = 4", "Entry 4: The body was altered"),
        ("DELETE FROM entry WHERE seq = 5", "Entry 6"),
    ],
)
def test_what_does_not_verify_is_neither_backed_up_nor_restored(filled, tmp_path, statement, named):
    back_up(filled.path, tmp_path / "backup.db")
    before = set(tmp_path.iterdir())
    spoil(tmp_path / "backup.db", statement)
    with pytest.raises(Damaged, match=named):
        restore(tmp_path / "backup.db", tmp_path / "again.db", finish=nothing_more)
    spoil(filled.path, statement)
    with pytest.raises(Damaged, match=named):
        back_up(filled.path, tmp_path / "second.db")
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "again.db.lock"}


@pytest.mark.parametrize("length", [0, 50, 9000])
def test_a_backup_that_was_cut_off_is_refused(filled, tmp_path, length):
    back_up(filled.path, tmp_path / "backup.db")
    whole = (tmp_path / "backup.db").read_bytes()
    (tmp_path / "backup.db").write_bytes(whole[:length])
    with pytest.raises((Damaged, NotARegistry)):
        restore(tmp_path / "backup.db", tmp_path / "again.db", finish=nothing_more)
    assert not (tmp_path / "again.db").exists()


def test_what_is_no_backup_is_refused(filled, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Maria", "utf-8")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE mine (x)")
    for name, kind in (("letter.txt", NotARegistry), ("other.db", NotARegistry), ("absent.db", NotFound)):
        with pytest.raises(kind):
            restore(tmp_path / name, tmp_path / "again.db", finish=nothing_more)
    with pytest.raises(NotFound):
        back_up(filled.path, tmp_path / "no-folder" / "backup.db")


def test_a_restore_that_fails_at_its_end_leaves_nothing(filled, tmp_path):
    back_up(filled.path, tmp_path / "backup.db")

    def fail(aside: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        restore(tmp_path / "backup.db", tmp_path / "again.db", finish=fail)
    assert not [path for path in tmp_path.iterdir() if "again" in path.name and not path.name.endswith(".lock")]


def test_copies_beside_a_registry_are_known_and_other_files_are_not(filled, tmp_path, clock):
    assert copies_beside(filled.path) == ()
    back_up(filled.path, tmp_path / "backup.db")
    shutil.copy(tmp_path / "backup.db", tmp_path / "copy-of-backup.sqlite")
    SqliteLedger.create(tmp_path / "other.db", network="Elsewhere", now=clock).close()
    (tmp_path / "letter.txt").write_text("Dear Maria", "utf-8")
    (tmp_path / "link.db").symlink_to(filled.path)
    assert [path.name for path in copies_beside(filled.path)] == ["backup.db", "copy-of-backup.sqlite"]
    with filled.writing() as writer:  # the locks of this process still stand
        writer.append([Draft(kind="template", schema="template/1", subject="template:z", body=b"z")], actor="jo")


def copy_without_room(ledger: Path, target: Path) -> None:
    """Take a backup where no file may grow as large as it has to."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
    back_up(ledger, target)


def test_a_backup_that_finds_no_room_leaves_nothing_and_harms_nothing(filled, tmp_path, draft):
    with filled.writing() as writer:
        writer.append([draft("template:large", b"x" * 200_000)], actor="jo")
    folder = tmp_path / "backups"
    folder.mkdir()
    ended = subprocess.run(
        [sys.executable, str(Path(__file__)), str(filled.path), str(folder / "backup.db")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert ended.returncode == 1
    assert "sqlite3.OperationalError" in ended.stderr or "OSError" in ended.stderr
    assert list(folder.iterdir()) == []
    assert filled.verify().faults == ()
    assert back_up(filled.path, folder / "backup.db").entries == 8


if __name__ == "__main__":
    if len(sys.argv) == 2:
        write_for_ever(Path(sys.argv[1]))
    else:
        copy_without_room(Path(sys.argv[1]), Path(sys.argv[2]))
