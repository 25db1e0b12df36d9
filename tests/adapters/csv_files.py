"""What the tests of the CSV adapter share: mappings, and short ways to ask what a reading says."""

import tomllib
from pathlib import Path
from typing import Protocol

import msgspec

from registry.adapters.contract import Reading, Wanted
from registry.adapters.csv_table.adapter import read
from registry.domain.finding import Finding
from registry.domain.mapping import Mapping
from registry.domain.observation import Observation

PLAIN = """
place = { column = "place", scheme = "town" }
period = { column = "year" }
columns = { value = "rate" }
"""
COUNTED = """
place = { column = "place", scheme = "town" }
period = { fixed = "2018-19" }
columns = { value = "rate", numerator = "n", denominator = "d", eligible = "enrolled" }
"""
PERCENT = Wanted()
CALENDAR = Wanted(period_kind="calendar-year")


def mapping_of(toml: str) -> Mapping:
    return msgspec.convert(tomllib.loads(toml), Mapping)


def rules(reading: Reading) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.row) for finding in reading.findings]


def by_place(reading: Reading) -> dict[str, Observation]:
    return {placed.place: placed.observation for placed in reading.points}


def only(reading: Reading) -> Finding:
    (finding,) = reading.findings
    return finding


class Load(Protocol):
    """Reads text or bytes as a file of that name."""

    def __call__(
        self, content: str | bytes, mapping: str | Mapping, wanted: Wanted = ..., name: str = ...
    ) -> Reading: ...


def loader(folder: Path) -> Load:
    def load(
        content: str | bytes, mapping: str | Mapping, wanted: Wanted = CALENDAR, name: str = "file.csv"
    ) -> Reading:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read([path], mapping_of(mapping) if isinstance(mapping, str) else mapping, wanted)

    return load
