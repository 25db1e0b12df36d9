"""Every adapter reads its own sample as it promises, and finds the faults of its own bad file, each with its row and column."""

import importlib
import tomllib
from pathlib import Path

import msgspec
import pytest

from registry.adapters.contract import Adapter, Reading, Wanted
from registry.domain.finding import has_errors
from registry.domain.mapping import Mapping

ADAPTERS = Path(__file__).parents[2] / "adapters"
FOLDERS = sorted(path.parent for path in ADAPTERS.glob("*/adapter.py"))
SAME_IN_EACH = ("README.md", "sample.toml", "expected.json", "bad_expected.json")


def adapter_of(folder: Path) -> Adapter:
    return importlib.import_module(f"registry.adapters.{folder.name}.adapter").ADAPTER


def reading_of(folder: Path, stem: str) -> Reading:
    mapping = msgspec.convert(tomllib.loads((folder / "sample.toml").read_text("utf-8")), Mapping)
    (file,) = (path for path in folder.glob(f"{stem}.*") if path.suffix != ".toml")
    return adapter_of(folder).read([file], mapping, Wanted())


def told(reading: Reading, *parts: str) -> dict[str, object]:
    """The parts of a reading as JSON holds them."""
    return msgspec.json.decode(msgspec.json.encode({part: getattr(reading, part) for part in parts}))


def promised(folder: Path, name: str) -> dict[str, object]:
    return msgspec.json.decode((folder / name).read_bytes())


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_there_is_an_adapter():
    assert FOLDERS


def test_every_folder_holds_the_same_files_and_is_named_like_its_adapter(folder: Path):
    assert [name for name in SAME_IN_EACH if not (folder / name).is_file()] == []
    assert adapter_of(folder).name == folder.name


def test_sample_is_read_as_promised(folder: Path):
    reading = reading_of(folder, "sample")
    assert told(reading, "points", "findings", "tallies") == promised(folder, "expected.json")
    assert not has_errors(reading.findings)


def test_every_fault_of_the_bad_file_is_found(folder: Path):
    assert told(reading_of(folder, "bad"), "findings", "tallies") == promised(folder, "bad_expected.json")


def test_every_fault_says_where_what_and_how_to_mend(folder: Path):
    errors = [finding for finding in reading_of(folder, "bad").findings if finding.severity == "error"]
    assert len(errors) >= 20
    for finding in errors:
        assert None not in (finding.file, finding.row, finding.column, finding.cell), finding
        assert finding.detail, finding
        assert finding.hint, finding


def test_a_file_of_children_is_refused_and_nothing_of_it_repeated(folder: Path):
    reading = reading_of(folder, "children")
    assert reading.points == ()
    assert {finding.rule for finding in reading.findings} <= {"names-persons", "one-row-per-child"}
    assert has_errors(reading.findings)
    assert "Surname" not in str(reading)


@pytest.mark.parametrize("stem", ["sample", "bad"])
def test_rows_add_up(folder: Path, stem: str):
    for tally in reading_of(folder, stem).tallies:
        assert tally.rows == tally.read + tally.skipped + tally.refused
        assert tally.read == tally.exact + tally.bounded + tally.suppressed + tally.absent
