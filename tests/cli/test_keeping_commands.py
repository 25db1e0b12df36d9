"""Backup, restore and doctor at the command line: what they say, what they refuse, and that a restored registry answers as before."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest

from registry.app import open_registry
from registry.cli.doctor import installed_extras
from registry.ledger.entry import Draft
from registry.ledger.sqlite import SqliteLedger
from registry.version import __version__
from tests.cli.documents import head, lay_out, wrote
from tests.conftest import Run

ROLLUP = ("rollup", "reading", "--as-of", "2999-01-01", "--json")


@pytest.fixture
def network(run: Run, tmp_path: Path) -> Run:
    lay_out(tmp_path)
    return run


def test_a_restored_registry_answers_with_the_same_bytes(network: Run, tmp_path: Path):
    before = network(*ROLLUP)
    assert network("backup", "kept.db").status == 0
    restored = network("--registry", "again.db", "restore", "kept.db", "--keep-tokens", "--json")
    seq, chain = head(tmp_path / "outcomes.db")
    assert (restored.json["entries"], restored.json["head"]) == (seq, chain)
    assert head(tmp_path / "again.db") == (seq, chain)
    assert network("--registry", "again.db", *ROLLUP) == before
    assert network("--registry", "again.db", "verify", "--head", chain).status == 0


def test_a_restore_voids_tokens_in_an_entry_that_says_so(network: Run, tmp_path: Path):
    backed_up = network("backup", "kept.db", "--json").json
    assert (backed_up["entries"], backed_up["head"]) == head(tmp_path / "outcomes.db")
    result = network("--registry", "again.db", "restore", "kept.db")
    assert "Tokens from before are void" in result.out
    with closing(SqliteLedger.open(tmp_path / "again.db")) as ledger:
        last = ledger.head()
        assert (last.seq, last.kind, last.schema, last.subject) == (
            backed_up["entries"] + 1,
            "tokens_voided",
            "tokens_voided/1",
            "tokens",
        )
        assert ledger.body(last) == b'{"reason":"restored"}'
        assert ledger.entry(backed_up["entries"]).chain == backed_up["head"]
    answer = network("--registry", "again.db", *ROLLUP)
    assert answer.status == 0
    assert [level["numerator"] for level in answer.json["levels"]] == [130]


def test_projections_of_an_earlier_registry_of_that_name_are_dropped(network: Run, tmp_path: Path):
    assert network("backup", "kept.db").status == 0
    old = wrote(tmp_path / "again.db.projection", "projection-0.1.0-40.duckdb", "old")
    other = wrote(tmp_path / "again.db.projection", "letter.txt", "mine")
    assert network("--registry", "again.db", "restore", "kept.db").status == 0
    assert not old.exists()
    assert other.exists()


def test_refusals_say_what_is_there_and_write_nothing(network: Run, tmp_path: Path):
    wrote(tmp_path, "taken.db", "mine")
    taken = network("backup", "taken.db")
    assert taken.status == 1
    assert "There is a file at" in taken.err
    assert network("restore", "taken.db").status == 1
    nowhere = network("--registry", "nowhere.db", "backup", "kept.db")
    assert nowhere.status == 1
    assert not (tmp_path / "kept.db").exists()
    assert network("--registry", "again.db", "restore", "absent.db").status == 1
    assert not (tmp_path / "again.db").exists()


def test_doctor_tells_what_it_sees_and_the_way_out_of_each_problem(network: Run, tmp_path: Path):
    (tmp_path / "outcomes.db").chmod(0o644)
    health = network("doctor", "--json")
    assert health.status == 0
    file = health.json["file"]
    assert (file["format"], file["journal"], file["mode"], file["copies"]) == (2, "wal", "0644", [])
    assert file["free"] > 0
    told = " ".join(problem["what"] for problem in health.json["problems"])
    assert "Other users of this computer can read outcomes.db" in told
    assert "No backup lies beside" in told
    assert all(problem["hint"] for problem in health.json["problems"])
    (tmp_path / "outcomes.db").chmod(0o600)
    assert network("backup", "kept.db").status == 0
    mended = network("doctor", "--json").json
    assert mended["file"]["copies"] == [str(tmp_path / "kept.db")]
    assert not any(
        "read outcomes.db" in problem["what"] or "backup" in problem["what"] for problem in mended["problems"]
    )
    assert "kept.db" in network("doctor").out


def test_doctor_names_each_fault_of_the_ledger_and_fails(network: Run, tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "outcomes.db")) as raw:
        raw.executescript("DROP TRIGGER entry_never_changes; UPDATE entry SET actor = 'mallory' WHERE seq = 3")
    sick = network("doctor", "--json")
    assert (sick.status, sick.json["faults"]) == (1, 1)
    assert sick.json["problems"][0]["what"].startswith("Entry 3: The chain value does not fit")
    assert "Entry 3" in network("doctor").err


def test_doctor_sees_a_clock_that_is_behind_and_an_older_format(network: Run, tmp_path: Path):
    entry = Draft(kind="tokens_voided", schema="tokens_voided/1", subject="tokens", body=b"{}")
    with (
        closing(SqliteLedger.open(tmp_path / "outcomes.db", now=lambda: datetime(2999, 1, 1, tzinfo=UTC))) as ledger,
        ledger.writing() as writer,
    ):
        writer.append([entry], actor="x")
    late = network("doctor", "--json").json
    assert any("is behind the last entry (2999-01-01" in problem["what"] for problem in late["problems"])
    copyfile(Path(__file__).parents[1] / "samples" / "registry-0.1.0.db", tmp_path / "old.db")
    old = network("--registry", "old.db", "doctor", "--json").json
    assert old["file"]["format"] == 1
    assert any("format 1" in problem["what"] for problem in old["problems"])


def test_doctor_says_what_each_projection_file_is_good_for(network: Run, tmp_path: Path):
    with closing(open_registry(tmp_path / "outcomes.db")) as projection:
        projection.catch_up()
        projection.publish()
    folder = tmp_path / "outcomes.db.projection"
    wrote(folder, f"projection-{__version__}-5.duckdb", "old")
    wrote(folder, f"projection-{__version__}-900.duckdb", "no projection")
    wrote(folder, "projection-0.0.1-13.duckdb", "other")
    wrote(folder / "next-1", "half.duckdb", "half")
    found = {file["name"]: file["state"] for file in network("doctor", "--json").json["projections"]}
    assert found == {
        f"projection-{__version__}-13.duckdb": "in use",
        f"projection-{__version__}-5.duckdb": "old; dropped when the next is written",
        f"projection-{__version__}-900.duckdb": "not usable; passed over",
        "projection-0.0.1-13.duckdb": "of another program or another kind",
        "half.duckdb": "left by a writer that was cut off, or being written",
    }


def test_extras_are_those_that_the_package_declares():
    assert all(isinstance(there, bool) for there in installed_extras().values())
    assert "test" not in installed_extras()
