"""A full disk: what is recorded is read, what cannot be recorded is refused in words, and once there is room all goes on by itself."""

import json
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from shutil import copyfile, disk_usage

import msgspec
import pytest

from registry import duck
from registry.ledger.entry import Draft
from registry.ledger.sqlite import SqliteLedger
from tests.cli.documents import lay_out, template, wrote
from tests.faults.acts import Said, everything, opened

Outcomes = Callable[..., Said]

PAGE = 4096  # bytes: the least that a disk gives
FULL = "There is no room left on the disk"


class Row(msgspec.Struct, frozen=True):
    """A row that passes between Python and DuckDB."""

    number: int


def fill(disk: Path, *, but: int = 0) -> Path:
    """A file that takes all the room there is, but so many bytes."""
    filler = disk / "filler"
    with filler.open("ab") as file:
        file.write(bytes(disk_usage(disk).free - but))
    assert disk_usage(disk).free == but
    return filler


def documents(folder: Path) -> Iterator[tuple[str, Path]]:
    """Templates without end, each as long as a long one, with their names."""
    for number in count():
        name = f"outcome-{number}"
        yield name, wrote(folder, f"{name}.json", template(id=name, lay_definition="long " * 3000))


def rolled_up(outcomes: Outcomes, registry: Path) -> dict[str, object]:
    """What the network's results are, whichever line they are read at."""
    told = outcomes("rollup", "reading", "--explain", "--registry", registry, "--json")
    assert (told.status, told.err) == (0, "")
    return {**json.loads(told.out), "seq": None, "as_of": None}


def names(outcomes: Outcomes, registry: Path) -> set[str]:
    told = outcomes("template", "list", "--registry", registry, "--json")
    assert (told.status, told.err) == (0, "")
    return {line["id"] for line in json.loads(told.out)}


def entries(registry: Path) -> int:
    """How many entries there are, all of them whole."""
    with closing(SqliteLedger.open(registry)) as ledger:
        found = ledger.verify()
    assert found.faults == ()
    return found.entries


def publish_until_refused(outcomes: Outcomes, registry: Path, folder: Path) -> tuple[set[str], Path, Said]:
    """The names that were acknowledged, the document that was not, and what was said to it."""
    acknowledged = set()
    for name, document in documents(folder):
        said = outcomes("template", "publish", document, "--registry", registry)
        if said.status:
            return acknowledged, document, said
        acknowledged.add(name)
        assert len(acknowledged) < 100, "the disk is never full"
    raise AssertionError


def test_writing_until_the_disk_is_full_is_refused_in_words_and_leaves_all_that_was_acknowledged(
    disk: Path, tmp_path: Path, outcomes: Outcomes
):
    registry = lay_out(disk, published=False)
    before, held = rolled_up(outcomes, registry), entries(registry)
    filler = fill(disk, but=45 * PAGE)
    acknowledged, refused, said = publish_until_refused(outcomes, registry, tmp_path)
    assert (said.status, said.out) == (1, "")
    assert FULL in said.err
    assert "Make room" in said.err
    assert acknowledged
    fill(disk)
    assert names(outcomes, registry) == {"reading", *acknowledged}
    assert entries(registry) == held + len(acknowledged)
    assert rolled_up(outcomes, registry) == before
    filler.unlink()
    assert outcomes("template", "publish", refused, "--registry", registry).status == 0
    assert names(outcomes, registry) == {"reading", *acknowledged, refused.stem}
    assert entries(registry) == held + len(acknowledged) + 1


def test_a_registry_at_rest_on_a_disk_without_a_single_byte_left_is_read(
    disk: Path, tmp_path: Path, outcomes: Outcomes
):
    """Nobody has it open, so what the processes that open it share has no place yet, and gets none."""
    registry = lay_out(disk, published=False)
    before, held = rolled_up(outcomes, registry), entries(registry)
    filler = fill(disk)
    assert not registry.with_name("outcomes.db-shm").exists()
    assert rolled_up(outcomes, registry) == before
    assert outcomes("verify", "--registry", registry).status == 0
    document = wrote(tmp_path, "new.json", template(id="new"))
    said = outcomes("template", "publish", document, "--registry", registry)
    assert (said.status, said.out) == (1, "")
    assert FULL in said.err
    filler.unlink()
    assert outcomes("template", "publish", document, "--registry", registry).status == 0
    assert entries(registry) == held + 1


