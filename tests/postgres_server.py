"""A real PostgreSQL server for the tests: started on a unix socket in a temporary folder, stopped at the end.

Each test process starts its own when the first test asks for one (about two seconds). Where no server is installed the tests
that need one are skipped; with ``CI`` or ``OUTCOMES_REQUIRE_SERVICES=1`` in the environment they fail instead.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

WAIT = 60  # seconds until a server that does not start is given up
USERS = ("postgres", "nobody")  # who runs the server when the tests run as root, which it refuses
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # only a crash of the computer would need it
    "full_page_writes": "off",
    "synchronous_commit": "off",  # so that a ledger shows that it asks for more
    "max_connections": "60",
    "shared_buffers": "32MB",
}


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: the one on the path, else the newest that Debian keeps."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    kept = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].partition(".")[0])
    )
    return kept[-1].parent if kept else None


def required() -> bool:
    """Whether a server that is missing is a failure."""
    return bool(os.environ.get("CI")) or os.environ.get("OUTCOMES_REQUIRE_SERVICES") == "1"


def unprivileged() -> dict[str, object]:
    """How a program is started as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    there = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = next(there[name] for name in USERS if name in there)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """A running server: the folder of its socket, and how it is reached, stopped and started again."""

    def __init__(self, folder: Path, bin_: Path) -> None:
        self.folder = folder
        self._bin = bin_
        self._as = unprivileged()
        if self._as:
            os.chown(folder, int(str(self._as["user"])), int(str(self._as["group"])))
        initdb = [bin_ / "initdb", "-D", folder / "data", "-U", "outcomes", "-A", "trust", "-E", "UTF8", "--no-sync"]
        made = subprocess.run(
            [*map(str, initdb), "--locale=C.UTF-8"], cwd=folder, capture_output=True, text=True, check=False, **self._as
        )
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr}")
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self._as,
            )
        deadline = time.monotonic() + WAIT
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text("utf-8", "replace")) from None
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT breaks every connection off in order, SIGQUIT at once."""
        self._process.send_signal(how)
        self._process.wait(WAIT)

    def url(self, database: str = "outcomes", schema: str = "") -> str:
        """The address of a database, or of one schema in it."""
        options = f"&options=-csearch_path%3D{schema}" if schema else ""
        return f"postgresql://outcomes@/{database}?host={self.folder}{options}"

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the server's owner."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running() -> Iterator[Server]:
    """A server for the length of the block. Skips, or fails where one is required, when none is installed."""
    bin_ = programs()
    if bin_ is None:
        if required():
            pytest.fail("PostgreSQL is required here and not installed: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed here (apt-get install postgresql)")
    # Not under pytest's own folder: the name of a unix socket has 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="outcomes-pg-"))
    try:
        server = Server(folder, bin_)
        try:
            server.ask("CREATE DATABASE outcomes")
            yield server
        finally:
            server.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
