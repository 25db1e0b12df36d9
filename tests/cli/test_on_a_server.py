"""The command line over a registry on a PostgreSQL server: the same answers, and no password in sight."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from registry.ledger.postgres import PostgresLedger
from tests.cli.documents import community, head, instrument, lay_out, table, template, variant, wrote
from tests.conftest import Run

ROOT = Path(__file__).parents[2]
SECRET = "s3cret"
ASKED = ("rollup", "reading", "--by", "race_ethnicity", "--explain", "--json")


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "outcome-registry"


def test_a_registry_made_and_filled_on_a_server_answers_like_its_copy_in_a_file(
    run: Run, tmp_path: Path, postgres_url: str
):
    lay_out(tmp_path)
    (tmp_path / "outcomes.db").unlink()
    on = ("--registry", postgres_url)
    assert run("init", "--network", "Two towns", *on).status == 0
    assert run("template", "publish", wrote(tmp_path, "t.json", template()), *on).status == 0
    assert run("instrument", "publish", wrote(tmp_path, "i.json", instrument()), *on).status == 0
    for town, code in (("alder", "001"), ("birch", "002")):
        assert run("community", "add", wrote(tmp_path, "c.json", community(town, code)), *on).status == 0
        assert run("variant", "propose", wrote(tmp_path, "v.json", variant(town, code)), *on).status == 0
        loaded = ("data", "import", "data.csv", "--variant", f"{town}/grade-3", "--mapping", "mapping.toml")
        assert run(*loaded, *on).status == 0
    answer = run(*ASKED, *on)
    assert (answer.status, len(answer.json["series"]) > 1) == (0, True)

    assert run("ledger", "copy", postgres_url, "back.db").status == 0
    assert run(*ASKED, "--registry", "back.db").out == answer.out
    assert run("ledger", "log", "--json", "--registry", "back.db").out == run("ledger", "log", "--json", *on).out
    verified = run("verify", "--json", *on).json
    assert (verified["entries"], verified["head"], verified["faults"]) == (*head(tmp_path / "back.db"), [])
    assert run("verify", "--json", "--registry", "back.db").json == verified
    health = run("doctor", "--json", *on).json
    assert (health["entries"], health["faults"]) == (verified["entries"], 0)
    assert run("template", "check", "t.json", *on).status == 0


def test_a_registry_moves_onto_a_server_and_from_server_to_server(
    run: Run, tmp_path: Path, caches: Path, postgres_url: str, postgres_server, request
):
    lay_out(tmp_path)
    stood = head(tmp_path / "outcomes.db")
    postgres_server.ask("CREATE SCHEMA second", "outcomes")
    request.addfinalizer(lambda: postgres_server.ask("DROP SCHEMA second CASCADE", "outcomes"))
    second = postgres_server.url(schema="second")
    copied = run("ledger", "copy", "outcomes.db", postgres_url, "--json").json
    assert (copied["entries"], copied["head"]) == stood
    assert run("ledger", "copy", postgres_url, second).status == 0
    answer = run(*ASKED)
    assert run(*ASKED, "--registry", postgres_url).out == run(*ASKED, "--registry", second).out == answer.out
    refused = run("ledger", "copy", "outcomes.db", second)
    assert (refused.status, "There is a registry at" in refused.err) == (1, True)

    # From here on the two go their own ways, and share this user's folder of projection files.
    for number in range(20):
        place = wrote(tmp_path, "c.json", community(f"elm-{number}", str(number + 10)))
        assert run("community", "add", place, "--registry", second).status == 0
    cedar = wrote(tmp_path, "c.json", community("cedar", "99"))
    assert run("community", "add", cedar, "--registry", postgres_url).status == 0
    for registry, more in ((postgres_url, 1), (second, 20), (postgres_url, 1)):
        places = run("community", "list", "--json", "--registry", registry).json
        assert len(places) == 2 + more
    with closing(PostgresLedger.open(second)) as ledger:
        folder = caches / ledger.registry_id
    assert list(caches.iterdir()) == [folder]
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert {path.suffix for path in folder.iterdir()} == {".duckdb"}


def test_a_redaction_on_a_server_is_told_everywhere_and_moves_with_the_registry(
    run: Run, tmp_path: Path, caches: Path, postgres_url: str, postgres_server, request
):
    lay_out(tmp_path)
    postgres_server.ask("CREATE SCHEMA third", "outcomes")
    request.addfinalizer(lambda: postgres_server.ask("DROP SCHEMA third CASCADE", "outcomes"))
    third, on = postgres_server.url(schema="third"), ("--registry", postgres_url)
    assert run("ledger", "copy", "outcomes.db", postgres_url).status == 0
    wrong = wrote(tmp_path, "wrong.csv", table(["001,2018-19,All Students,999999,777777,77.8"]))
    batch = run("data", "import", wrong, "--variant", "alder/grade-3", *on, "--json").json["batch"]
    redacted = run("redact", batch, "--reason", "A wrong upload.", *on, "--json")
    assert (redacted.status, redacted.json["seqs"], redacted.json["by"]) == (0, [14, 15], 16)

    said = run("verify", *on)
    assert (said.status, "line 14: redacted by 16\n" in said.out) == (0, True)
    answer = run(*ASKED, *on)
    assert [(row["period"], row["status"]) for row in answer.json["redacted"]] == [
        ("SY2018-19", "not_available (redacted)")
    ]
    assert "777777" not in answer.out + run("ledger", "log", "--json", *on).out

    copies = (("file.db", postgres_url), (third, "file.db"))
    for target, source in copies:
        assert run("ledger", "copy", source, target).status == 0
        assert run("verify", "--json", "--registry", target).json == run("verify", "--json", *on).json
        assert "line 15: redacted by 16\n" in run("verify", "--registry", target).out
        assert run(*ASKED, "--registry", target).out == answer.out
    again = run("redact", batch, "--reason", "A wrong upload.", "--registry", third, "--json")
    assert (again.status, again.json["by"]) == (0, None)
    told = run("redact", batch, "--reason", "A wrong upload.", "--registry", third)
    assert "The server's own log and its replicas may keep it" in told.out


def test_a_damaged_registry_leaves_nothing_on_a_server(run: Run, tmp_path: Path, postgres_url: str):
    path = lay_out(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"community:alder", b"community:elder", 1))
    refused = run("ledger", "copy", "outcomes.db", postgres_url)
    assert (refused.status, "does not add up" in refused.err) == (1, True)
    assert "There is no registry at" in run("verify", "--registry", postgres_url).err
    assert run("init", "--registry", postgres_url).status == 0


def test_demonstration_is_built_on_a_server(
    run: Run, caches: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("OUTCOMES_REGISTRY", postgres_url)
    built = run("demo")
    assert (built.status, "is built from the seeds" in built.err) == (0, True)
    assert "early-grade-reading@1.0.0: network results" in built.out
    assert run("verify").status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["caches"]


@pytest.mark.parametrize(
    "words",
    [
        ("init",),
        ("demo",),
        ("verify",),
        ("doctor",),
        ("rollup", "reading"),
        ("template", "check", "t.json"),
        ("ledger", "log"),
        ("ledger", "copy", "outcomes.db", "THERE"),
        ("ledger", "copy", "THERE", "copy.db"),
    ],
    ids=" ".join,
)
def test_no_command_shows_a_password_or_a_traceback(run: Run, tmp_path: Path, words: tuple[str, ...]):
    lay_out(tmp_path)
    wrote(tmp_path, "t.json", template())
    for address in (
        f"postgresql://maria:{SECRET}@/x?host=/nowhere",
        f"postgresql://maria:{SECRET}@@/x?host=/nowhere",
        f"postgres://maria@/x?host=/nowhere&password={SECRET}",
    ):
        named = [address if word == "THERE" else word for word in words]
        result = run(*named, *(() if "THERE" in words else ("--registry", address)))
        assert result.status == 1
        assert "maria@" in result.err
        assert SECRET not in result.out + result.err
        assert "Traceback" not in result.err


def test_an_address_of_another_kind_does_not_show_its_password_either(run: Run):
    result = run("verify", "--registry", f"mysql://maria:{SECRET}@host/x")
    assert (result.status, SECRET in result.err) == (2, False)
    assert "postgresql://USER@HOST/DATABASE" in result.err


def test_without_the_extra_a_server_is_refused_in_words_and_files_work(tmp_path: Path):
    lay_out(tmp_path)
    program = "import sys; sys.modules['psycopg'] = None; from registry.cli.main import main; main(sys.argv[1:])"

    def ended(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, *words]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    refused = ended("verify", "--registry", f"postgresql://maria:{SECRET}@host/x")
    assert refused.returncode == 1
    assert "needs the extra `postgres`" in refused.stderr
    assert "pip install 'outcome-registry[postgres]'" in refused.stderr
    assert SECRET not in refused.stderr
    assert ended("verify").returncode == 0
