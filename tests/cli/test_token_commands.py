"""Tokens and grants on the command line: shown once, from a file or the environment, never printed back."""

import json
import re
from pathlib import Path

import pytest

from registry.cli.main import main
from tests.cli.documents import head, lay_out
from tests.conftest import Run


@pytest.fixture
def network(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The registry of two towns."""
    monkeypatch.setenv("COLUMNS", "160")
    lay_out(tmp_path)
    return run


def token_file(folder: Path, word: str, mode: int = 0o600) -> Path:
    path = folder / "token"
    path.write_text(f"{word}\n")
    path.chmod(mode)
    return path


def test_a_token_is_shown_once_and_acts_in_its_role(network: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    given = network("token", "create", "--role", "editor", "--community", "alder", "--name", "Ana Ruiz")
    word = given.out.strip()
    assert (given.status, re.fullmatch(r"outcomes_[0-9a-f]{12}_[0-9a-f]{72}", word) is not None) == (0, True)
    assert "shown once" in given.err
    assert word not in given.err
    listed = network("token", "list")
    assert (listed.status, word.split("_")[1] in listed.out, word.split("_")[2] in listed.out) == (0, True, False)
    monkeypatch.setenv("OUTCOMES_TOKEN", word)
    own, other = network("data", "batches", "alder/grade-3"), network("data", "batches", "birch/grade-3")
    assert (own.status, other.status) == (0, 1)
    assert other.err.startswith("There is no local measure 'birch/grade-3'.\n")
    everything = network("data", "batches", "--json").json
    assert {load["variant"] for load in everything} == {"alder/grade-3"}
    refused = network("template", "deprecate", "reading@1.0.0", "--successor", "reading@1.0.0")
    assert (refused.status, refused.err) == (
        1,
        "An editor may not deprecate a template.\nIt is for network staff.\n",
    )


def test_a_token_in_a_file_acts_and_one_that_others_can_read_is_warned_of(network: Run, tmp_path: Path):
    word = network("token", "create", "--role", "analyst").out.strip()
    file = token_file(tmp_path, word)
    quiet = network("template", "list", "--token-file", file)
    assert (quiet.status, quiet.err) == (0, "")
    warned = network("--token-file", token_file(tmp_path, word, 0o644), "template", "list")
    assert (warned.status, "can be read by others" in warned.err, word in warned.err) == (0, True, False)
    refused = network("token", "list", "--token-file", token_file(tmp_path, word))
    assert (refused.status, refused.out) == (1, "")


def test_a_revoked_token_opens_nothing_and_is_not_printed(network: Run, monkeypatch: pytest.MonkeyPatch):
    given = network("token", "create", "--role", "network", "--expires", "2999-12-31", "--scope", "read", "--json").json
    assert {"token", "id", "role", "scope", "expires"} <= set(given)
    assert not {"secret", "secret_sha256"} & set(given)
    revoked = network("token", "revoke", given["id"])
    assert (revoked.status, f"{given['id']} is revoked" in revoked.out) == (0, True)
    monkeypatch.setenv("OUTCOMES_TOKEN", given["token"])
    for words in (["template", "list"], ["token", "list"], ["rollup", "reading"], ["verify"], ["data", "batches"]):
        refused = network(*words)
        assert (refused.status, refused.out) == (1, ""), words
        assert refused.err.startswith("This token does not open this registry.\n"), words
        assert given["token"] not in refused.err, words
    assert network("template", "list", "--json").json["status"] == 401


def test_a_token_that_got_lost_on_the_way_makes_nobody_the_operator(
    network: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    empty = network("token", "list", "--token-file", token_file(tmp_path, ""))
    gone = network("token", "list", "--token-file", tmp_path / "gone")
    monkeypatch.setenv("OUTCOMES_TOKEN", " ")
    unset = network("token", "list")
    assert (empty.status, gone.status, unset.status) == (2, 1, 2)
    assert unset.err.startswith("OUTCOMES_TOKEN holds no token.\n")


def test_persons_who_signed_are_named_to_those_it_concerns(
    network: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    document = network("variant", "show", "alder/grade-3", "--document").json
    document["partners"] = [{"id": "schools", "name": "Schools", "sector": "education"}]
    (tmp_path / "v.json").write_text(json.dumps(document))
    assert network("variant", "propose", "v.json").status == 0
    signing = ("variant", "sign", "alder/grade-3", "--partner", "schools", "--by", "Ana Ruiz", "--authority", "Head")
    assert network(*signing).status == 0
    words = {role: network("token", "create", "--role", role).out.strip() for role in ("network", "analyst")}
    for role, word in words.items():
        monkeypatch.setenv("OUTCOMES_TOKEN", word)
        shown = network("variant", "show", "alder/grade-3")
        as_json = network("variant", "show", "alder/grade-3", "--json")
        history = network("variant", "history", "alder/grade-3")
        named = role == "network"
        assert (("Ana Ruiz" in shown.out), ("Ana Ruiz" in as_json.out), history.status) == (named, named, 1 - named)
        assert as_json.json["signatures"][0]["status"] == "signed"


def test_a_grant_is_given_listed_and_ended(network: Run, tmp_path: Path):
    line = head(tmp_path / "outcomes.db")[0] + 1
    given = network("grant", "add", "--community", "alder", "--role", "analyst", "--reason", "A study.")
    assert (given.status, given.out) == (0, f"g{line} is open (revision 1, line {line} of the ledger).\n")
    (shown,) = network("grant", "list", "--json").json
    assert (shown["id"], shown["status"], shown["reason"]) == (f"g{line}", "open", "A study.")
    assert network("grant", "end", f"g{line}").status == 0
    (shown,) = network("grant", "list", "--json").json
    assert shown["status"] == "ended"
    wrong = network("grant", "add", "--community", "alder", "--role", "public", "--reason", "x")
    late = network("grant", "add", "--community", "alder", "--role", "analyst", "--reason", "", "--until", "2001-01-01")
    assert (wrong.status, late.status, late.err.count("[grant-unfit]")) == (2, 1, 2)
    assert network("token", "create", "--role", "analyst", "--expires", "soon").status == 2


def test_a_token_is_no_argument_of_the_command_line(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as left:
        main(["--token", "outcomes_x", "template", "list"])
    assert left.value.code == 2
