"""The projection's files: what cannot be trusted is passed over or written anew, and answers are the same to the byte all the while."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile, rmtree

import msgspec
import networks
import pytest
from networks import (
    Net,
    begin,
    community_of,
    counts,
    give_back,
    load,
    loaded,
    random_net,
    template_of,
    variant_of,
    write,
    write_net,
)

from registry import duck
from registry.projection.answer import RollupRequest, rollup
from registry.projection.compare import compare
from registry.projection.files import PUBLISH_AFTER, Origin, Projection
from registry.version import __version__

NET = random_net(3)
ROOT = Path(__file__).parents[2]
SLUGS = tuple(
    place.slug for place in NET.communities if any(variant.community == place.slug for variant in NET.variants)
)
ASKED = RollupRequest(template=NET.template.id, by="sex", explain=True)


def said(projection: Projection) -> bytes:
    """The roll-up of today with every source behind it, and the one of a line before."""
    today = rollup(projection, ASKED)
    line = projection.ledger.entry(today.seq - 1)
    return msgspec.json.encode(
        [today, rollup(projection, RollupRequest(template=NET.template.id, as_of=line.recorded_at))]
    )


@pytest.fixture(autouse=True)
def given_back() -> Iterator[None]:
    yield
    give_back()


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry whose network was loaded with files beside it."""
    folder = tmp_path_factory.mktemp("registry")
    projection = begin(folder, files=folder / "files")
    write_net(projection, NET)
    projection.catch_up()
    projection.publish()
    projection.ledger.close()
    return folder


@pytest.fixture(scope="module")
def truth(registry: Path) -> bytes:
    """What the registry says with everything in memory."""
    answer = said(networks.opened(registry, None))
    assert b'"levels":[{' in answer
    return answer


@pytest.fixture
def here(registry: Path, tmp_path: Path) -> Path:
    """A copy of the registry of one's own, with its newest file."""
    copyfile(registry / "outcomes.db", tmp_path / "outcomes.db")
    (tmp_path / "files").mkdir(mode=0o700)
    copyfile(newest(registry), tmp_path / "files" / newest(registry).name)
    return tmp_path


def newest(folder: Path) -> Path:
    (path,) = (folder / "files").glob("projection-*.duckdb")
    return path


def opened(folder: Path) -> Projection:
    return networks.opened(folder, folder / "files")


def base_of(projection: Projection) -> str | None:
    """The file that a projection reads; null where it reads none."""
    query = "select path from duckdb_databases() where database_name = 'base'"
    (row,) = projection._connection.execute(query).fetchall()
    return row[0]


def origin_of(path: Path) -> Origin:
    connection = duck.connect()
    duck.attach(connection, path, "next", read_only=True)
    (row,) = connection.execute("from next.origin").fetchall()
    connection.close()
    return Origin(*row)


# The same bytes ----------------------------------------------------------------------------------------------------


def test_answers_are_the_same_after_reopening(here: Path, truth: bytes) -> None:
    for _ in range(2):
        projection = opened(here)
        assert said(projection) == truth
        assert compare(projection, SLUGS, NET.template.id).series
        assert base_of(projection) == str(newest(here))


def test_answers_are_the_same_after_the_folder_is_deleted(here: Path, truth: bytes) -> None:
    rmtree(here / "files")
    projection = opened(here)
    assert said(projection) == truth
    assert newest(here).stat().st_size > 0
    assert said(projection) == truth


@pytest.mark.parametrize("threads", [1, 4])
def test_answers_are_the_same_with_any_number_of_threads(here: Path, truth: bytes, threads: int) -> None:
    projection = opened(here)
    projection._connection.execute(f"set threads = {threads}")
    assert [said(projection) for _ in range(3)] == [truth] * 3


def test_answers_are_the_same_from_tail_and_file(tmp_path: Path, truth: bytes) -> None:
    """Some lines in a file and some in memory behind it; then all of them in a file."""
    projection = begin(tmp_path, files=tmp_path / "files")
    write(projection, (NET.template, *NET.communities, *NET.variants))
    projection.catch_up()
    projection.publish()
    load(projection, NET.loads[:4])
    both = said(projection)
    assert projection.seq > projection._base_seq > 0
    assert both == said(networks.opened(tmp_path, None))
    assert projection.publish() == newest(tmp_path)
    assert said(projection) == both
    load(projection, NET.loads[4:])
    assert msgspec.json.decode(levels_of(projection)) == msgspec.json.decode(truth)[0]["levels"]


def levels_of(projection: Projection) -> bytes:
    return msgspec.json.encode(rollup(projection, ASKED).levels)


