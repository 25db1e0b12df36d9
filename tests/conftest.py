"""What holds for every test, and how a test uses the command line: the same entry point as a terminal, in a folder of its own.

Hypothesis has no deadline here (machines are shared) and its examples are the same at every run.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile, copytree
from uuid import uuid4

import msgspec
import pytest
from hypothesis import settings
from postgres_server import Server, running

from registry.actions.demonstration import build
from registry.app import ADAPTERS, create_registry, seed, seed_path
from registry.cli.main import main
from registry.domain.actor import operator
from registry.ledger.lock import exclusive
from registry.settings import projection_folder

settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Published files and known answers beside a checkout; they are no part of the project."""


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real published files, or a skip that says so."""
    folder = SHARED / "real"
    if not folder.is_dir():
        pytest.skip("the real published files are not here (../shared/real)")
    return folder


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether the long forms are asked for (.ci/run --full)."""
    return os.environ.get("OUTCOMES_FULL") == "1"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A real PostgreSQL server with an empty database ``outcomes``, or a skip that says why there is none."""
    with running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The address of an empty schema, for one test."""
    schema = f"t{uuid4().hex}"
    postgres_server.ask(f"CREATE SCHEMA {schema}", "outcomes")
    yield postgres_server.url(schema=schema)
    postgres_server.ask(f"DROP SCHEMA {schema} CASCADE", "outcomes")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration as ``demo.db`` in a folder, built once for all workers of a run. It is copied, and never opened there."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "seeded"
    folder.mkdir(exist_ok=True)
    with exclusive(folder, patience=600):
        path = folder / "demo.db"
        if not path.exists():
            made = build(folder / "building.db", create_registry, seed, seed_path, ADAPTERS, actor=operator("test"))
            made.catch_up()
            made.publish()
            made.close()
            made.ledger.close()
            projection_folder(folder / "building.db").rename(projection_folder(path))
            (folder / "building.db").rename(path)
    return folder


@pytest.fixture(scope="module")
def demonstration(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module's own copy of the demonstration."""
    return copy_of(seeded, tmp_path_factory.mktemp("demonstration"))


def copy_of(seeded: Path, folder: Path) -> Path:
    """The demonstration in a folder of one's own, with its projection's file."""
    path = folder / "demo.db"
    copyfile(seeded / "demo.db", path)
    copytree(projection_folder(seeded / "demo.db"), projection_folder(path))
    return path


class Result(msgspec.Struct, frozen=True):
    """What a command left behind: its exit status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> object:
        """Standard output as JSON."""
        return json.loads(self.out)


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run ``outcomes`` with arguments in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OUTCOMES_REGISTRY", raising=False)
    monkeypatch.delenv("OUTCOMES_TOKEN", raising=False)

    def once(*arguments: object) -> Result:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        return Result(int(left.value.code or 0), printed.out, printed.err)

    return once


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests have measured."""
    reports = [report for word in ("passed", "failed") for report in terminalreporter.getreports(word)]
    figures = [text for report in reports for name, text in report.user_properties if name == "figures"]
    if figures:
        terminalreporter.section("figures measured")
        for text in figures:
            terminalreporter.write_line(str(text))
