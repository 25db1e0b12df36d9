"""Projection files are caches: whatever becomes of them, answers stay the same to the byte.

Beside what ``tests/projection/test_files.py`` holds case by case: cut and altered at random places, kept where nobody may write, taken
away under an open registry, and left by a process that was killed.
"""

import ctypes
import os
import subprocess
import sys
from contextlib import closing
from inspect import signature
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random
from shutil import copyfile, rmtree

import msgspec
import pytest

from registry.actions.writing import document_draft, writing
from registry.app import run
from registry.cli.context import Context
from registry.domain.community import Community
from registry.ledger.lock import exclusive
from registry.projection.files import PUBLISH_AFTER, Projection
from registry.settings import Settings, projection_folder
from tests.cli.documents import community, lay_out
from tests.faults.acts import answer, everything, opened

POINTS = 12


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a registry and its newest projection file."""
    folder = tmp_path_factory.mktemp("caches")
    path = lay_out(folder)
    with opened(str(path), folder / "files") as projection:
        projection.catch_up()
        assert projection.publish() is not None
    return folder


@pytest.fixture(scope="module")
def truth(registry: Path) -> tuple[str, bytes]:
    """What the registry says with everything in memory."""
    return told(registry, None)


@pytest.fixture
def here(registry: Path, tmp_path: Path) -> Path:
    """A copy of the registry and its projection file, of one's own."""
    copied(registry, tmp_path)
    return tmp_path


def copied(registry: Path, folder: Path) -> None:
    copyfile(registry / "outcomes.db", folder / "outcomes.db")
    (folder / "files").mkdir(mode=0o700)
    copyfile(cache(registry), folder / "files" / cache(registry).name)


def cache(folder: Path) -> Path:
    (path,) = (folder / "files").glob("projection-*.duckdb")
    return path


def told(folder: Path, files: Path | None) -> tuple[str, bytes]:
    """Every row of the projection as a hash, and the roll-up as bytes."""
    with opened(str(folder / "outcomes.db"), files) as projection:
        return everything(projection), answer(projection)


def rows(folder: Path) -> str:
    with opened(str(folder / "outcomes.db"), folder / "files") as projection:
        return everything(projection)


def grow(projection: Projection) -> None:
    """As many more places as it takes until the next projection file is written."""
    places = [msgspec.convert(community(f"place-{number}"), Community) for number in range(PUBLISH_AFTER)]
    with writing(projection) as writer:
        writer.append([document_draft("community", f"community:{place.slug}", place) for place in places], actor="ana")


def test_a_file_cut_at_any_length_changes_no_answer(here: Path, truth: tuple[str, bytes], full: bool):
    chance = Random("cut")
    whole = cache(here).read_bytes()
    for _ in range(POINTS * (20 if full else 1)):
        cache(here).write_bytes(whole[: chance.randrange(len(whole))])
        assert rows(here) == truth[0]
    assert told(here, here / "files") == truth


def test_an_altered_byte_anywhere_changes_no_answer(here: Path, truth: tuple[str, bytes], full: bool):
    """Half of the places are in the first pages, where the file says what it is and where its parts are."""
    chance = Random("altered")
    whole = cache(here).read_bytes()
    for point in range(POINTS * (20 if full else 1)):
        torn = bytearray(whole)
        torn[chance.randrange(3 * 4096 if point % 2 else len(whole))] ^= chance.randrange(1, 256)
        cache(here).write_bytes(torn)
        assert rows(here) == truth[0]
    assert told(here, here / "files") == truth


def test_a_folder_taken_away_under_an_open_registry_is_made_anew(here: Path, truth: tuple[str, bytes]):
    with opened(str(here / "outcomes.db"), here / "files") as projection:
        assert everything(projection) == truth[0]
        rmtree(here / "files")
        assert (everything(projection), answer(projection)) == truth
        grow(projection)
        projection.catch_up()
        assert cache(here).name.endswith(f"-{projection.ledger.head().seq}.duckdb")
        with opened(str(here / "outcomes.db"), None) as from_nothing:
            assert everything(projection) == everything(from_nothing)


