"""The demonstration: built in an empty folder, opened the next time, and never there by halves."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from registry.actions.demonstration import make_whole
from registry.app import create_registry
from registry.domain.refusal import Conflict
from tests.cli.documents import head, new_registry
from tests.conftest import Run, copy_of

ROOT = Path(__file__).parents[2]
HEARD = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""An interrupt is heard also where the tests run in the background, which passes on that it is not."""
DEMO = (sys.executable, "-c", f"{HEARD}; from registry.cli.main import main; main()", "demo")
TEMPLATES = (
    "consistent-attendance@1.0.0",
    "early-grade-reading@1.0.0",
    "hs-graduation@1.0.0",
    "kindergarten-readiness@1.0.0",
    "middle-grade-math@1.0.0",
    "postsecondary-enrollment@1.0.0",
)


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*DEMO, *words], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def visible(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def test_demonstration_is_built_once_where_the_registry_is_named_and_opened_after_that(tmp_path: Path):
    words = ("--registry", "look here.db")
    first = start(tmp_path, *words)
    printed, told = first.communicate(timeout=300)
    assert first.returncode == 0, told
    assert all(f"{name}: network results" in printed for name in TEMPLATES)
    assert "look here.db is built from the seeds" in told
    assert "--registry 'look here.db' --explain" in printed
    path = tmp_path / "look here.db"
    assert {path.name, f"{path.name}.lock", f"{path.name}.projection"} == {made.name for made in tmp_path.iterdir()}
    assert path.stat().st_mode & 0o777 == 0o600
    stood = head(path)
    second = start(tmp_path, *words, "--json")
    answers, told = second.communicate(timeout=300)
    assert second.returncode == 0, told
    assert [answer["template"] for answer in json.loads(answers)] == list(TEMPLATES)
    assert "was opened" in told
    assert head(path) == stood


def test_demonstration_is_demo_db_here_where_nothing_is_named(run: Run, seeded: Path, tmp_path: Path):
    stood = head(copy_of(seeded, tmp_path))
    again = run("demo", "--json")
    assert (again.status, "demo.db is already here and was opened" in again.err) == (0, True)
    assert head(tmp_path / "demo.db") == stood


@pytest.mark.parametrize("words", [(), ("--registry", "ours.db")], ids=["demo.db", "named"])
def test_registry_of_others_is_no_demonstration(run: Run, tmp_path: Path, words: tuple[str, ...]):
    path = tmp_path / (words[-1] if words else "demo.db")
    assert run("init", "--network", "Our towns", "--registry", path).status == 0
    stood = head(path)
    refused = run("demo", *words)
    assert (refused.status, refused.out) == (1, "")
    assert "Our towns" in refused.err
    assert "--registry" in refused.err
    assert head(path) == stood


def test_demonstration_in_no_folder_is_refused_in_words(run: Run):
    refused = run("demo", "--registry", "absent/demo.db")
    assert (refused.status, refused.out) == (1, "")
    assert "There is no folder" in refused.err


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_interrupted_demonstration_is_not_there(tmp_path: Path, end: signal.Signals):
    for attempt in range(5):  # on a busy machine the demonstration may be there before the signal is
        folder = tmp_path / str(attempt)
        folder.mkdir()
        status, told = interrupted(folder, end)
        if status != 0:
            break
    assert status == (-signal.SIGKILL if end == signal.SIGKILL else 130), told
    assert told == ""
    assert "demo.db" not in visible(folder)
    if end == signal.SIGKILL:
        assert any(path.name.startswith(".demo.db-") for path in folder.iterdir()), "it was to become demo.db here"
    if end == signal.SIGINT:
        assert not any(folder.rglob("demo.db"))


def interrupted(folder: Path, end: signal.Signals) -> tuple[int, str]:
    """Start the demonstration and send it a signal as soon as some of it is written: its exit status, and what it said."""
    process = start(folder)
    while process.poll() is None and not any(folder.rglob("projection-*")):
        time.sleep(0.01)
    process.send_signal(end)
    _, told = process.communicate(timeout=60)
    return process.returncode, told


def test_what_came_meanwhile_is_not_overwritten(tmp_path: Path):
    def meanwhile(aside: Path):
        with new_registry(tmp_path):
            pass
        return create_registry(aside, "Late")

    with pytest.raises(Conflict):
        make_whole(tmp_path / "outcomes.db", meanwhile)
    with_first = head(tmp_path / "outcomes.db")
    assert with_first[0] == 1
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_write_ahead_log_of_an_earlier_registry_is_not_adopted(tmp_path: Path):
    (tmp_path / "outcomes.db-wal").write_bytes(b"old")
    with pytest.raises(Conflict, match=r"outcomes\.db-wal"):
        make_whole(tmp_path / "outcomes.db", lambda aside: create_registry(aside, "New"))
    assert not (tmp_path / "outcomes.db").exists()
