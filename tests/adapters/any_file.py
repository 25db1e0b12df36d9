"""A file of any format, read by the adapter that its mapping names."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from registry.adapters.contract import Reading, Wanted
from registry.app import ADAPTERS
from registry.domain.mapping import Mapping
from registry.domain.observation import Observation

PLAIN = """
place = { column = "place", scheme = "town" }
period = { column = "year" }
columns = { value = "rate" }
"""
CALENDAR = Wanted(period_kind="calendar-year")

Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read bytes or text as a file of that name."""

    def once(name: str, content: str | bytes, mapping: str, wanted: Wanted = CALENDAR) -> Reading:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_files([path], mapping, wanted)

    return once


def read_files(paths: list[Path], mapping: str, wanted: Wanted = CALENDAR) -> Reading:
    document = msgspec.convert(tomllib.loads(mapping), Mapping)
    return next(entry for entry in ADAPTERS if document.format in entry.formats).read(paths, document, wanted)


def values(reading: Reading) -> dict[str, float | None]:
    """The printed value of each place."""
    return {placed.place.partition(":")[2]: placed.observation.value for placed in reading.points}


def by_place(reading: Reading) -> dict[str, Observation]:
    return {placed.place.partition(":")[2]: placed.observation for placed in reading.points}


def rules(reading: Reading) -> list[str]:
    return [finding.rule for finding in reading.findings]