def test_what_a_killed_process_had_begun_to_write_is_taken_away_and_nothing_else(here: Path):
    remnant = here / "files" / "next-abcdefgh"
    remnant.mkdir()
    (remnant / cache(here).name).write_bytes(b"half")
    (here / "files" / "notes.txt").write_text("mine", "utf-8")
    cache(here).unlink()
    with opened(str(here / "outcomes.db"), here / "files") as projection:
        projection.catch_up()
        with exclusive(here / "files"):  # somebody is writing there: it may be theirs
            assert projection.publish() is None
            assert remnant.is_dir()
        published = projection.publish()
    assert sorted((here / "files").iterdir()) == [here / "files" / "notes.txt", published]


def test_a_file_altered_under_an_open_registry_is_told_in_words_with_the_folder_to_delete(
    here: Path, capsys: pytest.CaptureFixture[str]
):
    """What is in memory is pushed out between, as it is where there is little of it."""
    (here / "files").rename(projection_folder(here / "outcomes.db"))
    (file,) = projection_folder(here / "outcomes.db").iterdir()
    settings = Settings(registry=str(here / "outcomes.db"))

    def ask(*, damage: bool, context: Context) -> int:
        projection = context.open(settings.registry)
        projection.catch_up()
        if damage:
            torn = bytearray(file.read_bytes())
            torn[3 * 4096 :: 4096] = bytes(byte ^ 255 for byte in torn[3 * 4096 :: 4096])
            with file.open("r+b") as whole:
                whole.write(torn)
            projection.cursor().execute("set memory_limit = '100KB'")
            projection.cursor().execute("set memory_limit = '1GB'")
        print(answer(projection).decode())  # noqa: T201
        return 0

    def once(*, damage: bool) -> tuple[int, str, str]:
        return run(ask, signature(ask).bind_partial(damage=damage), settings), *capsys.readouterr()

    _, answered, _ = whole = once(damage=False)
    assert (whole[0], whole[2], '"levels"' in answered) == (0, "", True)
    status, out, err = once(damage=True)
    assert (status, out) == (1, "")
    assert f"A projection file in {file.parent} is damaged" in err
    assert "Delete that folder and ask again" in err
    rmtree(file.parent)
    assert once(damage=False) == whole


# Folders where nobody may write ---------------------------------------------------------------------------------------


def obey_modes() -> None:
    """Let this process, also where it is root's, write and read only where the modes of files and folders say so (Linux)."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # the third version of the call, this process
        held = (ctypes.c_uint32 * 6)()
        assert libc.capget(header, held) == 0
        held[0] &= ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, of those in effect
        assert libc.capset(header, held) == 0


def tell_where_one_may_not_write(folder: Path, sending: Connection) -> None:
    """What the registry says to somebody who may write its ledger and not its projection; then what it says 16 entries later."""
    obey_modes()
    files = folder / "files"
    sending.send(os.access(files, os.W_OK, effective_ids=True))
    sending.send(told(folder, files))
    with opened(str(folder / "outcomes.db"), files) as projection:
        grow(projection)
        sending.send((everything(projection), answer(projection)))


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform != "linux", reason="root may write everywhere here")
@pytest.mark.parametrize("with_file", [True, False], ids=["with a file", "empty"])
def test_a_folder_where_one_may_not_write_is_read_and_left_alone(
    here: Path, truth: tuple[str, bytes], server: ForkServerContext, with_file: bool
):
    files = here / "files"
    if not with_file:
        cache(here).unlink()
    held = sorted(files.iterdir())
    files.chmod(0o500)
    hearing, sending = server.Pipe(duplex=False)
    child = server.Process(target=tell_where_one_may_not_write, args=(here, sending), daemon=True)
    child.start()
    sending.close()
    with closing(hearing):
        assert hearing.recv() is False
        assert hearing.recv() == truth
        later = hearing.recv()
    child.join()
    files.chmod(0o700)
    assert child.exitcode == 0
    assert sorted(files.iterdir()) == held
    assert later == told(here, None)


def test_a_disk_that_is_read_only_is_read_and_left_alone(here: Path, disk: Path, truth: tuple[str, bytes]):
    subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
    copyfile(cache(here), disk / cache(here).name)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert told(here, disk) == truth
    with opened(str(here / "outcomes.db"), disk) as projection:
        grow(projection)
        with opened(str(here / "outcomes.db"), None) as from_nothing:
            assert everything(projection) == everything(from_nothing)
    assert [path.name for path in disk.iterdir()] == [cache(here).name]
