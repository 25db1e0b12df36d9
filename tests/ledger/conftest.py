from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from places import Place
from uploads import upload

from registry.ledger.contract import Ledger
from registry.ledger.entry import Draft
from registry.ledger.sqlite import SqliteLedger


class SetClock:
    """A clock that shows what the test sets, and moves on by ``step`` at each reading."""

    def __init__(self) -> None:
        self.reading = datetime(2024, 6, 30, 12, tzinfo=UTC)
        self.step = timedelta(seconds=1)

    def __call__(self) -> datetime:
        reading = self.reading
        self.reading += self.step
        return reading


def _draft(subject: str, body: bytes = '{"name":"été"}'.encode()) -> Draft:
    return Draft(kind="template", schema="template/1", subject=subject, body=body)


@pytest.fixture
def draft() -> Callable[..., Draft]:
    """Makes a draft about a subject."""
    return _draft


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "outcomes.db"))


@pytest.fixture
def postgres_place(postgres_url: str) -> Place:
    return Place(postgres_url)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each test runs over both kinds of ledger; a module about one of them has a ``place`` of its own."""
    return request.getfixturevalue(f"{request.param}_place")


@pytest.fixture
def ledger(place: Place, clock: SetClock) -> Iterator[Ledger]:
    ledger = place.create(network="Three Rivers", now=clock)
    yield ledger
    ledger.close()


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """Seven entries: the first, an action of three with a key, three revisions of one subject."""
    with ledger.writing() as writer:
        writer.append(
            [_draft("framework:a"), _draft("template:a"), _draft("template:b")],
            actor="maria",
            idempotency_key="key-1",
            request_sha256="ab" * 32,
        )
        for _ in range(3):
            writer.append([_draft("variant:oak")], actor="jo")
    return ledger


@pytest.fixture
def uploaded(ledger: Ledger) -> Ledger:
    """95 entries, four of which should not have been uploaded."""
    if isinstance(ledger, SqliteLedger):  # as SQLite is built on many computers: moved rows leave traces
        ledger._connection.execute("PRAGMA secure_delete=OFF")
    upload(ledger, _draft)
    return ledger