def test_a_file_is_written_every_so_many_lines(tmp_path: Path) -> None:
    projection = begin(tmp_path, files=tmp_path / "files")
    template = template_of("outcome")
    write(projection, (template, *(community_of(f"place-{number}") for number in range(PUBLISH_AFTER - 3))))
    projection.catch_up()
    assert not (tmp_path / "files").exists()
    write(projection, [community_of("one-more")])
    projection.catch_up()
    assert [path.name for path in (tmp_path / "files").iterdir()] == [
        f"projection-{__version__}-{PUBLISH_AFTER}.duckdb"
    ]


# Files that cannot be trusted --------------------------------------------------------------------------------------


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_by_a_byte(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def no_database(path: Path) -> None:
    path.write_text("school_year,value\n2018-19,31.6\n", "utf-8")


def of_another_registry(path: Path) -> None:
    change(path, "registry_id = 'another'")


def of_a_newer_program(path: Path) -> None:
    change(path, "program = '99.0.0'")


def of_another_line(path: Path) -> None:
    change(path, "seq = seq - 1")


def of_another_history(path: Path) -> None:
    change(path, "chain = repeat('f', 64)")


def without_origin(path: Path) -> None:
    run_on(path, "delete from next.origin")


def without_a_table(path: Path) -> None:
    run_on(path, "drop table next.series")


def change(path: Path, what: str) -> None:
    run_on(path, f"update next.origin set {what}")


def run_on(path: Path, text: str) -> None:
    connection = duck.connect()
    duck.attach(connection, path, "next", read_only=False)
    connection.execute(text)
    duck.detach(connection, "next")
    connection.close()


DAMAGES = (
    cut_short, cut_by_a_byte, emptied, no_database, of_another_registry, of_a_newer_program,
    of_another_line, of_another_history, without_origin, without_a_table,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_file_that_cannot_be_trusted_is_passed_over_and_written_anew(
    here: Path, truth: bytes, damage: Callable[[Path], None]
) -> None:
    damage(newest(here))
    projection = opened(here)
    assert base_of(projection) is None
    assert said(projection) == truth
    assert base_of(projection) == str(newest(here))
    again = opened(here)
    assert base_of(again) == str(newest(here))
    assert said(again) == truth


def test_a_damaged_block_anywhere_is_never_part_of_an_answer(here: Path, truth: bytes) -> None:
    whole = newest(here).read_bytes()
    for place in range(4096, len(whole), len(whole) // 7):
        torn = bytearray(whole)
        torn[place] ^= 0xFF
        newest(here).write_bytes(torn)
        projection = opened(here)
        assert said(projection) == truth


def test_a_file_beyond_the_ledgers_head_is_passed_over(here: Path, truth: bytes) -> None:
    """A backup of the ledger was put back, and a file of the lost lines still stands there."""
    later = newest(here).with_name(f"projection-{__version__}-9999.duckdb")
    copyfile(newest(here), later)
    change(later, "seq = 9999")
    projection = opened(here)
    assert base_of(projection) == str(newest_but(here, later))
    assert said(projection) == truth


def newest_but(folder: Path, other: Path) -> Path:
    (path,) = (entry for entry in (folder / "files").glob("projection-*.duckdb") if entry != other)
    return path


def test_only_older_files_of_this_program_are_taken_away(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    others = (
        "projection-99.0.0-1.duckdb",
        "projection-1.duckdb",
        f"projection-{__version__}-x.duckdb",
        "notes.txt",
        f"projection-{__version__}-900.duckdb",
    )
    for name in others:
        (files / name).write_text("mine", "utf-8")
    (files / f"projection-{__version__}-1.duckdb").write_text("old", "utf-8")
    projection = begin(tmp_path, files=files)
    write(projection, [template_of("outcome"), community_of("place")])
    projection.catch_up()
    published = projection.publish()
    assert published is not None
    assert sorted(path.name for path in files.iterdir()) == sorted((*others, published.name))
    assert {(files / name).read_text("utf-8") for name in others} == {"mine"}


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    projection = begin(tmp_path, files=tmp_path / "files")
    write(projection, [template_of("outcome")])
    projection.catch_up()
    path = projection.publish()
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "hindrance", ["a file in the folder's place", "a folder in the file's place", "no such parent"]
)
def test_where_no_file_can_be_written_all_stays_in_memory(here: Path, truth: bytes, hindrance: str) -> None:
    name = newest(here).name
    rmtree(here / "files")
    files = here / "files"
    if hindrance == "a file in the folder's place":
        files.write_text("", "utf-8")
    elif hindrance == "a folder in the file's place":
        (files / name / "full").mkdir(parents=True)
    else:
        files = here / "missing" / "files"
    projection = networks.opened(here, files)
    assert said(projection) == truth
    assert projection.publish() is None
    assert base_of(projection) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever may write everywhere has no read-only folder")
def test_a_read_only_folder_is_read_and_left_alone(here: Path, truth: bytes) -> None:
    (here / "files").chmod(0o500)
    try:
        projection = opened(here)
        assert said(projection) == truth
        write(projection, [community_of(f"place-{number}") for number in range(PUBLISH_AFTER)])
        projection.catch_up()
        assert projection.seq > projection._base_seq
    finally:
        (here / "files").chmod(0o700)


# Several processes -------------------------------------------------------------------------------------------------

OPEN_AND_ANSWER = """
import sys
from pathlib import Path
import msgspec
from registry.ledger.sqlite import SqliteLedger
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
here = Path(sys.argv[1])
sys.stdin.readline()
projection = Projection(SqliteLedger.open(here / "outcomes.db"), here / "files")
projection.catch_up()
projection.publish()
sys.stdout.buffer.write(msgspec.json.encode(rollup(projection, RollupRequest(template=sys.argv[2], by="sex")).levels))
"""


def test_processes_that_publish_at_once_say_the_same(here: Path, truth: bytes) -> None:
    rmtree(here / "files")
    command = [sys.executable, "-c", OPEN_AND_ANSWER, str(here), NET.template.id]
    running = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(4)]
    for process in running:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert {msgspec.json.encode(msgspec.json.decode(truth)[0]["levels"])} == set(told)
    assert [path.name for path in (here / "files").iterdir()] == [newest(here).name]


def test_a_reader_keeps_its_file_after_it_was_taken_away(here: Path, truth: bytes) -> None:
    reader = opened(here)
    old = newest(here)
    writer = opened(here)
    write(writer, [community_of(f"place-{number}") for number in range(PUBLISH_AFTER)])
    writer.catch_up()
    assert not old.exists()
    assert base_of(reader) == str(old)
    now, then = (msgspec.json.decode(entry)[0] for entry in (said(reader), truth))
    assert {**now, "seq": 0, "as_of": ""} == {**then, "seq": 0, "as_of": ""}
    assert said(reader) == said(writer)


@pytest.fixture
def vanishing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Every file that was found good is taken away by somebody else before it is read."""
    taken: list[Path] = []
    usable = Projection._usable

    def found_and_taken(self: Projection, seq: int, path: Path) -> bool:
        good = usable(self, seq, path)
        if good:
            taken.append(path)
            path.unlink()
        return good

    monkeypatch.setattr(Projection, "_usable", found_and_taken)
    return taken


def test_a_file_that_vanishes_while_it_is_opened_is_done_without(
    here: Path, truth: bytes, vanishing: list[Path]
) -> None:
    projection = opened(here)
    assert len(vanishing) == 1
    assert said(projection) == truth


def test_a_file_that_another_process_wrote_first_and_took_away_is_done_without(
    here: Path, truth: bytes, vanishing: list[Path]
) -> None:
    whole = newest(here).read_bytes()
    name = newest(here)
    name.unlink()
    projection = opened(here)
    name.write_bytes(whole)
    assert said(projection) == truth
    assert vanishing == [name]
    assert projection.seq == projection.ledger.head().seq


def some_levels() -> Net:
    """Two communities that pool."""
    template = template_of("small")
    variants = tuple(variant_of(place, template, baseline={"period": "SY2014-15"}) for place in ("one", "two"))
    loads = tuple(loaded(variant, {2014: counts(10, 40), 2015: counts(20, 40)}) for variant in variants)
    return Net(
        template=template, communities=(community_of("one"), community_of("two")), variants=variants, loads=loads
    )


def test_one_registry_never_answers_from_the_file_of_another(tmp_path: Path) -> None:
    """Both have as many lines, and the file of the one stands where the other's would."""
    answers = {}
    for name, factor in (("mine", 1), ("yours", 2)):
        folder = tmp_path / name
        folder.mkdir()
        net = some_levels()
        loads = tuple(loaded(variant, {2015: counts(10 * factor, 40)}) for variant in net.variants)
        projection = begin(folder, files=folder / "files")
        write_net(projection, msgspec.structs.replace(net, loads=loads))
        answers[name] = levels_in(projection, "small")
        projection.publish()
    copyfile(newest(tmp_path / "yours"), newest(tmp_path / "mine"))
    projection = opened(tmp_path / "mine")
    assert levels_in(projection, "small") == answers["mine"] != answers["yours"]
    assert projection.publish() == newest(tmp_path / "mine")
    assert levels_in(projection, "small") == answers["mine"]
    assert origin_of(newest(tmp_path / "mine")).registry_id == projection.ledger.registry_id


def levels_in(projection: Projection, template: str) -> bytes:
    return msgspec.json.encode(rollup(projection, RollupRequest(template=template)).levels)
