import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.domain.refusal import Busy, Conflict, NotARegistry, NotFound
from registry.ledger.lock import exclusive, lock_path
from registry.ledger.sqlite import SqliteLedger
from registry.ledger.tables import FORMAT

BESIDE = ("", "-wal", "-shm", ".lock")


@pytest.fixture
def place(sqlite_place):
    """This module is about the file alone."""
    return sqlite_place


def now() -> datetime:
    return datetime(2024, 6, 30, tzinfo=UTC)


def modes(path: Path) -> dict[str, str]:
    return {end: oct(stat.S_IMODE(path.with_name(path.name + end).stat().st_mode)) for end in BESIDE}


def test_only_the_owner_may_read_whatever_the_umask(tmp_path):
    path = tmp_path / "outcomes.db"
    program = f"""if True:
        import os
        os.umask(0)
        from pathlib import Path
        from registry.ledger.instant import utc_now
        from registry.ledger.sqlite import SqliteLedger
        ledger = SqliteLedger.create(Path({str(path)!r}), network="Three Rivers", now=utc_now)
        with ledger.writing():
            pass
        os._exit(0)"""  # at once, so that the files of an open ledger stay
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])
    assert modes(path) == dict.fromkeys(BESIDE, "0o600")


def test_making_leaves_nothing_but_the_ledger_and_its_lock(tmp_path):
    SqliteLedger.create(tmp_path / "outcomes.db", network="Three Rivers", now=now).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outcomes.db", "outcomes.db.lock"]


def test_file_says_what_it_is(ledger):
    with closing(sqlite3.connect(ledger.path)) as raw:
        assert raw.execute("PRAGMA application_id").fetchone() == (0x4F555443,)
        assert raw.execute("PRAGMA user_version").fetchone() == (FORMAT,)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_every_opener_waits_for_the_disk(ledger):
    assert ledger._connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_making_never_touches_what_is_there(tmp_path):
    path = tmp_path / "outcomes.db"
    path.write_text("precious")
    with pytest.raises(Conflict, match="There is a file at"):
        SqliteLedger.create(path, network="Three Rivers", now=now)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


def test_making_where_a_broken_link_stands_is_refused(tmp_path):
    (tmp_path / "outcomes.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(Conflict, match="already"):
        SqliteLedger.create(tmp_path / "outcomes.db", network="Three Rivers", now=now)


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_making_beside_what_an_earlier_ledger_left_is_refused(tmp_path, ending):
    (tmp_path / f"outcomes.db{ending}").write_text("last entries")
    with pytest.raises(Conflict, match="earlier registry"):
        SqliteLedger.create(tmp_path / "outcomes.db", network="Three Rivers", now=now)


def test_making_in_no_folder_is_refused(tmp_path):
    with pytest.raises(NotFound, match="no folder"):
        SqliteLedger.create(tmp_path / "nowhere" / "outcomes.db", network="Three Rivers", now=now)


def test_a_making_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="UTF-8"):
        SqliteLedger.create(tmp_path / "outcomes.db", network="\ud800", now=now)
    assert [path.name for path in tmp_path.iterdir()] == ["outcomes.db.lock"]


def test_opening_again_is_the_same_registry(filled):
    with closing(SqliteLedger.open(filled.path)) as again:
        assert again.registry_id == filled.registry_id
        assert list(again.entries()) == list(filled.entries())
        assert again.path == filled.path


def test_a_name_with_odd_characters_can_be_opened(tmp_path):
    path = tmp_path / "a b%20c?mode=memory#é.db"
    SqliteLedger.create(path, network="Three Rivers", now=now).close()
    with closing(SqliteLedger.open(path)) as ledger:
        assert ledger.head().seq == 1


def test_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(NotFound) as refusal:
        SqliteLedger.open(tmp_path / "outcomes.db")
    assert "`outcomes init`" in refusal.value.hint
    assert "`outcomes demo`" in refusal.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"place,year\n" * 500, b"SQLite format 3\0" + b"\xff" * 5000], ids=["empty", "text", "garbage"]
)
def test_another_file_is_no_registry(tmp_path, content):
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with pytest.raises(NotARegistry):
        SqliteLedger.open(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_no_registry(tmp_path):
    with pytest.raises(NotARegistry, match="cannot be opened"):
        SqliteLedger.open(tmp_path)


def test_another_program_s_database_is_no_registry(tmp_path):
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE photo (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(NotARegistry, match="another program"):
        SqliteLedger.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [0, FORMAT + 1])
def test_another_format_is_refused(ledger, version):
    ledger._connection.execute(f"PRAGMA user_version={version}")
    with pytest.raises(NotARegistry, match=f"has format {version}") as refusal:
        SqliteLedger.open(ledger.path)
    assert "newest version" in refusal.value.hint


def test_a_copy_that_lost_its_write_ahead_log_gets_one_again(filled, tmp_path):
    copy = tmp_path / "copy.db"
    filled._connection.execute("VACUUM INTO ?", (str(copy),))
    with closing(SqliteLedger.open(copy)) as ledger:
        assert ledger._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert ledger.verify(head=filled.head().chain).faults == ()


def test_a_copy_that_is_being_read_is_opened_all_the_same(filled, tmp_path, monkeypatch):
    monkeypatch.setattr("registry.ledger.file.PATIENCE", 0)
    copy = tmp_path / "copy.db"
    filled._connection.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entry").fetchone()
        with closing(SqliteLedger.open(copy)) as ledger:
            assert ledger.head() == filled.head()


def test_closing_twice_is_harmless(ledger):
    ledger.close()
    ledger.close()


def test_a_symbolic_link_shares_the_lock(ledger, tmp_path):
    (tmp_path / "link.db").symlink_to(ledger.path)
    other = SqliteLedger.open(tmp_path / "link.db", patience=0)
    with exclusive(lock_path(ledger.path)), pytest.raises(Busy), other.writing():
        pass
    other.close()
