"""A wrong upload, from the day it is noticed to the last cache: nobody finds a byte of it, and everybody is told what became of it."""

from pathlib import Path

import pytest

from tests.cli.documents import head, lay_out, table, wrote
from tests.conftest import Run

CANARY = "CanaryGomezMaria"


def holding(folder: Path) -> list[str]:
    """Every file under a folder that holds the canary, as text or in the pages of any file."""
    names = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [str(path.relative_to(folder)) for path in names if CANARY.encode() in path.read_bytes()]


@pytest.fixture
def uploaded(run: Run, tmp_path: Path) -> str:
    """A registry into which a file with a name in it was loaded, rolled up and published; the load's name."""
    lay_out(tmp_path)
    rows = [
        f"001,{year}-{year - 1999},All Students,{300 + year},{100 + year - 2000},{CANARY}" for year in range(2010, 2016)
    ]
    wrong = wrote(tmp_path / "upload", f"{CANARY}.csv", table(rows).replace("rate", "note"))
    mapping = (tmp_path / "mapping.toml").read_text().replace('value = "rate"', 'value = "note"')
    codes = f'codes = {{ "{CANARY}" = "not_available" }}\n'
    wrote(tmp_path / "upload", "mapping.toml", codes + mapping)
    loaded = run("data", "import", wrong, "--variant", "alder/grade-3", "--mapping", "upload/mapping.toml", "--json")
    assert loaded.status == 0, loaded.err
    return loaded.json["batch"]


def test_a_wrong_upload_is_gone_from_the_ledger_to_the_last_cache(run: Run, tmp_path: Path, uploaded: str):
    assert CANARY in run("rollup", "reading", "--explain", "--json").out
    for _ in range(2):  # with so many lines in memory the projection is published
        for number in range(9):
            place = {"slug": f"place-{number}-{_}", "name": "A place"}
            assert run("community", "add", wrote(tmp_path, "place.json", place)).status == 0
    run("rollup", "reading")
    assert run("backup", "kept.db").status == 0
    assert list((tmp_path / "outcomes.db.projection").glob("*.duckdb"))
    kept = head(tmp_path / "outcomes.db")[1]
    assert "outcomes.db" in holding(tmp_path)

    assert run("data", "import", "data.csv", "--variant", "alder/grade-3", "--mapping", "mapping.toml").status == 0
    mapping = str(int(uploaded[1:]) - 1)
    done = run("redact", uploaded, mapping, "--reason", "A name stood in the file.")
    assert done.status == 0, done.err
    assert "kept.db still holds what was redacted" in done.out
    assert "Other backups and copies" in done.out

    assert {Path(name).parts[0] for name in holding(tmp_path)} == {"upload", "kept.db"}
    verified = run("verify", "--head", kept)
    assert verified.status == 0, verified.err
    assert f"line {uploaded[1:]}: redacted by" in verified.out
    answer = run("rollup", "reading", "--explain", "--json")
    assert CANARY not in answer.out
    told = {(row["community"], row["period"], row["status"]) for row in answer.json["redacted"]}
    assert told == {("alder", f"SY{year}-{year - 1999}", "not_available (redacted)") for year in range(2010, 2016)}
    assert [level["numerator"] for level in answer.json["levels"]] == [130]
    assert "Not available (redacted): alder/grade-3 SY2010-11" in run("rollup", "reading").out
    assert CANARY not in run("data", "batches").out

    assert run("backup", "after.db").status == 0
    assert run("--registry", "again.db", "restore", "after.db", "--keep-tokens").status == 0
    again = run("--registry", "again.db", "rollup", "reading", "--explain", "--json")
    assert again.out == answer.out
    assert {Path(name).parts[0] for name in holding(tmp_path)} == {"upload", "kept.db"}


def test_a_redaction_says_what_it_cannot_do(run: Run, tmp_path: Path, uploaded: str):
    assert run("redact", "--reason", "x").status == 2
    assert run("redact", "seven", "--reason", "x").status == 2
    refused = run("redact", "1", "2", uploaded, "--reason", "x")
    assert refused.status == 1
    assert refused.err.count("[not-redactable]") == 2
    assert any(name.startswith("outcomes.db") for name in holding(tmp_path))
    newest = run("redact", str(int(uploaded[1:]) - 1), "--reason", "x")
    assert "Register a corrected revision first" in newest.err
    done = run("redact", uploaded, "--reason", "A name stood in the file.", "--json")
    assert (done.json["points"], done.json["copies"], done.json["caches"]) == (6, [], [])
