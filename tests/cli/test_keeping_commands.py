"""Backup and restore at the command line: what they print, what they refuse, and that a restored registry answers as before."""

from contextlib import closing
from pathlib import Path

import pytest
from conftest import Run

from registry.ledger.sqlite import SqliteLedger
from tests.cli.documents import head, lay_out, wrote

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
