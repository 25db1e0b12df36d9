"""The ledger read line by line, and copied elsewhere: what the copy has in common with its source, and what is refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from registry.ledger.entry import Draft
from registry.ledger.sqlite import SqliteLedger
from tests.cli.documents import head, lay_out
from tests.conftest import Run

FIELDS = ["seq", "kind", "subject", "revision", "recorded_at", "actor", "chain"]


@pytest.fixture
def network(run: Run, tmp_path: Path) -> Run:
    """``outcomes`` beside a registry of two towns."""
    lay_out(tmp_path)
    return run


def with_token(path: Path) -> None:
    draft = Draft(kind="token", schema="token/1", subject="token:t1", body=b"{}")
    with closing(SqliteLedger.open(path)) as ledger, ledger.writing() as writer:
        writer.append([draft], actor="operator")


def test_log_says_who_recorded_what_and_when_newest_first(network: Run, tmp_path: Path):
    lines = network("ledger", "log", "--json").json
    seq, chain = head(tmp_path / "outcomes.db")
    assert [line["seq"] for line in lines] == list(range(seq, 0, -1))
    assert all(list(line) == FIELDS for line in lines)
    assert lines[0]["chain"] == chain
    assert lines[-1] | {"recorded_at": "", "chain": ""} == {
        "seq": 1,
        "kind": "registry",
        "subject": "registry",
        "revision": 1,
        "recorded_at": "",
        "actor": "operator",
        "chain": "",
    }
    table = network("ledger", "log").out
    assert all(line["subject"] in table and line["recorded_at"] in table for line in lines)


def test_log_of_one_subject_of_a_few_lines_and_as_of_a_moment(network: Run):
    every = network("ledger", "log", "--json").json
    assert network("ledger", "log", "--limit", 2, "--json").json == every[:2]
    assert f"{len(every) - 2} earlier lines" in network("ledger", "log", "--limit", 2).out
    (one,) = network("ledger", "log", "--subject", "community:alder", "--json").json
    assert one in every
    moment = one["recorded_at"]
    before = network("ledger", "log", "--as-of", moment, "--json").json
    assert before == [line for line in every if line["seq"] <= one["seq"]]
    assert network("ledger", "log", "--as-of", moment, "--subject", "community:alder", "--json").json == [one]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--subject", "community:nowhere"), 1, "no entry about 'community:nowhere'"),
        (("--subject", "community:alder", "--as-of", "2001-01-01"), 1, "no registry yet"),
        (("--as-of", "yesterday"), 1, "not a date or moment"),
        (("--limit", "0"), 2, "shows nothing"),
        (("--limit", "few"), 2, "limit"),
    ],
)
def test_log_says_in_words_what_it_cannot_show(network: Run, words: tuple[str, ...], status: int, said: str):
    result = network("ledger", "log", *words)
    assert (result.status, result.out) == (status, "")
    assert said in result.err


def test_a_subject_that_came_later_is_told_where_it_stands(network: Run):
    (town,) = network("ledger", "log", "--subject", "community:birch", "--json").json
    (first,) = network("ledger", "log", "--subject", "registry", "--json").json
    result = network("ledger", "log", "--subject", "community:birch", "--as-of", first["recorded_at"])
    assert result.status == 1
    assert f"Its newest line is {town['seq']}." in result.err


def test_copy_has_the_same_head_and_gives_the_same_answers(network: Run, tmp_path: Path):
    stood = head(tmp_path / "outcomes.db")
    copied = network("ledger", "copy", "outcomes.db", "copy.db", "--json").json
    assert copied == {
        "source": "outcomes.db",
        "target": "copy.db",
        "entries": stood[0],
        "head": stood[1],
        "tokens_voided": False,
    }
    assert head(tmp_path / "copy.db") == stood == head(tmp_path / "outcomes.db")
    assert network("verify", "--head", stood[1], "--registry", "copy.db").status == 0
    asked = ("rollup", "reading", "--explain", "--json")
    assert network(*asked, "--registry", "copy.db").out == network(*asked).out
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    for refused in ("UPDATE entry SET actor = 'x'", "DELETE FROM body"):  # the copy has its guards too
        with closing(sqlite3.connect(tmp_path / "copy.db")) as raw, pytest.raises(sqlite3.IntegrityError):
            raw.execute(refused)


def test_tokens_are_void_in_a_copy_by_one_more_line_that_says_so(network: Run, tmp_path: Path):
    with_token(tmp_path / "outcomes.db")
    seq, chain = head(tmp_path / "outcomes.db")
    result = network("ledger", "copy", "outcomes.db", "copy.db")
    assert (result.status, "Tokens of the one do not open the other" in result.out) == (0, True)
    with closing(SqliteLedger.open(tmp_path / "copy.db")) as copy:
        last, same = copy.head(), copy.entry(seq)
        assert (same.chain, copy.verify(head=chain).faults) == (chain, ())
        assert (last.seq, last.kind, last.schema, last.subject) == (
            seq + 1,
            "tokens_voided",
            "tokens_voided/1",
            "tokens",
        )
        assert copy.body(last) == b'{"reason":"copied"}'
    assert network("ledger", "copy", "outcomes.db", "kept.db", "--keep-tokens").status == 0
    assert head(tmp_path / "kept.db") == (seq, chain) == head(tmp_path / "outcomes.db")


def test_copy_never_touches_what_is_there(network: Run, tmp_path: Path):
    (tmp_path / "target.db").write_text("precious")
    for target in ("target.db", "outcomes.db", "no/such/folder.db"):
        result = network("ledger", "copy", "outcomes.db", target)
        assert (result.status, result.out) == (1, "")
    assert (tmp_path / "target.db").read_text() == "precious"


def test_copy_of_what_is_no_registry_is_refused(network: Run, tmp_path: Path):
    for source, status in (("absent.db", 1), ("data.csv", 1), ("https://registry.example.org", 2), ("", 2)):
        assert network("ledger", "copy", source, "copy.db").status == status
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("copy.db") and path.suffix == ".db"]


def test_copy_of_a_broken_file_is_refused_in_words_and_leaves_nothing(network: Run, tmp_path: Path):
    path = tmp_path / "outcomes.db"
    whole = path.read_bytes()
    refused = 0
    for start in range(4096, len(whole), 4096):
        path.write_bytes(whole[:start] + b"\xff" * 4096 + whole[start + 4096 :])
        result = network("ledger", "copy", "outcomes.db", "copy.db")
        assert "Traceback" not in result.err
        if result.status == 0:  # an index's page, which the tables do not need
            assert network("verify", "--registry", "copy.db").status == 0
            (tmp_path / "copy.db").unlink()
            continue
        refused += 1
        assert (result.status, result.out, (tmp_path / "copy.db").exists()) == (1, "", False)
    assert refused > 3


def test_copy_of_a_damaged_registry_is_refused_and_leaves_nothing(network: Run, tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "outcomes.db", isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER entry_never_changes")
        raw.execute("UPDATE entry SET actor = 'mallory' WHERE seq IN (3, 4)")
    before = {path.name for path in tmp_path.iterdir()}
    result = network("ledger", "copy", "outcomes.db", "copy.db")
    assert (result.status, result.out) == (1, "")
    assert "line 3: " in result.err
    assert "and 1 more" in result.err
    assert {path.name for path in tmp_path.iterdir()} - before <= {"copy.db.lock", "outcomes.db.lock"}