def test_the_last_entries_of_a_killed_writer_are_read_from_a_full_disk(disk: Path, tmp_path: Path):
    """They stand in the write-ahead log, and a reader that shares nothing reads them there too."""
    source = lay_out(tmp_path)
    with closing(SqliteLedger.open(source)) as ledger:
        with ledger.writing() as writer:
            writer.append([Draft(kind="template", schema="template/1", subject="template:x", body=b"{}")], actor="ana")
        head = ledger.head()
        for ending in ("", "-wal"):
            copyfile(f"{source}{ending}", disk / f"outcomes.db{ending}")
    assert (disk / "outcomes.db-wal").stat().st_size
    fill(disk)
    with closing(SqliteLedger.open(disk / "outcomes.db")) as ledger:
        assert ledger.head() == head
        assert ledger.verify(head=head.chain).faults == ()
        assert ledger.verify().entries == head.seq
        assert ledger.body(head) == b"{}"


def test_who_reads_on_a_full_disk_waits_until_another_has_read(disk: Path, tmp_path: Path, outcomes: Outcomes):
    registry = lay_out(disk, published=False)
    fill(disk)
    with closing(SqliteLedger.open(registry)) as ledger, ThreadPoolExecutor() as pool:
        held = ledger.head().seq
        other = pool.submit(entries, registry)
        with suppress(TimeoutError):
            other.result(timeout=0.5)
        assert not other.done()
        ledger.close()
        assert other.result() == held


@pytest.mark.parametrize("disk", [4096 * PAGE], indirect=True)
def test_a_projection_that_has_no_room_answers_from_memory_and_is_written_once_there_is(disk: Path, tmp_path: Path):
    registry = lay_out(tmp_path, published=False)
    with opened(str(registry), tmp_path / "files") as projection:
        truth = everything(projection)
        published = projection.publish()
        assert published is not None
        needed = published.stat().st_size // PAGE
    files = disk / "files"
    files.mkdir()
    for room in (0, needed // 3, needed - 1):
        filler = fill(disk, but=room * PAGE)
        with opened(str(registry), files) as projection:
            assert everything(projection) == truth
            assert projection.publish() is None
            assert list(files.iterdir()) == []
            assert everything(projection) == truth
            filler.unlink()
            assert projection.publish() == files / published.name
            assert everything(projection) == truth
            (files / published.name).unlink()


def test_a_limit_to_the_length_of_files_is_refused_in_words_and_leaves_nothing_half_written(
    tmp_path: Path, outcomes: Outcomes
):
    """Where no disk can be mounted, this still stops a write in its middle."""
    registry = lay_out(tmp_path, published=False)
    before, held = rolled_up(outcomes, registry), entries(registry)
    document = wrote(tmp_path, "long.json", template(id="long", lay_definition="long " * 3000))
    for most_bytes in (4096, 12_000, 33_000):
        said = outcomes("template", "publish", document, "--registry", registry, most_bytes=most_bytes)
        assert (said.status, said.out) == (1, ""), most_bytes
        assert "Traceback" not in said.err
        assert "room" in said.err
        assert entries(registry) == held
    assert rolled_up(outcomes, registry) == before
    assert outcomes("template", "publish", document, "--registry", registry).status == 0
    assert entries(registry) == held + 1


@pytest.mark.skipif(not duck.FILES_IN_MEMORY, reason="this system has no files in memory")
def test_rows_pass_between_python_and_duckdb_without_a_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with closing(duck.connect()) as connection:
        connection.execute("create table kept (number integer)")
        duck.insert(connection, "kept", [Row(number) for number in range(1000)])
        body = duck.parquet_of(connection, "kept")
        duck.read_parquet(connection, "arrived", [body] * 300)
        told = connection.execute(
            "select count(*), sum(number), max(body), count(distinct body) from arrived"
        ).fetchall()
        assert told == [(300_000, 300 * 499_500, 299, 300)]
