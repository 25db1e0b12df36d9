"""Real published files, read with the mappings of this folder. How the known answers were worked out stands in each SOURCE.md."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from registry.adapters.contract import Reading, Wanted
from registry.app import ADAPTERS
from registry.check import check_toml
from registry.domain.finding import Finding
from registry.domain.mapping import RULES_OF_A_MAPPING, Mapping
from registry.domain.observation import Observation

MAPPINGS = Path(__file__).parent / "mappings"
PERCENT = Wanted()
CALENDAR = Wanted(period_kind="calendar-year")
COUNTS = Wanted(unit="count")


def mapping_named(name: str, **changes: object) -> Mapping:
    """A mapping of the folder, with members of it changed."""
    raw = (MAPPINGS / f"{name}.toml").read_bytes()
    assert check_toml(raw, Mapping, RULES_OF_A_MAPPING)[1] == (), name
    return msgspec.structs.replace(msgspec.convert(tomllib.loads(raw.decode()), Mapping), **changes)


def reading_of(mapping: str | Mapping, *files: Path, wanted: Wanted = PERCENT) -> Reading:
    """What the files say; a mapping of the folder is given by its name."""
    document = mapping_named(mapping) if isinstance(mapping, str) else mapping
    return next(adapter for adapter in ADAPTERS if document.format in adapter.formats).read(files, document, wanted)


def naming(mapping: str, labels: Iterable[str], scheme: str) -> Mapping:
    """The mapping with a code of our own for every place that a file only names: for counts over a whole file."""
    document = mapping_named(mapping)
    assert document.place is not None
    codes = {label: f"{scheme}:{re.sub('[^a-z0-9]+', '-', label.casefold()).strip('-')}" for label in labels}
    place = msgspec.structs.replace(document.place, names={**codes, **document.place.names})
    return msgspec.structs.replace(document, place=place)


def of(*places: str, **more: object) -> Wanted:
    """What is wanted of these places alone."""
    return Wanted(places=frozenset(places), **more)  # type: ignore[arg-type]


def code(place: str) -> str:
    """A place's own code without its list."""
    return place.partition(":")[2]


def figures(reading: Reading) -> dict[tuple[str, str], Observation]:
    """Everybody's data points by the place's own code and the period."""
    return {
        (code(placed.place), placed.observation.period): placed.observation
        for placed in reading.points
        if not placed.observation.group
    }


def by_group(reading: Reading) -> dict[str, Observation]:
    """The data points of a reading of one place and period, by group."""
    return {placed.observation.group: placed.observation for placed in reading.points}


def errors(reading: Reading) -> list[Finding]:
    """What stops a load; small percents, for one, are only asked about."""
    return [finding for finding in reading.findings if finding.severity == "error"]


def points_of(reading: Reading) -> list[Observation]:
    return [placed.observation for placed in reading.points]


def pooled(points: Iterable[Observation]) -> tuple[int, int]:
    """Numerators and denominators of those that have both."""
    both = [(point.numerator, point.denominator) for point in points]
    counted = [(top, bottom) for top, bottom in both if top is not None and bottom is not None]
    return sum(top for top, _ in counted), sum(bottom for _, bottom in counted)


def share(counts: tuple[int, int]) -> float:
    """A pooled percent to two decimals, as the sheets print it."""
    return round(100 * counts[0] / counts[1], 2)


def mean(points: Iterable[Observation]) -> float:
    """The plain mean of the values, which no roll-up shows as the level."""
    values = [point.value for point in points if point.value is not None]
    return sum(values) / len(values)
